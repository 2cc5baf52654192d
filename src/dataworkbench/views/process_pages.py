"""School process as a page shows it: what staff took part in, and how far observers agree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dataworkbench.frames import group_text, percent_text
from dataworkbench.measures import observer_agreement
from dataworkbench.tables import DisplayTable
from dataworkbench.terms import Audience
from dataworkbench.views.district import Asked
from dataworkbench.views.notes import Note, for_staff, note, plain_table
from dataworkbench.views.process import Where, how_to_bring, professional_learning


def table_of_professional_learning(
    district: Asked, where: Where, *, audience: Audience
) -> DisplayTable | Note:
    """Return what staff took part in, as a table to read; for staff only, because few people may stand behind a row."""
    refused = for_staff(audience, "What staff took part in")
    if refused is not None:
        return refused
    titles = {
        "topic": "Topic",
        "format": "Form",
        "people": "People",
        "activities": "Activities",
        "hours": "Hours in all",
    }
    return plain_table(
        professional_learning(district, where), titles, caption="What staff took part in",
        figures=["people", "activities", "hours"], empty=how_to_bring("professional_learning"),
    )  # fmt: skip


def table_of_agreement(
    district: Asked, where: Mapping[str, Any], *, audience: Audience
) -> DisplayTable | Note:
    """Return how far two observers of one visit agreed, one row an element of the rubric; for staff only."""
    refused = for_staff(audience, "The agreement of observers")
    if refused is not None:
        return refused
    found = observer_agreement(district, where=where)
    if "statistic" not in found or found["value"].isna().all():
        return note(*dict.fromkeys(str(reason) for reason in found["reason"] if reason))
    wide = found.pivot_table(
        index="element_id", columns="statistic", values="value", aggfunc="first", sort=False
    )
    visits = found.groupby("element_id", sort=False)["n"].first()
    rows = pd.DataFrame(
        {
            "element": [group_text("element_id", name) for name in wide.index],
            "visits": visits.reindex(wide.index).astype("Int64").astype("string").to_numpy(),
            "exact": [percent_text(share) for share in wide["exact"]],
            "adjacent": [percent_text(share) for share in wide["adjacent"]],
            "kappa": [
                _kappa(value)
                for value in wide.get("weighted kappa", pd.Series(index=wide.index, dtype="float"))
            ],
        }
    )
    titles = {
        "element": "Element", "visits": "Visits scored twice", "exact": "Same level", "adjacent": "At most one level apart",
        "kappa": "Weighted kappa",
    }  # fmt: skip
    figures = ["visits", "exact", "adjacent", "kappa"]
    return plain_table(rows, titles, caption="Agreement of two observers", figures=figures)


def _kappa(value: float) -> str:
    return "too few visits" if pd.isna(value) else f"{value:.2f}"
