"""The pages of stage 1: names for staff alone, a sentence where a table is lacking, text from data made harmless."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pytest

from dataworkbench import views
from dataworkbench.errors import NoSuchNameError
from dataworkbench.schemas import TABLES
from dataworkbench.warehouse import District, district_from_frames

sys.path.insert(0, str(Path(__file__).parents[1] / "notebooks"))
import made_district

YEAR = made_district.YEARS[-1]
TELL_TALES = ("00ZQ", "Given0", "O'Famil", "O&#x27;Famil")


@pytest.fixture(scope="module")
def tables() -> dict[str, pl.DataFrame]:
    held = (
        made_district._roster()
        | made_district._tests()
        | made_district._classroom()
        | made_district._people_said()
    )
    return {
        name: pl.DataFrame(
            [made_district._full(name, row) for row in rows],
            schema=TABLES[name].polars_schema,
            orient="row",
            infer_schema_length=None,
        )
        for name, rows in held.items()
    }


@pytest.fixture(scope="module")
def whole(tables: dict[str, pl.DataFrame]) -> District:
    return district_from_frames(tables)


def here(district: District) -> Any:
    return (
        views.look_at(district, school_year=YEAR)
        if YEAR in district.school_years
        else views.look_at(district)
    )


def _flag_strip(district: District, audience: Any) -> Any:
    frame = views.shown(district, "flag_states", by=["grade_level"], where=here(district), audience=audience)
    return views.plot_flags(frame, by="grade_level")


PAGES: dict[str, Callable[[District, Any], Any]] = {
    "rule": lambda d, _a: views.flag_rule(d, here(d)),
    "strip": _flag_strip,
    "flagged": lambda d, a: views.list_flagged(d, here(d), audience=a),
    "checks": lambda d, a: views.table_of_flag_checks(d, here(d), audience=a),
    "unnoticed": lambda d, a: views.list_unnoticed(d, here(d), audience=a),
    "stand": lambda d, a: views.where_we_stand(d, here(d), audience=a),
    "moving": lambda d, a: views.what_is_moving(d, here(d), audience=a),
    "risk": lambda d, a: views.risk_ratios(d, here(d), audience=a),
    "consistent": lambda d, a: views.consistent_over_years(d, here(d), audience=a),
    "gaps": lambda d, a: views.gaps_over_years(d, views.latest_test(d, here(d)), audience=a),
    "shares": lambda d, a: views.shares_beside_means(d, views.latest_test(d, here(d)), audience=a),
    "absence": lambda d, a: views.why_not_the_states(d, here(d), audience=a),
    "proficiency": lambda d, a: views.why_not_the_states(d, here(d), audience=a, about="proficiency"),
    "enrollment": lambda d, a: views.why_not_the_states(d, here(d), audience=a, about="enrollment"),
    "between": lambda d, a: views.list_between(d, here(d), audience=a),
    "strengths": lambda d, a: views.plot_strengths(
        d, here(d), audience=a, kind="standards", by="standard_id"
    ),
}


def said(page: Any) -> str:
    """All that a page would print or carry: its text, its HTML, its figure with what is hidden in it."""
    parts = [str(page)]
    if hasattr(page, "_repr_html_"):
        parts.append(page._repr_html_())
    if isinstance(page, views.Picture):
        parts.append(page.figure.to_json())
        parts.append(page.below._repr_html_() if page.below else "")
    return "\n".join(parts)


@pytest.mark.parametrize("name", PAGES)
def test_nothing_about_a_single_student_is_on_the_public_road(whole: District, name: str) -> None:
    text = said(PAGES[name](whole, "public"))

    assert not [tale for tale in TELL_TALES if tale in text]


@pytest.mark.parametrize("name", ["flagged", "unnoticed", "between"])
def test_lists_of_students_name_them_for_staff_with_harmless_letters(whole: District, name: str) -> None:
    page = said(PAGES[name](whole, "staff"))

    assert "O&#x27;Famil&lt;y&gt;" in page
    assert "O'Famil<y></td>" not in page


@pytest.mark.parametrize("name", ["flagged", "checks", "unnoticed", "between"])
def test_the_public_road_is_refused_kindly(whole: District, name: str) -> None:
    assert "made for staff only" in str(PAGES[name](whole, "public"))


LACKING = (
    "students", "identities", "enrollments", "attendance", "attendance_totals", "incidents", "results", "performance_levels",
    "assessments", "standards", "interventions", "learner_profiles", "calendar", "schools",
)  # fmt: skip
MOST_PAGES_NEED = {"students", "enrollments", "attendance", "incidents", "results", "performance_levels"}
"""Tables that are left out in each run of the tests; without each of the others a notebook runs in ``test_each_table_missing``."""


@pytest.mark.slow
@pytest.mark.parametrize(
    "lacking",
    [pytest.param(name, marks=[pytest.mark.thorough] * (name not in MOST_PAGES_NEED)) for name in LACKING],
)
def test_where_a_table_is_lacking_each_page_says_a_sentence(
    tables: dict[str, pl.DataFrame], lacking: str
) -> None:
    district = district_from_frames({name: held for name, held in tables.items() if name != lacking})
    for name, page in PAGES.items():
        text = said(page(district, "staff"))
        assert text.strip(), (lacking, name)
        assert ">nan<" not in text.lower(), (lacking, name)


def test_with_nothing_brought_at_all_each_page_says_a_sentence() -> None:
    district = district_from_frames({})
    chosen = views.look_at(district)
    for page in (views.where_we_stand, views.what_is_moving, views.list_flagged, views.list_unnoticed):
        assert str(page(district, chosen, audience="staff")).strip()


def test_the_rule_is_said_with_its_cut_points_and_the_last_day_in_the_data(whole: District) -> None:
    text = str(views.flag_rule(whole, here(whole)))

    assert "missed 10% or more of the days enrolled" in text
    assert "Before 20 enrolled days it is too early" in text
    assert "2026\N{NON-BREAKING HYPHEN}10\N{NON-BREAKING HYPHEN}02" in text


def test_what_has_happened_and_what_is_moving_stand_in_tables_apart(whole: District) -> None:
    stand, moving = (str(PAGES[name](whole, "staff")) for name in ("stand", "moving"))

    assert "Chronic absence (2025" in stand
    assert "Attendance rate" not in stand
    assert "Attendance rate (2026" in moving
    assert "Chronic absence" not in moving


def test_a_change_that_cannot_be_said_says_why(whole: District) -> None:
    (row,) = [line for line in str(PAGES["moving"](whole, "staff")).splitlines() if "Attendance rate" in line]

    assert "cannot be said: nothing of 2025" in row


def frame(values: dict[str, float | None]) -> pd.DataFrame:
    return pd.DataFrame(
        {"subject": [name[0] for name in values], "strand": list(values), "value": list(values.values()), "low": None, "high": None}
    )  # fmt: skip


def test_the_strongest_comes_first_within_each_subject_and_those_without_a_figure_last() -> None:
    ordered = views.strongest_first(frame({"B1": 0.2, "A1": 0.3, "A2": None, "B2": 0.9, "A3": 0.5}))

    assert ordered["strand"].tolist() == ["A3", "A1", "A2", "B2", "B1"]


def test_a_range_stands_where_its_middle_would() -> None:
    held = frame({"A1": 0.3, "A2": None}).assign(low=[None, 0.4], high=[None, 0.6])

    assert views.strongest_first(held)["strand"].tolist() == ["A2", "A1"]


@pytest.mark.parametrize("page", [views.list_flagged, views.list_unnoticed, views.list_between])
def test_a_page_for_a_meeting_says_how_many_and_names_nobody(
    whole: District, page: Callable[..., Any]
) -> None:
    text = said(page(whole, here(whole), audience="staff", names="no"))

    assert "Their names are not on this page" in text
    assert not [tale for tale in TELL_TALES if tale in text]
    with pytest.raises(NoSuchNameError, match="yes"):
        page(whole, here(whole), audience="staff", names="perhaps")
