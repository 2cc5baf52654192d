"""Copies of the records, made while people write on, and the way back to one."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from dataworkbench.errors import NothingToShowError, WorkbenchError
from dataworkbench.records import copying, rows, updating
from dataworkbench.records.database import Database, SQLite, database_of
from dataworkbench.workspace import Workspace


def back_up(workspace: Workspace, folder: Path | None = None) -> Path:
    """Write a whole copy of the records into one file, by default in the folder ``backups`` of the workspace, and return it.

    The file is the same whichever database the records lie in. Words that are still being typed are not in it.

    Raises
    ------
    NothingToShowError
        Where nothing has been written yet.

    """
    database = database_of(workspace)
    found = database.revision()
    if not found:
        raise NothingToShowError(
            f"Nothing has been written in {database.place} yet, so there is nothing to copy."
        )
    updating.refuse_newer(found, database.place)
    with database.reading() as held:
        return copying.write_copy(held, found, folder or database.backups)


def restore(workspace: Workspace, backup: Path) -> Path | None:
    """Put the records back as they were in a backup, and return a copy of what stood before, None where nothing did.

    The backup may come from either kind of database, and all of it is put back, or nothing. Who has the records open sees
    them as they are now. Words that are being typed meanwhile stay.

    Raises
    ------
    WorkbenchError
        Where the file is no backup of records, is damaged, or was made by a newer workbench. Nothing is changed then.

    """
    _refuse_damaged(backup)
    with TemporaryDirectory() as folder:
        held = SQLite(Path(shutil.copy(backup, Path(folder) / "records.db")))
        held.bring_up_to_date()
        _refuse_unreadable(held, backup)
        return _put_in(held, database_of(workspace))


def _put_in(source: SQLite, target: Database) -> Path | None:
    """Put what one database holds in the place of what another does, in one turn, and return a copy of that."""
    before = None
    was_there = target.is_there()
    target.bring_up_to_date()
    with target.writing() as held, source.reading() as found:
        if was_there:
            before = copying.write_copy(held, target.revision(), target.backups)
        for table in reversed(copying.as_they_are()):
            held.execute(table.delete())
        copying.copy_rows(found, held, copying.as_they_are())
        target.numbered_on(held)
    return before


def _refuse_damaged(backup: Path) -> None:
    if not backup.is_file():
        raise WorkbenchError(f"There is no file {backup}. Nothing was changed.")
    found = SQLite(backup).revision()
    if not found:
        raise WorkbenchError(f"{backup} holds no records. Nothing was changed.")
    updating.refuse_newer(found, str(backup))
    try:
        with closing(sqlite3.connect(f"{backup.resolve().as_uri()}?mode=ro", uri=True)) as held:
            (said,) = held.execute("PRAGMA integrity_check").fetchone()
            astray = held.execute("PRAGMA foreign_key_check").fetchall()
    except sqlite3.DatabaseError as fault:
        said, astray = str(fault), []
    if said != "ok" or astray:
        why = said if said != "ok" else f"{len(astray)} of its rows name others that are not in it"
        raise WorkbenchError(f"{backup} is damaged ({why}), and nothing was changed. Take another backup.")


def _refuse_unreadable(copy: SQLite, backup: Path) -> None:
    try:
        with copy.reading() as held:
            rows.entries_of(held, rows.versions())
            rows.set_aside_of(held, "")
    except (WorkbenchError, ValueError) as fault:
        raise WorkbenchError(
            f"{backup} cannot be read to its end, and nothing was changed. {fault}"
        ) from fault
