"""Standards mastered: the scores on each standard put together by the district's rule, or by several rules side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd

from dataworkbench.errors import no_such
from dataworkbench.measures.attainment import BRING_RESULTS, LEVELS, NOT_TAKEN
from dataworkbench.measures.composing import choices
from dataworkbench.measures.definition import STUDENT_YEAR, Asked, Indicator, Question, UnitRows, row_by_row
from dataworkbench.measures.growth import WHEN_TAKEN
from dataworkbench.measures.mastery import NOT_ENOUGH, RULES, fewest_scores, score_in_sql, verdict_in_sql
from dataworkbench.workspace import MasteryRule, Settings

_STANDARD_DIMENSIONS = (
    "school_year", "school_id", "grade_level", "assessment_id", "subject", "standard_id", "strand",
    "subgroup_type", "subgroup",
)  # fmt: skip
NO_CUT: Final = "the district has no cut score for this standard"

_SCORES = f"""
    WITH {LEVELS}, scored AS (
        SELECT r.student_id, r.school_year, r.assessment_id, r.subject, r.standard_id,
            arg_max(r.school_id, {WHEN_TAKEN}) AS school_id, arg_max(r.grade_level, {WHEN_TAKEN}) AS grade_level,
            arg_max(r.performance_level, {WHEN_TAKEN}) AS level, max(r.test_date) AS last_on, count(*) AS times,
            coalesce(list(r.scale_score ORDER BY {WHEN_TAKEN}, r.scale_score) FILTER (r.scale_score IS NOT NULL), []) AS scores
        FROM results AS r
        WHERE nullif(CAST(r.standard_id AS VARCHAR), '') IS NOT NULL AND r.moment IS NULL AND ({NOT_TAKEN}) IS NULL
            AND (r.scale_score IS NOT NULL OR r.performance_level IS NOT NULL)
        GROUP BY r.student_id, r.school_year, r.assessment_id, r.subject, r.standard_id
    )
    SELECT scored.*, s.strand, rules.by_label, rules.cut, a.scale_min, a.scale_max
    FROM scored LEFT JOIN rules
        ON rules.assessment_id = scored.assessment_id AND rules.subject IS NOT DISTINCT FROM scored.subject
        AND rules.grade_level IS NOT DISTINCT FROM scored.grade_level
        AND rules.performance_level IS NOT DISTINCT FROM scored.level
    LEFT JOIN standards AS s ON CAST(s.standard_id AS VARCHAR) = CAST(scored.standard_id AS VARCHAR)
    LEFT JOIN assessments AS a ON CAST(a.assessment_id AS VARCHAR) = CAST(scored.assessment_id AS VARCHAR)
