"""What is known about single students, for staff alone: the tables behind a plan for each student.

Names are read here and in ``student_pages`` and nowhere else; on the public road nothing of this is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from dataworkbench.errors import NoSuchNameError
from dataworkbench.views.district import Asked

Where = Mapping[str, tuple[str, ...]]

_HERE: Final = """
    SELECT e.student_id, e.school_year::VARCHAR AS school_year, e.school_id::VARCHAR AS school_id,
        e.grade_level::VARCHAR AS grade_level,
        row_number() OVER (PARTITION BY e.student_id, e.school_year ORDER BY e.entry_date DESC NULLS LAST, e.school_id) AS place
    FROM enrollments AS e
"""
_STUDENTS: Final = """
    WITH here AS ({here}), absence AS (
        SELECT student_id, school_year::VARCHAR AS school_year, sum(absent) AS absent, count(*)::DOUBLE AS days
        FROM attendance GROUP BY 1, 2
        UNION ALL
        SELECT student_id, school_year::VARCHAR, sum(days_absent), sum(days_enrolled) FROM attendance_totals AS t
        WHERE NOT EXISTS (SELECT 1 FROM attendance AS a WHERE a.student_id = t.student_id AND a.school_year::VARCHAR = t.school_year::VARCHAR)
        GROUP BY 1, 2
    )
    SELECT here.student_id, trim(coalesce(i.given_name, '') || ' ' || coalesce(i.family_name, '')) AS name,
        here.school_id, here.grade_level, absence.absent / nullif(absence.days, 0) AS missed,
        (SELECT count(*) FROM interventions AS v WHERE v.student_id = here.student_id
            AND v.school_year::VARCHAR = here.school_year) AS interventions
    FROM here LEFT JOIN identities AS i ON i.student_id = here.student_id
    LEFT JOIN absence ON absence.student_id = here.student_id AND absence.school_year = here.school_year
    WHERE here.place = 1 {tests}
    ORDER BY here.grade_level, i.family_name NULLS LAST, i.given_name, here.student_id
"""
_RESULTS: Final = """
    SELECT r.test_date, r.school_year::VARCHAR AS school_year, r.period::VARCHAR AS period,
        coalesce(a.title, r.assessment_id::VARCHAR) AS test, r.subject::VARCHAR AS subject, r.scale_score,
        r.performance_level::VARCHAR AS performance_level, r.percentile, r.result_status::VARCHAR AS result_status
    FROM results AS r LEFT JOIN assessments AS a ON a.assessment_id::VARCHAR = r.assessment_id::VARCHAR
    WHERE r.student_id = ? AND r.standard_id IS NULL AND r.moment IS NULL
    ORDER BY r.subject, r.test_date NULLS LAST
"""
_STANDARDS: Final = """
    SELECT r.standard_id::VARCHAR AS standard_id, coalesce(s.statement, '') AS statement, r.subject::VARCHAR AS subject,
        arg_max(r.scale_score, r.test_date) AS latest, count(*) AS times, max(r.test_date) AS on_day,
        any_value(s.sequence) AS sequence
    FROM results AS r LEFT JOIN standards AS s ON s.standard_id::VARCHAR = r.standard_id::VARCHAR
    LEFT JOIN assessments AS a ON a.assessment_id::VARCHAR = r.assessment_id::VARCHAR
    WHERE r.student_id = ? AND r.school_year::VARCHAR = ? AND r.standard_id IS NOT NULL AND r.scale_score IS NOT NULL
        AND a.kind::VARCHAR = 'standards'
    GROUP BY 1, 2, 3 ORDER BY 3, 7 NULLS LAST, 1
"""
_WORDS: Final = """
    SELECT asked_on, topic::VARCHAR AS topic, said_by::VARCHAR AS said_by, words FROM learner_profiles
    WHERE student_id = ? ORDER BY asked_on DESC, topic, said_by
"""
_INTERVENTIONS: Final = """
    SELECT v.start_date, v.end_date, v.strategy::VARCHAR AS strategy, v.need::VARCHAR AS need, v.tier,
        v.exit_reason::VARCHAR AS exit_reason, v.baseline, v.goal, v.outcome,
        (SELECT count(*) FROM intervention_sessions AS s WHERE s.intervention_id = v.intervention_id AND s.present) AS sessions
    FROM interventions AS v WHERE v.student_id = ? ORDER BY v.start_date DESC NULLS LAST
"""
_ATTENDANCE: Final = """
    SELECT school_year::VARCHAR AS school_year, sum(absent) AS absent, count(*)::DOUBLE AS days FROM attendance
    WHERE student_id = ? GROUP BY 1
    UNION ALL
    SELECT school_year::VARCHAR, sum(days_absent), sum(days_enrolled) FROM attendance_totals
    WHERE student_id = ? AND school_year::VARCHAR NOT IN (SELECT school_year::VARCHAR FROM attendance WHERE student_id = ?)
    GROUP BY 1 ORDER BY 1
"""


def students_here(district: Asked, where: Where) -> pd.DataFrame:
    """Return the students of a selection.

    One row is one student in the selection's school year: ``student_id``, ``name``, ``school_id``, ``grade_level``,
    ``missed`` (share of days, 0 to 1, blank where unknown), ``interventions`` (begun that year).
    """
    kept = {
        name: list(values)
        for name, values in where.items()
        if name in ("school_year", "school_id", "grade_level")
    }
    tests = " ".join(f"AND here.{name} IN (SELECT unnest(?::VARCHAR[]))" for name in kept)
    return district.ask(_STUDENTS.format(here=_HERE, tests=tests), list(kept.values()))


def student_row(district: Asked, student: str, where: Where) -> pd.Series:
    """Return one student's row of ``students_here``, in the selection's year wherever the student is enrolled.

    Raises
    ------
    NoSuchNameError
        Where nobody of that identifier is enrolled; the text does not list other students.

    """
    year = {name: values for name, values in where.items() if name == "school_year"}
    found = students_here(district, year)
    found = found[found["student_id"] == student]
    if found.empty:
        raise NoSuchNameError(
            f"Nobody with the identifier '{student}' is enrolled in this school year. Take one from the list of students, "
            "with the zeros in front."
        )
    return found.iloc[0]


def results_of(district: Asked, student: str) -> pd.DataFrame:
    """Return a student's results on whole tests; one row is one subject on one occasion, in order of time."""
    return district.ask(_RESULTS, [student])


def standards_of(district: Asked, student: str, school_year: str) -> pd.DataFrame:
    """Return where a student stands on standards; one row is one standard: ``latest`` score, how many ``times``, ``on_day``."""
    return district.ask(_STANDARDS, [student, school_year])


def words_of(district: Asked, student: str) -> pd.DataFrame:
    """Return what was said by and about a student; one row is one thing said, the latest first."""
    return district.ask(_WORDS, [student])


def interventions_of(district: Asked, student: str) -> pd.DataFrame:
    """Return a student's turns with interventions; one row is one turn, the latest first."""
    return district.ask(_INTERVENTIONS, [student])


def attendance_of(district: Asked, student: str) -> pd.DataFrame:
    """Return a student's attendance; one row is one school year: ``absent`` and ``days``."""
    return district.ask(_ATTENDANCE, [student] * 3)
