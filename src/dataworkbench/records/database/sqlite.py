"""Records in one file of the workspace: how it is opened so that nothing acknowledged is lost."""

from __future__ import annotations

import ctypes
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import ClassVar, Final

from filelock import FileLock
from sqlalchemy import Connection, Engine, NullPool, create_engine, event

from dataworkbench.errors import WorkbenchError
from dataworkbench.records.database import turns
from dataworkbench.records.database.turns import PATIENCE, Database

_NETWORK: Final = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "afs", "ceph", "glusterfs", "lustre"}


class SQLite(Database):
    """A file of records on a disk of this machine. It is made when something is first written."""

    ADVICE: ClassVar[str] = (
        "If it says 'locked', try again in a moment; otherwise check that the disk is there, or restore the latest backup."
    )

    def __init__(self, path: Path) -> None:
        super().__init__(_engine_for(path))
        self.path = path

    @property
    def place(self) -> str:
        """Where it is, for people to read."""
        return str(self.path)

    @property
    def backups(self) -> Path:
        """The folder in which copies are laid where no other is named."""
        return self.path.parent / "backups"

    def is_there(self) -> bool:
        """Return whether there is a file yet."""
        return self.path.is_file()

    def revision(self) -> str:
        """Return the revision of the tables in the file; empty where it has none yet.

        Raises
        ------
        WorkbenchError
            Where the file cannot be read as a database.

        """
        if not self.path.is_file():
            return ""
        try:
            with closing(sqlite3.connect(self.path, timeout=PATIENCE)) as held:
                if not held.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchall():
                    return ""
                found = held.execute("SELECT version_num FROM alembic_version").fetchone()
        except sqlite3.DatabaseError as fault:
            raise WorkbenchError(
                f"{self.path} cannot be read as records: {fault}. Nothing was changed. Restore the latest backup from "
                f"{self.backups}."
            ) from fault
        return str(found[0]) if found else ""

    def bring_up_to_date(self) -> None:
        """Make the file and its tables where there are none, and bring older ones up to date, after a backup.

        Raises
        ------
        WorkbenchError
            Where the records were written by a newer workbench, or lie on a drive that several machines share.

        """
        if self.revision() == turns.HEAD:
            return
        from dataworkbench.records import copying, updating  # noqa: PLC0415 - Alembic takes a while and is needed once

        _refuse_network_drive(self.path)
        with FileLock(str(self.path.with_name(f".{self.path.name}.lock"))):
            found = self.revision()
            if found == turns.HEAD:
                return
            updating.refuse_newer(found, self.place)
            if found:
                with self.reading() as held:
                    copying.write_copy(held, found, self.backups)
            _keep_a_journal_ahead(self.path)
            with self.writing() as held:
                updating.migrate(held, turns.HEAD)

    def numbered_on(self, held: Connection) -> None:
        """See to it that the next change gets a number that none has had: SQLite does so by itself."""

    def forget_what_was_deleted(self) -> None:
        """See to it that words that were taken out do not stand in the journal any more."""
        with closing(sqlite3.connect(self.path, timeout=PATIENCE)) as held:
            held.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _engine_for(path: Path) -> Engine:
    """Return the engine for a file of records. Each question opens the file anew, so a process may fork in between."""
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool, connect_args={"timeout": PATIENCE})

    @event.listens_for(engine, "connect")
    def _set_up(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = None  # SQLAlchemy says BEGIN; see _begin
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        turn: turns.Turn = connection.get_execution_options().get("turn", "")
        if turn == "jotted":
            connection.exec_driver_sql("PRAGMA synchronous = NORMAL")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if turn else "BEGIN")

    return engine


def _refuse_network_drive(path: Path) -> None:
    if _is_on_network(path.resolve().parent):
        raise WorkbenchError(
            f"{path.parent} lies on a network drive. Several machines writing there can lose each other's words, so no "
            "records are kept there. Move the workspace to a disk of this machine, or keep the records in PostgreSQL."
        )


def _is_on_network(folder: Path) -> bool:
    if sys.platform == "win32":
        return bool(ctypes.windll.kernel32.GetDriveTypeW(folder.anchor) == 4)
    mounts = Path("/proc/mounts")
    if not mounts.is_file():
        return False
    held = [line.split()[1:3] for line in mounts.read_text(encoding="utf-8").splitlines()]
    above = {str(folder), *map(str, folder.parents)}
    return max(((len(at), kind) for at, kind in held if at in above), default=(0, ""))[1] in _NETWORK


def _keep_a_journal_ahead(path: Path) -> None:
    with closing(sqlite3.connect(path, timeout=PATIENCE)) as held:
        (mode,) = held.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode != "wal":
        raise WorkbenchError(
            f"The disk under {path.parent} cannot keep several writers apart, so no records are kept there. Move the "
            "workspace to a disk of this machine, or keep the records in PostgreSQL."
        )
