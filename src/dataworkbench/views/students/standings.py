"""Where students stand on standards, and the order in which standards are learned; read for staff's pages alone."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd

from dataworkbench.errors import no_such
from dataworkbench.measures import judged
from dataworkbench.terms import grade_order
from dataworkbench.views.district import Asked

Where = Mapping[str, tuple[str, ...]]

MASTERED, NOT_YET, NOT_ENOUGH = "mastered", "not yet", "not enough evidence"
FEWEST_CHECKS: Final = 2
"""How many checks of a standard are enough to say that it is mastered, or that it is not."""
DEFAULT_CUT: Final = 3.0
"""The score from which a standard counts as mastered where the district brought no cut score for it."""

_SCORES: Final = """
    WITH cuts AS (
        SELECT assessment_id::VARCHAR AS assessment_id, coalesce(subject::VARCHAR, '') AS subject, min(min_score) AS cut
        FROM performance_levels WHERE proficient AND min_score IS NOT NULL GROUP BY 1, 2
    )
    SELECT r.student_id, r.grade_level::VARCHAR AS student_grade, coalesce(r.subject::VARCHAR, s.subject::VARCHAR) AS subject,
        r.standard_id::VARCHAR AS standard_id, list(r.scale_score ORDER BY r.test_date, r.scale_score) AS scores,
        max(r.test_date) AS on_day, coalesce(any_value(own.cut), any_value(whole.cut), {cut}) AS cut,
        any_value(s.statement) AS statement, any_value(s.grade_level::VARCHAR) AS grade_level, any_value(s.sequence) AS sequence
    FROM results AS r
    JOIN assessments AS a ON a.assessment_id::VARCHAR = r.assessment_id::VARCHAR AND a.kind::VARCHAR = 'standards'
    LEFT JOIN standards AS s ON s.standard_id::VARCHAR = r.standard_id::VARCHAR
    LEFT JOIN cuts AS own ON own.assessment_id = r.assessment_id::VARCHAR AND own.subject = r.subject::VARCHAR AND own.subject <> ''
    LEFT JOIN cuts AS whole ON whole.assessment_id = r.assessment_id::VARCHAR AND whole.subject = ''
    WHERE r.standard_id IS NOT NULL AND r.scale_score IS NOT NULL {tests}
    GROUP BY ALL
"""
_SEQUENCE: Final = """
    SELECT standard_id::VARCHAR AS standard_id, subject::VARCHAR AS subject, grade_level::VARCHAR AS grade_level,
        coalesce(statement, '') AS statement, sequence FROM standards WHERE sequence IS NOT NULL
"""
_IN_CLASS: Final = "SELECT DISTINCT student_id FROM section_enrollments WHERE section_id = ?"
_TESTED_IN_CLASS: Final = "SELECT DISTINCT student_id FROM results WHERE section_id = ?"
_CLASSES: Final = "SELECT DISTINCT section_id FROM section_enrollments ORDER BY 1"
_ABOUT_CLASS: Final = (
    "SELECT subject::VARCHAR AS subject, school_id::VARCHAR AS school_id FROM sections WHERE section_id = ?"
)


def standings(
    district: Asked,
    where: Where,
    *,
    students: Sequence[str] | None = None,
    rule: str = "",
    fewest: int = FEWEST_CHECKS,
) -> pd.DataFrame:
    """Return where students stand on the standards that were checked.

    One row is one student on one standard: ``student_id``, ``subject``, ``standard_id``, ``statement``, ``grade_level`` and
    ``sequence`` of the standard, ``score`` by the district's rule (or ``rule``), ``times`` checked, ``on_day``, the district's
    ``cut``, and ``standing``: mastered, not yet, or not enough evidence where it was checked fewer than ``fewest`` times, or
    than the district asks for. A share of many students bears a verdict on one check each; a word about one student does
    not, so two checks are asked for here whatever the district's own number is. Rows are in the order in which standards are learned.
    """
    asked = district.settings.mastery.model_copy(update={"rule": rule} if rule else {})
    by_rule = asked.model_copy(update={"fewest_scores": 1})
    names = ("school_year", "school_id", "grade_level", "subject")
    kept = {name: list(values) for name, values in where.items() if name in names}
    tests = " ".join(f"AND r.{name}::VARCHAR IN (SELECT unnest(?::VARCHAR[]))" for name in kept)
    values: list[object] = list(kept.values())
    if students is not None:
        tests += " AND r.student_id IN (SELECT unnest(?::VARCHAR[]))"
        values.append(list(students))
    found = district.ask(_SCORES.format(tests=tests, cut=DEFAULT_CUT), values)
    found["score"] = [
        judged(list(scores), cut=cut, asked=by_rule)[0]
        for scores, cut in zip(found["scores"], found["cut"], strict=True)
    ]
    found["times"] = [len(scores) for scores in found["scores"]]
    needed = max(fewest, asked.fewest_scores)
    found["standing"] = [
        NOT_ENOUGH if times < needed or math.isnan(score) else MASTERED if score >= cut else NOT_YET
        for score, times, cut in zip(found["score"], found["times"], found["cut"], strict=True)
    ]
    found["statement"] = found["statement"].fillna("")
    return in_sequence(found.drop(columns="scores"), "student_id")


def in_sequence(frame: pd.DataFrame, *first: str) -> pd.DataFrame:
    """Return standards in the order in which they are learned: by subject, grade level, place in the sequence, code."""
    order = frame.assign(_grade=[-1 if pd.isna(g) else grade_order(str(g)) for g in frame["grade_level"]])
    columns = ["subject", *first, "_grade", "sequence", "standard_id"]
    return (
        order.sort_values(columns, kind="stable", na_position="last")
        .drop(columns="_grade")
        .reset_index(drop=True)
    )


def sequence_of_standards(district: Asked) -> pd.DataFrame:
    """Return the standards that have a place in the learning sequence, in that order; one row is one standard."""
    return in_sequence(district.ask(_SEQUENCE))


def class_of(district: Asked, section: str) -> list[str]:
    """Return the identifiers of a class's students: by its roster, or by its results where there is no roster of it.

    Raises
    ------
    NoSuchNameError
        Where neither knows the class; the text lists some that there are.

    """
    enrolled = district.ask(_IN_CLASS, [section])["student_id"]
    found = enrolled if len(enrolled) else district.ask(_TESTED_IN_CLASS, [section])["student_id"]
    if found.empty:
        raise no_such("class", section, district.ask(_CLASSES)["section_id"])
    return sorted(found)


def subject_of_class(district: Asked, section: str) -> str:
    """Return the subject of a class; '' where it is not known."""
    found = district.ask(_ABOUT_CLASS, [section])
    return "" if found.empty or pd.isna(found["subject"].iloc[0]) else str(found["subject"].iloc[0])


def with_subject(district: Asked, where: Where, section: str) -> dict[str, tuple[str, ...]]:
    """Return a selection with the subject of a class, where nobody chose a subject and standards of that subject are checked."""
    subject = subject_of_class(district, section) if section and "subject" not in where else ""
    known = {
        str(held)
        for held in district.ask("SELECT DISTINCT subject::VARCHAR AS subject FROM standards")["subject"]
    }
    return {**where, **({"subject": (subject,)} if subject in known else {})}
