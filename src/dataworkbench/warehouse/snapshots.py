"""Snapshots on disk: each is made whole or not at all, never changed, and can be gone back to.

A snapshot is a folder: ``tables.duckdb`` for the workbench, ``parquet/`` for other engines, ``ledger/`` with what
was read and what was set aside, and ``manifest.json``. The file ``current`` names the one in use.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import duckdb
import polars as pl

from dataworkbench.errors import NothingToShowError, WorkbenchError, no_such
from dataworkbench.files import write_whole
from dataworkbench.schemas import TABLES
from dataworkbench.warehouse.building import build, complete, in_order
from dataworkbench.workspace import SNAPSHOT_VARIABLE, Workspace

CURRENT: Final = "current"
MANIFEST: Final = "manifest.json"
TABLES_FILE: Final = "tables.duckdb"
MAKING: Final = ".making-"
FORMAT: Final = 1
MOST_MEMORY: Final = "1GB"
"""How much memory DuckDB may take while a snapshot is made; what is more goes to disk for the while."""
Also = Callable[[duckdb.DuckDBPyConnection], object]


@dataclass(frozen=True)
class SnapshotInfo:
    """What a snapshot's manifest says, and where it lies."""

    id: str
    made_at: str
    content: str
    rows: Mapping[str, int]
    sources: Sequence[Mapping[str, Any]] = field(default_factory=tuple)
    format: int = FORMAT
    folder: Path = Path()

    @property
    def made_on(self) -> str:
        """The day on which the snapshot was made, as 2026-11-22."""
        return self.made_at[:10]


def list_snapshots(workspace: Workspace) -> list[SnapshotInfo]:
    """Return the snapshots of a workspace, oldest first."""
    folders = sorted(
        path.parent
        for path in workspace.snapshots.glob(f"*/{MANIFEST}")
        if not path.parent.name.startswith(".")
    )
    return [_read_info(folder) for folder in folders]


def current_snapshot(workspace: Workspace) -> SnapshotInfo | None:
    """Return the snapshot in use, or None before the first import."""
    pointer = workspace.snapshots / CURRENT
    if not pointer.is_file():
        return None
    return _read_info(workspace.snapshots / pointer.read_text(encoding="utf-8").strip())


def find_snapshot(workspace: Workspace, asked: str = CURRENT) -> SnapshotInfo:
    """Return the snapshot of a name; ``current`` is the one in use.

    A run of reports names its snapshot in the environment, so that an import in the middle of it mixes nothing.
    """
    if asked == CURRENT:
        pinned = os.environ.get(SNAPSHOT_VARIABLE, "")
        if pinned and (workspace.snapshots / pinned / MANIFEST).is_file():
            return _read_info(workspace.snapshots / pinned)
        info = current_snapshot(workspace)
        if info is None:
            raise NothingToShowError(
                f"{workspace.root} holds no data yet. Put the district's files into {workspace.inbox} "
                "and run `dataworkbench import`."
            )
        return info
    if not (workspace.snapshots / asked / MANIFEST).is_file():
        raise no_such("snapshot", asked, (info.id for info in list_snapshots(workspace)))
    return _read_info(workspace.snapshots / asked)


def use_snapshot(workspace: Workspace, asked: str) -> SnapshotInfo:
    """Make an earlier (or later) snapshot the one in use, and return it."""
    info = find_snapshot(workspace, asked)
    _point_to(workspace, info.id)
    return info


def clear_leftovers(workspace: Workspace) -> list[str]:
    """Take away what an import that was broken off left half done, and return the names of what was there.

    Only to be called while no other import is at work.
    """
    hidden = [
        *workspace.snapshots.glob(f"{MAKING}*"),
        *workspace.snapshots.glob(f".{CURRENT}-*"),
        *workspace.raw.glob(".*.part"),
    ]
    for path in hidden:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return sorted(path.name for path in hidden)


@contextmanager
def when_it_cannot_be_written(workspace: Workspace) -> Iterator[None]:
    """Turn a disk that is full or refuses to be written into a sentence; the snapshot in use stands as it was."""
    try:
        yield
    except (OSError, duckdb.IOException) as fault:
        full = getattr(fault, "errno", None) == errno.ENOSPC or "no space left" in str(fault).casefold()
        what = (
            f"There is no room left on the disk that holds {workspace.root}. Free some space, then import again."
            if full
            else f"The data could not be written into {workspace.root}: {_said(fault)}. Check that the disk is there and "
            "that you may write to it, then import again."
        )
        raise WorkbenchError(f"{what} Nothing was changed: the data in use are as they were.") from fault


def _said(fault: Exception) -> str:
    return (getattr(fault, "strerror", None) or str(fault)).rstrip(".")


