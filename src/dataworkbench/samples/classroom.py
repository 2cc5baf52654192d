"""What happens inside a class: standards checks, exit tickets before and after a lesson, and how time is used."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from dataworkbench.samples.plan import GRADES, SUBJECTS, Dates, Floats, Plan, Year
from dataworkbench.samples.scores import SITTING, Abilities, lasting_scores

STANDARD_GRADES: Final = (3, 4, 5, 6, 7, 8)
STRANDS: Final = (
    (("Number", "works with numbers of the size of the grade level"),
     ("Operations", "chooses and carries out the operation that a problem needs"),
     ("Fractions and ratios", "compares parts of wholes and explains how"),
     ("Measurement and data", "measures, and reads what a chart says")),
    (("Key ideas", "tells the main idea of a text and what supports it"),
     ("Words", "works out what unknown words mean from the words around them"),
     ("Comparing texts", "says how two texts treat one subject"),
     ("Writing", "writes an opinion with reasons")),
)  # fmt: skip
CODES: Final = ("MATH", "ELA")
CHECKS: Final = 4
"""How many standards checks a class has in a year; each looks at two standards."""
CHECK_DAYS: Final = (14, 28, 42, 56)
CHECK_DAYS_OF_WHOLE_YEARS: Final = (30, 70, 110, 150)
TICKET_DAYS: Final = (20, 34, 48)
TICKET_POINTS: Final = 5
USES: Final = ("Whole class", "Small group", "Independent", "Transition", "Other")
USE_MINUTES: Final = (22, 15, 15, 4, 4)


def standards_file() -> pl.DataFrame:
    """Return the district's list of standards: one row is one standard."""
    rows = [
        {
            "standard_id": standard_id(subject, grade, number),
            "subject": SUBJECTS[subject],
            "grade_level": GRADES[grade],
            "strand": strand,
            "statement": f"In grade {grade}, the learner {statement}.",
            "sequence": number + 1,
        }
        for subject in range(len(SUBJECTS))
        for grade in STANDARD_GRADES
        for number, (strand, statement) in enumerate(STRANDS[subject])
    ]
    return pl.DataFrame(rows)


def standard_id(subject: int, grade: int, number: int) -> str:
    """Return the code of a standard: ``MATH.04.2`` is the second of grade 4 mathematics."""
    return f"{CODES[subject]}.{GRADES[grade]}.{number + 1}"


def standards_seats(seats: pl.DataFrame, year: Year) -> pl.DataFrame:
    """Return the seats of one year in classes that score standards, with ``subject_number``."""
    return seats.filter(
        (pl.col("year") == year.number)
        & pl.col("subject").is_in(SUBJECTS)
        & pl.col("grade").is_in(STANDARD_GRADES)
    ).with_columns(subject_number=pl.col("subject").replace_strict(SUBJECTS, [0, 1], return_dtype=pl.Int64))


def check_days(year: Year) -> Dates:
    """Return the days of the standards checks of a year."""
    return year.days[list(CHECK_DAYS if year.current else CHECK_DAYS_OF_WHOLE_YEARS)].astype("datetime64[D]")


def make_checks(
    plan: Plan, people: pl.DataFrame, seats: pl.DataFrame, abilities: Abilities, year: Year
) -> pl.DataFrame:
    """Return the standards checks of one year.

    One row is one student at one check: ``section_id``, ``student``, ``school``, ``check`` (0 to 3), ``date``,
    ``status``, and ``first`` and ``second`` (the scores, 1 to 4 in halves, of the two standards it looked at).
    """
    chance = plan.chance(f"checks {year.number}")
    ours = standards_seats(seats, year)
    parts = []
    for check, day in enumerate(check_days(year)):
        when = pl.lit(day).cast(pl.Date)
        here = ours.filter((pl.col("entry") <= when) & (pl.col("exit") > when))
        through = float(np.mean(year.days < day))
        lasting = lasting_scores(plan, people, abilities, here, year=year, through=through)
        scores = [_standard_scores(lasting, chance) for _ in range(2)]
        status = chance.choice(
            ["fully graded", "not submitted", "exempt"], here.height, p=[0.955, 0.035, 0.01]
        )
        told = here.select("section_id", "student", "school", "grade", "subject_number").with_columns(
            pl.Series("first", scores[0]), pl.Series("second", scores[1]), pl.Series("status", status)
        )
        parts.append(told.with_columns(check=pl.lit(check), date=when))
    return pl.concat(parts)


