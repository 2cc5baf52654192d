"""Bounds of published figures: worked out by hand, and always around the truth that was hidden."""

from __future__ import annotations

import math

import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_district import district

from dataworkbench.errors import NoSuchNameError
from dataworkbench.measures import published_bounds
from dataworkbench.readers.profiles import Marks
from dataworkbench.readers.published import meaning_of

YEAR = "2024-25"


def published(*figures: tuple, unit: str = "percent", **same: object) -> pd.DataFrame:
    """Rows of (status, low, high, n), one a school; an exact figure has its value at both ends."""
    return pd.DataFrame(
        [
            {
                "source": "the state", "place_kind": "school", "place_id": f"{place:03d}", "school_year": YEAR,
                "subgroup_type": "All students", "subgroup": "All students", "figure": "proficient", "unit": unit,
                "status": status, "low": low, "high": high, "value": low if status == "exact" else None, "n": n,
                "grade_level": None, "period": "Year", "subject": None, **same,
            }
            for place, (status, low, high, n) in enumerate(figures)
        ]
    )  # fmt: skip


def bounds(*frames: pd.DataFrame, figure: str = "proficient", **asked) -> pd.DataFrame:
    return published_bounds(district({"published_figures": pd.concat(frames)}), figure, **asked)


def test_exact_figures_give_their_weighted_mean():
    row = bounds(published(("exact", 80, 80, 100), ("exact", 50, 50, 50))).iloc[0]
    assert (row["value"], row["low"], row["high"], row["status"]) == (
        70,
        70,
        70,
        "exact",
    )  # (8000 + 2500) / 150
    assert (row["n"], row["n_exact"], row["reason"]) == (150, 150, "")


def test_ranges_and_hidden_figures_widen_the_bounds_and_there_is_no_value():
    row = bounds(
        published(
            ("exact", 80, 80, 100),
            ("range", 50, 59, 60),
            ("range", 95, 100, 36),
            ("suppressed", None, None, 4),
        )
    ).iloc[0]
    assert row["low"] == pytest.approx((80 * 100 + 50 * 60 + 95 * 36 + 0 * 4) / 200)  # 72.1
    assert row["high"] == pytest.approx((80 * 100 + 59 * 60 + 100 * 36 + 100 * 4) / 200)  # 77.7
    assert math.isnan(row["value"])
    assert (row["n"], row["n_exact"], row["n_range"], row["n_suppressed"]) == (200, 100, 96, 4)
    assert (row["figures_exact"], row["figures_range"], row["figures_suppressed"]) == (1, 2, 1)
    assert (
        row["reason"]
        == "The true figure lies between the bounds: 2 were published as a range and 1 are hidden."
    )


def test_figures_that_nobody_knows_are_left_out_and_counted():
    row = bounds(
        published(
            ("exact", 80, 80, 100),
            ("missing", None, None, 30),
            ("not_applicable", None, None, 0),
            ("exact", 10, 10, None),
        )
    ).iloc[0]
    assert row["value"] == 80
    assert (row["n"], row["n_left_out"]) == (100, 30)
    assert (row["figures_missing"], row["figures_not_applicable"], row["figures_without_n"]) == (1, 1, 1)


def test_figures_without_a_number_of_students_are_said_to_be_left_out():
    row = bounds(published(("range", 50, 59, 60), ("exact", 10, 10, None))).iloc[0]
    assert row["reason"].endswith(
        "1 more are left out, because it was not published how many students they rest on."
    )


def test_a_hidden_mean_has_no_bounds_without_the_ends_of_its_scale():
    frame = published(("exact", 500, 500, 30), ("suppressed", None, None, 10), unit="mean")
    row = bounds(frame).iloc[0]
    assert math.isnan(row["low"])
    assert math.isnan(row["high"])
    row = bounds(frame, limits=(200, 800)).iloc[0]
    assert (row["low"], row["high"]) == (425, 575)  # (15000 + 2000) / 40 and (15000 + 8000) / 40


def test_counts_are_added_and_not_weighed():
    frame = published(("exact", 12, 12, 100), ("range", 0, 9, 50), ("exact", 3, 3, None), unit="number")
    row = bounds(frame).iloc[0]
    assert (row["low"], row["high"]) == (15, 24)


def test_a_hidden_count_may_be_anything_unless_its_limits_are_given():
    frame = published(("exact", 12, 12, 100), ("suppressed", None, None, 50), unit="number")
    assert (bounds(frame).iloc[0]["low"], bounds(frame, limits=(0, 5)).iloc[0]["high"]) == (12, 17)
    assert math.isnan(bounds(frame).iloc[0]["high"])


def test_where_no_number_of_students_was_published_nothing_is_weighed_unless_one_asks_for_it():
    frame = published(("exact", 80, 80, None), ("range", 20, 40, None))
    row = bounds(frame).iloc[0]
    assert row["status"] == "not_applicable"
    assert "weigh=False" in row["reason"]
    row = bounds(frame, weigh=False).iloc[0]
    assert (row["low"], row["high"]) == (50, 60)


