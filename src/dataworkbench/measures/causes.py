"""Candidate causes screened from the data: which factors go with a concern, once all looks are counted. Leads, never causes."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from typing import Final

import pandas as pd

from dataworkbench.errors import WorkbenchError
from dataworkbench.measures.composing import Where
from dataworkbench.measures.concerns import Concern, concern_of, why_not
from dataworkbench.measures.definition import Asked
from dataworkbench.measures.factors import Factor, factors
from dataworkbench.measures.screening import Apart, Means, Shares, holm, means_apart, shares_apart

WITHOUT: Final = "students like them without it"
COLUMNS: Final = (
    "kind", "factor", "indicator", "n", "n_left_out", "value", "low", "high", "status", "reason", "n_reference", "reference",
    "value_group", "value_reference", "in_sd", "p", "chance", "have_it_with", "have_it_without",
)  # fmt: skip


def screened(district: Asked, concern: Concern, *, fewest: int) -> pd.DataFrame:
    """Return how students with each factor fared beside those without it.

    One row is one factor, the likeliest first: ``kind``, ``factor``, ``indicator``, ``n`` (students with it), ``n_reference``
    (without), ``n_left_out`` (of whom it isn't known), ``value`` (with minus without, among students of the same school and
    grade level, by the most cautious of ``Concern.ways``), ``low``, ``high``, ``value_group``, ``value_reference``, ``in_sd`` (scores: in standard deviations), ``p``
    (two-sided, this look alone), ``chance`` (adjusted by Holm for all looks), ``have_it_with`` and ``have_it_without`` (the
    share that has the factor among students with the concern and without it; of scores, the lower half and the upper).

    Factors with fewer than ``fewest`` students on a side are not looked at. Shares are judged by Fisher's exact test, scores by
    Welch's, each stratum by stratum (``screening``). Factors hang together: who rides one bus may also be absent. So a factor
    that stands out may do so only because it goes with another one; nothing here tells a cause.
    """
    rows: list[dict[Hashable, object]] = []
    looks: list[float] = []
    for factor in factors(district, concern):
        found = _row(concern, factor, fewest)
        if found is not None:
            row, p = found
            rows.append(row | {"p": p})
            looks.append(p)
    frame = pd.DataFrame(rows, columns=list(COLUMNS)).assign(chance=holm(looks))
    return frame.sort_values(["chance", "p"], kind="stable").reset_index(drop=True)


def concern_to_screen(district: Asked, id: str, where: Where) -> Concern:  # noqa: A002 - the catalogue's own word
    """Return the concern student by student.

    Raises
    ------
    WorkbenchError
        Where there is no figure, or none that could be called a concern; the text says why.

    """
    said = why_not(district, id, where)
    if said:
        raise WorkbenchError(said)
    return concern_of(district, id, where)


def _row(concern: Concern, factor: Factor, fewest: int) -> tuple[dict[Hashable, object], float] | None:
    known = factor.has.notna()
    students = concern.students[known.to_numpy()]
    has = factor.has[known].astype(bool).to_numpy()
    own, others = students[has], students[~has]
    if min(len(own), len(others)) < fewest:
        return None
    apart, p = _most_cautious(concern, students.assign(has=has), picked=factor.picked)
    if math.isnan(p):
        return None
    bad = students["with_concern"].to_numpy()
    row: dict[Hashable, object] = {
        "kind": factor.kind, "factor": factor.name, "indicator": concern.indicator.id, "n": len(own),
        "n_left_out": int((~known).sum()), "value": apart.value, "low": apart.low, "high": apart.high, "status": "",
        "reason": "", "n_reference": len(others), "reference": WITHOUT, "value_group": float(own["seen"].mean()),
        "value_reference": float(others["seen"].mean()),
        "in_sd": math.nan if concern.is_rate else _in_sd(apart.value, own["seen"], others["seen"]),
        "have_it_with": _share(has[bad]), "have_it_without": _share(has[~bad]),
    }  # fmt: skip
    return row, p


def _share(has: object) -> float:
    told = pd.Series(has, dtype=float)
    return float(told.mean()) if len(told) else math.nan


def _in_sd(value: float, own: pd.Series, others: pd.Series) -> float:
    """Return a difference in standard deviations of the scores, both groups pooled."""
    squares = (len(own) - 1) * float(own.var()) + (len(others) - 1) * float(others.var())
    pooled = math.sqrt(squares / (len(own) + len(others) - 2))
    return value / pooled if pooled else math.nan


def _most_cautious(concern: Concern, students: pd.DataFrame, *, picked: bool) -> tuple[Apart, float]:
    """Return the difference by the way of comparing in which it stands out least, and its probability.

    Where two ways disagree about the direction, nothing stands out.
    """
    told = [
        _apart(students, outcome, alike, is_rate=concern.is_rate)
        for outcome, alike in concern.ways(picked=picked)
    ]
    least = max(told, key=lambda apart: apart.p_either)
    agree = all(apart.value * least.value >= 0 for apart in told)
    unknown = any(math.isnan(apart.p_higher) for apart in told)
    return least, math.nan if unknown else least.p_either if agree else 1.0


def _apart(students: pd.DataFrame, outcome: str, alike: Sequence[str], *, is_rate: bool) -> Apart:
    told = students.groupby([*alike, "has"])[outcome].agg(["size", "sum", "mean", "std"])
    told = told.astype("float64").fillna(0.0)
    own, rest = (told.xs(has, level="has") for has in (True, False))
    both = own.index.intersection(rest.index)
    own, rest = own.loc[both], rest.loc[both]
    if is_rate:
        pairs = zip(own["sum"], own["size"], rest["sum"], rest["size"], strict=True)
        return shares_apart(Shares(*map(float, one)) for one in pairs)
    parts = zip(own["size"], own["mean"], own["std"], rest["size"], rest["mean"], rest["std"], strict=True)
    return means_apart(Means(*map(float, one)) for one in parts)
