"""The record of a run on disk: one SQLite file, in it one row a report, each written down as soon as it ends.

A row is there whole or not at all, also where the machine stops in the middle. One process writes, any number read.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, Final

from dataworkbench.errors import WorkbenchError
from dataworkbench.reports.record import FORMAT, RECORD_FILE, ReportRecord, RunRecord

SECONDS_TO_WAIT: Final = 30
_COLUMNS: Final = tuple(field.name for field in fields(ReportRecord))
_FACTS: Final = tuple(field.name for field in fields(RunRecord) if field.name not in {"folder", "reports"})
_TABLES: Final = (
    "CREATE TABLE IF NOT EXISTS run (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
    f"CREATE TABLE IF NOT EXISTS reports (place INTEGER NOT NULL, {', '.join(_COLUMNS)}, PRIMARY KEY (slug))",
)
_WRITE: Final = f"INSERT INTO reports (place, {', '.join(_COLUMNS)}) VALUES (?{', ?' * len(_COLUMNS)})"
_NOTE: Final = f"UPDATE reports SET {', '.join(f'{name} = ?' for name in _COLUMNS)} WHERE slug = ?"


class Manifest:
    """The record of one run, open to be written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._connection = _open(folder)

    def begin(self, run: RunRecord) -> None:
        """Write down a run and all its reports, in their order; nothing of it is there until all of it is."""
        with self._at_once() as writing:
            for table in _TABLES:
                writing.execute(table)
            writing.execute("DELETE FROM run")
            writing.execute("DELETE FROM reports")
            facts = asdict(run)
            writing.executemany(
                "INSERT INTO run VALUES (?, ?)", ((name, json.dumps(facts[name])) for name in _FACTS)
            )
            rows = ((place, *_row(report)) for place, report in enumerate(run.reports))
            writing.executemany(_WRITE, rows)

    def note(self, report: ReportRecord) -> None:
        """Write down what became of one report."""
        with self._at_once() as writing:
            writing.execute(_NOTE, (*_row(report), report.slug))

    def say(self, name: str, value: Any) -> None:
        """Write down one fact about the run."""
        with self._at_once() as writing:
            writing.execute("INSERT OR REPLACE INTO run VALUES (?, ?)", (name, json.dumps(value)))

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @contextmanager
    def _at_once(self) -> Iterator[sqlite3.Connection]:
        """Give a connection, what is written to which is written together.

        Raises
        ------
        WorkbenchError
            Where it cannot be written, most often because the disk is full.

        """
        try:
            with self._connection as writing:
                writing.execute("BEGIN IMMEDIATE")
                yield writing
        except (sqlite3.Error, OSError) as fault:
            raise WorkbenchError(
                f"The record of the run in {self._folder} cannot be written ({fault}). What is done stays done: "
                "make room or see who may write there, then go on with --resume."
            ) from fault


def load_run(folder: Path) -> RunRecord:
    """Return the record of a run from its folder.

    Raises
    ------
    WorkbenchError
        Where there is none, or it cannot be read.

    """
    path = folder / RECORD_FILE
    try:
        if not path.is_file():
            raise FileNotFoundError(path)
        with closing(_open(folder)) as reading:
            reading.execute("BEGIN")  # both tables as they are at one moment
            facts = {name: json.loads(value) for name, value in reading.execute("SELECT * FROM run")}
            rows = reading.execute(f"SELECT {', '.join(_COLUMNS)} FROM reports ORDER BY place, slug")
            reports = tuple(_read(row) for row in rows)
        if facts["format"] > FORMAT:
            raise WorkbenchError(
                f"The run in {folder} was made by a newer version of the workbench. Read it with that version."
            )
        return RunRecord(folder=folder, reports=reports, **facts)
    except (OSError, ValueError, TypeError, KeyError, sqlite3.Error) as fault:
        raise WorkbenchError(
            f"The record of the run in {folder} cannot be read ({type(fault).__name__}). Its pages are untouched; "
            "start a new run instead of resuming this one."
        ) from fault


def is_begun(folder: Path) -> bool:
    """Whether a run was written down in a folder; a process that ended in its first moment leaves an empty file."""
    try:
        with closing(_open(folder)) as reading:
            return bool(reading.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
    except (OSError, sqlite3.Error):
        return True  # something is there, and whoever reads it says what is wrong with it


def number_of(folder: Path) -> int:
    """Return the number of the run in a folder; 0 where its record cannot be read."""
    try:
        with closing(_open(folder)) as reading:
            (number,) = reading.execute("SELECT value FROM run WHERE name = 'number'").fetchone()
            return int(number)
    except (OSError, ValueError, TypeError, sqlite3.Error):
        return 0


def _open(folder: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        folder / RECORD_FILE, timeout=SECONDS_TO_WAIT, isolation_level=None, check_same_thread=False
    )
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def _row(report: ReportRecord) -> tuple[object, ...]:
    held: Mapping[str, Any] = vars(report)
    return tuple(
        json.dumps(value, default=str) if name == "parameters" else value for name, value in held.items()
    )


def _read(row: Iterable[Any]) -> ReportRecord:
    held = dict(zip(_COLUMNS, row, strict=True))
    return ReportRecord(**{**held, "parameters": json.loads(held["parameters"])})
