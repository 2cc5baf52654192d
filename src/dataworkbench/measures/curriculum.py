"""How far what is taught and what is assessed are the same: standard by standard, class by class.

What counts:

- A *class* is one that assessed a standard (its results name the class, or its students sit in one class of the subject) or
  for which a plan was brought: its own rows of the curriculum, or those of its whole grade level and subject.
- A standard is *assessed* on the first day on which the class has a scored result on it. Checks before a lesson ("pre") are
  no assessment of what was taught. Parts of a vendor's test, which belong to no grade level, are no standards here.
- A standard is *taught* on the earliest ``taught_on`` of its rows in the curriculum. A row that is only planned is not taught.
- It was *taught before it was assessed* where that day is not after the day of the first assessment.
"""

from __future__ import annotations

from dataworkbench.measures.definition import Indicator, Question, UnitRows, row_by_row
from dataworkbench.workspace import Settings

STATES = (
    "taught, then assessed", "assessed before it was taught", "assessed, not taught", "taught, not assessed",
)  # fmt: skip
"""What can be true of a standard in a class, once it was taught or assessed there."""

_CLASS = ("section_id", "school_year")
_DIMENSIONS = ("school_year", "school_id", "grade_level", "subject", "strand", "standard_id", "section_id")
_BRING = "Bring a curriculum map: school year, subject, grade level, unit, standard, and when it was taught."
_NO_PLAN = "no curriculum was brought for the class"

_REAL = """
    SELECT CAST(s.standard_id AS VARCHAR) AS standard_id, any_value(CAST(s.strand AS VARCHAR)) AS strand,
        any_value(CAST(s.subject AS VARCHAR)) AS subject, any_value(CAST(s.grade_level AS VARCHAR)) AS grade_level
    FROM standards AS s WHERE s.grade_level IS NOT NULL
        OR CAST(s.standard_id AS VARCHAR) IN (SELECT CAST(standard_id AS VARCHAR) FROM curriculum)
    GROUP BY 1
"""
_SCORED = """
    r.standard_id IS NOT NULL AND coalesce(CAST(r.moment AS VARCHAR), '') <> 'pre' AND r.test_date IS NOT NULL
    AND coalesce(CAST(r.result_status AS VARCHAR), 'scored') = 'scored'
    AND (r.scale_score IS NOT NULL OR r.points IS NOT NULL OR r.performance_level IS NOT NULL)
"""
_SEATED = """
    SELECT e.student_id, CAST(s.school_year AS VARCHAR) AS school_year, CAST(s.subject AS VARCHAR) AS subject,
        min(s.section_id) AS section_id
    FROM section_enrollments AS e JOIN sections AS s ON s.section_id = e.section_id
    GROUP BY ALL HAVING count(DISTINCT s.section_id) = 1
"""

BY_CLASS = f"""
    WITH real AS ({_REAL}), seated AS ({_SEATED}), scored AS (
        SELECT coalesce(r.section_id, seated.section_id) AS section_id, CAST(r.school_year AS VARCHAR) AS school_year,
            real.standard_id, r.test_date, r.points_possible
        FROM results AS r JOIN real ON real.standard_id = CAST(r.standard_id AS VARCHAR)
        LEFT JOIN seated ON r.section_id IS NULL AND seated.student_id = r.student_id
            AND seated.school_year = CAST(r.school_year AS VARCHAR) AND seated.subject = CAST(r.subject AS VARCHAR)
        WHERE {_SCORED}
    ), assessed AS (
        SELECT section_id, school_year, standard_id, min(test_date) AS assessed_on, count(DISTINCT test_date) AS occasions
        FROM scored WHERE section_id IS NOT NULL GROUP BY ALL
    ), plans AS (
        SELECT s.section_id, CAST(c.school_year AS VARCHAR) AS school_year, CAST(c.standard_id AS VARCHAR) AS standard_id,
            min(c.taught_on) AS taught_on, sum(CASE WHEN c.taught_on IS NOT NULL THEN c.minutes END) AS minutes
        FROM curriculum AS c JOIN sections AS s ON s.school_year = c.school_year AND CASE
            WHEN c.section_id IS NOT NULL THEN c.section_id = s.section_id
            ELSE s.grade_level = c.grade_level AND s.subject = c.subject AND coalesce(c.school_id = s.school_id, true) END
        GROUP BY ALL
    ), both_of_them AS (
        SELECT coalesce(a.section_id, p.section_id) AS section_id, coalesce(a.school_year, p.school_year) AS school_year,
            coalesce(a.standard_id, p.standard_id) AS standard_id, a.assessed_on, a.occasions, p.taught_on, p.minutes
        FROM assessed AS a FULL JOIN plans AS p
            ON p.section_id = a.section_id AND p.school_year = a.school_year AND p.standard_id = a.standard_id
    )
    SELECT b.*, s.school_id, coalesce(CAST(s.grade_level AS VARCHAR), real.grade_level) AS grade_level,
        coalesce(real.subject, CAST(s.subject AS VARCHAR)) AS subject, real.strand,
        (b.section_id, b.school_year) IN (SELECT (section_id, school_year) FROM plans) AS planned_for
    FROM both_of_them AS b LEFT JOIN sections AS s ON s.section_id = b.section_id
    LEFT JOIN real ON real.standard_id = b.standard_id
"""
"""One row is one standard in one class that assessed it, or whose curriculum names it."""