def read_tables(info: SnapshotInfo, only: Collection[str] = TABLES) -> dict[str, pl.DataFrame]:
    """Return the canonical tables of a snapshot, or ``only`` some of them, without those that are empty."""
    return {
        name: pl.read_parquet(info.folder / "parquet" / f"{name}.parquet")
        for name in TABLES
        if name in only and info.rows.get(name) and (info.folder / "parquet" / f"{name}.parquet").is_file()
    }


def content_hash(sources: Sequence[Mapping[str, Any]], extra: str = "") -> str:
    """Return a hash of what a snapshot is made from: the files, in order, and the rules they were read by."""
    told = json.dumps([source.get("sha256", "") for source in sources]) + extra
    return hashlib.sha256(told.encode()).hexdigest()


def write_snapshot(
    workspace: Workspace,
    tables: Mapping[str, pl.DataFrame],
    *,
    sources: Sequence[Mapping[str, Any]] = (),
    ledger: Mapping[str, str] | None = None,
    now: datetime | None = None,
    also: Also | None = None,
) -> SnapshotInfo:
    """Write a snapshot, make it the one in use, and return it.

    ``ledger`` maps file names to CSV text kept beside the tables. Everything is written into a hidden folder,
    flushed to disk and only then given its name, so whatever happens meanwhile leaves the snapshot in use as it was.
    ``also`` may work out more from the tables, such as sums for dashboards, before the database is closed for good.
    """
    made_at = (now or datetime.now(UTC)).astimezone(UTC)
    content = content_hash(sources)
    workspace.snapshots.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(prefix=MAKING, dir=workspace.snapshots))
    try:
        whole = complete(tables)
        _write_parquet(making / "parquet", whole)
        _write_database(making / TABLES_FILE, whole, making / "parquet", also)
        _write_ledger(making / "ledger", ledger or {})
        info = SnapshotInfo(
            id=_free_name(workspace, f"{made_at:%Y-%m-%d_%H%M%S}-{content[:6]}"),
            made_at=made_at.isoformat(timespec="seconds"),
            content=content,
            rows={name: frame.height for name, frame in whole.items()},
            sources=tuple(sources),
        )
        _write_info(making / MANIFEST, info)
        _flush_folder(making)
        making.rename(workspace.snapshots / info.id)
        _flush_name(workspace.snapshots)
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise
    _point_to(workspace, info.id)
    return _read_info(workspace.snapshots / info.id)


def _free_name(workspace: Workspace, name: str) -> str:
    taken = {path.name for path in workspace.snapshots.iterdir()}
    return next(n for n in (name, *(f"{name}-{i}" for i in range(2, 10_000))) if n not in taken)


def _write_database(path: Path, tables: Mapping[str, pl.DataFrame], parquet: Path, also: Also | None) -> None:
    with duckdb.connect(str(path), config={"temp_directory": str(path.parent / ".spill")}) as connection:
        connection.execute(f"SET memory_limit = '{MOST_MEMORY}'")
        build(connection, tables, parquet)
        if also:
            also(connection)
    shutil.rmtree(path.parent / ".spill", ignore_errors=True)


def _write_parquet(folder: Path, tables: Mapping[str, pl.DataFrame]) -> None:
    folder.mkdir()
    for name, frame in tables.items():
        if not frame.is_empty():
            rows = in_order(TABLES[name], frame)
            typed = rows.lazy().with_columns(
                pl.col(column).cast(kind)
                for column, kind in TABLES[name].polars_schema.items()
                if rows.schema[column] == pl.Null
            )
            typed.sink_parquet(folder / f"{name}.parquet", maintain_order=True)


def _write_ledger(folder: Path, ledger: Mapping[str, str]) -> None:
    folder.mkdir()
    for name, text in ledger.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")


def _write_info(path: Path, info: SnapshotInfo) -> None:
    told = {name: value for name, value in asdict(info).items() if name != "folder"}
    path.write_text(json.dumps(told, indent=2, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")


def _read_info(folder: Path) -> SnapshotInfo:
    try:
        told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError as fault:
        raise NothingToShowError(
            f"The snapshot {folder.name} is named as the one in use, but its folder is not there. "
            "Choose another with `dataworkbench snapshots use`, or import again."
        ) from fault
    return SnapshotInfo(**told, folder=folder)


def _point_to(workspace: Workspace, snapshot_id: str) -> None:
    """Change which snapshot is in use in one step: the old name stands until the new one does."""
    write_whole(workspace.snapshots / CURRENT, snapshot_id + "\n")
    _flush_name(workspace.snapshots)


def _flush_name(folder: Path) -> None:
    """Make sure that what a folder lists outlives a power cut; Windows does so by itself."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _flush_folder(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb+") as file:
                os.fsync(file.fileno())
