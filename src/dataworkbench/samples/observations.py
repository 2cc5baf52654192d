"""Visits to classrooms, scored on a rubric by one or two observers; and what teachers learned in between."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from dataworkbench.samples.plan import GRADES, Dates, Floats, Plan, Year
from dataworkbench.samples.planted import TOPIC, TOPIC_ELEMENT, TOPIC_GAIN, places

RUBRIC: Final = "learning_environment"
ELEMENTS: Final = (
    "data_driven_instruction", "student_feedback", "learning_objectives", "learning_pathways",
    "questioning", "student_choice", "routines", "sense_of_purpose",
)  # fmt: skip
EASE: Final = np.array([0.0, 0.1, 0.0, -0.3, -0.1, -0.4, 0.5, 0.2])
"""How readily each element is seen, on the hidden scale of the levels."""
CUTS: Final = (-0.9, 0.1, 1.2)
TEACHER_SD, VISIT_SD, EYE_SD = 0.8, 0.55, 0.22
"""Spread between teachers, between an element's scores on visits, and between two observers of one visit."""
TWICE: Final = 0.5
"""Share of visits that two observers score."""
UNSEEN: Final = 0.01

TOPICS: Final = {
    TOPIC: TOPIC_ELEMENT,
    "Using data to group students": "data_driven_instruction",
    "Comments that help": "student_feedback",
    "Choices in the classroom": "student_choice",
    "Clear routines": "routines",
}
FORMATS: Final = ("Workshop", "Coaching", "Peer visit", "Course")


def make_learning(plan: Plan, staff: pl.DataFrame) -> pl.DataFrame:
    """Return who learned what: one row is one teacher at one activity, with ``staff``, ``year``, ``topic``, ``date``."""
    chance = plan.chance("learning")
    teachers = staff.filter(pl.col("role") == "teacher")
    parts = []
    for year in plan.years:
        for topic in TOPICS:
            if topic == TOPIC and year != (plan.last_complete or plan.current):
                continue
            share = 0.45 if topic == TOPIC else 0.22
            chosen = teachers.filter(pl.Series(chance.random(teachers.height) < share))
            parts.append(_activities(year, topic, chosen, chance))
    return pl.concat(parts).sort("date", "topic", "staff")


def _activities(year: Year, topic: str, chosen: pl.DataFrame, chance: np.random.Generator) -> pl.DataFrame:
    """Two sessions of each topic, in the late autumn; in the year under way only what has come."""
    times = [day for day in (48, 72) if day < len(year.known)]
    rows = [chosen.select("staff", "staff_id", "school").with_columns(day=pl.lit(day)) for day in times]
    told = (
        pl.concat(rows)
        if rows
        else chosen.select("staff", "staff_id", "school").clear().with_columns(day=pl.lit(0))
    )
    number = list(TOPICS).index(topic) + 1
    return told.with_columns(
        pl.lit(year.number).alias("year"),
        pl.lit(topic).alias("topic"),
        pl.Series("date", year.days[told["day"].to_numpy()].astype("datetime64[D]")),
        pl.Series("hours", np.array([1.5, 2.0, 3.0])[chance.integers(0, 3, told.height)], dtype=pl.Float64),
        pl.lit(FORMATS[number % len(FORMATS)]).alias("format"),
        pl.concat_str(pl.lit(f"PL-{year.ends % 100}-{number}-"), "day").alias("activity_id"),
    )


def learning_file(plan: Plan, learning: pl.DataFrame) -> pl.DataFrame:
    """Return the professional-learning log: one row is one member of staff at one activity."""
    rows = learning.join(plan.schools.select("school", "school_id"), on="school", maintain_order="left")
    names = [year.name for year in plan.years]
    return rows.select(
        pl.col("activity_id").alias("Activity ID"),
        pl.col("staff_id").alias("Staff ID"),
        pl.col("school_id").alias("School ID"),
        pl.col("year").replace_strict(range(len(names)), names).alias("School Year"),
        pl.col("date").dt.strftime("%m/%d/%Y").alias("Date"),
        pl.col("topic").alias("Topic"),
        pl.col("topic").replace_strict(TOPICS).alias("Rubric Element"),
        pl.col("hours").alias("Hours"),
        pl.col("format").alias("Format"),
    )


