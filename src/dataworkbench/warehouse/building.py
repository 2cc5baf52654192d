"""Canonical tables into a DuckDB database: codes as ENUMs in the field's order, rows sorted by school.

An ENUM is shared by all columns of one name, so that tables join on small numbers, and its values stand in the
field's order, so that sorting by grade level or subgroup gives the order people expect.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

import duckdb
import polars as pl
import polars.selectors as cs

from dataworkbench import terms
from dataworkbench.schemas import (
    LARGE,
    STUDENT_GROUPS,
    TABLES,
    Column,
    Kind,
    Table,
    held_as,
    held_plainly,
    is_large,
    texts_held,
)

SQL_TYPES: Final[Mapping[Kind, str]] = {
    "text": "VARCHAR", "category": "VARCHAR", "option": "VARCHAR", "grade": "VARCHAR",
    "date": "DATE", "whole": "BIGINT", "number": "DOUBLE", "yes_no": "BOOLEAN",
}  # fmt: skip
_ENUM_KINDS: Final = frozenset({"category", "option", "grade"})
_KNOWN_ORDER: Final[Mapping[str, tuple[str, ...]]] = {
    "grade_level": terms.GRADE_LEVELS,
    "period": terms.PERIODS,
    "race_ethnicity": terms.RACES,
    "subgroup_type": tuple(terms.SUBGROUPS),
    "subgroup": tuple(dict.fromkeys(group for groups in terms.SUBGROUPS.values() for group in groups)),
}
_SEEN_IN: Final = (
    "enrollments",
    "results",
    "attendance",
    "attendance_totals",
    "incidents",
    "interventions",
    "learner_profiles",
)
_BITS: Final = 63
_SORTED_BY: Final = ("school_id", "school_year", "subject", "period", "student_id")


def conform(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame with exactly the columns of a canonical table, in order and typed.

    Columns that are not there are added empty; columns that are not ours are left behind. A large table keeps holding
    each text once, and its empty columns take no room until they are written.
    """
    if is_large(frame) or frame.height >= LARGE:
        held = frame.select(held_as(frame, name, kind) for name, kind in table.polars_schema.items())
        return held.with_columns(cs.float().fill_nan(None))
    missing = [pl.lit(None).alias(name) for name in table.column_names if name not in frame.columns]
    full = frame.with_columns(missing) if missing else frame
    typed = full.select([pl.col(name).cast(kind) for name, kind in table.polars_schema.items()])
    numbers = [column.name for column in table.columns if column.kind == "number"]
    return typed.with_columns([pl.col(name).fill_nan(None) for name in numbers]) if numbers else typed


