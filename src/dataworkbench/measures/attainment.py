"""What students reached: proficiency, performance levels, scores, and standards mastered."""

from __future__ import annotations

from dataworkbench.measures.definition import STUDENT_YEAR, Indicator, Question, UnitRows, row_by_row
from dataworkbench.workspace import Settings

BRING_RESULTS = "Bring an assessment export, such as i-Ready, MAP Growth or the state's file."
DIMENSIONS = (
    "school_year", "period", "school_id", "grade_level", "assessment_id", "subject", "subgroup_type", "subgroup",
)  # fmt: skip

NOT_TAKEN = """
    CASE CAST(r.result_status AS VARCHAR)
        WHEN 'absent' THEN 'absent on the day of the test'
        WHEN 'exempt' THEN 'exempt from the test'
        WHEN 'invalid' THEN 'the result was declared invalid'
        WHEN 'not scored' THEN 'not scored'
    END
"""
WHOLE_TEST = "(r.standard_id IS NULL OR r.standard_id = '') AND r.moment IS NULL"

LEVELS = """
    combinations AS (
        SELECT DISTINCT assessment_id, subject, grade_level, performance_level FROM results
    ), levels AS (
        SELECT assessment_id, nullif(CAST(subject AS VARCHAR), '') AS subject,
            nullif(CAST(grade_level AS VARCHAR), '') AS grade_level, performance_level, proficient, min_score
        FROM performance_levels
    ), fitting AS (
        SELECT c.assessment_id, c.subject, c.grade_level, c.performance_level, l.proficient, l.min_score,
            CAST(l.performance_level AS VARCHAR) AS listed_level,
            CASE WHEN l.subject IS NULL THEN 0 ELSE 2 END + CASE WHEN l.grade_level IS NULL THEN 0 ELSE 1 END AS closeness
        FROM combinations AS c JOIN levels AS l ON l.assessment_id = c.assessment_id
            AND (l.subject IS NULL OR l.subject = c.subject) AND (l.grade_level IS NULL OR l.grade_level = c.grade_level)
    ), closest AS (
        SELECT * FROM fitting QUALIFY closeness = max(closeness) OVER (
            PARTITION BY assessment_id, subject, grade_level, performance_level)
    ), rules AS (
        SELECT assessment_id, subject, grade_level, performance_level,
            bool_or(proficient) FILTER (WHERE listed_level = CAST(performance_level AS VARCHAR)) AS by_label,
            min(min_score) FILTER (WHERE proficient) AS cut
        FROM closest GROUP BY ALL
    )
"""
"""The rule for each test, subject, grade level and label that occurs: the closest fitting row of the cut scores counts."""


def _proficient(_settings: Settings, _asked: Question) -> UnitRows:
    sql = f"""
        WITH {LEVELS}, judged_results AS (
            SELECT r.*, coalesce(rules.by_label, r.scale_score >= rules.cut) AS proficient, {NOT_TAKEN} AS not_taken
            FROM results AS r LEFT JOIN rules
                ON rules.assessment_id = r.assessment_id AND rules.subject IS NOT DISTINCT FROM r.subject
                AND rules.grade_level IS NOT DISTINCT FROM r.grade_level
                AND rules.performance_level IS NOT DISTINCT FROM r.performance_level
            WHERE {WHOLE_TEST}
        )
        SELECT student_id, school_year, period, school_id, grade_level, assessment_id, subject,
            CASE WHEN not_taken IS NOT NULL THEN not_taken
                WHEN proficient IS NOT NULL THEN NULL
                WHEN scale_score IS NULL THEN 'no score, and no level that the district counts'
                ELSE 'the district has no cut score for this test and level' END AS left_out,
            CASE WHEN proficient THEN 1 ELSE 0 END AS x
        FROM judged_results
    """
    return row_by_row(sql, STUDENT_YEAR)


def _scores(_settings: Settings, _asked: Question) -> UnitRows:
    return row_by_row(_with_number("scale_score", "no score"), STUDENT_YEAR, mean=True)


def _percentiles(_settings: Settings, _asked: Question) -> UnitRows:
    return row_by_row(
        _with_number("growth_percentile", "no growth percentile came with the result"),
        STUDENT_YEAR,
        mean=True,
    )


