"""How a change of the data is told: what is new, gone and changed, by table and by student."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from dataworkbench.cli.answers import Answer, Listing, counted
from dataworkbench.warehouse import Comparison, SnapshotInfo

MOST_STUDENTS: Final = 30
"""How many lines about students are printed; --json gives all of them."""
_EMPTY: Final = "(empty)"


def students_counted(students: pl.DataFrame) -> dict[str, int]:
    """Return how many students are new, gone and changed."""
    if not students.height:
        return {"new": 0, "gone": 0, "changed": 0}
    each = students.select("student_id", "change").unique()
    return {what: each.filter(pl.col("change") == what).height for what in ("new", "gone", "changed")}


def students_sentence(students: pl.DataFrame, *, would: bool = False) -> str:
    """Return in a sentence how many students are new, gone and changed."""
    counts = students_counted(students)
    if not any(counts.values()):
        return "No student is new, gone or changed."
    verb = "would be" if would else "is" if counts["new"] == 1 else "are"
    new = counted(counts["new"], "student")
    return f"{new} {verb} new, {counts['gone']:,} gone, {counts['changed']:,} changed."


def change_listings(tables: pl.DataFrame, students: pl.DataFrame) -> list[Listing]:
    """Return the tables that differ, and the students who do; a long list is cut and says so."""
    return [part for part in (_tables(tables), _students(students)) if part.rows]


def _tables(tables: pl.DataFrame) -> Listing:
    columns = ("table", "new", "gone", "changed", "same")
    held = tables.filter(pl.any_horizontal(pl.col("new", "gone", "changed") > 0)) if tables.width else tables
    rows = [
        tuple(row[0:1]) + tuple(f"{n:,}" for n in row[1:])
        for row in held.select(columns[: held.width]).rows()
    ]
    return Listing("What differs, in rows", ("Table", "New", "Gone", "Changed", "The same"), rows)


def _students(students: pl.DataFrame) -> Listing:
    shown = students.head(MOST_STUDENTS).to_dicts()
    more = students.height - len(shown)
    rest = f" (the first {MOST_STUDENTS} lines; {more:,} more with --json)" if more > 0 else ""
    rows = [(one["student_id"], one["change"], one["school_year"], *_values(one)) for one in shown]
    return Listing(f"Students{rest}", ("Student", "", "School year", "Column", "Before", "After"), rows)


def _values(one: dict[str, Any]) -> tuple[str, str, str]:
    if one["change"] != "changed":
        return "", "", ""
    if not one["before"] and not one["after"]:
        return one["column"], "(not shown)", "(not shown)"
    return one["column"], one["before"] or _EMPTY, one["after"] or _EMPTY


def changes_data(tables: pl.DataFrame, students: pl.DataFrame) -> dict[str, Any]:
    """Return the same for a script: every table and every student."""
    return {
        "changes": tables.to_dicts(),
        "students": students_counted(students),
        "students_changed": students.to_dicts(),
    }


def compared(before: SnapshotInfo, after: SnapshotInfo, found: Comparison) -> Answer:
    """Return what differs between two snapshots, as it is told."""
    differing = found.tables.filter(pl.any_horizontal(pl.col("new", "gone", "changed") > 0)).height
    said = (
        f"From {before.id} to {after.id}, {counted(differing, 'table')} differ."
        if differing != 1
        else f"From {before.id} to {after.id}, 1 table differs."
    )
    same = f"The snapshots {before.id} and {after.id} hold the same."
    return Answer(
        sentences=[said, students_sentence(found.students)] if differing else [same],
        listings=change_listings(found.tables, found.students),
        data={"before": before.id, "after": after.id, **changes_data(found.tables, found.students)},
    )
