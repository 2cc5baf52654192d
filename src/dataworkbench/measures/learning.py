"""Whether teachers who took part in professional learning grew on the rubric more than teachers who did not."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy

from dataworkbench.measures import composing
from dataworkbench.measures.composing import Where
from dataworkbench.measures.definition import Asked
from dataworkbench.measures.effects import baseline_equivalence, hedges_g
from dataworkbench.measures.gaps import COMPARED
from dataworkbench.measures.intervals import NONE, Mean, difference_of_means
from dataworkbench.measures.screening import holm
from dataworkbench.measures.shaping import FIGURES, with_types

FEWEST_TEACHERS: Final = 10
"""Fewer teachers than this with a score before and after, in either group, and nothing is said."""

BESIDE: Final = (
    "before_group", "before_reference", "before_difference", "alike_before", "adjusted", "adjusted_low",
    "adjusted_high", "chance", "stands_out", "looked_at",
)  # fmt: skip

Numbers = npt.NDArray[np.float64]

_BRING: Final = "Bring a professional-learning log with the rubric element that each activity was meant to help, and observation sheets."
_TEACHERS: Final = """
    WITH sessions AS (
        SELECT CAST(school_year AS VARCHAR) AS school_year, CAST(topic AS VARCHAR) AS topic,
            CAST(rubric_element AS VARCHAR) AS element_id, staff_id, min(date) AS since
        FROM professional_learning WHERE topic IS NOT NULL AND rubric_element IS NOT NULL AND date IS NOT NULL GROUP BY ALL
    ), topics AS (
        SELECT school_year, topic, element_id, to_timestamp(median(epoch(since)))::DATE AS since FROM sessions GROUP BY ALL
    ), scores AS (
        SELECT CAST(school_year AS VARCHAR) AS school_year, staff_id, CAST(element_id AS VARCHAR) AS element_id, date, score
        FROM observations WHERE score IS NOT NULL AND staff_id IS NOT NULL AND date IS NOT NULL {and_observed}
    ), teachers AS (
        SELECT t.school_year, t.topic, t.element_id, s.staff_id, own.staff_id IS NOT NULL AS took_part,
            coalesce(own.since, t.since) AS since, s.date, s.score
        FROM topics AS t JOIN scores AS s USING (school_year, element_id)
        LEFT JOIN sessions AS own ON own.school_year = t.school_year AND own.topic = t.topic
            AND own.element_id = t.element_id AND own.staff_id = s.staff_id
        WHERE own.staff_id IS NOT NULL OR NOT EXISTS (
            SELECT 1 FROM sessions AS other WHERE other.school_year = t.school_year AND other.element_id = t.element_id
                AND other.staff_id = s.staff_id)
    )
    SELECT school_year, topic, element_id, took_part, avg(score) FILTER (date <= since) AS before,
        avg(score) FILTER (date > since) AS after
    FROM teachers {where} GROUP BY school_year, topic, element_id, staff_id, took_part
    ORDER BY school_year, topic, element_id, staff_id
