"""What the roster does not say: language, disability, poverty, the bus."""

from __future__ import annotations

import numpy as np
import polars as pl

from dataworkbench.samples.people import RACES
from dataworkbench.samples.plan import Plan, Year

OPTIONS = ("english_learner", "disability", "economic_disadvantage", "gifted", "migrant")
NOT_SAID = 0.02


def make_programs(
    plan: Plan, people: pl.DataFrame, stays: pl.DataFrame, seats: dict[str, int]
) -> pl.DataFrame:
    """Return each student's programs: one row is one student in one year; options are Y, N or empty."""
    whose = stays.select("year", "student").unique().sort("year", "student")
    rows = whose.join(
        people.select("student", *OPTIONS, "home_language", "bus_route"), on="student", maintain_order="left"
    )
    chance = plan.chance("programs")
    silent = (rows["student"] == seats.get("no_demographics", -1)).to_numpy()
    told = []
    for name in OPTIONS:
        blank = pl.Series((chance.random(rows.height) < NOT_SAID) | silent)
        told.append(
            pl.when(blank).then(None).when(pl.col(name)).then(pl.lit("Y")).otherwise(pl.lit("N")).alias(name)
        )
    language = (
        pl.when(pl.Series((chance.random(rows.height) < NOT_SAID) | silent))
        .then(None)
        .otherwise("home_language")
    )
    return rows.with_columns(*told, home_language=language)


def programs_file(people: pl.DataFrame, programs: pl.DataFrame, year: Year) -> pl.DataFrame:
    """Return the programs of one year as a sheet: one row is one student."""
    rows = programs.filter(pl.col("year") == year.number)
    rows = rows.join(people.select("student", "student_id"), on="student", maintain_order="left")
    return rows.select(
        pl.col("student_id").alias("Student ID"),
        pl.lit(year.name).alias("School Year"),
        pl.col("english_learner").alias("English Learner"),
        pl.col("disability").alias("Disability (IDEA)"),
        pl.col("economic_disadvantage").alias("Economically Disadvantaged"),
        pl.col("gifted").alias("Gifted and Talented"),
        pl.col("migrant").alias("Migrant"),
        pl.col("home_language").alias("Home Language"),
        pl.col("bus_route").alias("Bus Route"),
    )


def race_words(people: pl.DataFrame) -> pl.DataFrame:
    """Return the students with ``race``, the one word in which a vendor sums the flags up."""
    flags = [people[name].fill_null(value=False).to_numpy() for name in RACES]
    held = np.column_stack(flags).astype(bool)
    words = ("White", "Black or African American", "Asian", "American Indian or Alaska Native",
             "Native Hawaiian or Other Pacific Islander")  # fmt: skip
    one = np.array(words)[held.argmax(axis=1)]
    told = np.where(held.sum(axis=1) > 1, "Two or More Races", np.where(held.any(axis=1), one, ""))
    return people.with_columns(race=pl.Series(told).replace("", None))
