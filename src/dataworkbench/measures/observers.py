"""How far two observers of one visit agree."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from functools import partial
from typing import Final

import numpy as np
import pandas as pd

from dataworkbench.measures import composing
from dataworkbench.measures.agreement import (
    Scores,
    adjacent,
    exact,
    gwet_ac,
    icc_2_1,
    icc_in_words,
    in_words,
    largest_share,
    resampled,
    weighted_kappa,
)
from dataworkbench.measures.asking import measure
from dataworkbench.measures.catalogue import indicator
from dataworkbench.measures.composing import Where, question_of
from dataworkbench.measures.definition import Asked, Question
from dataworkbench.measures.intervals import wilson
from dataworkbench.measures.shaping import FIGURES, with_types
from dataworkbench.terms import NOT_REPORTED

FEWEST_VISITS = 10
"""Below this many double-scored visits only the percent of agreement is given."""

DOMINATES: Final = 0.75
"""From this share of all scores at one level on, kappa is misleading, and Gwet's AC2 is given beside it."""

_SPREAD: Final = f"No level has {DOMINATES:.0%} of the scores, so weighted kappa can be read as it is and AC2 is not needed."
_ONE_LEVEL: Final = "Both observers gave one level throughout, so agreement beyond chance cannot be told."
_TOO_FEW = (
    f"Fewer than {FEWEST_VISITS} visits were scored by two observers; only the share of agreement is given."
)
_NONE = "No visit was scored by two observers. Let two people score some visits to see how far they agree."


def observer_agreement(
    district: Asked, *, by: Sequence[str] = ("element_id",), where: Where | None = None
) -> pd.DataFrame:
    """Return how far two observers of the same visit agree.

    One row is one statistic of one group, in the frame that travels: ``statistic`` is "exact" or "adjacent" (shares of the
    scores given twice, with Wilson's interval), "weighted kappa" (quadratic weights), "ICC(2,1)" or "AC2" (Gwet's, quadratic
    weights; all three with a bootstrap interval over visits). ``n`` is the number of visits scored twice; ``called`` is what
    a coefficient is usually called (Landis and Koch 1977; ICC: Koo and Li 2016). Where three observers came, the first two
    by identifier are taken. With fewer than ``FEWEST_VISITS`` visits no coefficient is given. AC2 is given where one level
    has ``DOMINATES`` of the scores or more: there kappa comes out low although observers agree.
    """
    question = question_of(indicator("rubric_level"), by, where)
    if not district.has("observations"):
        return measure(district, "rubric_level", by=by, where=where).assign(indicator="observer_agreement")
    pairs = _pairs(district, question)
    keys = list(question.grouped)
    if pairs.empty:
        return _frame([_blank(dict.fromkeys(keys), "exact", 0, _NONE)], keys)
    levels = _levels(district, question)
    pieces = pairs.groupby(keys, sort=True) if keys else [((), pairs)]
    rows = [
        row for key, piece in pieces
        for row in _statistics(dict(zip(keys, key, strict=True)), piece, levels, district.settings.confidence)
    ]  # fmt: skip
    return _frame(rows, keys)


def _levels(district: Asked, question: Question) -> list[float]:
    """Return every level from 1 to the highest that was ever given on the rubrics that are asked for."""
    rubric = {name: values for name, values in question.where.items() if name == "rubric_id"}
    clauses, bound = composing.choices(rubric)
    asked = f"SELECT max(score) AS highest FROM observations{composing.where(clauses)}"
    return [float(level) for level in range(1, int(district.ask(asked, bound)["highest"].iloc[0]) + 1)]


def _pairs(district: Asked, question: Question) -> pd.DataFrame:
    clauses, bound = composing.choices(question.where)
    named = [name for name in question.grouped if name != "element_id"]
    groups = [f"min(coalesce(CAST({name} AS VARCHAR), '{NOT_REPORTED}')) AS {name}" for name in named]
    columns = ", ".join(["visit_id", "CAST(element_id AS VARCHAR) AS element_id", *groups])
    return district.ask(
        f"""
        WITH scored AS (
            SELECT *, strftime(date, '%Y-%m') AS month,
                dense_rank() OVER (PARTITION BY visit_id, rubric_id, element_id ORDER BY observer_id) AS place
            FROM observations WHERE score IS NOT NULL
        )
        SELECT {columns}, max(score) FILTER (WHERE place = 1) AS first, max(score) FILTER (WHERE place = 2) AS second
        FROM scored{composing.where(clauses)} GROUP BY visit_id, rubric_id, element_id HAVING max(place) >= 2
        ORDER BY visit_id, element_id
        """,
        bound,
    )


def _statistics(
    keys: dict[Hashable, object], piece: pd.DataFrame, levels: Sequence[float], confidence: float
) -> list[dict[Hashable, object]]:
    scores = piece[["first", "second"]].to_numpy(dtype=float)
    visits, codes = piece["visit_id"].nunique(), pd.factorize(piece["visit_id"])[0].astype(np.int64)
    rows = [
        _share(keys, name, of(scores), visits, confidence)
        for name, of in (("exact", exact), ("adjacent", adjacent))
    ]
    coefficients: list[tuple[str, Callable[[Scores], float], Callable[[float], str]]] = [
        ("weighted kappa", weighted_kappa, in_words), ("ICC(2,1)", icc_2_1, icc_in_words),
        ("AC2", partial(gwet_ac, levels=levels), in_words),
    ]  # fmt: skip
    for name, of, words in coefficients:
        why_not = _TOO_FEW if visits < FEWEST_VISITS else ""
        if name == "AC2" and not why_not:
            why_not = "" if largest_share(scores) >= DOMINATES else _SPREAD
        if why_not or math.isnan(of(scores)):
            rows.append(_blank(keys, name, visits, why_not or _ONE_LEVEL))
            continue
        low, high = resampled(scores, of, codes, confidence=confidence)
        found = {"value": of(scores), "low": low, "high": high, "status": "", "called": words(of(scores))}
        rows.append(_blank(keys, name, visits, "") | found)
    return rows


def _share(
    keys: dict[Hashable, object], name: str, value: float, visits: int, confidence: float
) -> dict[Hashable, object]:
    low, high = wilson(value * visits, visits, confidence=confidence)
    row = _blank(keys, name, visits, "")
    return row | {"value": value, "low": low, "high": high, "numerator": value * visits, "status": ""}


def _blank(keys: dict[Hashable, object], name: str, visits: int, reason: str) -> dict[Hashable, object]:
    return keys | {
        "statistic": name, "indicator": "observer_agreement", "n": visits, "n_left_out": 0, "value": math.nan,
        "low": math.nan, "high": math.nan, "status": "not_applicable", "reason": reason, "called": "",
    }  # fmt: skip


def _frame(rows: list[dict[Hashable, object]], keys: list[str]) -> pd.DataFrame:
    return with_types(pd.DataFrame(rows, columns=[*keys, "statistic", *FIGURES, "called"]))
