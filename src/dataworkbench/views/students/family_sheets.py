"""The learning contract and the conference sheet of one student: for the student and the family, in plain words, with room to write.

Only that student's data are on them, and nothing about other students, no restricted note, and no note at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from dataworkbench.terms import Audience
from dataworkbench.views.district import Asked
from dataworkbench.views.notes import Note, for_staff, note
from dataworkbench.views.students import roster as students
from dataworkbench.views.students.classes import name_of
from dataworkbench.views.students.facts import goals_written
from dataworkbench.views.students.profile_sheet import CHOOSE, short, who_values
from dataworkbench.views.students.sheets import Sheet, fill_sheet, words_of_sheets
from dataworkbench.views.students.standings import MASTERED, standings
from dataworkbench.views.students.targets import student_targets

Where = Mapping[str, tuple[str, ...]]

_MOST_LINES: Final = 3
_LONGEST: Final = 100


def learning_contract(
    district: Asked, student: str, where: Where, *, audience: Audience, look_again: str = "", lang: str = "en"
) -> Sheet | Note:
    """Return a learning contract to fill in and sign: what I can do, my goal, what is next, how, who helps, when we look again.

    What the data say stands there; where they say nothing there is a line to write on.
    """
    chosen = _chosen(district, student, where, audience, "The learning contract")
    if isinstance(chosen, Note):
        return chosen
    say = words_of_sheets(district, lang=lang)
    values = {
        **_common(district, chosen, where),
        "how": _said(district, chosen, "works best"),
        "interests": _said(district, chosen, "interests"),
        "help": [say["contract_help_now"].format(what=what) for what in help_now(district, chosen)],
        "look_again": look_again,
    }
    return fill_sheet(district, "contract", values, title=f"Learning contract of {chosen}", lang=lang)


def conference_sheet(
    district: Asked, student: str, where: Where, *, audience: Audience, look_again: str = "", lang: str = "en"
) -> Sheet | Note:
    """Return a sheet for a conference that the student leads: strengths, what is hard, goal, days in school, what we agree."""
    chosen = _chosen(district, student, where, audience, "The conference sheet")
    if isinstance(chosen, Note):
        return chosen
    say = words_of_sheets(district, lang=lang)
    sees = {"teacher": say["conference_teacher_sees"], "family": say["conference_family_sees"]}
    strengths = _said(district, chosen, "strength")
    for who, words in sees.items():
        strengths += [words.format(words=said) for said in _said(district, chosen, "strength", who)]
    values = {
        **_common(district, chosen, where),
        "strengths": strengths[:_MOST_LINES],
        "challenges": _said(district, chosen, "challenge"),
        "days": _days(district, chosen, where, say),
        "look_again": look_again,
    }
    return fill_sheet(district, "conference", values, title=f"Conference sheet of {chosen}", lang=lang)


def help_now(district: Asked, student: str) -> list[str]:
    """Return the strategies that a student is helped with at present: begun and not ended."""
    found = students.interventions_of(district, student)
    running = found[found["end_date"].isna() & found["start_date"].notna()]
    return list(dict.fromkeys(short(strategy, 60) for strategy in running["strategy"].dropna()))


def _chosen(district: Asked, student: str, where: Where, audience: Audience, what: str) -> str | Note:
    refused = for_staff(audience, what) or (None if student else note(CHOOSE))
    return refused if refused is not None else name_of(district, student, where)


def _common(district: Asked, student: str, where: Where) -> dict[str, Any]:
    """Return what both sheets hold: who, what the student can do, the student's own goals, and the next steps."""
    year = {name: values for name, values in where.items() if name == "school_year"}
    found = standings(district, year, students=[student])
    can = found.loc[(found["standing"] == MASTERED) & (found["statement"] != ""), "statement"]
    targets = student_targets(district, student, where)
    steps = targets.loc[(targets["place"] == "now") & (targets["statement"] != ""), "statement"]
    written = [short(held.words, _LONGEST) for held in goals_written(district, student)]
    goals = [*written, *_said(district, student, "goal")]
    return {
        "who": who_values(district, student, where),
        "can": [short(held, _LONGEST) for held in can][:_MOST_LINES],
        "goals": list(dict.fromkeys(goals))[:2],
        "steps": [short(held, _LONGEST) for held in steps][:3],
    }


def _said(district: Asked, student: str, topic: str, who: str = "student") -> list[str]:
    """Return the last two things that somebody said on a topic."""
    found = students.words_of(district, student)
    own = found.loc[(found["topic"] == topic) & (found["said_by"] == who), "words"].dropna()
    return [short(words, _LONGEST) for words in dict.fromkeys(own)][:2]


def _days(district: Asked, student: str, where: Where, say: Mapping[str, str]) -> str:
    found = students.attendance_of(district, student)
    year = where.get("school_year", ())
    own = found[found["school_year"].isin(year)] if year else found.tail(1)
    if own.empty or not own["days"].iloc[-1] or pd.isna(own["absent"].iloc[-1]):
        return ""
    days, absent = float(own["days"].iloc[-1]), float(own["absent"].iloc[-1])
    return say["conference_days_words"].format(there=f"{days - absent:g}", days=f"{days:g}")
