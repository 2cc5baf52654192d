"""What a registrar should look at in the district's data as a whole, after all files are together.

A check looks at tables and says what it found; it changes nothing. Findings are for staff: they name identifiers.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from dataworkbench.checks import attendance, outcomes, references, roster
from dataworkbench.checks.finding import LEVELS, Finding, Tables
from dataworkbench.schemas import TABLES, held_as, held_once, is_large

FINDINGS_SCHEMA: Final[dict[str, type[pl.DataType]]] = {
    "level": pl.String, "table": pl.String, "message": pl.String, "n": pl.Int64, "examples": pl.String, "what_to_do": pl.String,
}  # fmt: skip
_CHECKS: Final = (*references.CHECKS, *roster.CHECKS, *attendance.CHECKS, *outcomes.CHECKS)


def check_tables(tables: Tables) -> pl.DataFrame:
    """Return what should be looked at in a district's canonical tables; one row is one finding, the gravest first.

    Columns: level (problem, caution, info), table, message, n, examples (identifiers), what_to_do.
    """
    large = any(is_large(frame) for frame in tables.values())
    whole = {name: _whole(name, tables.get(name), large=large) for name in TABLES}
    found = [finding for check in _CHECKS for finding in check(whole)]
    found.sort(key=lambda finding: LEVELS.index(finding.level))
    return pl.DataFrame(found, schema=FINDINGS_SCHEMA, orient="row")


def _whole(name: str, frame: pl.DataFrame | None, *, large: bool) -> pl.DataFrame:
    """Return a table with all its columns, text as text whatever engine it comes from.

    Where one of the tables is large, all of them hold each text once, so that they can be joined.
    """
    schema = TABLES[name].polars_schema
    if frame is None:
        return held_once(TABLES[name].empty()) if large else TABLES[name].empty()
    if large:
        return frame.select(held_as(frame, column, kind) for column, kind in schema.items())
    return frame.select(
        pl.col(column).cast(kind) if column in frame.columns else pl.lit(None, dtype=kind).alias(column)
        for column, kind in schema.items()
    )


__all__ = ["FINDINGS_SCHEMA", "Finding", "check_tables"]
