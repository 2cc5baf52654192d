"""One student's scores over time as a drawing for paper (SVG): one panel for each test, with what was tried marked in all of them.

A drawing and not a chart, because it is printed on one page and runs nothing.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from typing import Final

from dataworkbench.figures.house import BLUE, FONT, GRID, INK, PALE, QUIET, RUST
from dataworkbench.figures.words import wrapped
from dataworkbench.frames import printable

WIDTH: Final = 720
_GAP, _HEAD, _PLOT, _AXIS, _LANE = 28, 31, 60, 17, 11
_LEFT: Final = 38
_MOST_LABELS: Final = 8
Z: Final = 1.959963984540054
"""Standard errors on each side of a 95% interval."""


@dataclass(frozen=True)
class Score:
    """One score on one day; ``error`` is its standard error, not a number where none was given."""

    day: date
    score: float
    error: float = math.nan


@dataclass(frozen=True)
class Cut:
    """The lowest score of a level, for the days on which it counts."""

    level: str
    score: float
    first: date
    last: date
    is_standard: bool = False


@dataclass(frozen=True)
class ScoreLine:
    """All scores of one student on one test in one subject, in order of time. ``remark`` is said under its name."""

    name: str
    scores: tuple[Score, ...]
    cuts: tuple[Cut, ...] = ()
    remark: str = ""


@dataclass(frozen=True)
class Turn:
    """Something that was tried: its number in the list beside the drawing, its name, and when; ``last`` is None while it runs."""

    number: int
    name: str
    first: date
    last: date | None = None


@dataclass(frozen=True)
class _Panel:
    """Where one panel lies, and what its axes reach from and to."""

    x: float
    y: float
    wide: float
    days: tuple[date, date]
    reach: tuple[float, float]

    def across(self, day: date) -> float:
        share = (day - self.days[0]).days / max((self.days[1] - self.days[0]).days, 1)
        return self.x + min(max(share, 0.0), 1.0) * self.wide

    def up(self, score: float) -> float:
        low, high = self.reach
        return self.y + _PLOT - (min(max(score, low), high) - low) / (high - low) * _PLOT


def draw_history(tests: Sequence[ScoreLine], turns: Sequence[Turn] = ()) -> str:
    """Return a student's history as SVG text, with a title and a description that hold every score.

    Scores of one test are one line; two tests never share one. Upright bars are the likely range (95%) of a score where its
    error was given. Pale blue begins at the cut score of the standard. Shaded times are interventions, by number.
    Nothing is drawn, and '' comes back, where there is no score.
    """
    shown = [test for test in tests if test.scores]
    if not shown:
        return ""
    days = _days(shown, turns)
    columns = 1 if len(shown) == 1 else 2
    wide = (WIDTH - _GAP * (columns - 1)) / columns
    each = _HEAD + _PLOT + _AXIS
    lanes = _LANE * len(turns) + (6 if turns else 0)
    rows = -(-len(shown) // columns)
    parts = [f"<rect width='{WIDTH}' height='{each * rows + lanes}' fill='#ffffff'/>"]
    for place, test in enumerate(shown):
        x, y = (place % columns) * (wide + _GAP), (place // columns) * each
        panel = _Panel(x + _LEFT, y + _HEAD, wide - _LEFT - 6, days, _reach(test))
        parts += [
            _heading(test, x, y),
            *_shading(panel, turns),
            *_cuts(panel, test),
            *_axes(panel),
            *_line(panel, test),
        ]
    for column in range(min(columns, len(shown))):
        panel = _Panel(column * (wide + _GAP) + _LEFT, 0, wide - _LEFT - 6, days, (0, 1))
        parts += _lanes(panel, turns, each * rows + 4)
    return _framed("".join(parts), each * rows + lanes, _in_words(shown, turns))


def _days(tests: Sequence[ScoreLine], turns: Sequence[Turn]) -> tuple[date, date]:
    known = [score.day for test in tests for score in test.scores]
    known += [day for turn in turns for day in (turn.first, turn.last) if day is not None]
    return min(known) - timedelta(days=25), max(known) + timedelta(days=25)


def _reach(test: ScoreLine) -> tuple[float, float]:
    """Return the lowest and the highest score that a panel shows: all scores with their ranges, and the nearest standard."""
    ends = [
        end
        for held in test.scores
        for end in (
            (held.score,)
            if math.isnan(held.error)
            else (held.score - Z * held.error, held.score + Z * held.error)
        )
    ]
    ends += [cut.score for cut in test.cuts if cut.is_standard]
    low, high = min(ends), max(ends)
    room = max((high - low) * 0.16, 1.0)
    return low - room, high + room


def _heading(test: ScoreLine, x: float, y: float) -> str:
    name = (
        f"<text x='{x:.0f}' y='{y + 12:.0f}' font-size='12' font-weight='600'>{_short(test.name, 46)}</text>"
    )
    return (
        name
        + f"<text x='{x:.0f}' y='{y + 25:.0f}' font-size='10' fill='{QUIET}'>{_short(test.remark, 70)}</text>"
    )


def _shading(panel: _Panel, turns: Sequence[Turn]) -> list[str]:
    parts = []
    for turn in turns:
        first, last = panel.across(turn.first), panel.across(turn.last or panel.days[1])
        parts.append(
            f"<rect x='{first:.1f}' y='{panel.y:.1f}' width='{max(last - first, 1):.1f}' height='{_PLOT}' fill='{RUST}' fill-opacity='0.07'/>"
        )
        parts.append(_stroke(first, panel.y, first, panel.y + _PLOT, RUST, width=1))
        if turn.last is not None:
            parts.append(_stroke(last, panel.y, last, panel.y + _PLOT, RUST, width=1, dash="3 3"))
    return parts


def _cuts(panel: _Panel, test: ScoreLine) -> list[str]:
    parts = []
    for cut in test.cuts:
        if not panel.reach[0] <= cut.score <= panel.reach[1]:
            continue
        first, last, y = panel.across(cut.first), panel.across(cut.last), panel.up(cut.score)
        if cut.is_standard:
            parts.append(
                f"<rect x='{first:.1f}' y='{panel.y:.1f}' width='{last - first:.1f}' height='{y - panel.y:.1f}' fill='{PALE}' fill-opacity='0.6'/>"
            )
        parts.append(
            _stroke(
                first, y, last, y, BLUE if cut.is_standard else QUIET, width=1.6 if cut.is_standard else 0.6
            )
        )
    return parts


def _axes(panel: _Panel) -> list[str]:
    bottom = panel.y + _PLOT
    parts = [_stroke(panel.x, bottom, panel.x + panel.wide, bottom, QUIET, width=0.8)]
    for end in (_round_up(panel.reach[0]), _round_down(panel.reach[1])):
        y = panel.up(end)
        parts.append(_stroke(panel.x, y, panel.x + panel.wide, y, GRID, width=0.8))
        parts.append(
            f"<text x='{panel.x - 4:.1f}' y='{y + 3.5:.1f}' font-size='10' text-anchor='end' fill='{QUIET}'>{end}</text>"
        )
    for day in _autumns(panel.days):
        x = panel.across(day)
        parts.append(_stroke(x, bottom, x, bottom + 4, QUIET, width=0.8))
        parts.append(
            f"<text x='{x:.1f}' y='{bottom + 14:.1f}' font-size='10' text-anchor='{'end' if x > panel.x + panel.wide - 24 else 'middle'}' fill='{QUIET}'>{day:%b %Y}</text>"
        )
    return parts


def _autumns(days: tuple[date, date]) -> list[date]:
    firsts = [date(year, 9, 1) for year in range(days[0].year, days[1].year + 1)]
    found = [day for day in firsts if days[0] <= day <= days[1]][-6:]
    return found or [days[0] + timedelta(days=25)]


def _line(panel: _Panel, test: ScoreLine) -> list[str]:
    points = [(panel.across(held.day), panel.up(held.score), held) for held in test.scores]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in points)
    parts = [f"<polyline points='{path}' fill='none' stroke='{INK}' stroke-width='1.6'/>"]
    for place, (x, y, held) in enumerate(points):
        if not math.isnan(held.error):
            high, low = panel.up(held.score + Z * held.error), panel.up(held.score - Z * held.error)
            parts += [_stroke(x, high, x, low, INK, width=1.4)]
            parts += [_stroke(x - 3, end, x + 3, end, INK, width=1.4) for end in (high, low)]
        parts.append(f"<circle cx='{x:.1f}' cy='{y:.1f}' r='3.2' fill='{INK}'/>")
        if len(points) <= _MOST_LABELS or place == len(points) - 1:
            parts.append(
                f"<text x='{x + 5:.1f}' y='{y - 5:.1f}' font-size='10' stroke='#ffffff' stroke-width='2.5' paint-order='stroke' text-anchor='{'end' if x > panel.x + panel.wide - 22 else 'start'}'>{held.score:g}</text>"
            )
    return parts


def _lanes(panel: _Panel, turns: Sequence[Turn], y: float) -> list[str]:
    parts = []
    for place, turn in enumerate(turns):
        first, last = panel.across(turn.first), panel.across(turn.last or panel.days[1])
        at = y + _LANE * place
        parts.append(
            f"<rect x='{first:.1f}' y='{at:.1f}' width='{max(last - first, 2):.1f}' height='8' rx='2' fill='{RUST}' fill-opacity='0.55'/>"
        )
        parts.append(
            f"<text x='{first - 4:.1f}' y='{at + 8:.1f}' font-size='10' text-anchor='end' fill='{INK}'>{turn.number}</text>"
        )
    return parts


def _stroke(
    x: float, y: float, to_x: float, to_y: float, colour: str, *, width: float, dash: str = ""
) -> str:
    dashed = f" stroke-dasharray='{dash}'" if dash else ""
    return f"<line x1='{x:.1f}' y1='{y:.1f}' x2='{to_x:.1f}' y2='{to_y:.1f}' stroke='{colour}' stroke-width='{width}'{dashed}/>"


def _framed(inside: str, height: float, said: str) -> str:
    mark = hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:10]
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH} {height:.0f}' role='img' aria-labelledby='t{mark} d{mark}' "
        f"font-family='{escape(FONT, quote=True)}' font-size='11' fill='{INK}' style='width:100%;height:auto'>"
        f"<title id='t{mark}'>Scores over time</title><desc id='d{mark}'>{escape(printable(said))}</desc>{inside}</svg>"
    )


def _in_words(tests: Sequence[ScoreLine], turns: Sequence[Turn]) -> str:
    said = []
    for test in tests:
        scores = "; ".join(
            f"{held.day.isoformat()} {held.score:g}"
            + ("" if math.isnan(held.error) else f" (±{Z * held.error:.0f})")
            for held in test.scores
        )
        said.append(f"{test.name}: {scores}.")
    for turn in turns:
        until = "still running" if turn.last is None else f"to {turn.last.isoformat()}"
        said.append(f"{turn.number}. {turn.name}, from {turn.first.isoformat()} {until}.")
    return " ".join(said)


def _short(text: str, letters: int) -> str:
    return escape(wrapped(printable(text), letters, most=1)[0])


def _round_up(value: float) -> int:
    return math.ceil(value)


def _round_down(value: float) -> int:
    return math.floor(value)
