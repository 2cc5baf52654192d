"""Days enrolled and days absent of each student, from daily records, from totals, or from both."""

from __future__ import annotations

from dataworkbench.measures.composing import choices, where
from dataworkbench.measures.definition import Question
from dataworkbench.terms import NOT_REPORTED

_PLACE = "student_id, school_id, school_year"
_TIMES = {"month": "strftime(date, '%Y-%m')", "week": "strftime(date_trunc('week', date), '%Y-%m-%d')"}
_SOURCES = ("attendance", "attendance_totals", "enrollments", "calendar")


def student_days(asked: Question) -> tuple[str, tuple[object, ...]]:
    """Return SQL, with its parameters, whose rows are one student in one school in one year (or month, or week).

    Beside the dimensions they have ``days_enrolled`` and ``days_absent``. Days are those with a record. Where the district
    brought a calendar, a school day without a record counts as present, up to the last day that the school sent.
    Totals are used where there are no daily records.
    """
    parted = {"month", "week"} & asked.used
    times = ", ".join(
        f"{_TIMES[name] if name in parted else 'CAST(NULL AS VARCHAR)'} AS {name}" for name in _TIMES
    )
    sources, parameters = _narrowed(asked)
    grade, join = (_GRADE, _GRADE_JOIN) if "grade_level" in asked.used else ("CAST(NULL AS VARCHAR)", "")
    sql = f"""
        WITH {sources}, daily AS (
            SELECT {_PLACE}, {times}, count(*) AS recorded, sum(absent) AS absent
            FROM only_attendance GROUP BY ALL
        ), {_EXPECTED.format(times=times)}, together AS (
            SELECT {_PLACE}, month, week, recorded, absent, 0 AS days FROM daily
            UNION ALL SELECT {_PLACE}, month, week, 0, 0, days FROM expected
            {"" if parted else _TOTALS_AND_STAYS}
        ), known AS (
            SELECT {_PLACE}, month, week, greatest(sum(recorded), sum(days)) AS days_enrolled, sum(absent) AS days_absent
            FROM together GROUP BY ALL
        )
        SELECT known.*, {grade} AS grade_level FROM known {join}
    """
    return sql, parameters


def _narrowed(asked: Question) -> tuple[str, tuple[object, ...]]:
    """Only the rows of the schools and years that are asked for, so that one school is quick in a large district."""
    narrow = {
        name: values
        for name, values in asked.where.items()
        if name in ("school_id", "school_year") and NOT_REPORTED not in values
    }
    clauses, bound = choices(narrow)
    kept = where(clauses)
    return ", ".join(f"only_{name} AS (SELECT * FROM {name}{kept})" for name in _SOURCES), (*bound,) * len(
        _SOURCES
    )


_EXPECTED = """
        sent AS (
            SELECT school_id, school_year, max(date) AS last_day FROM only_attendance GROUP BY ALL
        ), stays AS (
            SELECT student_id, school_id, school_year, coalesce(entry_date, DATE '1000-01-01') AS entering,
                coalesce(exit_date, DATE '9999-12-31') AS leaving
            FROM only_enrollments
        ), opened AS (
            SELECT *, entering <= max(leaving) OVER (
                PARTITION BY student_id, school_id, school_year ORDER BY entering, leaving
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS goes_on
            FROM stays
        ), numbered AS (
            SELECT *, count(*) FILTER (WHERE goes_on IS DISTINCT FROM true) OVER (
                PARTITION BY student_id, school_id, school_year ORDER BY entering, leaving
                ROWS UNBOUNDED PRECEDING) AS spell
            FROM opened
        ), spells AS (
            SELECT student_id, school_id, school_year, min(entering) AS entering, max(leaving) AS leaving
            FROM numbered GROUP BY student_id, school_id, school_year, spell
        ), spans AS (
            SELECT DISTINCT school_id, school_year, entering, leaving FROM spells
        ), span_days AS (
            SELECT s.school_id, s.school_year, s.entering, s.leaving, {times}, count(DISTINCT c.date) AS days
            FROM spans AS s
            JOIN sent ON sent.school_id = s.school_id AND sent.school_year = s.school_year
            JOIN only_calendar AS c ON c.school_id = s.school_id AND c.school_year = s.school_year
                AND c.date >= s.entering AND c.date < s.leaving AND c.date <= sent.last_day
            GROUP BY ALL
        ), expected AS (
            SELECT student_id, school_id, school_year, month, week, sum(days) AS days
            FROM spells JOIN span_days USING (school_id, school_year, entering, leaving) GROUP BY ALL
        )
"""
"""School days of each stay. Stays that overlap are one; students with the same dates at one school are worked out once."""

_TOTALS_AND_STAYS = f"""
            UNION ALL SELECT {_PLACE}, NULL, NULL, days_enrolled, days_absent, 0
            FROM only_attendance_totals ANTI JOIN daily USING ({_PLACE})
            UNION ALL SELECT {_PLACE}, NULL, NULL, 0, 0, 0 FROM only_enrollments
"""
_GRADE = "coalesce(grades.grade_level, totals.grade_level)"
_GRADE_JOIN = f"""
        LEFT JOIN (
            SELECT {_PLACE}, arg_max(grade_level, coalesce(entry_date, DATE '1000-01-01')) AS grade_level
            FROM only_enrollments GROUP BY ALL
        ) AS grades USING ({_PLACE})
        LEFT JOIN (
            SELECT {_PLACE}, any_value(grade_level) AS grade_level FROM only_attendance_totals GROUP BY ALL
        ) AS totals USING ({_PLACE})
"""
