"""Two figures of each group side by side on one scale: scheduled and used, before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go

from dataworkbench.errors import no_such
from dataworkbench.figures.asking import empty_panel, few, hidden_notes, subtitle_of, title_or
from dataworkbench.figures.house import GRID, SERIES, SYMBOLS, figure
from dataworkbench.figures.listing import (
    Item,
    Line,
    Listing,
    column_to_draw_by,
    display_columns,
    laid_out,
    sections_beside,
)
from dataworkbench.figures.means import number_axis
from dataworkbench.figures.rates import whiskers_for
from dataworkbench.figures.words import (
    INSTEAD,
    Row,
    alternative,
    name_of,
    row_words,
    safe,
    value_words,
    wrapped,
)
from dataworkbench.frames import PAIR_COLUMNS, grouping_columns, require_gated, rows_in

_LANE: Final = 12


def plot_pairs(frame: pd.DataFrame, *, pair: str = "", by: str = "", title: str = "") -> go.Figure:
    """Return a figure with one line for each group and a mark for each value of ``pair``, on one scale from zero.

    One mark is one row of the frame, which has passed the gate (``for_audience``). A pale line joins the marks of a group, so
    that the distance between them is what is seen first.

    Raises
    ------
    NotGatedError
        Where the frame has not passed the gate.
    NoSuchNameError
        Where the frame is not grouped by ``pair`` or ``by``.

    """
    require_gated(frame)
    groups = grouping_columns(frame)
    column = pair or next((name for name in PAIR_COLUMNS if name in groups), "")
    if column not in groups:
        raise no_such("column whose values are set side by side", column or PAIR_COLUMNS[0], groups)
    heading = title_or(title, frame, "")
    panel = empty_panel(frame, heading)
    if panel is not None:
        return panel
    steps = list(dict.fromkeys(frame[column].astype(str)))
    lines = _lines(frame, column, by, steps)
    most = max((float(end) for name in ("value", "high") for end in frame[name].dropna()), default=1.0)
    said = [row_words(f"{line.name}, {row[column]}", row) for line in lines.lines for row in line.rows]
    return figure(
        [
            trace
            for place, step in enumerate(steps)
            for trace in _marks(lines, column, step, place, len(steps))
        ],
        title=heading,
        subtitle=subtitle_of(frame),
        alt=alternative(
            f"Marks on a scale, one each for {' and '.join(safe(step) for step in steps)}", heading, said
        ),
        plot_height=lines.height,
        axes={
            "xaxis": {**number_axis((0.0, most)), "range": [0, most * 1.05]},
            "yaxis": lines.axis(),
        },
        notes=_notes(frame),
        legend_rows=len(steps),
        shapes=[shape for line in lines.lines for shape in _joined(line)],
    )


def _lines(frame: pd.DataFrame, pair: str, by: str, steps: Sequence[str]) -> Listing:
    others = [name for name in sections_beside(frame, [pair]) if name != pair]
    column = column_to_draw_by(frame, by) if by else (others[-1] if others else "")
    own = display_columns(frame, [column]) if column else []
    sections = [
        name
        for name in display_columns(frame, [other for other in others if other != column])
        if name not in own
    ]
    found: dict[tuple[str, str], list[Row]] = {}
    for row in rows_in(frame):
        found.setdefault((name_of(row, sections), name_of(row, own) if own else "All"), []).append(row)
    items = []
    for (section, name), unsorted in found.items():
        rows = sorted(unsorted, key=lambda row: steps.index(str(row[pair])))
        known = [row for row in rows if row["status"] not in INSTEAD and row["n_label"]]
        behind = f" (n {known[0]['n_label']})" if known else ""
        said = ", ".join(f"{row[pair]} {value_words(row)}" for row in rows)
        items.append(
            Item(name, "<br>".join(safe(line) for line in wrapped(said)), section, tuple(rows), behind)
        )
    return laid_out(items, mark=_LANE * len(steps) + 4)


def _marks(lines: Listing, pair: str, step: str, place: int, steps: int) -> list[dict[str, Any]]:
    lane = (place - (steps - 1) / 2) * _LANE
    mine = [
        replace(line, rows=(row,), at_mark=line.at_mark + lane)
        for line in lines.lines
        for row in line.rows
        if str(row[pair]) == step and row["status"] == "shown"
    ]
    colour = SERIES[place % len(SERIES)]
    fills = ["#ffffff" if few(line.row) else colour for line in mine]
    trace: dict[str, Any] = {
        "type": "scatter", "mode": "markers", "x": [float(line.row["value"]) for line in mine] or [None],
        "y": [line.at_mark for line in mine] or [None], "name": safe(step.capitalize()), "hoverinfo": "text",
        "hovertext": [safe(row_words(f"{line.name}, {step}", line.row)) for line in mine],
        "marker": {"size": 13, "symbol": SYMBOLS[place % len(SYMBOLS)], "color": fills or colour, "line": {"color": colour, "width": 2}},
    }  # fmt: skip
    whiskers = whiskers_for(mine) if mine else None
    return [
        {**trace, "error_x": {**whiskers, "color": colour, "width": 0, "thickness": 2}} if whiskers else trace
    ]


def _joined(line: Line) -> list[dict[str, Any]]:
    shown = [float(row["value"]) for row in line.rows if row["status"] == "shown"]
    if len(shown) < 2:
        return []
    return [
        {
            "type": "rect", "x0": min(shown), "x1": max(shown), "y0": line.at_mark - _LANE / 2, "y1": line.at_mark + _LANE / 2,
            "fillcolor": GRID, "line": {"width": 0}, "layer": "below",
        }
    ]  # fmt: skip


def _notes(frame: pd.DataFrame) -> list[str]:
    shown = frame[frame["status"] == "shown"]
    known = shown.dropna(subset=["low", "high"])
    notes = ["Thin line: the likely range (95% interval)."] if (known["high"] > known["low"]).any() else []
    if any(few(row) for row in rows_in(shown)):
        notes.append("White mark: very few, so read with care.")
    return [*notes, "Grey: the distance between the two.", *hidden_notes(frame, few_are_marked=True)]
