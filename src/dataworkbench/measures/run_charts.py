"""Points in time around their median: what tells a shift from the ordinary up and down."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import scipy

FEWEST_POINTS = 10


@dataclass(frozen=True)
class RunChart:
    """A series of points, its median, and the two signs of a shift."""

    median: float
    points: int
    points_used: int
    longest_run: int
    longest_allowed: int
    crossings: int
    fewest_crossings: int

    @property
    def enough(self) -> bool:
        """Whether there are enough points off the median to say anything."""
        return self.points_used >= FEWEST_POINTS

    @property
    def shifted(self) -> bool:
        """Whether one of the two signs is there."""
        return self.enough and (
            self.longest_run > self.longest_allowed or self.crossings < self.fewest_crossings
        )

    @property
    def sentence(self) -> str:
        """What the chart says, for people."""
        if not self.enough:
            return f"{self.points_used} points lie off the median; it takes {FEWEST_POINTS} to tell a shift from chance."
        if self.shifted:
            return (
                f"There is a shift: {self.longest_run} points in a row on one side of the median (up to "
                f"{self.longest_allowed} come by chance), {self.crossings} crossings (at least {self.fewest_crossings})."
            )
        return "The points go up and down as they would by chance; no shift shows."


def run_chart(values: Sequence[float], *, baseline: int | None = None) -> RunChart:
    """Return what a series of points in order of time says about a shift.

    The median is that of the first ``baseline`` points, or of all. Points on the median and empty points are passed over.
    Two signs: a run on one side longer than round(log2 n) + 3, and fewer crossings than the 5th percentile of a binomial
    with n - 1 and one half. A row of rising points is no sign.
    Source: Anhøj and Olesen (2014), PLoS ONE 9(11), e113825.
    """
    there = [float(value) for value in values if value is not None and not math.isnan(value)]
    if not there:
        return RunChart(math.nan, 0, 0, 0, 0, 0, 0)
    median = statistics.median(there[:baseline] if baseline else there)
    sides = [value > median for value in there if value != median]
    longest, crossings = _runs(sides)
    n = len(sides)
    return RunChart(median, len(there), n, longest, longest_by_chance(n), crossings, fewest_by_chance(n))


def _runs(sides: Sequence[bool]) -> tuple[int, int]:
    longest = run = 1 if sides else 0
    crossings = 0
    for earlier, later in pairwise(sides):
        run = run + 1 if earlier == later else 1
        crossings += earlier != later
        longest = max(longest, run)
    return longest, crossings


def longest_by_chance(n: int) -> int:
    """Return the longest run on one side that is still ordinary for n points."""
    return round(math.log2(n) + 3) if n else 0


def fewest_by_chance(n: int) -> int:
    """Return the fewest crossings of the median that are still ordinary for n points."""
    return int(scipy.stats.binom.ppf(0.05, n - 1, 0.5)) if n > 1 else 0
