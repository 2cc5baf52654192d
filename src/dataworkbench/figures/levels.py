"""How the students of a group are spread over ordered levels, as bars of 100 percent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go

from dataworkbench.errors import no_such
from dataworkbench.figures.asking import empty_panel, hidden_notes, subtitle_of, title_or
from dataworkbench.figures.house import figure, ink_on, ramp, share_axis
from dataworkbench.figures.listing import (
    MARK,
    Item,
    Line,
    Listing,
    display_columns,
    laid_out,
    sections_beside,
)
from dataworkbench.figures.words import (
    INSTEAD,
    Row,
    alternative,
    in_lines,
    name_of,
    row_words,
    safe,
    value_words,
    wrapped,
)
from dataworkbench.frames import PART_COLUMNS, group_text, grouping_columns, require_gated

_ORDERS: Final = (
    ("satisfactory", "at risk", "moderately chronic", "severely chronic"),
    ("far below basic", "below basic", "basic", "proficient", "advanced"),
    ("did not meet", "partially met", "approached", "met", "exceeded"),
    ("not met", "nearly met", "met", "exceeded"),
    ("not yet", "met"),
    ("beginning", "developing", "proficient", "advanced"),
    (
        "taught, then assessed",
        "assessed before it was taught",
        "assessed, not taught",
        "taught, not assessed",
    ),
    ("low", "low average", "average", "high average", "high"),
)
"""Sets of levels whose order is known, the first step first."""

_BEST_FIRST: Final = frozenset({"satisfactory", "taught, then assessed"})
_ROOM_FOR_TEXT: Final = 0.09
_THICK: Final = MARK + 6


@dataclass(frozen=True)
class Segment:
    """One part of a bar: where it begins, how wide it is drawn, and the row it stands for."""

    start: float
    width: float
    row: Row


def plot_levels(
    frame: pd.DataFrame, *, level: str = "", by: str = "", order: Sequence[str] = (), title: str = ""
) -> go.Figure:
    """Return a figure with one bar of 100 percent for each group, parted by level.

    One part of a bar is one row of the frame, which has passed the gate (``for_audience``). ``level`` is the column
    that parts the bars (by default the one that holds levels, answers or endings), ``order`` its steps from the first
    to the last, where the frame does not already have them in order. A part that is coded for privacy is hatched and
    drawn as wide as the others leave room.

    Raises
    ------
    NotGatedError
        Where the frame has not passed the gate.
    NoSuchNameError
        Where the frame is not grouped by ``level`` or ``by``.

    """
    require_gated(frame)
    parts = part_column(frame, level)
    heading = title_or(title, frame, by)
    panel = empty_panel(frame, heading)
    if panel is not None:
        return panel
    steps = in_order(frame, parts, order)
    lines = wholes(frame, parts, by)
    colours = ramp(len(steps))
    if steps[0].lower() in _BEST_FIRST:
        colours.reverse()
    placed = [(line, one) for line in lines.lines for one in segments(line.rows, parts, steps)]
    said = [
        row_words(f"{line.name}, {name_of(row, [parts])}", row) for line in lines.lines for row in line.rows
    ]
    return figure(
        step_traces(placed, parts, steps, colours),
        title=heading,
        subtitle=subtitle_of(frame),
        alt=alternative("Bars of 100 percent, parted by level", heading, said),
        plot_height=lines.height,
        axes={"xaxis": share_axis(showgrid=False), "yaxis": lines.axis()},
        notes=level_notes(frame),
        legend_rows=sum(len(wrapped(group_text(parts, step))) for step in steps),
    )


def part_column(frame: pd.DataFrame, asked: str) -> str:
    """Return the column that parts each bar: the one asked for, else the first that is known to hold parts.

    Raises
    ------
    NoSuchNameError
        Where there is none.

    """
    groups = grouping_columns(frame)
    found = (
        asked
        if asked in groups
        else next((name for name in PART_COLUMNS if name in groups and not asked), "")
    )
    if not found:
        raise no_such("column of levels in this frame", asked or "performance_level", groups)
    return found


def in_order(frame: pd.DataFrame, parts: str, order: Sequence[str]) -> list[str]:
    """Return the steps that occur, in the order asked for, else a known one, else by number, else the frame's."""
    there = list(dict.fromkeys(str(step) for step in frame[parts].dropna()))
    if order:
        return [*(step for step in order if step in there), *(step for step in there if step not in order)]
    if all(step.isdecimal() for step in there):
        return sorted(there, key=int)
    for known in _ORDERS:
        if {step.lower() for step in there} <= set(known):
            return sorted(there, key=lambda step, known=known: known.index(step.lower()))  # type: ignore[misc]  # bound at once
    return there


