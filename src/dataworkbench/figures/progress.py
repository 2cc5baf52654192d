"""One student's measurements over weeks: the points, the goal line, and a trend for each phase."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import plotly.graph_objects as go

from dataworkbench.figures.house import BLUE, GRID, INK, QUIET, RUST, figure
from dataworkbench.figures.words import alternative, in_lines, safe
from dataworkbench.frames import number_text

_HEIGHT: Final = 340


@dataclass(frozen=True)
class Measured:
    """One measurement: its week, its value, its phase, and the words for its moment."""

    week: float
    value: float
    phase: str
    moment: str


@dataclass(frozen=True)
class Straight:
    """A straight line from one point to another: week and value of both ends, and what it is."""

    begins: tuple[float, float]
    ends: tuple[float, float]
    name: str


def plot_series(
    points: Sequence[Measured],
    *,
    title: str,
    subtitle: str = "",
    goal: Straight | None = None,
    trends: Sequence[Straight] = (),
    last: int = 0,
    notes: Sequence[str] = (),
    unit: str = "week",
) -> go.Figure:
    """Return a figure of one series, for staff: it is about one student, and nothing of it passes the gate.

    One point is one measurement; a new phase begins at an upright line with its name. ``goal`` is drawn broken and
    ``trends`` as thin lines; the ``last`` points, which the rule looks at, are drawn filled.
    """
    said = [f"{point.moment}: {number_text(point.value, 1).removesuffix('.0')}" for point in points]
    weeks = [point.week for point in points]
    reach = max([*weeks, *([goal.ends[0]] if goal else [])], default=1.0)
    low, high = _span([*(point.value for point in points), *([goal.begins[1], goal.ends[1]] if goal else [])])
    lines = [
        *([_straight(goal, RUST, "dash", 2.5)] if goal else []),
        *(_straight(one, BLUE, "solid", 2) for one in trends),
    ]
    marks, names = _phases(points, high)
    return figure(
        [*lines, _dots(points, last)], title=title, subtitle=subtitle, alt=alternative("Points over weeks", title, said),
        plot_height=_HEIGHT, left=46, notes=notes, shapes=marks, annotations=names, legend_rows=len(lines) + 1,
        axes={
            "xaxis": {
                "range": [-0.6, reach + 0.6], "title": {"text": f"{unit.capitalize()}s since the first measurement", "font": {"size": 12, "color": QUIET}, "standoff": 4},
                "gridcolor": GRID, "zeroline": False, "fixedrange": True, "nticks": 8, "tickfont": {"size": 12, "color": QUIET},
            },
            "yaxis": {
                "range": [low, high], "gridcolor": GRID, "zeroline": False, "fixedrange": True, "nticks": 6,
                "tickfont": {"size": 13, "color": QUIET},
            },
        },
    )  # fmt: skip


def _span(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values, default=0.0), max(values, default=1.0)
    room = (high - low) * 0.12 or 1.0
    return low - room, high + room * 1.6


def _straight(one: Straight, colour: str, dash: str, width: float) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "lines", "x": [one.begins[0], one.ends[0]], "y": [one.begins[1], one.ends[1]],
        "line": {"color": colour, "width": width, "dash": dash}, "name": in_lines(one.name), "hoverinfo": "skip",
    }  # fmt: skip


def _dots(points: Sequence[Measured], last: int) -> dict[str, Any]:
    filled = len(points) - last
    return {
        "type": "scatter", "mode": "markers", "x": [point.week for point in points], "y": [point.value for point in points],
        "name": f"Measured; filled: the last {last}" if last else "Measured", "hoverinfo": "text", "cliponaxis": False,
        "hovertext": [safe(f"{point.moment}: {number_text(point.value, 1).removesuffix('.0')}") for point in points],
        "marker": {
            "size": 11, "line": {"color": BLUE, "width": 2},
            "color": [BLUE if place >= filled else "#ffffff" for place in range(len(points))],
        },
    }  # fmt: skip


def _phases(points: Sequence[Measured], high: float) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return an upright line where a phase begins, and the phase's name beside it."""
    starts = [
        (place, point)
        for place, point in enumerate(points)
        if place == 0 or point.phase != points[place - 1].phase
    ]
    marks, names = [], []
    if len(starts) < 2:
        return [], []
    for place, point in starts:
        at = point.week if place == 0 else (points[place - 1].week + point.week) / 2
        if place:
            marks.append(
                {"type": "line", "x0": at, "x1": at, "yref": "paper", "y0": 0, "y1": 1, "layer": "below",
                 "line": {"color": INK, "width": 1.5, "dash": "dot"}}
            )  # fmt: skip
        names.append(
            {"text": in_lines(point.phase, 14, most=2), "x": at, "y": high, "xanchor": "left", "yanchor": "top", "align": "left",
             "showarrow": False, "xshift": 3 if place else -6, "font": {"size": 12, "color": QUIET}}
        )  # fmt: skip
    return marks, names
