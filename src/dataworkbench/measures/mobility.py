"""Students who came late, left early or changed school during the year; and what nobody has said of students."""

from __future__ import annotations

from dataworkbench.measures.definition import STUDENT_YEAR, Indicator, Question, UnitRows, row_by_row
from dataworkbench.measures.enrollment import ROSTER
from dataworkbench.terms import ALL_STUDENTS, NOT_REPORTED
from dataworkbench.workspace import Settings

GRACE_DAYS = 14
"""Whoever comes within so many days of the first day, or leaves within so many of the last one, did not come late or leave early."""

_DIMENSIONS = ("school_year", "school_id", "grade_level", "subgroup_type", "subgroup")

_STAYS = """
    WITH by_calendar AS (
        SELECT school_id, school_year, min(date) AS opens, max(date) AS closes FROM calendar GROUP BY ALL
    ), by_stays AS (
        SELECT school_id, school_year, mode(entry_date ORDER BY entry_date) AS opens, mode(exit_date ORDER BY exit_date) AS closes, count(*) AS stays,
            any_value(commonest) AS commonest
        FROM (
            SELECT *, max(alike) OVER (PARTITION BY school_id, school_year) AS commonest FROM (
                SELECT *, count(exit_date) OVER (PARTITION BY school_id, school_year, exit_date) AS alike FROM enrollments
            )
        ) GROUP BY ALL
    )
    SELECT e.student_id, e.school_year, e.school_id, e.grade_level, e.entry_date, e.exit_date,
        coalesce(c.opens, s.opens) AS opens,
        coalesce(c.closes, CASE WHEN s.commonest * 2 >= s.stays THEN s.closes - INTERVAL 1 DAY END, DATE '9999-01-01') AS closes
    FROM enrollments AS e
    LEFT JOIN by_calendar AS c ON c.school_id = e.school_id AND c.school_year = e.school_year
    LEFT JOIN by_stays AS s ON s.school_id = e.school_id AND s.school_year = e.school_year
"""
"""Each stay with the first and the last school day of its school.

The calendar says when a school opens and closes. Without one it opens on the day on which most stays begin, and closes on
the last day of most stays, where half of all stays or more end together; in a year under way they do not.
"""

_LATE = f"entry_date > opens + INTERVAL {GRACE_DAYS} DAY"
_EARLY = f"coalesce(exit_date <= closes - INTERVAL {GRACE_DAYS} DAY, false)"


STAYS_TO_THE_END = f"SELECT * FROM ({_STAYS}) AS stays WHERE NOT ({_EARLY})"
"""The stays that did not end before the end of the year, or that go on."""


def _moved(test: str) -> UnitRows:
    sql = f"""
        SELECT student_id, school_year, school_id, grade_level,
            CASE WHEN entry_date IS NULL THEN 'the first day of the stay is not known' END AS left_out,
            CASE WHEN {test} THEN 1 ELSE 0 END AS x
        FROM ({_STAYS}) AS stays
    """
    rows = row_by_row(sql, STUDENT_YEAR)
    return UnitRows(
        rows.sql, rows.unit, rows.parts, rows.left_out, total="CASE WHEN total > 0 THEN 1 ELSE 0 END"
    )


def _came_late(_settings: Settings, _asked: Question) -> UnitRows:
    return _moved(_LATE)


def _left_early(_settings: Settings, _asked: Question) -> UnitRows:
    return _moved(_EARLY)


def _mobile(_settings: Settings, _asked: Question) -> UnitRows:
    return _moved(f"{_LATE} OR {_EARLY}")


def _unsaid(_settings: Settings, _asked: Question) -> UnitRows:
    sql = f"""
        SELECT e.student_id, e.school_year, e.school_id, e.grade_level, held.subgroup_type, CAST(NULL AS VARCHAR) AS left_out,
            CASE WHEN coalesce(CAST(g.subgroup AS VARCHAR), '{NOT_REPORTED}') = '{NOT_REPORTED}' THEN 1 ELSE 0 END AS x
        FROM (SELECT DISTINCT student_id, school_year, school_id, grade_level FROM enrollments) AS e
        CROSS JOIN (SELECT DISTINCT subgroup_type FROM student_groups WHERE subgroup_type <> '{ALL_STUDENTS}') AS held
        LEFT JOIN student_groups AS g
            ON g.student_id = e.student_id AND g.school_year = e.school_year AND g.subgroup_type = held.subgroup_type
    """
    rows = row_by_row(sql, STUDENT_YEAR, joins_subgroups=False)
    once = "CASE WHEN total > 0 THEN 1 ELSE 0 END"
    return UnitRows(rows.sql, rows.unit, rows.parts, rows.left_out, total=once, joins_subgroups=False)


_RULE = (
    f"The workbench's own rule, because states' rules differ: more than {GRACE_DAYS} days after the school's first day, or "
    f"{GRACE_DAYS} days or more before its last one. A change of school inside the district counts. Everybody is counted, so there "
    "is no interval; a year under way is counted so far."
)
_WHO = "students with an enrollment in the school year"
_UNDATED = "students whose first day is not known"

INDICATORS = (
    Indicator(
        id="student_mobility", version=1, title="Students who came late or left early",
        sentence="The share of students who came to a school after the year had begun, or left it before its end.",
        unit="rate", numerator="students with at least one stay that began late or ended early", denominator=_WHO, left_out=_UNDATED,
        direction="neither", stage=1, source=_RULE, dimensions=_DIMENSIONS, how_to_bring=ROSTER, rows=_mobile, needs=("enrollments",),
        full_count=True,
    ),
    Indicator(
        id="came_late", version=1, title="Students who came late",
        sentence="The share of students who came to a school after the year had begun.",
        unit="rate", numerator="students with at least one stay that began late", denominator=_WHO, left_out=_UNDATED,
        direction="neither", stage=1, source=_RULE, dimensions=_DIMENSIONS, how_to_bring=ROSTER, rows=_came_late,
        needs=("enrollments",), full_count=True,
    ),
    Indicator(
        id="left_early", version=1, title="Students who left early",
        sentence="The share of students who left a school before the end of its year.",
        unit="rate", numerator="students with at least one stay that ended early", denominator=_WHO, left_out=_UNDATED,
        direction="neither", stage=1, source=_RULE, dimensions=_DIMENSIONS, how_to_bring=ROSTER, rows=_left_early,
        needs=("enrollments",), full_count=True,
    ),
    Indicator(
        id="not_reported", version=1, title="What is not known of students",
        sentence="The share of students of whom nobody has said to which group of a kind they belong.",
        unit="rate", numerator="students who are 'Not reported'", denominator="students enrolled in the school year", left_out="nobody",
        direction="neither", stage=1,
        source="NotSelected and blank both count as not reported; neither is a No. Everybody is counted, so there is no interval.",
        dimensions=("school_year", "school_id", "grade_level", "subgroup_type"),
        how_to_bring="Bring the roster: a OneRoster export with its demographics file.", rows=_unsaid, needs=("enrollments", "students"),
        always_by=("subgroup_type",), full_count=True,
    ),
)  # fmt: skip
