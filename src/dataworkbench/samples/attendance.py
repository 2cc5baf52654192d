"""Who was there on which day, and what happened that had to be written down."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import polars as pl

from dataworkbench.samples.people import route_start
from dataworkbench.samples.plan import GRADES, Flags, Floats, Plan, Year
from dataworkbench.samples.planted import CHRONIC_GRADE, CHRONIC_SHARE, ROUTE, ROUTE_ABSENCE, places

USUAL: Final = 0.046
"""The middle student misses this share of days; the average is higher, because a few miss many."""
OWN, YEARLY = 0.62, 0.42
"""Spread of students' lasting and yearly differences, on the scale of log odds."""
HALF_DAYS, TARDY = 0.006, 0.025
WEEKDAYS: Final = np.array([1.05, 0.88, 0.86, 0.93, 1.28])
"""How absences fall on Monday to Friday; on average 1."""
STAYS_AT_A_TIME: Final = 20_000

BEHAVIORS: Final = ("School Code of Conduct", "School Violation", "State Offense", "Other")
BEHAVIOR_SHARES: Final = (0.70, 0.20, 0.02, 0.08)
ACTIONS: Final = (
    "Conference",
    "Restorative circle",
    "Detention",
    "In-school suspension",
    "Out-of-school suspension",
)
ACTION_SHARES: Final = (0.42, 0.18, 0.22, 0.10, 0.08)
LOCATIONS: Final = ("Classroom", "Hallway", "Cafeteria", "Playground", "Bus", "Gym")


def absence_rates(plan: Plan, people: pl.DataFrame, stays: pl.DataFrame, seats: dict[str, int]) -> Floats:
    """Return the chance of missing a day for each stay."""
    chance = plan.chance("absence")
    student, school = stays["student"].to_numpy(), stays["school"].to_numpy()
    yearly = chance.normal(size=(people.height, len(plan.years)))[student, stays["year"].to_numpy()]
    own = people["absence"].to_numpy()[student]
    odds = (
        np.log(USUAL / (1 - USUAL)) + OWN * own + YEARLY * yearly + plan.schools["absence"].to_numpy()[school]
    )
    rate = 1 / (1 + np.exp(-odds))
    rate = _planted_rates(plan, people, stays, rate, chance)
    return np.where(student == seats.get("always_absent", -1), 1.0, rate)


def _planted_rates(
    plan: Plan, people: pl.DataFrame, stays: pl.DataFrame, rate: Floats, chance: np.random.Generator
) -> Floats:
    where = places(plan)
    student, school, year, grade = (stays[name].to_numpy() for name in ("student", "school", "year", "grade"))
    roll, spread = chance.random(people.height)[student], chance.random(people.height)[student]
    if not plan.effects or len(plan.years) == 1:
        return rate
    bus = (people["bus_route"].fill_null("") == ROUTE).to_numpy() & (
        people["start"].to_numpy() == route_start(plan)
    )
    recent = year >= plan.current.number - 1
    rider = bus[student] & (school == where.route) & recent
    rate = np.where(rider, ROUTE_ABSENCE - 0.06 + 0.12 * spread, rate)
    ninth = (school == where.absence) & (grade == CHRONIC_GRADE) & recent
    often = roll <= np.quantile(roll[ninth], CHRONIC_SHARE) if ninth.any() else roll < 0
    return np.where(ninth, np.where(often, 0.14 + 0.04 * spread, 0.004 + 0.012 * spread), rate)


def daily_attendance(
    plan: Plan, people: pl.DataFrame, stays: pl.DataFrame, rates: Floats, year: Year
) -> Iterator[pl.DataFrame]:
    """Yield the attendance of one year up to the day of the export: one row is one student on one day.

    It comes in parts of many stays, because a large district's rows don't fit into memory at once.
    """
    chance = plan.chance(f"days {year.number}")
    ours = (
        stays.with_columns(rate=pl.Series(rates))
        .filter(pl.col("year") == year.number)
        .sort("student", "entry")
    )
    ours = ours.join(people.select("student", "student_id"), on="student", maintain_order="left")
    ours = ours.join(plan.schools.select("school", "school_id"), on="school", maintain_order="left")
    for start in range(0, ours.height, STAYS_AT_A_TIME):
        yield _days_of(year, ours.slice(start, STAYS_AT_A_TIME), chance)


def _days_of(year: Year, stays: pl.DataFrame, chance: np.random.Generator) -> pl.DataFrame:
    days = year.known
    here = (stays["entry"].to_numpy()[:, None] <= days) & (days < stays["exit"].to_numpy()[:, None])
    codes = _codes(stays["rate"].to_numpy(), days, chance)
    row, day = np.nonzero(here)
    return pl.DataFrame(
        {
            "Student ID": stays["student_id"].gather(row),
            "School ID": stays["school_id"].gather(row),
            "School Year": pl.repeat(year.name, len(row), eager=True),
            "Attendance Date": days[day],
            "Attendance Code": codes[row, day],
        }
    )


