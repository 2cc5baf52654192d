"""Another year of a page chooses among tests that were asked once, and chooses as pandas would."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataworkbench.selection import Selection, select
from dataworkbench.views import overview
from dataworkbench.views.choosing import growing_of, latest_of
from dataworkbench.warehouse import district_from_frames

YEARS, TESTS = ("2023-24", "2024-25", "2025-26"), ("dx", "st", "zz")

given_tests = st.lists(
    st.tuples(st.sampled_from(YEARS), st.sampled_from(TESTS), st.integers(1, 4)),
    max_size=9,
    unique_by=lambda t: t[:2],
).map(sorted)
selections = st.sampled_from([select(), *(select(school_year=year) for year in YEARS)])


@settings(max_examples=40, deadline=None)
@given(given_tests, selections)
def test_the_latest_test_is_the_one_that_pandas_would_group_out(
    told: list[tuple[str, str, int]], where: Selection
) -> None:
    rows = [
        {"school_year": y, "assessment_id": t, "students": n, "title": t.upper(), "period": "Fall"}
        for y, t, n in told
    ]
    frame = pd.DataFrame(told, columns=["school_year", "assessment_id", "students"])
    kept = frame[frame["school_year"] <= max(where.get("school_year", ("9999",)))]
    found = latest_of(rows, where)
    if kept.empty:
        assert dict(found) == dict(where)
        return
    latest = kept[kept["school_year"] == kept["school_year"].max()]
    most = latest.groupby("assessment_id")["students"].max().idxmax()
    assert found["assessment_id"] == (most,)
    assert found["school_year"] == (kept["school_year"].max(),)


@settings(max_examples=40, deadline=None)
@given(given_tests, st.lists(st.integers(0, 4), min_size=9, max_size=9), selections)
def test_the_years_with_growth_are_those_that_pandas_would_keep(
    told: list[tuple[str, str, int]], twice: list[int], where: Selection
) -> None:
    rows = [
        {"school_year": y, "assessment_id": t, "students": n, "twice": min(n, again), "title": t}
        for (y, t, n), again in zip(told, twice, strict=False)
    ]
    frame = pd.DataFrame(rows, columns=["school_year", "assessment_id", "students", "twice"])
    kept = frame[(frame["twice"] > 0) & (frame["twice"] * 2 >= frame["students"])]
    kept = kept[kept["school_year"] <= max(where.get("school_year", ("9999",)))]
    found = growing_of(rows, where)
    if kept.empty:
        assert dict(found) == dict(where)
        return
    most = kept.groupby("assessment_id")["twice"].sum().idxmax()
    assert found["assessment_id"] == (most,)
    assert found["school_year"] == tuple(kept[kept["assessment_id"] == most]["school_year"])


@pytest.fixture(scope="module")
def here():
    """Two years of two schools, with a test in each."""
    people = [(f"s{n}", year, "AB"[n % 2]) for n in range(24) for year in YEARS[1:]]
    stays = pd.DataFrame(people, columns=["student_id", "school_year", "school_id"]).assign(grade_level="03")
    tested = stays.assign(
        assessment_id="dx",
        subject="Mathematics",
        period="Spring",
        scale_score=[400.0 + n for n in range(len(stays))],
    )
    return district_from_frames(
        {
            "schools": pd.DataFrame({"school_id": ["A", "B"], "school_name": ["Alder", "Birch"]}),
            "students": stays[["student_id", "school_year"]],
            "enrollments": stays,
            "results": tested,
        }
    )


def said(page, year: str) -> list[str]:
    parts = [part for parts in page(select(school_year=year)) for part in parts]
    return [str(part.to_json() if hasattr(part, "to_json") else part) for part in parts]


def test_the_tests_that_were_given_are_asked_once_for_all_years(
    here, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    for name in ("students_tested", "students_tested_twice"):
        whole = f"dataworkbench.views.choosing.{name}"
        real = getattr(__import__("dataworkbench.measures", fromlist=[name]), name)
        monkeypatch.setattr(whole, lambda *given, name=name, real=real: (asked.append(name), real(*given))[1])
    page = overview(here, audience="staff")
    said(page, YEARS[1])
    after_one_year = list(asked)
    second = said(page, YEARS[2])
    assert after_one_year == asked == ["students_tested", "students_tested_twice"]
    assert second == said(overview(here, audience="staff"), YEARS[2])
    assert any(YEARS[2] in text for text in second)
