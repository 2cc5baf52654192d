"""Choosing a class and a student: the classes of a selection, who sits in one, and a student by identifier or by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from dataworkbench.frames import group_text
from dataworkbench.tables import DisplayTable
from dataworkbench.terms import Audience
from dataworkbench.views.district import Asked
from dataworkbench.views.notes import Note, for_staff, note, plain_table
from dataworkbench.views.students import roster as students
from dataworkbench.views.students.standings import class_of
from dataworkbench.warehouse import PAGE_NUMBER_PREFIX, student_of_number

Where = Mapping[str, tuple[str, ...]]

_CLASSES: Final = """
    SELECT s.section_id, coalesce(s.section_name, s.course_title, '') AS section_name, s.subject::VARCHAR AS subject,
        s.grade_level::VARCHAR AS grade_level, s.school_id::VARCHAR AS school_id, count(DISTINCT e.student_id) AS students
    FROM sections AS s LEFT JOIN section_enrollments AS e ON e.section_id = s.section_id
    WHERE TRUE {tests} GROUP BY ALL ORDER BY school_id, grade_level, subject, section_id
"""


_NO_ROSTER: Final = (
    "It is not known who is enrolled, so no student can be looked up. Bring the roster: a OneRoster export of the student "
    "information system."
)


def list_classes(district: Asked, where: Where, *, audience: Audience, most: int = 40) -> DisplayTable | Note:
    """Return the classes of a selection to choose from; one row is one class."""
    refused = for_staff(audience, "The list of classes")
    if refused is not None:
        return refused
    names = ("school_year", "school_id", "grade_level")
    kept = {name: list(values) for name, values in where.items() if name in names}
    tests = " ".join(f"AND s.{name}::VARCHAR IN (SELECT unnest(?::VARCHAR[]))" for name in kept)
    found = district.ask(_CLASSES.format(tests=tests), list(kept.values()))
    if len(found) > most:
        return note(
            f"There are {len(found):,} classes here. Choose a school and a grade in the first box to see them listed."
        )
    called = dict(zip(district.schools["school_id"], district.schools["school_name"], strict=True))
    shown = found.assign(
        grade=["" if pd.isna(value) else group_text("grade_level", value) for value in found["grade_level"]],
        school=[called.get(value) or value for value in found["school_id"]],
    )
    titles = {
        "section_id": "Identifier", "section_name": "Class", "subject": "Subject", "grade": "Grade", "school": "School", "students": "Students",
    }  # fmt: skip
    return plain_table(
        shown, titles, caption="Classes", figures=["students"], empty="No classes are known here. Bring the roster: a OneRoster export with its classes.",
    )  # fmt: skip


def who_is_here(district: Asked, where: Where, *, section: str = "") -> pd.DataFrame:
    """Return the students of a class, or of the whole selection; one row is one student, as ``students_here`` gives them."""
    found = students.students_here(district, where)
    return found[found["student_id"].isin(class_of(district, section))] if section else found


def find_student(district: Asked, asked: str, where: Where, *, audience: Audience) -> str:
    """Return the identifier of one student who was asked for by identifier, name or page number; '' where it is not clear who is meant.

    On the public road nothing is looked up.
    """
    if audience != "staff" or not asked:
        return ""
    found = name_of(district, asked, where)
    return found if isinstance(found, str) else ""


def name_of(district: Asked, asked: str, where: Where) -> str | Note:
    """Return the identifier of a student who was asked for by identifier, by name or by the number of a page.

    Where several have that name, they are told apart by identifier, grade and school for staff to choose.
    """
    if not district.has("enrollments"):
        return note(_NO_ROSTER)
    year = {name: values for name, values in where.items() if name == "school_year"}
    here = students.students_here(district, year)
    if asked in set(here["student_id"]):
        return asked
    if asked.startswith(PAGE_NUMBER_PREFIX):
        return _of_page(district, asked, here)
    wanted = " ".join(asked.casefold().split())
    found = here[[" ".join(name.casefold().split()) == wanted for name in here["name"]]]
    if len(found) == 1:
        return str(found["student_id"].iloc[0])
    if found.empty:
        students.student_row(district, asked, where)
    told = [
        f"{row['student_id']}, {group_text('grade_level', row['grade_level'])}, {district.school_name(row['school_id'])}"
        for row in found.to_dict("records")
    ]
    return note(f"{len(told)} students are called that. Write one identifier instead: {'; '.join(told)}.")


def _of_page(district: Asked, number: str, here: pd.DataFrame) -> str | Note:
    """Return the identifier of the student whom a page is about, by the page's number."""
    workspace = getattr(district, "workspace", None)
    found = student_of_number(workspace, number, here["student_id"]) if workspace is not None else ""
    return found or note(
        f"No student of this school year has a page with the number {number} in this workspace."
    )


def names_of(district: Asked, where: Where) -> dict[str, str]:
    """Return the names of students by identifier; the identifier where no name is known."""
    here = students.students_here(district, where)
    return {row["student_id"]: row["name"] or row["student_id"] for row in here.to_dict("records")}
