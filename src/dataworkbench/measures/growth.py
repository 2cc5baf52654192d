"""How far students came within a school year: first score to last score, matched by student."""

from __future__ import annotations

from dataworkbench.measures.attainment import BRING_RESULTS, WHOLE_TEST
from dataworkbench.measures.definition import STUDENT_YEAR, Indicator, Question, UnitRows, row_by_row
from dataworkbench.terms import NOT_REPORTED, PERIODS
from dataworkbench.workspace import Settings

_DIMENSIONS = (
    "school_year", "school_id", "grade_level", "assessment_id", "subject", "subgroup_type", "subgroup",
    "first_period", "last_period",
)  # fmt: skip

_PLACE = (
    "CASE CAST(r.period AS VARCHAR) "
    + " ".join(f"WHEN '{p}' THEN {i}" for i, p in enumerate(PERIODS))
    + " ELSE 0 END"
)
WHEN_TAKEN = f"(({_PLACE}) * 1000000 + coalesce(date_diff('day', DATE '1900-01-01', r.test_date), 0))"
"""A number that rises with time within a school year: the period first, then the day."""

_PAIRS = f"""
    SELECT r.student_id, r.school_year, r.assessment_id, r.subject,
        arg_max(r.school_id, {WHEN_TAKEN}) AS school_id, arg_max(r.grade_level, {WHEN_TAKEN}) AS grade_level,
        arg_min(r.scale_score, {WHEN_TAKEN}) FILTER (WHERE scored) AS first_score,
        arg_max(r.scale_score, {WHEN_TAKEN}) FILTER (WHERE scored) AS last_score,
        arg_min(r.period, {WHEN_TAKEN}) FILTER (WHERE scored) AS first_period,
        arg_max(r.period, {WHEN_TAKEN}) FILTER (WHERE scored) AS last_period,
        count(DISTINCT {WHEN_TAKEN}) FILTER (WHERE scored) AS occasions,
        arg_min(r.growth_target, {WHEN_TAKEN}) AS growth_target,
        arg_max(r.met_growth_target, {WHEN_TAKEN}) AS said_met
    FROM (
        SELECT *, scale_score IS NOT NULL AND coalesce(CAST(result_status AS VARCHAR), 'scored') = 'scored' AS scored
        FROM results
    ) AS r
    WHERE {WHOLE_TEST} AND {{only}}
    GROUP BY r.student_id, r.school_year, r.assessment_id, r.subject
"""
FIRST_TO_LAST = _PAIRS.format(only="true")
"""SQL whose rows are one student on one test in one subject in one school year."""


def _pairs(asked: Question) -> tuple[str, tuple[str, ...]]:
    """The same, only for the students who were ever in the schools that are asked for: many times quicker for one school."""
    schools = asked.where.get("school_id", ())
    if not schools or NOT_REPORTED in schools:
        return FIRST_TO_LAST, ()
    marks = ", ".join("?" for _ in schools)
    return _PAIRS.format(
        only=f"r.student_id IN (SELECT student_id FROM results WHERE school_id IN ({marks}))"
    ), schools


_UNMATCHED = """
    WHEN occasions = 0 THEN 'no score this school year' WHEN occasions < 2 THEN 'only one score this school year'
"""


def _gained(_settings: Settings, asked: Question) -> UnitRows:
    pairs, schools = _pairs(asked)
    sql = (
        f"SELECT *, CASE {_UNMATCHED} END AS left_out, last_score - first_score AS x FROM ({pairs}) AS pairs"
    )
    return row_by_row(sql, STUDENT_YEAR, mean=True, parameters=schools)


def _met(_settings: Settings, asked: Question) -> UnitRows:
    pairs, schools = _pairs(asked)
    sql = f"""
        SELECT *,
            CASE WHEN said_met IS NOT NULL THEN NULL WHEN growth_target IS NULL THEN 'no growth target was set' {_UNMATCHED}
            END AS left_out,
            CASE WHEN coalesce(said_met, last_score - first_score >= growth_target) THEN 1 ELSE 0 END AS x
        FROM ({pairs}) AS pairs
    """
    return row_by_row(sql, STUDENT_YEAR, parameters=schools)


INDICATORS = (
    Indicator(
        id="growth_target_met", version=1, title="Met the growth target",
        sentence="The share of students who grew by at least their target within the school year.",
        unit="rate", numerator="students who met their target",
        denominator="students with a target, a first and a last score, or with the vendor's own verdict",
        left_out="students without a target, or with fewer than two scores in the year", direction="higher", stage=4,
        source="The vendor's verdict where there is one, else last score minus first score against the target. A target "
        "that is the typical growth of like students is missed by about half of them.",
        dimensions=_DIMENSIONS, how_to_bring=BRING_RESULTS, rows=_met, needs=("results",),
        needs_rows="growth_target IS NOT NULL OR met_growth_target IS NOT NULL", never_mixes=("assessment_id",),
    ),
    Indicator(
        id="mean_gain", version=1, title="Mean gain",
        sentence="How many points students gained on average from their first to their last score of the school year.",
        unit="mean", numerator="sum of last score minus first score", denominator="students with two scores in the year",
        left_out="students with fewer than two scores in the year", direction="higher", stage=4,
        source="Matched by student, so that who came and who left does not change the figure.",
        dimensions=_DIMENSIONS, how_to_bring=BRING_RESULTS, rows=_gained, needs=("results",),
        never_mixes=("assessment_id", "subject"),
    ),
)  # fmt: skip
