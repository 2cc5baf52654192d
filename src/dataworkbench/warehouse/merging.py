"""What an import adds to what is there: newer records replace older ones with the same key.

A new roster of a school year replaces the whole of the earlier roster of that year, so that students who have
left do not linger.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

import polars as pl

from dataworkbench.schemas import TABLES, held_alike, held_once, is_large
from dataworkbench.warehouse.building import conform

ROSTER_TABLES: Final = ("students", "enrollments", "sections")
"""Tables of which a new roster of a school year replaces the whole."""

SET_BY: Final[Mapping[str, str]] = {"performance_levels": "assessment_id"}
"""Tables whose rows stand together: a new set for one of these values replaces the whole of the old set."""


def merge(
    before: Mapping[str, pl.DataFrame],
    incoming: Mapping[str, pl.DataFrame],
    *,
    rosters_of: Collection[str] = (),
) -> dict[str, pl.DataFrame]:
    """Return the tables after an import.

    ``rosters_of`` names the school years for which ``incoming`` holds a whole roster.
    """
    names = [name for name in TABLES if name in before or name in incoming]
    return {name: _merged(name, before.get(name), incoming.get(name), rosters_of) for name in names}


def _merged(
    name: str, before: pl.DataFrame | None, incoming: pl.DataFrame | None, rosters_of: Collection[str]
) -> pl.DataFrame:
    table = TABLES[name]
    if before is not None and incoming is None:
        return before
    old = conform(table, before if before is not None else table.empty())
    new = conform(table, incoming if incoming is not None else table.empty())
    if new.is_empty():
        return old
    if old.is_empty():
        return new
    old, new = _held_alike(old, new)
    if name in ROSTER_TABLES and rosters_of:
        old = old.filter(~pl.col("school_year").is_in(list(rosters_of)))
    if name in SET_BY:
        old = old.join(new, on=SET_BY[name], how="anti", nulls_equal=True)
    kept = old.join(new, on=list(table.key), how="anti", nulls_equal=True)
    filled = _filled_from(old, new, table.key) if name in {"students", "identities", "schools"} else new
    return pl.concat([kept, filled], how="vertical_relaxed")


def _held_alike(old: pl.DataFrame, new: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return two states of a table with their texts held in one way, so that their rows can be compared."""
    if is_large(old) or is_large(new):
        old, new = held_once(old), held_once(new)
        return held_alike(old, new), held_alike(new, old)
    return old, new


def _filled_from(old: pl.DataFrame, new: pl.DataFrame, key: tuple[str, ...]) -> pl.DataFrame:
    """New rows, with what only the old row of the same key knows: a program file adds to a roster, not the reverse."""
    both = new.join(old, on=list(key), how="left", suffix="_before", nulls_equal=True, maintain_order="left")
    others = [name for name in new.columns if name not in key]
    return both.with_columns([pl.coalesce(name, f"{name}_before").alias(name) for name in others]).select(
        new.columns
    )


def differences(before: Mapping[str, pl.DataFrame], after: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Return what changes from one set of tables to another; one row is one table: new, gone and changed rows."""
    rows = [
        _difference(name, before.get(name), after.get(name))
        for name in TABLES
        if name in before or name in after
    ]
    schema = {"table": pl.String, "new": pl.Int64, "gone": pl.Int64, "changed": pl.Int64, "same": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _difference(
    name: str, before: pl.DataFrame | None, after: pl.DataFrame | None
) -> tuple[str, int, int, int, int]:
    table = TABLES[name]
    if before is None or before.is_empty():
        return name, after.height if after is not None else 0, 0, 0, 0
    if after is before:
        return name, 0, 0, 0, before.height
    new = conform(table, after if after is not None else table.empty())
    old, new = _held_alike(conform(table, before), new)
    old_keys, new_keys = (_told(frame, table.key) for frame in (old, new))
    added = int((~new_keys.is_in(old_keys.implode())).sum())
    gone = int((~old_keys.is_in(new_keys.implode())).sum())
    same = int(_told(new, table.column_names).is_in(_told(old, table.column_names).implode()).sum())
    return name, added, gone, new.height - added - same, same


def _told(frame: pl.DataFrame, columns: Sequence[str]) -> pl.Series:
    """Return a number for each row that tells what stands in some of its columns; of millions of rows only that is compared."""
    return frame.select(columns).hash_rows()
