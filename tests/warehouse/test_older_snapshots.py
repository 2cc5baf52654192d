"""A snapshot that was made before the workbench knew a table still opens: that table is one nobody has brought."""

from __future__ import annotations

import duckdb
import polars as pl
import pytest

from dataworkbench.measures import published_bounds
from dataworkbench.policy import DisclosurePolicy
from dataworkbench.warehouse.building import build
from dataworkbench.warehouse.district import District
from dataworkbench.warehouse.opening import open_tables
from dataworkbench.workspace import Settings


def test_a_snapshot_without_a_table_that_came_later_still_opens():
    connection = duckdb.connect(":memory:")
    build(connection, {"schools": pl.DataFrame({"school_id": ["1"], "school_name": ["Alder"]})})
    connection.execute("DROP TABLE published_figures")
    district = District(connection, settings=Settings(), policy=DisclosurePolicy())
    assert district.counts["schools"] == 1
    assert district.counts["published_figures"] == 0
    assert not district.has("published_figures")
    assert published_bounds(district, "graduation rate").iloc[0]["status"] == "missing"


def test_a_table_and_a_column_that_came_later_are_empty_and_can_be_asked(tmp_path):
    path = tmp_path / "it's older.duckdb"
    with duckdb.connect(str(path)) as connection:
        build(connection, {"students": pl.DataFrame({"student_id": ["a"], "school_year": ["2025-26"]})})
        connection.execute("DROP TABLE staff_years")
        connection.execute("ALTER TABLE students DROP COLUMN home_zone")
    district = District(open_tables(path), settings=Settings(), policy=DisclosurePolicy())
    assert district.ask("SELECT student_id, home_zone FROM students").values.tolist() == [["a", None]]
    assert district.ask("SELECT years_experience FROM staff_years").empty
    assert (district.counts["students"], district.counts["staff_years"]) == (1, 0)


def test_an_older_snapshot_is_as_locked_as_any(tmp_path):
    path, secret = tmp_path / "tables.duckdb", tmp_path / "secret.csv"
    secret.write_text("a\n1\n", encoding="utf-8")
    with duckdb.connect(str(path)) as connection:
        build(connection, {})
        connection.execute("DROP TABLE curriculum")
    district = District(open_tables(path), settings=Settings(), policy=DisclosurePolicy())
    with pytest.raises(duckdb.Error):
        district.ask(f"SELECT * FROM read_csv('{secret}')")
    with pytest.raises(duckdb.Error):
        district.ask("SET enable_external_access = true")
    with pytest.raises(duckdb.Error):
        district.ask("DELETE FROM kept.main.students")
