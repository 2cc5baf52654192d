"""Files in, a new snapshot out: the one place where reading, merging, checking and keeping meet.

Raw files are kept as they came. Nothing is lost in silence: the ledger of an import lies in its snapshot, and says
for every file how many rows were read, kept and set aside, and why.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

import duckdb
import polars as pl
from filelock import FileLock, Timeout

from dataworkbench.checks import check_tables
from dataworkbench.errors import NothingToShowError, WorkbenchError
from dataworkbench.measures import sum_up
from dataworkbench.readers import (
    REASONS_SCHEMA,
    Reading,
    content_hash,
    kept_name,
    letters,
    read_files,
    shown_name,
    why_not_opened,
)
from dataworkbench.warehouse import (
    SnapshotInfo,
    changed_students,
    clear_leftovers,
    current_snapshot,
    differences,
    merge,
    read_tables,
    when_it_cannot_be_written,
    write_snapshot,
)
from dataworkbench.workspace import Workspace

_CHUNK: Final = 1 << 20
_RUN_BY_SPREADSHEETS: Final = r"^\s*[=+\-@\x{FF1D}\x{FF0B}\x{FF0D}\x{FF20}]|^[\t\r\n]"
_IGNORED: Final = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})


@dataclass(frozen=True)
class Import:
    """What an import did, or would do.

    ``files``, ``set_aside``, ``reasons``, ``left_empty`` and ``notes`` are the ledger; ``findings`` is what a registrar should look at in the
    district's data as a whole; ``changes`` says for each table how many rows are new, gone, changed and the same, and
    ``students`` who is new, gone or changed. ``ledger`` holds the texts of the ledger's files by their names.
    """

    files: pl.DataFrame
    set_aside: pl.DataFrame
    notes: pl.DataFrame
    findings: pl.DataFrame
    changes: pl.DataFrame
    snapshot: SnapshotInfo | None
    dry_run: bool = False
    students: pl.DataFrame = field(default_factory=pl.DataFrame)
    left_empty: pl.DataFrame = field(default_factory=pl.DataFrame)
    reasons: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=REASONS_SCHEMA))
    ledger: Mapping[str, str] = field(default_factory=dict)

    @property
    def changed(self) -> bool:
        """Whether a new snapshot was made."""
        return self.snapshot is not None

    @property
    def refused(self) -> pl.DataFrame:
        """The files that could not be used, or about which there is a question; one row is one remark."""
        return self.notes.filter(pl.col("level").is_in(["refused", "question"]))


def files_in(place: Path) -> list[Path]:
    """Return what lies in a folder, as an import takes it: a folder that is a OneRoster set counts as one.

    A link that a person names is followed; one that lies in a folder is not, and is answered when it is read.
    """
    named = place.resolve() if place.is_symlink() else place
    if _is_leaf(named):
        return [named]
    found: list[Path] = []
    waiting = [named]
    while waiting:
        path = waiting.pop()
        if path != named and _is_leaf(path):
            found.append(path)
        else:
            waiting.extend(reversed(_listed(path)) if path.is_dir() else [])
    return found


def _is_leaf(path: Path) -> bool:
    """Whether a path is taken as one thing: a file, a whole roster, or what is never opened."""
    if why_not_opened(path):
        return True
    if not path.exists():
        raise NothingToShowError(
            f"There is nothing at {shown_name(str(path))}. Name a file or a folder, or put files into the inbox."
        )
    return not path.is_dir() or (path / "manifest.csv").is_file() or not os.access(path, os.R_OK | os.X_OK)


def _listed(folder: Path) -> list[Path]:
    return sorted(p for p in folder.iterdir() if not p.name.startswith(".") and p.name not in _IGNORED)


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
        clear_leftovers(workspace)
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
    ledger = _ledger(reading, notes, findings)
    if keep and taken:
        with when_it_cannot_be_written(workspace):
            sources = [*known.values(), *_sources(workspace, fresh, hashes, taken)]
            snapshot = write_snapshot(
                workspace, after, sources=sources, ledger=ledger, also=partial(_sum_up, workspace, after)
            )
    changes, students = differences(before, after), changed_students(before, after)
    return Import(
        reading.files, reading.set_aside, notes, findings, changes, snapshot,
        dry_run=not keep, students=students, left_empty=reading.left_empty,
        reasons=reading.reasons, ledger=ledger,
    )  # fmt: skip


def _sum_up(
    workspace: Workspace, tables: Mapping[str, pl.DataFrame], connection: duckdb.DuckDBPyConnection
) -> None:
    """Write into a snapshot the sums that make the dashboards of a large district quick."""
    rows = {name: frame.height for name, frame in tables.items()}
    sum_up(connection.execute, rows, workspace.settings())


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
    """Names of the folders and hashes of the files of which at least one row was kept."""
    kept = reading.files.filter(pl.col("rows_kept") > 0)
    return {*kept["given"].to_list(), *kept["sha256"].to_list()}


def _rosters_of(reading: Reading) -> list[str]:
    """School years for which this import holds a whole roster, told by a OneRoster or SDS 2.1 set among the files."""
    is_roster = pl.col("recognised_as").str.contains("^(OneRoster|Microsoft SDS v2)")
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
            "file": shown_name(path.name),
            "level": "info",
            "message": "This file was imported before, byte for byte. It changes nothing.",
            "what_to_do": "Nothing.",
        }
        for path in again
    ]
    return pl.DataFrame(rows, schema=schema)


def content_of(path: Path) -> str:
    """Return the hash of a file's content, or of all files of a folder with their names.

    What cannot be opened, or never is, has the hash of its name; it is answered when it is read.
    """
    if path.is_file() and not why_not_opened(path):
        with suppress(OSError):
            return content_hash(path)
    told = hashlib.sha256()
    members = sorted(p for p in path.rglob("*") if not p.is_dir()) if path.is_dir() else [path]
    for member in members:
        if path.is_dir():
            told.update(os.fsencode(member.relative_to(path).as_posix()) + b"\0")
        if why_not_opened(member):
            told.update(b"never opened: " + os.fsencode(member))
            continue
        try:
            _add_content(told, member)
        except OSError:
            told.update(b"cannot be opened: " + os.fsencode(member))
    return told.hexdigest()


def _add_content(told: Any, member: Path) -> None:
    with member.open("rb") as file:
        while chunk := file.read(_CHUNK):
            told.update(chunk)


def _sources(
    workspace: Workspace, fresh: Sequence[Path], hashes: Mapping[Path, str], taken: set[str]
) -> list[dict[str, Any]]:
    """Keep the raw files as they came, and return what the manifest says of them; one entry is one file."""
    chosen = {
        hashes[path]: path
        for path in reversed(fresh)
        if (shown_name(path.name) if path.is_dir() else hashes[path]) in taken
    }
    return [
        {"file": shown_name(path.name), "sha256": content, "raw": _keep_raw(workspace, path, content)}
        for content, path in reversed(chosen.items())
    ]


def _keep_raw(workspace: Workspace, path: Path, content: str) -> str:
    """Keep a file or folder as it came, and return its name in ``raw``; a copy that is not the same is refused."""
    kept = workspace.raw / f"{content[:16]}-{kept_name(path.name)}"
    if kept.exists():
        return kept.name
    workspace.raw.mkdir(exist_ok=True)
    making = workspace.raw / f".{kept.name}.part"
    try:
        if path.is_dir():
            shutil.copytree(path, making, symlinks=True)
        else:
            shutil.copyfile(path, making)
        _check_same(making, content, shown_name(path.name))
        making.rename(kept)
    except BaseException:
        shutil.rmtree(making, ignore_errors=True) if making.is_dir() else making.unlink(missing_ok=True)
        raise
    return kept.name


def _check_same(copy: Path, content: str, name: str) -> None:
    if content_of(copy) != content:
        raise WorkbenchError(
            f"{name} changed while it was being kept; it may still be uploading. Nothing was changed. "
            "Wait until it is whole, then import again."
        )


def _ledger(reading: Reading, notes: pl.DataFrame, findings: pl.DataFrame) -> dict[str, str]:
    """Return the files of the ledger by their names: tables as CSV, and a letter for whoever sent each file."""
    frames = {
        "files.csv": reading.files,
        "reasons.csv": reading.reasons,
        "set_aside.csv": reading.set_aside,
        "left_empty.csv": reading.left_empty,
        "notes.csv": notes,
        "matching.csv": reading.matching,
        "unmatched.csv": reading.unmatched,
        "findings.csv": findings,
    }
    tables = {name: _safe_csv(frame) for name, frame in frames.items()}
    return {**tables, **letters(reading.files, reading.reasons, notes)}


def write_ledger(done: Import, folder: Path) -> None:
    """Write the files of an import's ledger into a folder; a dry run has a ledger too."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in done.ledger.items():
            (folder / name).write_text(text, encoding="utf-8", newline="")
    except OSError as fault:
        raise WorkbenchError(
            f"The ledger cannot be written into {folder}: {fault.strerror}. Name a folder that you may write to."
        ) from fault


def _safe_csv(frame: pl.DataFrame) -> str:
    """CSV text that a spreadsheet shows as it is, accents too: a cell that would be run as a formula gets a quote."""
    texts = [name for name, kind in frame.schema.items() if kind == pl.String]
    risky = [
        pl.when(pl.col(t).str.contains(_RUN_BY_SPREADSHEETS))
        .then("'" + pl.col(t))
        .otherwise(pl.col(t))
        .alias(t)
        for t in texts
    ]
    lists = [pl.col(name).list.join(", ") for name, kind in frame.schema.items() if isinstance(kind, pl.List)]
    return frame.with_columns(risky).with_columns(lists).write_csv(include_bom=True)
