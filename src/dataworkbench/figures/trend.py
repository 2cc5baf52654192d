"""How figures moved over years, terms or months."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go

from dataworkbench.errors import no_such
from dataworkbench.figures.asking import empty_panel, hidden_notes, subtitle_of, title_or
from dataworkbench.figures.house import GRID, QUIET, SERIES, figure, share_axis
from dataworkbench.figures.listing import column_to_draw_by, display_columns, sections_beside
from dataworkbench.figures.means import number_axis
from dataworkbench.figures.strokes import Row, Series, series_traces
from dataworkbench.figures.words import alternative, in_lines, name_of, row_words, wrapped
from dataworkbench.frames import TIME_COLUMNS, grouping_columns, percent_text, require_gated, rows_in
from dataworkbench.terms import PERIODS

_MOST_LINES: Final = len(SERIES)
_MOST_BANDS: Final = 3
_FLOOR: Final = 0.07
_ONE_HEIGHT, _PANEL_HEIGHT, _PANEL_HEAD = 320, 90, 48


def plot_trend(
    frame: pd.DataFrame, *, over: str = "school_year", by: str = "", zoom: bool = False, title: str = ""
) -> go.Figure:
    """Return a figure with one line for each group over time, and a band for its interval where the frame has one.

    One point is one row of the frame, which has passed the gate (``for_audience``). ``over`` is a column of time; where
    rows differ in another column of time as well, moments are named by both. Lines break where a figure is hidden or
    missing; one coded as a range is an upright line. More groups than colours get a small panel each. Shares are drawn
    from 0 to 100 percent unless ``zoom`` asks for the part of it in which they lie, and then the figure says so.

    Raises
    ------
    NotGatedError
        Where the frame has not passed the gate.
    NoSuchNameError
        Where ``over`` is no column of time, or the frame is not grouped by it or by ``by``.

    """
    require_gated(frame)
    time = _time_columns(frame, over)
    column = column_to_draw_by(frame, by) if by else ""
    heading = title or f"{title_or('', frame, '')} over time"
    panel = empty_panel(frame, heading)
    if panel is not None:
        return panel
    moments = _moments(frame, time)
    series = _series(frame, [column] if column else [], time, moments)
    said = [
        row_words(", ".join(filter(None, (s.name, m))), row)
        for s in series
        for m, row in zip(moments, s.rows, strict=True)
        if row
    ]
    axis = _y_axis(frame, zoom=zoom)
    parts = _panels(series, moments, axis) if len(series) > _MOST_LINES else _together(series, moments, axis)
    return figure(
        title=heading,
        subtitle=subtitle_of(frame),
        alt=alternative("Lines over time", heading, said),
        notes=[
            *_notes(frame, banded=len(series) <= _MOST_BANDS or len(series) > _MOST_LINES),
            *(["The axis does not begin at 0%."] if axis["range"][0] > 0 and zoom else []),
        ],
        **parts,
    )


def _time_columns(frame: pd.DataFrame, over: str) -> list[str]:
    groups = grouping_columns(frame)
    if over not in TIME_COLUMNS or over not in groups:
        raise no_such("column of time in this frame", over, [name for name in groups if name in TIME_COLUMNS])
    return [name for name in TIME_COLUMNS if name == over or (name in groups and frame[name].nunique() > 1)]


def _moments(frame: pd.DataFrame, time: Sequence[str]) -> list[str]:
    rows = {name_of(row, time): row for row in rows_in(frame)}
    return sorted(rows, key=lambda name: [_place(column, str(rows[name][column])) for column in time])


def _place(column: str, value: str) -> tuple[int, str]:
    if column == "period":
        return (PERIODS.index(value) if value in PERIODS else len(PERIODS)), value
    return 0, value


def _series(
    frame: pd.DataFrame, by: Sequence[str], time: Sequence[str], moments: Sequence[str]
) -> list[Series]:
    others = [c for c in sections_beside(frame, [*by, *time]) if c not in by]
    others = [c for c in others if c != "subgroup_type" or "subgroup" not in others]
    columns = display_columns(frame, [*by, *others])
    found: dict[str, dict[str, Row]] = {}
    for row in rows_in(frame):
        name = name_of(row, list(dict.fromkeys(columns)))
        found.setdefault(name, {})[name_of(row, time)] = row
    return [Series(name, tuple(rows.get(moment) for moment in moments)) for name, rows in found.items()]


def _together(series: Sequence[Series], moments: Sequence[str], axis: Mapping[str, Any]) -> dict[str, Any]:
    """Return all lines in one plot, with a legend where there is more than one."""
    few = len(series) <= _MOST_BANDS
    sides = _label_sides(series)
    traces: list[dict[str, Any]] = []
    for place, one in enumerate(series):
        traces += series_traces(one, moments, place, sides[place], banded=few)
    rows = sum(len(wrapped(one.name_with_n)) for one in series)
    return {
        "traces": traces,
        "plot_height": _ONE_HEIGHT,
        "axes": {"xaxis": _x_axis(moments), "yaxis": dict(axis)},
        "legend_rows": rows if len(series) > 1 else 0,
        "left": 52,
    }


def _label_sides(series: Sequence[Series]) -> list[list[str]]:
    """Return where each point's label stands: above the highest line, below the lowest one, nowhere between them."""
    sides = [["" for _ in one.rows] for one in series]
    for moment in range(len(series[0].rows)):
        points = [(one.rows[moment], place) for place, one in enumerate(series)]
        known = sorted(
            (float(row["value"]), place)
            for row, place in points
            if row is not None and row["status"] == "shown"
        )
        if known:
            sides[known[0][1]][moment] = (
                "top center" if _on_the_floor(series[known[0][1]], moment) else "bottom center"
            )
            sides[known[-1][1]][moment] = "top center"
    return sides


