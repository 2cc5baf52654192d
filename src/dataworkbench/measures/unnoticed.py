"""Needs that nobody has noticed yet: something in the data asks for a look, and nothing on record says that anybody looked.

A need, here, is one of four things: an early-warning flag; a tenth of school missed; a latest year of testing in which no
subject ended higher than it began; or fewer than a quarter of the standards checked this year mastered. Noticed means an
intervention in this school year, or a word about the learner (from anybody) on record in it. What was not brought is not
seen, so the share is the least that it can be.
"""

from __future__ import annotations

from typing import Final

import pandas as pd

from dataworkbench.measures import composing
from dataworkbench.measures.attainment import LEVELS, NOT_TAKEN
from dataworkbench.measures.composing import Where, question_of
from dataworkbench.measures.definition import STUDENT_YEAR, Asked, Indicator, Part, Question, UnitRows
from dataworkbench.measures.flag_rows import A_HAIR, PARTS, flag_rows, flags_of, too_early, too_early_said
from dataworkbench.measures.flags import how_many
from dataworkbench.measures.growth import FIRST_TO_LAST, WHEN_TAKEN
from dataworkbench.workspace import Settings

MASTERED_FEWER_THAN: Final = 0.25
"""Fewer than this share of the standards checked counts as not mastering."""

FEWEST_STANDARDS: Final = 4
"""Whether somebody masters standards is not judged by fewer of them than this."""

NEEDS: Final = {
    "flagged": "flagged", "missing": "a tenth of school missed", "not_growing": "no growth", "not_mastering": "few standards mastered",
}  # fmt: skip
"""The four needs, as they are called in a list."""

_MORE_PARTS = (
    Part("gone", "min", "gone"), Part("helped", "max", "helped"), Part("heard", "max", "heard"),
    Part("grown", "max", "grown"), Part("mastered", "max", "mastered"), Part("checked", "max", "checked"),
    Part("kept", "max", "kept"),
)  # fmt: skip

_GROWN = f"""
    SELECT pairs.student_id, ys.school_year, arg_max(grew, CAST(pairs.school_year AS VARCHAR)) AS grown
    FROM (
        SELECT student_id, school_year, max(CASE WHEN last_score > first_score THEN 1 ELSE 0 END) AS grew
        FROM ({FIRST_TO_LAST}) WHERE occasions > 1 GROUP BY student_id, school_year
    ) AS pairs JOIN (SELECT DISTINCT CAST(school_year AS VARCHAR) AS school_year FROM enrollments) AS ys
        ON CAST(pairs.school_year AS VARCHAR) IN (
            ys.school_year, printf('%d-%02d', CAST(left(ys.school_year, 4) AS INTEGER) - 1, CAST(left(ys.school_year, 4) AS INTEGER) % 100))
    GROUP BY pairs.student_id, ys.school_year
"""
"""Whether any subject grew in the latest of this year and the year before in which two scores tell it."""

_CHECKED = f"""
    WITH {LEVELS}, latest AS (
        SELECT r.student_id, CAST(r.school_year AS VARCHAR) AS school_year, r.assessment_id, r.subject, r.standard_id,
            arg_max(r.grade_level, {WHEN_TAKEN}) AS grade_level, arg_max(r.scale_score, {WHEN_TAKEN}) AS score,
            arg_max(r.performance_level, {WHEN_TAKEN}) AS level
        FROM results AS r JOIN assessments AS a ON CAST(a.assessment_id AS VARCHAR) = CAST(r.assessment_id AS VARCHAR)
        WHERE CAST(a.kind AS VARCHAR) = 'standards' AND nullif(CAST(r.standard_id AS VARCHAR), '') IS NOT NULL
            AND r.moment IS NULL AND ({NOT_TAKEN}) IS NULL
        GROUP BY r.student_id, r.school_year, r.assessment_id, r.subject, r.standard_id
    )
    SELECT student_id, school_year, count(*) AS checked,
        count(*) FILTER (coalesce(by_label, score >= cut)) AS mastered
    FROM latest LEFT JOIN rules ON rules.assessment_id = latest.assessment_id
        AND rules.subject IS NOT DISTINCT FROM latest.subject AND rules.grade_level IS NOT DISTINCT FROM latest.grade_level
        AND rules.performance_level IS NOT DISTINCT FROM latest.level
    WHERE coalesce(by_label, score >= cut) IS NOT NULL GROUP BY 1, 2
"""
_HERE = """
    SELECT student_id, CAST(school_id AS VARCHAR) AS school_id, CAST(school_year AS VARCHAR) AS school_year,
        CASE WHEN max(coalesce(exit_date, DATE '9999-12-31')) < any_value(last_day) THEN 1 ELSE 0 END AS gone
    FROM enrollments JOIN (
        SELECT CAST(school_year AS VARCHAR) AS of_year, max(coalesce(exit_date, entry_date)) AS last_day
        FROM enrollments GROUP BY 1
    ) ON of_year = CAST(school_year AS VARCHAR) GROUP BY 1, 2, 3
"""
_ON_RECORD = (
    "SELECT DISTINCT student_id, CAST(school_year AS VARCHAR) AS school_year, 1 AS {name} FROM {table}"
)
_KEPT = """
    SELECT CAST(school_year AS VARCHAR) AS school_year, 1 AS kept FROM interventions GROUP BY 1
    UNION SELECT CAST(school_year AS VARCHAR), 1 FROM learner_profiles GROUP BY 1
"""
"""The school years of which it is on record at all what was done: without it nobody could have been noticed."""


