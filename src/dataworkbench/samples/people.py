"""The made-up students: who they are, and what they bring with them."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from dataworkbench.samples.names import FAMILY, GIVEN, LANGUAGE_SHARES, LANGUAGES
from dataworkbench.samples.plan import GRADES, Flags, Floats, Ints, Plan
from dataworkbench.samples.planted import ROUTE, ROUTE_GRADE, ROUTE_SHARE, places

TELL_TALE: Final = "ZQSTU"
"""Every made-up student's identifier holds this; no public page ever may."""

STAFF_TELL_TALE: Final = "ZQADU"
"""Every made-up staff member's identifier begins with this."""

RACES: Final = ("white", "black", "asian", "american_indian", "pacific_islander")
RACE_SHARES: Final = (0.50, 0.24, 0.14, 0.10, 0.02)
SUMMER_DEPARTURES: Final = 0.04
SUMMER_ARRIVALS: Final = 0.065
"""Shares of students who leave the district over a summer and who come; more come, because some leave during the year."""


def make_people(plan: Plan) -> pl.DataFrame:
    """Return the students of all the years.

    One row is one student. ``student`` is a running number, ``start`` the grade number in the first year (below 0:
    not yet in kindergarten), ``first`` and ``last`` the numbers of the years in the district, ``home_0`` to
    ``home_2`` the schools of the student's address, lowest grades first.
    """
    homes = _homes(plan)
    count = homes.height
    chance = plan.chance("people")
    order = np.arange(count)
    return homes.with_columns(
        pl.Series("student", order),
        pl.Series("student_id", [f"{TELL_TALE}{number:06d}" for number in chance.permutation(count) + 1]),
        pl.Series("local_number", [f"{number:07d}" for number in chance.permutation(count) + 40_001]),
        pl.Series(
            "state_student_id", [f"00{number:08d}" for number in chance.permutation(count) + 12_000_001]
        ),
        *_names(chance, count),
        _birth_dates(plan, chance, homes["start"].to_numpy()),
        *_backgrounds(plan, chance, homes["home_0"].to_numpy()),
        *_abilities(chance, count),
        _routes(plan, chance, homes),
    )


def _homes(plan: Plan) -> pl.DataFrame:
    chance = plan.chance("homes")
    grade_levels = len(GRADES) if plan.schools.height > 1 else 6
    starts = np.arange(1 - len(plan.years), grade_levels)
    elementary = plan.schools.filter(pl.col("level") == "Elementary")
    weights = elementary["weight"].to_numpy()
    expected = plan.schools.height * plan.students_per_school / grade_levels * weights / weights.sum()
    growing = 1 + SUMMER_ARRIVALS * (len(plan.years) - 1)
    counts = np.rint(
        expected[None, :] * growing * chance.uniform(0.94, 1.06, (len(starts), len(expected)))
    ).astype(int)
    counts = np.maximum(counts, 1)
    start = np.repeat(np.repeat(starts, counts.shape[1]), counts.ravel())
    home = np.repeat(np.tile(np.arange(counts.shape[1]), len(starts)), counts.ravel())
    first, last = _years_here(plan, chance, start)
    return pl.DataFrame(
        {"start": start, "first": first, "last": last, "home_0": home}
        | {f"home_{step}": _feeder(plan, home, step) for step in (1, 2)}
    )


def _years_here(plan: Plan, chance: np.random.Generator, start: Ints) -> tuple[Ints, Ints]:
    later = len(plan.years) - 1
    newcomer = chance.random(len(start)) < SUMMER_ARRIVALS * later / (1 + SUMMER_ARRIVALS * later)
    first = np.where(newcomer, chance.integers(1, max(later, 1) + 1, len(start)), 0)
    first = np.maximum(first, -start)
    stays = chance.geometric(SUMMER_DEPARTURES, len(start))
    return first, first + stays - 1


