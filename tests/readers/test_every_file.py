"""Every third-party file gets an answer: rows that were kept, or words that say why there are none."""

from __future__ import annotations

import polars as pl
import pytest
from every_file import COLUMNS, PROFILES, every_file, handed_over, in_markdown, table_of

from dataworkbench.workspace import Settings

YEAR = Settings(school_year="2021-22")


@pytest.mark.outside_data
@pytest.mark.parametrize(
    "profiles",
    [
        pytest.param((), id="shipped profiles"),
        pytest.param((PROFILES,), id="with the research profiles", marks=pytest.mark.thorough),
    ],
)
def test_every_file_is_answered_and_every_row_is_kept_or_set_aside(outside, profiles):
    table = every_file(outside, YEAR, profiles)
    assert table.filter(pl.col("rows_read") != pl.col("rows_kept") + pl.col("rows_set_aside")).is_empty()
    came_in = (pl.col("recognised_as") != "") & (pl.col("rows_kept") > 0)
    told = pl.any_horizontal(pl.col("top_reasons", "questions", "remarks") != "")
    assert table.filter(~(came_in | told))["file"].to_list() == []
    assert (
        table.filter((pl.col("rows_set_aside") > 0) & (pl.col("top_reasons") == ""))["file"].to_list() == []
    )
    named = {name.split(".zip/")[0].split(".xlsx/")[0] for name in table["file"].to_list()}
    there = {path.relative_to(outside).as_posix() for path in outside.rglob("*") if path.is_file()}
    assert {name.removesuffix(".zip").removesuffix(".xlsx") for name in there} == {
        name.removesuffix(".zip").removesuffix(".xlsx") for name in named
    }


def test_the_table_says_why_most_rows_were_set_aside_and_what_to_answer(read):
    reading = read({"marks.csv": "student_id,subject,test_date,scale_score,level\n1,math,03/04/2026,4,2\n,math,03/04/2026,4,2\n,math,03/04/2026,4,2\n"})  # fmt: skip
    (row,) = table_of(reading, "in/").to_dicts()
    assert tuple(row) == COLUMNS
    assert (row["file"], row["rows_read"], row["rows_kept"], row["rows_set_aside"]) == (
        "in/marks.csv",
        3,
        0,
        3,
    )
    assert row["top_reasons"].startswith("3 rows: The date can be read with the month or with the day first.")
    assert "2 rows: There is no student number in this row." in row["top_reasons"]
    assert "Write date_order" in row["questions"]
    assert "1 file: 3 rows read, 0 kept, 3 set aside." in in_markdown(table_of(reading, ""))


def test_the_files_of_a_roster_are_handed_over_together_and_others_alone(tmp_path):
    for name in ("roster/manifest.csv", "roster/orgs.csv", "insights_roster_headerless/person.csv",
                 "insights_roster_headerless/organization.csv", "a.csv", "b.csv"):  # fmt: skip
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x\n1\n")
    names = [[path.name for path in paths] for paths in handed_over(tmp_path)]
    assert sorted(names) == [["a.csv"], ["b.csv"], ["organization.csv", "person.csv"], ["roster"]]
