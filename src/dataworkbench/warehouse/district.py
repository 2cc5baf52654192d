"""A district as notebooks see it: one snapshot, read-only, with its settings and its policy."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl

from dataworkbench import schemas
from dataworkbench.errors import NothingToShowError, no_such
from dataworkbench.policy import DisclosurePolicy
from dataworkbench.warehouse.beforehand import (
    REMEMBERED,
    REMEMBERED_ROWS,
    Beforehand,
    known_of,
    note_question,
)
from dataworkbench.warehouse.building import build
from dataworkbench.warehouse.opening import LOCKED, columns_of, open_tables
from dataworkbench.warehouse.snapshots import TABLES_FILE, SnapshotInfo, find_snapshot
from dataworkbench.workspace import Settings, Workspace, find_workspace


class District:
    """One snapshot of a district's tables, to be asked and never changed."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        *,
        settings: Settings,
        policy: DisclosurePolicy,
        snapshot: SnapshotInfo | None = None,
        workspace: Workspace | None = None,
    ) -> None:
        self._connection = connection
        self.settings = settings
        self.policy = policy
        self.snapshot = snapshot
        self.workspace = workspace
        self._answers: OrderedDict[tuple[object, ...], pd.DataFrame] = OrderedDict()

    def __repr__(self) -> str:
        return f"<District {self.name!r}, snapshot {self.snapshot_id}, {len(self.schools)} schools>"

    @property
    def name(self) -> str:
        """The district's name."""
        return self.settings.district

    @property
    def snapshot_id(self) -> str:
        """The identifier of the snapshot; 'in memory' where there is none."""
        return self.snapshot.id if self.snapshot else "in memory"

    def ask(self, sql: str, parameters: Sequence[object] = ()) -> pd.DataFrame:
        """Return what an SQL question over the canonical tables gives, as a small pandas frame.

        Codes come as text. Values belong into ``parameters``, never into the text of the question.
        The tables never change, so a small answer is remembered for the next time the same is asked.
        """
        asked = (sql, *map(repr, parameters))
        if asked in self._answers:
            self._answers.move_to_end(asked)
            return self._answers[asked].copy()
        frame = self._known(sql) if not parameters else None
        if frame is None:
            frame = self._answered(sql, parameters)
        if len(frame) <= REMEMBERED_ROWS:
            self._answers[asked] = frame.copy()
            if len(self._answers) > REMEMBERED:
                self._answers.popitem(last=False)
        return frame

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[dict[str, Any]]:
        """Return what an SQL question gives, each row as plain values by their columns; nothing of it is remembered."""
        found = self._connection.cursor().execute(sql, list(parameters))
        names = [str(column[0]) for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def _known(self, sql: str) -> pd.DataFrame | None:
        """Return an answer that was known before the snapshot was opened; where there is none, the question is noted."""
        if self.snapshot is None:
            return None
        known = known_of(self.snapshot.folder).answers.get(sql)
        if known is None:
            note_question(self.snapshot.folder, sql)
            return None
        return known.copy()

    def _answered(self, sql: str, parameters: Sequence[object]) -> pd.DataFrame:
        frame: pd.DataFrame = self._connection.cursor().execute(sql, list(parameters)).df()
        coded = [name for name, kind in frame.dtypes.items() if isinstance(kind, pd.CategoricalDtype)]
        return frame.astype(dict.fromkeys(coded, "str")) if coded else frame

    def has(self, table: str) -> bool:
        """Whether the district has brought any row of a table."""
        return self.counts.get(schemas.table(table).name, 0) > 0

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many rows each canonical table has; none, where the snapshot is older than the table."""
        names = [*schemas.TABLES, schemas.STUDENT_GROUPS.name]
        there = set(self.ask("SELECT table_name FROM duckdb_tables()")["table_name"])
        parts = " UNION ALL ".join(
            f"SELECT '{name}' AS name, count(*) AS n FROM \"{name}\"" for name in names if name in there
        )
        counted = self.ask(parts)
        return dict.fromkeys(names, 0) | dict(
            zip(counted["name"].to_list(), counted["n"].to_list(), strict=True)
        )

    @cached_property
    def cells(self) -> dict[str, str]:
        """The indicators that were summed up when the snapshot was made, each with the rules that it was made by."""
        if self.ask("SELECT 1 FROM duckdb_tables() WHERE table_name = 'cells_made'").empty:
            return {}
        made = self.ask("SELECT id, rules FROM cells_made")
        return dict(zip(made["id"], made["rules"], strict=True))

    def table(
        self,
        name: str,
        columns: Sequence[str] | None = None,
        where: Mapping[str, Sequence[str]] | None = None,
    ) -> pd.DataFrame:
        """Return rows of a canonical table; ``where`` keeps the rows whose column holds one of the values."""
        table = schemas.table(name)
        wanted = [table.column(column).name for column in columns or table.column_names]
        kept = {table.column(column).name: list(values) for column, values in (where or {}).items()}
        shown = ", ".join(f'"{column}"' for column in wanted)
        tests = " AND ".join(f'"{column}"::VARCHAR IN (SELECT unnest(?::VARCHAR[]))' for column in kept)
        return self.ask(
            f'SELECT {shown} FROM "{table.name}"' + (f" WHERE {tests}" if tests else ""), list(kept.values())
        )

    @cached_property
    def schools(self) -> pd.DataFrame:
        """Return the schools; one row is one school."""
        return self.ask("SELECT * FROM schools ORDER BY school_name, school_id")

    @cached_property
    def school_years(self) -> list[str]:
        """The school years that any table speaks of, earliest first."""
        return self.ask(
            "SELECT DISTINCT school_year::VARCHAR AS y FROM student_groups WHERE school_year IS NOT NULL ORDER BY 1"
        )["y"].to_list()

    @property
    def school_year(self) -> str:
        """The school year that pages show first: the one in the settings, else the latest in the data."""
        if self.settings.school_year:
            return self.settings.school_year
        return self.school_years[-1] if self.school_years else ""

    def school(self, asked: str) -> str:
        """Return the identifier of a school that was asked for by its identifier or its name."""
        schools = self.schools
        by_id = schools.loc[schools["school_id"] == asked, "school_id"]
        by_name = schools.loc[schools["school_name"].str.casefold() == asked.strip().casefold(), "school_id"]
        found = [*by_id, *by_name]
        if not found:
            raise no_such("school", asked, schools["school_name"])
        if not len(by_id) and len(by_name) > 1:
            raise NothingToShowError(
                f"{len(by_name)} schools are called '{asked}'. Ask by identifier instead: {', '.join(by_name)}."
            )
        return str(found[0])

    def school_name(self, school_id: str) -> str:
        """Return the name of a school by its identifier."""
        found = self.schools.loc[self.schools["school_id"] == school_id, "school_name"]
        if found.empty:
            raise no_such("school", school_id, self.schools["school_id"])
        return str(found.iloc[0])

    def close(self) -> None:
        """Let go of the database file."""
        self._connection.close()


def open_workspace(asked: str | Path = "", *, snapshot: str = "current") -> District:
    """Return the district in a workspace, as of one snapshot."""
    workspace = find_workspace(asked)
    info = find_snapshot(workspace, snapshot)
    return District(
        open_tables(info.folder / TABLES_FILE, known_of(info.folder).columns),
        settings=workspace.settings(),
        policy=workspace.policy(),
        snapshot=info,
        workspace=workspace,
    )


def ask_beforehand(folder: Path, questions: Sequence[str]) -> Beforehand:
    """Return what the snapshot in a folder answers to questions, and which columns its tables have.

    A question that cannot be answered, or has a long answer, is left to whoever asks it.
    """
    path = folder / TABLES_FILE
    columns = columns_of(path)
    district = District(open_tables(path, columns), settings=Settings(), policy=DisclosurePolicy())
    answers: dict[str, pd.DataFrame] = {}
    for sql in questions[:REMEMBERED]:
        with suppress(duckdb.Error):
            answers[sql] = district.ask(sql)
    district.close()
    return Beforehand(
        columns, {sql: frame for sql, frame in answers.items() if len(frame) <= REMEMBERED_ROWS}
    )


def district_from_frames(
    tables: Mapping[str, pd.DataFrame | pl.DataFrame],
    *,
    settings: Settings | None = None,
    policy: DisclosurePolicy | None = None,
) -> District:
    """Return a district in memory, made from frames in the shape of the canonical tables."""
    connection = duckdb.connect(":memory:")
    build(connection, {schemas.table(name).name: _as_polars(name, frame) for name, frame in tables.items()})
    for setting, value in LOCKED.items():
        connection.execute(f"SET {setting} = {value}")
    return District(connection, settings=settings or Settings(), policy=policy or DisclosurePolicy())


def _as_polars(name: str, frame: pd.DataFrame | pl.DataFrame) -> pl.DataFrame:
    if isinstance(frame, pl.DataFrame):
        return frame
    known: Any = schemas.table(name).polars_schema
    given = {column: frame[column].to_list() for column in frame.columns if column in known}
    cleaned = {
        column: [None if pd.isna(value) else value for value in values] for column, values in given.items()
    }
    return pl.DataFrame(
        cleaned, schema_overrides={c: known[c] for c in cleaned if known[c] != pl.Date}, strict=False
    )