def make_visits(plan: Plan, sections: pl.DataFrame) -> pl.DataFrame:
    """Return the visits: one row is one visit to one class, with its teacher, day and whether two observers came."""
    chance = plan.chance("visits")
    parts = []
    for year in plan.years:
        for period, first, last in (("Fall", 14, 55), ("Spring", 130, 165)):
            if last > len(year.known):
                continue
            taught = sections.filter((pl.col("year") == year.number) & (pl.col("subject") != "All subjects"))
            order = pl.Series(chance.random(taught.height))
            one = (
                taught.with_columns(order=order)
                .sort("staff", "order")
                .unique("staff", keep="first", maintain_order=True)
            )
            days = pl.Series(year.days[chance.integers(first, last, one.height)].astype("datetime64[D]"))
            parts.append(one.with_columns(date=days, period=pl.lit(period)))
    visits = pl.concat(parts).sort("year", "date", "school", "staff")
    ids = pl.Series([f"V-{number:06d}" for number in range(1, visits.height + 1)])
    return visits.with_columns(visit_id=ids, twice=pl.Series(chance.random(visits.height) < TWICE))


def observations_file(
    plan: Plan, visits: pl.DataFrame, staff: pl.DataFrame, learning: pl.DataFrame, year: Year
) -> pl.DataFrame:
    """Return the observation sheets of one year: one row is one element scored by one observer on one visit."""
    scores = score_visits(plan, visits, staff, learning)
    rows = scores.filter(pl.col("year") == year.number)
    return rows.sort("visit_id", "observer", "element_number").select(
        pl.col("visit_id").alias("Visit ID"),
        pl.col("date").dt.strftime("%m/%d/%Y").alias("Date"),
        pl.col("school_id").alias("School ID"),
        pl.col("staff_id").alias("Teacher ID"),
        pl.col("observer").alias("Observer"),
        pl.lit(RUBRIC).alias("Rubric"),
        pl.col("element").alias("Element"),
        pl.col("level").alias("Score"),
        pl.col("subject").alias("Subject"),
        pl.col("grade").replace_strict(range(len(GRADES)), GRADES).alias("Grade Level"),
    )


def score_visits(
    plan: Plan, visits: pl.DataFrame, staff: pl.DataFrame, learning: pl.DataFrame
) -> pl.DataFrame:
    """Return every score: one row is one element scored by one observer on one visit, with ``level`` 1 to 4."""
    chance = plan.chance("scores on the rubric")
    seen = _what_was_seen(plan, visits, staff, learning, chance)
    first = seen + EYE_SD * chance.normal(size=seen.shape)
    second = seen + EYE_SD * chance.normal(size=seen.shape)
    odd = (visits["school"] == places(plan).observers).to_numpy()
    if plan.effects:
        second[odd] = EASE + np.sqrt(TEACHER_SD**2 + VISIT_SD**2) * chance.normal(
            size=(int(odd.sum()), len(ELEMENTS))
        )
    twice = visits["twice"].to_numpy()
    return pl.concat(
        [
            _long(visits, first, _observers(staff, "principal"), chance),
            _long(visits.filter("twice"), second[twice], _observers(staff, "coach"), chance),
        ]
    )


def _observers(staff: pl.DataFrame, slot: str) -> pl.DataFrame:
    return staff.filter(pl.col("slot") == slot).select("school", observer="staff_id")


def _what_was_seen(
    plan: Plan, visits: pl.DataFrame, staff: pl.DataFrame, learning: pl.DataFrame, chance: np.random.Generator
) -> Floats:
    teacher = TEACHER_SD * chance.normal(size=staff.height)[visits["staff"].to_numpy()]
    seen: Floats = teacher[:, None] + EASE + VISIT_SD * chance.normal(size=(visits.height, len(ELEMENTS)))
    if plan.effects:
        seen[:, ELEMENTS.index(TOPIC_ELEMENT)] += TOPIC_GAIN * _has_learned(visits, learning)
    return seen


def _has_learned(visits: pl.DataFrame, learning: pl.DataFrame) -> Floats:
    """Return 1 for visits to teachers after their first session of the topic, else 0."""
    first = learning.filter(pl.col("topic") == TOPIC).group_by("staff").agg(since=pl.col("date").min())
    told = visits.select("staff", "date").join(first, on="staff", how="left", maintain_order="left")
    after: Dates = (told["date"] > told["since"]).fill_null(value=False).to_numpy()
    return after.astype(np.float64)


def _long(
    visits: pl.DataFrame, seen: Floats, observers: pl.DataFrame, chance: np.random.Generator
) -> pl.DataFrame:
    level = 1 + np.searchsorted(CUTS, seen.ravel())
    who = np.repeat(np.arange(visits.height), len(ELEMENTS))
    number = np.tile(np.arange(len(ELEMENTS)), visits.height)
    unseen = chance.random(len(level)) < UNSEEN
    rows = visits.select(
        "visit_id", "year", "period", "school", "school_id", "staff", "staff_id", "date", "subject", "grade"
    )[who]
    return rows.with_columns(
        pl.Series("element_number", number),
        pl.Series("element", np.array(ELEMENTS)[number]),
        pl.Series("level", np.where(unseen, np.nan, level)).fill_nan(None).cast(pl.Int64),
    ).join(observers, on="school", maintain_order="left")
