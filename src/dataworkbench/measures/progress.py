"""One student measured again and again: how fast, how far from the goal line, and what the agreed rule says.

The rule is agreed before anybody looks at names: it is the same for every series.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import scipy

from dataworkbench.measures.intervals import NONE, Interval

FEWEST_POINTS: Final = 6
FEWEST_WEEKS: Final = 5.0
"""Six weekly points lie five weeks apart, the first from the last."""
FEWEST_FOR_TREND: Final = 10
LAST_POINTS: Final = 4

Verdict = Literal["change something", "raise the goal", "keep going", "too early", "no goal"]


@dataclass(frozen=True)
class Trend:
    """A straight line through points: the value at week 0, what is gained a week, and how sure that is."""

    start: float
    slope: float
    error: float
    low: float
    high: float
    points: int

    def at(self, week: float) -> float:
        """Return the height of the line in a week."""
        return self.start + self.slope * week


@dataclass(frozen=True)
class GoalLine:
    """The line from where a student began to the goal: from the median of the first three points on."""

    week: float
    value: float
    goal_week: float
    goal: float

    @property
    def slope(self) -> float:
        """What must be gained a week to reach the goal in time."""
        return (self.goal - self.value) / (self.goal_week - self.week)

    @property
    def rises(self) -> bool:
        """Whether more is better: the goal lies above the start."""
        return self.goal > self.value

    def at(self, week: float) -> float:
        """Return the height of the line in a week."""
        return self.value + self.slope * (week - self.week)


@dataclass(frozen=True)
class Progress:
    """What a series says: its trend, its goal line where there is a goal, and the verdict of two rules."""

    trend: Trend | None
    line: GoalLine | None
    by_last_points: Verdict
    by_trend: Verdict
    points: int
    weeks: float


def trend_of(weeks: Sequence[float], values: Sequence[float], *, confidence: float = 0.95) -> Trend | None:
    """Return the straight line through points, by ordinary least squares; None below two points or two weeks.

    The rate of improvement is its slope, a week. Its standard error needs three points; the interval is Student's t.
    """
    n = len(weeks)
    if n < 2 or max(weeks) == min(weeks):
        return None
    slope, start = statistics.linear_regression(weeks, values)
    if n < 3:
        return Trend(start, slope, math.nan, *NONE, n)
    middle = statistics.fmean(weeks)
    left = sum((value - start - slope * week) ** 2 for week, value in zip(weeks, values, strict=True))
    error = math.sqrt(left / (n - 2) / sum((week - middle) ** 2 for week in weeks))
    low, high = _around(slope, error, n - 2, confidence)
    return Trend(start, slope, error, low, high, n)


def _around(slope: float, error: float, freedom: int, confidence: float) -> Interval:
    reach = float(scipy.stats.t.ppf(0.5 + confidence / 2, freedom)) * error
    return slope - reach, slope + reach


def goal_line(
    weeks: Sequence[float], values: Sequence[float], *, goal: float, goal_week: float
) -> GoalLine | None:
    """Return the goal line, from the median of the first three points (in their middle week) to the goal.

    None where there are fewer than three points, or the goal's day does not lie after them.
    """
    if len(weeks) < 3 or math.isnan(goal) or math.isnan(goal_week):
        return None
    week = statistics.median(weeks[:3])
    if goal_week <= week:
        return None
    return GoalLine(week, statistics.median(values[:3]), goal_week, goal)


def progress_of(
    weeks: Sequence[float],
    values: Sequence[float],
    *,
    goal: float = math.nan,
    goal_week: float = math.nan,
    confidence: float = 0.95,
) -> Progress:
    """Return what a series in order of time says.

    Two rules. The last four points: all on the wrong side of the goal line, change something; all on the better side, raise
    the goal; else keep going. It takes six points in six weeks. The trend: its whole likely range flatter than the goal
    line, or steeper; it takes ten points in ten weeks, and is the surer of the two.
    A goal below the start is a goal to come down, and then below the line is the better side. A point on the line is on
    neither side. Sources: National Center on Intensive Intervention for the four points; Van Norman and Christ (2016),
    Assessment for Effective Intervention 41, 131-141, for how many points a trend takes.
    """
    trend = trend_of(weeks, values, confidence=confidence)
    line = goal_line(weeks, values, goal=goal, goal_week=goal_week)
    span = max(weeks) - min(weeks) if len(weeks) else 0.0
    return Progress(
        trend, line, _last_points(weeks, values, line, span), _by_trend(trend, line, span), len(weeks), span
    )


def _last_points(
    weeks: Sequence[float], values: Sequence[float], line: GoalLine | None, span: float
) -> Verdict:
    if line is None:
        return "no goal"
    if len(weeks) < FEWEST_POINTS or span < FEWEST_WEEKS:
        return "too early"
    better = 1 if line.rises else -1
    sides = [
        better * (value - line.at(week))
        for week, value in zip(weeks[-LAST_POINTS:], values[-LAST_POINTS:], strict=True)
    ]
    if all(side < 0 for side in sides):
        return "change something"
    return "raise the goal" if all(side > 0 for side in sides) else "keep going"


def _by_trend(trend: Trend | None, line: GoalLine | None, span: float) -> Verdict:
    if line is None:
        return "no goal"
    if trend is None or trend.points < FEWEST_FOR_TREND or span < FEWEST_FOR_TREND - 1:
        return "too early"
    ends = sorted((end - line.slope) * (1 if line.rises else -1) for end in (trend.low, trend.high))
    if ends[1] < 0:
        return "change something"
    return "raise the goal" if ends[0] > 0 else "keep going"
