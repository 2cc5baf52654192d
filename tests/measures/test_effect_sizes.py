"""Effect sizes against the What Works Clearinghouse's formulas, and the published table of one district's schools."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from dataworkbench.errors import NoSuchNameError
from dataworkbench.measures import (
    Compared,
    baseline_equivalence,
    cox_index,
    difference_in_differences,
    fewest_to_tell,
    hedges_g,
)
from dataworkbench.measures.effects import small_sample_factor


@pytest.mark.parametrize(("n", "factor"), [(10, 0.903), (20, 0.958), (30, 0.973), (60, 0.987)])
def test_the_small_sample_factor_is_that_of_the_handbook(n, factor):
    assert small_sample_factor(n) == pytest.approx(factor, abs=0.0005)


def test_hedges_g_is_cohens_d_made_a_little_smaller():
    # By hand: both standard deviations are 10, so pooled they are 10; the difference is half of that; N is 20.
    assert hedges_g((55, 10, 10), (50, 10, 10)) == pytest.approx(0.5 * (1 - 3 / 71))


def test_hedges_g_weighs_the_larger_group_more_when_it_pools():
    # ((4 - 1) 2^2 + (9 - 1) 5^2) / (4 + 9 - 2) = 212 / 11
    assert hedges_g((10, 2, 4), (8, 5, 9)) == pytest.approx((1 - 3 / 43) * 2 / math.sqrt(212 / 11))


@pytest.mark.parametrize(
    ("g", "words"),
    [(0.0, "alike"), (-0.05, "alike"), (0.06, "adjust for the difference"), (-0.25, "adjust for the difference"),
     (0.26, "not alike"), (math.nan, "not known")],
)  # fmt: skip
def test_groups_that_differ_before_are_told_apart_by_the_handbooks_limits(g, words):
    assert baseline_equivalence(g) == words


def test_the_cox_index_of_the_published_reading_gap():
    assert cox_index(0.61, 0.56) == pytest.approx(0.125, abs=0.0005)
    assert cox_index(0.63, 0.55) == pytest.approx(0.201, abs=0.0005)
    assert math.isnan(cox_index(1.0, 0.5))


def test_how_many_students_it_takes_to_tell_the_published_differences_from_none():
    assert fewest_to_tell([0.63, 0.55], 0.08) == 289
    assert fewest_to_tell([0.61, 0.56], 0.05) == 745
    assert fewest_to_tell([0.61, 0.58, 0.56, 0.58], 0.05) == 1493


def test_nothing_can_be_told_from_a_difference_of_nothing():
    with pytest.raises(ValueError, match="nothing"):
        fewest_to_tell([0.5, 0.5], 0.0)


def published() -> pd.DataFrame:
    """The shares meeting growth targets that an article printed about one group of schools and the others."""
    cells = [
        ("Reading", "Took part", "before", 0.58),
        ("Reading", "Took part", "after", 0.61),
        ("Reading", "Other schools", "before", 0.58),
        ("Reading", "Other schools", "after", 0.56),
        ("Mathematics", "Took part", "before", 0.58),
        ("Mathematics", "Took part", "after", 0.63),
        ("Mathematics", "Other schools", "after", 0.55),
    ]
    frame = pd.DataFrame(cells, columns=["subject", "schools", "year", "value"])
    frame.insert(3, "indicator", "growth_target_met")
    return frame


COMPARED = Compared("schools", "Took part", "Other schools", "year", "before", "after")


def test_the_published_reading_figures_differ_by_five_points_in_their_differences():
    reading = difference_in_differences(published(), COMPARED).set_index("subject").loc["Reading"]

    assert reading["value"] == pytest.approx(0.05)
    assert reading["own_change"] == pytest.approx(0.03)
    assert reading["comparison_change"] == pytest.approx(-0.02)
    assert reading["gap_before"] == pytest.approx(0)
    assert reading["effect_size"] == pytest.approx(0.125, abs=0.0005)
    assert reading["fewest_in_each_cell"] == 1493
    assert math.isnan(reading["low"])
    assert "how many students" in reading["reason"]


def test_the_published_mathematics_figures_lack_a_cell_and_are_refused_with_what_can_be_said():
    mathematics = difference_in_differences(published(), COMPARED).set_index("subject").loc["Mathematics"]

    assert mathematics["status"] == "missing"
    assert math.isnan(mathematics["value"])
    assert "no figure for Other schools in before" in mathematics["reason"]
    assert "+8 points" in mathematics["reason"]
    assert "+5 points" in mathematics["reason"]
    assert mathematics["fewest_for_gap_after"] == 289


def test_with_numbers_behind_it_the_difference_has_an_interval_and_just_enough_students_just_tell_it():
    frame = published().query("subject == 'Reading'").assign(n=1493)

    enough = difference_in_differences(frame, COMPARED).iloc[0]
    too_few = difference_in_differences(frame.assign(n=1492), COMPARED).iloc[0]

    assert enough["low"] > 0 > too_few["low"]


def test_students_who_share_schools_make_the_interval_wider():
    frame = published().query("subject == 'Reading'").assign(n=500)

    alone = difference_in_differences(frame, COMPARED).iloc[0]
    clustered = difference_in_differences(frame, COMPARED, clustering=4.0).iloc[0]

    assert clustered["high"] - clustered["low"] == pytest.approx(2 * (alone["high"] - alone["low"]))


def test_means_are_compared_by_their_own_spread():
    cells = [("A", "1", 10.0), ("A", "2", 16.0), ("B", "1", 11.0), ("B", "2", 12.0)]
    frame = pd.DataFrame(cells, columns=["who", "when", "value"]).assign(
        n=100, mean=lambda f: f["value"], sd=5.0
    )
    frame.insert(2, "indicator", "mean_score")

    row = difference_in_differences(frame, Compared("who", "A", "B", "when", "1", "2")).iloc[0]

    assert row["value"] == pytest.approx(5)
    assert row["high"] - row["value"] == pytest.approx(1.959964 * math.sqrt(4 * 25 / 100), abs=1e-5)
    assert "cannot be checked" in row["caution"]


def test_a_column_that_is_not_there_is_named():
    with pytest.raises(NoSuchNameError, match="district"):
        difference_in_differences(published(), Compared("district", "A", "B", "year", "before", "after"))
