"""What all files of a OneRoster archive have in common."""

from __future__ import annotations

import polars as pl


def bulk(frame: pl.DataFrame, **columns: pl.Expr) -> pl.DataFrame:
    """Return a OneRoster file: ``sourcedId`` first, then the two columns that stay empty in bulk, then the rest."""
    empty = pl.lit(None, dtype=pl.String)
    told = frame.select(sourcedId=columns.pop("sourcedId"), status=empty, dateLastModified=empty, **columns)
    booleans = [
        pl.col(name).replace_strict([True, False], ["true", "false"])
        for name, kind in told.schema.items()
        if kind == pl.Boolean
    ]
    return told.with_columns(booleans)


def nothing() -> pl.Expr:
    """Return an empty column."""
    return pl.lit(None, dtype=pl.String)
