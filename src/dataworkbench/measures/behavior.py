"""Behaviour incidents and removals from class, out of the students who are enrolled."""

from __future__ import annotations

from dataworkbench.measures.definition import STUDENT_YEAR, Indicator, Part, Question, UnitRows
from dataworkbench.workspace import Settings

_DIMENSIONS = ("school_year", "school_id", "grade_level", "subgroup_type", "subgroup")
_BRING = "Bring a behaviour export: incident, student, school, date, what happened."
_LEFT_OUT = "CASE WHEN enrolled = 0 THEN 'had an incident, but no enrollment was found' END"

_ROWS = """
    WITH stays AS (
        SELECT student_id, CAST(school_id AS VARCHAR) AS school_id, CAST(school_year AS VARCHAR) AS school_year,
            arg_max(CAST(grade_level AS VARCHAR), coalesce(entry_date, DATE '1900-01-01')) AS grade_level
        FROM enrollments GROUP BY ALL
    ), counted AS (
        SELECT student_id, CAST(school_id AS VARCHAR) AS school_id, CAST(school_year AS VARCHAR) AS school_year,
            count(DISTINCT incident_id) AS incidents, coalesce(sum(days_removed), 0) AS removed
        FROM incidents GROUP BY ALL
    )
    SELECT student_id, school_id, school_year, stays.grade_level,
        CASE WHEN stays.student_id IS NULL THEN 0 ELSE 1 END AS is_enrolled,
        coalesce(counted.incidents, 0) AS incidents, coalesce(counted.removed, 0) AS removed
    FROM stays FULL JOIN counted USING (student_id, school_id, school_year)
"""
_PARTS = (
    Part("enrolled", "max", "is_enrolled"),
    Part("incidents", "sum", "incidents"),
    Part("removed", "sum", "removed"),
)


def _any_incident(_settings: Settings, _asked: Question) -> UnitRows:
    return UnitRows(_ROWS, STUDENT_YEAR, _PARTS, _LEFT_OUT, "CASE WHEN incidents > 0 THEN 1 ELSE 0 END")


def _removed(_settings: Settings, _asked: Question) -> UnitRows:
    return UnitRows(_ROWS, STUDENT_YEAR, _PARTS, _LEFT_OUT, "CASE WHEN removed > 0 THEN 1 ELSE 0 END")


def _how_many(_settings: Settings, _asked: Question) -> UnitRows:
    return UnitRows(_ROWS, STUDENT_YEAR, _PARTS, _LEFT_OUT, "incidents", squares="incidents * incidents")


_OUT = "students in the incident log for whom no enrollment in that school and year was found"
_NEEDS = ("incidents", "enrollments")

INDICATORS = (
    Indicator(
        id="incident_rate", version=1, title="Students with an incident",
        sentence="The share of enrolled students with at least one behaviour incident in the school year.",
        unit="rate", numerator="students with one incident or more", denominator="students enrolled in the school year",
        left_out=_OUT, direction="lower", stage=1,
        source="Students, not incidents, so that one student with many incidents counts once.",
        dimensions=_DIMENSIONS, how_to_bring=_BRING, rows=_any_incident, needs=_NEEDS,
    ),
    Indicator(
        id="removal_rate", version=1, title="Students removed from class",
        sentence="The share of enrolled students who were removed from class for some time after an incident.",
        unit="rate", numerator="students with days or parts of days removed", denominator="students enrolled in the school year",
        left_out=_OUT, direction="lower", stage=1, source="Days removed as the incident log gives them.",
        dimensions=_DIMENSIONS, how_to_bring=_BRING, rows=_removed, needs=_NEEDS,
    ),
    Indicator(
        id="incidents_per_student", version=1, title="Incidents for each student",
        sentence="How many behaviour incidents there were for each enrolled student, on average.",
        unit="mean", numerator="incidents", denominator="students enrolled in the school year",
        left_out=_OUT, direction="lower", stage=1, source="Incidents over students enrolled.",
        dimensions=_DIMENSIONS, how_to_bring=_BRING, rows=_how_many, needs=_NEEDS,
    ),
)  # fmt: skip
