"""The tables at rest: immutable snapshots, asked through DuckDB, small pandas frames out."""

from __future__ import annotations

from dataworkbench.warehouse.district import District, district_from_frames, open_workspace
from dataworkbench.warehouse.merging import differences, merge
from dataworkbench.warehouse.snapshots import (
    SnapshotInfo,
    current_snapshot,
    list_snapshots,
    read_tables,
    use_snapshot,
    write_snapshot,
)

__all__ = [
    "District",
    "SnapshotInfo",
    "current_snapshot",
    "differences",
    "district_from_frames",
    "list_snapshots",
    "merge",
    "open_workspace",
    "read_tables",
    "use_snapshot",
    "write_snapshot",
]
