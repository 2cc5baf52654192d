"""Early-warning flags on a page: the rule in words, the students behind them, and whether they have told anything so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd

from dataworkbench import figures
from dataworkbench.frames import group_text, grouping_columns, known_by, number_text, percent_text
from dataworkbench.measures import NEEDS, STATES, check_flags, measure, student_flags, student_needs
from dataworkbench.sentences import Sentences
from dataworkbench.tables import DisplayTable, table_of
from dataworkbench.terms import Audience
from dataworkbench.views.choosing import year_of
from dataworkbench.views.district import Asked
from dataworkbench.views.notes import (
    Note,
    few,
    for_staff,
    names_left_out,
    note,
    plain_table,
    whole_day,
    with_care,
)
from dataworkbench.views.pictures import Behind, Picture
from dataworkbench.views.students import roster as students

Where = Mapping[str, tuple[str, ...]]

_UP_TO: Final = """
    SELECT 'attendance' AS what, max(date) AS day FROM attendance WHERE CAST(school_year AS VARCHAR) = ?
    UNION ALL SELECT 'incidents', max(date) FROM incidents WHERE CAST(school_year AS VARCHAR) = ?
    UNION ALL SELECT 'tests and marks', max(test_date) FROM results WHERE CAST(school_year AS VARCHAR) = ?
"""
_CHECKED: Final = {
    "attendance": "Attendance", "behavior": "Behavior", "course": "Course performance", "any": "One flag or more",
}  # fmt: skip
_OUTCOMES: Final = {
    "chronic_absence": "chronically absent", "not_proficient": "proficient on no test", "left": "no longer enrolled here",
}  # fmt: skip


def flag_rule(district: Asked, where: Where) -> Note:
    """Return the district's rule in words, from when on a student is judged, and up to which day the data reach."""
    rules = district.settings.flags
    said = "; ".join(f"{name.lower()}: {rule}" for name, rule in rules.said.items())
    year = year_of(district, where)
    days = district.ask(_UP_TO, [year] * 3).dropna()
    known = ", ".join(
        f"{row['what']} up to {whole_day(str(row['day'])[:10])}" for row in days.to_dict("records")
    )
    return note(
        f"The rule ({rules.title}) flags a student for {said}.",
        f"Before {rules.fewest_days} enrolled days it is too early to judge anybody. {'In the data: ' + known + '.' if known else ''}",
        f"Where the rule comes from: {rules.source}",
    )  # fmt: skip


def plot_flags(frame: pd.DataFrame, /, *, by: str = "", title: str = "") -> Picture:
    """Return the strips of ``figures.plot_flags`` with what they say in words and their numbers below.

    The words name the groups with the largest and the smallest share flagged, and those of whom most are not judged.
    """
    drawn = figures.plot_flags(frame, by=by, title=title)
    if frame.empty or set(frame["status"]) <= {"missing", "not_applicable"}:
        return Picture(drawn)
    return Picture(drawn, Behind(Sentences(tuple(_said_of_flags(frame))), table_of(frame)))


def _said_of_flags(frame: pd.DataFrame) -> list[str]:
    groups = [
        known_by(frame, name)
        for name in grouping_columns(frame)
        if name not in ("flag_state", "subgroup_type")
    ]
    columns = list(dict.fromkeys(name for name in groups if frame[name].nunique() > 1))
    exact = frame.assign(value=frame["value"].where(frame["status"] == "shown"))
    shares = [
        (
            ", ".join(group_text(name, value) for name, value in zip(columns, key, strict=True)),
            rows.set_index("flag_state"),
        )
        for key, rows in (exact.groupby(columns, sort=False) if columns else [((), exact)])
    ]
    flagged = [(name, _sum_of(rows, STATES[1:4]), rows["n_label"].iloc[0]) for name, rows in shares]
    known = sorted(
        ((name, share, n) for name, share, n in flagged if share is not None), key=lambda one: -one[1]
    )
    words = ("Flagged most", "Flagged least") if len(known) > 1 else ("Flagged",)
    ends = dict(zip(words, (known[0], known[-1]), strict=False)) if known else {}
    said = [
        f"{word}: {name or 'everybody'}, {percent_text(share)} with one flag or more (n {n})."
        for word, (name, share, n) in ends.items()
    ]
    dark = [name or "everybody" for name, rows in shares if (_sum_of(rows, STATES[4:]) or 0) > 0.5]
    return said + (
        [
            f"Most students are not judged in: {', '.join(dark)}. What is flagged there is the least that it can be."
        ]
        if dark
        else []
    )