def _taught_first(_settings: Settings, _asked: Question) -> UnitRows:
    sql = f"""
        SELECT *, CASE WHEN NOT planned_for THEN '{_NO_PLAN}' END AS left_out,
            CASE WHEN taught_on <= assessed_on THEN 1 ELSE 0 END AS x
        FROM ({BY_CLASS}) AS standards_of_classes WHERE assessed_on IS NOT NULL
    """
    return row_by_row(sql, _CLASS, joins_subgroups=False)


def _states(_settings: Settings, _asked: Question) -> UnitRows:
    held = ", ".join(f"'{state}'" for state in STATES)
    sql = f"""
        SELECT judged.* EXCLUDE (own), held.coverage, CASE WHEN NOT planned_for THEN '{_NO_PLAN}' END AS left_out,
            CASE WHEN own = held.coverage THEN 1 ELSE 0 END AS x
        FROM (
            SELECT *, CASE WHEN assessed_on IS NULL THEN '{STATES[3]}' WHEN taught_on IS NULL THEN '{STATES[2]}'
                WHEN taught_on > assessed_on THEN '{STATES[1]}' ELSE '{STATES[0]}' END AS own
            FROM ({BY_CLASS}) AS standards_of_classes WHERE assessed_on IS NOT NULL OR taught_on IS NOT NULL
        ) AS judged CROSS JOIN (SELECT unnest([{held}]) AS coverage) AS held
    """
    return row_by_row(sql, _CLASS, joins_subgroups=False)


_COUNTED = "standards in classes; n is the number of classes"
_NEEDS = ("curriculum", "standards", "results", "sections")

INDICATORS = (
    Indicator(
        id="taught_before_assessed", version=1, title="Assessed standards that were taught first",
        sentence="Of the standards that a class was assessed on, the share that it had been taught by then.",
        unit="rate", numerator="standards taught on or before the day of the class's first assessment of them",
        denominator=f"assessed {_COUNTED}", left_out="classes for which no curriculum was brought", direction="higher", stage=1,
        source="Class by class, from the curriculum map and the results; a check before a lesson is no assessment. The interval takes a class as one.",
        dimensions=_DIMENSIONS, how_to_bring=_BRING, rows=_taught_first, needs=_NEEDS,
    ),
    Indicator(
        id="standards_taught_and_assessed", version=1, title="Standards taught and assessed",
        sentence="The share of standards that were taught and then assessed, assessed too early, never taught, or never assessed.",
        unit="rate", numerator="standards of which this is true", denominator=f"taught or assessed {_COUNTED}",
        left_out="classes for which no curriculum was brought", direction="neither", stage=1,
        source="Class by class, from the curriculum map and the results, as far as the year has come. The interval takes a class as one.",
        dimensions=(*_DIMENSIONS, "coverage"), how_to_bring=_BRING, rows=_states, needs=_NEEDS, always_by=("coverage",), value_order=STATES,
    ),
)  # fmt: skip
