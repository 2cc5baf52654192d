"""What students can do: one hidden scale, in standard deviations within a grade level, that every test is made from.

A score is the sum of what lasts (the student's own, subgroups', the school's), what is planted, and the chance of one
sitting. What lasts has a variance of about .70 and the chance of a sitting one of .30, so that any two sittings of the
same students correlate at about .70 within a grade level.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from dataworkbench.samples.cast import absent_from_tests
from dataworkbench.samples.enrollment import present_on
from dataworkbench.samples.plan import SUBJECTS, Dates, Floats, Ints, Plan, Year
from dataworkbench.samples.planted import GAP, GAP_CLOSED, ROUTE, ROUTE_LOSS, places

OWN: Final = 0.66
SITTING: Final = float(np.sqrt(0.30))
LEARNER_SHIFT: Final = (-0.45, -GAP)
SHIFTS: Final = {"disability": -0.60, "economic_disadvantage": -0.40, "gifted": 0.80}
TESTED: Final = 0.96
"""Share of students who sit a diagnostic."""


@dataclass(frozen=True)
class Window:
    """When a test is given: its name, the first day of two or three weeks, and how far through the year that is."""

    name: str
    opens: tuple[int, int]
    days: int
    through: float


FALL: Final = Window("Fall", (8, 31), 21, 0.0)
WINTER: Final = Window("Winter", (1, 11), 19, 0.5)
SPRING: Final = Window("Spring", (4, 27), 19, 1.0)
STATE: Final = Window("State", (4, 13), 12, 0.9)


@dataclass(frozen=True)
class Abilities:
    """What lasts: for each subject one number a student, and one a school."""

    own: tuple[Floats, Floats]
    school: tuple[Floats, Floats]


def make_abilities(plan: Plan, people: pl.DataFrame) -> Abilities:
    """Return what lasts of each student in each subject, without what is planted."""
    own = tuple(_own(people, at) for at in range(len(SUBJECTS)))
    school = tuple(plan.schools[f"effect_{at}"].to_numpy() for at in range(len(SUBJECTS)))
    return Abilities((own[0], own[1]), (school[0], school[1]))


def _own(people: pl.DataFrame, subject: int) -> Floats:
    score = OWN * people[f"ability_{subject}"].to_numpy()
    for background, shift in SHIFTS.items():
        score = score + shift * people[background].to_numpy()
    return np.asarray(score + 0.20 + LEARNER_SHIFT[subject] * people["english_learner"].to_numpy())


def planted_shift(
    plan: Plan,
    people: pl.DataFrame,
    subject: int,
    *,
    students: Ints,
    schools: Ints,
    year: Year,
    through: float,
) -> Floats:
    """Return what is planted in the scores of these students, in these schools, so far through a year."""
    shift: Floats = np.zeros(len(students))
    if not plan.effects or len(plan.years) == 1:
        return shift
    where = places(plan)
    when = year.number + 0.85 * through
    if subject == 1:
        learner = people["english_learner"].to_numpy()[students] & (schools == where.gap)
        return np.asarray(learner * GAP_CLOSED * min(when / plan.current.number, 1.0), dtype=np.float64)
    since = when - (plan.current.number - 1)
    rider = (people["bus_route"].fill_null("") == ROUTE).to_numpy()[students] & (schools == where.route)
    return np.asarray(rider * -ROUTE_LOSS * float(np.clip(since, 0.0, 1.0)), dtype=np.float64)


def lasting_scores(
    plan: Plan, people: pl.DataFrame, abilities: Abilities, here: pl.DataFrame, *, year: Year, through: float
) -> Floats:
    """Return what lasts of each row's student in its ``subject_number``, with what is planted, so far through a year."""
    subject, student, school = (here[name].to_numpy() for name in ("subject_number", "student", "school"))
    both = [
        abilities.own[at][student]
        + abilities.school[at][school]
        + planted_shift(plan, people, at, students=student, schools=school, year=year, through=through)
        for at in range(len(SUBJECTS))
    ]
    lasting: Floats = np.where(subject == 0, both[0], both[1])
    return lasting


