"""What is to be made up: the schools, the school years with their days, and the chance that belongs to each subject."""

from __future__ import annotations

import datetime as dt
import zlib
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from dataworkbench.errors import ParameterError
from dataworkbench.samples.names import school_names
from dataworkbench.terms import school_year_ending

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Dates = npt.NDArray[np.datetime64]
Flags = npt.NDArray[np.bool_]

SEEN_UNTIL: Final = dt.date(2026, 11, 13)
"""The last day that the sample district's systems know of."""

CURRENT_YEAR_ENDS: Final = 2027
GRADES: Final = ("KG", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12")
SUBJECTS: Final = ("Mathematics", "English language arts")
SCHOOL_EFFECT_SD: Final = 0.35
"""Standard deviation of schools' lasting differences, in standard deviations of a score within a grade level."""

DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True)
class Year:
    """One school year: ``days`` are its days of instruction, ``known`` those up to the day of the export."""

    number: int
    name: str
    ends: int
    first_day: dt.date
    after_last_day: dt.date
    days: Dates
    known: Dates
    current: bool


@dataclass(frozen=True)
class Plan:
    """The whole wish: how large, how long, with or without planted effects, by which seed."""

    seed: int
    effects: bool
    students_per_school: int
    schools: pl.DataFrame
    years: tuple[Year, ...]

    def chance(self, subject: str) -> np.random.Generator:
        """Return the random numbers that belong to one subject, so that a change in one leaves the others alone."""
        return np.random.default_rng([self.seed, zlib.crc32(subject.encode())])

    def of_level(self, level: str) -> Ints:
        """Return the numbers of the schools of one level."""
        return self.schools.filter(pl.col("level") == level)["school"].to_numpy()

    @property
    def current(self) -> Year:
        """The school year under way."""
        return self.years[-1]

    @property
    def last_complete(self) -> Year | None:
        """The school year before the current one, if it is part of the plan."""
        return self.years[-2] if len(self.years) > 1 else None


def make_plan(*, schools: int, seed: int, students_per_school: int, school_years: int, effects: bool) -> Plan:
    """Return the plan of a district.

    Raises
    ------
    ParameterError
        where a number is too small to make a district of
    """
    for name, asked, least in (
        ("schools", schools, 1),
        ("students_per_school", students_per_school, 10),
        ("school_years", school_years, 1),
    ):
        if asked < least:
            raise ParameterError(f"{name} is {asked}; the sample district needs at least {least}.")
    years = tuple(
        _year(number, CURRENT_YEAR_ENDS - school_years + 1 + number) for number in range(school_years)
    )
    return Plan(seed, effects, students_per_school, _schools(schools, seed), years)


def level_counts(schools: int) -> tuple[int, int, int]:
    """Return how many elementary, middle and high schools a district of so many schools has."""
    if schools == 1:
        return 1, 0, 0
    high = max(1, round(schools / 8))
    middle = round(schools / 4) if schools > 2 else 0
    return schools - middle - high, middle, high


def _schools(schools: int, seed: int) -> pl.DataFrame:
    elementary, middle, high = level_counts(schools)
    levels = ["Elementary"] * elementary + ["Middle"] * middle + ["High"] * high
    chance = np.random.default_rng([seed, zlib.crc32(b"schools")])
    effect = _spread(chance.normal(size=(2, schools)), elementary + middle) * SCHOOL_EFFECT_SD
    first_grade = {"Elementary": 0, "Middle": 6, "High": 9 if middle else 6}
    last_grade = {"Elementary": 5, "Middle": 8, "High": 12}
    return pl.DataFrame(
        {
            "school": np.arange(schools),
            "school_id": [f"S{number + 1:03d}" for number in range(schools)],
            "school_name": [
                f"{name} {level} School" for name, level in zip(school_names(schools), levels, strict=True)
            ],
            "level": levels,
            "state_id": [f"0{410 + number:05d}" for number in range(schools)],
            "first_grade": [first_grade[level] for level in levels],
            "last_grade": [last_grade[level] for level in levels],
            "weight": _weights(elementary) + [1.0] * (middle + high),
            "effect_0": effect[0],
            "effect_1": 0.7 * effect[0] + np.sqrt(1 - 0.7**2) * effect[1],
            "poverty": chance.normal(size=schools) * 0.5,
            "absence": chance.normal(size=schools) * 0.08,
        }
    )


def _spread(drawn: Floats, first: int) -> Floats:
    """Give the first schools just the spread that is wanted, where they are enough to have one."""
    if first < 4:
        return drawn
    among = drawn[:, :first]
    spread: Floats = (drawn - among.mean(axis=1, keepdims=True)) / among.std(axis=1, ddof=1, keepdims=True)
    return spread


def _weights(elementary: int) -> list[float]:
    pattern = (1.25, 0.85, 1.05, 1.0, 0.85)
    return [pattern[number % len(pattern)] for number in range(elementary)]


def _year(number: int, ends: int) -> Year:
    first_day = _weekday_on_or_after(dt.date(ends - 1, 8, 16), 0)
    after_last_day = _weekday_on_or_after(dt.date(ends, 6, 3), 5)
    all_days = np.arange(np.datetime64(first_day), np.datetime64(after_last_day))
    days = all_days[np.is_busday(all_days, holidays=_days_off(ends))]
    known = days[days <= np.datetime64(SEEN_UNTIL)]
    return Year(
        number,
        school_year_ending(ends),
        ends,
        first_day,
        after_last_day,
        days,
        known,
        ends == CURRENT_YEAR_ENDS,
    )


def _days_off(ends: int) -> list[dt.date]:
    thanksgiving = _weekday_on_or_after(dt.date(ends - 1, 11, 22), 3)
    autumn = _weekday_on_or_after(dt.date(ends - 1, 10, 8), 0)
    spring = _weekday_on_or_after(dt.date(ends, 3, 8), 0)
    return [
        _weekday_on_or_after(dt.date(ends - 1, 9, 1), 0),
        *(autumn + DAY * n for n in range(2)),
        dt.date(ends - 1, 11, 11),
        *(thanksgiving + DAY * n for n in (-1, 0, 1)),
        *(dt.date(ends - 1, 12, 21) + DAY * n for n in range(14)),
        _weekday_on_or_after(dt.date(ends, 1, 15), 0),
        _weekday_on_or_after(dt.date(ends, 2, 15), 0),
        *(spring + DAY * n for n in range(5)),
        _weekday_on_or_after(dt.date(ends, 5, 25), 0),
    ]


def _weekday_on_or_after(day: dt.date, weekday: int) -> dt.date:
    return day + DAY * ((weekday - day.weekday()) % 7)
