"""A run chart with what it says."""

from __future__ import annotations

import pandas as pd

from dataworkbench import figures
from dataworkbench.frames import column_text, grouping_columns
from dataworkbench.measures import run_chart
from dataworkbench.sentences import Sentences
from dataworkbench.tables import table_of
from dataworkbench.views.notes import Note, note
from dataworkbench.views.pictures import Behind, Picture


def plot_run_chart(
    frame: pd.DataFrame, *, over: str = "week", baseline: int = 8, title: str = ""
) -> Picture | Note:
    """Return a run chart: points in order of time around a median frozen from the first ``baseline``, and what it says.

    One point is one row of a frame of one group that has passed the gate (``for_audience``). A shift is said by two signs, a
    long run on one side and few crossings; see ``run_chart``.
    """
    others = [name for name in grouping_columns(frame) if name != over and frame[name].nunique() > 1]
    if others:
        return note(
            f"A run chart is of one series. Choose one {column_text(others[0]).lower()} with where={{...}}, or leave it out of by=[...]."
        )
    if set(frame["status"]) <= {"missing", "not_applicable"}:
        return Picture(figures.plot_runs(frame, over=over, median=float("nan"), title=title))
    ordered = frame.sort_values(over, kind="stable")
    values = ordered["value"].where(ordered["status"] == "shown").astype("float64").tolist()
    said = run_chart(values, baseline=baseline)
    frozen = baseline if said.points > baseline else 0
    drawn = figures.plot_runs(
        ordered, over=over, median=said.median, baseline=frozen, shifted=said.shifted, title=title
    )
    return Picture(
        drawn, Behind(Sentences((said.sentence, *_skipped(said.points, said.points_used))), table_of(ordered))
    )


def _skipped(points: int, used: int) -> list[str]:
    on_it = points - used
    return (
        [
            f"{on_it} {'point lies' if on_it == 1 else 'points lie'} on the median and {'is' if on_it == 1 else 'are'} passed over."
        ]
        if on_it
        else []
    )