def _with_number(column: str, reason: str) -> str:
    return f"""
        SELECT student_id, school_year, period, school_id, grade_level, assessment_id, subject,
            CASE WHEN {NOT_TAKEN} IS NOT NULL THEN {NOT_TAKEN} WHEN {column} IS NULL THEN '{reason}' END AS left_out,
            {column} AS x
        FROM results AS r WHERE {WHOLE_TEST}
    """


def _at_each_level(_settings: Settings, _asked: Question) -> UnitRows:
    sql = f"""
        WITH held AS (
            SELECT DISTINCT assessment_id, subject, performance_level FROM results WHERE performance_level IS NOT NULL
        )
        SELECT r.student_id, r.school_year, r.period, r.school_id, r.grade_level, r.assessment_id, r.subject,
            held.performance_level,
            CASE WHEN {NOT_TAKEN} IS NOT NULL THEN {NOT_TAKEN}
                WHEN r.performance_level IS NULL THEN 'no level was given' END AS left_out,
            CASE WHEN r.performance_level = held.performance_level THEN 1 ELSE 0 END AS x
        FROM results AS r JOIN held
            ON held.assessment_id = r.assessment_id AND held.subject IS NOT DISTINCT FROM r.subject
        WHERE {WHOLE_TEST}
    """
    return row_by_row(sql, STUDENT_YEAR)


INDICATORS = (
    Indicator(
        id="proficiency", version=1, title="Proficiency",
        sentence="The share of students whose result is at or above the level that the district counts as proficient.",
        unit="rate", numerator="results at or above the proficient level", denominator="results with a score or a known level",
        left_out="absent, exempt, invalid or unscored results, and levels without a cut score", direction="higher", stage=1,
        source="The district's cut scores (table performance_levels); the label first, else the score.",
        dimensions=DIMENSIONS, how_to_bring=BRING_RESULTS + " Cut scores say which levels count as proficient.",
        rows=_proficient, needs=("results", "performance_levels"), never_mixes=("assessment_id",),
    ),
    Indicator(
        id="mean_score", version=1, title="Mean score",
        sentence="The average score of the students who were tested.",
        unit="mean", numerator="sum of scores", denominator="results with a score",
        left_out="absent, exempt, invalid or unscored results", direction="higher", stage=1,
        source="Arithmetic mean; scores of different tests or subjects are never averaged together.",
        dimensions=DIMENSIONS, how_to_bring=BRING_RESULTS, rows=_scores, needs=("results",),
        never_mixes=("assessment_id", "subject"),
    ),
    Indicator(
        id="performance_levels", version=1, title="Students at each performance level",
        sentence="The share of students at each level of the test.",
        unit="rate", numerator="results at the level", denominator="results with a level",
        left_out="absent, exempt, invalid or unscored results, and results without a level", direction="neither", stage=1,
        source="The labels as the test gives them.", dimensions=(*DIMENSIONS, "performance_level"),
        how_to_bring=BRING_RESULTS, rows=_at_each_level, needs=("results",), needs_rows="performance_level IS NOT NULL", always_by=("performance_level",),
        never_mixes=("assessment_id", "subject"),
    ),
    Indicator(
        id="median_growth_percentile", version=1, title="Median growth percentile",
        sentence="The middle one of the growth percentiles that came with the results: half of the students grew more than this.",
        unit="mean", numerator="the median", denominator="results with a growth percentile",
        left_out="results without a growth percentile", direction="higher", stage=4,
        source="The state's or the vendor's growth percentiles, as they came: a district alone is too small a norm group to make "
        "its own. Percentiles are summed up by their median. The interval goes from one percentile to another (order "
        "statistics, binomial).",
        dimensions=DIMENSIONS, how_to_bring=BRING_RESULTS, rows=_percentiles, needs=("results",),
        needs_rows="growth_percentile IS NOT NULL", never_mixes=("assessment_id",), middle=True,
    ),
    Indicator(
        id="mean_growth_percentile", version=1, title="Mean growth percentile",
        sentence="The average of the growth percentiles that came with the results; 50 is typical.",
        unit="mean", numerator="sum of growth percentiles", denominator="results with a growth percentile",
        left_out="results without a growth percentile", direction="higher", stage=4,
        source="The state's or the vendor's growth percentiles. A district alone is too small a norm group to make its own.",
        dimensions=DIMENSIONS, how_to_bring=BRING_RESULTS, rows=_percentiles, needs=("results",),
        needs_rows="growth_percentile IS NOT NULL",
        never_mixes=("assessment_id",),
    ),
)  # fmt: skip
