"""Files in, a snapshot out: nothing lost, nothing twice, nothing half done."""

from __future__ import annotations

import csv
import io

import polars as pl
import pytest

from dataworkbench.errors import NothingToShowError, WorkbenchError
from dataworkbench.intake import files_in, import_files
from dataworkbench.intake import importing as intake
from dataworkbench.warehouse import current_snapshot, list_snapshots, open_workspace
from dataworkbench.workspace import new_workspace

ATTENDANCE = "Student ID,School ID,School Year,Attendance Date,Attendance Code\n{}"


@pytest.fixture
def workspace(tmp_path):
    return new_workspace(tmp_path / "district")


def attendance(workspace, *rows, name="attendance.csv"):
    path = workspace.inbox / name
    path.write_text(ATTENDANCE.format("".join(f"{row}\n" for row in rows)), encoding="utf-8")
    return path


GOOD = ("00123,S1,2025-26,2025-09-02,A", "00123,S1,2025-26,2025-09-03,P", "00124,S1,2025-26,2025-09-02,P")
BAD = "00125,S1,2025-26,the second of May,P"


def test_what_lies_in_the_inbox_becomes_the_snapshot_in_use(workspace):
    attendance(workspace, *GOOD)
    brought = import_files(workspace)
    assert brought.changed
    assert current_snapshot(workspace).id == brought.snapshot.id
    assert open_workspace(workspace.root).table("attendance")["student_id"].nunique() == 2


def test_an_empty_inbox_says_what_to_do(workspace):
    with pytest.raises(NothingToShowError, match="dataworkbench import"):
        import_files(workspace)


def test_of_a_file_with_a_bad_row_the_rest_is_taken_and_the_row_is_listed_with_what_to_do(workspace):
    attendance(workspace, *GOOD, BAD)
    brought = import_files(workspace)
    file = brought.files.row(0, named=True)
    assert (file["rows_read"], file["rows_kept"], file["rows_set_aside"]) == (4, 3, 1)
    aside = brought.set_aside.row(0, named=True)
    assert (aside["row"], aside["value"]) == (5, "the second of May")
    assert aside["what_to_do"]


def test_the_ledger_lies_in_the_snapshot_as_a_table_that_a_spreadsheet_can_open(workspace):
    attendance(workspace, *GOOD, BAD)
    folder = import_files(workspace).snapshot.folder / "ledger"
    rows = list(csv.DictReader(io.StringIO((folder / "set_aside.csv").read_text(encoding="utf-8"))))
    assert [row["value"] for row in rows] == ["the second of May"]


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)"])
def test_a_cell_that_a_spreadsheet_would_run_is_written_as_text(workspace, formula):
    attendance(workspace, *GOOD, f"00125,S1,2025-26,{formula},P")
    folder = import_files(workspace).snapshot.folder / "ledger"
    assert f"'{formula}" in (folder / "set_aside.csv").read_text(encoding="utf-8")


def test_the_same_file_again_changes_nothing_and_says_so(workspace):
    attendance(workspace, *GOOD)
    first = import_files(workspace)
    again = import_files(workspace)
    assert not again.changed
    assert current_snapshot(workspace).id == first.snapshot.id
    assert "imported before" in again.notes.get_column("message")[0]


def test_a_dry_run_says_what_would_change_and_writes_nothing(workspace):
    attendance(workspace, *GOOD)
    tried = import_files(workspace, dry_run=True)
    assert tried.changes.filter(pl.col("table") == "attendance").get_column("new")[0] == 3
    assert not list_snapshots(workspace)
    assert not list(workspace.raw.iterdir())


def test_raw_files_are_kept_as_they_came(workspace):
    path = attendance(workspace, *GOOD)
    import_files(workspace)
    assert [kept.read_bytes() for kept in workspace.raw.iterdir()] == [path.read_bytes()]


def test_a_second_file_adds_to_the_first_and_a_newer_record_replaces_the_older(workspace):
    attendance(workspace, *GOOD)
    import_files(workspace)
    attendance(workspace, "00123,S1,2025-26,2025-09-02,P", "00124,S1,2025-26,2025-09-03,A", name="later.csv")
    brought = import_files(workspace)
    change = brought.changes.filter(pl.col("table") == "attendance").row(0, named=True)
    assert (change["new"], change["changed"], change["same"], change["gone"]) == (1, 1, 2, 0)


def test_an_import_that_is_broken_off_leaves_the_snapshot_in_use(workspace, monkeypatch):
    attendance(workspace, *GOOD)
    before = import_files(workspace)
    attendance(workspace, "00126,S1,2025-26,2025-09-02,P", name="later.csv")

    def broken_off(*_args, **_keywords):
        raise KeyboardInterrupt

    monkeypatch.setattr(intake, "write_snapshot", broken_off)
    with pytest.raises(KeyboardInterrupt):
        import_files(workspace)
    monkeypatch.undo()
    assert current_snapshot(workspace).id == before.snapshot.id
    assert import_files(workspace).changed


def test_two_imports_at_once_are_refused_with_a_word(workspace):
    attendance(workspace, *GOOD)
    with intake._alone(workspace), pytest.raises(WorkbenchError, match="at work"):
        import_files(workspace)


def test_a_lock_is_let_go_when_an_import_fails(workspace):
    with pytest.raises(NothingToShowError):
        import_files(workspace)
    attendance(workspace, *GOOD)
    assert import_files(workspace).changed


def test_a_file_that_cannot_be_used_is_answered_and_makes_no_snapshot(workspace):
    (workspace.inbox / "letter.pdf.csv").write_bytes(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + b"\0" * 64)
    brought = import_files(workspace)
    assert not brought.changed
    assert brought.refused.get_column("level").to_list() == ["refused"]


def test_a_folder_with_a_manifest_is_taken_as_one_roster_and_other_folders_are_looked_into(tmp_path):
    roster = tmp_path / "in" / "roster"
    roster.mkdir(parents=True)
    (roster / "manifest.csv").touch()
    (tmp_path / "in" / "more").mkdir()
    (tmp_path / "in" / "more" / "scores.csv").touch()
    (tmp_path / "in" / ".DS_Store").touch()
    assert [path.name for path in files_in(tmp_path / "in")] == ["scores.csv", "roster"]