"""
"""One row is one student on one standard of one test in one school year, with its scores in order of time."""


def _mastered(settings: Settings, _asked: Question) -> UnitRows:
    asked = settings.mastery
    least = fewest_scores(asked.rule, fewest=asked.fewest_scores, times=asked.times)
    counted = "times" if asked.rule == "latest" else "len(scores)"
    sql = f"""
        WITH judged_standards AS (SELECT *, {_verdict(asked)} AS mastered FROM ({_SCORES}) AS scored_standards)
        SELECT *, CASE WHEN mastered IS NOT NULL THEN NULL
                WHEN {counted} < {least} THEN '{NOT_ENOUGH}: fewer scores than the rule needs'
                ELSE '{NO_CUT}' END AS left_out,
            CASE WHEN mastered THEN 1 ELSE 0 END AS x
        FROM judged_standards
    """
    return row_by_row(sql, STUDENT_YEAR)


def _verdict(asked: MasteryRule, rule: str = "") -> str:
    return verdict_in_sql(rule or asked.rule, fewest=asked.fewest_scores, times=asked.times)


def standard_verdicts(
    district: Asked, *, where: Mapping[str, Sequence[str]] | None = None, rules: Sequence[str] = ()
) -> pd.DataFrame:
    """Return what each rule says of each student on each standard; for the staff road.

    One row is one student on one standard of one test in one school year by one rule: ``rule``, ``student_id``,
    ``school_year``, ``school_id``, ``grade_level``, ``assessment_id``, ``subject``, ``strand``, ``standard_id``, ``last_on``,
    ``times`` (results), ``scores`` (how many of them are scores), ``latest`` (the latest score), ``score`` (by the rule, two
    decimals) and ``verdict``: "mastered", "not yet", "not enough evidence", or "no cut score".
    ``rules`` is the district's own rule (``settings.mastery``) unless others are named (see ``RULES``).

    Raises
    ------
    NoSuchNameError
        Where there is no such rule, or no such column to choose by.

    """
    asked = district.settings.mastery
    for name in where or {}:
        if name not in _STANDARD_DIMENSIONS[:-2]:
            raise no_such("column to choose standards by", name, _STANDARD_DIMENSIONS[:-2])
    for name in rules:
        if name not in RULES:
            raise no_such("rule for a standard's score", name, RULES)
    clauses, values = choices({name: tuple(held) for name, held in (where or {}).items() if held})
    kept = f" WHERE {' AND '.join(clauses)}" if clauses else ""
    each = " UNION ALL ".join(_one_rule(asked, rule) for rule in rules or (asked.rule,))
    return district.ask(
        f"WITH held AS MATERIALIZED (SELECT * FROM ({_SCORES}) AS scored_standards{kept}) "
        f"SELECT * FROM ({each}) AS judged ORDER BY rule_place, student_id, subject, standard_id, school_year",
        values,
    ).drop(columns="rule_place")


def _one_rule(asked: MasteryRule, rule: str) -> str:
    least = fewest_scores(rule, fewest=asked.fewest_scores, times=asked.times)
    enough = f"{'times' if rule == 'latest' else 'len(scores)'} >= {least}"
    score = f"CASE WHEN {enough} AND len(scores) > 0 THEN {score_in_sql(rule, times=asked.times)} END"
    return f"""
        SELECT {list(RULES).index(rule)} AS rule_place, '{rule}' AS rule, student_id, CAST(school_year AS VARCHAR) AS school_year,
            CAST(school_id AS VARCHAR) AS school_id, CAST(grade_level AS VARCHAR) AS grade_level,
            CAST(assessment_id AS VARCHAR) AS assessment_id, CAST(subject AS VARCHAR) AS subject,
            CAST(strand AS VARCHAR) AS strand, CAST(standard_id AS VARCHAR) AS standard_id, last_on, times,
            len(scores) AS scores, scores[-1] AS latest, {score} AS score,
            CASE WHEN NOT ({enough}) THEN '{NOT_ENOUGH}' WHEN ({_verdict(asked, rule)}) IS NULL THEN 'no cut score'
                WHEN {_verdict(asked, rule)} THEN 'mastered' ELSE 'not yet' END AS verdict
        FROM held
    """


INDICATORS = (
    Indicator(
        id="standards_mastery", version=2, title="Standards mastered",
        sentence="The share of standards that students have mastered, by the district's rule for several scores on one standard.",
        unit="rate", numerator="standards whose score by the rule is at or above the proficient level",
        denominator="standards with enough scores; n is the number of students",
        left_out="standards without a cut score, or with fewer scores than the rule needs", direction="higher", stage=4,
        source="The scores of the school year on each standard, by the rule in workbench.toml ([mastery]; the latest score, "
        "where the district chose none), against the district's cut scores.",
        dimensions=_STANDARD_DIMENSIONS, how_to_bring=BRING_RESULTS + " Its standards or strands come with it.",
        rows=_mastered, needs=("results", "performance_levels"), needs_rows="standard_id IS NOT NULL AND standard_id <> ''", never_mixes=("assessment_id",),
    ),
)  # fmt: skip
