"""What became of each strategy: who met the goal, and how far that is beyond what would have come anyway."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go

from dataworkbench.figures.asking import empty_panel, notes_for, subtitle_of, title_or
from dataworkbench.figures.house import BLUE, INK, figure, share_axis
from dataworkbench.figures.listing import (
    Item,
    Line,
    Listing,
    column_to_draw_by,
    display_columns,
    laid_out,
    listing,
    sections_beside,
)
from dataworkbench.figures.means import number_axis
from dataworkbench.figures.rates import bar_traces, tracks
from dataworkbench.figures.words import Row, alternative, name_of, row_words, safe
from dataworkbench.frames import grouping_columns, is_number, number_text, require_gated

_BETWEEN: Final = 92
_HEAD: Final = "Points beyond like students without it"


def plot_interventions(frame: pd.DataFrame, *, by: str = "", title: str = "") -> go.Figure:
    """Return a figure of what became of each strategy, in two parts.

    One line is one row of a ledger of strategies (``intervention_outcomes``) that has passed the gate
    (``for_audience``). Above: the share of students who met their goal, of all who began and have an outcome. Below,
    where the frame has it (``adjusted`` with its interval): how many points they gained beyond students with the same
    first score who did without, since students chosen for low scores rise towards the mean on their own.

    Raises
    ------
    NotGatedError
        Where the frame has not passed the gate.
    NoSuchNameError
        Where the frame is not grouped by ``by``.

    """
    require_gated(frame)
    by = by or ("strategy" if "strategy" in grouping_columns(frame) else "")
    column = column_to_draw_by(frame, by)
    heading = title_or(title, frame, column)
    panel = empty_panel(frame, heading)
    if panel is not None:
        return panel
    met, beyond = listing(frame, column), _beyond_listing(frame, column)
    said = [row_words(line.name, line.row) for line in met.lines]
    notes = notes_for(frame, mark="bar")
    if not beyond.lines:
        notes.append(
            "Not shown: what like students gained without it. A share alone does not tell that a strategy works."
        )
        below: dict[str, Any] = {
            "plot_height": met.height,
            "axes": {"xaxis": share_axis(), "yaxis": met.axis()},
        }
        traces, shapes = bar_traces(met.lines), tracks(met.lines)
    else:
        said += [f"{line.name}, {_HEAD.lower()}: {_beyond_words(line.row)}" for line in beyond.lines]
        below, shapes = _two_parts(met, beyond)
        traces = [*bar_traces(met.lines), _beyond_dots(beyond.lines)]
    return figure(
        traces,
        title=heading,
        subtitle=subtitle_of(frame),
        alt=alternative("Bars from 0 to 100 percent, and dots around zero", heading, said),
        notes=notes,
        shapes=shapes,
        **below,
    )


def _beyond_listing(frame: pd.DataFrame, by: str) -> Listing:
    """Return a line for each row that says how far its students came beyond like students."""
    if "adjusted" not in frame.columns:
        return Listing((), (), 0)
    own, sections = display_columns(frame, [by]), display_columns(frame, sections_beside(frame, [by]))
    rows = [
        row for row in frame.to_dict("records") if row["status"] == "shown" and is_number(row["adjusted"])
    ]
    return laid_out(
        [
            Item(name_of(row, own), f"<b>{safe(_beyond_words(row))}</b>", name_of(row, sections), (row,))
            for row in rows
        ]
    )


def _beyond_words(row: Row) -> str:
    points = float(row["adjusted"])
    size = number_text(abs(points), 1)
    return f"{size} points {'more' if points >= 0 else 'less'}"


def _beyond_dots(lines: Sequence[Line]) -> dict[str, Any]:
    values = [float(line.row["adjusted"]) for line in lines]
    known = [is_number(line.row["adjusted_low"]) and is_number(line.row["adjusted_high"]) for line in lines]
    ends = [
        (float(line.row["adjusted_low"]), float(line.row["adjusted_high"])) if k else (v, v)
        for line, v, k in zip(lines, values, known, strict=True)
    ]
    ranked = [bool(line.row.get("ranked", True)) for line in lines]
    return {
        "type": "scatter", "mode": "markers", "x": values, "y": [line.at_mark for line in lines], "xaxis": "x2", "yaxis": "y2",
        "marker": {"size": 12, "color": [BLUE if one else "#ffffff" for one in ranked], "line": {"color": BLUE, "width": 2}},
        "error_x": {
            "type": "data", "symmetric": False, "array": [round(high - v, 6) for v, (_, high) in zip(values, ends, strict=True)],
            "arrayminus": [round(v - low, 6) for v, (low, _) in zip(values, ends, strict=True)], "color": INK, "thickness": 1.6,
            "width": 5,
        },
        "hoverinfo": "text", "hovertext": [safe(_hover(line)) for line in lines], "name": "beyond",
    }  # fmt: skip


def _hover(line: Line) -> str:
    row = line.row
    parts = [f"{line.name}: {_beyond_words(row)} than like students without it"]
    if is_number(row.get("change")):
        parts.append(f"they gained {number_text(float(row['change']), 1)}")
    if is_number(row.get("expected_from_regression")):
        parts.append(
            f"{number_text(float(row['expected_from_regression']), 1)} were to be expected from chance at the start"
        )
    return "; ".join(parts)


def _two_parts(met: Listing, beyond: Listing) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return height, axes and head of the two parts, one under the other, and what lies behind their marks."""
    height = met.height + _BETWEEN + beyond.height
    lower = beyond.height / height
    head = {
        "text": f"<b>{_HEAD}</b>", "x": 0, "xref": "paper", "xanchor": "left", "xshift": -3, "y": lower, "yref": "paper",
        "yanchor": "bottom", "yshift": 8, "showarrow": False, "font": {"size": 15},
    }  # fmt: skip
    axes = {
        "xaxis": {**share_axis(), "anchor": "y"}, "yaxis": {**met.axis(), "domain": [round(1 - met.height / height, 6), 1]},
        "xaxis2": {**number_axis(_reach(beyond.lines)), "anchor": "y2"},
        "yaxis2": {**beyond.axis(), "domain": [0, round(lower, 6)]},
    }  # fmt: skip
    return {"plot_height": height, "axes": axes, "annotations": [head]}, [
        *tracks(met.lines),
        *_behind(beyond.lines),
    ]


def _reach(lines: Sequence[Line]) -> tuple[float, float]:
    ends = [
        float(line.row[name])
        for line in lines
        for name in ("adjusted", "adjusted_low", "adjusted_high")
        if is_number(line.row[name])
    ]
    reach = max(map(abs, ends), default=1.0) or 1.0
    return -reach, reach


def _behind(lines: Sequence[Line]) -> list[dict[str, Any]]:
    zero: Mapping[str, Any] = {
        "type": "line",
        "xref": "x2",
        "x0": 0,
        "x1": 0,
        "line": {"color": INK, "width": 2},
    }
    found = [{**track, "yref": "y2"} for track in tracks(lines)]
    return [
        *found,
        *(
            {**zero, "yref": "y2", "y0": line.at_mark - 7, "y1": line.at_mark + 10, "layer": "below"}
            for line in lines
        ),
    ]
