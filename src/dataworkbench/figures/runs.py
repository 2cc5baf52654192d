"""A run chart: points in order of time around a median that is frozen from the first ones."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go

from dataworkbench.errors import no_such
from dataworkbench.figures.asking import empty_panel, hidden_notes, subtitle_of, title_or
from dataworkbench.figures.house import BLUE, GRID, QUIET, RUST, figure
from dataworkbench.figures.words import alternative, row_words, safe
from dataworkbench.frames import TIME_COLUMNS, grouping_columns, percent_text, require_gated, value_text

_HEIGHT: Final = 300


def plot_runs(
    frame: pd.DataFrame,
    *,
    over: str = "week",
    median: float,
    baseline: int = 0,
    shifted: bool = False,
    title: str = "",
) -> go.Figure:
    """Return a figure of one series over time around its median.

    One point is one row of the frame, in order of time, which has passed the gate (``for_audience``). ``median`` is that of
    the first ``baseline`` points (of all, where it is 0), and its line is drawn broken after them. Points that are hidden or
    missing leave a gap. Where there is a shift, its sign is said in the note, not drawn.

    Raises
    ------
    NotGatedError
        Where the frame has not passed the gate.
    NoSuchNameError
        Where ``over`` is no column of time of the frame.

    """
    require_gated(frame)
    if over not in TIME_COLUMNS or over not in grouping_columns(frame):
        raise no_such(
            "column of time in this frame", over, [n for n in grouping_columns(frame) if n in TIME_COLUMNS]
        )
    heading = title_or(title, frame, "")
    panel = empty_panel(frame, heading)
    if panel is not None:
        return panel
    rows = sorted(frame.to_dict("records"), key=lambda row: str(row[over]))
    moments = [_short(str(row[over])) for row in rows]
    values = [float(row["value"]) if row["status"] == "shown" else None for row in rows]
    known = [value for value in values if value is not None]
    said = [row_words(moment, row) for moment, row in zip(moments, rows, strict=True)]
    unit = str(rows[0]["unit"])
    centre = f"Median {value_text(median, unit, _decimals(known, unit))}" + (
        f", frozen from the first {baseline}" if baseline else ""
    )
    return figure(
        [_points(values, said), _sides(values, median, shifted=shifted)], title=heading, subtitle=subtitle_of(frame),
        alt=alternative("Points over time around a median", heading, [centre, *said]), plot_height=_HEIGHT, left=56,
        axes={"xaxis": _over(moments), "yaxis": _up(known, median, unit)},
        notes=[f"Line: {centre.lower()}. Points on the line are passed over.", *hidden_notes(frame)],
        shapes=_median(median, len(values), baseline),
    )  # fmt: skip


def _short(moment: str) -> str:
    return moment[5:] if len(moment) == 10 else moment


def _decimals(values: Sequence[float], unit: str) -> int:
    return 1 if unit == "rate" else 2 if max(map(abs, values), default=0) < 10 else 1


def _points(values: Sequence[float | None], said: Sequence[str]) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "lines", "x": list(range(len(values))), "y": list(values), "connectgaps": False,
        "line": {"color": QUIET, "width": 1.5}, "hoverinfo": "text", "hovertext": [safe(text) for text in said], "name": "series",
    }  # fmt: skip


def _sides(values: Sequence[float | None], median: float, *, shifted: bool) -> dict[str, Any]:
    known = [(place, value) for place, value in enumerate(values) if value is not None]
    colour = RUST if shifted else BLUE
    return {
        "type": "scatter", "mode": "markers", "x": [place for place, _ in known], "y": [value for _, value in known],
        "marker": {
            "size": 11, "color": ["#ffffff" if math.isclose(value, median) else colour for _, value in known],
            "line": {"color": colour, "width": 2},
        },
        "hoverinfo": "skip", "name": "points", "cliponaxis": False,
    }  # fmt: skip


def _median(median: float, points: int, baseline: int) -> list[dict[str, Any]]:
    line: dict[str, Any] = {"type": "line", "y0": median, "y1": median, "layer": "below"}
    frozen = min(baseline, points) - 0.5 if baseline else points - 0.5
    found = [{**line, "x0": -0.5, "x1": frozen, "line": {"color": BLUE, "width": 2}}]
    if frozen < points - 0.5:
        found.append(
            {**line, "x0": frozen, "x1": points - 0.5, "line": {"color": BLUE, "width": 2, "dash": "dash"}}
        )
    return found


def _over(moments: Sequence[str]) -> dict[str, Any]:
    step = max(1, math.ceil(len(moments) / 6))
    places = list(range(0, len(moments), step))
    return {
        "range": [-0.6, len(moments) - 0.4], "tickvals": places, "ticktext": [safe(moments[place]) for place in places],
        "showgrid": False, "zeroline": False, "fixedrange": True, "tickfont": {"size": 12, "color": QUIET},
    }  # fmt: skip


def _up(values: Sequence[float], median: float, unit: str) -> dict[str, Any]:
    ends = [value for value in (*values, median) if not math.isnan(value)] or [0.0, 1.0]
    low, high = min(ends), max(ends)
    room = (high - low) * 0.25 or (0.02 if unit == "rate" else 1.0)
    axis: dict[str, Any] = {
        "range": [low - room, high + room], "gridcolor": GRID, "zeroline": False, "fixedrange": True, "nticks": 5,
        "tickfont": {"size": 13, "color": QUIET},
    }  # fmt: skip
    if unit != "rate":
        return axis
    marks = [low - room + (high - low + 2 * room) * part for part in (0.1, 0.5, 0.9)]
    return {**axis, "tickvals": marks, "ticktext": [percent_text(mark, 1) for mark in marks]}
