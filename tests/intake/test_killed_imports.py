"""An import that is killed, or finds no room, leaves the data in use as they were, and nothing of it lies about."""

from __future__ import annotations

import errno
import multiprocessing
import os
import random
import shutil
import signal
import time
from pathlib import Path

import polars as pl
import pytest

from dataworkbench.errors import WorkbenchError
from dataworkbench.intake import import_files
from dataworkbench.intake import importing as intake
from dataworkbench.warehouse import current_snapshot, list_snapshots, open_workspace, read_tables, snapshots
from dataworkbench.workspace import Workspace, new_workspace

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")

HEAD = "Student ID,School ID,School Year,Attendance Date,Attendance Code\n"
DAYS = [f"2025-{month:02}-{day:02}" for month in (9, 10, 11) for day in range(1, 29)]
BEFORE, AFTER = 84, 84 * 60
STEPS = (
    "_write_database",
    "_write_parquet",
    "_write_ledger",
    "_write_info",
    "_flush_folder",
    "_point_to",
    "_flush_name",
)


def attendance(place: Path, name: str, students: int) -> None:
    rows = (f"{number:05},S1,2025-26,{day},A" for number in range(students) for day in DAYS)
    (place / name).write_text(HEAD + "\n".join(rows) + "\n")


@pytest.fixture
def workspace(tmp_path):
    made = new_workspace(tmp_path / "district")
    attendance(made.inbox, "first.csv", 1)
    import_files(made)
    attendance(made.inbox, "second.csv", 60)
    return made


def everything_in(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def import_and_die(root: Path, step: str, when: str) -> None:
    """Import, and be killed before or after a step of the writing; run in a process of its own."""
    if step:
        place = intake if step in ("_keep_raw", "_check_same") else snapshots
        original = getattr(place, step)

        def killed(*given, **named):
            if when == "after":
                original(*given, **named)
            os.kill(os.getpid(), signal.SIGKILL)

        setattr(place, step, killed)
    import_files(Workspace(root))


@pytest.fixture(scope="module")
def processes():
    """Processes that begin with everything loaded, so that a kill finds them at work and not at their start."""
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload(["dataworkbench.intake", "dataworkbench.warehouse.snapshots"])
    return made


def is_whole(workspace: Workspace) -> int:
    """Return how many rows the snapshot in use holds, after reading it in both of the ways it is kept."""
    info = current_snapshot(workspace)
    rows = info.rows["attendance"]
    assert read_tables(info)["attendance"].height == rows
    assert len(open_workspace(workspace.root).table("attendance")) == rows
    assert rows in (BEFORE, AFTER)
    return rows


def is_tidy(workspace: Workspace) -> bool:
    hidden = [
        path
        for place in (workspace.snapshots, workspace.raw)
        for path in place.iterdir()
        if path.name[0] == "."
    ]
    return not hidden


@pytest.mark.slow
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", [*STEPS, "_keep_raw", "_check_same"])
def test_killed_at_any_step_of_the_writing_the_data_in_use_are_whole(workspace, processes, step, when):
    child = processes.Process(target=import_and_die, args=(workspace.root, step, when))
    child.start()
    child.join(60)
    assert child.exitcode == -signal.SIGKILL
    rows = is_whole(workspace)
    pointed = step == "_point_to" and when == "after"
    assert rows == (AFTER if pointed else BEFORE) or step == "_flush_name"
    import_files(workspace)
    assert is_whole(workspace) == AFTER
    assert is_tidy(workspace)
    assert len({path.name for path in workspace.raw.iterdir()}) == 2


@pytest.mark.slow
@pytest.mark.parametrize("kills", [8, pytest.param(30, marks=pytest.mark.thorough)])
def test_killed_at_any_moment_the_data_in_use_are_whole(workspace, processes, tmp_path, kills):
    """Imports are killed at moments drawn with a fixed seed, over the time that one takes; every step has its own kill above."""
    drawn = random.Random(20261122)
    untouched = tmp_path / "untouched"
    shutil.copytree(workspace.root, untouched)
    begun = time.monotonic()
    whole = processes.Process(target=import_and_die, args=(workspace.root, "", ""))
    whole.start()
    whole.join(60)
    lasts = time.monotonic() - begun
    assert whole.exitcode == 0
    ends = []
    for _ in range(kills):
        shutil.rmtree(workspace.root)
        shutil.copytree(untouched, workspace.root)
        child = processes.Process(target=import_and_die, args=(workspace.root, "", ""))
        child.start()
        time.sleep(drawn.uniform(0, lasts))
        child.kill()
        child.join(60)
        ends.append((child.exitcode, is_whole(workspace)))
        import_files(workspace)
        assert is_whole(workspace) == AFTER
        assert is_tidy(workspace)
    assert any(code == -signal.SIGKILL and rows == BEFORE for code, rows in ends)


def no_room(*_given, **_named):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("step", STEPS)
def test_a_full_disk_is_told_in_a_sentence_and_leaves_all_as_it_was(workspace, monkeypatch, step):
    before = everything_in(workspace.snapshots)
    monkeypatch.setattr(snapshots, step, no_room)
    with pytest.raises(WorkbenchError, match="There is no room left on the disk") as told:
        import_files(workspace)
    assert "Free some space, then import again. Nothing was changed" in str(told.value)
    monkeypatch.undo()
    kept = everything_in(workspace.snapshots)
    assert kept["current"] == before["current"]
    assert {name: kept[name] for name in before} == before
    assert is_tidy(workspace)
    assert import_files(workspace).changed


def test_no_room_for_the_raw_file_leaves_nothing_half_copied(workspace, monkeypatch):
    def half(source, target):
        Path(target).write_bytes(Path(source).read_bytes()[:100])
        no_room()

    before = everything_in(workspace.root)
    monkeypatch.setattr(intake.shutil, "copyfile", half)
    with pytest.raises(WorkbenchError, match="no room left"):
        import_files(workspace)
    assert everything_in(workspace.root) == before


def test_a_copy_that_is_not_the_same_is_not_kept(workspace, monkeypatch):
    def wrong(source, target):
        Path(target).write_bytes(Path(source).read_bytes()[:-1] + b"?")

    monkeypatch.setattr(intake.shutil, "copyfile", wrong)
    with pytest.raises(WorkbenchError, match=r"second\.csv changed while it was being kept"):
        import_files(workspace)
    assert is_tidy(workspace)
    assert is_whole(workspace) == BEFORE


def test_the_same_files_again_leave_the_snapshots_byte_for_byte(workspace):
    import_files(workspace)
    before = everything_in(workspace.snapshots) | everything_in(workspace.raw)
    assert not import_files(workspace).changed
    assert everything_in(workspace.snapshots) | everything_in(workspace.raw) == before
    assert len(list_snapshots(workspace)) == 2


def test_two_files_of_one_name_in_different_folders_are_both_known_again(workspace):
    (workspace.inbox / "a").mkdir()
    (workspace.inbox / "b").mkdir()
    (workspace.inbox / "a" / "x.csv").write_text("what,is,this\n1,2,3\n")
    attendance(workspace.inbox / "b", "x.csv", 2)
    first = import_files(workspace)
    assert first.changed
    again = import_files(workspace)
    assert not again.changed
    assert again.notes.filter(pl.col("message").str.contains("Nobody has told")).height == 1
