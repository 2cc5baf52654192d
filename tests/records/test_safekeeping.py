"""Backups, restoring, exports, and disks on which no records are kept."""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
import threading
from pathlib import Path

import pytest
from written import ONE_OF_EACH, a_goal, everything

from dataworkbench.errors import NothingToShowError, WorkbenchError
from dataworkbench.records import (
    KINDS,
    Action,
    ConflictError,
    Finding,
    Goal,
    MeetingNote,
    Member,
    Records,
    StudentNote,
    Team,
    back_up,
    database,
    export,
    open_records,
    rebuild,
    restore,
    rows,
)


def fill(kept) -> None:
    """Write something into every table."""
    first = kept.add(a_goal(words="<b>שלום</b>\n'; DROP TABLE versions; --"), by="a")
    kept.change(first.id, a_goal(0.1), seen=1, by="b")
    with pytest.raises(ConflictError):
        kept.change(first.id, a_goal(0.2), seen=1, by="c")
    kept.add(Action(what="call"), follows=[first.id])
    gone = kept.add(StudentNote(student_id="1", words="told in confidence"))
    kept.erase(gone.id, by="d", why="the family asked")
    kept.draft("seat-1", "", "words", "half a sen")


def test_a_restored_backup_equals_what_was_there_row_by_row(kept, workspace, tmp_path) -> None:
    fill(kept)
    before = everything(kept.database)
    assert all(before.values())
    copy = back_up(workspace, tmp_path / "elsewhere")
    assert list(copy.parent.iterdir()) == [copy]
    assert everything(database.SQLite(copy)) == before
    (call,) = kept.latest(Action)
    kept.withdraw(call.id)
    kept.add(Action(what="written after the backup"))
    after = everything(kept.database)
    undone = restore(workspace, copy)
    assert everything(kept.database) == before
    assert [e.body.what for e in kept.latest(Action)] == ["call"]
    restore(workspace, undone)
    assert everything(kept.database) == after
    assert [e.body.what for e in kept.latest(Action)] == ["written after the backup"]


def test_words_that_are_being_typed_are_in_no_copy_and_outlive_a_restore(kept, workspace, tmp_path) -> None:
    kept.add(a_goal())
    kept.draft("seat-1", "", "words", "half a sentence")
    copy = back_up(workspace, tmp_path / "elsewhere")
    assert b"half a sentence" not in copy.read_bytes()
    kept.draft("seat-1", "", "words", "half a sentence and more")
    restore(workspace, copy)
    assert kept.drafts("seat-1") == {"words": "half a sentence and more"}


def test_a_number_is_not_given_twice_even_where_a_restore_took_changes_away(kept, workspace) -> None:
    kept.add(a_goal())
    copy = back_up(workspace)
    taken = [kept.add(Action(what=f"{at}")).number for at in range(5)]
    restore(workspace, copy)
    assert kept.newest < min(taken)
    assert kept.add(Action(what="after")).number > max(taken)


def test_records_move_from_one_kind_of_database_to_the_other_and_back(
    kept, workspace, postgresql, tmp_path, monkeypatch
) -> None:
    fill(kept)
    before = everything(kept.database)
    copy = back_up(workspace, tmp_path / "elsewhere")
    settings = workspace.root / "workbench.toml"
    url = "" if workspace.records_url() else postgresql.new()
    lines = settings.read_text("utf-8").splitlines()
    held = [f'url = "{url}"' if line.startswith('url = "') else line for line in lines]
    settings.write_text("\n".join(held), encoding="utf-8")
    assert open_records(workspace).database.place != kept.place
    assert restore(workspace, copy) is None
    assert everything(open_records(workspace).database) == before
    assert everything(database.SQLite(back_up(workspace))) == before
    assert open_records(workspace).add(a_goal()).number > kept.newest


