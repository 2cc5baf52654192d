"""How a table is held in memory: its texts as text, or each text once, where there are millions of rows.

A large table is a frame of categories. It is made smaller than a fifth by it, and joins on numbers. A column in which
nothing stands takes no room until it is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl
import polars.selectors as cs

LARGE: Final = 2_000_000
"""From so many rows on a table holds each of its texts once, and rows hold the number of their text."""


def held_once(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the same rows with each text held once; for tables of millions of rows. Empty columns take no room."""
    return frame.with_columns(cs.string().cast(pl.Categorical))


def held_as(frame: pl.DataFrame, column: str, kind: type[pl.DataType]) -> pl.Expr:
    """Return a column of a large table in its type, its texts held once; one in which nothing stands stays empty."""
    if column not in frame.columns or frame[column].null_count() == frame.height:
        return pl.lit(None).alias(column)
    return pl.col(column).cast(pl.Categorical if kind == pl.String else kind)


def held_plainly(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the same rows with their texts as text; for small tables, and parts of large ones."""
    return frame.with_columns(cs.categorical().cast(pl.String))


def held_alike(frame: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    """Return a small frame whose columns have the types of those of another one, so that the two can be joined."""
    return frame.with_columns(
        pl.col(name).cast(kind)
        for name, kind in other.schema.items()
        if name in frame.columns and kind not in (frame.schema[name], pl.Null)
    )


def is_large(frame: pl.DataFrame) -> bool:
    """Return whether a table holds each of its texts once."""
    return any(isinstance(kind, pl.Categorical) for kind in frame.dtypes)


def doubled(frame: pl.DataFrame, key: Sequence[str]) -> pl.Series:
    """Return which rows share their key with another one.

    Sorting the hashes of the keys tells it several times quicker than counting them, and in less memory.
    """
    hashes = frame.select(key).hash_rows() if frame.height else pl.Series([], dtype=pl.UInt64)
    in_order = hashes.sort()
    again = in_order.filter((in_order == in_order.shift(1)).fill_null(value=False))
    if not again.len():
        return pl.repeat(value=False, n=frame.height, eager=True)
    return hashes.is_in(again.unique().implode())


def texts_held(values: pl.Series) -> pl.Series:
    """Return the texts that a column of a large table refers to, each once, in the order of their numbers."""
    if not isinstance(values.dtype, pl.Categorical):
        raise TypeError(f"the column {values.name} holds no texts once, but {values.dtype}")
    return values.dtype.categories.to_series().cast(pl.String)
