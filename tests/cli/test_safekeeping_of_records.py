"""Copies of what teams wrote, from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dataworkbench.cli import app
from dataworkbench.records import Action, StudentNote, open_records
from dataworkbench.workspace import new_workspace


@pytest.fixture
def typed(monkeypatch):
    monkeypatch.setenv("COLUMNS", "300")
    return lambda *words: CliRunner().invoke(app, ["records", *(str(word) for word in words)])


@pytest.fixture
def workspace(tmp_path):
    return new_workspace(tmp_path / "district")


def test_what_was_written_after_a_copy_is_gone_after_going_back_and_lies_in_another_copy(typed, workspace):
    kept = open_records(workspace)
    kept.add(Action(what="before"))
    copy = json.loads(typed("backup", "-w", workspace.root, "--json").stdout)["data"]["backup"]
    kept.add(Action(what="after"))
    done = json.loads(typed("restore", copy, "-w", workspace.root, "--json").stdout)
    assert [entry.body.what for entry in kept.latest(Action)] == ["before"]
    typed("restore", done["data"]["before"], "-w", workspace.root)
    assert [entry.body.what for entry in kept.latest(Action)] == ["before", "after"]


def test_an_export_says_how_many_restricted_notes_it_left_out(typed, workspace, tmp_path):
    open_records(workspace).add(StudentNote(student_id="1", words="told in confidence", kind="restricted"))
    done = typed("export", tmp_path / "out", "-w", workspace.root)
    assert done.exit_code == 0
    assert "Of restricted notes, 1 change was left out." in done.stdout
    assert "told in confidence" not in (tmp_path / "out" / "changes.jsonl").read_text("utf-8")
    typed("export", tmp_path / "all", "-w", workspace.root, "--restricted")
    assert "told in confidence" in (tmp_path / "all" / "changes.jsonl").read_text("utf-8")


def test_where_nothing_was_written_there_is_nothing_to_copy(typed, workspace):
    done = typed("backup", "-w", workspace.root)
    assert done.exit_code == 2
    assert "Nothing has been written" in done.stderr


def test_a_file_that_is_no_copy_changes_nothing(typed, workspace, tmp_path):
    (tmp_path / "x.db").write_bytes(b"x" * 5000)
    assert typed("restore", tmp_path / "x.db", "-w", workspace.root).exit_code == 2
    assert not (workspace.root / "records.db").exists()


def test_what_is_erased_is_gone_and_it_is_said_which_copies_still_hold_it(typed, workspace, tmp_path):
    kept = open_records(workspace)
    note = kept.add(StudentNote(student_id="1", words="told in confidence", kind="restricted"))
    copy = json.loads(typed("backup", "-w", workspace.root, "--json").stdout)["data"]["backup"]
    words = ("erase", note.id, "-w", workspace.root, "--by", "the principal", "--why", "the family asked")
    done = typed(*words)
    assert done.exit_code == 0
    assert f"Erased the words of {note.id}, of 1 version and" in done.stdout
    assert "Copies that were made before still hold them: 1 in" in done.stdout
    again = typed("backup", tmp_path / "later", "-w", workspace.root, "--json")
    later = json.loads(again.stdout)["data"]["backup"]
    held = [b"told in confidence" in Path(path).read_bytes() for path in (copy, later)]
    assert held == [True, False]
    assert typed(*words).exit_code == 2


def test_nothing_is_erased_without_a_reason_and_a_name(typed, workspace):
    note = open_records(workspace).add(StudentNote(student_id="1", words="likes maps"))
    assert typed("erase", note.id, "-w", workspace.root, "--by", "a").exit_code == 2
    assert typed("erase", note.id, "-w", workspace.root, "--by", "a", "--why", " ").exit_code == 2
    assert open_records(workspace).entry(note.id) == note


def test_a_demo_does_not_write_its_made_up_team_among_your_own(tmp_path, monkeypatch):
    monkeypatch.setenv("DATAWORKBENCH_RECORDS_URL", "postgresql://teams@db.example.org/records")
    done = CliRunner().invoke(app, ["demo", str(tmp_path / "demo")])
    assert done.exit_code == 2
    assert "would write among your own" in done.stderr.replace("\n", " ")
    assert not (tmp_path / "demo").exists()
