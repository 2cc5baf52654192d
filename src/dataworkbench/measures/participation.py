"""Whether schools that took part in something changed more than schools that did not. Schools are the unit."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd
import scipy

from dataworkbench.measures.asking import measure
from dataworkbench.measures.catalogue import indicator
from dataworkbench.measures.composing import Where
from dataworkbench.measures.definition import Asked
from dataworkbench.measures.differences import Compared, difference_in_differences
from dataworkbench.measures.effects import baseline_equivalence, cox_index, hedges_g
from dataworkbench.measures.gaps import grouping_columns
from dataworkbench.measures.intervals import NONE, Mean, difference_of_means
from dataworkbench.measures.screening import holm

TOOK_PART: Final = "Took part"
OTHERS: Final = "Other schools"
GROUP: Final = "schools"

ACHIEVEMENT_ICC: Final = 0.20
OTHER_ICC: Final = 0.10
"""How alike students of one school are, where it is not known: the What Works Clearinghouse's defaults."""

_ACHIEVEMENT: Final = frozenset(
    {"proficiency", "mean_score", "growth_target_met", "mean_gain", "growth_percentile"}
)
BY_SCHOOLS: Final = (
    "by_schools", "by_schools_low", "by_schools_high", "schools_taking_part", "schools_other", "clustering", "before_difference",
    "alike_before", "years_before", "earlier_change", "earlier_low", "earlier_high", "chance",
)  # fmt: skip


def design_effect(students_in_a_school: float, icc: float) -> float:
    """Return how many times larger a variance is because students share schools: 1 + (m - 1) ICC.

    Source: Kish (1965), Survey Sampling, chapter 5.
    """
    return max(1.0, 1 + (students_in_a_school - 1) * icc)


def cells_of_schools(
    district: Asked, id: str, *, took_part: Sequence[str], by: Sequence[str] = (), where: Where | None = None  # noqa: A002 - the catalogue's own word
) -> pd.DataFrame:  # fmt: skip
    """Return an indicator for the schools that took part and for the others, year by year.

    One row is one of the two groups in one school year (and group of ``by``): the frame that travels, with the column
    ``schools`` before the indicator. ``took_part`` holds school identifiers; ``where`` names neither school nor year.
    """
    asked = {
        name: values for name, values in (where or {}).items() if name not in ("school_id", "school_year")
    }
    known = [
        str(one)
        for one in district.ask("SELECT CAST(school_id AS VARCHAR) AS id FROM schools ORDER BY 1")["id"]
    ]
    sides = {
        TOOK_PART: [one for one in known if one in took_part],
        OTHERS: [one for one in known if one not in took_part],
    }
    pieces = []
    for name, schools in sides.items():
        if schools:
            piece = measure(district, id, by=["school_year", *by], where=asked | {"school_id": schools})
            piece.insert(len(grouping_columns(piece)), GROUP, name)
            pieces.append(piece)
    return pd.concat(pieces, ignore_index=True)  # fmt: skip


def participation(
    district: Asked,
    id: str,  # noqa: A002 - the catalogue's own word
    *,
    took_part: Sequence[str],
    before: str,
    after: str,
    by: Sequence[str] = (),
    where: Where | None = None,
) -> pd.DataFrame:
    """Return how much more the schools that took part changed than the others, from one school year to another.

    One row is one group of ``by`` (or all together): the columns of ``difference_in_differences``, with the interval
    widened by ``clustering`` (the design effect, by the What Works Clearinghouse's default for how alike students of one
    school are), and beside it: ``by_schools`` with its interval (mean change of the schools that took part less that of
    the others, each school counting once; Welch's t over schools), ``schools_taking_part``, ``schools_other`` (schools with
    figures in both years), ``before_difference`` (Cox index or Hedges' g in the year before) and ``alike_before``,
    ``years_before`` (years with figures up to ``before``) and, where there are two or more, ``earlier_change`` with its
    interval: what the same comparison gives for the years before, when there was nothing to find; ``chance`` (p of
    ``by_schools``, for all rows together by Holm's rule), ``stands_out`` and ``looked_at``.
    """
    cells = cells_of_schools(district, id, took_part=took_part, by=by, where=where)
    asked = {n: v for n, v in (where or {}).items() if n not in ("school_id", "school_year")}
    schools = measure(district, id, by=["school_year", "school_id", *by], where=asked)
    others = [name for name in grouping_columns(cells) if name not in ("school_year", GROUP)]
    pieces = cells.groupby(others, dropna=False, sort=False) if others else [((), cells)]
    rows = []
    for key, piece in pieces:
        own = _matching(schools, dict(zip(others, key, strict=True)))
        rows.append(_row(piece, own, (before, after), frozenset(took_part), district.settings.confidence))
    found = pd.concat(rows, ignore_index=True)
    chances = holm([float(p) for p in found["chance"]])
    stands = [not math.isnan(p) and p < 1 - district.settings.confidence for p in chances]
    looked = sum(not math.isnan(p) for p in chances)
    return found.assign(chance=chances, stands_out=stands, looked_at=looked)