def test_a_backup_that_is_made_while_others_write_holds_a_moment_whole(kept, workspace, tmp_path) -> None:
    kept.add(a_goal())
    stop = threading.Event()

    def write_on() -> None:
        mine = Records(database.database_of(workspace))
        while not stop.is_set():
            with mine.at_once() as turn:
                first = turn.add(Action(what="one of two"))
                turn.add(Action(what="two of two"), follows=[first.id])

    writer = threading.Thread(target=write_on)
    writer.start()
    try:
        copies = [Records(back_up(workspace, tmp_path / "elsewhere")) for _ in range(5)]
        undone = restore(workspace, Path(copies[-1].place))
    finally:
        stop.set()
        writer.join()
    sizes = [len(copy.latest(Action)) for copy in copies]
    assert sizes == sorted(sizes)
    assert sizes[-1] > sizes[0]
    assert all(size % 2 == 0 for size in sizes)
    assert len(Records(undone).latest(Action)) % 2 == 0
    assert [e.number for e in copies[-1].changes()] == list(range(1, sizes[-1] + 2))


def test_a_copy_of_the_file_alone_would_not_have_done(tmp_path) -> None:
    """Why backups are made as they are: what was written last may still stand in the journal beside the file."""
    kept = Records(tmp_path / "records.db")
    with sqlite3.connect(kept.place) as open_elsewhere:
        open_elsewhere.execute("PRAGMA journal_mode").fetchone()
        kept.add(a_goal())
        with sqlite3.connect(kept.place) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT * FROM versions").fetchall()
            kept.add(a_goal(0.2))
            shutil.copy(kept.place, tmp_path / "plain.db")
    with sqlite3.connect(tmp_path / "plain.db") as held:
        try:
            found = held.execute("SELECT count(*) FROM versions").fetchone()[0]
        except sqlite3.DatabaseError:
            found = 0
    assert found < 2


def test_a_restore_into_an_empty_place_works_too(kept, workspace, new_place, tmp_path) -> None:
    kept.add(a_goal())
    copy = back_up(workspace, tmp_path / "elsewhere")
    held = [entry.id for entry in kept.latest(Goal)]
    empty = new_place()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("dataworkbench.records.backups.database_of", lambda _: empty)
        assert restore(workspace, copy) is None
    assert [entry.id for entry in Records(empty).latest(Goal)] == held


@pytest.mark.parametrize("content", [b"", b"not a database at all, but long enough to look at" * 50])
def test_a_file_that_is_no_backup_changes_nothing(kept, workspace, tmp_path, content) -> None:
    kept.add(a_goal())
    before = everything(kept.database)
    (tmp_path / "strange.db").write_bytes(content)
    with pytest.raises(WorkbenchError):
        restore(workspace, tmp_path / "strange.db")
    with pytest.raises(WorkbenchError, match="There is no file"):
        restore(workspace, tmp_path / "nowhere.db")
    assert everything(kept.database) == before


def test_a_damaged_backup_changes_nothing(kept, workspace, tmp_path) -> None:
    for at in range(200):
        kept.add(Action(what=f"{at} " * 100))
    before = everything(kept.database)
    copy = back_up(workspace, tmp_path)
    held = bytearray(copy.read_bytes())
    held[8192:40000] = b"\xff" * (40000 - 8192)
    copy.write_bytes(held)
    with pytest.raises(WorkbenchError):
        restore(workspace, copy)
    assert everything(kept.database) == before


def test_a_backup_whose_rows_do_not_fit_together_changes_nothing(kept, workspace, tmp_path) -> None:
    kept.add(a_goal())
    before = everything(kept.database)
    for broken in ("DELETE FROM entries", """UPDATE versions SET body = '{"indicator":'"""):
        copy = back_up(workspace, tmp_path)
        with sqlite3.connect(copy) as held:
            held.execute(broken)
        with pytest.raises(WorkbenchError, match="nothing was changed"):
            restore(workspace, copy)
    assert everything(kept.database) == before


