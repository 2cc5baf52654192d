"""The tables at rest: immutable snapshots, asked through DuckDB, small pandas frames out."""

from __future__ import annotations

from dataworkbench.warehouse.beforehand import Beforehand, know, known_of, questions_asked
from dataworkbench.warehouse.comparing import Comparison, changed_students, compare_snapshots
from dataworkbench.warehouse.district import District, ask_beforehand, district_from_frames, open_workspace
from dataworkbench.warehouse.merging import differences, merge
from dataworkbench.warehouse.nobody import NOBODYS_YEAR, nobodys_district
from dataworkbench.warehouse.page_numbers import PREFIX as PAGE_NUMBER_PREFIX
from dataworkbench.warehouse.page_numbers import page_numbers, student_of_number
from dataworkbench.warehouse.scoping import write_scoped_snapshot
from dataworkbench.warehouse.snapshots import (
    SnapshotInfo,
    clear_leftovers,
    current_snapshot,
    find_snapshot,
    list_snapshots,
    read_tables,
    use_snapshot,
    when_it_cannot_be_written,
    write_snapshot,
)

__all__ = [
    "NOBODYS_YEAR",
    "PAGE_NUMBER_PREFIX",
    "Beforehand",
    "Comparison",
    "District",
    "SnapshotInfo",
    "ask_beforehand",
    "changed_students",
    "clear_leftovers",
    "compare_snapshots",
    "current_snapshot",
    "differences",
    "district_from_frames",
    "find_snapshot",
    "know",
    "known_of",
    "list_snapshots",
    "merge",
    "nobodys_district",
    "open_workspace",
    "page_numbers",
    "questions_asked",
    "read_tables",
    "student_of_number",
    "use_snapshot",
    "when_it_cannot_be_written",
    "write_scoped_snapshot",
    "write_snapshot",
]