def complete(tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Return every canonical table, empty where there is none, with schools known only by their identifier added."""
    whole = {name: conform(table, tables.get(name, table.empty())) for name, table in TABLES.items()}
    whole["schools"] = _with_schools_seen_elsewhere(whole)
    return whole


def _with_schools_seen_elsewhere(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Places where only staff are, such as a district's office, are no schools."""
    schools = tables["schools"]
    where_students_are = [
        tables[name].select(pl.col("school_id").unique().cast(pl.String))
        for name in _SEEN_IN
        if "school_id" in tables[name].columns
    ]
    seen = pl.concat(where_students_are).unique().drop_nulls()
    unnamed = seen.join(schools, on="school_id", how="anti").sort("school_id")
    added = unnamed.with_columns(school_name=pl.col("school_id"))
    return pl.concat([schools, conform(TABLES["schools"], added)])


def build(
    connection: duckdb.DuckDBPyConnection, tables: Mapping[str, pl.DataFrame], parquet: Path | None = None
) -> None:
    """Write every canonical table, and ``student_groups``, into an empty database.

    ``parquet`` is the folder of the tables as files, in their order; large ones are taken from there.
    """
    whole = complete(tables)
    _make_types(connection, whole)
    for name, frame in whole.items():
        _make_table(connection, TABLES[name], frame, parquet)
    connection.register("seen", _students_seen(whole).to_arrow())
    connection.execute(_student_groups_sql())
    connection.unregister("seen")


def _students_seen(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Return each student that any table names, once a school year; one row is one of them in one year."""
    each = [
        held_plainly(tables[name].select("student_id", "school_year").unique())
        for name in ("students", *_SEEN_IN)
    ]
    return pl.concat(each, how="vertical_relaxed").unique(maintain_order=True)


def in_order(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """Return a large table with the rows of one school, year and student together, so that few are read for each.

    Other tables are put in order when they are written into the database.
    """
    if not is_large(frame):
        return frame
    names = [
        name for name in _SORTED_BY if name in table.column_names and frame[name].null_count() < frame.height
    ]
    place = _place_in_order(frame, names)
    return frame if place.is_sorted() else frame[place.arg_sort()]


def _place_in_order(frame: pl.DataFrame, names: Sequence[str]) -> pl.Series:
    """Return a number for each row by which the rows come in order; the last names are left out where they don't fit."""
    place, bits = pl.zeros(frame.height, pl.UInt64, eager=True), 0
    for name in names:
        ranks, width = _ranks(frame[name])
        if bits + width > _BITS:
            break
        place, bits = place * 2**width + ranks, bits + width
    return place


def _ranks(values: pl.Series) -> tuple[pl.Series, int]:
    """Return the place of each row's text among the texts of a column, and how many bits such a place takes."""
    codes = values.to_physical()
    used = codes.unique().drop_nulls()
    texts = texts_held(values).gather(used)
    ranks = used.gather(texts.arg_sort()), pl.int_range(1, used.len() + 1, eager=True)
    most = int(used.max() or 0)  # type: ignore[arg-type]  # codes are numbers
    book = pl.zeros(most + 1, pl.UInt64, eager=True).scatter(*ranks)
    return book.gather(codes).fill_null(0), (used.len() + 1).bit_length()


def _make_types(connection: duckdb.DuckDBPyConnection, tables: Mapping[str, pl.DataFrame]) -> None:
    values: dict[str, set[str]] = {
        "subgroup_type": set(),
        "subgroup": set(),
        "race_ethnicity": {terms.NOT_REPORTED},
    }
    for name, frame in tables.items():
        for column in TABLES[name].columns:
            if column.kind in _ENUM_KINDS:
                found = frame.get_column(column.name).unique().drop_nulls().cast(pl.String).to_list()
                values.setdefault(column.name, set()).update(found)
    for column_name, found_values in values.items():
        quoted = ", ".join(_quoted(value) for value in _in_order(column_name, found_values))
        connection.execute(f'CREATE TYPE "{column_name}_type" AS ENUM ({quoted})')


def _in_order(column_name: str, found: Iterable[str]) -> list[str]:
    known = _KNOWN_ORDER.get(column_name, ())
    if column_name in {"subgroup", "subgroup_type", "period", "grade_level"}:
        found = {*found, *known}
    return [*(value for value in known if value in set(found)), *sorted(set(found) - set(known))]


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _sql_type(column: Column) -> str:
    return f'"{column.name}_type"' if column.kind in _ENUM_KINDS else SQL_TYPES[column.kind]


def _make_table(
    connection: duckdb.DuckDBPyConnection, table: Table, frame: pl.DataFrame, parquet: Path | None
) -> None:
    columns = ", ".join(f'"{column.name}" {_sql_type(column)}' for column in table.columns)
    connection.execute(f'CREATE TABLE "{table.name}" ({columns})')
    if frame.is_empty():
        return
    if parquet is not None and is_large(frame):
        file = str(parquet / f"{table.name}.parquet")
        connection.execute(f'INSERT INTO "{table.name}" SELECT * FROM read_parquet(?)', [file])
        return
    order = [f'"{name}"' for name in _SORTED_BY if name in table.column_names]
    sorting = f" ORDER BY {', '.join(order)}" if order else ""
    connection.register("incoming", frame.to_arrow())
    connection.execute(f'INSERT INTO "{table.name}" SELECT * FROM incoming{sorting}')
    connection.unregister("incoming")


def _option(column: str, yes: str, no: str) -> str:
    return f"CASE s.{column} WHEN 'Yes' THEN '{yes}' WHEN 'No' THEN '{no}' ELSE '{terms.NOT_REPORTED}' END"


def _sex() -> str:
    return f"coalesce(CASE WHEN s.sex::VARCHAR IN ('Female', 'Male', 'Another gender') THEN s.sex::VARCHAR END, '{terms.NOT_REPORTED}')"


def _student_groups_sql() -> str:
    """Every student seen anywhere, in one subgroup of each type; who has no demographics is 'Not reported'."""
    groups = {
        terms.ALL_STUDENTS: f"'{terms.ALL_STUDENTS}'",
        "Race and ethnicity": f"coalesce(s.race_ethnicity::VARCHAR, '{terms.NOT_REPORTED}')",
        "Gender": _sex(),
        "English learner status": _option("english_learner", "English learner", "Not an English learner"),
        "Disability status": _option("disability", "Student with a disability", "No disability"),
        "Economic status": _option(
            "economic_disadvantage", "Economically disadvantaged", "Not economically disadvantaged"
        ),
    }
    each = " UNION ALL ".join(
        f"SELECT seen.student_id, seen.school_year, '{kind}' AS subgroup_type, {group} AS subgroup "
        "FROM seen LEFT JOIN students s ON s.student_id = seen.student_id AND s.school_year::VARCHAR = seen.school_year"
        for kind, group in groups.items()
    )
    columns = ", ".join(
        f"{column.name}::{_sql_type(column)} AS {column.name}" for column in STUDENT_GROUPS.columns
    )
    return (
        f"CREATE TABLE student_groups AS WITH each AS ({each}) "
        f"SELECT {columns} FROM each ORDER BY school_year, subgroup_type, subgroup, student_id"
    )