def _matching(frame: pd.DataFrame, key: Mapping[str, object]) -> pd.DataFrame:
    for name, value in key.items():
        frame = frame[frame[name] == value]
    return frame


def _row(
    piece: pd.DataFrame, schools: pd.DataFrame, years: tuple[str, str], took_part: frozenset[str], confidence: float
) -> pd.DataFrame:  # fmt: skip
    before, after = years
    compared = Compared(GROUP, TOOK_PART, OTHERS, "school_year", before, after)
    kept = schools[schools["school_year"].isin(years)]
    size = float(kept["n"].mean()) if len(kept) else 1.0
    clustering = design_effect(size, _icc(str(piece["indicator"].iloc[0])))
    found = difference_in_differences(piece, compared, clustering=clustering, confidence=confidence)
    took, other = changes_of_schools(schools, before, after, took_part)
    value, low, high = by_schools(took, other, confidence=confidence)
    g = _difference_before(piece, before)
    earlier = sorted(y for y in piece.loc[piece["value"].notna(), "school_year"].unique() if y <= before)
    trend = (math.nan, *NONE)
    if len(earlier) > 1:
        trend = by_schools(
            *changes_of_schools(schools, earlier[0], earlier[-1], took_part), confidence=confidence
        )
    said = (
        value, low, high, len(took), len(other), clustering, g, baseline_equivalence(g), len(earlier), *trend, _chance(took, other),
    )  # fmt: skip
    beside = pd.DataFrame([said], columns=list(BY_SCHOOLS))
    return pd.concat([found, beside], axis=1)


def _icc(id: str) -> float:  # noqa: A002 - the catalogue's own word
    return ACHIEVEMENT_ICC if indicator(id).id in _ACHIEVEMENT else OTHER_ICC


def changes_of_schools(
    schools: pd.DataFrame, before: str, after: str, took_part: frozenset[str]
) -> tuple[list[float], list[float]]:
    """Return the change of each school with figures in both years: those that took part, and the others."""
    wide = schools.pivot_table(
        index="school_id", columns="school_year", values="value", aggfunc="first"
    ).reindex(columns=[before, after])
    change = (wide[after] - wide[before]).dropna()
    there = change.index.isin(took_part)
    return [float(one) for one in change[there]], [float(one) for one in change[~there]]


def by_schools(
    took: Sequence[float], others: Sequence[float], *, confidence: float = 0.95
) -> tuple[float, float, float]:
    """Return the mean change of some schools less that of others, with Welch's interval; schools are the unit.

    Not a number where one side has no school; without an interval where one side has a single school.
    Source: Donald and Lang (2007), Review of Economics and Statistics 89, 221-233: few groups are compared group by group.
    """
    if not took or not others:
        return math.nan, *NONE
    low, high = difference_of_means(_mean(took), _mean(others), confidence=confidence)
    return float(np.mean(took) - np.mean(others)), low, high


def _chance(took: Sequence[float], others: Sequence[float]) -> float:
    """Return Welch's p over schools; not a number below two schools on a side."""
    if min(len(took), len(others)) < 2 or not (np.std(took) or np.std(others)):
        return math.nan
    return float(scipy.stats.ttest_ind(took, others, equal_var=False).pvalue)


def _mean(values: Sequence[float]) -> Mean:
    n = len(values)
    error = float(np.std(values, ddof=1)) / math.sqrt(n) if n > 1 else math.nan
    return Mean(float(np.mean(values)), error, n)


def _difference_before(piece: pd.DataFrame, before: str) -> float:
    rows = {str(row[GROUP]): row for row in piece[piece["school_year"] == before].to_dict("records")}
    if set(rows) != {TOOK_PART, OTHERS} or any(pd.isna(row["value"]) for row in rows.values()):
        return math.nan
    one, other = rows[TOOK_PART], rows[OTHERS]
    if pd.isna(one["mean"]):
        return cox_index(float(one["value"]), float(other["value"]))
    if pd.isna(one["sd"]) or pd.isna(other["sd"]):
        return math.nan
    first, second = ((float(r["mean"]), float(r["sd"]), int(r["n"])) for r in (one, other))
    return hedges_g(first, second)
