"""How far two observers agree, as a page shows it: a table for each element, and a figure school by school."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from dataworkbench.disclosure import for_audience
from dataworkbench.figures import plot_means
from dataworkbench.frames import group_text, percent_text
from dataworkbench.measures import observer_agreement
from dataworkbench.sentences import Sentences
from dataworkbench.tables import DisplayTable
from dataworkbench.terms import Audience
from dataworkbench.views.choosing import school_names
from dataworkbench.views.district import Asked
from dataworkbench.views.notes import Note, for_staff, note, plain_table
from dataworkbench.views.pictures import Behind, Picture

_SOURCES: Final = (
    "Weighted kappa and AC2 are agreement beyond what chance would give: 0 is chance, 1 is the same every time. Usual words for "
    "them: up to 0.20 slight, 0.40 fair, 0.60 moderate, 0.80 substantial, above it almost perfect (Landis and Koch 1977). "
    "ICC: below 0.50 poor, 0.75 moderate, 0.90 good, above it excellent (Koo and Li 2016). These are rough marks and no test: "
    "read the likely range."
)
_COEFFICIENTS: Final = {"kappa": "weighted kappa", "icc": "ICC(2,1)", "ac2": "AC2"}


def table_of_agreement(
    district: Asked, where: Mapping[str, Any], *, audience: Audience, by: str = "element_id"
) -> DisplayTable | Note:
    """Return how far two observers of one visit agreed; for staff only.

    One row is one element of the rubric, or one school (``by="school_id"``): visits scored twice, the shares of the same
    level and of at most one level apart, weighted kappa and ICC(2,1) with their likely ranges and usual words, and Gwet's
    AC2 where one level dominates.
    """
    refused = for_staff(audience, "The agreement of observers")
    if refused is not None:
        return refused
    found = observer_agreement(district, by=[by], where=where)
    if "statistic" not in found or found["value"].isna().all():
        return note(*dict.fromkeys(str(reason) for reason in found["reason"] if reason))
    names = school_names(district)
    rows = pd.DataFrame([_row(names, by, str(name), piece) for name, piece in found.groupby(by, sort=False)])
    titles = {
        "name": "School" if by == "school_id" else "Element", "visits": "Visits scored twice", "exact": "Same level",
        "adjacent": "At most one apart", "kappa": "Weighted kappa", "icc": "ICC(2,1)", "ac2": "AC2",
    }  # fmt: skip
    if not rows["ac2"].any():
        del titles["ac2"]
    table = plain_table(
        rows, titles, caption="Agreement of two observers", figures=["visits", "exact", "adjacent"]
    )
    return DisplayTable(table.columns, table.caption, (_SOURCES,))


def _row(names: Mapping[str, str], by: str, name: str, piece: pd.DataFrame) -> dict[str, str]:
    said = {str(row["statistic"]): row for row in piece.to_dict("records")}
    shares = {key: percent_text(float(said[key]["value"])) for key in ("exact", "adjacent")}
    title = names.get(name, name) if by == "school_id" else group_text(by, name)
    words = {key: _words(said[statistic]) for key, statistic in _COEFFICIENTS.items()}
    words["ac2"] = "" if words["ac2"] == words["kappa"] else words["ac2"]
    return {"name": title, "visits": str(int(piece["n"].iloc[0])), **shares, **words}


def _words(row: Mapping[Any, Any]) -> str:
    if pd.isna(row["value"]):
        reason = str(row["reason"])
        if reason.startswith("Fewer"):
            return "too few visits"
        return "" if row["statistic"] == "AC2" else "one level throughout"
    ends = "" if pd.isna(row["low"]) else f", {float(row['low']):.2f} to {float(row['high']):.2f}"
    return f"{float(row['value']):.2f} ({row['called']}{ends})"


def plot_agreement(
    district: Asked, where: Mapping[str, Any], *, audience: Audience, title: str = "Do two observers see the same?"
) -> Picture | Note:  # fmt: skip
    """Return a figure of weighted kappa school by school, with its likely range; for staff only."""
    refused = for_staff(audience, "The agreement of observers")
    if refused is not None:
        return refused
    found = observer_agreement(district, by=["school_id"], where=where)
    if "statistic" not in found:
        return note(*dict.fromkeys(str(reason) for reason in found["reason"] if reason))
    kappas = found[found["statistic"] == "weighted kappa"].reset_index(drop=True)
    if kappas["value"].isna().all():
        return note(*dict.fromkeys(str(reason) for reason in found["reason"] if reason))
    names = school_names(district)
    kappas.insert(0, "school_name", [names.get(str(one), str(one)) for one in kappas["school_id"]])
    gated = for_audience(kappas.drop(columns=["school_id"]), audience, policy=district.policy)
    return Picture(plot_means(gated, by="school_name", title=title), Behind(_sentences(kappas)))


def _sentences(kappas: pd.DataFrame) -> Sentences:
    known = kappas.dropna(subset=["value"]).sort_values("value", kind="stable")
    words = "; ".join(
        f"{word}: {', '.join(piece['school_name'])}" for word, piece in known.groupby("called", sort=False)
    )
    said = [
        f"Weighted kappa: 0 is what chance would give, 1 is the same every time. From the lowest: {words} (words of Landis and Koch 1977)."
    ]
    low = known[known["high"] < 0.6]
    if len(low):
        said.append(
            f"Below 0.60 even at the upper end of the likely range: {', '.join(low['school_name'])}. Let the observers there score "
            "some visits together and talk about what they saw before their scores are compared with anyone's."
        )
    few = list(kappas.loc[kappas["value"].isna(), "school_name"])
    return Sentences((*said, f"Too few visits scored twice: {', '.join(few)}.") if few else tuple(said))