"""


def learning_growth(district: Asked, *, where: Where | None = None) -> pd.DataFrame:
    """Return, for each topic of professional learning, how teachers changed on the rubric element that it was meant to help.

    One row is one topic in one school year; a comparison frame (see ``gap``) in levels of the rubric: ``value`` is the
    change of teachers who took part less the change of teachers who did not (``value_group``, ``value_reference``), with
    Welch's interval; teachers are the unit. Before and after lie within one school year, parted by a teacher's own first
    session, for the others by the middle one of those days. Who took part in another topic for the same element is in
    neither group; ``n_left_out`` had no score before or none after.

    Beside it: ``before_group``, ``before_reference`` (mean levels before), ``before_difference`` (Hedges' g) and
    ``alike_before`` (by the What Works Clearinghouse's limits), ``adjusted`` with its interval (the difference after, among
    teachers with the same score before, by least squares), ``chance`` (p, for all topics together by Holm's rule),
    ``stands_out`` and ``looked_at``. With fewer than ``FEWEST_TEACHERS`` in either group nothing is said.
    ``where`` takes school_year, school_id, rubric_id. For the staff road.
    Source of the correction: Holm (1979), Scandinavian Journal of Statistics 6, 65-70.
    """
    lacking = [name for name in ("professional_learning", "observations") if not district.has(name)]
    if lacking:
        return _nothing(f"The district has not brought {' and '.join(lacking).replace('_', ' ')}. {_BRING}")
    teachers = _teachers(district, where or {})
    if teachers.empty:
        return _nothing(
            f"No topic here names an element of the rubric on which teachers were visited. {_BRING}"
        )
    keys = ["school_year", "topic", "element_id"]
    rows = [
        dict(zip(keys, key, strict=True)) | _row(piece, district.settings.confidence)
        for key, piece in teachers.groupby(keys, sort=True)
    ]
    return _held_to_account(pd.DataFrame(rows), keys, district.settings.confidence)


def _teachers(district: Asked, where: Where) -> pd.DataFrame:
    """One row is one teacher beside one topic: took part or not, mean level before and after."""
    chosen = {n: (v,) if isinstance(v, str) else tuple(v) for n, v in where.items() if v}
    seen, seen_values = composing.choices(
        {n: v for n, v in chosen.items() if n in ("school_id", "rubric_id")}
    )
    years, year_values = composing.choices({n: v for n, v in chosen.items() if n == "school_year"})
    asked = _TEACHERS.format(and_observed="".join(f" AND {c}" for c in seen), where=composing.where(years))
    return district.ask(asked, [*seen_values, *year_values])


def _row(piece: pd.DataFrame, confidence: float) -> dict[Hashable, object]:
    both = piece.dropna(subset=["before", "after"])
    took, others = both[both["took_part"]], both[~both["took_part"]]
    row: dict[Hashable, object] = {
        "indicator": "rubric_growth", "unit": "mean_difference", "n": len(took), "n_left_out": len(piece) - len(both),
        "n_reference": len(others), "reference": "teachers who did not take part", "status": "not_applicable",
    }  # fmt: skip
    row |= dict.fromkeys(("value", "low", "high", "value_group", "value_reference", "in_sd"), math.nan)
    if min(len(took), len(others)) < FEWEST_TEACHERS:
        return row | {"reason": _too_few(piece, len(took), len(others))}
    first, second = _mean(_change(took)), _mean(_change(others))
    low, high = difference_of_means(first, second, confidence=confidence)
    g = hedges_g(_spread(took["before"]), _spread(others["before"]))
    adjusted, adjusted_low, adjusted_high = adjusted_difference(
        took["before"].to_numpy(float), took["after"].to_numpy(float),
        others["before"].to_numpy(float), others["after"].to_numpy(float), confidence=confidence,
    )  # fmt: skip
    return row | {
        "status": "", "reason": "", "value": first.mean - second.mean, "low": low, "high": high, "value_group": first.mean,
        "value_reference": second.mean, "before_group": took["before"].mean(), "before_reference": others["before"].mean(),
        "before_difference": g, "alike_before": baseline_equivalence(g), "adjusted": adjusted, "adjusted_low": adjusted_low,
        "adjusted_high": adjusted_high, "chance": _chance(_change(took), _change(others)),
    }  # fmt: skip


def _too_few(piece: pd.DataFrame, took: int, others: int) -> str:
    if piece["after"].isna().all():
        return "Cannot be said yet: nobody has been visited since the first session."
    if piece["before"].isna().all():
        return "Cannot be said: nobody was visited before the first session of the school year."
    return (
        f"Cannot be said: {took} teachers who took part and {others} who did not were visited both before and after; "
        f"it takes {FEWEST_TEACHERS} of each."
    )


def _change(teachers: pd.DataFrame) -> Numbers:
    return (teachers["after"] - teachers["before"]).to_numpy(float)


def _mean(values: Numbers) -> Mean:
    return Mean(float(values.mean()), float(values.std(ddof=1)) / math.sqrt(len(values)), len(values))


def _spread(values: pd.Series) -> tuple[float, float, int]:
    return float(values.mean()), float(values.std(ddof=1)), len(values)


def _chance(first: Numbers, second: Numbers) -> float:
    """Return Welch's p: how often chance alone would give as large a difference of changes."""
    if not (first.std() or second.std()):
        return math.nan
    return float(scipy.stats.ttest_ind(first, second, equal_var=False).pvalue)


def adjusted_difference(
    before: Numbers, after: Numbers, other_before: Numbers, other_after: Numbers, *, confidence: float = 0.95
) -> tuple[float, float, float]:
    """Return the difference after, among units with the same figure before, with its interval.

    Least squares of the figure after on the figure before and the group (an analysis of covariance, one slope for both
    groups). Not a number where there are too few units, or nobody differed before.
    """
    start, end = np.concatenate([before, other_before]), np.concatenate([after, other_after])
    group = np.concatenate([np.ones(len(before)), np.zeros(len(other_before))])
    design = np.column_stack([np.ones(len(start)), start, group])
    freedom = len(start) - 3
    if freedom < 1 or np.linalg.matrix_rank(design) < 3:
        return math.nan, *NONE
    weights, *_ = np.linalg.lstsq(design, end, rcond=None)
    residual = float(((end - design @ weights) ** 2).sum()) / freedom
    error = math.sqrt(residual * float(np.linalg.inv(design.T @ design)[2, 2]))
    reach = float(scipy.stats.t.ppf(0.5 + confidence / 2, freedom)) * error
    return float(weights[2]), float(weights[2]) - reach, float(weights[2]) + reach


def _held_to_account(frame: pd.DataFrame, keys: Sequence[str], confidence: float) -> pd.DataFrame:
    whole = frame.reindex(columns=[*keys, *FIGURES, "unit", *COMPARED, *BESIDE])
    chances = holm([float(p) for p in whole["chance"].astype("float64")])
    stands = [not math.isnan(p) and p < 1 - confidence for p in chances]
    looked = sum(not math.isnan(p) for p in chances)
    counted = whole.assign(chance=chances, stands_out=stands, looked_at=looked)
    return with_types(counted.astype({"n_reference": "Int64"}))


def _nothing(reason: str) -> pd.DataFrame:
    row: Mapping[str, object] = {
        "indicator": "rubric_growth", "unit": "mean_difference", "n": 0, "n_left_out": 0, "n_reference": 0, "status": "missing",
        "reason": reason,
    }  # fmt: skip
    keys = ["school_year", "topic", "element_id"]
    return _held_to_account(pd.DataFrame([row]), keys, 0.95)
