"""Who gained and who did not, by where they began, beside what coming back to the middle alone would give.

A score is what a student knows and the luck of one day. Those who scored lowest had, on average, bad luck, and those who
scored highest good luck; the next time luck is even, so the lowest seem to gain and the highest seem to lose, with nothing
done. Where r is the correlation of the two scores, a student who began at x is expected to gain (1 - r) times (the grade
level's mean minus x) more than grade-mates for that reason alone, if scores are spread alike at both times.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from typing import Any, Final

import pandas as pd

from dataworkbench.errors import no_such
from dataworkbench.measures.asking import measure
from dataworkbench.measures.catalogue import indicator
from dataworkbench.measures.comparison import FEWEST_TO_COMPARE
from dataworkbench.measures.composing import Where, question_of
from dataworkbench.measures.definition import Asked
from dataworkbench.measures.growth import FIRST_TO_LAST
from dataworkbench.measures.intervals import mean_interval
from dataworkbench.measures.shaping import FIGURES, in_order, with_types

FIFTHS: Final = ("Lowest fifth", "Second fifth", "Middle fifth", "Fourth fifth", "Highest fifth")
EXPECTED: Final = (
    "mean_first", "gain", "expected", "beyond_expected", "beyond_low", "beyond_high", "correlation",
)  # fmt: skip
_BY: Final = ("school_year", "school_id", "school_name", "grade_level", "subject")
_STRATUM: Final = ("school_year", "assessment_id", "subject", "grade_level")

_KEPT: Final = [
    "student_id",
    "school_year",
    "assessment_id",
    "subject",
    "school_id",
    "grade_level",
    "first_score",
    "last_score",
]
_STUDENTS: Final = f"""
    SELECT p.student_id, CAST(p.school_year AS VARCHAR) AS school_year, CAST(p.assessment_id AS VARCHAR) AS assessment_id,
        CAST(p.subject AS VARCHAR) AS subject, CAST(p.school_id AS VARCHAR) AS school_id,
        CAST(p.grade_level AS VARCHAR) AS grade_level, p.first_score, p.last_score
    FROM ({FIRST_TO_LAST}) AS p WHERE p.occasions >= 2
