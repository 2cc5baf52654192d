"""What lies in the inbox, and all that is needed to make a profile for a file that nobody knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from dataworkbench.errors import WorkbenchError, no_such
from dataworkbench.intake.importing import Import, content_of, files_in, import_files
from dataworkbench.readers.drafting import (
    Draft,
    Known,
    described,
    first_draft,
    kinds_of_files,
    look_into,
    ready,
    save_profile,
    source_of,
    trial,
    tried,
)
from dataworkbench.schemas import TABLES
from dataworkbench.tables import Column, DisplayTable
from dataworkbench.warehouse import SnapshotInfo, current_snapshot, read_tables
from dataworkbench.workspace import Workspace, find_workspace

_MATCHED_AGAINST: Final = ("schools", "students", "identities", "staff", "enrollments", "sections", "performance_levels")  # fmt: skip
"""The tables that a file is matched against; the others are not read to look at a file."""
_UNKNOWN: Final = -1
_EMPTY_INBOX: Final = (
    "The inbox is empty. Bring a file: put it into the folder inbox of the workspace, then run this again."
)


@dataclass(frozen=True)
class Waiting:
    """One file that lies in the inbox: what it is known as, or that nobody knows it; and whether it was brought in."""

    name: str
    path: Path
    known_as: str = ""
    said: str = ""
    brought: bool = False

    @property
    def state(self) -> str:
        """Where the file stands, in words."""
        if self.brought:
            return "brought in already"
        if self.known_as:
            return f"known as {self.known_as}"
        return self.said or "not known yet"


class Inbox:
    """A district's inbox with all that is needed to make a profile for a file in it. It is for staff only."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.policy = workspace.policy()
        self._current = current_snapshot(workspace)
        self.known = known_of(workspace)
        self._guide = self.known.guide()
        self._looked: dict[tuple[object, ...], str | tuple[str, ...]] = {}

    @property
    def name(self) -> str:
        """What the district is called."""
        return self.known.settings.district

    @property
    def school_year(self) -> str:
        """The district's current school year."""
        return self.known.settings.school_year

    @property
    def snapshot_id(self) -> str:
        """The snapshot that files are matched against."""
        return self._current.id if self._current else "none yet"

    @property
    def counts(self) -> dict[str, int]:
        """How many rows each table holds."""
        return {name: n for name, n in self._current.rows.items() if n} if self._current else {}

    def files(self) -> list[Waiting]:
        """Return what lies in the inbox, the files that nobody knows first; a large file is not read whole for it."""
        before = _before(self.workspace, self._current)
        inside = files_in(self.workspace.inbox) if self.workspace.inbox.is_dir() else []
        there = [self._waiting(path, before) for path in inside if path.is_file()]
        return sorted(there, key=lambda one: (one.brought, bool(one.known_as), bool(one.said), one.name))

    def _waiting(self, path: Path, before: Mapping[str, int]) -> Waiting:
        may_be = {path.stat().st_size, _UNKNOWN} & set(before.values())
        if may_be and content_of(path) in before:
            return Waiting(path.name, path, brought=True)
        seen = (path, *_state(path), *(_state(one) for one in sorted(self.workspace.mappings.glob("*.y*ml"))))
        if seen not in self._looked:
            self._looked[seen] = self._look(path)
        found = self._looked[seen]
        if isinstance(found, str):
            return Waiting(path.name, path, said=found)
        return Waiting(path.name, path, known_as=", ".join(found))

    def _look(self, path: Path) -> str | tuple[str, ...]:
        """Return what the tables of a file are known as, () where nobody knows one of them; or why it cannot be read."""
        try:
            found = look_into(path, self.known)
        except WorkbenchError as said:
            return str(said)
        known = {
            one.recognition.profile.title if one.recognition.profile else one.recognition.system
            for one in found
        }
        return () if "" in known else tuple(sorted(known))

    def __str__(self) -> str:
        return "\n".join(f"{one.name}: {one.state}" for one in self.files()) or _EMPTY_INBOX

    def _repr_html_(self) -> str:
        """Return the files as a notebook shows them; every name is escaped."""
        files = self.files()
        columns = (
            Column("File", tuple(one.name for one in files)),
            Column("What it is", tuple(one.state for one in files), wide=True),
        )
        return DisplayTable(
            columns, "Files in the inbox", said_instead="" if files else _EMPTY_INBOX
        )._repr_html_()

    def draft(self, name: str, kind: str = "", sheet: str = "") -> Draft:
        """Return the first draft of a profile for a file in the inbox."""
        return first_draft(self._path(name), self.known, kind=kind, sheet=sheet)

    def _path(self, name: str) -> Path:
        there = {path.name: path for path in files_in(self.workspace.inbox)}
        if name not in there:
            raise no_such("file in the inbox", name, there)
        return there[name]

    def chosen(self, draft: Draft, column: str, key: str) -> Draft:
        """Return a draft in which a column comes from what a key names, such as "header:Test Date"."""
        return draft.with_source(column, source_of(draft, column, key, self._guide))

    def described(self, draft: Draft) -> dict[str, Any]:
        """Return everything that a person has to see of a draft, as plain values."""
        return described(draft, self._guide.directory.school_names)

    def kinds(self) -> tuple[tuple[str, str], ...]:
        """Return the kinds of files there are."""
        return kinds_of_files()

    def tried(self, draft: Draft, name: str) -> dict[str, Any]:
        """Return what a draft makes of its file, as plain values; nothing is kept."""
        return tried(trial(draft, self._path(name), self.known))

    def save(self, draft: Draft, *, replace: bool = False) -> Path:
        """Keep a draft as a profile of the district, and return where it lies."""
        return save_profile(ready(draft, self.known), self.workspace.mappings, replace=replace)

    def bring(self, name: str) -> Import:
        """Import one file of the inbox."""
        done = import_files(self.workspace, [self._path(name)])
        self._current = current_snapshot(self.workspace)
        self.known = known_of(self.workspace)
        self._guide = self.known.guide()
        return done


def _before(workspace: Workspace, current: SnapshotInfo | None) -> dict[str, int]:
    """Return the hash and the size of each file that the data in use were made from; a file of another size is none of them."""
    kept = {
        str(one["sha256"]): workspace.raw / str(one.get("raw", ""))
        for one in (current.sources if current else ())
    }
    return {content: path.stat().st_size if path.is_file() else _UNKNOWN for content, path in kept.items()}


def _state(path: Path) -> tuple[str, int, int]:
    told = path.stat()
    return path.name, told.st_size, told.st_mtime_ns


def known_of(workspace: Workspace) -> Known:
    """Return what a district knows when a file is looked into: its settings, its profiles, and its data in use.

    Where there are no students, those whom other tables speak of count, so that all tables are read.
    """
    current = current_snapshot(workspace)
    everything = current is not None and not current.rows.get("students")
    tables = read_tables(current, TABLES if everything else _MATCHED_AGAINST) if current else {}
    students = (
        tables["students"].get_column("student_id") if "students" in tables else pl.Series(dtype=pl.String)
    )
    return Known(
        workspace.settings(), (workspace.mappings,), tables, students.cast(pl.String).unique().to_list()
    )


def open_inbox(asked: str = "") -> Inbox:
    """Return the inbox of a workspace; without a name, of the one that this is called in."""
    return Inbox(find_workspace(asked))
