"""Copies of the records, made while people write on, and the way back to one."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from dataworkbench.errors import NothingToShowError, WorkbenchError
from dataworkbench.records.database import (
    BACKUPS,
    back_up_file,
    bring_up_to_date,
    copy_into,
    engine_for,
    place_of,
    refuse_strange,
)
from dataworkbench.workspace import Workspace


def back_up(workspace: Workspace, folder: Path | None = None) -> Path:
    """Write a whole copy of the records, by default into the folder ``backups`` of the workspace, and return it.

    Raises
    ------
    NothingToShowError
        Where nothing has been written yet.

    """
    path = place_of(workspace)
    if not path.is_file():
        raise NothingToShowError(
            f"Nothing has been written in {workspace.root} yet, so there is nothing to copy."
        )
    return back_up_file(path, folder or workspace.root / BACKUPS)


def restore(workspace: Workspace, backup: Path) -> Path | None:
    """Put the records back as they were in a backup, and return a copy of what stood before, None where nothing did.

    Who has the records open sees them as they are now.

    Raises
    ------
    WorkbenchError
        Where the file is no backup of records, is damaged, or was made by a newer workbench. Nothing is changed then.

    """
    _refuse_damaged(backup)
    path = place_of(workspace)
    before = back_up(workspace) if path.is_file() else None
    if before is None:
        bring_up_to_date(engine_for(path), path)
    copy_into(backup, path)
    bring_up_to_date(engine_for(path), path)
    return before


def _refuse_damaged(backup: Path) -> None:
    if not backup.is_file():
        raise WorkbenchError(f"There is no file {backup}. Nothing was changed.")
    refuse_strange(backup)
    try:
        with closing(sqlite3.connect(f"{backup.resolve().as_uri()}?mode=ro", uri=True)) as held:
            (said,) = held.execute("PRAGMA integrity_check").fetchone()
    except sqlite3.DatabaseError as fault:
        said = str(fault)
    if said != "ok":
        raise WorkbenchError(f"{backup} is damaged ({said}), and nothing was changed. Take another backup.")
