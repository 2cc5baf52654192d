"""The profile of one student on one page, to read and to print; for staff alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd
from markupsafe import Markup

from dataworkbench.figures import draw_history
from dataworkbench.frames import group_text, percent_text
from dataworkbench.terms import Audience
from dataworkbench.views.district import Asked
from dataworkbench.views.notes import Note, for_staff, note, whole_day
from dataworkbench.views.students import roster as students
from dataworkbench.views.students.classes import name_of
from dataworkbench.views.students.facts import (
    drawn_tests,
    goals_written,
    is_known,
    last_day,
    month_of,
    notes_of,
    turns_of,
)
from dataworkbench.views.students.sheets import Sheet, fill_sheet, words_of_sheets
from dataworkbench.views.students.standings import MASTERED, NOT_ENOUGH, standings
from dataworkbench.views.students.targets import student_targets

Where = Mapping[str, tuple[str, ...]]
Row = Mapping[Any, Any]

CHOOSE: Final = 'Choose a student: write an identifier or a name from the list above into the first box, as student = "...", and run again.'
TOPICS: Final = ("goal", "challenge", "strength", "works best", "interests")
MARKS: Final[Mapping[str, str]] = {MASTERED: "●", NOT_ENOUGH: "◐"}
_LONGEST, _LONGEST_WHERE_ROOM = 50, 90
_ROWS_WITH_ROOM: Final = 6
_LONGEST_NOTE: Final = 110
_MOST_SUBJECTS, _MOST_STANDARDS, _MOST_NOTES, _MOST_YEARS = 3, 6, 2, 3


def student_profile(
    district: Asked, student: str, where: Where, *, audience: Audience, restricted: str = "", lang: str = "en"
) -> Sheet | Note:
    """Return one page about a student: scores with their ranges, what was tried, days, standards, targets, words and notes.

    ``restricted`` is typed by staff: "show" puts restricted notes on the screen, "print" also on paper. Without it they are
    not read. Long words are cut on this page; the tables hold them whole.
    """
    refused = for_staff(audience, "The profile of a student") or (None if student else note(CHOOSE))
    if refused is not None:
        return refused
    chosen = name_of(district, student, where)
    if isinstance(chosen, Note):
        return chosen
    say = words_of_sheets(district, lang=lang)
    drawn = drawn_tests(district, chosen)
    numbered, turns, more_turns = turns_of(district, chosen)
    notes = notes_of(district, chosen, restricted=restricted in ("show", "print"))
    drawing = draw_history(drawn.tests, turns)
    values = {
        "who": who_values(district, chosen, where),
        "as_of": whole_day(last_day(district)),
        "drawing": Markup(drawing),  # noqa: S704 - every text in it is escaped where it is drawn
        "more_tests": drawn.more,
        "turns": [_turn(number, row) for number, row in numbered],
        "more_turns": more_turns,
        "attendance": attendance_lines(district, chosen, say),
        "targets": _targets(district, chosen, where, say),
        "standards": _standards(district, chosen, where, say),
        "voices": _voices(district, chosen, say, beside=len(numbered)),
        "notes": [
            {
                "words": short(held.words, _LONGEST_NOTE),
                "by": by,
                "restricted": held.is_restricted,
                "paper": restricted == "print",
            }
            for held, by in notes[:_MOST_NOTES]
        ],
        "more_notes": max(0, len(notes) - _MOST_NOTES),
    }
    return fill_sheet(district, "profile", values, title=f"Profile of {chosen}", lang=lang)


def who_values(district: Asked, student: str, where: Where) -> dict[str, str]:
    """Return who a page is about: name, identifier, grade level and school."""
    row = students.student_row(district, student, where)
    return {
        "name": row["name"] or "Student", "student_id": student, "grade": group_text("grade_level", row["grade_level"]),
        "school": district.school_name(row["school_id"]),
    }  # fmt: skip


def short(text: object, most: int) -> str:
    """Return words in at most so many letters; a cut is marked."""
    said = "" if not is_known(text) else " ".join(str(text).split())
    return said if len(said) <= most else said[: most - 1] + "…"


def attendance_lines(district: Asked, student: str, say: Mapping[str, str]) -> list[str]:
    """Return days missed, a sentence for each of the last years and one for the last month that is known."""
    years = [
        say["attendance_year"].format(
            year=whole_day(str(row["school_year"])), absent=f"{row['absent']:g}", days=f"{row['days']:g}", share=percent_text(row["absent"] / row["days"])
        )
        for row in students.attendance_of(district, student).to_dict("records")
        if row["days"]
    ]  # fmt: skip
    month = month_of(district, student)
    if month is None:
        return years[-_MOST_YEARS:]
    named = f"{pd.Timestamp(month['month']):%B %Y}"
    now = say["attendance_month"].format(month=named, absent=f"{month['absent']:g}", days=month["days"])
    return [*years[-_MOST_YEARS:], now]


def _turn(number: int, row: Row) -> dict[str, object]:
    need = f" ({row['need']})" if row["need"] and is_known(row["need"]) else ""
    first, last = (
        whole_day(f"{held:%Y-%m-%d}") if is_known(held) else ""
        for held in (row["start_date"], row["end_date"])
    )
    ended = "" if not is_known(row["exit_reason"]) else str(row["exit_reason"])
    when = f"{first or '?'} to {last}" if last else f"since {first}" if first else "day not given"
    return {
        "number": number,
        "what": short(f"{row['strategy']}{need}", 52),
        "when": f"{when}; {ended}" if ended else when,
        "dose": _dose(row),
        "outcome": _outcome(row),
    }


def _dose(row: Row) -> str:
    if not row["held"]:
        return "not recorded"
    planned = f" of {row['planned_minutes']:g}" if is_known(row["planned_minutes"]) else ""
    minutes = f"; {row['minutes']:g}{planned} min" if is_known(row["minutes"]) else ""
    return f"{row['attended']} of {row['held']}{minutes}"


def _outcome(row: Row) -> str:
    if not is_known(row["baseline"]) and not is_known(row["goal"]) and not is_known(row["outcome"]):
        return "no score recorded"
    before, aim, after = (
        "?" if not is_known(row[name]) else f"{row[name]:g}" for name in ("baseline", "goal", "outcome")
    )
    return f"{before}, aim {aim}, {'not known yet' if after == '?' else after}"


def _targets(district: Asked, student: str, where: Where, say: Mapping[str, str]) -> list[dict[str, str]]:
    """Return a line for each subject: the target now in words, and the codes of those after it."""
    lines = []
    for subject, own in student_targets(district, student, where).groupby("subject", sort=True):
        codes = {place: list(held["standard_id"]) for place, held in own.groupby("place")}
        now = own[own["place"] == "now"]
        after = [
            say[name].format(codes=", ".join(codes[place]))
            for place, name in (("next", "target_next"), ("beyond the grade", "target_beyond"))
            if place in codes
        ]
        said = (
            f"{now['standard_id'].iloc[0]}: {short(now['statement'].iloc[0], 56)}"
            if len(now)
            else say["target_none"]
        )
        lines.append({"subject": str(subject), "now": said, "after": " ".join(after)})
    return lines[:_MOST_SUBJECTS]


def _standards(
    district: Asked, student: str, where: Where, say: Mapping[str, str]
) -> list[dict[str, object]]:
    year = {name: values for name, values in where.items() if name == "school_year"}
    found = standings(district, year, students=[student])
    blocks: list[dict[str, object]] = []
    for subject, own in found.groupby("subject", sort=True):
        mastered = int((own["standing"] == MASTERED).sum())
        rows = [
            {
                "mark": MARKS.get(row["standing"], "○"),
                "standard_id": row["standard_id"],
                "said": _checked(row, say),
            }
            for row in own.to_dict("records")
        ]
        counted = say["standards_counted"].format(mastered=mastered, all=len(own))
        blocks.append(
            {
                "subject": subject,
                "counted": counted,
                "rows": rows[:_MOST_STANDARDS],
                "more": max(0, len(rows) - _MOST_STANDARDS),
            }
        )
    return blocks[:_MOST_SUBJECTS]


def _checked(row: Row, say: Mapping[str, str]) -> str:
    words = say["standard_said_once" if row["times"] == 1 else "standard_said"]
    return words.format(score=f"{row['score']:g}", times=row["times"])


def _voices(district: Asked, student: str, say: Mapping[str, str], *, beside: int) -> list[dict[str, object]]:
    """Return what each said, topic by topic: the latest words of the student, the teacher and the family beside one another.

    Words are cut where the page would run over: sooner, the more rows there are ``beside`` these.
    """
    said = students.words_of(district, student)
    latest = said.drop_duplicates(["topic", "said_by"]) if len(said) else said
    told: list[tuple[str, Mapping[str, str]]] = [
        ("goal", {"student": held.words, "teacher": held.judgement})
        for held in goals_written(district, student)[:1]
    ]
    for topic in TOPICS:
        own = latest[latest["topic"] == topic]
        if len(own):
            told.append((topic, dict(zip(own["said_by"], own["words"], strict=True))))
    most = _LONGEST_WHERE_ROOM if len(told) + beside <= _ROWS_WITH_ROOM else _LONGEST
    return [_voice(topic, words, say, most) for topic, words in told]


def _voice(topic: str, words: Mapping[str, str], say: Mapping[str, str], most: int) -> dict[str, object]:
    beside, differs = _beside([words.get(who) or "" for who in ("student", "teacher")], say)
    return {
        "topic": say[f"topic_{topic.replace(' ', '_')}"],
        **{who: short(words.get(who) or "", most) for who in ("student", "teacher", "family")},
        "beside": beside,
        "differs": differs,
    }


def _beside(both: Sequence[str], say: Mapping[str, str]) -> tuple[str, bool]:
    student, teacher = (" ".join(said.casefold().split()) for said in both)
    if student and teacher:
        return (say["beside_same"], False) if student == teacher else (say["beside_differ"], True)
    if student:
        return say["beside_only_student"], False
    return say["beside_only_others"], False
