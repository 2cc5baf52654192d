"""The way to each goal with its milestones, what was measured on it so far, and today."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go

from dataworkbench.figures.asking import hidden_notes
from dataworkbench.figures.house import BLUE, GRID, INK, QUIET, RUST, calm_panel, figure
from dataworkbench.figures.words import Row, alternative, in_lines, row_words, safe, wrapped
from dataworkbench.frames import is_number, require_gated

_PANEL: Final = 150
_HEAD_LINE: Final = 19
_HEAD: Final = 14
_BELOW: Final = 40
_ROOM: Final = timedelta(days=25)


@dataclass(frozen=True)
class GoalLine:
    """One goal to be drawn: its name, the corners of the way to it, and its figures with the day of each.

    ``frame`` has passed the gate; one row is the group at one time. ``corners`` begin at the baseline, where there is
    one, and end at the goal; ``say`` puts a value of this measure into words.
    """

    name: str
    corners: tuple[tuple[date, float], ...]
    frame: pd.DataFrame
    days: tuple[date, ...]
    say: Callable[[float], str]

    @property
    def name_with_n(self) -> str:
        """The goal's name with its first and its last n."""
        sizes = [str(row["n_label"]) for _, row in self.points if row["n_label"]]
        if not sizes:
            return self.name
        ends = sizes[0] if sizes[0] == sizes[-1] else f"{sizes[0]}, later {sizes[-1]}"
        return f"{self.name} (n {ends})"

    @property
    def points(self) -> list[tuple[date, Row]]:
        """The figures that are shown, from the goal's baseline on; all of them where it has none."""
        rows = zip(self.days, self.frame.to_dict("records"), strict=True)
        begin = self.corners[0][0] if len(self.corners) > 1 else date.min
        return [
            (day, row)
            for day, row in rows
            if row["status"] == "shown" and is_number(row["value"]) and day >= begin
        ]


def plot_goal_lines(
    goals: Sequence[GoalLine], *, today: date, title: str = "Are we on the way?"
) -> go.Figure:
    """Return a figure with a panel for each goal: the way with its milestones, the figures so far, and today.

    Raises
    ------
    NotGatedError
        Where the figures of a goal have not passed the gate.

    """
    for one in goals:
        require_gated(one.frame)
    if not goals:
        return calm_panel(title, "No goal has been written down yet, so there is no way to draw.")
    heads = [wrapped(one.name_with_n, 44) for one in goals]
    tops = [_HEAD + _HEAD_LINE * len(lines) for lines in heads]
    height = sum(tops) + (_PANEL + _BELOW) * len(goals) - _BELOW
    traces: list[dict[str, Any]] = []
    said_beside: list[dict[str, Any]] = []
    marks: list[dict[str, Any]] = []
    axes: dict[str, Any] = {}
    above = 0
    for place, one in enumerate(goals):
        suffix = "" if place == 0 else str(place + 1)
        top = 1 - (above + tops[place]) / height
        bottom = max(0.0, top - _PANEL / height)
        axes |= {
            f"xaxis{suffix}": _days_axis(one, today, suffix),
            f"yaxis{suffix}": _value_axis(one, bottom, top, suffix),
        }
        traces += [{**trace, "xaxis": f"x{suffix}", "yaxis": f"y{suffix}"} for trace in _traces(one)]
        said_beside += [_head(one, top), _today_word(today, suffix, top)]
        marks.append(_today_line(today, suffix, bottom, top))
        above += tops[place] + _PANEL + _BELOW
    said = [f"{one.name}: {_in_words(one)}" for one in goals]
    return figure(
        traces, title=title, alt=alternative("The way to each goal", title, said), plot_height=height, axes=axes,
        notes=_notes(goals), left=58, annotations=said_beside,
        shapes=marks,
    )  # fmt: skip


def _traces(one: GoalLine) -> list[dict[str, Any]]:
    corners = one.corners
    way = {
        "type": "scatter", "mode": "lines+markers+text", "x": [day.isoformat() for day, _ in corners],
        "y": [value for _, value in corners], "line": {"color": RUST, "width": 2, "dash": "dash"},
        "marker": {"symbol": "diamond-open", "size": 10, "color": RUST, "line": {"width": 2}},
        "text": ["", *[safe(one.say(value)) for _, value in corners[1:]]] if len(corners) > 1 else [safe(one.say(corners[0][1]))],
        "textposition": "top center", "textfont": {"color": RUST, "size": 13}, "cliponaxis": False, "hoverinfo": "skip",
        "showlegend": False, "name": "way",
    }  # fmt: skip
    points = one.points
    if not points:
        return [way]
    values = [float(row["value"]) for _, row in points]
    measured = {
        "type": "scatter", "mode": "lines+markers+text", "x": [day.isoformat() for day, _ in points], "y": values,
        "line": {"color": BLUE, "width": 3}, "marker": {"size": 10, "color": BLUE},
        "error_y": {
            "type": "data", "symmetric": False, "color": BLUE, "thickness": 1.5, "width": 4,
            "array": [_reach(row, "high", value) for (_, row), value in zip(points, values, strict=True)],
            "arrayminus": [_reach(row, "low", value) for (_, row), value in zip(points, values, strict=True)],
        },
        "text": [safe(str(row["label"])) for _, row in points], "textposition": ["bottom right", *["bottom left"] * (len(points) - 1)],
        "textfont": {"color": BLUE, "size": 13}, "cliponaxis": False, "hoverinfo": "text",
        "hovertext": [safe(row_words(day.isoformat(), row)) for day, row in points], "showlegend": False, "name": "measured",
    }  # fmt: skip
    return [way, measured]


