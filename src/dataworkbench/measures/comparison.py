"""What students would have been expected to reach without an intervention.

Students are chosen for help because a score was low, and a low score is partly bad luck: the next one is higher with no
help at all. By the correlation r of two scores, a group whose mean before lies below the mean of all is expected to come
back by (1 - r) times that distance. Besides, everybody grows. Both are taken from students on the same test, in the same
subject, grade level and school year, who did not have an intervention on it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from dataworkbench.measures import composing
from dataworkbench.measures.composing import Where, question_of
from dataworkbench.measures.definition import Asked, Part, Question, UnitRows
from dataworkbench.measures.growth import FIRST_TO_LAST
from dataworkbench.measures.intervals import mean_interval
from dataworkbench.measures.interventions import INDICATORS
from dataworkbench.workspace import Settings

FEWEST_TO_COMPARE = 30
"""Fewer untreated students than this, and nothing is said about what was to be expected."""

COLUMNS = (
    "expected_from_regression", "typical_change", "adjusted", "adjusted_low", "adjusted_high", "n_comparison",
)  # fmt: skip

_STRATUM = ("measure", "subject", "grade_level", "school_year")
_UNTREATED = f"""
    SELECT CAST(p.assessment_id AS VARCHAR) AS measure, CAST(p.subject AS VARCHAR) AS subject,
        CAST(p.grade_level AS VARCHAR) AS grade_level, CAST(p.school_year AS VARCHAR) AS school_year,
        count(*) AS n, avg(p.first_score) AS mean_before, avg(p.last_score - p.first_score) AS gain,
        corr(p.last_score, p.first_score) AS r, regr_slope(p.last_score, p.first_score) AS slope,
        regr_intercept(p.last_score, p.first_score) AS intercept,
        regr_sxx(p.last_score, p.first_score) AS sxx, regr_syy(p.last_score, p.first_score) AS syy
    FROM ({FIRST_TO_LAST}) AS p ANTI JOIN interventions AS i
        ON i.student_id = p.student_id AND CAST(i.school_year AS VARCHAR) = CAST(p.school_year AS VARCHAR)
        AND CAST(i.measure AS VARCHAR) = CAST(p.assessment_id AS VARCHAR)
        AND (i.subject IS NULL OR CAST(i.subject AS VARCHAR) = CAST(p.subject AS VARCHAR))
    WHERE p.occasions >= 2
    GROUP BY ALL HAVING count(*) >= {FEWEST_TO_COMPARE} AND regr_sxx(p.last_score, p.first_score) > 0
"""


def untreated(district: Asked) -> pd.DataFrame:
    """Return how the scores of students without an intervention went from first to last.

    One row is one test in one subject, grade level and school year: ``n``, ``mean_before``, ``gain``, ``r``, ``slope`` and
    ``intercept`` of last on first score, ``sxx``, ``syy``. Only where there are at least ``FEWEST_TO_COMPARE`` of them.
    """
    return district.ask(_UNTREATED)


def _turns(_settings: Settings, _asked: Question) -> UnitRows:
    sql = f"SELECT *, {_stratum('interventions')} AS stratum FROM interventions"
    parts = (
        Part("before", "max", "baseline"),
        Part("after", "max", "outcome"),
        Part("stratum", "min", "stratum"),
    )
    return UnitRows(sql, ("intervention_id", "student_id", "school_year"), parts, left_out="NULL", total="0")


def _stratum(table: str) -> str:
    names = (f"coalesce(CAST({table}.{name} AS VARCHAR), '')" for name in _STRATUM)
    return " || '|' || ".join(names)


def beyond_expected(district: Asked, *, by: Sequence[str], where: Where | None = None) -> pd.DataFrame:
    """Return how far students with an intervention came beyond what was to be expected.

    One row is one group of ``by``: ``COLUMNS``, see ``intervention_outcomes``. Not a number where too few students without
    the intervention took the same test. The interval knows of the spread of those helped and of the uncertainty of the
    comparison; it does not know of other ways in which the two differ.
    """
    question = question_of(replace(INDICATORS[0], rows=_turns), by, where)
    statement = composing.judged_units(question, district.settings)
    statement.step("untreated", _UNTREATED)
    keys = list(question.grouped)
    grouping = "".join(f"parts.{name} AS {name}, " for name in keys)
    sql, parameters = statement.ending(
        f"""
        SELECT {grouping} u.* EXCLUDE ({", ".join(_STRATUM)}), count(*) AS helped,
            avg(before) AS before, avg(after - before) AS change,
            avg(after - u.intercept - u.slope * before) AS beyond,
            coalesce(var_samp(after - u.intercept - u.slope * before), 0) AS spread
        FROM parts JOIN (SELECT *, {_stratum("untreated")} AS stratum FROM untreated) AS u ON u.stratum = parts.stratum
        WHERE before IS NOT NULL AND after IS NOT NULL GROUP BY ALL
        """
    )
    strata = district.ask(sql, parameters)
    if strata.empty:
        return (
            pd.DataFrame(columns=[*keys, *COLUMNS])
            if keys
            else pd.DataFrame([dict.fromkeys(COLUMNS, math.nan)])
        )
    pieces = strata.groupby(keys, sort=False) if keys else [((), strata)]
    rows = [
        dict(zip(keys, key, strict=True)) | _together(piece, district.settings.confidence)
        for key, piece in pieces
    ]
    return pd.DataFrame(rows, columns=[*keys, *COLUMNS])


def _together(strata: pd.DataFrame, confidence: float) -> dict[str, float]:
    """Return the figures of one group, its strata weighed by how many students were helped in each."""
    helped = strata["helped"].sum()
    weight = strata["helped"] / helped
    residual = (strata["syy"] - strata["slope"] ** 2 * strata["sxx"]) / (strata["n"] - 2)
    doubt = residual * (1 / strata["n"] + (strata["before"] - strata["mean_before"]) ** 2 / strata["sxx"])
    beyond = float((weight * strata["beyond"]).sum())
    within = ((strata["helped"] - 1) * strata["spread"]).sum() / max(helped - len(strata), 1)
    error = math.sqrt(within / helped + float((weight**2 * doubt).sum()))
    low, high = mean_interval(beyond, error, helped, confidence=confidence)
    return {
        "expected_from_regression": float(
            (weight * (1 - strata["r"]) * (strata["mean_before"] - strata["before"])).sum()
        ),
        "typical_change": float((weight * strata["gain"]).sum()),
        "adjusted": beyond,
        "adjusted_low": low,
        "adjusted_high": high,
        "n_comparison": int(strata["n"].sum()),
    }
