"""What one process was told of a snapshot holds in another, for questions that are the same for everybody."""

from __future__ import annotations

import duckdb
import pandas as pd
import polars as pl
import pytest

from dataworkbench.warehouse import (
    Beforehand,
    ask_beforehand,
    beforehand,
    know,
    open_workspace,
    questions_asked,
    write_snapshot,
)
from dataworkbench.workspace import new_workspace

HOW_MANY = "SELECT count(*) AS n FROM students"
OF_A_SCHOOL = "SELECT count(*) AS n FROM students WHERE school_year = ?"
SCHOOLS = "SELECT * FROM schools ORDER BY school_id"


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch):
    monkeypatch.setattr(beforehand, "_KNOWN", {})
    monkeypatch.setattr(beforehand, "_ASKED", {})


def made(place, *students):
    workspace = new_workspace(place)
    tables = {
        "schools": pl.DataFrame({"school_id": ["0101", "0102"], "school_name": ["Alder", "Birch"]}),
        "students": pl.DataFrame(
            {"student_id": list(students), "school_year": ["2025-26"] * len(students), "sex": ["Female"] * len(students)}
        ),
    }  # fmt: skip
    return workspace, write_snapshot(workspace, tables).folder


def knowing(folder, number):
    know(folder, Beforehand(answers={HOW_MANY: pd.DataFrame({"n": [number]})}))


def test_what_is_known_is_not_asked_again(tmp_path):
    workspace, folder = made(tmp_path / "district", "a", "b")
    knowing(folder, 77)
    assert open_workspace(workspace.root).ask(HOW_MANY)["n"].to_list() == [77]


def test_what_is_known_of_one_district_is_no_answer_for_another_with_a_snapshot_of_the_same_name(tmp_path):
    _, folder = made(tmp_path / "district", "a", "b")
    scoped, other = made(tmp_path / "scoped", "a")
    other.rename(other.with_name(folder.name))
    (scoped.snapshots / "current").write_text(folder.name, encoding="utf-8")
    knowing(folder, 77)
    assert open_workspace(scoped.root).ask(HOW_MANY)["n"].to_list() == [1]


def test_a_question_with_a_value_is_always_asked_and_never_noted(tmp_path):
    workspace, folder = made(tmp_path / "district", "a", "b")
    know(folder, Beforehand(answers={OF_A_SCHOOL: pd.DataFrame({"n": [77]})}))
    assert open_workspace(workspace.root).ask(OF_A_SCHOOL, ["2025-26"])["n"].to_list() == [2]
    assert questions_asked() == {}


def test_only_what_was_not_known_is_noted(tmp_path):
    workspace, folder = made(tmp_path / "district", "a")
    knowing(folder, 77)
    district = open_workspace(workspace.root)
    district.ask(HOW_MANY)
    district.ask(SCHOOLS)
    assert questions_asked() == {str(folder): [SCHOOLS]}


def test_who_changes_an_answer_changes_nobody_elses(tmp_path):
    workspace, folder = made(tmp_path / "district", "a")
    knowing(folder, 77)
    told = open_workspace(workspace.root).ask(HOW_MANY)
    told.loc[0, "n"] = 0
    assert open_workspace(workspace.root).ask(HOW_MANY)["n"].to_list() == [77]


def test_an_answer_beforehand_is_the_answer_that_a_district_gives_itself(tmp_path):
    workspace, folder = made(tmp_path / "district", "a", "b")
    told = ask_beforehand(folder, [HOW_MANY, SCHOOLS])
    district = open_workspace(workspace.root)
    for sql in (HOW_MANY, SCHOOLS):
        pd.testing.assert_frame_equal(told.answers[sql], district.ask(sql))
    know(folder, told)
    pd.testing.assert_frame_equal(open_workspace(workspace.root).schools, district.schools)


def test_a_snapshot_that_is_older_than_a_column_opens_the_same_whether_its_columns_are_known_or_not(tmp_path):
    workspace, folder = made(tmp_path / "district", "a")
    with duckdb.connect(str(folder / "tables.duckdb")) as connection:
        connection.execute("ALTER TABLE students DROP COLUMN home_zone")
    know(folder, ask_beforehand(folder, [HOW_MANY]))
    assert open_workspace(workspace.root).ask("SELECT home_zone FROM students")["home_zone"].to_list() == [
        None
    ]


def test_a_question_that_fails_and_one_with_a_long_answer_are_left_to_who_asks(tmp_path, monkeypatch):
    _, folder = made(tmp_path / "district", "a", "b")
    monkeypatch.setattr("dataworkbench.warehouse.district.REMEMBERED_ROWS", 1)
    assert set(ask_beforehand(folder, ["SELECT nothing", SCHOOLS, HOW_MANY]).answers) == {HOW_MANY}
