"""One line a lesson: how much was right before, how much after."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go

from dataworkbench.figures.asking import empty_panel, few, subtitle_of, title_or
from dataworkbench.figures.house import BLUE, GRID, QUIET, figure
from dataworkbench.figures.listing import Item, Line, laid_out
from dataworkbench.figures.words import Row, alternative, safe
from dataworkbench.frames import group_text, is_number, number_text, require_gated

_MOST: Final = 12


def plot_tickets(frame: pd.DataFrame, *, title: str = "", most: int = _MOST) -> go.Figure:
    """Return a figure with one line for each lesson of a class, the latest first: right before, and right after.

    One line is one row of the frame (``ticket_lessons``), which has passed the gate (``for_audience``) for staff. The first
    ``most`` lessons are drawn; how many more there are is said.

    Raises
    ------
    NotGatedError
        Where the frame has not passed the gate.

    """
    require_gated(frame)
    heading = title_or(title, frame, "")
    panel = empty_panel(frame, heading)
    if panel is not None:
        return panel
    rows = [
        row
        for row in frame.to_dict("records")
        if is_number(row.get("before")) and is_number(row.get("after"))
    ]
    items = [
        Item(lesson_name(row), f"<b>{safe(_moved(row))}</b> {safe(_behind(row))}", _day(row), (row,))
        for row in rows[:most]
    ]
    lines = laid_out(items)
    more = len(rows) - len(items)
    return figure(
        _traces(lines.lines), title=heading, subtitle=subtitle_of(frame), plot_height=lines.height,
        alt=alternative("From before to after, 0 to 100 percent", heading, [f"{line.name}: {_said(line.row)}" for line in lines.lines]),
        axes={"xaxis": _axis(), "yaxis": lines.axis()},
        notes=[
            "Ring: right before the lesson. Dot: right after. Only students with both checks; the others are unmatched.",
            *(["Pale dot: very few, so read with care."] if any(few(line.row) for line in lines.lines) else []),
            *([f"{more} earlier lessons are in the table."] if more else []),
        ],
        shapes=_ways(lines.lines),
    )  # fmt: skip


def lesson_name(row: Row) -> str:
    """Return what a lesson is called: its class and its standard."""
    return f"{group_text('section_id', row['section_id'])} · {group_text('standard_id', row['standard_id'])}"


def _day(row: Row) -> str:
    return f"Lesson up to {row['lesson']}"


def _said(row: Row) -> str:
    return f"{_moved(row)} {_behind(row)}"


def _moved(row: Row) -> str:
    ends = " → ".join(f"{number_text(float(row[name]))}%" for name in ("before", "after"))
    return f"{ends}, gain {number_text(float(row['value']))}%" if is_number(row["value"]) else ends


def _behind(row: Row) -> str:
    away = sum(int(row[name]) for name in ("no_before", "no_after", "neither") if is_number(row.get(name)))
    return f"(n {row['n_label']}, {away} unmatched)" if away else f"(n {row['n_label']})"


def _axis() -> dict[str, Any]:
    return {
        "range": [-2, 102], "tickvals": [0, 25, 50, 75, 100], "ticktext": ["0%", "25%", "50%", "75%", "100%"], "gridcolor": GRID,
        "zeroline": False, "fixedrange": True, "tickfont": {"size": 13, "color": QUIET},
    }  # fmt: skip


def _ways(lines: Sequence[Line]) -> list[dict[str, Any]]:
    return [
        {
            "type": "line", "x0": float(line.row["before"]), "x1": float(line.row["after"]), "y0": line.at_mark, "y1": line.at_mark,
            "line": {"color": BLUE, "width": 3}, "layer": "below",
        }
        for line in lines
    ]  # fmt: skip


def _traces(lines: Sequence[Line]) -> list[dict[str, Any]]:
    place = [line.at_mark for line in lines]
    hover = [safe(f"{line.name}, {_day(line.row)}: {_said(line.row)}") for line in lines]
    common = {"type": "scatter", "mode": "markers", "y": place, "hoverinfo": "text", "hovertext": hover}
    pale = ["#d6eaf5" if few(line.row) else BLUE for line in lines]
    return [
        {**common, "x": [float(line.row["before"]) for line in lines], "name": "before",
         "marker": {"size": 12, "color": "#ffffff", "line": {"color": BLUE, "width": 2.5}}},
        {**common, "x": [float(line.row["after"]) for line in lines], "name": "after",
         "marker": {"size": 13, "color": pale, "line": {"color": BLUE, "width": 2}}},
    ]  # fmt: skip
