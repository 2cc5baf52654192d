"""Files in, a new snapshot out: the one place where reading, merging, checking and keeping meet.

Raw files are kept as they came. Nothing is lost in silence: the ledger of an import lies in its snapshot, and says
for every file how many rows were read, kept and set aside, and why.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl
from filelock import FileLock, Timeout

from dataworkbench.checks import check_tables
from dataworkbench.errors import NothingToShowError, WorkbenchError, no_such
from dataworkbench.readers import Reading, read_files
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
from dataworkbench.tables import Column, DisplayTable
from dataworkbench.warehouse import (
    SnapshotInfo,
    current_snapshot,
    differences,
    merge,
    read_tables,
    write_snapshot,
)
from dataworkbench.workspace import Workspace, find_workspace

_CHUNK: Final = 1 << 20
_EMPTY_INBOX: Final = (
    "The inbox is empty. Bring a file: put it into the folder inbox of the workspace, then run this again."
)
_IGNORED: Final = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})


@dataclass(frozen=True)
class Import:
    """What an import did, or would do.

    ``files``, ``set_aside`` and ``notes`` are the ledger; ``findings`` is what a registrar should look at in the
    district's data as a whole; ``changes`` says for each table how many rows are new, gone, changed and the same.
    """

    files: pl.DataFrame
    set_aside: pl.DataFrame
    notes: pl.DataFrame
    findings: pl.DataFrame
    changes: pl.DataFrame
    snapshot: SnapshotInfo | None
    dry_run: bool = False

    @property
    def changed(self) -> bool:
        """Whether a new snapshot was made."""
        return self.snapshot is not None

    @property
    def refused(self) -> pl.DataFrame:
        """The files that could not be used, or about which there is a question; one row is one remark."""
        return self.notes.filter(pl.col("level").is_in(["refused", "question"]))


def files_in(place: Path) -> list[Path]:
    """Return what lies in a folder, as an import takes it: a folder that is a OneRoster set counts as one."""
    if place.is_file() or (place / "manifest.csv").is_file():
        return [place]
    if not place.is_dir():
        raise NothingToShowError(
            f"There is nothing at {place}. Name a file or a folder, or put files into the inbox."
        )
    inside = sorted(p for p in place.iterdir() if not p.name.startswith(".") and p.name not in _IGNORED)
    return [found for path in inside for found in ([path] if path.is_file() else files_in(path))]


def import_files(workspace: Workspace, paths: Sequence[Path] = (), *, dry_run: bool = False) -> Import:
    """Read files into the workspace and return what came of it; without paths, everything in the inbox.

    A dry run reads and compares, and writes nothing. Files that were imported before are passed over and said to be.
    """
    found = [file for path in (paths or [workspace.inbox]) for file in files_in(Path(path))]
    if not found:
        raise NothingToShowError(
            f"There are no files to import: {workspace.inbox} is empty. Put the district's exports there, "
            "or name files: `dataworkbench import roster.zip attendance.csv`."
        )
    if dry_run:
        return _import(workspace, found, keep=False)
    with _alone(workspace):
        return _import(workspace, found, keep=True)


@contextmanager
def _alone(workspace: Workspace) -> Iterator[None]:
    lock = FileLock(workspace.root / ".import.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as fault:
        raise WorkbenchError(
            f"Another import into {workspace.root} is at work. Wait until it is done, then try again."
        ) from fault
    try:
        yield
    finally:
        lock.release()


def _import(workspace: Workspace, found: Sequence[Path], *, keep: bool) -> Import:
    current = current_snapshot(workspace)
    known = {str(source["sha256"]): source for source in current.sources} if current else {}
    hashes = {path: content_of(path) for path in found}
    fresh = [path for path in found if hashes[path] not in known]
    before = read_tables(current) if current else {}
    reading = _read(workspace, fresh, before)
    taken = _taken(reading)
    rosters = _rosters_of(reading)
    after = merge(before, reading.tables, rosters_of=rosters)
    findings = check_tables(after)
    notes = pl.concat([reading.notes, _repeats(found, fresh, reading.notes.schema)])
    snapshot = None
    if keep and taken:
        sources = [*known.values(), *_sources(workspace, fresh, hashes, taken)]
        ledger = _ledger(reading, notes, findings)
        snapshot = write_snapshot(workspace, after, sources=sources, ledger=ledger)
    changes = differences(before, after)
    return Import(reading.files, reading.set_aside, notes, findings, changes, snapshot, dry_run=not keep)


def _read(workspace: Workspace, fresh: Sequence[Path], before: Mapping[str, pl.DataFrame]) -> Reading:
    roster = before["students"].get_column("student_id").unique().to_list() if "students" in before else []
    return read_files(
        fresh,
        settings=workspace.settings(),
        profile_folders=[workspace.mappings],
        roster_ids=roster,
        known=before,
    )


def _taken(reading: Reading) -> set[str]:
    """Names of the files of which at least one row was kept."""
    return set(reading.files.filter(pl.col("rows_kept") > 0).get_column("file").to_list())


def _rosters_of(reading: Reading) -> list[str]:
    """School years for which this import holds a whole roster, told by a OneRoster set among the files."""
    is_roster = pl.col("recognised_as").str.starts_with("OneRoster")
    if (
        reading.files.filter(is_roster & (pl.col("rows_kept") > 0)).is_empty()
        or "enrollments" not in reading.tables
    ):
        return []
    return reading.tables["enrollments"].get_column("school_year").drop_nulls().unique().sort().to_list()


def _repeats(found: Sequence[Path], fresh: Sequence[Path], schema: Any) -> pl.DataFrame:
    again = [path for path in found if path not in set(fresh)]
    rows = [
        {
            "file": path.name,
            "level": "info",
            "message": "This file was imported before, byte for byte. It changes nothing.",
            "what_to_do": "Nothing.",
        }
        for path in again
    ]
    return pl.DataFrame(rows, schema=schema)


def content_of(path: Path) -> str:
    """Return the hash of a file's content, or of all files of a folder with their names."""
    told = hashlib.sha256()
    members = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
    for member in members:
        if path.is_dir():
            told.update(member.relative_to(path).as_posix().encode() + b"\0")
        with member.open("rb") as file:
            while chunk := file.read(_CHUNK):
                told.update(chunk)
    return told.hexdigest()


