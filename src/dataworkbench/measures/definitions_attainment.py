"""Proficiency, as it is counted here and elsewhere."""

from __future__ import annotations

from collections.abc import Callable

from dataworkbench.measures.attainment import BRING_RESULTS, DIMENSIONS, LEVELS, NOT_TAKEN, WHOLE_TEST
from dataworkbench.measures.definition import STUDENT_YEAR, Indicator, Question, UnitRows, row_by_row
from dataworkbench.workspace import Settings

_LEVEL_FIRST = "coalesce(rules.by_label, r.scale_score >= rules.cut)"
_SCORE_FIRST = "coalesce(r.scale_score >= rules.cut, rules.by_label)"
_KEPT = "student_id, school_year, period, school_id, grade_level, assessment_id, subject"


def _judged(rule: str) -> str:
    return f"""
        SELECT r.student_id, CAST(r.school_year AS VARCHAR) AS school_year, CAST(r.period AS VARCHAR) AS period,
            CAST(r.school_id AS VARCHAR) AS school_id, CAST(r.grade_level AS VARCHAR) AS grade_level,
            CAST(r.assessment_id AS VARCHAR) AS assessment_id, CAST(r.subject AS VARCHAR) AS subject, r.scale_score,
            {rule} AS proficient, {NOT_TAKEN} AS not_taken
        FROM results AS r LEFT JOIN rules
            ON rules.assessment_id = r.assessment_id AND rules.subject IS NOT DISTINCT FROM r.subject
            AND rules.grade_level IS NOT DISTINCT FROM r.grade_level
            AND rules.performance_level IS NOT DISTINCT FROM r.performance_level
        WHERE {WHOLE_TEST}
        QUALIFY row_number() OVER (
            PARTITION BY r.student_id, r.school_year, r.period, r.assessment_id, r.subject
            ORDER BY ({NOT_TAKEN}) IS NULL DESC, r.test_date DESC NULLS LAST, r.scale_score DESC NULLS LAST) = 1
    """


def _of_tested(rule: str) -> Callable[[Settings, Question], UnitRows]:
    def rows(_settings: Settings, _asked: Question) -> UnitRows:
        sql = f"""
            WITH {LEVELS}, judged_results AS ({_judged(rule)})
            SELECT {_KEPT}, CASE WHEN not_taken IS NOT NULL THEN not_taken WHEN proficient IS NOT NULL THEN NULL
                    WHEN scale_score IS NULL THEN 'no score, and no level that the district counts'
                    ELSE 'the district has no cut score for this test and level' END AS left_out,
                CASE WHEN proficient THEN 1 ELSE 0 END AS x
            FROM judged_results
        """
        return row_by_row(sql, STUDENT_YEAR)

    return rows


def _of_enrolled(_settings: Settings, _asked: Question) -> UnitRows:
    """Everybody enrolled in a school, year and grade level in which the test was given; who has no result counts as not proficient."""
    sql = f"""
        WITH {LEVELS}, judged_results AS ({_judged(_LEVEL_FIRST)}), given AS (
            SELECT DISTINCT school_year, period, grade_level, assessment_id, subject FROM judged_results
        ), stays AS (
            SELECT DISTINCT student_id, CAST(school_year AS VARCHAR) AS school_year, CAST(school_id AS VARCHAR) AS school_id,
                CAST(grade_level AS VARCHAR) AS grade_level
            FROM enrollments
        ), expected AS (
            SELECT {_KEPT}, 0 AS x FROM stays JOIN given USING (school_year, grade_level)
            UNION ALL SELECT {_KEPT}, CASE WHEN proficient AND not_taken IS NULL THEN 1 ELSE 0 END FROM judged_results
        )
        SELECT {_KEPT}, CAST(NULL AS VARCHAR) AS left_out, max(x) AS x FROM expected GROUP BY ALL
    """
    rows = row_by_row(sql, STUDENT_YEAR)
    once = "CASE WHEN weight = 0 THEN 0 WHEN total > 0 THEN 1 ELSE 0 END"
    return UnitRows(rows.sql, rows.unit, rows.parts, rows.left_out, once)


def _one(id_: str, title: str, denominator: str, source: str, rows: Callable[[Settings, Question], UnitRows],
         *, needs: tuple[str, ...] = ()) -> Indicator:  # fmt: skip
    return Indicator(
        id=id_, version=1, title=title, sentence=f"The share of students who are proficient: {title}.", unit="rate",
        numerator="students at or above the proficient level", denominator=denominator,
        left_out="results that are absent, exempt, invalid or unscored, where the definition leaves them out",
        direction="higher", stage=1, source=source, dimensions=DIMENSIONS,
        how_to_bring=BRING_RESULTS + " Cut scores say which levels count as proficient.", rows=rows,
        needs=("results", "performance_levels", *needs), never_mixes=("assessment_id", "subject", "period"),
    )  # fmt: skip


DEFINITIONS = (
    _one("proficient_ours", "Of those tested, by the level given", "students with a score or a known level",
         "Our rule: the label that came with the result, else the score against the cut. Here each student counts once, by the "
         "latest result; elsewhere on the page every sitting counts.", _of_tested(_LEVEL_FIRST)),
    _one("proficient_score_first", "Of those tested, by the score", "students with a score or a known level",
         "The score against the cut score first, the label only where there is no score or no cut.", _of_tested(_SCORE_FIRST)),
    _one("proficient_of_enrolled", "Of all who were enrolled", "students enrolled in a grade level in which the test was given",
         "Federal reports ask for 95% tested and count the rest as not proficient (ESSA, 1111(c)(4)(E)).", _of_enrolled,
         needs=("enrollments",)),
)  # fmt: skip
"""Ours first."""