def _rows(settings: Settings, asked: Question) -> tuple[str, tuple[object, ...]]:
    flagged, parameters = flag_rows(settings.flags, asked)
    sql = f"""
        SELECT f.*, coalesce(gone, 0) AS gone, coalesce(helped, 0) AS helped, coalesce(heard, 0) AS heard, grown,
            coalesce(mastered, 0) AS mastered, coalesce(checked, 0) AS checked, coalesce(kept, 0) AS kept
        FROM ({flagged}) AS f LEFT JOIN ({_KEPT}) USING (school_year) LEFT JOIN ({_HERE}) USING (student_id, school_id, school_year)
        LEFT JOIN ({_ON_RECORD.format(name="helped", table="interventions")}) USING (student_id, school_year)
        LEFT JOIN ({_ON_RECORD.format(name="heard", table="learner_profiles")}) USING (student_id, school_year)
        LEFT JOIN ({_GROWN}) USING (student_id, school_year) LEFT JOIN ({_CHECKED}) USING (student_id, school_year)
    """
    return sql, parameters


def _needs(settings: Settings) -> dict[str, str]:
    """Each need as SQL over the parts: 1, 0, or NULL where it cannot be told."""
    known = " AND ".join(f"{flag.state} IS NULL" for flag in flags_of(settings.flags)) or "true"
    missed = f"absent + {A_HAIR} >= {settings.absence.chronic_from!r} * enrolled"
    return {
        "flagged": f"(CASE WHEN {known} THEN NULL WHEN {how_many(settings.flags)} > 0 THEN 1 ELSE 0 END)",
        "missing": f"(CASE WHEN enrolled = 0 THEN NULL WHEN {missed} THEN 1 ELSE 0 END)",
        "not_growing": "(1 - grown)",
        "not_mastering": f"(CASE WHEN checked < {FEWEST_STANDARDS} THEN NULL WHEN mastered < {MASTERED_FEWER_THAN} * checked THEN 1 ELSE 0 END)",
    }  # fmt: skip


def _left_out(settings: Settings) -> str:
    needs = " AND ".join(f"{need} IS NULL" for need in _needs(settings).values())
    early = f"WHEN {too_early(settings.flags)} THEN '{too_early_said(settings.flags)}'"
    kept = "WHEN kept = 0 THEN 'no intervention and no learner profile of this year was brought at all'"
    return f"CASE WHEN gone = 1 THEN 'no longer enrolled' {kept} {early} WHEN {needs} THEN 'nothing is known by which a need could be told' END"


def _unnoticed(settings: Settings, asked: Question) -> UnitRows:
    sql, parameters = _rows(settings, asked)
    total = f"CASE WHEN ({_any_need(settings)}) AND helped = 0 AND heard = 0 THEN 1 ELSE 0 END"
    return UnitRows(
        sql, STUDENT_YEAR, (*PARTS, *_MORE_PARTS), _left_out(settings), total, parameters=parameters
    )


def _any_need(settings: Settings) -> str:
    return " OR ".join(f"coalesce({need}, 0) = 1" for need in _needs(settings).values())


def student_needs(district: Asked, *, where: Where | None = None) -> pd.DataFrame:
    """Return the students with a need that nothing on record answers; for the staff road alone.

    One row is one student in one school year: ``student_id``, ``school_year``, each of ``NEEDS`` (1, 0, or blank where it
    cannot be told), ``enrolled`` and ``absent`` days, ``mastered`` of ``checked`` standards. Most needs first.
    """
    question = question_of(INDICATORS[0], (), where)
    statement = composing.judged_units(question, district.settings)
    needs = _needs(district.settings)
    named = ", ".join(f"{need} AS {name}" for name, need in needs.items())
    how = " + ".join(f"coalesce({name}, 0)" for name in needs)
    sql, parameters = statement.ending(
        f"SELECT * FROM (SELECT student_id, school_year, {named}, enrolled, absent, mastered, checked FROM parts "
        f"JOIN (SELECT student_id, school_year FROM judged WHERE why IS NULL AND total > 0) USING (student_id, school_year)) "
        f"ORDER BY {how} DESC, absent / nullif(enrolled, 0) DESC NULLS LAST, student_id"
    )
    return district.ask(sql, parameters)


INDICATORS = (
    Indicator(
        id="unnoticed_need", version=1, title="Needs that nobody has noticed yet",
        sentence="The share of students who have a need by the data, with no intervention and no word about the learner on record this year.",
        unit="rate",
        numerator="students who are flagged, or missed a tenth of school, or grew in no subject in the latest year, or mastered fewer than a "
        "quarter of the standards checked, and have neither an intervention nor a learner-profile note in the school year",
        denominator="students still enrolled of whom at least one of these can be told",
        left_out="students who have left, who are enrolled too short, or of whom nothing is known by which a need could be told",
        direction="lower", stage=1,
        source="Our own; asked for by users of Student Insights. What was not brought is not seen, so it is the least that it can be.",
        dimensions=("school_year", "school_id", "grade_level", "subgroup_type", "subgroup"),
        how_to_bring="Bring attendance, incidents or test results; and interventions or learner profiles, so that what is done is on record.",
        rows=_unnoticed, needs=("enrollments",),
        needs_one_of=("interventions", "learner_profiles"),
    ),
)  # fmt: skip
