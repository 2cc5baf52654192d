"""Risk ratios on a page: who is written up, removed, absent or identified more often than all others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd

from dataworkbench.disclosure import for_audience
from dataworkbench.figures.house import calm_panel
from dataworkbench.measures import indicator, measure, risk_ratio, state_figures
from dataworkbench.terms import ALL_STUDENTS, NOT_REPORTED, Audience
from dataworkbench.views.choosing import year_of
from dataworkbench.views.district import Asked
from dataworkbench.views.pictures import Picture, plot_ratios

Where = Mapping[str, tuple[str, ...]]

OUTCOMES: Final[Mapping[str, tuple[str, ...]]] = {
    "incident_rate": (), "removal_rate": (), "chronic_absence": ("chronically absent", "chronic absence"),
    "disability_identification": ("students with disabilities",),
}  # fmt: skip
"""What is looked at, each with what states call the same figure when they publish it."""

_ONE_YEAR: Final = "disability_identification"
"""The same students are identified year after year, so years are never added together here."""


def risk_ratios(
    district: Asked,
    where: Where,
    *,
    audience: Audience,
    kind: str = "Race and ethnicity",
    of: Sequence[str] = tuple(OUTCOMES),
    years: int = 3,
    title: str = "Who is counted more often than all others?",
) -> Picture:
    """Return how many times as likely each group is to be counted as all other students, for several outcomes.

    Up to ``years`` school years are taken together, so that small groups can be looked at; a student is counted once a year,
    so an interval over several years is a little too narrow. Below the rule's smallest numbers nothing is worked out: where
    the state's figures were brought, its other students are the comparison.
    """
    frames = [
        frame
        for frame in (_ratios(district, where, one, kind, years) for one in of)
        if frame is not None and len(frame)
    ]
    if not frames:
        return Picture(
            calm_panel(
                title,
                "Nothing to compare yet: bring incidents, attendance, and the roster with its demographics file.",
            )
        )
    together = pd.concat(frames, ignore_index=True).assign(indicator="risk_ratio")
    return plot_ratios(for_audience(together, audience, policy=district.policy), by="subgroup", title=title)


def _ratios(district: Asked, where: Where, id_: str, kind: str, years: int) -> pd.DataFrame | None:
    known = [year for year in district.school_years if year <= year_of(district, where)]
    if not known:
        return None
    taken = known[-1:] if id_ == _ONE_YEAR else known[-years:]
    asked = {name: values for name, values in where.items() if name in ("school_id", "grade_level")}
    chosen = {**asked, "school_year": taken, "subgroup_type": [kind, ALL_STUDENTS]}
    rates = measure(district, id_, by=["subgroup"], where=chosen)
    if (rates["status"] == "missing").all() or ALL_STUDENTS not in set(rates["subgroup"]):
        return None
    state = state_figures(district, OUTCOMES.get(id_, ()), school_year=taken[-1], subgroup_type=kind)
    ratios = risk_ratio(
        rates,
        state_risk=state.others_risk,
        state_shares=state.shares,
        confidence=district.settings.confidence,
    )
    span = taken[0] if len(taken) == 1 else f"{len(taken)} years"
    ratios.insert(0, "measure", f"{indicator(id_).title}, {span}")
    return ratios[ratios["subgroup"] != NOT_REPORTED]
