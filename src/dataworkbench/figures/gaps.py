"""Differences from a reference group, around zero."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dataworkbench.errors import WorkbenchError
from dataworkbench.figures.asking import empty_panel, notes_for, subtitle_of, title_or
from dataworkbench.figures.house import INK, figure
from dataworkbench.figures.listing import MARK, Line, column_to_draw_by, listing
from dataworkbench.figures.means import dot_traces, number_axis
from dataworkbench.figures.rates import hatched, tracks
from dataworkbench.figures.words import alternative, row_words
from dataworkbench.frames import MINUS, require_gated


def plot_gaps(frame: pd.DataFrame, *, by: str = "", section: str = "", title: str = "") -> go.Figure:
    """Return a figure with one dot for each group's difference from the reference group, and zero in the middle.

    One line of the figure is one row of a comparison (``gap``) that has passed the gate. Left of zero is lower than the
    reference group, right of zero is higher; whether that is good depends on the measure. Risk ratios (``risk_ratio``)
    are drawn around 1, which stands for "just as often". ``section`` names a column whose values get a head each.

    Raises
    ------
    NotGatedError
        Where the frame has not passed the gate.
    WorkbenchError
        Where the frame holds no comparison.

    """
    require_gated(frame)
    if "reference" not in frame.columns:
        raise WorkbenchError(
            "This frame compares no groups. Make one with dw.gap(frame, within='subgroup') before the gate."
        )
    column = column_to_draw_by(frame, by)
    heading = title or title_or("", frame, column, verb="gap, by")
    panel = empty_panel(frame, heading)
    if panel is not None:
        return panel
    lines = listing(_with_references_in_heads(frame), column, section)
    axis, sides = _axis(frame), _sides(frame)
    coded = hatched([line for line in lines.lines if line.row["status"] == "coded"])
    return figure(
        [*dot_traces(lines.lines), *([coded] if coded else [])],
        title=heading,
        subtitle=" · ".join(part for part in (subtitle_of(frame), sides) if part),
        alt=alternative(
            f"Dots around zero; {sides}", heading, [row_words(line.name, line.row) for line in lines.lines]
        ),
        plot_height=lines.height,
        axes={"xaxis": axis, "yaxis": lines.axis()},
        notes=notes_for(frame, mark="dot"),
        shapes=[*tracks(lines.lines), *_same_line(lines.lines, 1.0 if _are_ratios(frame) else 0.0)],
    )


def _references(frame: pd.DataFrame) -> list[str]:
    return [str(name) for name in frame["reference"].dropna().unique() if str(name)]


def _sides(frame: pd.DataFrame) -> str:
    named = _references(frame)
    return f"compared with: {named[0]}" if len(named) == 1 else ""


def _with_references_in_heads(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with the reference group in the name of each kind of group, where there are several."""
    if len(_references(frame)) < 2 or "subgroup_type" not in frame.columns:
        return frame
    against = frame["reference"].astype("string").fillna("")
    return frame.assign(subgroup_type=frame["subgroup_type"].astype("string") + ", compared with " + against)


def _are_ratios(frame: pd.DataFrame) -> bool:
    return bool((frame["unit"] == "ratio").all())


def _axis(frame: pd.DataFrame) -> dict[str, Any]:
    ends = [abs(float(end)) for name in ("value", "low", "high") for end in frame[name].dropna()]
    if _are_ratios(frame):
        most = max([*ends, 2.0])
        ticks = [0, 1, *range(2, math.floor(most) + 1, max(1, round(most / 5)))]
        words = ["0", "same", *(f"{tick} times" for tick in ticks[2:])]
        return {**number_axis((0.0, most)), "range": [0, most * 1.05], "tickvals": ticks, "ticktext": words}
    reach = max(ends, default=0.1) or 0.1
    axis = number_axis((-reach, reach))
    if (frame["unit"] != "mean_difference").all():
        step = next(step for step in (0.05, 0.1, 0.25, 0.5, 1.0) if reach <= 2.2 * step or step == 1.0)
        ticks = [step * place for place in range(-4, 5) if abs(step * place) <= reach * 1.05]
        axis |= {"tickvals": ticks, "ticktext": [_points(tick) for tick in ticks]}
    return axis


def _points(tick: float) -> str:
    points = round(tick * 100)
    return "same" if points == 0 else f"{'+' if points > 0 else MINUS}{abs(points)}"


def _same_line(lines: Sequence[Line], same: float) -> list[dict[str, Any]]:
    """Return the line where both groups are the same, broken so that it crosses marks and not words."""
    place = {"type": "line", "x0": same, "x1": same, "line": {"color": INK, "width": 2}, "layer": "below"}
    return [{**place, "y0": line.at_mark - MARK / 2, "y1": line.at_mark + MARK / 2 + 3} for line in lines]