def _feeder(plan: Plan, home: Ints, step: int) -> Ints:
    elementary, middle, high = (plan.of_level(level) for level in ("Elementary", "Middle", "High"))
    there = middle if step == 1 and len(middle) else high
    if not len(there):
        return np.full(len(home), -1)
    return np.asarray(there[home * len(there) // len(elementary)])


def _names(chance: np.random.Generator, count: int) -> list[pl.Series]:
    given = np.array(GIVEN)[chance.integers(0, len(GIVEN), count)]
    family = np.array(FAMILY)[chance.integers(0, len(FAMILY), count)]
    return [pl.Series("given_name", given), pl.Series("family_name", family)]


def _birth_dates(plan: Plan, chance: np.random.Generator, start: Ints) -> pl.Series:
    """Five years old at the end of August when kindergarten begins."""
    kindergarten = plan.years[0].ends - 1 - start
    days_before = chance.integers(0, 365, len(start))
    latest = (kindergarten - 5 - 1970).astype("datetime64[Y]").astype("datetime64[D]") + 242
    return pl.Series("birth_date", latest - days_before)


def _backgrounds(plan: Plan, chance: np.random.Generator, home: Ints) -> list[pl.Series]:
    count = len(home)
    race = chance.choice(len(RACES), count, p=RACE_SHARES)
    second = np.where(chance.random(count) < 0.05, chance.choice(len(RACES), count, p=RACE_SHARES), race)
    hispanic = chance.random(count) < 0.27
    learner = _english_learners(plan, chance, home, hispanic | (race == RACES.index("asian")))
    poverty = plan.schools["poverty"].to_numpy()[home]
    poor = chance.random(count) < 1 / (1 + np.exp(-(poverty - 0.2 + 0.6 * learner)))
    sex = chance.choice(
        ["female", "male", "other", "unspecified", ""], count, p=[0.485, 0.495, 0.008, 0.004, 0.008]
    )
    asked = chance.random(count) > 0.02
    return [
        pl.Series("sex", sex).replace("", None),
        *(
            pl.Series(name, (race == at) | (second == at)).set(pl.Series(~asked), None)
            for at, name in enumerate(RACES)
        ),
        pl.Series("hispanic", hispanic).set(pl.Series(~asked), None),
        pl.Series("english_learner", learner),
        pl.Series("disability", chance.random(count) < 0.135),
        pl.Series("economic_disadvantage", poor),
        pl.Series("gifted", chance.random(count) < 0.06),
        pl.Series("migrant", chance.random(count) < 0.01),
        pl.Series("home_language", _languages(chance, learner)),
    ]


def _english_learners(plan: Plan, chance: np.random.Generator, home: Ints, likelier: Flags) -> Flags:
    share = np.where(home == places(plan).gap, 0.42, 0.13)
    return chance.random(len(home)) < share * np.where(likelier, 1.7, 0.5)


def _languages(chance: np.random.Generator, learner: Flags) -> list[str]:
    other = learner | (chance.random(len(learner)) < 0.08)
    spoken = chance.choice(LANGUAGES, len(learner), p=LANGUAGE_SHARES)
    return [str(word) for word in np.where(other, spoken, "English")]


def _abilities(chance: np.random.Generator, count: int) -> list[pl.Series]:
    shared: Floats = chance.normal(size=count)
    own = chance.normal(size=(2, count))
    absence = -0.25 * shared + np.sqrt(1 - 0.25**2) * chance.normal(size=count)
    return [
        pl.Series("ability_0", np.sqrt(0.75) * shared + np.sqrt(0.25) * own[0]),
        pl.Series("ability_1", np.sqrt(0.75) * shared + np.sqrt(0.25) * own[1]),
        pl.Series("absence", absence),
    ]


def _routes(plan: Plan, chance: np.random.Generator, homes: pl.DataFrame) -> pl.Series:
    """Six in ten ride one of four buses of their first school; one bus has a grade level to itself."""
    home = homes["home_0"].to_numpy()
    rides = chance.random(homes.height) < 0.6
    number = 18 + home * 4 + chance.integers(0, 4, homes.height)
    route = np.where(rides, np.char.add("Route ", number.astype(str)), "")
    planted = (home == places(plan).route) & (homes["start"].to_numpy() == route_start(plan))
    roll = chance.random(homes.height)
    chosen = planted & (roll <= (np.quantile(roll[planted], ROUTE_SHARE) if planted.any() else 0))
    return pl.Series("bus_route", np.where(chosen, ROUTE, route)).replace("", None)


def route_start(plan: Plan) -> int:
    """Return the ``start`` of the students who are in the route's grade level in the current year."""
    return ROUTE_GRADE - plan.current.number
