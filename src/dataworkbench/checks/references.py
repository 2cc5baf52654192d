"""Rows that point to something that is not there, and identifiers that look wrong."""

from __future__ import annotations

from typing import Final

import polars as pl

from dataworkbench.checks.finding import Check, Finding, Level, Tables, counted, some
from dataworkbench.schemas import TABLES, Table

_MAY_POINT_ELSEWHERE: Final = frozenset(
    {("staff", "school_id"), ("staff_years", "school_id"), ("staff_years", "staff_id")}
)
"""Staff also work in a district's office, which is no school, and a list of an earlier year names people who have left."""


def _tables_that_are_missing(tables: Tables) -> list[Finding]:
    needed = ("schools", "students", "enrollments")
    return [
        Finding(
            "caution",
            name,
            f"There are no {name} yet; most figures need them.",
            0,
            "",
            TABLES[name].how_to_bring,
        )
        for name in needed
        if not tables[name].height
    ]


def _orphans(tables: Tables) -> list[Finding]:
    """Find values that point to a row of another table that is not there."""
    found = []
    for table in TABLES.values():
        for column in table.columns:
            target = column.refers_to
            if (
                not target
                or not tables[target].height
                or not tables[table.name].height
                or (table.name, column.name) in _MAY_POINT_ELSEWHERE
            ):
                continue
            finding = _orphans_of(tables, table, column.name, target)
            if finding is not None:
                found.append(finding)
    return found


def _orphans_of(tables: Tables, table: Table, column: str, target: str) -> Finding | None:
    key = column if column in TABLES[target].column_names else TABLES[target].key[0]
    rows = tables[table.name].select(pl.col(column).alias(key)).drop_nulls()
    lost = rows.join(tables[target], on=key, how="anti")[key] if rows.height else rows[key]
    if not lost.len():
        return None
    level: Level = "problem" if TABLES[table.name].column(column).required else "caution"
    return Finding(
        level, table.name, f"{counted(lost.len(), 'row')} with a {column.replace('_', ' ')} that is not among the {target.replace('_', ' ')}.", lost.len(), some(lost),
        f"Bring the missing {target}, or put the identifiers right where the file comes from.",
    )  # fmt: skip


def _mixed_widths(tables: Tables) -> list[Finding]:
    found = []
    for name in ("students", "results", "attendance"):
        ids = tables[name]["student_id"].drop_nulls().unique().cast(pl.String)
        figures = ids.filter(ids.str.contains(r"^\d+$"))
        if figures.len() < 2 or not figures.str.starts_with("0").any():
            continue
        lengths = figures.str.len_chars()
        width = max(lengths.to_list())
        short = figures.filter(lengths < width)
        if short.len():
            found.append(Finding("caution", name, f"Identifiers are not equally long: {short.len():,} have fewer than {width} figures.", short.len(), some(short),
                                 "A spreadsheet may have taken zeros away from the front. Export the column as text."))  # fmt: skip
    return found


CHECKS: Final[tuple[Check, ...]] = (
    _tables_that_are_missing,
    _orphans,
    _mixed_widths,
)
