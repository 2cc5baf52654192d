"""Who is identified as a student with a disability."""

from __future__ import annotations

from dataworkbench.measures.definition import STUDENT_YEAR, Indicator, Question, UnitRows, row_by_row
from dataworkbench.terms import YES
from dataworkbench.workspace import Settings


def _identified(_settings: Settings, _asked: Question) -> UnitRows:
    sql = f"""
        SELECT e.student_id, e.school_year, e.school_id, e.grade_level,
            CASE WHEN s.student_id IS NULL THEN 'no demographics were brought for this student'
                WHEN coalesce(CAST(s.disability AS VARCHAR), 'NotSelected') = 'NotSelected'
                    THEN 'it was not said whether the student has a disability' END AS left_out,
            CASE WHEN CAST(s.disability AS VARCHAR) = '{YES}' THEN 1 ELSE 0 END AS x
        FROM enrollments AS e LEFT JOIN students AS s
            ON s.student_id = e.student_id AND CAST(s.school_year AS VARCHAR) = CAST(e.school_year AS VARCHAR)
    """
    rows = row_by_row(sql, STUDENT_YEAR)
    once = "CASE WHEN weight = 0 THEN 0 ELSE total / weight END"
    return UnitRows(rows.sql, rows.unit, rows.parts, rows.left_out, once)


INDICATORS = (
    Indicator(
        id="disability_identification", version=1, title="Identified with a disability",
        sentence="The share of enrolled students who are served as students with a disability.",
        unit="rate", numerator="students served under IDEA in the school year", denominator="students enrolled of whom it was said",
        left_out="students without demographics, and those of whom it was not said", direction="neither", stage=1,
        source="34 CFR 300.647 asks for it by race and ethnicity, as a risk ratio.",
        dimensions=("school_year", "school_id", "grade_level", "subgroup_type", "subgroup"),
        how_to_bring="Bring the roster: a OneRoster export with its demographics file, and student programs.",
        rows=_identified, needs=("enrollments", "students"),
    ),
)  # fmt: skip
