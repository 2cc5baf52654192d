"""How many times as likely one group is to be counted as all others, on an axis where twice and half are equally far."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go

from dataworkbench.errors import WorkbenchError
from dataworkbench.figures.asking import empty_panel, notes_for, subtitle_of, title_or
from dataworkbench.figures.house import GRID, INK, QUIET, figure
from dataworkbench.figures.listing import MARK, Line, column_to_draw_by, listing
from dataworkbench.figures.means import dot_traces
from dataworkbench.figures.rates import hatched, tracks
from dataworkbench.figures.words import alternative, row_words
from dataworkbench.frames import require_gated

_STEPS: Final = (0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
_STEP_WORDS: Final = ("an eighth", "a quarter", "half", "same", "2 times", "4 times", "8 times", "16 times")


def plot_ratios(frame: pd.DataFrame, *, by: str = "", title: str = "") -> go.Figure:
    """Return a figure with one dot for each group's risk ratio, around 1, with its interval.

    One line of the figure is one row of ``risk_ratio`` that has passed the gate. The axis is logarithmic: a group that is
    counted half as often lies as far to the left as one counted twice as often lies to the right. Groups below the rule's
    smallest numbers stay in their place with a word.

    Raises
    ------
    NotGatedError
        Where the frame has not passed the gate.
    WorkbenchError
        Where the frame holds no ratios.

    """
    require_gated(frame)
    if "risk_reference" not in frame.columns:
        raise WorkbenchError(
            "This frame holds no ratios. Make one with dw.risk_ratio(frame) before the gate."
        )
    column = column_to_draw_by(frame, by)
    heading = title or title_or("", frame, column, verb="risk ratio, by")
    panel = empty_panel(frame, heading)
    if panel is not None:
        return panel
    lines = listing(frame, column)
    coded = hatched([line for line in lines.lines if line.row["status"] == "coded"])
    kind = "Dots around 1, on a logarithmic axis; right of the line more often than all others, left of it less often"
    return figure(
        [*dot_traces(lines.lines), *([coded] if coded else [])],
        title=heading,
        subtitle=" · ".join(
            part for part in (subtitle_of(frame), "compared with all other students") if part
        ),
        alt=alternative(kind, heading, [row_words(line.name, line.row) for line in lines.lines]),
        plot_height=lines.height,
        axes={"xaxis": _log_axis(frame), "yaxis": lines.axis()},
        notes=[*notes_for(frame, mark="dot"), *_without_ratio(frame)],
        shapes=[*tracks(lines.lines), *_same(lines.lines)],
    )


def _without_ratio(frame: pd.DataFrame) -> list[str]:
    """Return why some groups have no ratio, each reason once."""
    reasons = frame.loc[frame["status"] == "not_applicable", "reason"].dropna().astype(str)
    return [f"No figure: {reason}" for reason in dict.fromkeys(reasons) if reason]


def _log_axis(frame: pd.DataFrame) -> dict[str, Any]:
    ends = [float(end) for name in ("value", "low", "high") for end in frame[name].dropna() if float(end) > 0]
    least, most = min([*ends, 0.5]), max([*ends, 2.0])
    low, high = math.log10(least) - 0.04, math.log10(most) + 0.04
    shown = [
        (step, word)
        for step, word in zip(_STEPS, _STEP_WORDS, strict=True)
        if low <= math.log10(step) <= high
    ]
    return {
        "type": "log", "range": [low, high], "tickvals": [step for step, _ in shown], "ticktext": [word for _, word in shown],
        "gridcolor": GRID, "zeroline": False, "fixedrange": True, "tickfont": {"size": 13, "color": QUIET},
    }  # fmt: skip


def _same(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Return the line where a group is counted just as often as all others."""
    place = {"type": "line", "x0": 1, "x1": 1, "line": {"color": INK, "width": 2}, "layer": "below"}
    return [{**place, "y0": line.at_mark - MARK / 2, "y1": line.at_mark + MARK / 2 + 3} for line in lines]
