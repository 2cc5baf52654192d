"""Backups, restoring, exports, migrations, and disks on which no records are kept."""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
from pathlib import Path

import pytest
from written import a_goal

from dataworkbench.errors import NothingToShowError, WorkbenchError
from dataworkbench.records import (
    Action,
    Finding,
    Goal,
    StudentNote,
    back_up,
    database,
    export,
    open_records,
    rebuild,
    restore,
    rows,
    updating,
)
from dataworkbench.records.tables import METADATA


def everything(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with sqlite3.connect(path) as held:
        return {
            name: held.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall() for name in METADATA.tables
        }


def test_a_restored_backup_equals_what_was_there_row_by_row(kept, workspace, tmp_path) -> None:
    first = kept.add(a_goal(), by="a")
    kept.change(first.id, a_goal(0.1), seen=1, by="b")
    kept.add(Action(what="call"), follows=[first.id])
    before = everything(kept.path)
    copy = back_up(workspace, tmp_path / "elsewhere")
    assert list(copy.parent.iterdir()) == [copy]
    kept.withdraw(first.id)
    kept.add(Action(what="written after the backup"))
    undone = restore(workspace, copy)
    assert everything(kept.path) == before
    assert [e.body.what for e in kept.latest(Action)] == ["call"]
    restore(workspace, undone)
    assert [e.body.what for e in kept.latest(Action)] == ["call", "written after the backup"]


def test_a_copy_of_the_file_alone_would_not_have_done(kept, tmp_path) -> None:
    """Why backups are made as they are: what was written last may still stand in the journal beside the file."""
    with sqlite3.connect(kept.path) as open_elsewhere:
        open_elsewhere.execute("PRAGMA journal_mode").fetchone()
        kept.add(a_goal())
        with sqlite3.connect(kept.path) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT * FROM versions").fetchall()
            kept.add(a_goal(0.2))
            shutil.copy(kept.path, tmp_path / "plain.db")
    with sqlite3.connect(tmp_path / "plain.db") as held:
        try:
            found = held.execute("SELECT count(*) FROM versions").fetchone()[0]
        except sqlite3.DatabaseError:
            found = 0
    assert found < 2


def test_a_restore_into_an_empty_workspace_works_too(kept, workspace, tmp_path) -> None:
    kept.add(a_goal())
    copy = back_up(workspace, tmp_path / "elsewhere")
    for path in kept.path.parent.glob("records.db*"):
        path.unlink()
    assert restore(workspace, copy) is None
    assert len(open_records(workspace).latest(Goal)) == 1


@pytest.mark.parametrize("content", [b"", b"not a database at all, but long enough to look at" * 50])
def test_a_file_that_is_no_backup_changes_nothing(kept, workspace, tmp_path, content) -> None:
    kept.add(a_goal())
    before = everything(kept.path)
    (tmp_path / "strange.db").write_bytes(content)
    with pytest.raises(WorkbenchError):
        restore(workspace, tmp_path / "strange.db")
    with pytest.raises(WorkbenchError, match="There is no file"):
        restore(workspace, tmp_path / "nowhere.db")
    assert everything(kept.path) == before


def test_a_damaged_backup_changes_nothing(kept, workspace, tmp_path) -> None:
    for at in range(200):
        kept.add(Action(what=f"{at} " * 100))
    before = everything(kept.path)
    copy = back_up(workspace, tmp_path)
    held = bytearray(copy.read_bytes())
    held[8192:40000] = b"\xff" * (40000 - 8192)
    copy.write_bytes(held)
    with pytest.raises(WorkbenchError):
        restore(workspace, copy)
    assert everything(kept.path) == before


def test_where_nothing_was_written_there_is_nothing_to_back_up(workspace) -> None:
    with pytest.raises(NothingToShowError, match="Nothing has been written"):
        back_up(workspace)


def test_records_of_a_newer_workbench_are_refused_and_not_touched(kept, workspace) -> None:
    kept.add(a_goal())
    with sqlite3.connect(kept.path) as held:
        held.execute("UPDATE alembic_version SET version_num = '9999'")
    before = kept.path.read_bytes()
    with pytest.raises(WorkbenchError, match=r"newer workbench.*9999.*Nothing was touched"):
        open_records(workspace)
    assert kept.path.read_bytes() == before


def test_a_kind_or_a_format_of_a_newer_workbench_is_refused_kindly(kept) -> None:
    with pytest.raises(WorkbenchError, match="newer workbench"):
        rows.body_from("seating plan", 1, "{}")
    with pytest.raises(WorkbenchError, match="newer workbench"):
        rows.body_from("goal", 99, "{}")


def test_older_tables_are_backed_up_and_brought_up_to_date_with_their_data(
    kept, workspace, monkeypatch
) -> None:
    """Today there is one revision; a second one is made up here: nobody may have to throw away what was written."""
    goal = kept.add(a_goal(), by="a")
    monkeypatch.setattr(database, "HEAD", "0002")
    monkeypatch.setattr(
        updating,
        "migrate",
        lambda held, to: held.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{to}'"),
    )
    again = open_records(workspace)
    assert again.latest(Goal) == [goal]
    (copy,) = (workspace.root / "backups").iterdir()
    assert everything(copy) == everything(kept.path)


def test_a_migration_that_breaks_off_leaves_everything_as_it_was(kept, workspace, monkeypatch) -> None:
    kept.add(a_goal())
    before = everything(kept.path)

    def break_off(held, _):
        held.exec_driver_sql("DROP TABLE set_aside")
        raise RuntimeError("power cut")

    monkeypatch.setattr(database, "HEAD", "0002")
    monkeypatch.setattr(updating, "migrate", break_off)
    with pytest.raises(RuntimeError, match="power cut"):
        open_records(workspace)
    assert everything(kept.path) == before


def test_the_newest_migration_is_the_one_that_is_written(kept) -> None:
    assert updating.revisions()[0] == database.HEAD


def test_the_migrations_make_the_tables_that_the_code_writes(kept) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    kept.add(a_goal())
    with database.reading(database.engine_for(kept.path)) as held:
        assert compare_metadata(MigrationContext.configure(held), METADATA) == []


def test_no_records_are_kept_on_a_network_drive(workspace, monkeypatch) -> None:
    monkeypatch.setattr(database, "_is_on_network", lambda _: True)
    with pytest.raises(WorkbenchError, match="network drive"):
        open_records(workspace).add(a_goal())
    assert not (workspace.root / "records.db").exists()


def test_a_file_that_is_no_database_is_said_to_be_so(workspace) -> None:
    (workspace.root / "records.db").write_bytes(b"something else entirely" * 100)
    with pytest.raises(WorkbenchError, match="cannot be read as records"):
        open_records(workspace)


def test_an_export_has_every_change_a_line_and_a_sheet_for_each_kind(kept, tmp_path) -> None:
    goal = kept.add(a_goal(), by="=1+1")
    kept.change(goal.id, a_goal(0.1, words="@SUM(A1)"), seen=1)
    kept.add(Finding(concern='שלום, <b>"x"</b>'), follows=[goal.id])
    done = export(kept, tmp_path / "out")
    lines = [
        json.loads(line) for line in (tmp_path / "out" / "changes.jsonl").read_text("utf-8").splitlines()
    ]
    assert [(line["id"], line["version"]) for line in lines[:2]] == [(goal.id, 1), (goal.id, 2)]
    with (tmp_path / "out" / "goal.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["words"] == "'@SUM(A1)"
    assert row["version"] == "2"
    assert done.changes == 3
    assert {path.name for path in done.files} == {
        "changes.jsonl",
        "set_aside.jsonl",
        "goal.csv",
        "finding.csv",
    }


def test_no_cell_of_an_export_runs_as_a_formula(kept, tmp_path) -> None:
    for begin in ("=", "+", "-", "@", "\t=", "|"):
        kept.add(Action(what=f"{begin}cmd", who=f"{begin}cmd"), by=f"{begin}cmd")
    export(kept, tmp_path / "out")
    with (tmp_path / "out" / "action.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not [cell for cell in cells if cell.lstrip()[:1] in {"=", "+", "-", "@", "|"}]


def test_an_export_leaves_restricted_notes_out_and_says_how_many(kept, tmp_path) -> None:
    kept.add(StudentNote(student_id="1", words="told in confidence", kind="restricted"))
    kept.add(StudentNote(student_id="1", words="likes maps"))
    done = export(kept, tmp_path / "out")
    assert "told in confidence" not in "".join(path.read_text("utf-8") for path in done.files)
    assert (done.changes, done.left_out) == (1, 1)
    assert "Of restricted notes, 1 change was left out." in str(done)
    export(kept, tmp_path / "all", restricted=True)
    assert "told in confidence" in (tmp_path / "all" / "student_note.csv").read_text("utf-8")


def test_nothing_is_rebuilt_over_records_that_are_there(kept, tmp_path) -> None:
    kept.add(a_goal())
    export(kept, tmp_path / "out", restricted=True)
    with pytest.raises(WorkbenchError, match="holds records already"):
        rebuild(tmp_path / "out", kept.path)
