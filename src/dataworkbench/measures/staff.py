"""Who works in the schools: how many, how long they have been at it, and who stayed from one year to the next."""

from __future__ import annotations

from dataworkbench.measures.definition import Indicator, Question, UnitRows, row_by_row
from dataworkbench.workspace import Settings

NEW_BELOW = 3
"""Fewer years of experience than this count as new to the work."""

BRING_STAFF = (
    "Bring a staff list by year (staff, school, school year, role, years of experience), or the roster."
)
_DIMENSIONS = ("school_year", "school_id", "role")
_PERSON = ("staff_id", "school_id", "school_year")

_TAUGHT = """
    SELECT DISTINCT staff_id, CAST(school_id AS VARCHAR) AS school_id, CAST(school_year AS VARCHAR) AS school_year
    FROM sections WHERE staff_id IS NOT NULL AND school_id IS NOT NULL AND school_year IS NOT NULL
"""
_LISTED = """
    SELECT staff_id, CAST(school_id AS VARCHAR) AS school_id, CAST(school_year AS VARCHAR) AS school_year,
        coalesce(CAST(role AS VARCHAR), 'Not reported') AS role, years_experience, full_time_share
    FROM staff_years
"""

AT_WORK = f"""
    WITH listed AS ({_LISTED}), taught AS ({_TAUGHT}),
    now AS (SELECT max(CAST(school_year AS VARCHAR)) AS school_year FROM (
        SELECT school_year FROM sections UNION ALL SELECT school_year FROM enrollments)),
    roster AS (
        SELECT s.staff_id, CAST(s.school_id AS VARCHAR) AS school_id, now.school_year,
            coalesce(CAST(s.role AS VARCHAR), 'Not reported') AS role, s.years_experience,
            CAST(NULL AS DOUBLE) AS full_time_share
        FROM staff AS s, now WHERE now.school_year IS NOT NULL
    ), earlier AS (
        SELECT staff_id, school_id, school_year, 'teacher' AS role, CAST(NULL AS DOUBLE) AS years_experience,
            CAST(NULL AS DOUBLE) AS full_time_share
        FROM taught WHERE (staff_id, school_id, school_year) NOT IN (SELECT (staff_id, school_id, school_year) FROM roster)
    )
    SELECT * FROM listed
    UNION ALL SELECT * FROM (SELECT * FROM roster UNION ALL SELECT * FROM earlier)
        WHERE school_year NOT IN (SELECT school_year FROM listed)
"""
"""One row is one member of staff in one school in one school year.

A staff list of a year is taken as it is. For a year without one the roster tells: of its latest year everybody, of
earlier years the teachers of that year's classes, whose years of experience then are not known.
"""

_STAYED = f"""
    WITH listed AS ({_LISTED}), taught AS ({_TAUGHT}), years AS (
        SELECT school_year, lag(school_year) OVER (ORDER BY school_year) AS before FROM (
            SELECT school_year FROM listed UNION SELECT school_year FROM taught)
    ), follows AS (
        SELECT school_year, before,
            school_year IN (SELECT school_year FROM listed) AND before IN (SELECT school_year FROM listed) AS by_list
        FROM years WHERE CAST(left(before, 4) AS INTEGER) = CAST(left(school_year, 4) AS INTEGER) - 1
    ), there AS (
        SELECT staff_id, school_id, school_year, role, true AS by_list FROM listed
        UNION ALL SELECT staff_id, school_id, school_year, 'teacher', false FROM taught
    )
    SELECT b.staff_id, b.school_id, f.school_year, b.role,
        CASE WHEN NOT EXISTS (SELECT 1 FROM there AS t WHERE t.by_list = f.by_list AND t.school_year = f.school_year
            AND t.school_id = b.school_id) THEN 'nobody is listed at the school in the year after' END AS left_out,
        CASE WHEN EXISTS (SELECT 1 FROM there AS t WHERE t.by_list = f.by_list AND t.school_year = f.school_year
            AND t.school_id = b.school_id AND t.staff_id = b.staff_id) THEN 1 ELSE 0 END AS x
    FROM there AS b JOIN follows AS f ON b.school_year = f.before AND b.by_list = f.by_list
"""


def _at_work(_settings: Settings, _asked: Question) -> UnitRows:
    sql = f"SELECT *, CAST(NULL AS VARCHAR) AS left_out, 1 AS x FROM ({AT_WORK}) AS people"
    return row_by_row(sql, ("staff_id", "school_year"), joins_subgroups=False)


def _new(_settings: Settings, _asked: Question) -> UnitRows:
    sql = f"""
        SELECT *, CASE WHEN years_experience IS NULL THEN 'years of experience are not known' END AS left_out,
            CASE WHEN years_experience < {NEW_BELOW} THEN 1 ELSE 0 END AS x
        FROM ({AT_WORK}) AS people
    """
    return row_by_row(sql, _PERSON, joins_subgroups=False)


def _stayed(_settings: Settings, _asked: Question) -> UnitRows:
    return row_by_row(_STAYED, _PERSON, joins_subgroups=False)


_EITHER = ("staff_years", "staff", "sections")

INDICATORS = (
    Indicator(
        id="staff_count", version=1, title="Staff",
        sentence="How many people work in the schools.",
        unit="count", numerator="people", denominator="people on the staff list of the year, or on the roster", left_out="nobody",
        direction="neither", stage=1,
        source="The staff list of the year; without one, the roster: of its latest year everybody, of earlier years the teachers of classes.",
        dimensions=_DIMENSIONS, how_to_bring=BRING_STAFF, rows=_at_work, needs_one_of=_EITHER,
    ),
    Indicator(
        id="staff_new", version=1, title=f"Staff with fewer than {NEW_BELOW} years of experience",
        sentence=f"The share of the staff who have fewer than {NEW_BELOW} years of experience.",
        unit="rate", numerator=f"people with fewer than {NEW_BELOW} years", denominator="people whose years of experience are known",
        left_out="people whose years of experience are not known", direction="neither", stage=1,
        source="Years as the staff list of that year says; for the roster's latest year as the roster says. Everybody is counted, so there is no interval.",
        dimensions=_DIMENSIONS, how_to_bring=BRING_STAFF, rows=_new, needs_one_of=_EITHER, full_count=True,
    ),
    Indicator(
        id="staff_stayed", version=1, title="Staff who stayed from the year before",
        sentence="Of those who worked in a school in the year before, the share who still work in that school.",
        unit="rate", numerator="people listed at the same school in this year too", denominator="people listed at the school in the year before",
        left_out="people of schools for which nobody is listed this year", direction="higher", stage=1,
        source="Who is still at the same school is a stayer in the U.S. Teacher Follow-up Survey (NCES); movers and leavers are not "
        "told apart here. Two staff lists are compared; without them, the teachers of both years' classes.",
        dimensions=_DIMENSIONS, how_to_bring="Bring a staff list for each of two years, or the rosters of two years.", rows=_stayed,
        needs_one_of=("staff_years", "sections"),
    ),
)  # fmt: skip
