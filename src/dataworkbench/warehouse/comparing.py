"""Two states of a district's data beside one another: what is new, gone and changed, by table and by student."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import duckdb
import polars as pl

from dataworkbench.schemas import TABLES
from dataworkbench.warehouse.building import conform
from dataworkbench.warehouse.snapshots import SnapshotInfo

TABLES_OF_STUDENTS: Final = ("students", "enrollments", "identities")
"""Tables in which a change counts as a change of the student."""
NOT_SHOWN: Final = frozenset({"identities"})
"""Tables whose values are not repeated: that a name changed is said, not from what to what."""
CHANGES_SCHEMA: Final = {
    "table": pl.String,
    "new": pl.Int64,
    "gone": pl.Int64,
    "changed": pl.Int64,
    "same": pl.Int64,
}
STUDENTS_SCHEMA: Final = {
    "student_id": pl.String, "change": pl.String, "school_year": pl.String, "column": pl.String,
    "before": pl.String, "after": pl.String,
}  # fmt: skip


@dataclass(frozen=True)
class Comparison:
    """What differs between two states of the data.

    In ``tables`` one row is one table with how many rows are new, gone, changed and the same. In ``students`` one row
    is one student who is new or gone, or one column that changed of a student who is in both.
    """

    tables: pl.DataFrame
    students: pl.DataFrame


def compare_snapshots(before: SnapshotInfo, after: SnapshotInfo) -> Comparison:
    """Return what differs between two snapshots; tables are compared where they lie, one at a time."""
    with duckdb.connect() as connection:
        counts = [(name, *_counts(connection, name, before, after)) for name in _tables_in(before, after)]
    return Comparison(
        pl.DataFrame(counts, schema=CHANGES_SCHEMA, orient="row"),
        changed_students(_people_of(before), _people_of(after)),
    )


def _tables_in(*infos: SnapshotInfo) -> list[str]:
    return [name for name in TABLES if any(info.rows.get(name) for info in infos)]


def _people_of(info: SnapshotInfo) -> dict[str, pl.DataFrame]:
    files = {name: info.folder / "parquet" / f"{name}.parquet" for name in TABLES_OF_STUDENTS}
    return {name: pl.read_parquet(path) for name, path in files.items() if path.is_file()}


def _counts(
    connection: duckdb.DuckDBPyConnection, name: str, before: SnapshotInfo, after: SnapshotInfo
) -> tuple[int, int, int, int]:
    """Return how many rows of a table are new, gone, changed and the same."""
    for view, info in (("old", before), ("new", after)):
        connection.execute(f"CREATE OR REPLACE TEMP VIEW {view} AS {_rows_sql(connection, name, info)}")
    key, every = TABLES[name].key, TABLES[name].column_names
    held = _number(connection, "SELECT count(*) FROM new")
    added = _number(connection, f"SELECT count(*) FROM new WHERE NOT EXISTS ({_twin_sql('old', 'new', key)})")
    gone = _number(connection, f"SELECT count(*) FROM old WHERE NOT EXISTS ({_twin_sql('new', 'old', key)})")
    same = _number(connection, f"SELECT count(*) FROM new WHERE EXISTS ({_twin_sql('old', 'new', every)})")
    return added, gone, held - added - same, same


def _rows_sql(connection: duckdb.DuckDBPyConnection, name: str, info: SnapshotInfo) -> str:
    """The rows of a table in a snapshot; columns that a snapshot of earlier times lacks are empty."""
    path = info.folder / "parquet" / f"{name}.parquet"
    if not path.is_file():
        return (
            "SELECT "
            + ", ".join(f'NULL AS "{column}"' for column in TABLES[name].column_names)
            + " WHERE false"
        )
    quoted = "'" + str(path).replace("'", "''") + "'"
    there = set(connection.read_parquet(str(path)).columns)
    columns = ", ".join(f'"{c}"' if c in there else f'NULL AS "{c}"' for c in TABLES[name].column_names)
    return f"SELECT {columns} FROM read_parquet({quoted})"


def _twin_sql(there: str, here: str, columns: Sequence[str]) -> str:
    alike = " AND ".join(f'{there}."{column}" IS NOT DISTINCT FROM {here}."{column}"' for column in columns)
    return f"SELECT 1 FROM {there} WHERE {alike}"


def _number(connection: duckdb.DuckDBPyConnection, question: str) -> int:
    found = connection.execute(question).fetchone()
    return int(found[0]) if found else 0


def changed_students(before: Mapping[str, pl.DataFrame], after: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Return the students who are new, gone or changed; one row is one of them, or one column of a changed one.

    Students are those of the tables ``students`` and ``enrollments``. Of a changed one each column is told with what
    it said before and says after; of names and dates of birth only that they changed.
    """
    old, new = _ids(before), _ids(after)
    parts = [
        _only_named(new.join(old, on="student_id", how="anti"), "new"),
        _only_named(old.join(new, on="student_id", how="anti"), "gone"),
        *(_changed(name, before.get(name), after.get(name), old.join(new, on="student_id", how="semi"))
          for name in TABLES_OF_STUDENTS),
    ]  # fmt: skip
    return pl.concat(parts)


def _ids(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    found = [
        tables[name].select(pl.col("student_id").cast(pl.String))
        for name in ("students", "enrollments")
        if name in tables
    ]
    return (
        pl.concat([pl.DataFrame(schema={"student_id": pl.String}), *found])
        .drop_nulls()
        .unique()
        .sort("student_id")
    )


def _only_named(students: pl.DataFrame, change: str) -> pl.DataFrame:
    told = students.with_columns(pl.lit(change).alias("change"))
    return told.select(
        pl.col(name) if name in told.columns else pl.lit("").alias(name) for name in STUDENTS_SCHEMA
    )


def _changed(
    name: str, before: pl.DataFrame | None, after: pl.DataFrame | None, both: pl.DataFrame
) -> pl.DataFrame:
    """Return the columns of one table that changed, of students who are there before and after."""
    by = [column for column in ("student_id", "school_year") if column in TABLES[name].column_names]
    old, new = (_told(name, frame, by, both) for frame in (before, after))
    columns = [column for column in TABLES[name].column_names if column not in by]
    pairs = old.join(new, on=by, how="full", suffix="_after", coalesce=True)
    long = [
        pairs.filter(pl.col(column).ne_missing(pl.col(f"{column}_after"))).select(
            pl.col("student_id"),
            pl.lit("changed").alias("change"),
            (pl.col("school_year") if "school_year" in by else pl.lit("")).alias("school_year"),
            pl.lit(column).alias("column"),
            *((pl.lit("") if name in NOT_SHOWN else pl.col(held).fill_null("")).alias(when)
              for held, when in ((column, "before"), (f"{column}_after", "after"))),
        )
        for column in columns
    ]  # fmt: skip
    return pl.concat([pl.DataFrame(schema=STUDENTS_SCHEMA), *long]).sort(
        "student_id", "school_year", maintain_order=True
    )


def _told(name: str, frame: pl.DataFrame | None, by: Sequence[str], both: pl.DataFrame) -> pl.DataFrame:
    """Return one row for each student (and year), each column as text; of several rows all that is said."""
    table = TABLES[name]
    typed = conform(table, frame if frame is not None else table.empty()).join(
        both, on="student_id", how="semi"
    )
    texts = typed.select(pl.col(column).cast(pl.String) for column in table.column_names)
    others = [
        pl.col(c).drop_nulls().unique().sort().str.join(", ") for c in table.column_names if c not in by
    ]
    return texts.group_by(by).agg(others)
