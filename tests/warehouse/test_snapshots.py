"""Snapshots: whole or not at all, immutable, gone back to."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from dataworkbench.errors import NoSuchNameError, NothingToShowError
from dataworkbench.warehouse import (
    current_snapshot,
    list_snapshots,
    open_workspace,
    read_tables,
    snapshots,
    use_snapshot,
    write_snapshot,
)
from dataworkbench.workspace import new_workspace


def students(*ids: str) -> dict[str, pl.DataFrame]:
    return {"students": pl.DataFrame({"student_id": list(ids), "school_year": ["2025-26"] * len(ids)})}


@pytest.fixture
def workspace(tmp_path):
    return new_workspace(tmp_path / "district")


def test_before_the_first_import_the_message_says_what_to_do(workspace):
    with pytest.raises(NothingToShowError, match="dataworkbench import"):
        open_workspace(workspace.root)


def test_a_snapshot_gives_back_what_was_written_with_ids_as_text(workspace):
    write_snapshot(workspace, students("00123", "00124"))
    district = open_workspace(workspace.root)
    assert district.table("students")["student_id"].to_list() == ["00123", "00124"]


def test_a_second_snapshot_is_the_one_in_use_and_the_first_can_be_gone_back_to(workspace):
    first = write_snapshot(workspace, students("1"))
    second = write_snapshot(workspace, students("1", "2"))
    assert current_snapshot(workspace).id == second.id
    use_snapshot(workspace, first.id)
    assert len(open_workspace(workspace.root).table("students")) == 1
    assert [info.id for info in list_snapshots(workspace)] == [first.id, second.id]


def test_an_unknown_snapshot_is_answered_with_those_there_are(workspace):
    info = write_snapshot(workspace, students("1"))
    with pytest.raises(NoSuchNameError, match=info.id):
        use_snapshot(workspace, "2020-01-01_000000-abcdef")


def test_two_snapshots_of_one_second_get_names_of_their_own(workspace):
    now = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
    assert len({write_snapshot(workspace, students("1"), now=now).id for _ in range(3)}) == 3


@pytest.mark.parametrize(
    "step",
    ["_write_database", "_write_parquet", "_write_ledger", "_write_info", "_flush_folder", "_point_to"],
)
def test_whatever_step_fails_the_snapshot_in_use_stays_in_use(workspace, monkeypatch, step):
    before = write_snapshot(workspace, students("1"))

    def fail(*_args, **_keywords):
        raise OSError("No space left on device")

    monkeypatch.setattr(snapshots, step, fail)
    with pytest.raises(OSError, match="No space"):
        write_snapshot(workspace, students("1", "2"))
    monkeypatch.undo()
    assert current_snapshot(workspace).id == before.id
    assert len(open_workspace(workspace.root).table("students")) == 1
    assert not list(workspace.snapshots.glob(".making-*"))


def test_the_parquet_copies_say_the_same_as_the_database(workspace):
    info = write_snapshot(workspace, students("1", "2"))
    assert read_tables(info)["students"].get_column("student_id").to_list() == ["1", "2"]
    assert info.rows["students"] == 2


def test_a_ledger_lies_beside_the_tables(workspace):
    info = write_snapshot(workspace, students("1"), ledger={"files.csv": "file\nroster.zip\n"})
    assert (info.folder / "ledger" / "files.csv").read_text() == "file\nroster.zip\n"


def test_a_workspace_can_be_opened_twice_in_one_notebook(workspace):
    write_snapshot(workspace, students("1"))
    first, second = open_workspace(workspace.root), open_workspace(workspace.root)
    assert len(first.table("students")) == len(second.table("students")) == 1


def test_a_run_keeps_to_its_snapshot_though_a_newer_one_is_made(workspace, monkeypatch):
    before = write_snapshot(workspace, students("1"))
    write_snapshot(workspace, students("1", "2"))
    monkeypatch.setenv("DATAWORKBENCH_SNAPSHOT", before.id)
    assert len(open_workspace(workspace.root).table("students")) == 1
    monkeypatch.setenv("DATAWORKBENCH_SNAPSHOT", "of another workspace")
    assert len(open_workspace(workspace.root).table("students")) == 2


def test_a_question_takes_as_many_threads_as_its_surroundings_say(workspace, monkeypatch):
    write_snapshot(workspace, students("00123"))
    monkeypatch.setenv("DATAWORKBENCH_THREADS", "1")
    asked = open_workspace(workspace.root).ask("SELECT current_setting('threads') AS threads")
    assert asked["threads"].tolist() == [1]
