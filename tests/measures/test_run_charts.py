"""Run charts: the two signs of a shift."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataworkbench.measures import run_chart
from dataworkbench.measures.run_charts import fewest_by_chance, longest_by_chance


@pytest.mark.parametrize(
    ("n", "longest", "crossings"), [(10, 6, 2), (12, 7, 3), (15, 7, 4), (20, 7, 6), (24, 8, 8), (30, 8, 10)]
)
def test_the_limits_are_those_of_anhoj_and_olesen(n, longest, crossings):
    assert (longest_by_chance(n), fewest_by_chance(n)) == (longest, crossings)


def test_points_that_go_up_and_down_show_no_shift():
    chart = run_chart([1, 9] * 8)

    assert not chart.shifted
    assert chart.crossings == 15
    assert chart.longest_run == 1


def test_a_long_run_on_one_side_is_a_shift():
    chart = run_chart([1, 9, 1, 9, 1, 9, *[9] * 8], baseline=6)

    assert chart.median == 5
    assert chart.longest_run == 9
    assert chart.shifted
    assert "shift" in chart.sentence


def test_points_on_the_median_and_empty_points_are_passed_over():
    chart = run_chart([5, 1, math.nan, 9, 5, 1, 9, 5])

    assert (chart.points, chart.points_used) == (7, 4)


def test_few_points_say_nothing():
    chart = run_chart([1, 1, 1, 9, 9, 9])

    assert not chart.shifted
    assert "takes 10" in chart.sentence


def test_no_points_at_all_are_no_failure():
    assert not run_chart([]).enough


@given(st.permutations(list(range(24))))
def test_turned_upside_down_or_back_to_front_the_signs_are_the_same(values):
    chart, upside_down, backwards = (
        run_chart(values),
        run_chart([-v for v in values]),
        run_chart(values[::-1]),
    )

    assert (chart.longest_run, chart.crossings) == (upside_down.longest_run, upside_down.crossings)
    assert (chart.longest_run, chart.crossings) == (backwards.longest_run, backwards.crossings)


def test_pure_chance_seldom_looks_like_a_shift():
    draw = np.random.default_rng(3)
    shifts = sum(run_chart(draw.normal(size=24)).shifted for _ in range(2000))

    assert shifts / 2000 < 0.10