def window_opens(year: Year, window: Window) -> np.datetime64:
    """Return the first day of a window in a year."""
    month, day = window.opens
    return np.datetime64(f"{year.ends - (month > 7)}-{month:02d}-{day:02d}")


def make_sittings(
    plan: Plan, people: pl.DataFrame, stays: pl.DataFrame, abilities: Abilities, seats: dict[str, int]
) -> pl.DataFrame:
    """Return every student at every window of every year that has come, in both subjects.

    One row is one student in one subject in one window: ``student``, ``school``, ``year``, ``grade``, ``entry``,
    ``exit``, ``window``, ``through``, ``subject`` (number), ``score`` (hidden scale), ``tested``, ``test_date``.
    """
    parts: list[pl.DataFrame] = []
    for year in plan.years:
        for window in (FALL, WINTER, SPRING, STATE):
            opens = window_opens(year, window)
            if opens + window.days > year.known[-1]:
                continue
            here = present_on(stays, year, opens + window.days // 2)
            here = here.with_columns(tested=pl.Series(~absent_from_tests(seats, here["student"].to_numpy())))
            parts.extend(
                _sitting(plan, people, abilities, here, year=year, window=window, subject=subject)
                for subject in range(len(SUBJECTS))
            )
    return pl.concat(parts).with_row_index("sitting").cast({"sitting": pl.Int64})


def _sitting(
    plan: Plan,
    people: pl.DataFrame,
    abilities: Abilities,
    here: pl.DataFrame,
    *,
    year: Year,
    window: Window,
    subject: int,
) -> pl.DataFrame:
    chance = plan.chance(f"sitting {year.number} {window.name} {subject}")
    student, school = here["student"].to_numpy(), here["school"].to_numpy()
    score = abilities.own[subject][student] + abilities.school[subject][school]
    score = score + SITTING * chance.normal(size=here.height)
    there = here.with_columns(tested=here["tested"] & pl.Series(chance.random(here.height) < TESTED))
    if plan.effects:
        score = _levelled(plan, people, there, subject, score)
    planted = planted_shift(
        plan, people, subject, students=student, schools=school, year=year, through=window.through
    )
    return there.select(
        "student", "school", "year", "grade", "entry", "exit", "tested", ended_stay="ended"
    ).with_columns(
        pl.lit(window.name).alias("window"),
        pl.lit(window.through).alias("through"),
        pl.lit(subject).alias("subject"),
        pl.Series("score", score + planted),
        pl.Series("test_date", _test_dates(chance, year, window, here)),
    )


def _levelled(plan: Plan, people: pl.DataFrame, there: pl.DataFrame, subject: int, score: Floats) -> Floats:
    """Make groups of two schools alike on average, so that what is planted there isn't drowned by chance.

    In mathematics these are the grade levels of the one school, with the bus route's riders apart; in English language
    arts the other school's English learners and the rest, but for what English learners are behind everywhere.
    """
    student, grade = there["student"].to_numpy(), there["grade"].to_numpy()
    rider = (people["bus_route"].fill_null("") == ROUTE).to_numpy()[student].astype(np.int64)
    learner = people["english_learner"].to_numpy()[student].astype(np.int64)
    chosen = there["school"].to_numpy() == (places(plan).route if subject == 0 else places(plan).gap)
    group = 2 * grade + rider if subject == 0 else learner
    frame = there.select("tested").with_columns(
        score=pl.Series(score), group=pl.Series(group), chosen=pl.Series(chosen)
    )
    mean = frame.select(pl.col("score").filter("tested").mean().over("group", "chosen").fill_null(0.0))[
        "score"
    ]
    wanted = np.zeros(len(score)) if subject == 0 else LEARNER_SHIFT[subject] * learner
    return np.where(chosen, score - mean.to_numpy() + wanted, score)


def _test_dates(chance: np.random.Generator, year: Year, window: Window, here: pl.DataFrame) -> Dates:
    opens = window_opens(year, window)
    open_days = year.days[(year.days >= opens) & (year.days < opens + window.days)]
    chosen = open_days[chance.integers(0, len(open_days), here.height)]
    entry, leaves = here["entry"].to_numpy(), here["exit"].to_numpy()
    days: Dates = np.minimum(np.maximum(chosen, entry), leaves - 1).astype("datetime64[D]")
    return days