def _standard_scores(lasting: Floats, chance: np.random.Generator) -> Floats:
    luck = SITTING * chance.normal(size=len(lasting))
    seen = 2.6 + 0.75 * (lasting + luck) + 0.25 * chance.normal(size=len(lasting))
    scores: Floats = np.clip(np.rint(seen * 2) / 2, 1.0, 4.0)
    return scores


def tickets_file(plan: Plan, people: pl.DataFrame, seats: pl.DataFrame, abilities: Abilities) -> pl.DataFrame:
    """Return exit tickets given before and after lessons: one row is one student at one ticket."""
    year = plan.current
    chance = plan.chance("tickets")
    ours = standards_seats(seats, year).filter((pl.col("subject_number") == 0) & (pl.col("grade") >= 4))
    ours = ours.join(people.select("student", "student_id"), on="student", maintain_order="left")
    ours = ours.with_columns(
        lasting=pl.Series(lasting_scores(plan, people, abilities, ours, year=year, through=0.0))
    )
    parts = []
    for number, before in enumerate(TICKET_DAYS):
        for moment, day, lift in (("Before", before, 0.0), ("After", before + 4, 1.1)):
            parts.append(
                _one_ticket(ours, chance, day=year.days[day], number=number, moment=moment, lift=lift)
            )
    return pl.concat(parts).sort(
        "Class ID", "Ticket", "Moment", "Student ID", descending=[False, False, True, False]
    )


def _one_ticket(
    ours: pl.DataFrame,
    chance: np.random.Generator,
    *,
    day: np.datetime64,
    number: int,
    moment: str,
    lift: float,
) -> pl.DataFrame:
    when = pl.lit(day).cast(pl.Date)
    here = ours.filter((pl.col("entry") <= when) & (pl.col("exit") > when))
    lasting = here["lasting"].to_numpy()
    share = 1 / (1 + np.exp(-(0.9 * lasting - 0.3 + lift + 0.5 * chance.normal(size=here.height))))
    points = chance.binomial(TICKET_POINTS, share)
    absent = chance.random(here.height) < 0.06
    standard = pl.concat_str(pl.lit("MATH."), "grade_level", pl.lit(f".{number + 1}"))
    return here.select(
        pl.col("student_id").alias("Student ID"),
        pl.col("section_id").alias("Class ID"),
        when.dt.strftime("%m/%d/%Y").alias("Date"),
        pl.lit(f"Ticket {number + 1}").alias("Ticket"),
        standard.alias("Standard"),
        pl.lit(moment).alias("Moment"),
        pl.Series("Points", np.where(absent, np.nan, points)).fill_nan(None).cast(pl.Int64),
        pl.lit(TICKET_POINTS).alias("Points Possible"),
    )


def time_log_file(plan: Plan, sections: pl.DataFrame) -> pl.DataFrame:
    """Return how class time was used on two days: one row is one kind of use in one class on one day."""
    year = plan.current
    chance = plan.chance("time")
    ours = sections.filter(
        (pl.col("year") == year.number)
        & pl.col("subject").is_in(SUBJECTS)
        & pl.col("grade").is_in(STANDARD_GRADES)
    )
    parts = []
    for day in (24, 45):
        for use, minutes in zip(USES, USE_MINUTES, strict=True):
            used = np.maximum(
                np.rint(minutes + chance.normal(size=ours.height) * (1 + minutes / 6)), 0
            ).astype(int)
            parts.append(_one_use(ours, year.days[day], use, minutes, used))
    return pl.concat(parts).sort("Class ID", "Date", "Use")


def _one_use(
    ours: pl.DataFrame, day: np.datetime64, use: str, minutes: int, used: np.ndarray
) -> pl.DataFrame:
    return ours.select(
        pl.col("section_id").alias("Class ID"),
        pl.col("school_id").alias("School ID"),
        pl.lit(day).cast(pl.Date).dt.strftime("%m/%d/%Y").alias("Date"),
        pl.lit(use).alias("Use"),
        pl.lit(minutes).alias("Minutes Scheduled"),
        pl.Series("Minutes Used", used),
    )
