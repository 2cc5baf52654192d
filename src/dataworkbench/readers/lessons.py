"""Attendance taken lesson by lesson, put together to days."""

from __future__ import annotations

from typing import Final

import polars as pl

from dataworkbench.readers.ledger import INTO, ROW, FileLedger
from dataworkbench.schemas import TABLES

_KEY: Final = ("student_id", "school_id", "date")
_TOLERANCE: Final = 1e-9


def days_of_lessons(lessons: pl.DataFrame, ledger: FileLedger) -> pl.DataFrame:
    """Return one row for each student and day: the share of the lessons missed is the share of the day missed.

    The day keeps a code, or whether the absence was excused, where all its (missed) lessons agree. Lines that went
    into another line's row are written into the ledger as joined; they count as kept.
    """
    if not lessons.select(_KEY).is_duplicated().any():
        return lessons
    first = lessons.select(ROW, pl.col(ROW).first().over(_KEY).alias(INTO))
    ledger.joined = first.filter(pl.col(ROW) != pl.col(INTO))
    ledger.note(
        "info",
        f"{lessons.height:,} lessons were put together to days; a day's absence is the share of its lessons missed.",
    )
    missed = pl.col("excused").filter(pl.col("absent") > 0)
    days = lessons.group_by(_KEY, maintain_order=True).agg(
        pl.col(ROW).first(),
        pl.col("school_year").first(),
        pl.col("absent").mean(),
        pl.when(missed.n_unique() == 1)
        .then(missed.first())
        .otherwise(pl.lit("NotSelected"))
        .alias("excused"),
        pl.when(pl.col("code").n_unique() == 1).then(pl.col("code").first()).alias("code"),
        (pl.col("status") == "tardy").any().alias("late"),
    )
    return days.with_columns(_status().alias("status")).select(ROW, *TABLES["attendance"].polars_schema)


def _status() -> pl.Expr:
    absent = pl.col("absent")
    return (
        pl.when(absent >= 1 - _TOLERANCE).then(pl.lit("absent"))
        .when(absent > _TOLERANCE).then(pl.lit("partial"))
        .when(pl.col("late")).then(pl.lit("tardy"))
        .otherwise(pl.lit("present"))
    )  # fmt: skip
