"""Before and after a unit of instruction: what was right then and now, of the same students."""

from __future__ import annotations

from dataworkbench.measures.attainment import NOT_TAKEN
from dataworkbench.measures.definition import Indicator, Question, UnitRows, row_by_row
from dataworkbench.workspace import Settings

MOMENTS = ("before", "after")

_CHECK = ("student_id", "school_year")
_DIMENSIONS = (
    "school_year", "school_id", "grade_level", "subject", "unit_name", "standard_id", "section_id", "assessment_id",
    "subgroup_type", "subgroup",
)  # fmt: skip
_BRING = "Bring exit tickets or unit checks: student, section, date, pre or post, points and points possible."

_CHECKS = f"""
    SELECT r.student_id, r.school_year, r.assessment_id, r.section_id, CAST(r.standard_id AS VARCHAR) AS standard_id,
        any_value(r.school_id) AS school_id, any_value(r.grade_level) AS grade_level,
        coalesce(any_value(CAST(r.subject AS VARCHAR)), any_value(known.subject)) AS subject,
        sum(r.points) FILTER (WHERE moment = 'pre') / sum(r.points_possible) FILTER (WHERE moment = 'pre') AS before,
        sum(r.points) FILTER (WHERE moment = 'post') / sum(r.points_possible) FILTER (WHERE moment = 'post') AS after
    FROM results AS r LEFT JOIN (
        SELECT CAST(standard_id AS VARCHAR) AS standard_id, any_value(CAST(subject AS VARCHAR)) AS subject FROM standards GROUP BY 1
    ) AS known ON known.standard_id = CAST(r.standard_id AS VARCHAR)
    WHERE r.moment IS NOT NULL AND r.points IS NOT NULL AND r.points_possible > 0 AND ({NOT_TAKEN}) IS NULL
    GROUP BY r.student_id, r.school_year, r.assessment_id, r.section_id, r.standard_id
"""
_UNIT_OF = """
    SELECT CAST(school_year AS VARCHAR) AS school_year, CAST(standard_id AS VARCHAR) AS standard_id,
        arg_min(CAST(unit_name AS VARCHAR), coalesce(unit_order, 999)) AS unit_name
    FROM curriculum GROUP BY ALL
"""
_MATCHED = f"""
    SELECT checks.*, units.unit_name,
        CASE WHEN before IS NULL THEN 'no check before' WHEN after IS NULL THEN 'no check after' END AS left_out
    FROM ({_CHECKS}) AS checks LEFT JOIN ({_UNIT_OF}) AS units
        ON units.standard_id = checks.standard_id AND units.school_year = CAST(checks.school_year AS VARCHAR)
"""
"""One row is one student on one standard of one check in one class, with the share right before and after."""


def _levels(_settings: Settings, _asked: Question) -> UnitRows:
    sql = f"""
        SELECT matched.*, 'before' AS moment, 100 * before AS x FROM ({_MATCHED}) AS matched
        UNION ALL SELECT matched.*, 'after' AS moment, 100 * after AS x FROM ({_MATCHED}) AS matched
    """
    return row_by_row(sql, _CHECK, mean=True)


def _gain(_settings: Settings, _asked: Question) -> UnitRows:
    sql = f"SELECT *, 100 * (after - before) AS x FROM ({_MATCHED}) AS matched"
    return row_by_row(sql, _CHECK, mean=True)


_SOURCE = (
    "Only students with both checks of a standard in one class count, so the same people stand behind both. The unit of a standard is "
    "the one that the curriculum map names for it first. Each student is taken as one."
)
_LEFT = "students with only one of the two checks"

INDICATORS = (
    Indicator(
        id="unit_before_after", version=1, title="Percent right before and after a unit",
        sentence="How much was right, in percent, in the checks before a unit was taught and in those after it.",
        unit="mean", numerator="sum of percent right", denominator="checks taken both before and after; n is the number of students",
        left_out=_LEFT, direction="higher", stage=1, source=_SOURCE, dimensions=(*_DIMENSIONS, "moment"), how_to_bring=_BRING,
        rows=_levels, needs=("results",), needs_rows="moment IS NOT NULL", always_by=("moment",), value_order=MOMENTS,
    ),
    Indicator(
        id="unit_gain", version=1, title="Change over a unit, in percent points",
        sentence="How many percent points more were right after a unit was taught than before it.",
        unit="mean", numerator="sum of percent right after minus percent right before",
        denominator="checks taken both before and after; n is the number of students", left_out=_LEFT, direction="higher", stage=1,
        source=_SOURCE + " Without a group that was not taught, the change is not all due to the teaching.",
        dimensions=_DIMENSIONS, how_to_bring=_BRING, rows=_gain, needs=("results",), needs_rows="moment IS NOT NULL",
    ),
)  # fmt: skip