def _sum_of(rows: pd.DataFrame, states: Sequence[str]) -> float | None:
    """The share of students in these states together; None where one of them is not given exactly."""
    values = rows["value"].reindex(list(states))
    return None if values.isna().any() else float(values.sum())


def list_flagged(
    district: Asked, where: Where, *, audience: Audience, names: str = "yes", most: int = 12
) -> DisplayTable | Note:
    """Return the students who are here and have a flag, those with most flags first; for staff alone.

    One row is one student, with what each flag rests on. A flag is a reason to look, and says nothing about why.
    With ``names="no"`` it only says how many they are.
    """
    refused = for_staff(audience, "The list of flagged students")
    if refused is not None:
        return refused
    if not district.has("enrollments"):
        return note(
            "Nobody can be listed: the district has not brought the roster. Bring a OneRoster export."
        )
    found = student_flags(district, where=_fitting(where))
    found = found[(found["raised"] > 0) & (found["flag_state"] != "Too early to say")]
    found = found.assign(share=found["absent"] / found["enrolled"].where(found["enrolled"] > 0))
    rows = _with_names(
        district, where, found.sort_values(["raised", "share"], ascending=False, kind="stable")
    )
    left_out = names_left_out(names, len(rows), "students who are here have a flag")
    if left_out is not None:
        return left_out
    shown = rows.head(most).assign(
        attendance=lambda held: [_days(row) for row in held.to_dict("records")],
        behavior=lambda held: [_incidents(row) for row in held.to_dict("records")],
        course=lambda held: [_courses(row) for row in held.to_dict("records")],
    )
    titles = _titles(
        rows, {"attendance": "Attendance", "behavior": "Behavior", "course": "Course performance"}
    )
    caption = f"Flagged students, those with most flags first ({min(most, len(rows))} of {len(rows)})"
    return plain_table(shown, titles, caption=caption, empty="Nobody who can be judged has a flag.")


def _fitting(where: Where) -> dict[str, Any]:
    return {
        name: values for name, values in where.items() if name in ("school_year", "school_id", "grade_level")
    }


def _with_names(district: Asked, where: Where, found: pd.DataFrame) -> pd.DataFrame:
    """Return the students who are still here, in their order, with name, school and grade level."""
    here = students.students_here(district, where)[["student_id", "name", "school_id", "grade_level"]]
    gone = district.ask(_GONE, [year_of(district, where)])["student_id"]
    named = found[~found["student_id"].isin(set(gone))].merge(
        here, on="student_id", how="inner", suffixes=("_", "")
    )
    return named.assign(
        grade=[group_text("grade_level", value) for value in named["grade_level"]],
        school=[district.school_name(value) for value in named["school_id"]],
    )


_GONE: Final = """
    SELECT student_id FROM enrollments WHERE CAST(school_year AS VARCHAR) = ?1
    GROUP BY 1 HAVING max(coalesce(exit_date, DATE '9999-12-31')) < (
        SELECT max(coalesce(exit_date, entry_date)) FROM enrollments WHERE CAST(school_year AS VARCHAR) = ?1)
"""


def _titles(rows: pd.DataFrame, more: Mapping[str, str]) -> dict[str, str]:
    titles = {"student_id": "Identifier", "name": "Name", "school": "School", "grade": "Grade", **more}
    if rows["school_id"].nunique() <= 1:
        del titles["school"]
    return titles


def _raised(state: Any) -> str:
    return "flag: " if not pd.isna(state) and state else ""


def _days(row: Mapping[Any, Any]) -> str:
    if pd.isna(row["attendance"]) and not row["enrolled"]:
        return "not known"
    return f"{_raised(row['attendance'])}missed {row['absent']:g} of {row['enrolled']:g} days ({percent_text(row['share'])})"


def _incidents(row: Mapping[Any, Any]) -> str:
    if pd.isna(row["behavior"]):
        return "not known"
    out = f", {_many(row['removed'], 'day')} out of class" if row["removed"] else ""
    return (
        f"{_raised(row['behavior'])}{_many(row['incidents'], 'incident')}{out}"
        if row["incidents"]
        else "no incident"
    )


def _courses(row: Mapping[Any, Any]) -> str:
    if pd.isna(row["course"]):
        return "not known"
    parts = [f"failing {_many(row['failing'], 'class', 'classes')}"] if row["failing"] else []
    parts += [f"lowest level in {_many(row['lowest'], 'subject')}"] if row["lowest"] else []
    return f"{_raised(row['course'])}{', '.join(parts)}" if parts else "above the cut point"


def _many(n: float, word: str, plural: str = "") -> str:
    return f"{n:g} {word if n == 1 else plural or word + 's'}"


