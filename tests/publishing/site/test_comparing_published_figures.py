"""What may be said of two published figures."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from dataworkbench.publishing.site.cells import Released
from dataworkbench.publishing.site.comparing import compared, how_large, reach

AT = dict.fromkeys(
    ("indicator", "school_year", "period", "subject", "assessment_id", "school_id", "grade_level", "subgroup_type", "subgroup"), ""
)  # fmt: skip
NAN = math.nan


def cell(low, high=None, *, fewest=40.0, unit="rate", reason="", most=NAN):
    value = low if high is None else NAN
    ends = (NAN, NAN) if high is None else (low, high)
    return Released("c", AT, unit, reason, "", "", value, *ends, fewest, most, "shown", "")


def test_two_shares_far_apart_in_large_groups_are_told_apart():
    assert compared(cell(0.30, fewest=300), cell(0.15, fewest=300)) == "higher"
    assert compared(cell(0.15, fewest=300), cell(0.30, fewest=300)) == "lower"


def test_the_same_two_shares_in_small_groups_are_not():
    assert compared(cell(0.30, fewest=20), cell(0.15, fewest=300)) == "close"


def test_ranges_that_touch_are_never_told_apart():
    assert compared(cell(0.20, 0.30, fewest=10_000), cell(0.30, 0.40, fewest=10_000)) == "close"


@pytest.mark.parametrize("unit", ["mean", "count"])
def test_averages_and_counts_are_never_compared(unit):
    assert compared(cell(200, unit=unit), cell(100, unit=unit)) == ""


def test_a_hidden_figure_is_compared_with_nothing():
    assert compared(cell(NAN, reason="hidden"), cell(0.2)) == ""
    assert compared(None, cell(0.2)) == ""
    assert how_large(cell(NAN, reason="hidden")) == ""


@pytest.mark.parametrize(
    ("fewest", "most", "said"),
    [
        (10, 19, "small"),
        (20, 39, "small"),
        (40, 99, "middling"),
        (100, 299, "middling"),
        (300, NAN, "large"),
        (10, NAN, ""),
        (10, 299, "middling"),
    ],
)
def test_a_group_is_called_small_only_where_its_published_size_says_so(fewest, most, said):
    assert how_large(cell(0.2, fewest=fewest, most=most)) == said


SHARES = st.floats(0, 1)


@given(SHARES, SHARES, st.integers(1, 5000))
def test_the_reach_of_a_range_is_that_of_its_two_ends(one, other, n):
    low, high = sorted((one, other))
    if low == high:
        return
    found = reach(cell(low, high, fewest=float(n)))
    first = proportion_confint(low * n, n, method="wilson")
    last = proportion_confint(high * n, n, method="wilson")
    assert found == pytest.approx((first[0], last[1]), abs=1e-9)


@given(SHARES, SHARES, st.integers(1, 5000), st.integers(1, 5000))
def test_to_be_told_apart_two_figures_must_differ_as_published(one, other, n, m):
    verdict = compared(cell(round(one, 2), fewest=float(n)), cell(round(other, 2), fewest=float(m)))
    assert verdict != "higher" or round(one, 2) > round(other, 2)
    assert verdict != "lower" or round(one, 2) < round(other, 2)
