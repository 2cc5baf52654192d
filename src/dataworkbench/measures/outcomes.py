"""The ledger of what was tried: for whom it worked, how surely, and against what was to be expected anyway."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from dataworkbench.measures.asking import figures_of, measure
from dataworkbench.measures.catalogue import indicator
from dataworkbench.measures.comparison import beyond_expected
from dataworkbench.measures.composing import Where, question_of
from dataworkbench.measures.definition import Asked
from dataworkbench.measures.gaps import grouping_columns
from dataworkbench.measures.interventions import ENDINGS, FAITHFUL, goals_met
from dataworkbench.measures.shrinking import shrunken_shares

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
    ``no_outcome`` (ended, but without a goal or without a score after);
    ``dose`` (share of planned minutes received), ``fidelity`` (mean share of steps followed); ``met_faithful`` of
    ``n_faithful`` (goals met where at least ``FAITHFUL`` of the steps were followed) and ``met_loose`` of ``n_loose``;
    ``change`` (mean points, before to after), ``expected_from_regression`` (what students chosen for such scores come back
    towards the mean without any help), ``typical_change`` (of students without the intervention), ``adjusted``,
    ``adjusted_low``, ``adjusted_high`` (points beyond what students with the same first score reached without it),
    ``n_comparison``; ``ranked`` (whether there are enough students to rank), ``looked_at``; ``shrunken`` (the share drawn
    towards the common one, see ``shrunken_shares``) and ``place`` (1 the highest; none where the strategies lie no farther
    apart than chance would put them).

    Rows that can be ranked come first, by ``shrunken``, then by the lower end of their interval. For the staff road.
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
        _followed(district, by, where, f"fidelity >= {FAITHFUL}", "faithful"),
        _followed(district, by, where, f"fidelity < {FAITHFUL}", "loose"),
        beyond_expected(district, by=by, where=where),
    ):
        frame = _beside(frame, piece, grouping_columns(met))
    lost = frame["n_left_out"] - frame["still_running"].fillna(0) - frame["moved_away"].fillna(0)
    return _ranked(frame.assign(no_outcome=lost.astype("Int64")))


def _ranked(frame: pd.DataFrame) -> pd.DataFrame:
    ranked = frame["n"].ge(FEWEST_RANKED) & frame["value"].notna()
    frame = frame.assign(ranked=ranked, looked_at=int(ranked.sum()), shrunken=math.nan, place=math.nan)
    if ranked.any():
        drawn = shrunken_shares(
            list(frame.loc[ranked, "numerator"].astype(float)), list(frame.loc[ranked, "n"].astype(float))
        )
        frame.loc[ranked, "shrunken"] = list(drawn.shares)
        if drawn.alike:
            places = frame.loc[ranked, "shrunken"].rank(ascending=False, method="min")
            frame.loc[ranked, "place"] = places.astype(int)
    frame = frame.astype({"place": "Int64"})
    return frame.sort_values(["ranked", "shrunken", "low"], ascending=False, kind="stable").reset_index(
        drop=True
    )


def _followed(district: Asked, by: Sequence[str], where: Where | None, only: str, name: str) -> pd.DataFrame:
    """Return how many goals were met in the turns that were followed so closely, or not."""
    asked = replace(indicator("intervention_goal_met"), rows=goals_met(only=only))
    found = figures_of(district, question_of(asked, by, where))
    counts = found.assign(**{f"met_{name}": found["numerator"], f"n_{name}": found["n"]})
    return counts[[*grouping_columns(found), f"met_{name}", f"n_{name}"]]


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
