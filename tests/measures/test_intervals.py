"""Intervals against published tables, and against laws that hold for every interval."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from dataworkbench.measures.intervals import (
    Mean,
    difference_of_means,
    difference_of_shares,
    mean_interval,
    standard_error_of,
    wilson,
)


@pytest.mark.parametrize(
    ("numerator", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),  # Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (8, 10, 0.49, 0.943),  # the whole percents that a district would print: 49 to 94
        (58, 100, 0.482, 0.672),
        (0, 10, 0.0, 0.278),
    ],
)
def test_wilsons_interval_agrees_with_published_examples(numerator, n, low, high):
    assert wilson(numerator, n) == pytest.approx((low, high), abs=0.0006)


@pytest.mark.parametrize(
    ("first", "second", "published"),
    [  # Newcombe (1998), Statistics in Medicine 17, 873-890, table II, method 10
        ((56, 70), (48, 80), (0.0524, 0.3339)),
        ((9, 10), (3, 10), (0.1705, 0.8090)),
        ((6, 7), (2, 7), (0.0582, 0.8062)),
        ((5, 56), (0, 29), (-0.0381, 0.1926)),
        ((0, 10), (0, 20), (-0.1611, 0.2775)),
        ((0, 10), (0, 10), (-0.2775, 0.2775)),
        ((10, 10), (0, 20), (0.6791, 1.0)),
        ((10, 10), (0, 10), (0.6075, 1.0)),
    ],
)
def test_the_interval_of_a_difference_of_shares_agrees_with_newcombes_examples(first, second, published):
    (a, m), (b, n) = first, second
    interval = difference_of_shares(a / m, wilson(a, m), b / n, wilson(b, n))

    assert interval == pytest.approx(published, abs=0.00006)


counts = st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counts)
def test_wilsons_interval_lies_between_none_and_all_and_holds_the_share(count):
    numerator, n = count
    low, high = wilson(numerator, n)

    assert 0 <= low <= numerator / n <= high <= 1
    assert low < high


@given(counts)
def test_wilsons_interval_is_the_one_that_statsmodels_works_out(count):
    assert wilson(*count) == pytest.approx(proportion_confint(*count, method="wilson"), abs=1e-9)


@given(counts, counts)
def test_the_interval_of_a_difference_is_the_one_that_statsmodels_works_out(first, second):
    ours = difference_of_shares(first[0] / first[1], wilson(*first), second[0] / second[1], wilson(*second))

    assert ours == pytest.approx(confint_proportions_2indep(*first, *second, method="newcomb"), abs=1e-7)


def test_nobody_has_no_interval():
    assert all(math.isnan(end) for end in wilson(0, 0))
    assert all(math.isnan(end) for end in mean_interval(5.0, 1.0, 1))


def test_a_difference_of_means_is_welchs():
    first, second = [3.0, 4.0, 5.5, 7.0, 6.0], [1.0, 2.0, 2.5, 9.0]

    def mean_of(values):
        return Mean(sum(values) / len(values), stats.tstd(values) / math.sqrt(len(values)), len(values))

    theirs = stats.ttest_ind(first, second, equal_var=False).confidence_interval(0.95)
    assert difference_of_means(mean_of(first), mean_of(second)) == pytest.approx((theirs.low, theirs.high))


@given(st.floats(0.01, 100), st.integers(2, 10_000))
def test_the_standard_error_can_be_had_back_from_the_interval(error, n):
    low, high = mean_interval(50.0, error, n)

    assert standard_error_of(low, high, n) == pytest.approx(error, rel=1e-6)
