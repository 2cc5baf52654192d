"""Groups for the coming days, formed from what each student has mastered so far; for staff alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from dataworkbench.frames import group_text
from dataworkbench.tables import DisplayTable
from dataworkbench.terms import Audience
from dataworkbench.views.district import Asked
from dataworkbench.views.notes import Note, for_staff, note, plain_table

Where = Mapping[str, tuple[str, ...]]

_LATEST: Final = """
    SELECT r.student_id, trim(coalesce(i.given_name, '') || ' ' || left(coalesce(i.family_name, ''), 1)) AS name,
        r.subject::VARCHAR AS subject, r.grade_level::VARCHAR AS grade_level, r.standard_id::VARCHAR AS standard_id,
        any_value(s.statement) AS statement, any_value(s.sequence) AS sequence, arg_max(r.scale_score, r.test_date) AS latest
    FROM results AS r
    JOIN assessments AS a ON a.assessment_id::VARCHAR = r.assessment_id::VARCHAR AND a.kind::VARCHAR = 'standards'
    LEFT JOIN standards AS s ON s.standard_id::VARCHAR = r.standard_id::VARCHAR
    LEFT JOIN identities AS i ON i.student_id = r.student_id
    WHERE r.standard_id IS NOT NULL AND r.scale_score IS NOT NULL {tests}
    GROUP BY ALL
"""


def next_steps(district: Asked, where: Where, *, mastery: float = 3.0) -> pd.DataFrame:
    """Return the standard that each student needs next.

    One row is one student in one subject: ``student_id``, ``name``, ``subject``, ``grade_level``, ``standard_id`` and
    ``statement`` of the first standard in the learning sequence whose latest score is below ``mastery``; the
    standard is empty where all that were checked are mastered.
    """
    names = ("school_year", "school_id", "grade_level", "subject", "section_id")
    kept = {name: list(values) for name, values in where.items() if name in names}
    tests = " ".join(f"AND r.{name}::VARCHAR IN (SELECT unnest(?::VARCHAR[]))" for name in kept)
    found = district.ask(_LATEST.format(tests=tests), list(kept.values()))
    found = found.sort_values(["subject", "student_id", "sequence", "standard_id"], kind="stable")
    who = ["student_id", "name", "subject", "grade_level"]
    everyone = found[who].drop_duplicates(["student_id", "subject"])
    first = found[found["latest"] < mastery].drop_duplicates(["student_id", "subject"])
    return everyone.merge(
        first[["student_id", "subject", "standard_id", "statement"]], how="left", on=["student_id", "subject"]
    )


def groups_by_need(
    district: Asked,
    where: Where,
    *,
    audience: Audience,
    section: str = "",
    mastery: float = 3.0,
    most: int = 120,
) -> DisplayTable | Note:
    """Return groups of students who need the same standard next; one row is one group, the largest first in each grade.

    ``section`` keeps the students of one class.
    """
    refused = for_staff(audience, "The list of groups")
    if refused is not None:
        return refused
    chosen = {**where, "section_id": (section,)} if section else where
    steps = next_steps(district, chosen, mastery=mastery)
    if steps["student_id"].nunique() > most:
        return note(
            f"{steps['student_id'].nunique():,} students would be too many for one list. Groups are for one class: choose a "
            "school and a grade, or one class, in the first box."
        )
    done = steps["standard_id"].isna()
    steps = steps.assign(
        standard_id=steps["standard_id"].fillna("ready to go further"),
        statement=steps["statement"].fillna("").mask(done, "All checked standards are mastered"),
        who=[name or student for name, student in zip(steps["name"], steps["student_id"], strict=True)],
    )  # fmt: skip
    steps["grade_level"] = [group_text("grade_level", value) for value in steps["grade_level"]]
    grouped = steps.groupby(["subject", "grade_level", "standard_id", "statement"], sort=True)
    rows = grouped.agg(
        students=("student_id", "size"), who=("who", lambda held: ", ".join(sorted(held)))
    ).reset_index()
    rows = rows.sort_values(
        ["subject", "grade_level", "students"], ascending=[True, True, False], kind="stable"
    )
    titles = {
        "subject": "Subject", "grade_level": "Grade", "standard_id": "Next standard", "statement": "What a learner can do",
        "students": "Students", "who": "Who",
    }  # fmt: skip
    empty = "No standards have been checked here yet. Bring standards scores: a gradebook with one score for each standard."
    return plain_table(rows, titles, caption="Who needs what next", figures=["students"], empty=empty)
