"""Short checks of students who get extra help, week after week, with the goal that was set for each."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from dataworkbench.samples.plan import Dates, Floats, Plan
from dataworkbench.samples.planted import APP_STRATEGY, READING_STRATEGY

CHECKED: Final = (READING_STRATEGY, APP_STRATEGY)
CODES: Final = {READING_STRATEGY: "CBM reading", APP_STRATEGY: "CBM computation"}
WEEK: Final = 5
FIRST_DAY: Final = 14
"""Three checks come before help begins, on the thirtieth day of school."""
AT_START: Final = {READING_STRATEGY: (40.0, 14.0), APP_STRATEGY: (14.0, 4.0)}
"""What a student of grade 2 reaches on the first check, and what each grade level adds."""
RATE: Final = {READING_STRATEGY: (1.2, 0.9), APP_STRATEGY: (0.5, 0.4)}
"""Points that are gained a week: their mean over students, and how students differ. Help changes nothing in it."""
LUCK: Final = {READING_STRATEGY: 5.0, APP_STRATEGY: 2.0}
AIMED_AT: Final = {READING_STRATEGY: 1.5, APP_STRATEGY: 0.5}
"""Points a week that the goals ask for."""
MISSED: Final = 0.06


def progress_file(plan: Plan, turns: pl.DataFrame) -> pl.DataFrame:
    """Return the checks of this year's students in the two strategies: one row is one student at one check."""
    year = plan.current
    chance = plan.chance("progress checks")
    ours = turns.filter((pl.col("year") == year.number) & pl.col("strategy").is_in(CHECKED))
    days = year.known[FIRST_DAY::WEEK].astype("datetime64[D]")
    start = _of(ours, {name: held[0] for name, held in AT_START.items()})
    start = start + _of(ours, {name: held[1] for name, held in AT_START.items()}) * (
        ours["grade"].to_numpy() - 2
    )
    start = start * np.clip(chance.normal(1.0, 0.2, ours.height), 0.4, 1.6)
    means, spread = (_of(ours, {name: held[at] for name, held in RATE.items()}) for at in (0, 1))
    rate = chance.normal(means, spread)
    ends = ours["planned_end"].to_numpy().astype("datetime64[D]")
    weeks = (ends - days[1]).astype(int) / 7
    goal = np.rint(start + _of(ours, AIMED_AT) * weeks).astype(int)
    told = ours.with_columns(Goal=pl.Series(goal))
    luck = _of(ours, LUCK)
    parts = [_one_check(told, day, start + rate * (day - days[0]).astype(int) / 7 + luck * chance.normal(size=told.height),
                        chance.random(told.height) < MISSED) for day in days]  # fmt: skip
    return (
        pl.concat(parts)
        .sort("Measure", "Student ID", "Check Date")
        .with_columns(pl.col("Check Date", "Goal Date").dt.strftime("%m/%d/%Y"))
    )


def _of(turns: pl.DataFrame, held: dict[str, float]) -> Floats:
    found: Floats = turns["strategy"].replace_strict(held, return_dtype=pl.Float64).to_numpy()
    return found


def _one_check(turns: pl.DataFrame, day: np.datetime64, seen: Floats, missed: np.ndarray) -> pl.DataFrame:
    leaves: Dates = turns["exit"].to_numpy().astype("datetime64[D]")
    scores = np.maximum(np.rint(seen), 0).astype(int)
    return turns.select(
        pl.col("student_id").alias("Student ID"),
        pl.col("strategy").replace_strict(CODES).alias("Measure"),
        pl.lit(day).cast(pl.Date).alias("Check Date"),
        pl.Series("Score", scores),
        pl.col("Goal"),
        pl.col("planned_end").cast(pl.Date).alias("Goal Date"),
    ).filter(pl.Series(~missed & (leaves > day)))