def _on_the_floor(one: Series, moment: int) -> bool:
    """Return whether a share stands so low that a label below it would lie on the words of the axis."""
    row = one.rows[moment]
    return row is not None and row["unit"] == "rate" and float(row["value"]) < _FLOOR


def _panels(series: Sequence[Series], moments: Sequence[str], axis: Mapping[str, Any]) -> dict[str, Any]:
    """Return a small panel for each line, one under the other on the same scale."""
    each = _PANEL_HEIGHT + _PANEL_HEAD
    height = each * len(series)
    traces: list[dict[str, Any]] = []
    axes: dict[str, Any] = {
        "xaxis": {**_x_axis(moments), "anchor": "y" if len(series) == 1 else f"y{len(series)}"}
    }
    heads = []
    for place, one in enumerate(series):
        suffix = "" if place == 0 else str(place + 1)
        top = 1 - (each * place + _PANEL_HEAD) / height
        axes[f"yaxis{suffix}"] = {
            **_short(axis),
            "domain": [max(0.0, round(top - _PANEL_HEIGHT / height, 6)), round(top, 6)],
        }
        traces += [
            {**trace, "yaxis": f"y{suffix}", "xaxis": "x"}
            for trace in series_traces(one, moments, 0, ["top center"] * len(moments), banded=True)
        ]
        heads.append(
            {
                "text": f"<b>{in_lines(one.name_with_n, most=1)}</b>", "yshift": 8, "x": 0, "xref": "paper", "xanchor": "left", "xshift": -40,
                "y": round(top, 6), "yref": "paper", "yanchor": "bottom", "showarrow": False, "align": "left",
            }
        )  # fmt: skip
    return {"traces": traces, "plot_height": height, "axes": axes, "annotations": heads, "left": 52}


def _x_axis(moments: Sequence[str]) -> dict[str, Any]:
    every = max(1, math.ceil(len(moments) / 6))
    places = list(range(0, len(moments), every))
    return {
        "range": [-0.3, len(moments) - 0.7], "tickvals": places, "ticktext": [in_lines(moments[p].replace(" · ", " "), 8) for p in places],
        "showgrid": False, "zeroline": False, "fixedrange": True, "tickfont": {"size": 13, "color": QUIET}, "linecolor": GRID,
        "showline": True,
    }  # fmt: skip


def _y_axis(frame: pd.DataFrame, *, zoom: bool) -> dict[str, Any]:
    known = [float(v) for name in ("value", "low", "high") for v in frame[name].dropna()]
    if not (frame["unit"] == "rate").all():
        low = 0.0 if (frame["unit"] == "count").all() else min(known, default=0.0)
        return number_axis((low, max(known, default=1.0)))
    if not zoom or not known:
        return share_axis() | {"range": [0, 1.04]}
    first, last = math.floor(min(known) * 20 + 1e-9), math.ceil(max(known) * 20 - 1e-9)
    ticks = [place / 20 for place in range(first, last + 1, max(1, round((last - first) / 5)))]
    words = [percent_text(tick) for tick in ticks]
    return share_axis() | {"range": [first / 20, last / 20 + 0.01], "tickvals": ticks, "ticktext": words}


def _short(axis: Mapping[str, Any]) -> dict[str, Any]:
    """Return an axis with fewer ticks, for a small panel."""
    if "tickvals" not in axis:
        return {**axis, "nticks": 3}
    return {**axis, "tickvals": axis["tickvals"][::2], "ticktext": axis["ticktext"][::2]}


def _notes(frame: pd.DataFrame, *, banded: bool) -> list[str]:
    shown = frame[frame["status"] == "shown"]
    notes = []
    if banded and shown["low"].notna().any():
        notes.append("Pale band: the likely range (95% interval).")
    if (frame["status"] == "coded").any():
        notes.append("Upright line with ends: a range, to protect students.")
    if frame["status"].isin(["missing", "not_applicable"]).any():
        notes.append("A gap in a line: no data, or nobody in the group.")
    return [*notes, *hidden_notes(frame)]
