"""Gaps that other tables can fill: a result's school and subject by its class, a grade level by the stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from dataworkbench.schemas import TABLES, held_alike

_BY_SECTION: Final = ("school_id", "subject", "grade_level")
_BY_STAY: Final = ("school_id", "grade_level")


def fill_gaps(
    tables: Mapping[str, pl.DataFrame], known: Mapping[str, pl.DataFrame]
) -> dict[str, pl.DataFrame]:
    """Return the tables with empty schools, subjects and grade levels filled where other tables leave no doubt."""
    filled = dict(tables)
    sections = told_by_both(tables, known, "sections")
    stays = told_by_both(tables, known, "enrollments")
    for name in tables:
        columns = TABLES[name].column_names
        if name in ("sections", "section_enrollments", "enrollments", "students"):
            continue
        if "section_id" in columns and sections.height:
            filled[name] = _by_section(filled[name], sections)
        if "student_id" in columns and "school_year" in columns and stays.height:
            filled[name] = _by_stay(filled[name], stays)
    _name_schools(filled, known)
    return filled


def told_by_both(
    tables: Mapping[str, pl.DataFrame], known: Mapping[str, pl.DataFrame], name: str
) -> pl.DataFrame:
    """Return what this import and the last one tell of a table, this import first; one row is one row of that table."""
    schema = TABLES[name].polars_schema
    there = [frame for frame in (tables.get(name), known.get(name)) if frame is not None and frame.height]
    shaped = [
        frame.select(
            pl.col(c).cast(k) if c in frame.columns else pl.lit(None, dtype=k).alias(c)
            for c, k in schema.items()
        )
        for frame in there
    ]
    if not shaped:
        return TABLES[name].empty()
    return pl.concat(shaped).unique(TABLES[name].key, keep="first", maintain_order=True)


def _by_section(frame: pl.DataFrame, sections: pl.DataFrame) -> pl.DataFrame:
    wanted = [column for column in _BY_SECTION if column in frame.columns and frame[column].null_count()]
    if not wanted or not frame["section_id"].is_not_null().any():
        return frame
    return _filled(frame, sections.select("section_id", *wanted).unique("section_id"), ["section_id"], wanted)


def _by_stay(frame: pl.DataFrame, stays: pl.DataFrame) -> pl.DataFrame:
    """Fill from the only school, or grade level, that a student had in that school year."""
    for column in _BY_STAY:
        if column not in frame.columns or not frame[column].null_count():
            continue
        one = (
            stays.drop_nulls(column)
            .group_by("student_id", "school_year")
            .agg(pl.col(column).n_unique().alias("n"), pl.col(column).first())
        )
        frame = _filled(
            frame, one.filter(pl.col("n") == 1).drop("n"), ["student_id", "school_year"], [column]
        )
    return frame


def _filled(frame: pl.DataFrame, book: pl.DataFrame, on: list[str], columns: Sequence[str]) -> pl.DataFrame:
    found = held_alike(book, frame).rename({column: f"__{column}" for column in columns})
    joined = frame.join(found, on=on, how="left", maintain_order="left")
    return joined.with_columns(pl.coalesce(column, f"__{column}").alias(column) for column in columns).select(
        frame.columns
    )


def _name_schools(tables: dict[str, pl.DataFrame], known: Mapping[str, pl.DataFrame]) -> None:
    """Where no list of schools was brought, take the names that the files use as the schools."""
    schools = tables.get("schools")
    if (schools is not None and schools.height) or "schools" in known:
        return
    found = [
        frame["school_id"]
        for name, frame in tables.items()
        if "school_id" in frame.columns and name != "schools"
    ]
    each = [held.drop_nulls().unique().cast(pl.String) for held in found]
    ids = pl.concat([pl.Series("school_id", [], dtype=pl.String), *each]).unique().sort()
    if ids.len():
        schema = TABLES["schools"].polars_schema
        made = pl.DataFrame({"school_id": ids, "school_name": ids})
        tables["schools"] = made.with_columns(
            pl.lit(None, dtype=k).alias(c) for c, k in schema.items() if c not in made.columns
        ).select(list(schema))
