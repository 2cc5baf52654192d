"""Intervals: the range in which the true figure plausibly lies, given how many are behind it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from statistics import NormalDist

import scipy

Interval = tuple[float, float]
NONE: Interval = (math.nan, math.nan)


@cache
def z_of(confidence: float) -> float:
    """Return how many standard errors lie on each side of an interval of this confidence."""
    return NormalDist().inv_cdf(0.5 + confidence / 2)


def wilson(numerator: float, n: float, *, confidence: float = 0.95) -> Interval:
    """Return Wilson's score interval for a share, as (low, high), both from 0 to 1; not a number where n is 0.

    Source: Wilson (1927), Journal of the American Statistical Association 22, 209-212; without continuity correction.
    """
    if n <= 0:
        return NONE
    z = z_of(confidence)
    share = numerator / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    reach = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, min(middle - reach, share)), min(1.0, max(middle + reach, share))


def mean_interval(mean: float, standard_error: float, n: float, *, confidence: float = 0.95) -> Interval:
    """Return Student's t interval for a mean; not a number below two units."""
    if n < 2 or math.isnan(standard_error):
        return NONE
    reach = float(scipy.stats.t.ppf(0.5 + confidence / 2, n - 1)) * standard_error
    return mean - reach, mean + reach


def median_interval(ordered: Sequence[float], *, confidence: float = 0.95) -> Interval:
    """Return an interval for the median of values that are in order; not a number below six values (at 95%).

    It goes from one of the values to another and holds whatever the values are spread like; its confidence is at least the
    one asked for. Source: Conover (1999), Practical nonparametric statistics, 3rd edition, section 3.2.
    """
    place = int(scipy.stats.binom.ppf(0.5 - confidence / 2, len(ordered), 0.5)) if len(ordered) else 0
    return (float(ordered[place - 1]), float(ordered[-place])) if place else NONE


def difference_of_shares(
    first: float, first_interval: Interval, second: float, second_interval: Interval
) -> Interval:
    """Return the interval for ``first - second`` from the two shares and their own Wilson intervals.

    Source: Newcombe (1998), Statistics in Medicine 17, 873-890, method 10 (square-and-add).
    """
    difference = first - second
    down = math.hypot(first - first_interval[0], second_interval[1] - second)
    up = math.hypot(first_interval[1] - first, second - second_interval[0])
    return difference - down, difference + up


@dataclass(frozen=True)
class Mean:
    """A mean with its standard error and the number of units behind it."""

    mean: float
    error: float
    n: float


def difference_of_means(first: Mean, second: Mean, *, confidence: float = 0.95) -> Interval:
    """Return Welch's interval for the first mean minus the second; not a number below two units in either.

    Source: Welch (1947), Biometrika 34, 28-35.
    """
    if first.n < 2 or second.n < 2 or math.isnan(first.error) or math.isnan(second.error):
        return NONE
    variance = first.error**2 + second.error**2
    difference = first.mean - second.mean
    if variance == 0:
        return difference, difference
    freedom = variance**2 / (first.error**4 / (first.n - 1) + second.error**4 / (second.n - 1))
    reach = float(scipy.stats.t.ppf(0.5 + confidence / 2, freedom)) * math.sqrt(variance)
    return difference - reach, difference + reach


def standard_error_of(low: float, high: float, n: float, *, confidence: float = 0.95) -> float:
    """Return the standard error that a t interval of a mean was made from."""
    if n < 2:
        return math.nan
    return (high - low) / 2 / float(scipy.stats.t.ppf(0.5 + confidence / 2, n - 1))
