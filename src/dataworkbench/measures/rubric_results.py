"""What visits to classrooms show, element by element: how many practise at the highest levels, and from how many visits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from dataworkbench.measures import composing
from dataworkbench.measures.asking import figures_of, measure
from dataworkbench.measures.catalogue import indicator
from dataworkbench.measures.composing import Where, question_of
from dataworkbench.measures.definition import Asked, Question
from dataworkbench.measures.gaps import grouping_columns
from dataworkbench.measures.observations import MEETS, at_level
from dataworkbench.measures.shaping import in_order
from dataworkbench.terms import NOT_REPORTED


def rubric_results(
    district: Asked,
    *,
    by: Sequence[str] = ("school_year", "element_id"),
    where: Where | None = None,
    top: int = MEETS,
    first: Sequence[str] = (),
    elements: Sequence[str] = (),
) -> pd.DataFrame:
    """Return what observers saw, element by element.

    One row is one element at one time (or whatever ``by`` names). The frame that travels, where ``value`` is the share of
    scores at level ``top`` or above and ``n`` the teachers observed, and beside it ``visits`` (how many) and ``average``
    (the mean level). A rubric of four levels has its highest two from level 3 on. The elements in ``first`` come first,
    then the others as ``elements`` orders them.
    """
    shares = replace(indicator("rubric_level"), rows=at_level(top))
    question = question_of(shares, by, where)
    found = figures_of(district, question)
    if (found["status"] == "missing").all():
        return found
    keys = grouping_columns(found)
    means = measure(district, "rubric_mean", by=by, where=where)[[*keys, "value"]]
    beside = means.rename(columns={"value": "average"}).merge(
        _visits(district, question), on=keys, how="left"
    )
    joined = found.merge(beside, on=keys, how="left") if keys else pd.concat([found, beside], axis=1)
    order = [*first, *(element for element in elements if element not in first)]
    return in_order(joined.astype({"visits": "Int64"}), keys, {"element_id": order})


def _visits(district: Asked, question: Question) -> pd.DataFrame:
    """Return how many visits stand behind each group."""
    clauses, bound = composing.choices(question.where)
    keys = [name for name in question.grouped if name != "school_name"]
    spoken = "".join(f"coalesce(CAST({name} AS VARCHAR), '{NOT_REPORTED}') AS {name}, " for name in keys)
    return district.ask(
        f"SELECT {spoken}count(DISTINCT visit_id) AS visits FROM (SELECT *, strftime(date, '%Y-%m') AS month "
        f"FROM observations WHERE score IS NOT NULL) AS seen{composing.where(clauses)}{' GROUP BY ALL' if keys else ''}",
        bound,
    )
