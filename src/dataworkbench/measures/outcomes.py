"""The ledger of what was tried: for whom it worked, how surely, and against what was to be expected anyway."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from dataworkbench.measures.asking import measure
from dataworkbench.measures.comparison import beyond_expected
from dataworkbench.measures.composing import Where
from dataworkbench.measures.definition import Asked
from dataworkbench.measures.gaps import grouping_columns
from dataworkbench.measures.interventions import ENDINGS

FEWEST_RANKED = 10
"""Strategies tried with fewer students than this are listed, but never ranked."""

COUNTS = {
    "completed": "completed", "met goal early": "met_early", "stopped": "stopped", "moved away": "moved_away",
    "still running": "still_running", "ended, not said why": "ended_unsaid",
}  # fmt: skip


def intervention_outcomes(
    district: Asked, *, by: Sequence[str] = ("strategy", "need"), where: Where | None = None
) -> pd.DataFrame:
    """Return what became of each strategy, for each need.

    One row is one strategy used for one need (or whatever ``by`` names). The frame that travels, where ``value`` is the
    share whose goal was met (``intervention_goal_met``), and beside it:
    ``started``, ``completed``, ``met_early``, ``stopped``, ``moved_away``, ``still_running``, ``ended_unsaid`` (turns);
    ``dose`` (share of planned minutes received), ``fidelity`` (mean share of steps followed);
    ``change`` (mean points, before to after), ``expected_from_regression`` (what students chosen for such scores come back
    towards the mean without any help), ``typical_change`` (of students without the intervention), ``adjusted``,
    ``adjusted_low``, ``adjusted_high`` (points beyond what students with the same first score reached without it),
    ``n_comparison``; ``ranked`` (whether there are enough students to rank), ``looked_at``.

    Rows that can be ranked come first, by the lower end of their interval. For the staff road.
    Source of the expectation: (1 - r) times (mean of all - mean before), see ``comparison``.
    """
    met = measure(district, "intervention_goal_met", by=by, where=where)
    if (met["status"] == "missing").all():
        return met
    frame = met
    for piece in (
        _endings(district, by, where),
        _one(district, "intervention_dose", "dose", by, where),
        _one(district, "intervention_fidelity", "fidelity", by, where),
        _one(district, "intervention_change", "change", by, where),
        beyond_expected(district, by=by, where=where),
    ):
        frame = _beside(frame, piece, grouping_columns(met))
    ranked = frame["n"].ge(FEWEST_RANKED) & frame["value"].notna()
    frame = frame.assign(ranked=ranked, looked_at=int(ranked.sum()))
    return frame.sort_values(["ranked", "low"], ascending=False, kind="stable").reset_index(drop=True)


def _beside(frame: pd.DataFrame, piece: pd.DataFrame, on: list[str]) -> pd.DataFrame:
    if on:
        return frame.merge(piece, on=on, how="left")
    return pd.concat([frame, piece.reset_index(drop=True)], axis=1)


def _endings(district: Asked, by: Sequence[str], where: Where | None) -> pd.DataFrame:
    endings = measure(district, "intervention_endings", by=by, where=where)
    on = [name for name in grouping_columns(endings) if name != "how_it_ended"]
    counts = endings.assign(numerator=endings["numerator"].fillna(0))
    wide = counts.pivot_table(
        index=on or ["indicator"], columns="how_it_ended", values="numerator", aggfunc="sum", sort=False
    )
    wide = wide.reindex(columns=list(ENDINGS), fill_value=0).rename(columns=COUNTS).astype("Int64")
    wide.insert(0, "started", wide.sum(axis=1).astype("Int64"))
    wide = wide.reset_index()
    wide.columns.name = None
    return wide if on else wide.drop(columns="indicator")


def _one(district: Asked, id: str, name: str, by: Sequence[str], where: Where | None) -> pd.DataFrame:  # noqa: A002 - the catalogue's own word
    frame = measure(district, id, by=by, where=where)
    if (frame["status"] == "missing").all():
        bare = measure(district, "interventions_started", by=by, where=where)
        return bare[grouping_columns(bare)].assign(**{name: math.nan})
    return frame[[*grouping_columns(frame), "value"]].rename(columns={"value": name})
