"""A page about one student, and the list to choose one from; for staff alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pandas as pd

from dataworkbench.frames import group_text, percent_text
from dataworkbench.tables import DisplayTable
from dataworkbench.terms import Audience
from dataworkbench.views.district import Asked
from dataworkbench.views.notes import Note, for_staff, note, plain_table
from dataworkbench.views.situation.process import how_to_bring
from dataworkbench.views.students import roster as students
from dataworkbench.views.students.classes import who_is_here

Where = Mapping[str, tuple[str, ...]]

_CHOOSE = 'Choose a student: write an identifier or a name from the list above into the first box, as student = "...", and run again.'


def list_students(
    district: Asked,
    where: Where,
    *,
    audience: Audience,
    section: str = "",
    only: Collection[str] | None = None,
    caption: str = "Students",
    most: int = 25,
) -> DisplayTable | Note:
    """Return the students of a selection as a list to choose from, those who missed most first.

    ``section`` keeps the students of one class. ``only`` keeps those of these identifiers, such as ``student_list`` of a measure gives.
    """
    refused = for_staff(audience, "The list of students")
    if refused is not None:
        return refused
    found = who_is_here(district, where, section=section).sort_values(
        "missed", ascending=False, na_position="last", kind="stable"
    )
    if only is not None:
        found = found[found["student_id"].isin(list(only))]
    known = bool(found["missed"].notna().any())
    counted = f"{caption}{', those who missed most first' if known else ''} ({min(most, len(found))} of {len(found)})"
    shown = found.head(most).assign(
        grade=lambda held: [group_text("grade_level", value) for value in held["grade_level"]],
        school=lambda held: [district.school_name(value) for value in held["school_id"]],
        absence=lambda held: [_share(value) for value in held["missed"]],
    )
    titles = {
        "student_id": "Identifier", "name": "Name", "school": "School", "grade": "Grade", "absence": "Days missed", "interventions": "Interventions this year",
    }  # fmt: skip
    if found["school_id"].nunique() == 1:
        del titles["school"]
    if not known:
        del titles["absence"]
    if not district.has("interventions"):
        del titles["interventions"]
    empty = "There is nobody to list here." if district.has("enrollments") else how_to_bring("enrollments")
    return plain_table(shown, titles, caption=counted, figures=["absence", "interventions"], empty=empty)


def student_heading(district: Asked, student: str, where: Where, *, audience: Audience) -> Note:
    """Return who a page is about: name, identifier, grade level, school, and days missed each year."""
    refused = _refused(student, audience)
    if refused is not None:
        return refused
    if not district.has("enrollments"):
        return note(how_to_bring("enrollments"))
    row = students.student_row(district, student, where)
    who = f"{row['name'] or 'Student'} ({row['student_id']}), {group_text('grade_level', row['grade_level'])}"
    years = [
        f"{year['school_year']}: {year['absent']:g} of {year['days']:g} days ({_share(year['absent'] / year['days'])})"
        for year in students.attendance_of(district, student).to_dict("records")
        if year["days"]
    ]
    missed = f"Days missed: {'; '.join(years)}." if years else "Nothing is known about days missed."
    return note(f"{who}, {district.school_name(row['school_id'])}.", missed)


def student_history(district: Asked, student: str, *, audience: Audience) -> DisplayTable | Note:
    """Return a student's results on whole tests, subject by subject in order of time."""
    refused = _refused(student, audience)
    if refused is not None:
        return refused
    found = students.results_of(district, student)
    titles = {
        "subject": "Subject", "test_date": "Day", "test": "Test", "period": "Time of year", "scale_score": "Score",
        "performance_level": "Level", "percentile": "Percentile", "result_status": "",
    }  # fmt: skip
    shown = found.assign(
        result_status=[
            "" if status == "scored" else status for status in found["result_status"].fillna("scored")
        ],
        performance_level=found["performance_level"].fillna(""),
    )
    empty = "There are no test results for this student yet."
    return plain_table(
        shown, titles, caption="What the tests say", figures=["scale_score", "percentile"], empty=empty
    )


def student_standards(
    district: Asked, student: str, where: Where, *, audience: Audience
) -> DisplayTable | Note:
    """Return where a student stands on standards this year, in the order in which they are learned."""
    refused = _refused(student, audience)
    if refused is not None:
        return refused
    found = students.standards_of(district, student, "".join(where.get("school_year", ())[:1]))
    titles = {
        "subject": "Subject", "standard_id": "Standard", "statement": "What a learner can do", "latest": "Latest score",
        "times": "Times checked", "on_day": "On",
    }  # fmt: skip
    empty = "No standards have been checked for this student this year."
    return plain_table(
        found, titles, caption="Standards, latest score", figures=["latest", "times"], empty=empty
    )


def student_words(district: Asked, student: str, *, audience: Audience) -> DisplayTable | Note:
    """Return what the student, teachers and family have said: interests, what works, challenges, goals."""
    refused = _refused(student, audience)
    if refused is not None:
        return refused
    titles = {"topic": "About", "said_by": "Said by", "words": "In their words", "asked_on": "On"}
    empty = (
        "Nobody has been asked yet: talk with the student about interests, what works best and what is hard."
    )
    return plain_table(
        students.words_of(district, student), titles, caption="In their own words", empty=empty
    )


def student_supports(district: Asked, student: str, *, audience: Audience) -> DisplayTable | Note:
    """Return a student's interventions, the latest first, with how each ended."""
    refused = _refused(student, audience)
    if refused is not None:
        return refused
    titles = {
        "start_date": "Began", "strategy": "Strategy", "need": "Need", "sessions": "Sessions attended", "baseline": "Score before",
        "goal": "Goal", "outcome": "Score after", "exit_reason": "How it ended",
    }  # fmt: skip
    if not district.has("intervention_sessions"):
        del titles["sessions"]
    empty = "No intervention has been recorded for this student."
    figures = ["sessions", "baseline", "goal", "outcome"]
    found = students.interventions_of(district, student)
    return plain_table(found, titles, caption="What has been tried", figures=figures, empty=empty)


def _refused(student: str, audience: Audience) -> Note | None:
    return for_staff(audience, "This page") or (None if student else note(_CHOOSE))


def _share(value: float) -> str:
    return "" if pd.isna(value) else percent_text(float(value))
