"""For students who are on track: how many there are, who they are, and by which actions rigor can be raised."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from dataworkbench.disclosure import for_audience
from dataworkbench.figures import plot_rates
from dataworkbench.frames import group_text
from dataworkbench.measures import on_track, on_track_students
from dataworkbench.rubrics import Element, Rubric
from dataworkbench.tables import DisplayTable
from dataworkbench.terms import Audience
from dataworkbench.views.choosing import Administration, latest_test, years_with_growth
from dataworkbench.views.district import Asked
from dataworkbench.views.notes import Note, for_staff, note, plain_table
from dataworkbench.views.pictures import Picture, below
from dataworkbench.views.students.roster import students_here
from dataworkbench.views.students.standings import standings

Where = Mapping[str, tuple[str, ...]]

RAISING: Final = (
    "challenging_goals", "sequential_targets", "advance_by_choice", "scripted_questions", "student_centered_models",
    "evidence_and_teamwork",
)  # fmt: skip
"""Actions of the rubric of rigor that take students further who have reached the standard."""

_NO_GROWTH: Final = (
    "Growth cannot be told yet: no test was given twice in one school year to most students. "
    "Bring results of a test that is given in the autumn and again in the spring."
)


def _tests(district: Asked, where: Where) -> tuple[Administration, Administration] | None:
    """Return the test by which levels are judged and the year in which growth is; None where growth cannot be told."""
    growth = years_with_growth(district, where)
    if not growth.title:
        return None
    year = growth["school_year"][-1]
    last = growth.but(school_year=year)
    same = latest_test(district, {**where, "school_year": (year,)}, assessment=growth["assessment_id"][0])
    return same, last


def plot_on_track(
    district: Asked, where: Where, *, audience: Audience, title: str = "Who is proficient and still growing?"
) -> Picture | Note:
    """Return a figure of the share of students at or above proficient who also met their growth target, by subject."""
    tests = _tests(district, where)
    if tests is None:
        return note(_NO_GROWTH)
    found = on_track(district, subjects=_subjects(district, tests[1]), levels=tests[0], growth=tests[1])
    shown = for_audience(found, audience, policy=district.policy)
    return Picture(plot_rates(shown, by="subject" if "subject" in shown else "", title=title), below(shown))


def _subjects(district: Asked, growth: Administration) -> list[str]:
    asked = "SELECT DISTINCT CAST(subject AS VARCHAR) AS subject FROM results WHERE CAST(assessment_id AS VARCHAR) = ? AND subject IS NOT NULL ORDER BY 1"  # fmt: skip
    return [str(one) for one in district.ask(asked, [growth["assessment_id"][0]])["subject"]]


def list_on_track(
    district: Asked, where: Where, *, audience: Audience, most: int = 30
) -> DisplayTable | Note:
    """Return the students who are ready for more, each with the reason; for staff only.

    One row is one student who is here now: at or above proficient and grown by the target in a subject, or with every
    standard mastered that was checked so far. ``most`` is how many are listed; the caption says how many there are.
    """
    refused = for_staff(audience, "The list of students on track")
    if refused is not None:
        return refused
    growing, mastered = _growing(district, where), _mastered(district, where)
    here = students_here(district, {n: v for n, v in where.items() if n != "subject"})
    listed = here[here["student_id"].isin({*growing, *mastered})]
    rows = listed.assign(
        growing=[", ".join(growing.get(one, ())) for one in listed["student_id"]],
        mastered=[", ".join(mastered.get(one, ())) for one in listed["student_id"]],
        grade=[group_text("grade_level", one) for one in listed["grade_level"]],
    )
    more = (
        f", the first {most}; name a school in the first box for a shorter list" if len(rows) > most else ""
    )
    titles = {
        "name": "Student", "student_id": "Identifier", "grade": "Grade", "growing": "Proficient and growing in",
        "mastered": "Mastered all that was checked in",
    }  # fmt: skip
    titles = {name: title for name, title in titles.items() if name == "name" or rows.head(most)[name].any()}
    empty = "Nobody here is known to be at or above proficient and growing, or to have mastered all that was checked."
    return plain_table(
        rows.head(most), titles, caption=f"Ready for more: {len(rows)} students{more}", empty=empty
    )


def _growing(district: Asked, where: Where) -> dict[str, list[str]]:
    """Return the subjects in which each student is at or above proficient and met the growth target."""
    found: dict[str, list[str]] = {}
    tests = _tests(district, where)
    for subject in _subjects(district, tests[1]) if tests is not None else ():
        levels, growth = ({**dict(one), "subject": (subject,)} for one in tests or ())
        for one in on_track_students(district, levels=levels, growth=growth):
            found.setdefault(one, []).append(subject)
    return found


def _mastered(district: Asked, where: Where) -> dict[str, list[str]]:
    """Return the subjects in which each student has mastered every standard that was checked so far."""
    found: dict[str, list[str]] = {}
    if not district.has("results"):
        return found
    checked = standings(district, where)
    reached = (checked["score"] >= checked["cut"]).groupby([checked["student_id"], checked["subject"]]).all()
    for student, subject in reached[reached].index:
        found.setdefault(str(student), []).append(str(subject))
    return found


def ways_to_raise_rigor(rubric: Rubric, answers: Mapping[str, str] | None = None) -> DisplayTable:
    """Return actions that take students further, from the rubric of rigor: what is not yet a strength of the team first.

    ``answers`` is the team's own self-check: element to level.
    """
    given = dict(answers or {})
    kept = [one for one in rubric.elements if one.id in RAISING] or list(rubric.elements)
    rows = pd.DataFrame([_action(one, given, rubric) for one in kept]).sort_values("order", kind="stable")
    titles = {"action": "What to try", "means": "What it means", "ours": "Where we stand with it"}
    return plain_table(rows, titles, caption="Ways to raise rigor")


def _action(element: Element, given: Mapping[str, Any], rubric: Rubric) -> dict[str, object]:
    level = given.get(element.id, "")
    order = rubric.score(level) if level else len(rubric.levels) - 1
    return {
        "action": element.title,
        "means": element.statement,
        "ours": level or "not marked yet",
        "order": order,
    }