def wholes(frame: pd.DataFrame, parts: str, by: str) -> Listing:
    """Return one line for each whole: the rows that differ in nothing but their part."""
    others = sections_beside(frame, [parts])
    by = by or (others[-1] if others else "")
    own, sections = (
        display_columns(frame, [by]),
        display_columns(frame, [name for name in others if name != by]),
    )
    sections = [name for name in sections if name not in own]
    found: dict[tuple[str, str], list[Row]] = {}
    for row in frame.to_dict("records"):
        found.setdefault((name_of(row, sections), name_of(row, own) if own else "All"), []).append(row)
    items = []
    for (section, name), rows in found.items():
        known = [row for row in rows if row["status"] not in INSTEAD]
        behind = f" (n {known[0]['n_label']})" if known and known[0]["n_label"] else ""
        said = "" if known else f"<i>{safe(value_words(rows[0]))}</i>"
        items.append(Item(name, said, section, tuple(rows), behind))
    return laid_out(items)


def segments(rows: Sequence[Row], parts: str, steps: Sequence[str]) -> list[Segment]:
    """Return the parts of one bar in order; parts coded as a range share what the others leave."""
    placed = sorted(
        (row for row in rows if row["status"] in {"shown", "coded"}),
        key=lambda row: steps.index(str(row[parts])),
    )
    coded = [row for row in placed if row["status"] == "coded"]
    left = 1 - sum(float(row["value"]) for row in placed if row["status"] == "shown")
    found, start = [], 0.0
    for row in placed:
        wide = float(row["value"]) if row["status"] == "shown" else _width_of_range(row, coded, left)
        found.append(Segment(round(start, 6), round(wide, 6), row))
        start += wide
    return found


def _width_of_range(row: Row, coded: Sequence[Row], left: float) -> float:
    """Return how wide a range is drawn: its low end, and its part of what all the ranges leave open."""
    open_to_all = left - sum(float(other["low"]) for other in coded)
    reach = sum(float(other["high"]) - float(other["low"]) for other in coded)
    share = max(0.0, min(1.0, open_to_all / reach)) if reach else 0.0
    return float(row["low"]) + (float(row["high"]) - float(row["low"])) * share


def step_traces(
    placed: Sequence[tuple[Line, Segment]],
    parts: str,
    steps: Sequence[str],
    colours: Sequence[str],
    *,
    span: float = 1.0,
) -> list[dict[str, Any]]:
    """Return the bars, a trace for each step, and one more where parts of the step are coded as ranges.

    ``span`` is the length of the axis: text stands in a part only where there is room for it.
    """
    traces = []
    for step, colour in zip(steps, colours, strict=True):
        mine = [(line, one) for line, one in placed if str(one.row[parts]) == step]
        for coded in (False, True):
            there = [(line, one) for line, one in mine if (one.row["status"] == "coded") is coded]
            if there:
                first = not (coded and len(there) < len(mine))
                traces.append(
                    {
                        **_bars(
                            there, group_text(parts, step), colour, coded=coded, room=_ROOM_FOR_TEXT * span
                        ),
                        "showlegend": first,
                    }
                )
    return traces


def _bars(
    there: Sequence[tuple[Line, Segment]], name: str, colour: str, *, coded: bool, room: float
) -> dict[str, Any]:
    look: dict[str, Any] = {"color": colour, "line": {"color": "#ffffff", "width": 2}}
    if coded:
        look["pattern"] = {"shape": "/", "fgcolor": colour, "bgcolor": "#ffffff", "size": 7, "solidity": 0.5}
    return {
        "type": "bar", "orientation": "h", "base": [one.start for _, one in there], "x": [one.width for _, one in there],
        "y": [line.at_mark + 2 for line, _ in there], "width": _THICK, "marker": look, "name": in_lines(name),
        "legendgroup": name, "hoverinfo": "text",
        "hovertext": [safe(row_words(f"{line.name}, {name}", one.row)) for line, one in there],
        "text": ["" if coded else _inside(one, room) for _, one in there], "textposition": "inside", "textangle": 0,
        "insidetextanchor": "middle", "insidetextfont": {"color": ink_on(colour), "size": 13}, "constraintext": "none",
    }  # fmt: skip


def _inside(one: Segment, room: float) -> str:
    return safe(str(one.row["label"])) if one.width >= room else ""


def level_notes(frame: pd.DataFrame) -> list[str]:
    """Return what is said beneath: what hatching means, what is hidden and why."""
    coded = (
        ["Hatched: a range, to protect students; see the table."]
        if (frame["status"] == "coded").any()
        else []
    )
    return [*coded, *hidden_notes(frame)]
