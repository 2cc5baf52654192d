"""Who works here, year by year, as tables to read; for staff, because few people stand behind a row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from dataworkbench.frames import number_text, percent_text
from dataworkbench.measures import choices_for, measure, students_per_teacher
from dataworkbench.measures.staff import AT_WORK, BRING_STAFF, NEW_BELOW
from dataworkbench.tables import Column, DisplayTable
from dataworkbench.terms import Audience
from dataworkbench.views.district import Asked
from dataworkbench.views.notes import Note, few, for_staff, with_care

Where = Mapping[str, tuple[str, ...]]

_ROLES: Final = """
    SELECT role, count(DISTINCT staff_id) AS people, median(years_experience) AS years, count(years_experience) AS known,
        count(*) FILTER (years_experience < {new}) AS new
    FROM (
        SELECT staff_id, min(role) AS role, max(years_experience) AS years_experience FROM ({people}) AS people
        WHERE TRUE {tests} GROUP BY staff_id
    ) GROUP BY role ORDER BY people DESC, role
"""


def staff_by_role(district: Asked, where: Where) -> pd.DataFrame:
    """Return who works here.

    One row is one role: ``role``, ``people``, ``years`` of experience (the median), ``known`` (people whose years are known),
    ``new`` (of these, people with fewer than three years). Empty where no staff were brought. Where several years are
    chosen, or none, the latest with staff counts.
    """
    if not any(district.has(name) for name in ("staff_years", "staff", "sections")):
        return pd.DataFrame(columns=["role", "people", "years", "known", "new"])
    kept = {name: list(values) for name, values in where.items() if name == "school_id"}
    tests = "".join(f" AND {name} IN (SELECT unnest(?::VARCHAR[]))" for name in kept)
    sql = _ROLES.format(people=AT_WORK, new=NEW_BELOW, tests=f"AND school_year IS NOT DISTINCT FROM ?{tests}")
    return district.ask(sql, [_year(district, where), *kept.values()])


def _year(district: Asked, where: Where) -> str | None:
    """Return the latest school year with staff among those chosen; None where the roster has no year."""
    chosen = where.get("school_year", ())
    there = district.ask(f"SELECT DISTINCT school_year FROM ({AT_WORK}) AS people ORDER BY 1")["school_year"]
    fitting = [str(year) for year in there.dropna() if not chosen or str(year) in chosen]
    return fitting[-1] if fitting else (chosen[-1] if chosen else None)


def table_of_staff(district: Asked, where: Where, *, audience: Audience) -> DisplayTable | Note:
    """Return who works here, role by role, with the experience they have and the students for each teacher; for staff only.

    Where the staff of the year before are known, it also says who stayed.
    """
    refused = for_staff(audience, "The table of staff")
    if refused is not None:
        return refused
    roles = staff_by_role(district, where)
    if roles.empty:
        return DisplayTable(
            (), "Who works here", said_instead=f"No staff are known for this choice. {BRING_STAFF}"
        )
    stayed = _stayed(district, where)
    columns = [
        Column("Role", tuple(roles["role"])),
        Column("People", tuple(str(n) for n in roles["people"]), figures=True),
        Column("Years of experience (median)", tuple(map(_years, roles["years"])), figures=True),
        Column("With fewer than three years", tuple(map(_new, roles["new"], roles["known"])), figures=True),
    ]
    if stayed:
        told = tuple(stayed.get(str(role), "not known") for role in roles["role"])
        columns.append(Column("Stayed from the year before", told, figures=True))
    table = DisplayTable(
        tuple(columns),
        f"Who works here{_in_year(district, where)}",
        tuple(_notes(district, where, bool(stayed))),
    )
    return with_care(table, few(roles["people"], district), "people")


def _in_year(district: Asked, where: Where) -> str:
    year = _year(district, where)
    return f", {year}" if year else ""


def _years(value: float) -> str:
    return "not known" if pd.isna(value) else number_text(value, int(value != int(value)))


def _new(new: int, known: int) -> str:
    return f"{new} of {known} ({percent_text(new / known)})" if known else "not known"


def _stayed(district: Asked, where: Where) -> dict[str, str]:
    chosen = choices_for("staff_stayed", {**where, "school_year": (_year(district, where) or "",)})
    found = measure(district, "staff_stayed", by=["role"], where=chosen)
    return {
        str(row["role"]): f"{int(row['numerator'])} of {row['n']} ({percent_text(row['value'])})"
        for row in found.to_dict("records")
        if not row["status"]
    }


def _notes(district: Asked, where: Where, stayed: bool) -> list[str]:
    year = _year(district, where)
    where_year = {"school_year": (year,)} if year else {}
    where_school = {name: values for name, values in where.items() if name == "school_id"}
    ratio = students_per_teacher(district, by=[], where={**where_year, **where_school}).iloc[0]
    said = []
    if not ratio["status"]:
        teachers = float(ratio["teachers"])
        said.append(
            f"{ratio['value']:.1f} students for each teacher: {number_text(int(ratio['n']))} students, "
            f"{number_text(teachers, int(teachers != int(teachers)))} teachers (full posts where the staff list gives shares). "
            "Teachers of single subjects and small groups count too, so this is not the size of a class."
        )
    listed = district.has("staff_years")
    if not listed:
        said.append(
            "The roster says who works here now. A staff list by year would say it for every year, with everybody's experience."
        )
    if stayed:
        said.append(
            "Who stayed: of those at the school the year before, by role then, those who are still there."
            + ("" if listed else " Without staff lists only teachers of classes can be compared.")
        )
    return said
