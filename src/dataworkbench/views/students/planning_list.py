"""A list for planning: up to fifteen students on one page, with the next step, an interest, the help there is, and when to look again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd

from dataworkbench.terms import Audience
from dataworkbench.views.district import Asked
from dataworkbench.views.notes import Note, for_staff, note
from dataworkbench.views.students.classes import who_is_here
from dataworkbench.views.students.profile_sheet import short
from dataworkbench.views.students.sheets import Sheets, fill_sheet, words_of_sheets
from dataworkbench.views.students.standings import sequence_of_standards, standings, with_subject
from dataworkbench.views.students.targets import targets_of

Where = Mapping[str, tuple[str, ...]]

PER_PAGE: Final = 15
MOST: Final = 150
_WORDS: Final = """
    SELECT student_id, arg_max(words, asked_on) AS words FROM learner_profiles
    WHERE topic::VARCHAR = 'interests' AND said_by::VARCHAR = 'student' AND words IS NOT NULL
        AND student_id IN (SELECT unnest(?::VARCHAR[])) GROUP BY 1
"""
_HELP: Final = """
    SELECT student_id, string_agg(DISTINCT strategy::VARCHAR, ', ' ORDER BY strategy::VARCHAR) AS help FROM interventions
    WHERE start_date IS NOT NULL AND end_date IS NULL AND student_id IN (SELECT unnest(?::VARCHAR[])) GROUP BY 1
"""


def planning_list(
    district: Asked,
    where: Where,
    *,
    audience: Audience,
    section: str = "",
    only: Sequence[str] = (),
    look_again: str = "",
    lang: str = "en",
) -> Sheets | Note:
    """Return the list of a class for a meeting, fifteen students on each page, in the order of their names.

    ``only`` keeps the students of these identifiers. Where nothing is known it says so; the last column is for writing.
    """
    refused = for_staff(audience, "The list for planning")
    if refused is not None:
        return refused
    here = who_is_here(district, where, section=section)
    here = here[here["student_id"].isin(list(only))] if only else here
    if not 0 < len(here) <= MOST:
        return note(
            "Choose a class, or a school and a grade, in the first box: the list is made for one class at a time."
        )
    rows = _rows(district, here.sort_values(["name", "student_id"]), with_subject(district, where, section))
    say = words_of_sheets(district, lang=lang)
    title = say["plan_title"].format(many=len(rows))
    parts = [rows[at : at + PER_PAGE] for at in range(0, len(rows), PER_PAGE)]
    return Sheets(
        tuple(
            fill_sheet(
                district, "plan",
                {"title": title, "rows": part, "look_again": look_again,
                 "page": say["plan_page"].format(page=at, pages=len(parts)) if len(parts) > 1 else ""},
                title=title, lang=lang,
            )
            for at, part in enumerate(parts, start=1)
        )
    )  # fmt: skip


def _rows(district: Asked, here: pd.DataFrame, where: Where) -> list[dict[str, object]]:
    ids = list(here["student_id"])
    kept = {name: values for name, values in where.items() if name in ("school_year", "subject")}
    found = standings(district, kept, students=ids)
    sequence = sequence_of_standards(district)
    interest = district.ask(_WORDS, [ids]).set_index("student_id")["words"]
    help_now = district.ask(_HELP, [ids]).set_index("student_id")["help"]
    return [
        {
            "name": short(row["name"] or "Student", 40),
            "student_id": row["student_id"],
            "steps": _steps(
                found[found["student_id"] == row["student_id"]], sequence, str(row["grade_level"])
            ),
            "interest": short(interest.get(row["student_id"], ""), 50),
            "support": short(help_now.get(row["student_id"], ""), 60),
        }
        for row in here.to_dict("records")
    ]


def _steps(own: pd.DataFrame, sequence: pd.DataFrame, grade: str) -> list[str]:
    told = [
        targets_of(part, sequence, grade=grade, subject=str(subject))["now"]
        for subject, part in own.groupby("subject", sort=True)
    ]
    return [short(f"{row['standard_id']}: {row['statement']}", 70) for now in told for row in now][:2]
