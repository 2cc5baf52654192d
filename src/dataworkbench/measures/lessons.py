"""Checks close to the lesson: exit tickets before and after, and standards mastered."""

from __future__ import annotations

from dataworkbench.measures.attainment import BRING_RESULTS, LEVELS, NOT_TAKEN
from dataworkbench.measures.definition import STUDENT_YEAR, Indicator, Part, Question, UnitRows, row_by_row
from dataworkbench.measures.growth import WHEN_TAKEN
from dataworkbench.workspace import Settings

_TICKET_DIMENSIONS = (
    "school_year", "month", "school_id", "grade_level", "assessment_id", "subject", "standard_id", "section_id",
    "subgroup_type", "subgroup",
)  # fmt: skip
_STANDARD_DIMENSIONS = (
    "school_year", "school_id", "grade_level", "assessment_id", "subject", "standard_id", "strand",
    "subgroup_type", "subgroup",
)  # fmt: skip
_BRING_TICKETS = "Bring exit tickets: student, section, date, pre or post, points and points possible."
_CHECK = ("student_id", "school_year", "assessment_id", "section_id")

_TICKETS = f"""
    SELECT r.student_id, r.school_year, r.assessment_id, r.section_id,
        any_value(r.school_id) AS school_id, any_value(r.grade_level) AS grade_level, any_value(r.subject) AS subject,
        any_value(r.standard_id) AS standard_id, min(strftime(r.test_date, '%Y-%m')) AS month,
        sum(r.points) FILTER (WHERE moment = 'pre') / sum(r.points_possible) FILTER (WHERE moment = 'pre') AS before,
        sum(r.points) FILTER (WHERE moment = 'post') / sum(r.points_possible) FILTER (WHERE moment = 'post') AS after
    FROM results AS r
    WHERE r.moment IS NOT NULL AND r.points IS NOT NULL AND r.points_possible > 0 AND ({NOT_TAKEN}) IS NULL
    GROUP BY r.student_id, r.school_year, r.assessment_id, r.section_id
"""
_UNMATCHED = "CASE WHEN before IS NULL THEN 'no check before' WHEN after IS NULL THEN 'no check after' END"


def _gain(_settings: Settings, _asked: Question) -> UnitRows:
    parts = (Part("before", "max", "before"), Part("after", "max", "after"))
    return UnitRows(_TICKETS, _CHECK, parts, _UNMATCHED, total="after - before", weight="1 - before")


def _shift(_settings: Settings, _asked: Question) -> UnitRows:
    sql = f"SELECT *, {_UNMATCHED} AS left_out, 100 * (after - before) AS x FROM ({_TICKETS}) AS tickets"
    return row_by_row(sql, _CHECK, mean=True)


def _mastered(_settings: Settings, _asked: Question) -> UnitRows:
    sql = f"""
        WITH {LEVELS}, latest AS (
            SELECT r.student_id, r.school_year, r.assessment_id, r.subject, r.standard_id,
                arg_max(r.school_id, {WHEN_TAKEN}) AS school_id, arg_max(r.grade_level, {WHEN_TAKEN}) AS grade_level,
                arg_max(r.scale_score, {WHEN_TAKEN}) AS score, arg_max(r.performance_level, {WHEN_TAKEN}) AS level
            FROM results AS r
            WHERE nullif(CAST(r.standard_id AS VARCHAR), '') IS NOT NULL AND r.moment IS NULL AND ({NOT_TAKEN}) IS NULL
                AND (r.scale_score IS NOT NULL OR r.performance_level IS NOT NULL)
            GROUP BY r.student_id, r.school_year, r.assessment_id, r.subject, r.standard_id
        ), judged_standards AS (
            SELECT latest.*, s.strand, coalesce(by_label, score >= cut) AS mastered
            FROM latest LEFT JOIN rules
                ON rules.assessment_id = latest.assessment_id AND rules.subject IS NOT DISTINCT FROM latest.subject
                AND rules.grade_level IS NOT DISTINCT FROM latest.grade_level
                AND rules.performance_level IS NOT DISTINCT FROM latest.level
            LEFT JOIN standards AS s ON CAST(s.standard_id AS VARCHAR) = CAST(latest.standard_id AS VARCHAR)
        )
        SELECT *, CASE WHEN mastered IS NULL THEN 'the district has no cut score for this standard' END AS left_out,
            CASE WHEN mastered THEN 1 ELSE 0 END AS x
        FROM judged_standards
    """
    return row_by_row(sql, STUDENT_YEAR)


INDICATORS = (
    Indicator(
        id="exit_ticket_gain", version=1, title="Gain on exit tickets, of what there was to gain",
        sentence="Of all that the class did not yet know before the lesson, the share that it knew after.",
        unit="mean", numerator="share right after minus share right before", denominator="share not yet right before",
        left_out="students with only one of the two checks", direction="higher", stage=4,
        source="Hake (1998), American Journal of Physics 66, 64-74, from class means of matched students: 0.7 and more is "
        "high, 0.3 to 0.7 medium. Below zero it says that something was lost, not how much.",
        dimensions=_TICKET_DIMENSIONS, how_to_bring=_BRING_TICKETS, rows=_gain, needs=("results",), needs_rows="moment IS NOT NULL",
        nothing_to_divide_by="Everybody had everything right before, so there was nothing left to gain.",
    ),
    Indicator(
        id="exit_ticket_shift", version=1, title="Change on exit tickets, in percent points",
        sentence="How many percent points more were right after the lesson than before.",
        unit="mean", numerator="sum of percent right after minus percent right before", denominator="students with both checks",
        left_out="students with only one of the two checks", direction="higher", stage=4,
        source="Matched by student, class and check.", dimensions=_TICKET_DIMENSIONS, how_to_bring=_BRING_TICKETS,
        rows=_shift, needs=("results",), needs_rows="moment IS NOT NULL",
    ),
    Indicator(
        id="standards_mastery", version=1, title="Standards mastered",
        sentence="The share of standards that students have mastered, going by their latest score on each.",
        unit="rate", numerator="standards whose latest score is at or above the proficient level",
        denominator="standards scored; n is the number of students", left_out="standards without a cut score",
        direction="higher", stage=4, source="Latest score of the school year on each standard; the district's cut scores.",
        dimensions=_STANDARD_DIMENSIONS, how_to_bring=BRING_RESULTS + " Its standards or strands come with it.",
        rows=_mastered, needs=("results", "performance_levels"), needs_rows="standard_id IS NOT NULL AND standard_id <> ''", never_mixes=("assessment_id",),
    ),
)  # fmt: skip
