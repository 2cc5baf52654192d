"""What students gained by where they began, beside what coming back to the middle alone would give."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go

from dataworkbench.errors import no_such
from dataworkbench.figures.asking import empty_panel, few, hidden_notes, subtitle_of, title_or
from dataworkbench.figures.house import BLUE, INK, RUST, figure
from dataworkbench.figures.listing import Item, Line, display_columns, laid_out, sections_beside
from dataworkbench.figures.means import number_axis
from dataworkbench.figures.rates import tracks, whiskers_for
from dataworkbench.figures.words import Row, alternative, name_of, safe
from dataworkbench.frames import grouping_columns, is_number, require_gated, signed_text

_STEPS: Final = (
    "Dot: what these students gained beyond the average of their grade-mates, with its likely range."
)
_DIAMOND: Final = (
    "Diamond: what coming back to the middle alone would give. Only what lies away from it says more."
)


def plot_fifths(frame: pd.DataFrame, *, title: str = "") -> go.Figure:
    """Return a figure with a dot for each fifth's gain beyond grade-mates and a diamond for what chance alone would give.

    One line is one row of the frame (``growth_by_start``), which has passed the gate (``for_audience``) for staff: what was
    to be expected is not published.

    Raises
    ------
    NotGatedError
        Where the frame has not passed the gate.
    NoSuchNameError
        Where the frame is not grouped by ``fifth``.

    """
    require_gated(frame)
    if "fifth" not in grouping_columns(frame):
        raise no_such("grouping column of this frame", "fifth", grouping_columns(frame))
    heading = title_or(title, frame, "")
    panel = empty_panel(frame, heading)
    if panel is not None:
        return panel
    own, sections = (
        display_columns(frame, ["fifth"]),
        display_columns(frame, sections_beside(frame, ["fifth"])),
    )
    items = [
        Item(
            name_of(row, own),
            f"<b>{safe(gain_words(row))}</b>",
            name_of(row, sections),
            (row,),
            f" (n {row['n_label']})",
        )
        for row in frame.to_dict("records")
        if row["status"] in {"shown", "coded"}
    ]
    lines = laid_out(items)
    return figure(
        _traces(lines.lines), title=heading, subtitle=subtitle_of(frame),
        alt=alternative("Dots and diamonds around zero", heading, [f"{line.name}: {gain_words(line.row)}" for line in lines.lines]),
        plot_height=lines.height, axes={"xaxis": number_axis(_reach(frame)), "yaxis": lines.axis()},
        notes=[_STEPS, _DIAMOND, *hidden_notes(frame)], shapes=[*tracks(lines.lines), *_zero(lines.lines)],
    )  # fmt: skip


def gain_words(row: Row) -> str:
    """Return one fifth in words: what was gained beyond grade-mates, and what was to be expected."""
    expected = (
        f", expected {signed_text(float(row['expected']), 1)}" if is_number(row.get("expected")) else ""
    )
    return f"{signed_text(float(row['value']), 1)} points{expected}"


def _traces(lines: Sequence[Line]) -> list[dict[str, Any]]:
    place = [line.at_mark for line in lines]
    dots: dict[str, Any] = {
        "type": "scatter", "mode": "markers", "x": [float(line.row["value"]) for line in lines], "y": place, "name": "gained",
        "marker": {"size": 12, "color": ["#ffffff" if few(line.row) else BLUE for line in lines], "line": {"color": BLUE, "width": 2}},
        "hoverinfo": "text", "hovertext": [safe(f"{line.name}: {gain_words(line.row)}") for line in lines],
    }  # fmt: skip
    whiskers = whiskers_for(lines)
    known = [line for line in lines if is_number(line.row.get("expected"))]
    diamonds = {
        "type": "scatter", "mode": "markers", "x": [float(line.row["expected"]) for line in known],
        "y": [line.at_mark for line in known], "name": "expected", "hoverinfo": "skip",
        "marker": {"size": 13, "symbol": "diamond-open", "color": RUST, "line": {"color": RUST, "width": 2.5}},
    }  # fmt: skip
    return [{**dots, "error_x": whiskers} if whiskers else dots, *([diamonds] if known else [])]


def _zero(lines: Sequence[Line]) -> list[dict[str, Any]]:
    return [
        {"type": "line", "x0": 0, "x1": 0, "y0": line.at_mark - 8, "y1": line.at_mark + 8, "line": {"color": INK, "width": 1.5}, "layer": "below"}
        for line in lines
    ]  # fmt: skip


def _reach(frame: pd.DataFrame) -> tuple[float, float]:
    held = [
        frame[name].astype("Float64").dropna()
        for name in ("value", "low", "high", "expected")
        if name in frame
    ]
    ends = [float(end) for column in held for end in column] or [1.0]
    reach = max(abs(end) for end in ends) or 1.0
    return -reach, reach
