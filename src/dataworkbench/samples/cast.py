"""The named cast: students whose records are awkward in ways that real records are.

An awkward case with a name is remembered. All of them go to the last elementary school.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import polars as pl

from dataworkbench.samples.people import RACES, TELL_TALE
from dataworkbench.samples.plan import Plan
from dataworkbench.samples.planted import places


@dataclass(frozen=True)
class Member:
    """One member of the cast. ``values`` are laid over the student's own."""

    key: str
    why: str
    given_name: str
    family_name: str
    values: dict[str, Any] = field(default_factory=dict)


CAST: Final[tuple[Member, ...]] = (
    Member("accents", "An apostrophe, accents and a hyphen in the name.", "Zoë", "O'Brien-Nuñez"),
    Member("two_schools", "Changes school in the autumn: two stays in two schools in one year.", "Tomás", "Wanderley"),
    Member("leading_zeros", "The identifier begins with zeros, and so do the other numbers.", "Ottilie", "Noughton",
           {"student_id": f"00{TELL_TALE}417", "local_number": "0000417"}),
    Member("no_demographics", "Has no row among the demographics and blanks among the programs.", "Nadia", "Blankenship"),
    Member("null_surname", "The family name is Null, which is a name and not a gap.", "Jonah", "Null"),
    Member("html_name", "The name holds HTML; a page that runs it is broken.",
           "<b>Robin</b>", "<script>alert('Hood')</script>"),
    Member("formula_name", "The name begins like a spreadsheet formula.", "=1+1", "Calculus"),
    Member("comma_and_quotes", "A comma and quotation marks in the name.", 'Anna "Ace"', "Smith, Jr."),
    Member("other_script", "The name is written in another script.", "小龙", "李"),
    Member("left_early", "Left the district before anything was tested.", "Flora", "Swift"),
    Member("came_back", "Left and came back to the same school in the same year: two stays.", "Rollo", "Boomer"),
    Member("lone_subgroup", "The only Native Hawaiian or Other Pacific Islander student of the school.", "Leilani", "Alone",
           {name: name == "pacific_islander" for name in RACES} | {"hispanic": False}),
    Member("twin_one", "A twin: the same family name and birth date as the other.", "Castor", "Gemelli"),
    Member("twin_two", "A twin: the same family name and birth date as the other.", "Pollux", "Gemelli"),
    Member("never_tested", "Enrolled all year, and never there for a test.", "Prudence", "Unsat"),
    Member("always_absent", "Enrolled, and absent on every single day.", "Gaston", "Fantome"),
)  # fmt: skip
"""Who they are; ``cast.json`` lists them with their identifiers."""


def seat_cast(plan: Plan, people: pl.DataFrame) -> tuple[pl.DataFrame, dict[str, int]]:
    """Return the students with the cast among them, and each member's number by key.

    Members take the place of ordinary students; a district too small for all of them has the first ones.
    """
    home = places(plan).cast
    last = plan.current.number
    fitting = people.filter(
        (pl.col("home_0") == home)
        & (pl.col("first") == 0)
        & (pl.col("last") >= last)
        & (pl.col("start") + last).is_between(2, 5)
        & (pl.col("bus_route").fill_null("") != "Route 17")
    )
    numbers = fitting.sort("start", "student")["student"].to_list()
    seats = {member.key: number for member, number in zip(CAST, _spread(numbers), strict=False)}
    return _lay_over(people, seats), seats


def _spread(numbers: list[int]) -> list[int]:
    step = max(1, len(numbers) // len(CAST))
    return numbers[::step]


def _lay_over(people: pl.DataFrame, seats: dict[str, int]) -> pl.DataFrame:
    columns: dict[str, dict[int, Any]] = {}
    for member in CAST:
        if member.key not in seats:
            continue
        held = {"given_name": member.given_name, "family_name": member.family_name, **member.values}
        for column, value in held.items():
            columns.setdefault(column, {})[seats[member.key]] = value
    changed = [_put(people[column], values) for column, values in columns.items()]
    return _twins(people.with_columns(changed), seats)


def _put(column: pl.Series, values: dict[int, Any]) -> pl.Series:
    at = list(values)
    return column.scatter(at, pl.Series(list(values.values()), dtype=column.dtype))


def _twins(people: pl.DataFrame, seats: dict[str, int]) -> pl.DataFrame:
    if "twin_two" not in seats:
        return people
    same = ["birth_date", "start", "home_language", "bus_route"]
    return people.with_columns(
        _put(people[name], {seats["twin_two"]: people[name][seats["twin_one"]]}) for name in same
    )


def leave_one_alone(
    plan: Plan, people: pl.DataFrame, stays: pl.DataFrame, seats: dict[str, int]
) -> pl.DataFrame:
    """Return the students, with nobody else of the lone member's race in that school in any year."""
    if "lone_subgroup" not in seats:
        return people
    here = stays.filter(pl.col("school") == places(plan).cast)["student"].unique().to_list()
    others = pl.col("student").is_in(here) & (pl.col("student") != seats["lone_subgroup"])
    others = (others & pl.col("pacific_islander")).fill_null(value=False)
    return people.with_columns(
        white=pl.when(others).then(statement=True).otherwise("white"),
        pacific_islander=pl.when(others).then(statement=False).otherwise("pacific_islander"),
    )


def cast_list(people: pl.DataFrame, seats: dict[str, int]) -> list[dict[str, str]]:
    """Return the cast as it stands in ``cast.json``: one entry is one member."""
    ids = people["student_id"]
    return [
        {
            "key": member.key,
            "student_id": str(ids[seats[member.key]]),
            "name": f"{member.given_name} {member.family_name}",
            "why": member.why,
        }
        for member in CAST
        if member.key in seats
    ]


def absent_from_tests(
    seats: dict[str, int], students: np.ndarray[Any, np.dtype[np.int64]]
) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return which of the students are members who never sit a test."""
    return np.isin(students, [seats[key] for key in ("never_tested", "always_absent") if key in seats])
