"""The database under the records: how it is opened so that nothing acknowledged is lost, and brought up to date."""

from __future__ import annotations

import ctypes
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from filelock import FileLock
from sqlalchemy import Connection, Engine, NullPool, create_engine, event
from sqlalchemy.exc import DatabaseError

from dataworkbench.errors import WorkbenchError
from dataworkbench.workspace import Workspace

FILE: Final = "records.db"
BACKUPS: Final = "backups"
HEAD: Final = "0001"
"""The revision of the tables that this workbench writes: the newest of the migrations."""
PATIENCE: Final = 30
"""Seconds that a writer waits for its turn."""
_NETWORK: Final = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "afs", "ceph", "glusterfs", "lustre"}


def place_of(workspace: Workspace) -> Path:
    """Return where the records of a workspace lie."""
    return workspace.root / FILE


def engine_for(path: Path) -> Engine:
    """Return the engine for a file of records. Each question opens the file anew, so a process may fork in between."""
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool, connect_args={"timeout": PATIENCE})

    @event.listens_for(engine, "connect")
    def _set_up(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = None  # SQLAlchemy says BEGIN; see _begin
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Hold the one turn to write from before the first look to the end; all of it is written, or nothing."""
    with _said_kindly(engine), engine.connect().execution_options(writes=True) as held, held.begin():
        yield held


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Hold one view of the records while they are read; writers are not kept waiting."""
    with _said_kindly(engine), engine.connect() as held, held.begin():
        yield held


@contextmanager
def _said_kindly(engine: Engine) -> Iterator[None]:
    try:
        yield
    except DatabaseError as fault:
        raise WorkbenchError(
            f"The records in {engine.url.database} could not be used: {fault.orig}. Nothing was written. If it says "
            "'locked', try again in a moment; otherwise check that the disk is there, or restore the latest backup."
        ) from fault


def bring_up_to_date(engine: Engine, path: Path) -> None:
    """Make the tables where there are none, and bring older ones up to date, after a backup.

    Raises
    ------
    WorkbenchError
        Where the records were written by a newer workbench, or lie on a drive that several machines share.

    """
    if path.is_file() and _revision(path) == HEAD:
        return
    from dataworkbench.records import updating  # noqa: PLC0415 - loading Alembic takes a while and is needed once

    _refuse_network_drive(path)
    with FileLock(str(path.with_name(f".{path.name}.lock"))):
        found = _revision(path) if path.is_file() else ""
        if found == HEAD:
            return
        if found:
            updating.refuse_newer(found, path)
            back_up_file(path, path.parent / BACKUPS)
        _keep_a_journal_ahead(path)
        with writing(engine) as connection:
            updating.migrate(connection, HEAD)


def refuse_strange(path: Path) -> None:
    """Return nothing where a file holds records that this workbench can read.

    Raises
    ------
    WorkbenchError
        Where it holds something else, or was written by a newer workbench.

    """
    from dataworkbench.records import updating  # noqa: PLC0415 - as above

    found = _revision(path)
    if not found:
        raise WorkbenchError(f"{path} holds no records. Nothing was changed.")
    updating.refuse_newer(found, path)


def back_up_file(path: Path, folder: Path, *, now: datetime | None = None) -> Path:
    """Write a whole copy of a file of records, while others write on, and return where it lies.

    A plain copy of the file would lose what still stands in the journal beside it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stamp = f"{now or datetime.now(UTC):%Y-%m-%d_%H%M%S}"
    names = (f"records-{stamp}{again}.db" for again in ("", *(f"-{i}" for i in range(2, 1000))))
    target = next(folder / name for name in names if not (folder / name).exists())
    making = target.with_suffix(".part")
    making.unlink(missing_ok=True)
    copy_into(path, making)
    with closing(sqlite3.connect(making)) as made:
        made.execute("PRAGMA journal_mode = DELETE")  # the copy is one file, with no journal beside it
    making.rename(target)
    return target


def copy_into(source: Path, target: Path) -> None:
    """Copy all records of one file into another by SQLite's own backup; who has the other open sees them at once."""
    with (
        closing(sqlite3.connect(source, timeout=PATIENCE)) as held,
        closing(sqlite3.connect(target, timeout=PATIENCE)) as made,
    ):
        held.backup(made)


def _revision(path: Path) -> str:
    """Return the revision of the tables in a file; empty where it has none yet."""
    try:
        with closing(sqlite3.connect(path, timeout=PATIENCE)) as held:
            if not held.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchall():
                return ""
            found = held.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.DatabaseError as fault:
        raise WorkbenchError(
            f"{path} cannot be read as records: {fault}. Nothing was changed. Restore the latest backup from "
            f"{path.parent / BACKUPS}."
        ) from fault
    return str(found[0]) if found else ""


def _refuse_network_drive(path: Path) -> None:
    if _is_on_network(path.resolve().parent):
        raise WorkbenchError(
            f"{path.parent} lies on a network drive. Several machines writing there can lose each other's words, so no "
            "records are kept there. Move the workspace to a disk of this machine."
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
            "workspace to a disk of this machine."
        )
