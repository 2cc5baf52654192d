"""Who is in which school from when to when, and who sits in which class."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from dataworkbench.samples.plan import SEEN_UNTIL, Dates, Flags, Ints, Plan, Year

LATE, LEAVES, MOVES = 0.025, 0.025, 0.02
"""Shares of students who enter late, leave for good, or change school within the district during a year."""


@dataclass
class _Places:
    """Where each student lives and whether the student is still in the district; changed from year to year."""

    homes: Ints
    last: Ints


def make_stays(plan: Plan, people: pl.DataFrame, seats: dict[str, int]) -> pl.DataFrame:
    """Return who was where, as it is known on the day of the export.

    One row is one student's stay in one school in one year: ``stay`` (running number), ``student``, ``school``,
    ``year``, ``grade`` (number), ``entry``, ``exit`` (exclusive; the end of the year where the stay goes on) and
    ``ended`` (whether the student left during the year).
    """
    chance = plan.chance("stays")
    held = _Places(
        people.select("home_0", "home_1", "home_2").to_numpy().copy(), people["last"].to_numpy().copy()
    )
    whole = [_one_year(plan, year, people, held=held, chance=chance, seats=seats) for year in plan.years]
    seen = pl.concat(whole).filter(pl.col("entry") <= SEEN_UNTIL)
    going_on = (pl.col("year") == plan.current.number) & (pl.col("exit") > SEEN_UNTIL)
    seen = seen.with_columns(
        exit=pl.when(going_on).then(pl.lit(plan.current.after_last_day)).otherwise("exit"),
        ended=pl.col("ended") & ~going_on,
    )
    return (
        seen.sort("year", "school", "grade", "student", "entry")
        .with_row_index("stay")
        .cast({"stay": pl.Int64})
    )


def _one_year(
    plan: Plan,
    year: Year,
    people: pl.DataFrame,
    *,
    held: _Places,
    chance: np.random.Generator,
    seats: dict[str, int],
) -> pl.DataFrame:
    grade = people["start"].to_numpy() + year.number
    highest = int(plan.schools["last_grade"].max())  # type: ignore[arg-type]  # a column of whole numbers
    first = people["first"].to_numpy()
    here = np.flatnonzero(
        (first <= year.number) & (held.last >= year.number) & (grade >= 0) & (grade <= highest)
    )
    school = _school_of(plan, held.homes[here], grade[here])
    event, day = _events(year, chance, first[here] == year.number, grade[here])
    event, day = _cast_events(year, seats, here, event, day)
    other = _another_school(plan, chance, school, grade[here])
    event = np.where((event == 3) & (other < 0), 0, event)
    held.last[here[event == 2]] = year.number
    _move_homes(plan, held, here[event == 3], other[event == 3])
    return _rows(year, here, grade[here], school=school, other=other, event=event, day=day)


def _school_of(plan: Plan, homes: Ints, grade: Ints) -> Ints:
    lowest = plan.schools["first_grade"].to_numpy()
    step = np.where(grade <= 5, 0, np.where(grade <= 8, 1, 2))
    school = homes[np.arange(len(grade)), step]
    misplaced = (school >= 0) & (grade < lowest[np.maximum(school, 0)])
    return np.where(misplaced, homes[:, 1], school)


def _events(year: Year, chance: np.random.Generator, new: Flags, grade: Ints) -> tuple[Ints, Ints]:
    """Return what happens to each student: 0 nothing, 1 enters late, 2 leaves, 3 changes school; and on which day."""
    roll = chance.random(len(new))
    late = np.where(new & (year.number > 0) & (grade > 0), 0.35, np.where(new, LATE, 0.0))
    event = np.where(
        roll < late, 1, np.where(roll > 1 - LEAVES, 2, np.where(roll > 1 - LEAVES - MOVES, 3, 0))
    )
    return event, chance.integers(10, len(year.days) - 15, len(new))


def _cast_events(year: Year, seats: dict[str, int], here: Ints, event: Ints, day: Ints) -> tuple[Ints, Ints]:
    """Hold the cast still, but for those whose story is a move."""
    event = np.where(np.isin(here, list(seats.values())), 0, event)
    if not year.current:
        return event, day
    for key, what, when in (("two_schools", 3, 30), ("left_early", 2, 6), ("came_back", 4, 20)):
        if key in seats:
            event[here == seats[key]] = what
            day[here == seats[key]] = when
    return event, day


def _another_school(plan: Plan, chance: np.random.Generator, school: Ints, grade: Ints) -> Ints:
    level = plan.schools["level"].to_numpy()
    lowest, highest = plan.schools["first_grade"].to_numpy(), plan.schools["last_grade"].to_numpy()
    other = np.full(len(school), -1)
    for name in ("Elementary", "Middle", "High"):
        there = plan.of_level(name)
        ours = level[school] == name
        if len(there) > 1 and ours.any():
            offset = chance.integers(1, len(there), int(ours.sum()))
            other[ours] = there[(np.searchsorted(there, school[ours]) + offset) % len(there)]
    fits = (other >= 0) & (lowest[other] <= grade) & (grade <= highest[other])
    return np.where(fits, other, -1)


def _move_homes(plan: Plan, held: _Places, movers: Ints, other: Ints) -> None:
    step = np.array([{"Elementary": 0, "Middle": 1, "High": 2}[level] for level in plan.schools["level"]])[
        other
    ]
    held.homes[movers, step] = other


def _rows(
    year: Year, here: Ints, grade: Ints, *, school: Ints, other: Ints, event: Ints, day: Ints
) -> pl.DataFrame:
    start, end = np.datetime64(year.first_day), np.datetime64(year.after_last_day)
    turn = year.days[day]
    entry: Dates = np.where(event == 1, turn, start)
    leaves: Dates = np.where((event >= 2), turn, end)
    first = _frame(year, here, school, grade, entry=entry, leaves=leaves, ended=event >= 2)
    again = np.flatnonzero(event >= 3)
    returns = np.where(event == 4, year.days[np.minimum(day + 15, len(year.days) - 1)], turn)[again]
    to = np.where(event == 4, school, other)[again]
    ends = np.full(len(again), end)
    last = np.zeros(len(again), dtype=bool)
    return pl.concat(
        [first, _frame(year, here[again], to, grade[again], entry=returns, leaves=ends, ended=last)]
    )


def _frame(
    year: Year, student: Ints, school: Ints, grade: Ints, *, entry: Dates, leaves: Dates, ended: Flags
) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "student": student,
            "school": school,
            "year": np.full(len(student), year.number),
            "grade": grade,
            "entry": entry.astype("datetime64[D]"),
            "exit": leaves.astype("datetime64[D]"),
            "ended": ended,
        }
    )


def present_on(stays: pl.DataFrame, year: Year, day: np.datetime64) -> pl.DataFrame:
    """Return the stays that hold on one day: one row is one student."""
    when = pl.lit(day).cast(pl.Date)
    return stays.filter((pl.col("year") == year.number) & (pl.col("entry") <= when) & (pl.col("exit") > when))