def _reach(row: Row, end: str, value: float) -> float:
    return abs(float(row[end]) - value) if is_number(row[end]) else 0.0


def _span(one: GoalLine, today: date) -> tuple[date, date]:
    days = [day for day, _ in (*one.corners, *one.points)]
    first, last = min(days), max(*days, one.corners[-1][0])
    if first - timedelta(days=400) <= today <= last + timedelta(days=400):
        first, last = min(first, today), max(last, today)
    return first - _ROOM, last + _ROOM


def _days_axis(one: GoalLine, today: date, suffix: str) -> dict[str, Any]:
    first, last = _span(one, today)
    return {
        "type": "date", "range": [first.isoformat(), last.isoformat()], "anchor": f"y{suffix}", "showgrid": False,
        "zeroline": False, "fixedrange": True, "tickformat": "%b<br>%Y", "nticks": 5, "tickfont": {"size": 12, "color": QUIET},
        "linecolor": GRID, "showline": True,
    }  # fmt: skip


def _known(one: GoalLine) -> list[float]:
    ends = [
        float(row[name]) for _, row in one.points for name in ("value", "low", "high") if is_number(row[name])
    ]
    return [value for _, value in one.corners] + ends


def _room_around(known: Sequence[float]) -> float:
    return (max(known) - min(known)) * 0.18 or abs(max(known)) * 0.1 or 1.0


def _is_share(one: GoalLine) -> bool:
    return "unit" in one.frame and len(one.frame) > 0 and bool((one.frame["unit"] == "rate").all())


def _axis_begins(one: GoalLine) -> float:
    known = _known(one)
    low = min(known) - _room_around(known)
    return 0.0 if _is_share(one) and low < 0.25 else low


def _value_axis(one: GoalLine, bottom: float, top: float, suffix: str) -> dict[str, Any]:
    known, share = _known(one), _is_share(one)
    high = max(known) + _room_around(known)
    return {
        "range": [_axis_begins(one), min(high, 1.08) if share else high], "domain": [round(bottom, 6), round(top, 6)],
        "anchor": f"x{suffix}", "gridcolor": GRID, "zeroline": False, "fixedrange": True, "nticks": 4,
        "tickfont": {"size": 12, "color": QUIET}, **({"tickformat": ".0%"} if share else {}),
    }  # fmt: skip


def _head(one: GoalLine, top: float) -> dict[str, Any]:
    return {
        "text": f"<b>{in_lines(one.name_with_n, 44)}</b>", "x": 0, "xref": "paper", "xanchor": "left", "xshift": -44, "y": round(top, 6),
        "yref": "paper", "yanchor": "bottom", "yshift": 10, "showarrow": False, "align": "left", "font": {"size": 14, "color": INK},
    }  # fmt: skip


def _today_line(today: date, suffix: str, bottom: float, top: float) -> dict[str, Any]:
    return {
        "type": "line", "xref": f"x{suffix}", "yref": "paper", "x0": today.isoformat(), "x1": today.isoformat(),
        "y0": round(bottom, 6), "y1": round(top, 6), "line": {"color": QUIET, "width": 1, "dash": "dot"}, "layer": "below",
    }  # fmt: skip


def _today_word(today: date, suffix: str, top: float) -> dict[str, Any]:
    return {
        "text": "today", "x": today.isoformat(), "xref": f"x{suffix}", "y": round(top, 6), "yref": "paper", "yanchor": "bottom",
        "yshift": -4, "showarrow": False, "font": {"size": 12, "color": QUIET}, "bgcolor": "#ffffff",
    }  # fmt: skip


def _notes(goals: Sequence[GoalLine]) -> list[str]:
    notes = ["Dashed line with diamonds: the way to the goal, with its milestones."]
    if any(one.points for one in goals):
        ranged = any(is_number(row["low"]) for one in goals for _, row in one.points)
        notes.append(f"Dots: what was measured{', with the likely range (95% interval)' if ranged else ''}.")
    if any(_is_share(one) and _axis_begins(one) > 0 for one in goals):
        notes.append("Not every axis begins at 0%.")
    if any((one.frame["status"] == "coded").any() for one in goals if len(one.frame)):
        notes.append("Figures given as a range, to protect students, have no dot.")
    hidden = [note for one in goals if len(one.frame) for note in hidden_notes(one.frame)]
    return [*notes, *dict.fromkeys(hidden)]


def _in_words(one: GoalLine) -> str:
    way = ", ".join(f"{one.say(value)} on {day}" for day, value in one.corners)
    seen = "; ".join(row_words(str(day), row) for day, row in one.points) or "nothing measured yet"
    return f"the way is {way}; {seen}"