"""


def growth_by_start(
    district: Asked, *, by: Sequence[str] = ("subject",), where: Where | None = None
) -> pd.DataFrame:
    """Return how much students gained by where they began, beside what was to be expected from chance alone.

    One row is one fifth of the grade level by first score, in each group of ``by`` (``school_year``, ``school_id``,
    ``school_name``, ``grade_level``, ``subject``). The frame that travels, where ``value`` is how many points these students
    gained beyond the average of their grade-mates (t interval), and beside it ``mean_first``, ``gain`` (points), ``expected``
    (beyond grade-mates, by coming back to the middle alone), ``beyond_expected`` with ``beyond_low`` and ``beyond_high``, and
    ``correlation`` (of first and last score within grade levels). ``n_left_out`` counts students of grade levels with fewer
    than 30 students with both scores.

    Fifths, means and correlations are those of the whole district's grade level on the same test, subject and school year,
    also where one school is chosen. Equal scores are in the same fifth. For the staff road.
    Source: (1 - r) times (mean minus first score); Galton (1886), Journal of the Anthropological Institute 15, 246-263.
    """
    for name in by:
        if name not in _BY:
            raise no_such("column to group growth by", name, _BY)
    question = question_of(indicator("mean_gain"), [name for name in by if name != "school_name"], where)
    lacking = measure(district, "mean_gain", where=where)
    if (lacking["status"] == "missing").all():
        return with_types(lacking.assign(fifth=None)[["fifth", *FIGURES]]).reindex(
            columns=["fifth", *FIGURES, *EXPECTED]
        )
    return _frame(
        _named(_chosen(district, question.where), district, by), list(by), district.settings.confidence
    )


def _chosen(district: Asked, where: Mapping[str, tuple[str, ...]]) -> pd.DataFrame:
    """Return the students of a choice, with their place among all grade-mates of the district."""
    students = placed(district.ask(_STUDENTS))
    for name, values in where.items():
        if name not in students:
            raise no_such("column to choose growth by", name, (*_STRATUM, "school_id"))
        students = students[students[name].isin(values)]
    return students


def students_by_start(district: Asked, *, where: Where | None = None) -> pd.DataFrame:
    """Return each student's gain beside that of grade-mates who began at the same place; for the staff road.

    One row is one student on one test in one subject and school year with at least 30 grade-mates: ``student_id``,
    ``school_year``, ``assessment_id``, ``subject``, ``school_id``, ``grade_level``, ``first_score``, ``last_score``, ``fifth``,
    ``gain``, ``due`` (the grade level's average gain and what coming back to the middle gives) and ``left`` (gain less that).
    """
    if not district.has("results"):
        return pd.DataFrame(columns=[*_KEPT, "fifth", "gain", "due", "left"])
    question = question_of(indicator("mean_gain"), (), where)
    held = _chosen(district, question.where)
    held = held[(held["n"] >= FEWEST_TO_COMPARE) & held["correlation"].notna()]
    left = held["beyond"] - held["expected"]
    return held.assign(left=left, due=held["gain"] - left).reset_index(drop=True)


def placed(students: pd.DataFrame) -> pd.DataFrame:
    """Return students with their place among grade-mates.

    One row is one student on one test in one subject and school year: as before, and ``n`` (grade-mates), ``fifth``,
    ``gain``, ``beyond`` (grade-mates' mean gain), ``expected`` and ``correlation``.
    """
    stratum = students.groupby(list(_STRATUM), dropna=False)
    first, gain = students["first_score"], students["last_score"] - students["first_score"]
    n = stratum["first_score"].transform("size")
    share = (stratum["first_score"].rank(method="average") - 0.5) / n
    r = _correlation(students)
    return students.assign(
        n=n, fifth=[FIFTHS[min(4, math.floor(5 * place))] for place in share], gain=gain, correlation=r,
        beyond=gain - gain.groupby([students[name] for name in _STRATUM], dropna=False).transform("mean"),
        expected=(1 - r) * (stratum["first_score"].transform("mean") - first),
    )  # fmt: skip


def _correlation(students: pd.DataFrame) -> pd.Series:
    """Return for each student the correlation of first and last score among grade-mates."""
    groups = [students[name] for name in _STRATUM]

    def centred(column: pd.Series) -> pd.Series:
        return column - column.groupby(groups, dropna=False).transform("mean")

    def total(column: pd.Series) -> pd.Series:
        return column.groupby(groups, dropna=False).transform("sum")

    first, last = centred(students["first_score"]), centred(students["last_score"])
    return total(first * last) / (total(first**2) * total(last**2)) ** 0.5


def _named(students: pd.DataFrame, district: Asked, by: Sequence[str]) -> pd.DataFrame:
    if "school_name" not in by:
        return students
    schools = district.ask(
        "SELECT CAST(school_id AS VARCHAR) AS school_id, any_value(school_name) AS name FROM schools GROUP BY 1"
    )
    names = dict(zip(schools["school_id"], schools["name"], strict=True))
    return students.assign(school_name=[names.get(held, held) for held in students["school_id"]])


def _frame(students: pd.DataFrame, by: list[str], confidence: float) -> pd.DataFrame:
    if students.empty:
        reason = "Nobody in this group has two scores in one school year."
        row = {
            "indicator": "growth_by_start",
            "n": 0,
            "n_left_out": 0,
            "status": "not_applicable",
            "reason": reason,
        }
        return with_types(pd.DataFrame([row]).reindex(columns=[*by, "fifth", *FIGURES, *EXPECTED]))
    rows = [
        dict(zip([*by, "fifth"], key, strict=True)) | _one(piece, confidence)
        for key, piece in students.groupby([*by, "fifth"], dropna=False, sort=False)
    ]
    frame = pd.DataFrame(rows, columns=[*by, "fifth", *FIGURES, *EXPECTED])
    return in_order(with_types(frame), [*by, "fifth"], {"fifth": FIFTHS})


def _one(students: pd.DataFrame, confidence: float) -> dict[Hashable, Any]:
    enough = students[(students["n"] >= FEWEST_TO_COMPARE) & students["correlation"].notna()]
    n = len(enough)
    row: dict[Hashable, Any] = {
        "indicator": "growth_by_start", "n": n, "n_left_out": len(students) - n, "status": "", "reason": "", "value": math.nan,
    }  # fmt: skip
    if not n:
        few = f"Fewer than {FEWEST_TO_COMPARE} grade-mates have both scores, so nothing can be said of what was to be expected."
        return row | {"status": "not_applicable", "reason": few}
    value, (low, high) = _mean(enough["beyond"], confidence)
    more, (more_low, more_high) = _mean(enough["beyond"] - enough["expected"], confidence)
    return row | {
        "mean": value, "sd": float(enough["beyond"].std()) if n > 1 else None, "value": value, "low": low, "high": high,
        "mean_first": float(enough["first_score"].mean()), "gain": float(enough["gain"].mean()),
        "expected": float(enough["expected"].mean()), "beyond_expected": more, "beyond_low": more_low, "beyond_high": more_high,
        "correlation": float(enough["correlation"].mean()),
    }  # fmt: skip


def _mean(column: pd.Series, confidence: float) -> tuple[float, tuple[float, float]]:
    n, mean = len(column), float(column.mean())
    error = float(column.std()) / math.sqrt(n) if n > 1 else math.nan
    return mean, mean_interval(mean, error, n, confidence=confidence)
