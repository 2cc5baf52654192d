"""The classes of each year, who teaches them and who sits in them; and the rest of the staff."""

from __future__ import annotations

import numpy as np
import polars as pl

from dataworkbench.samples.names import FAMILY, GIVEN
from dataworkbench.samples.people import STAFF_TELL_TALE
from dataworkbench.samples.plan import GRADES, Plan

HOMEROOM_SIZE = 24
CLASS_SIZE = 27
CLASSES_A_TEACHER = 2
ELEMENTARY_SUBJECTS = ("All subjects", "Mathematics", "English language arts")
SECONDARY_SUBJECTS = ("Mathematics", "English language arts", "Science")
CODES = {"All subjects": "HR", "Mathematics": "MATH", "English language arts": "ELA", "Science": "SCI"}


def make_seats(plan: Plan, stays: pl.DataFrame) -> pl.DataFrame:
    """Return who sits in which class.

    One row is one stay in one class: ``stay``, ``student``, ``school``, ``year``, ``grade``, ``entry``, ``exit``,
    ``subject``, ``place`` (the number of the class within its grade level and subject), ``section_id``, ``slot``.
    """
    secondary = pl.col("school").is_in(
        plan.schools.filter(pl.col("level") != "Elementary")["school"].to_list()
    )
    grade_of_six = pl.col("grade") <= 5
    young = _placed(plan, stays.filter(~secondary & grade_of_six), "homeroom", HOMEROOM_SIZE)
    old = [
        _placed(plan, stays.filter(secondary), subject, CLASS_SIZE).with_columns(subject=pl.lit(subject))
        for subject in SECONDARY_SUBJECTS
    ]
    seats = [young.with_columns(subject=pl.lit(subject)) for subject in ELEMENTARY_SUBJECTS] + old
    return _named(plan, pl.concat(seats))


def _placed(plan: Plan, stays: pl.DataFrame, what: str, size: int) -> pl.DataFrame:
    order = plan.chance(f"classes {what}").random(stays.height)
    groups = ["year", "school", "grade"]
    sections = (pl.len().over(groups) + size - 1) // size
    return (
        stays.with_columns(order=pl.Series(order, dtype=pl.Float64))
        .sort(*groups, "order")
        .with_columns(place=pl.int_range(pl.len()).over(groups) % sections + 1)
        .drop("order")
    )


def _named(plan: Plan, seats: pl.DataFrame) -> pl.DataFrame:
    school_ids = plan.schools["school_id"].to_list()
    ends = [str(year.ends)[-2:] for year in plan.years]
    seats = seats.with_columns(
        school_id=pl.col("school").replace_strict(range(len(school_ids)), school_ids),
        code=pl.col("subject").replace_strict(CODES),
        grade_level=pl.col("grade").replace_strict(range(len(GRADES)), GRADES),
        ends=pl.col("year").replace_strict(range(len(ends)), ends),
    )
    section = pl.concat_str("school_id", "ends", "grade_level", "code", "place", separator="-")
    return _taught(seats.with_columns(section_id=section)).sort("year", "section_id", "student", "entry")


def _taught(seats: pl.DataFrame) -> pl.DataFrame:
    """A homeroom's teacher teaches it everything; elsewhere a teacher has several classes of one subject."""
    sections = seats.select(
        "school", "year", "grade", "grade_level", "subject", "code", "place", "section_id"
    ).unique()
    sections = sections.sort("year", "school", "subject", "grade", "place").with_columns(
        turn=pl.int_range(pl.len()).over("year", "school", "subject") // CLASSES_A_TEACHER + 1
    )
    homeroom = pl.concat_str(pl.lit("HR"), "grade_level", "place", separator="-")
    subject = pl.concat_str("code", "turn", separator="-")
    elementary = (pl.col("code") == "HR").any().over("school")
    slots = sections.select("section_id", slot=pl.when(elementary).then(homeroom).otherwise(subject))
    return seats.join(slots, on="section_id", how="left", maintain_order="left")


def make_staff(plan: Plan, seats: pl.DataFrame) -> pl.DataFrame:
    """Return the staff: one row is one person in one school, with ``slot``, the post that the person holds."""
    taught = seats.select("school", "slot").unique().with_columns(role=pl.lit("teacher"))
    posts = pl.DataFrame(
        {
            "slot": ["principal", "coach", "counselor", "aide"],
            "role": ["principal", "administrator", "counselor", "aide"],
        }
    )
    others = plan.schools.select("school").join(posts, how="cross")
    staff = pl.concat([taught, others.select("school", "slot", "role")]).sort("school", "role", "slot")
    chance = plan.chance("staff")
    count = staff.height
    return staff.with_columns(
        pl.Series("staff", np.arange(count)),
        pl.Series("staff_id", [f"{STAFF_TELL_TALE}{number + 1:05d}" for number in range(count)]),
        pl.Series("given_name", np.array(GIVEN)[chance.integers(0, len(GIVEN), count)]),
        pl.Series("family_name", np.array(FAMILY)[chance.integers(0, len(FAMILY), count)]),
        pl.Series("years_experience", np.rint(chance.gamma(2.0, 5.5, count)).astype(int)),
    )


def make_sections(seats: pl.DataFrame, staff: pl.DataFrame) -> pl.DataFrame:
    """Return the classes: one row is one class, with its teacher's ``staff_id``."""
    kept = [
        "year",
        "school",
        "school_id",
        "grade",
        "grade_level",
        "subject",
        "code",
        "place",
        "section_id",
        "slot",
    ]
    sections = seats.select(kept).unique().sort("year", "section_id")
    return sections.join(
        staff.select("school", "slot", "staff", "staff_id"),
        on=["school", "slot"],
        how="left",
        maintain_order="left",
    )
