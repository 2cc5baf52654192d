"""A snapshot's tables, opened to be read; one that is older than a table or a column shows it empty.

So a question may name every canonical table, whenever the snapshot was made.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import duckdb

from dataworkbench.errors import NothingToShowError
from dataworkbench.schemas import TABLES, Table
from dataworkbench.warehouse.building import SQL_TYPES

LOCKED: Final[Mapping[str, str]] = {"enable_external_access": "false", "lock_configuration": "true"}
"""A question may read the tables and nothing else: no file, no network, no setting undone.

Given when a snapshot is opened, so that it can be opened again beside itself, as when a cell is run twice.
"""

THREADS_VARIABLE: Final = "DATAWORKBENCH_THREADS"
_COLUMNS_THERE: Final = (
    "SELECT table_name, list(column_name) FROM duckdb_columns() WHERE NOT internal GROUP BY 1"
)


def columns_of(path: Path) -> dict[str, frozenset[str]]:
    """Return the columns of each of a snapshot's tables, as they stand in its file."""
    with _connected(path) as connection:
        return _columns_there(connection)


def open_tables(path: Path, columns: Mapping[str, frozenset[str]] | None = None) -> duckdb.DuckDBPyConnection:
    """Return a connection to a snapshot's tables, read-only and locked; ``columns`` where they are known already.

    Raises
    ------
    NothingToShowError
        Where their file is not there any more, or is damaged.

    """
    connection = _connected(path)
    there = _columns_there(connection) if columns is None else columns
    lacking = [
        table for table in TABLES.values() if set(table.column_names) - there.get(table.name, frozenset())
    ]
    if not lacking:
        return connection
    connection.close()
    return _with_what_came_later(path, there)


def _connected(path: Path) -> duckdb.DuckDBPyConnection:
    try:
        return duckdb.connect(str(path), read_only=True, config=_threads() | dict(LOCKED))
    except duckdb.Error as fault:
        raise NothingToShowError(
            f"The tables of the snapshot {path.parent.name} cannot be read ({type(fault).__name__}). Put {path} back from a "
            "backup, or import the files again."
        ) from fault


def _columns_there(connection: duckdb.DuckDBPyConnection) -> dict[str, frozenset[str]]:
    found = connection.execute(_COLUMNS_THERE).fetchall()
    return {str(name): frozenset(columns) for name, columns in found}


def _threads() -> dict[str, Any]:
    """Return how many threads a question may use, where the surroundings say it; reports are made side by side already."""
    told = os.environ.get(THREADS_VARIABLE, "")
    return {"threads": told} if told.isdecimal() else {}


def _with_what_came_later(path: Path, there: Mapping[str, frozenset[str]]) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:", config=_threads())
    connection.execute(f"ATTACH '{str(path).replace(chr(39), chr(39) * 2)}' AS kept (READ_ONLY)")
    for name in {*there, *TABLES}:
        columns = there.get(name, frozenset())
        shown = _columns_of(TABLES[name], columns) if name in TABLES else "*"
        source = f' FROM kept.main."{name}"' if columns else " WHERE false"
        connection.execute(f'CREATE VIEW "{name}" AS SELECT {shown}{source}')
    for setting, value in LOCKED.items():
        connection.execute(f"SET {setting} = {value}")
    return connection


def _columns_of(table: Table, there: frozenset[str]) -> str:
    return ", ".join(
        f'"{column.name}"'
        if column.name in there
        else f'CAST(NULL AS {SQL_TYPES[column.kind]}) AS "{column.name}"'
        for column in table.columns
    )
