"""The pages of one teacher: the classes that the teacher has, and the students of those classes and nobody else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from dataworkbench.errors import no_such
from dataworkbench.tables import DisplayTable
from dataworkbench.terms import Audience
from dataworkbench.views.choosing import year_of
from dataworkbench.views.district import Asked
from dataworkbench.views.notes import Note, for_staff, note, plain_table
from dataworkbench.views.students.facts import last_day
from dataworkbench.views.students.pages import list_students
from dataworkbench.views.students.planning_list import MOST, planning_list
from dataworkbench.views.students.sheets import Sheets

Where = Mapping[str, tuple[str, ...]]

_TAUGHT: Final = """
    SELECT s.section_id, coalesce(s.section_name, s.course_title, s.section_id) AS section_name, s.subject::VARCHAR AS subject,
        e.student_id, e.exit_date, max(e.exit_date) OVER (PARTITION BY s.section_id) AS ended
    FROM sections AS s JOIN section_enrollments AS e ON e.section_id = s.section_id
    WHERE s.staff_id = ? AND s.school_year::VARCHAR = ?
    ORDER BY s.grade_level, s.subject, s.section_id, e.student_id
"""
_NAME: Final = "SELECT min(staff_name) AS name FROM staff WHERE staff_id = ?"
_STAFF: Final = (
    "SELECT DISTINCT staff_id FROM sections WHERE staff_id IS NOT NULL AND school_year::VARCHAR = ?"
)
_CHOOSE: Final = 'Choose a teacher: write the identifier of the member of staff into the first box, as teacher = "...", and run again.'
_NO_CLASSES: Final = "It is not known who sits in which class. Bring the roster: a OneRoster export with its classes and their students."
_NOBODY: Final = "Nobody is on the roster of this teacher's classes in this school year."


def taught_by(district: Asked, teacher: str, where: Where) -> pd.DataFrame:
    """Return who sits in a teacher's classes now, or sat there at the end of a class that is over.

    One row is one student in one class: ``section_id``, ``section_name``, ``subject``, ``student_id``. Who left a class
    before is no student of the teacher any more and is not in it.

    Raises
    ------
    NoSuchNameError
        Where the teacher has no class in the school year; the text lists some who have.

    """
    year = year_of(district, where)
    found = district.ask(_TAUGHT, [teacher, year])
    known = set(district.ask(_STAFF, [year])["staff_id"])
    if teacher not in known:
        raise no_such("teacher with classes", teacher, known)
    today = pd.Timestamp(last_day(district) or pd.Timestamp.max)
    left, ended = pd.to_datetime(found["exit_date"]), pd.to_datetime(found["ended"])
    stays = left.isna() | (left >= ended.where(ended < today, today))
    return found.loc[stays, ["section_id", "section_name", "subject", "student_id"]].reset_index(drop=True)


def teacher_classes(
    district: Asked, teacher: str, where: Where, *, audience: Audience
) -> DisplayTable | Note:
    """Return a teacher's classes with how many students are in each; one row is one class."""
    refused = _refused(district, teacher, audience, "The list of a teacher's classes")
    if refused is not None:
        return refused
    found = taught_by(district, teacher, where)
    counted = found.groupby(["section_id", "section_name", "subject"], sort=False, dropna=False)[
        "student_id"
    ].nunique()
    name = district.ask(_NAME, [teacher])["name"].iloc[0]
    titles = {
        "section_name": "Class",
        "subject": "Subject",
        "section_id": "Identifier",
        "student_id": "Students",
    }
    caption = f"Classes of {teacher if pd.isna(name) else name}"
    return plain_table(counted.reset_index(), titles, caption=caption, figures=["student_id"], empty=_NOBODY)


def teacher_students(
    district: Asked, teacher: str, where: Where, *, audience: Audience
) -> DisplayTable | Note:
    """Return a teacher's own students, those who missed most days first; one row is one student."""
    refused = _refused(district, teacher, audience, "The list of a teacher's students")
    if refused is not None:
        return refused
    own = sorted(set(taught_by(district, teacher, where)["student_id"]))
    return list_students(
        district,
        where,
        audience=audience,
        only=own,
        caption="Students of these classes",
        most=max(len(own), 1),
    )


def teacher_plan(
    district: Asked, teacher: str, where: Where, *, audience: Audience, look_again: str = ""
) -> Sheets | Note:
    """Return a planning list of a teacher's own students, fifteen on each page, in the order of their names."""
    refused = _refused(district, teacher, audience, "The list for planning")
    if refused is not None:
        return refused
    own = sorted(set(taught_by(district, teacher, where)["student_id"]))
    if not own:
        return note(_NOBODY)
    if len(own) > MOST:
        return note(
            f"These are {len(own):,} students, which is too many for one list. Notebook 03_plan_per_student makes one for each class."
        )
    return planning_list(district, where, only=own, look_again=look_again, audience=audience)


def _refused(district: Asked, teacher: str, audience: Audience, what: str) -> Note | None:
    refused = for_staff(audience, what)
    if refused is not None:
        return refused
    if not district.has("section_enrollments"):
        return note(_NO_CLASSES)
    return None if teacher else note(_CHOOSE)
