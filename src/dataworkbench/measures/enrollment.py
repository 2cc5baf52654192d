"""Who is enrolled, and which groups the students make up."""

from __future__ import annotations

from dataworkbench.measures.definition import STUDENT_YEAR, Indicator, Question, UnitRows, row_by_row
from dataworkbench.terms import ALL_STUDENTS
from dataworkbench.workspace import Settings

ROSTER = "Bring the roster: a OneRoster export of the student information system."
_OURS = "The district's roster; one student counts once in a school year."


def _enrolled(_settings: Settings, _asked: Question) -> UnitRows:
    sql = "SELECT student_id, school_year, school_id, grade_level, CAST(NULL AS VARCHAR) AS left_out, 1 AS x FROM enrollments"
    return row_by_row(sql, STUDENT_YEAR)


def _in_each_group(_settings: Settings, _asked: Question) -> UnitRows:
    sql = f"""
        SELECT e.student_id, e.school_year, e.school_id, e.grade_level, held.subgroup_type, held.subgroup,
            CASE WHEN g.subgroup IS NULL THEN 'No demographics were brought for this student' END AS left_out,
            CASE WHEN g.subgroup = held.subgroup THEN 1 ELSE 0 END AS x
        FROM enrollments AS e
        CROSS JOIN (
            SELECT DISTINCT subgroup_type, subgroup FROM student_groups WHERE subgroup_type <> '{ALL_STUDENTS}'
        ) AS held
        LEFT JOIN student_groups AS g
            ON g.student_id = e.student_id AND g.school_year = e.school_year AND g.subgroup_type = held.subgroup_type
    """
    rows = row_by_row(sql, STUDENT_YEAR, joins_subgroups=False)
    once = "CASE WHEN weight = 0 THEN 0 ELSE total / weight END"
    return UnitRows(
        sql=rows.sql,
        unit=rows.unit,
        parts=rows.parts,
        left_out=rows.left_out,
        total=once,
        joins_subgroups=False,
    )


INDICATORS = (
    Indicator(
        id="enrollment", version=1, title="Students enrolled",
        sentence="How many students were enrolled at any time in the school year.",
        unit="count", numerator="students", denominator="students with an enrollment in the school year",
        left_out="nobody", direction="neither", stage=1, source=_OURS,
        dimensions=("school_year", "school_id", "grade_level", "subgroup_type", "subgroup"),
        how_to_bring=ROSTER, rows=_enrolled, needs=("enrollments",),
    ),
    Indicator(
        id="student_share", version=1, title="Make-up of the student body",
        sentence="What share of the students belongs to each group.",
        unit="rate", numerator="students in the group", denominator="students enrolled in the school year",
        left_out="students without a row of demographics", direction="neither", stage=1,
        source=_OURS + " Groups of different types overlap, so they are never added up.",
        dimensions=("school_year", "school_id", "grade_level", "subgroup_type", "subgroup"),
        how_to_bring="Bring the roster: a OneRoster export with its demographics file.", rows=_in_each_group,
        needs=("enrollments", "students"), always_by=("subgroup_type", "subgroup"), full_count=True,
    ),
)  # fmt: skip
