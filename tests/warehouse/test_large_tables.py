"""A large table holds each of its texts once; a snapshot, a merge, a comparison and the checks say the same of it."""

from __future__ import annotations

import datetime as dt

import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dataworkbench.checks import check_tables
from dataworkbench.schemas import TABLES, doubled, held_once, is_large
from dataworkbench.warehouse import differences, merge, read_tables, write_snapshot
from dataworkbench.workspace import new_workspace

DAYS = [dt.date(2025, 9, day) for day in range(1, 11)]


def attendance(students: int = 30, absent: float = 0) -> pl.DataFrame:
    rows = [
        {"student_id": f"{n:05d}", "school_id": ["S2", "S1", "S3"][n % 3], "school_year": "2025-26", "date": day,
         "absent": absent, "code": "P"}
        for day in DAYS for n in range(students)
    ]  # fmt: skip
    schema = TABLES["attendance"].polars_schema
    return (
        pl.DataFrame(rows)
        .with_columns(
            pl.lit(None, dtype=kind).alias(name) for name, kind in schema.items() if name not in rows[0]
        )
        .select(pl.col(name).cast(kind) for name, kind in schema.items())
    )


def enrollments(students: int = 28) -> pl.DataFrame:
    days = attendance(students).unique("student_id", maintain_order=True)
    stays = days.select("student_id", "school_id", "school_year", entry_date=pl.lit(dt.date(2025, 9, 3)))
    schema = TABLES["enrollments"].polars_schema
    return stays.with_columns(
        pl.lit(None, dtype=kind).alias(name) for name, kind in schema.items() if name not in stays.columns
    ).select(list(schema))


def asked(info, question: str) -> list[tuple]:
    with duckdb.connect(str(info.folder / "tables.duckdb"), read_only=True) as connection:
        return connection.execute(question).fetchall()


@pytest.fixture
def both(tmp_path):
    """The same district in two workspaces: its attendance as text, and with each text held once."""
    tables = {"attendance": attendance(), "enrollments": enrollments()}
    plain = write_snapshot(new_workspace(tmp_path / "plain"), tables)
    large = write_snapshot(
        new_workspace(tmp_path / "large"), {**tables, "attendance": held_once(tables["attendance"])}
    )
    return plain, large


@pytest.mark.parametrize("table", ["attendance", "enrollments", "schools", "student_groups"])
def test_a_snapshot_of_a_large_table_holds_the_same_rows(both, table):
    plain, large = (asked(info, f"SELECT * FROM {table} ORDER BY ALL") for info in both)
    assert plain
    assert plain == large


def test_rows_of_a_large_table_lie_by_school_and_student_in_the_database(both):
    _, large = both
    lie = asked(large, "SELECT school_id::VARCHAR, student_id FROM attendance")
    assert len(lie) == 300
    assert lie == sorted(lie)


def test_a_large_table_comes_back_from_its_snapshot_with_texts_held_once(both):
    plain, large = (read_tables(info)["attendance"] for info in both)
    assert is_large(large)
    assert not is_large(plain)
    shape = TABLES["attendance"].polars_schema
    assert_frame_equal(plain.cast(dict(shape)), large.cast(dict(shape)), check_row_order=False)


@pytest.mark.parametrize(("before_large", "after_large"), [(True, True), (True, False), (False, True)])
def test_what_changes_in_a_large_table_is_counted_as_in_a_small_one(before_large, after_large):
    old, new = (
        attendance(30),
        pl.concat([attendance(31).filter(pl.col("student_id") != "00004"), attendance(1, 1).head(0)]),
    )
    new = new.with_columns(absent=pl.when(pl.col("date") == DAYS[0]).then(1.0).otherwise(pl.col("absent")))
    counted = differences(
        {"attendance": held_once(old) if before_large else old},
        {"attendance": held_once(new) if after_large else new},
    ).filter(table="attendance")
    # 10 days of student 30 are new, 10 of student 4 are gone, one day of each of the 29 others changed
    assert counted.row(0) == ("attendance", 10, 10, 29, 9 * 29)


@pytest.mark.parametrize(("before_large", "new_large"), [(True, True), (True, False), (False, True)])
def test_newer_rows_replace_older_ones_of_a_large_table_as_of_a_small_one(before_large, new_large):
    old, new = attendance(30), attendance(3, absent=1).filter(pl.col("date") == DAYS[0])
    made = merge(
        {"attendance": held_once(old) if before_large else old},
        {"attendance": held_once(new) if new_large else new},
    )["attendance"]
    assert made.height == 300
    assert made.filter(pl.col("absent") == 1)["student_id"].cast(pl.String).sort().to_list() == [
        "00000",
        "00001",
        "00002",
    ]


def test_the_checks_find_the_same_in_a_large_table():
    tables = {"attendance": attendance(), "enrollments": enrollments()}
    plain = check_tables(tables)
    large = check_tables({**tables, "attendance": held_once(tables["attendance"])})
    assert "outside of the stay" in " ".join(plain["message"])
    assert plain.rows() == large.rows()


def test_rows_that_share_their_key_are_found_however_texts_are_held():
    rows = pl.concat([attendance(5), attendance(1).head(2)])
    for frame in (rows, held_once(rows)):
        marked = frame.filter(doubled(frame, TABLES["attendance"].key))
        assert marked["student_id"].cast(pl.String).to_list() == ["00000"] * 4
        assert marked["date"].to_list() == [DAYS[0], DAYS[1]] * 2
