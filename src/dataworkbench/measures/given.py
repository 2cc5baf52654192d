"""Which tests were given, to how many, and to how many at two times: what a page needs before it asks for results."""

from __future__ import annotations

from typing import Final

import pandas as pd

from dataworkbench.measures.asking import figures_of
from dataworkbench.measures.attainment import BRING_RESULTS
from dataworkbench.measures.composing import Where, question_of
from dataworkbench.measures.definition import STUDENT_YEAR, Asked, Indicator, Question, UnitRows, row_by_row
from dataworkbench.measures.growth import WHEN_TAKEN
from dataworkbench.workspace import Settings

_CHOSEN: Final = ("school_id", "grade_level", "subject")
_SCORED: Final = (
    "r.standard_id IS NULL AND r.scale_score IS NOT NULL "
    "AND coalesce(CAST(r.result_status AS VARCHAR), 'scored') = 'scored'"
)
_OURS: Final = "Students with a score for the whole test; of several subjects each is counted by itself."


def _taken(_settings: Settings, _asked: Question) -> UnitRows:
    sql = f"""
        SELECT r.student_id, r.school_year, r.period, r.school_id, r.grade_level, r.assessment_id, r.subject,
            CAST(NULL AS VARCHAR) AS left_out, 1 AS x
        FROM results AS r WHERE {_SCORED}
    """
    return row_by_row(sql, STUDENT_YEAR)


def _taken_twice(_settings: Settings, _asked: Question) -> UnitRows:
    sql = f"""
        SELECT r.student_id, r.school_year, r.assessment_id, r.subject,
            arg_max(r.school_id, {WHEN_TAKEN}) AS school_id, arg_max(r.grade_level, {WHEN_TAKEN}) AS grade_level,
            CAST(NULL AS VARCHAR) AS left_out, CASE WHEN count(DISTINCT r.period) > 1 THEN 1 ELSE 0 END AS x
        FROM results AS r WHERE {_SCORED} AND r.moment IS NULL
        GROUP BY r.student_id, r.school_year, r.assessment_id, r.subject
    """
    return row_by_row(sql, STUDENT_YEAR)


TAKEN: Final = Indicator(
    id="tests_taken", version=1, title="Tests taken", sentence="How many students took a test, by subject.",
    unit="count", numerator="students", denominator="students with a score", left_out="nobody", direction="neither", stage=1,
    source=_OURS, dimensions=("school_year", "period", "school_id", "grade_level", "assessment_id", "subject"),
    how_to_bring=BRING_RESULTS, rows=_taken, needs=("results",),
)  # fmt: skip
TAKEN_TWICE: Final = Indicator(
    id="tests_taken_twice", version=1, title="Tests taken at two times", sentence="Which students took a test twice in a year.",
    unit="rate", numerator="students with a score at two times of the year", denominator="students with a score",
    left_out="nobody", direction="neither", stage=1, source=_OURS,
    dimensions=("school_year", "school_id", "grade_level", "assessment_id", "subject"),
    how_to_bring=BRING_RESULTS, rows=_taken_twice, needs=("results",), full_count=True,
)  # fmt: skip
"""Neither stands in the catalogue: they choose what a page looks at and are not shown."""


def students_tested(district: Asked, where: Where) -> pd.DataFrame:
    """Return how many students took each test.

    One row is one test at one time of one school year: ``school_year``, ``assessment_id``, ``period``, ``students`` (those
    of the subject that most of them took). ``where`` may choose schools, grade levels and subjects.
    """
    by = ["school_year", "assessment_id", "period"]
    frame = _of_tests(district, TAKEN, [*by, "subject"], where)
    return frame.rename(columns={"n": "students"}).groupby(by, as_index=False)[["students"]].max()


def students_tested_twice(district: Asked, where: Where) -> pd.DataFrame:
    """Return how many students took each test, and how many of them at two times of the year.

    One row is one test in one school year: ``school_year``, ``assessment_id``, ``students``, ``twice``, each student once
    for each subject. ``where`` may choose schools (where a student was last), grade levels and subjects.
    """
    by = ["school_year", "assessment_id"]
    frame = _of_tests(district, TAKEN_TWICE, [*by, "subject"], where)
    named = frame.rename(columns={"n": "students", "numerator": "twice"})
    return named.groupby(by, as_index=False)[["students", "twice"]].sum()


def _of_tests(district: Asked, asked: Indicator, by: list[str], where: Where) -> pd.DataFrame:
    kept = {name: values for name, values in where.items() if name in _CHOSEN}
    frame = figures_of(district, question_of(asked, by, kept))
    return frame[frame["n"] > 0]
