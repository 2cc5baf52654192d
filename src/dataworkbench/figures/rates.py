"""Shares of groups, as bars from 0 to 100 percent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dataworkbench.figures.asking import empty_panel, few, notes_for, subtitle_of, title_or
from dataworkbench.figures.house import BLUE, GRID, INK, PALE, figure, share_axis
from dataworkbench.figures.listing import MARK, Line, column_to_draw_by, listing
from dataworkbench.figures.words import alternative, safe
from dataworkbench.frames import require_gated
from dataworkbench.terms import ALL_STUDENTS


def plot_rates(frame: pd.DataFrame, *, by: str = "", title: str = "") -> go.Figure:
    """Return a figure with one bar for each group, from 0 to 100 percent, with its interval where the frame has one.

    One line of the figure is one row of the frame, which has passed the gate (``for_audience``). ``by`` is the column
    whose groups are told apart; rows that differ in another column too stand under a head of their own. A figure
    coded for privacy is a hatched bar from end to end of its range; hidden and missing ones stay, with a word.

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
    overall = _overall(lines.lines)
    said = [line.said for line in lines.lines]
    return figure(
        [*bar_traces(lines.lines), *_overall_tick(lines.lines, overall)],
        title=heading,
        subtitle=subtitle_of(frame),
        alt=alternative("Bars from 0 to 100 percent", heading, said),
        plot_height=lines.height,
        axes={"xaxis": share_axis(), "yaxis": lines.axis()},
        notes=notes_for(frame, mark="bar", overall=overall),
        shapes=tracks(lines.lines),
    )


def bar_traces(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Return the bars: one trace for the figures that are shown, one for those coded as a range."""
    shown = [line for line in lines if line.row["status"] == "shown"]
    coded = [line for line in lines if line.row["status"] == "coded"]
    return [trace for trace in (_solid(shown), hatched(coded)) if trace is not None]


def _solid(lines: Sequence[Line]) -> dict[str, Any] | None:
    if not lines:
        return None
    careful = [few(line.row) for line in lines]
    values = [float(line.row["value"]) for line in lines]
    trace: dict[str, Any] = {
        **_bar(lines), "x": values, "name": "shown",
        "marker": {"color": [PALE if c else BLUE for c in careful], "line": {"color": BLUE, "width": 1.5}},
    }  # fmt: skip
    whiskers = whiskers_for(lines)
    return {**trace, "error_x": whiskers} if whiskers else trace


def hatched(lines: Sequence[Line]) -> dict[str, Any] | None:
    """Return hatched bars from the low to the high end of each coded range."""
    if not lines:
        return None
    return {
        **_bar(lines),
        "base": [float(line.row["low"]) for line in lines],
        "x": [float(line.row["high"]) - float(line.row["low"]) for line in lines],
        "name": "range",
        "marker": {
            "color": "#ffffff", "line": {"color": BLUE, "width": 1.5},
            "pattern": {"shape": "/", "fgcolor": BLUE, "bgcolor": "#ffffff", "size": 7, "solidity": 0.3},
        },
    }  # fmt: skip


def _bar(lines: Sequence[Line]) -> dict[str, Any]:
    return {
        "type": "bar", "orientation": "h", "y": [line.at_mark for line in lines], "width": MARK, "hoverinfo": "text",
        "hovertext": [safe(line.said) for line in lines], "textposition": "none",
    }  # fmt: skip


def whiskers_for(lines: Sequence[Line]) -> dict[str, Any] | None:
    """Return the interval of each line as whiskers, or None where no line has one."""
    ends = [(line.row["low"], line.row["value"], line.row["high"]) for line in lines]
    if all(pd.isna(low) for low, _, _ in ends):
        return None
    up = [0.0 if pd.isna(high) else round(float(high - value), 6) for _, value, high in ends]
    down = [0.0 if pd.isna(low) else round(float(value - low), 6) for low, value, _ in ends]
    return {
        "type": "data", "symmetric": False, "array": up, "arrayminus": down, "color": INK, "thickness": 1.6, "width": 5,
    }  # fmt: skip


def tracks(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Return what lies behind the marks: a pale track where there is a figure, a broken line where there is none.

    All tracks are one shape, and all broken lines another: a browser draws a hundred shapes slowly, and one at once.
    """
    known = [line.at_mark for line in lines if line.row["status"] in {"shown", "coded"}]
    unknown = [line.at_mark for line in lines if line.row["status"] not in {"shown", "coded"}]
    place = {"type": "path", "xref": "paper", "yref": "y", "layer": "below"}
    found: list[dict[str, Any]] = []
    if known:
        boxes = "".join(f"M0,{at - MARK / 2:g}H1V{at + MARK / 2:g}H0Z" for at in known)
        found.append({**place, "path": boxes, "fillcolor": "#f3f5f7", "line": {"width": 0}})
    if unknown:
        dash = {"color": GRID, "width": 2, "dash": "dot"}
        found.append({**place, "path": "".join(f"M0,{at:g}L1,{at:g}" for at in unknown), "line": dash})
    return found


def _overall(lines: Sequence[Line]) -> Mapping[Any, Any] | None:
    rows = [line.row for line in lines if line.name == ALL_STUDENTS and line.row["status"] == "shown"]
    return rows[0] if len(rows) == 1 and len(lines) > 1 else None


def _overall_tick(lines: Sequence[Line], overall: Mapping[Any, Any] | None) -> list[dict[str, Any]]:
    """Return a tick on every other bar where the bar of all students ends."""
    others = [line for line in lines if line.row is not overall and line.row["status"] in {"shown", "coded"}]
    if overall is None or not others:
        return []
    marker = {"symbol": "line-ns", "size": MARK / 2, "line": {"color": INK, "width": 3}}
    return [
        {
            "type": "scatter", "mode": "markers", "x": [float(overall["value"])] * len(others),
            "y": [line.at_mark for line in others], "marker": marker, "hoverinfo": "skip", "name": ALL_STUDENTS,
        }
    ]  # fmt: skip
