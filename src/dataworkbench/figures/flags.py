"""How many students hold how many early-warning flags, and of how many it cannot be said."""

from __future__ import annotations

from typing import Final

import pandas as pd
import plotly.graph_objects as go

from dataworkbench.figures.asking import empty_panel, subtitle_of, title_or
from dataworkbench.figures.house import figure, share_axis
from dataworkbench.figures.levels import in_order, level_notes, part_column, segments, step_traces, wholes
from dataworkbench.figures.words import alternative, name_of, row_words, wrapped
from dataworkbench.frames import group_text, require_gated

_COLOURS: Final = {
    "No flag": "#1f6fa5", "One flag": "#d98f4a", "Two flags": "#a8560f", "Three flags": "#5c2600", "Too early to say": "#c9ced4",
    "Not known": "#8c959f",
}  # fmt: skip
"""Blue for clear, darker rust for more flags, greys for what cannot be said."""


def plot_flags(frame: pd.DataFrame, *, by: str = "", title: str = "") -> go.Figure:
    """Return a figure with one strip for each group: students without a flag, with one, two or three, and those not judged.

    One part of a strip is one row of the measure ``flag_states``, which has passed the gate. Who cannot be judged, because it
    is too early or because the data were not brought, has a part of the strip and is neither flagged nor clear.

    Raises
    ------
    NotGatedError
        Where the frame has not passed the gate.
    NoSuchNameError
        Where the frame is not grouped by the state of flags.

    """
    require_gated(frame)
    parts = part_column(frame, "flag_state")
    heading = title_or(title, frame, by)
    panel = empty_panel(frame, heading)
    if panel is not None:
        return panel
    there = frame[~((frame["status"] == "shown") & (frame["value"] == 0))]
    steps = in_order(there, parts, tuple(_COLOURS))
    lines = wholes(there, parts, by)
    placed = [(line, one) for line in lines.lines for one in segments(line.rows, parts, steps)]
    said = [
        row_words(f"{line.name}, {name_of(row, [parts])}", row) for line in lines.lines for row in line.rows
    ]
    return figure(
        step_traces(placed, parts, steps, [_COLOURS.get(step, "#8c959f") for step in steps]),
        title=heading,
        subtitle=subtitle_of(frame),
        alt=alternative("Strips of 100 percent, parted by how many flags a student has", heading, said),
        plot_height=lines.height,
        axes={"xaxis": share_axis(showgrid=False), "yaxis": lines.axis()},
        notes=[*level_notes(frame), "Grey: not judged. Missing data neither raise a flag nor clear one."],
        legend_rows=sum(len(wrapped(group_text(parts, step))) for step in steps),
    )
