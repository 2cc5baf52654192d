"""The database under the records: a file in the workspace, or PostgreSQL where a district outgrows one machine."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from dataworkbench.records.database.closed import Closed
from dataworkbench.records.database.postgresql import PostgreSQL
from dataworkbench.records.database.sqlite import SQLite
from dataworkbench.records.database.turns import HEAD, Database
from dataworkbench.workspace import Workspace

__all__ = [
    "BACKUPS",
    "FILE",
    "HEAD",
    "Closed",
    "Database",
    "PostgreSQL",
    "SQLite",
    "database_at",
    "database_of",
]

FILE: Final = "records.db"
BACKUPS: Final = "backups"


def database_of(workspace: Workspace) -> Database:
    """Return the database that holds the records of a workspace: where its settings say, else the file in its folder.

    Where the settings say that they are closed, it is one that holds nothing and takes nothing.

    Raises
    ------
    WorkbenchError
        Where the settings name a database that cannot be used.

    """
    if closed := workspace.records_closed():
        return Closed(workspace.root / FILE, closed)
    url = workspace.records_url()
    if url:
        return PostgreSQL(url, workspace.root / BACKUPS)
    return SQLite(workspace.root / FILE)


def database_at(place: Path | Database) -> Database:
    """Return the database of a file, or the one that was handed in."""
    return SQLite(place) if isinstance(place, Path) else place