def table_of_flag_checks(district: Asked, where: Where, *, audience: Audience) -> DisplayTable | Note:
    """Return what last year's flags told of this year, as a table to read; for staff only, since few stand behind some rows.

    One row is one flag held against one thing that happened the year after.
    """
    refused = for_staff(audience, "What the flags have told so far")
    if refused is not None:
        return refused
    year = year_of(district, where)
    before = max((held for held in district.school_years if held < year), default="")
    if not before:
        return note(
            "Whether the flags tell anything cannot be said yet: it takes the year before to hold them against this one."
        )
    if not district.has("enrollments"):
        return note(
            "Whether the flags tell anything cannot be said: the district has not brought the roster."
        )
    found = check_flags(
        district, school_year=before, seen_in=year, where=_fitting({**where, "school_year": (before,)})
    )
    rows = pd.DataFrame([_checked(row) for row in found.to_dict("records")])
    titles = {
        "outcome": "What was seen", "flag": "Flag of the year before", "n": "Known", "base": "Of all", "precision": "Of those flagged",
        "sensitivity": "Of those it happened to, flagged before",
    }  # fmt: skip
    caption = f"Flags of {whole_day(before)}, held against {whole_day(year)}"
    table = plain_table(
        rows,
        titles,
        caption=caption,
        figures=["n", "base"],
        empty="No flag can be held against anything yet.",
    )
    shown = DisplayTable(table.columns, table.caption, _CHECK_NOTES, table.said_instead, sectioned=True)
    return with_care(shown, few([*found["flagged"], *found["with_outcome"]], district))


_CHECK_NOTES: Final = (
    (
        "A flag is worth having where the share among those flagged lies clearly above the share of all. One that was answered "
        "with help looks worse than it is: the help may have kept the rest away."
    ),
)


def _checked(row: Mapping[Any, Any]) -> dict[str, str]:
    said = {
        "outcome": _OUTCOMES[row["outcome"]].capitalize(),
        "flag": _CHECKED[row["flag"]],
        "n": number_text(row["n"]),
    }
    if row["status"]:
        return said | {"base": "", "precision": str(row["reason"]), "sensitivity": ""}
    return said | {
        "base": percent_text(row["base"]),
        "precision": _share(row, "precision", row["flagged"]), "sensitivity": _share(row, "sensitivity", row["with_outcome"]),
    }  # fmt: skip


def _share(row: Mapping[Any, Any], name: str, of: float) -> str:
    low, high = percent_text(row[f"{name}_low"]), percent_text(row[f"{name}_high"])
    return f"{percent_text(row[name])} of {number_text(of)} (likely {low} to {high})"


def list_unnoticed(
    district: Asked, where: Where, *, audience: Audience, names: str = "yes", most: int = 12
) -> DisplayTable | Note:
    """Return the students who are here, have a need by the data, and of whom nothing on record says that anybody looked.

    One row is one student, those with most needs first; for staff alone. With ``names="no"`` it only says how many they are.
    """
    refused = for_staff(audience, "The list of needs that nobody has noticed yet")
    if refused is not None:
        return refused
    figure = measure(district, "unnoticed_need", where=_fitting(where))
    if not (figure["n"] > 0).any():
        return note(*dict.fromkeys(figure["reason"]))
    rows = _with_names(district, where, student_needs(district, where=_fitting(where)))
    left_out = names_left_out(
        names, len(rows), "students have a need, and nothing on record says that anybody looked"
    )
    if left_out is not None:
        return left_out
    shown = rows.head(most).assign(
        needs=lambda held: ["; ".join(_needs(row)) for row in held.to_dict("records")],
        missed=lambda held: [_missed(row) for row in held.to_dict("records")],
    )
    titles = _titles(rows, {"needs": "What the data say", "missed": "Days missed"})
    caption = f"Not noticed yet, those with most needs first ({min(most, len(rows))} of {len(rows)})"
    empty = "Everybody who has a need by the data has an intervention, or a word on record, this year."
    return plain_table(shown, titles, caption=caption, figures=["missed"], empty=empty)


def _needs(row: Mapping[Any, Any]) -> list[str]:
    held = {name: words for name, words in NEEDS.items() if not pd.isna(row[name]) and row[name] == 1}
    if "not_mastering" in held:
        held["not_mastering"] = f"mastered {row['mastered']:g} of {row['checked']:g} standards"
    return list(held.values())


def _missed(row: Mapping[Any, Any]) -> str:
    return f"{row['absent']:g} of {row['enrolled']:g}" if row["enrolled"] else "not known"