def test_figures_are_given_by_group_in_the_order_of_the_field():
    frames = [
        published(("exact", value, value, 10), subgroup_type=kind, subgroup=group)
        for kind, group, value in (
            ("Gender", "Male", 60),
            ("Gender", "Female", 70),
            ("All students", "All students", 65),
        )
    ]
    frame = bounds(*frames, by=["subgroup"])
    assert frame[["subgroup_type", "subgroup", "value"]].to_numpy().tolist() == [
        ["All students", "All students", 65],
        ["Gender", "Female", 70],
        ["Gender", "Male", 60],
    ]
    assert bounds(*frames, where={"subgroup": "Male"}).iloc[0]["value"] == 60


@pytest.mark.parametrize(
    ("other", "column"),
    [
        ({"subgroup_type": "Gender", "subgroup": "Female"}, "subgroup"),
        ({"place_kind": "state"}, "place_kind"),
        ({"source": "another"}, "source"),
        ({"period": "Summer"}, "period"),
        ({"subject": "Mathematics"}, "subject"),
        ({"grade_level": "03"}, "grade_level"),
        ({"unit": "number"}, "source"),
    ],
)
def test_figures_in_which_students_would_count_twice_are_never_mixed(other, column):
    row = bounds(published(("exact", 80, 80, 10)), published(("exact", 20, 20, 10), **other)).iloc[0]
    assert row["status"] == "not_applicable"
    assert math.isnan(row["low"])
    assert f"'{column}" in row["reason"]


def test_a_name_that_is_not_there_is_refused_with_those_that_are():
    frame = published(("exact", 80, 80, 10))
    with pytest.raises(NoSuchNameError, match="There are: proficient"):
        bounds(frame, figure="proficiency of all")
    with pytest.raises(NoSuchNameError, match="column to group published figures by"):
        bounds(frame, by=["school_id"])
    with pytest.raises(NoSuchNameError, match="column to choose published figures by"):
        bounds(frame, where={"n": "10"})


def test_without_published_figures_it_is_said_how_to_bring_them():
    row = published_bounds(district({}), "graduation rate", by=["school_year"]).iloc[0]
    assert row["status"] == "missing"
    assert "Bring a state's or a federal file" in row["reason"]


def test_a_choice_of_which_nothing_was_published_says_so():
    row = bounds(published(("exact", 80, 80, 10)), where={"school_year": "1999-00"}).iloc[0]
    assert (row["status"], row["n"]) == ("not_applicable", 0)


# --- the law: whatever is hidden, and however, the truth lies between the bounds ---------------------------------------


@st.composite
def printed(draw: st.DrawFn) -> tuple[int, int, str]:
    """A school's true percent, how many students it has, and what is printed for it."""
    truth, n = draw(st.integers(0, 100)), draw(st.integers(1, 500))
    below, above = draw(st.integers(0, truth)), draw(st.integers(truth, 100))
    ways = [
        f"{truth}", f"{truth}%", f"{below}-{above}", f"{below}% \u2013 {above}%", f"{below} to {above}",
        f"GE{below}", f"\u2265{below}", f">={below}%", f"at least {below}%", f"{below}+", f"{below} or more",
        f"LE{above}", f"<={above}%", f"\u2264{above}%", f"{above}% or less",
        f"LT{above + 1}", f"<{above + 1}%", f"below {above + 1}%",
        "*", "**", "s", "PS", "DS", "n<10", "fewer than 10 students", "suppressed",
    ]  # fmt: skip
    if below < truth:
        ways += [f"GT{below}", f">{below}%", f"more than {below}"]
    return truth, n, draw(st.sampled_from(ways))


@settings(max_examples=60, deadline=None)
@given(schools=st.lists(printed(), min_size=1, max_size=12), whole=st.booleans())
def test_the_bounds_always_hold_the_truth(schools, whole):
    rows = []
    for _, n, text in schools:
        meaning = meaning_of(text, "percent", Marks(whole=whole))
        assert meaning is not None, text
        ends = (meaning.low, meaning.high)
        rows.append((meaning.status, *ends, n))
    row = bounds(published(*rows)).iloc[0]
    truth = sum(value * n for value, n, _ in schools) / sum(n for _, n, _ in schools)
    assert row["low"] - 1e-9 <= truth <= row["high"] + 1e-9
    if all(status == "exact" for status, *_ in rows):
        assert row["value"] == pytest.approx(truth)
    else:
        assert math.isnan(row["value"])


def test_published_figures_come_through_the_warehouse_as_they_were_read():
    frame = published(("exact", 80, 80, 100), ("suppressed", None, None, 4))
    held = pl.from_pandas(district({"published_figures": frame}).table("published_figures"))
    assert held["status"].to_list() == ["exact", "suppressed"]
    assert held["low"].to_list() == [80.0, None]
