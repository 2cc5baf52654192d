"""From level to level: where students stood a year before (or at the start of the year), and where they stand now."""

from __future__ import annotations

from typing import Final

from dataworkbench.measures.attainment import BRING_RESULTS, DIMENSIONS, NOT_TAKEN, WHOLE_TEST
from dataworkbench.measures.definition import STUDENT_YEAR, Indicator, Question, UnitRows, row_by_row
from dataworkbench.measures.growth import WHEN_TAKEN
from dataworkbench.workspace import Settings

_WHO: Final = "student_id, assessment_id, subject"
_TAKEN: Final = f"""
    taken AS (
        SELECT r.student_id, r.school_year, r.period, r.assessment_id, r.subject,
            arg_max(r.school_id, {WHEN_TAKEN}) AS school_id, arg_max(r.grade_level, {WHEN_TAKEN}) AS grade_level,
            CAST(arg_max(r.performance_level, {WHEN_TAKEN}) AS VARCHAR) AS level, max({WHEN_TAKEN}) AS when_taken,
            try_cast(left(CAST(r.school_year AS VARCHAR), 4) AS INTEGER) AS begins
        FROM results AS r
        WHERE {WHOLE_TEST} AND ({NOT_TAKEN}) IS NULL AND r.performance_level IS NOT NULL
        GROUP BY r.student_id, r.school_year, r.period, r.assessment_id, r.subject
    )
"""
_A_YEAR_BEFORE: Final = f"""
    WITH {_TAKEN}
    SELECT now.*, now.level AS level_now_is, earlier.level AS level_before
    FROM taken AS now LEFT JOIN taken AS earlier
        ON earlier.student_id = now.student_id AND earlier.assessment_id = now.assessment_id
        AND earlier.subject IS NOT DISTINCT FROM now.subject AND earlier.period IS NOT DISTINCT FROM now.period
        AND earlier.begins = now.begins - 1
"""
_IN_THE_YEAR: Final = f"""
    WITH {_TAKEN}
    SELECT student_id, school_year, assessment_id, subject, arg_max(school_id, when_taken) AS school_id,
        arg_max(grade_level, when_taken) AS grade_level, arg_max(period, when_taken) AS period,
        arg_max(level, when_taken) AS level_now_is,
        CASE WHEN count(*) > 1 THEN arg_min(level, when_taken) END AS level_before
    FROM taken GROUP BY ALL
"""
_HELD: Final = "SELECT DISTINCT assessment_id, subject, CAST(performance_level AS VARCHAR) AS level_now FROM results WHERE performance_level IS NOT NULL"
NO_BEFORE: Final = "no level before to compare with"


def _moves(pairs: str) -> str:
    return f"""
        SELECT pairs.*, held.level_now, CASE WHEN level_before IS NULL THEN '{NO_BEFORE}' END AS left_out,
            CASE WHEN level_now_is = held.level_now THEN 1 ELSE 0 END AS x
        FROM ({pairs}) AS pairs JOIN ({_HELD}) AS held
            ON held.assessment_id = pairs.assessment_id AND held.subject IS NOT DISTINCT FROM pairs.subject
    """


def _since_last_year(_settings: Settings, _asked: Question) -> UnitRows:
    return row_by_row(_moves(_A_YEAR_BEFORE), STUDENT_YEAR)


def _since_first(_settings: Settings, _asked: Question) -> UnitRows:
    return row_by_row(_moves(_IN_THE_YEAR), STUDENT_YEAR)


def _points(settings: Settings, _asked: Question) -> UnitRows:
    table = [list(row) for row in settings.growth.value_table]
    places = """
        SELECT assessment_id, CAST(performance_level AS VARCHAR) AS level, min(level_order) AS level_order,
            dense_rank() OVER (PARTITION BY assessment_id ORDER BY min(level_order)) AS place,
            count(*) OVER (PARTITION BY assessment_id) AS levels
        FROM performance_levels GROUP BY assessment_id, CAST(performance_level AS VARCHAR)
    """
    sql = f"""
        WITH places AS ({places}), table_of_points AS (SELECT CAST(? AS DOUBLE[][]) AS points)
        SELECT pairs.*, CASE WHEN len(points) = 0 THEN 'the district has no value table (workbench.toml, [growth])'
                WHEN level_before IS NULL THEN '{NO_BEFORE}'
                WHEN was.place IS NULL OR are.place IS NULL THEN 'a level that the district has not listed'
                WHEN are.levels <> len(points) THEN 'the value table has ' || len(points) || ' levels, the test ' || are.levels
            END AS left_out, points[was.place][are.place] AS x
        FROM ({_A_YEAR_BEFORE}) AS pairs CROSS JOIN table_of_points
        LEFT JOIN places AS was ON was.assessment_id = pairs.assessment_id AND was.level = level_before
        LEFT JOIN places AS are ON are.assessment_id = pairs.assessment_id AND are.level = level_now_is
    """
    return row_by_row(sql, STUDENT_YEAR, mean=True, parameters=(table,))


_BOTH: Final = ("level_before", "level_now")
_LEVELS_THERE: Final = "performance_level IS NOT NULL"

INDICATORS = (
    Indicator(
        id="level_transitions", version=1, title="From level to level within a year",
        sentence="Of the students who stood at a level a year before, the share that stands at each level now.",
        unit="rate", numerator="students at the level now", denominator="students at the level a year before who have a level now",
        left_out="students without a level on the same test at the same time a year before", direction="neither", stage=4,
        source="The same test at the same time of year, matched by student.", dimensions=(*DIMENSIONS, *_BOTH),
        how_to_bring=BRING_RESULTS, rows=_since_last_year, needs=("results",), needs_rows=_LEVELS_THERE, always_by=_BOTH,
        never_mixes=("assessment_id", "subject"),
    ),
    Indicator(
        id="level_transitions_in_year", version=1, title="From level to level since the first test of the year",
        sentence="Of the students who began the year at a level, the share that stands at each level on the last test of it.",
        unit="rate", numerator="students at the level on the last test", denominator="students with two tests in the year, by their first level",
        left_out="students with only one test in the year", direction="neither", stage=4,
        source="First and last test of the school year, matched by student.", dimensions=(*DIMENSIONS, *_BOTH),
        how_to_bring=BRING_RESULTS, rows=_since_first, needs=("results",), needs_rows=_LEVELS_THERE, always_by=_BOTH,
        never_mixes=("assessment_id", "subject"),
    ),
    Indicator(
        id="value_table_points", version=1, title="Points for moving between levels",
        sentence="The average of the points that the district's value table gives for moving from level to level within a year.",
        unit="mean", numerator="sum of points", denominator="students with a level now and a year before",
        left_out="students without a level a year before; everybody, where the district has no value table", direction="higher", stage=4,
        source="The value table in workbench.toml ([growth]): the weights are a decision of the district.", dimensions=DIMENSIONS,
        how_to_bring=BRING_RESULTS, rows=_points, needs=("results", "performance_levels"), needs_rows=_LEVELS_THERE,
        never_mixes=("assessment_id",),
    ),
)  # fmt: skip