def test_a_restore_that_breaks_off_changes_nothing(kept, workspace, tmp_path, monkeypatch) -> None:
    fill(kept)
    copy = back_up(workspace, tmp_path)
    kept.add(Action(what="after"))
    before = everything(kept.database)

    def break_off(*_: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(type(kept.database), "numbered_on", break_off)
    with pytest.raises(RuntimeError, match="power cut"):
        restore(workspace, copy)
    assert everything(kept.database) == before


def test_where_nothing_was_written_there_is_nothing_to_back_up(workspace) -> None:
    with pytest.raises(NothingToShowError, match="Nothing has been written"):
        back_up(workspace)


def test_a_kind_or_a_format_of_a_newer_workbench_is_refused_kindly(kept) -> None:
    with pytest.raises(WorkbenchError, match="newer workbench"):
        rows.body_from("seating plan", 1, "{}")
    with pytest.raises(WorkbenchError, match="newer workbench"):
        rows.body_from("goal", 99, "{}")


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
        kept.add(Team(name=f"{begin}cmd", members=(Member(name=f"{begin}cmd"),), norms=(f"{begin}cmd",)))
    export(kept, tmp_path / "out")
    cells = []
    for name in ("action", "team"):
        with (tmp_path / "out" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            cells += [cell for row in csv.reader(file) for cell in row]
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


def test_a_restricted_note_of_a_meeting_is_in_no_export_that_did_not_ask_for_it(kept, tmp_path) -> None:
    goal = kept.add(a_goal())
    open_note = MeetingNote(words="spoke of his brother")
    note = kept.add(open_note, follows=[goal.id])
    with pytest.raises(ConflictError):
        kept.change(note.id, MeetingNote(words="set aside while it was open"), seen=9)
    kept.change(note.id, MeetingNote(words="spoke of his brother", kind="restricted"), seen=1)
    assert kept.latest(MeetingNote) == kept.following(goal.id) == kept.set_aside() == []
    done = export(kept, tmp_path / "out")
    written = "".join(path.read_text("utf-8") for path in done.files)
    assert "his brother" not in written
    assert "set aside while" not in written
    whole = export(kept, tmp_path / "all", restricted=True)
    assert "meeting_note.csv" in {path.name for path in whole.files}


def test_every_kind_has_a_sheet_in_an_export(kept, tmp_path) -> None:
    for body in ONE_OF_EACH:
        kept.add(body)
    done = export(kept, tmp_path / "out", restricted=True)
    assert {path.stem for path in done.files} == set(KINDS) | {"changes", "set_aside"}
    again = rebuild(tmp_path / "out", tmp_path / "again.db")
    assert again.changes(restricted=True) == kept.changes(restricted=True)


def test_words_that_are_being_typed_are_in_no_export(kept, tmp_path) -> None:
    kept.add(a_goal())
    kept.draft("seat-1", "", "words", "half a sentence")
    done = export(kept, tmp_path / "out", restricted=True)
    assert "half a sentence" not in "".join(path.read_text("utf-8") for path in done.files)


def test_records_made_from_an_export_are_equal_row_by_row_and_go_on_from_there(
    kept, new_place, tmp_path
) -> None:
    fill(kept)
    export(kept, tmp_path / "out", restricted=True)
    again = rebuild(tmp_path / "out", new_place())
    held, made = everything(kept.database), everything(again.database)
    assert {name: len(rows) for name, rows in made.items()} == {
        name: len(rows) for name, rows in held.items()
    }
    assert again.changes(restricted=True) == kept.changes(restricted=True)
    assert again.erasures() == kept.erasures()
    assert again.add(a_goal()).number == kept.newest + 1


def test_an_export_that_leaves_out_what_others_follow_cannot_be_rebuilt_and_says_so(
    kept, new_place, tmp_path
) -> None:
    note = kept.add(StudentNote(student_id="1", words="told in confidence", kind="restricted"))
    kept.add(Action(what="call"), follows=[note.id])
    export(kept, tmp_path / "out")
    place = new_place()
    with pytest.raises(WorkbenchError, match="with restricted notes"):
        rebuild(tmp_path / "out", place)
    export(kept, tmp_path / "all", restricted=True)
    assert len(rebuild(tmp_path / "all", place).latest(Action)) == 1


def test_nothing_is_rebuilt_over_records_that_are_there(kept, tmp_path) -> None:
    kept.add(a_goal())
    export(kept, tmp_path / "out", restricted=True)
    with pytest.raises(WorkbenchError, match="holds records already"):
        rebuild(tmp_path / "out", kept.database)
