"""Where a goal stands, worked out from its figure, the figure's interval, the way to the goal, and today; never typed.

The way to a goal is a line: from the baseline through the milestones to the target, straight between them. A figure is
judged on the day up to which its data went, against the line on that day.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Final, Literal

from dataworkbench.views.notes import whole_day

Name = Literal[
    "not started", "on the way", "behind the milestone", "reached", "missed", "too early to say", "cannot be said",
]  # fmt: skip

FRESH: Final = timedelta(days=45)
"""A figure up to this much older than a milestone still speaks for it: tests are given some weeks before."""


@dataclass(frozen=True)
class Seen:
    """A figure that is shown, on the day up to which its data went; without an interval, its ends are the value."""

    on: date
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Way:
    """The way to a goal: the baseline where there is one, the milestones in order of their days, the target."""

    start: Seen | None
    target: float
    by: date
    higher: bool
    milestones: tuple[tuple[date, float], ...] = ()

    @property
    def points(self) -> tuple[tuple[date, float], ...]:
        """The corners of the line, first to last."""
        first = () if self.start is None else ((self.start.on, self.start.value),)
        return (*first, *self.milestones, (self.by, self.target))

    def on(self, day: date) -> float | None:
        """Return how far the goal is to be on a day; None before the line begins."""
        points = self.points
        if day < points[0][0]:
            return None
        for (first, low), (last, high) in pairwise(points):
            if day <= last:
                share = (day - first) / (last - first) if last > first else 1.0
                return low + (high - low) * share
        return points[-1][1]

    def at_least(self, value: float, asked: float) -> bool:
        """Return whether a value is as good as what is asked, or better."""
        return value >= asked if self.higher else value <= asked

    def best(self, seen: Seen) -> float:
        """Return the end of a figure's likely range that is nearer to the goal."""
        return seen.high if self.higher else seen.low

    def worst(self, seen: Seen) -> float:
        """Return the end of a figure's likely range that is farther from the goal."""
        return seen.low if self.higher else seen.high


@dataclass(frozen=True)
class Standing:
    """Where a goal stands, and why, in a sentence."""

    name: Name
    words: str


def standing(
    way: Way, figures: Sequence[Seen], today: date, *, say: Callable[[float], str] = "{:g}".format
) -> Standing:
    """Return where a goal stands today. ``figures`` are those since the baseline; ``say`` puts a value into words.

    The first rule that fits decides:

    1. No figure since the baseline. *Not started*, while no milestone and no end is past; *cannot be said* afterwards.
    2. The figure is at the target, or past it: *reached*. Where its likely range covers the target from the wrong side,
       the sentence says that the true figure may still be short of it.
    3. The goal's day is past: *missed*. Where the likely range reaches the target, the sentence says so.
    4. A milestone is past, and the newest figure is more than 45 days older than it: *cannot be said*.
    5. There is no line on the figure's day, as for a goal without a baseline before its first milestone: *cannot be said*.
    6. The figure falls short of the line. *Behind the milestone*, where its whole likely range does; where the range
       covers the line, chance could explain it: *too early to say*.
    7. The figure is on the line or better. *On the way*, where its likely range no longer covers the baseline;
       *too early to say* where it does, because nothing may have moved yet.

    While the goal's day is not past, the newest figure counts. Afterwards it is the last one of the school year in which
    the day lay, so that a goal that was reached in time stays so. The baseline is taken as it was written down, without
    an interval of its own.
    """
    seen = _that_counts(way, figures, today)
    if seen is None:
        return _without_figure(way, today)
    if way.at_least(seen.value, way.target):
        return _reached(way, seen, say)
    if today > way.by:
        return _missed(way, seen, say)
    past = [day for day, _ in way.milestones if day < today]
    line = way.on(seen.on)
    if past and seen.on < past[-1] - FRESH:
        words = f"The milestone of {whole_day(f'{past[-1]}')} is past, and the newest figure is from {whole_day(f'{seen.on}')}."
        return Standing("cannot be said", words)
    if line is None:
        return Standing(
            "cannot be said", "The goal was written without a baseline, so the way so far cannot be judged."
        )
    return (
        _on_the_line(way, seen, line, say) if way.at_least(seen.value, line) else _short(way, seen, line, say)
    )


def _that_counts(way: Way, figures: Sequence[Seen], today: date) -> Seen | None:
    ends = end_of_school_year(way.by)
    kept = [seen for seen in figures if today <= way.by or seen.on <= ends]
    return max(kept, key=lambda seen: seen.on, default=None)


def end_of_school_year(day: date) -> date:
    """Return the last day of the school year in which a day lies: July 31."""
    return date(day.year + (day.month > 7), 7, 31)


def _without_figure(way: Way, today: date) -> Standing:
    past = [day for day, _ in (*way.milestones, (way.by, way.target)) if day < today]
    if past:
        what = "The goal's day" if past[-1] == way.by else f"The milestone of {whole_day(f'{past[-1]}')}"
        return Standing("cannot be said", f"{what} is past, and no figure has come in since the baseline.")
    first = way.milestones[0][0] if way.milestones else way.by
    return Standing(
        "not started",
        f"No figure since the baseline yet; the next one is awaited by {whole_day(f'{first}')}.",
    )


def _reached(way: Way, seen: Seen, say: Callable[[float], str]) -> Standing:
    if way.at_least(way.worst(seen), way.target):
        return Standing(
            "reached", f"{say(seen.value)}, and so is its whole likely range ({_range(seen, say)})."
        )
    words = f"{say(seen.value)}. Its likely range ({_range(seen, say)}) covers the aim, so the true figure may still be short of it."
    return Standing("reached", words)


def _missed(way: Way, seen: Seen, say: Callable[[float], str]) -> Standing:
    words = f"{say(seen.value)} where {say(way.target)} was the aim"
    if way.at_least(way.best(seen), way.target):
        return Standing(
            "missed", f"{words}; by so little that chance alone may explain it ({_range(seen, say)})."
        )
    return Standing("missed", f"{words}.")


def _short(way: Way, seen: Seen, line: float, say: Callable[[float], str]) -> Standing:
    words = f"{say(seen.value)}, where the way to {_next(way, seen.on)} asks for {say(line)}"
    if way.at_least(way.best(seen), line):
        return Standing(
            "too early to say", f"{words}; chance alone may explain the difference ({_range(seen, say)})."
        )
    return Standing("behind the milestone", f"{words}.")


def _on_the_line(way: Way, seen: Seen, line: float, say: Callable[[float], str]) -> Standing:
    words = f"{say(seen.value)}, where the way to {_next(way, seen.on)} asks for {say(line)}"
    if way.start is not None and seen.low <= way.start.value <= seen.high:
        return Standing(
            "too early to say",
            f"{words}; but its likely range ({_range(seen, say)}) still covers the baseline.",
        )
    return Standing("on the way", f"{words}.")


def _next(way: Way, day: date) -> str:
    ahead = [at for at, _ in way.milestones if at >= day]
    return f"the milestone of {whole_day(f'{ahead[0]}')}" if ahead else f"the aim of {whole_day(f'{way.by}')}"


def _range(seen: Seen, say: Callable[[float], str]) -> str:
    return f"{say(seen.low)} to {say(seen.high)}"
