"""Averages and numbers of students, group by group."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dataworkbench.figures.asking import empty_panel, few, notes_for, subtitle_of, title_or
from dataworkbench.figures.house import BLUE, GRID, QUIET, figure
from dataworkbench.figures.listing import MARK, Line, column_to_draw_by, listing
from dataworkbench.figures.rates import bar_traces, tracks, whiskers_for
from dataworkbench.figures.words import alternative, safe
from dataworkbench.frames import require_gated


def plot_means(frame: pd.DataFrame, *, by: str = "", title: str = "") -> go.Figure:
    """Return a figure with one dot for each group's average, with its interval where the frame has one.

    One line of the figure is one row of the frame, which has passed the gate (``for_audience``). The axis begins near
    the lowest value, since an average score has no natural zero: dots, not bars, so that no length misleads.

    Raises
    ------
    NotGatedError
        Where the frame has not passed the gate.
    NoSuchNameError
        Where the frame is not grouped by ``by``.

    """
    require_gated(frame)
    column = column_to_draw_by(frame, by)
    heading = title_or(title, frame, column)
    panel = empty_panel(frame, heading)
    if panel is not None:
        return panel
    lines = listing(frame, column)
    return figure(
        dot_traces(lines.lines),
        title=heading,
        subtitle=subtitle_of(frame),
        alt=alternative("Dots on a scale", heading, [line.said for line in lines.lines]),
        plot_height=lines.height,
        axes={"xaxis": number_axis(_span(frame)), "yaxis": lines.axis()},
        notes=notes_for(frame, mark="dot"),
        shapes=tracks(lines.lines),
    )


def plot_counts(frame: pd.DataFrame, *, by: str = "", title: str = "") -> go.Figure:
    """Return a figure with one bar for each group's number of students, from zero.

    One line of the figure is one row of the frame, which has passed the gate (``for_audience``).

    Raises
    ------
    NotGatedError
        Where the frame has not passed the gate.
    NoSuchNameError
        Where the frame is not grouped by ``by``.

    """
    require_gated(frame)
    column = column_to_draw_by(frame, by)
    heading = title_or(title, frame, column)
    panel = empty_panel(frame, heading)
    if panel is not None:
        return panel
    lines = listing(frame.assign(n_label=""), column)
    most = max((end for end in _ends(frame) if end == end), default=1.0)  # noqa: PLR0124 - leaves out not-a-number
    return figure(
        [*_up_to_range(lines.lines), *bar_traces(lines.lines)],
        title=heading,
        subtitle=subtitle_of(frame),
        alt=alternative("Bars from zero", heading, [line.said for line in lines.lines]),
        plot_height=lines.height,
        axes={"xaxis": {**number_axis((0.0, most)), "range": [0, most * 1.02]}, "yaxis": lines.axis()},
        notes=notes_for(frame, mark="bar"),
        shapes=tracks(lines.lines),
    )


def _up_to_range(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Return the part of a number's bar that is sure, up to where its range begins."""
    coded = [line for line in lines if line.row["status"] == "coded"]
    if not coded:
        return []
    x, y = [float(line.row["low"]) for line in coded], [line.at_mark for line in coded]
    look = {"color": BLUE, "line": {"color": BLUE, "width": 1.5}}
    return [
        {
            "type": "bar",
            "orientation": "h",
            "x": x,
            "y": y,
            "width": MARK,
            "base": 0,
            "marker": look,
            "hoverinfo": "skip",
        }
    ]


def dot_traces(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Return a dot with whiskers for each line that is shown."""
    shown = [line for line in lines if line.row["status"] == "shown"]
    if not shown:
        return []
    colours = ["#ffffff" if few(line.row) else BLUE for line in shown]
    trace: dict[str, Any] = {
        "type": "scatter", "mode": "markers", "x": [float(line.row["value"]) for line in shown],
        "y": [line.at_mark for line in shown], "name": "shown", "hoverinfo": "text",
        "hovertext": [safe(line.said) for line in shown],
        "marker": {"size": 12, "color": colours, "line": {"color": BLUE, "width": 2}},
    }  # fmt: skip
    whiskers = whiskers_for(shown)
    return [{**trace, "error_x": whiskers} if whiskers else trace]


def number_axis(span: tuple[float, float]) -> dict[str, Any]:
    """Return an axis over a span of numbers with a little room at both ends."""
    low, high = span
    room = (high - low) * 0.06 or max(abs(high) * 0.1, 1.0)
    return {
        "range": [round(low - room, 6), round(high + room, 6)], "gridcolor": GRID, "zeroline": False, "fixedrange": True,
        "nticks": 5, "tickfont": {"size": 13, "color": QUIET}, "separatethousands": True,
    }  # fmt: skip


def _ends(frame: pd.DataFrame) -> list[float]:
    return [float(end) for name in ("value", "low", "high") for end in frame[name].astype("float64")]


def _span(frame: pd.DataFrame) -> tuple[float, float]:
    known = [end for end in _ends(frame) if end == end]  # noqa: PLR0124 - leaves out not-a-number
    return (min(known), max(known)) if known else (0.0, 1.0)