def _sources(
    workspace: Workspace, fresh: Sequence[Path], hashes: Mapping[Path, str], taken: set[str]
) -> list[dict[str, Any]]:
    """Keep the raw files as they came, and return what the manifest says of them; one entry is one file."""
    return [
        {"file": path.name, "sha256": hashes[path], "raw": _keep_raw(workspace, path, hashes[path])}
        for path in fresh
        if _gave_rows(path, taken)
    ]


def _gave_rows(path: Path, taken: set[str]) -> bool:
    return any(name == path.name or name.startswith(f"{path.name}/") for name in taken)


def _keep_raw(workspace: Workspace, path: Path, content: str) -> str:
    kept = workspace.raw / f"{content[:16]}-{path.name}"
    if not kept.exists():
        workspace.raw.mkdir(exist_ok=True)
        making = workspace.raw / f".{kept.name}.part"
        if path.is_dir():
            shutil.copytree(path, making, dirs_exist_ok=True)
        else:
            shutil.copyfile(path, making)
        making.rename(kept)
    return kept.name


def _ledger(reading: Reading, notes: pl.DataFrame, findings: pl.DataFrame) -> dict[str, str]:
    frames = {
        "files.csv": reading.files,
        "set_aside.csv": reading.set_aside,
        "notes.csv": notes,
        "findings.csv": findings,
    }
    return {name: _safe_csv(frame) for name, frame in frames.items()}


def _safe_csv(frame: pl.DataFrame) -> str:
    """CSV text that a spreadsheet shows as it is: a cell that would be run as a formula gets a quote in front."""
    texts = [name for name, kind in frame.schema.items() if kind == pl.String]
    risky = [
        pl.when(pl.col(t).str.contains(r"^[=+\-@\t\r]")).then("'" + pl.col(t)).otherwise(pl.col(t)).alias(t)
        for t in texts
    ]
    lists = [pl.col(name).list.join(", ") for name, kind in frame.schema.items() if isinstance(kind, pl.List)]
    return frame.with_columns(risky).with_columns(lists).write_csv()


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
        return {name: frame.height for name, frame in self.known.tables.items()}

    def files(self) -> list[Waiting]:
        """Return what lies in the inbox, the files that nobody knows first."""
        before = {str(source["sha256"]) for source in self._current.sources} if self._current else set()
        inside = files_in(self.workspace.inbox) if self.workspace.inbox.is_dir() else []
        there = [self._waiting(path, before) for path in inside if path.is_file()]
        return sorted(there, key=lambda one: (one.brought, bool(one.known_as), bool(one.said), one.name))

    def _waiting(self, path: Path, before: set[str]) -> Waiting:
        if content_of(path) in before:
            return Waiting(path.name, path, brought=True)
        try:
            found = look_into(path, self.known)
        except WorkbenchError as said:
            return Waiting(path.name, path, said=str(said))
        known = {
            one.recognition.profile.title if one.recognition.profile else one.recognition.system
            for one in found
        }
        return Waiting(path.name, path, known_as=", ".join(sorted(known)) if "" not in known else "")

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


def known_of(workspace: Workspace) -> Known:
    """Return what a district knows when a file is looked into: its settings, its profiles, and its data in use."""
    current = current_snapshot(workspace)
    tables = read_tables(current) if current else {}
    students = (
        tables["students"].get_column("student_id") if "students" in tables else pl.Series(dtype=pl.String)
    )
    return Known(
        workspace.settings(), (workspace.mappings,), tables, students.cast(pl.String).unique().to_list()
    )


def open_inbox(asked: str = "") -> Inbox:
    """Return the inbox of a workspace; without a name, of the one that this is called in."""
    return Inbox(find_workspace(asked))
