"""Rows of records from one database into another, as they are; and a whole copy of them in one file."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, MetaData, Table, create_engine, insert, select

from dataworkbench.errors import WorkbenchError
from dataworkbench.records import updating
from dataworkbench.records.tables import METADATA

LEFT_OUT: Final = frozenset({"drafts", "alembic_version"})
"""Tables that are in no copy: words that are still being typed, and Alembic's own."""
_AT_A_TIME: Final = 1_000


def write_copy(held: Connection, revision: str, folder: Path) -> Path:
    """Write all that one view of the records shows into a new file in a folder, and return where it lies.

    The file is SQLite's whichever database the records lie in, with their tables at the same revision.
    """
    target = _free(folder)
    making = target.with_suffix(".part")
    making.unlink(missing_ok=True)
    engine = create_engine(f"sqlite:///{making}")
    try:
        with engine.begin() as made:
            updating.migrate(made, revision)
            copy_rows(held, made, as_they_were(made))
        engine.dispose()
        making.rename(target)
    finally:
        engine.dispose()
        making.unlink(missing_ok=True)
    return target


def copy_rows(source: Connection, target: Connection, tables: list[Table]) -> None:
    """Write every row of some tables of one database into the same tables of another."""
    for table in tables:
        found = source.execute(select(table), execution_options={"yield_per": _AT_A_TIME})
        for rows in found.mappings().partitions():
            target.execute(insert(table), [dict(row) for row in rows])


def as_they_were(held: Connection) -> list[Table]:
    """Return the tables of records as a database has them, which may be an earlier form; those first that others name."""
    found = MetaData()
    found.reflect(held)
    return [table for table in found.sorted_tables if table.name not in LEFT_OUT]


def as_they_are() -> list[Table]:
    """Return the tables of records as this workbench writes them; those first that others name."""
    return [table for table in METADATA.sorted_tables if table.name not in LEFT_OUT]


def _free(folder: Path) -> Path:
    """Return a name in a folder that no copy has yet."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise WorkbenchError(f"No copy could be laid in {folder}: {fault}. Nothing was changed.") from fault
    stamp = f"{datetime.now(UTC):%Y-%m-%d_%H%M%S}"
    names = (f"records-{stamp}{again}.db" for again in ("", *(f"-{i}" for i in range(2, 1000))))
    return next(folder / name for name in names if not (folder / name).exists())