def _codes(rates: Floats, days: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    weekday = (days.astype("datetime64[D]").astype(int) + 3) % 7
    likely = np.minimum(rates[:, None] * np.where(rates[:, None] < 1, WEEKDAYS[weekday], 1.0), 1.0)
    shape = likely.shape
    absent = chance.random(shape) < likely
    kind = chance.random(shape)
    away = np.where(kind < 0.56, "E", np.where(kind < 0.99, "A", "S"))
    there = np.where(kind < HALF_DAYS, "H", np.where(kind < HALF_DAYS + TARDY, "T", "P"))
    return np.where(absent, away, there)


def attendance_totals(
    plan: Plan, people: pl.DataFrame, stays: pl.DataFrame, rates: Floats, year: Year
) -> pl.DataFrame:
    """Return the attendance of one whole year as totals: one row is one student in one school."""
    chance = plan.chance(f"totals {year.number}")
    ours = stays.with_columns(rate=pl.Series(rates)).filter(pl.col("year") == year.number)
    entry, leaves = ours["entry"].to_numpy(), ours["exit"].to_numpy()
    days = np.searchsorted(year.days, leaves) - np.searchsorted(year.days, entry)
    absent = chance.binomial(days, ours["rate"].to_numpy())
    half = chance.binomial(days - absent, HALF_DAYS)
    told = ours.with_columns(enrolled=pl.Series(days), missed=pl.Series(absent + half / 2))
    whose = ["student", "school", "grade"]
    told = told.group_by(whose, maintain_order=True).agg(pl.col("enrolled").sum(), pl.col("missed").sum())
    told = told.join(people.select("student", "student_id"), on="student", maintain_order="left")
    told = told.join(plan.schools.select("school", "school_id"), on="school", maintain_order="left")
    return told.sort("student_id", "school_id").select(
        pl.col("student_id").alias("Student ID"),
        pl.col("school_id").alias("School ID"),
        pl.lit(year.name).alias("School Year"),
        pl.col("grade").replace_strict(range(len(GRADES)), GRADES).alias("Grade Level"),
        pl.col("enrolled").alias("Days Enrolled"),
        pl.col("missed").alias("Days Absent"),
    )


def calendar_file(plan: Plan) -> pl.DataFrame:
    """Return the district's calendar: one row is one day of instruction in one school."""
    days = pl.concat(
        pl.DataFrame({"date": year.days}).with_columns(school_year=pl.lit(year.name)) for year in plan.years
    )
    minutes = {"Elementary": 390, "Middle": 405, "High": 405}
    schools = plan.schools.select("school_id", instructional_minutes=pl.col("level").replace_strict(minutes))
    return schools.join(days, how="cross").select("school_id", "school_year", "date", "instructional_minutes")


def incidents_file(plan: Plan, people: pl.DataFrame, stays: pl.DataFrame, year: Year) -> pl.DataFrame:
    """Return the behaviour log of one year: one row is one student's part in one incident."""
    chance = plan.chance(f"incidents {year.number}")
    ours = stays.filter(pl.col("year") == year.number)
    share = len(year.known) / len(year.days)
    grade = ours["grade"].to_numpy()
    expected = 0.16 * share * np.where(grade < 6, 0.6, 1.3) * chance.gamma(0.35, 1 / 0.35, ours.height)
    who = np.repeat(np.arange(ours.height), chance.poisson(expected))
    told = ours[who].with_columns(date=pl.Series(year.known[chance.integers(0, len(year.known), len(who))]))
    told = told.filter((pl.col("date") >= pl.col("entry")) & (pl.col("date") < pl.col("exit"))).sort(
        "date", "school", "student"
    )
    return _written_up(plan, people, told, year, chance)


def _written_up(
    plan: Plan, people: pl.DataFrame, told: pl.DataFrame, year: Year, chance: np.random.Generator
) -> pl.DataFrame:
    count = told.height
    number = np.arange(1, count + 1)
    number = np.where(_shared(told, chance), number - 1, number)
    action = chance.choice(ACTIONS, count, p=ACTION_SHARES)
    removed = np.where(
        action == ACTIONS[4], chance.integers(1, 6, count), np.where(action == ACTIONS[3], 1.0, 0.0)
    )
    told = told.join(people.select("student", "student_id"), on="student", maintain_order="left")
    told = told.join(plan.schools.select("school", "school_id"), on="school", maintain_order="left")
    behavior = chance.choice(BEHAVIORS, count, p=BEHAVIOR_SHARES)
    return pl.DataFrame(
        {
            "Incident ID": [f"INC-{year.ends % 100}-{at:05d}" for at in number],
            "Student ID": told["student_id"],
            "School ID": told["school_id"],
            "Incident Date": told["date"].dt.strftime("%m/%d/%Y"),
            "Behavior": np.where(chance.random(count) < 0.01, "Other", behavior),
            "Action": action,
            "Days Removed": removed,
            "Location": chance.choice(LOCATIONS, count),
        }
    )


def _shared(told: pl.DataFrame, chance: np.random.Generator) -> Flags:
    """Return which rows belong to the incident of the row before: same school and day, another student."""
    same = (
        (told["date"] == told["date"].shift(1))
        & (told["school"] == told["school"].shift(1))
        & (told["student"] != told["student"].shift(1))
    ).fill_null(value=False)
    pair = same.to_numpy() & (chance.random(told.height) < 0.5)
    pair[1:] &= ~pair[:-1]
    return pair
