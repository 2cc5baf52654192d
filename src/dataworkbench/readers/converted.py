"""What a conversion hands back: the values, the rows that failed with the reason, and remarks."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import polars as pl

from dataworkbench.readers.ledger import Note

_LONGEST_SHAPE: Final = 16


class Fault(NamedTuple):
    """Why some cells of a column could not be understood; ``where`` is true for these cells."""

    where: pl.Series
    reason: str
    what_to_do: str


@dataclass(frozen=True)
class Converted:
    """A column after its conversion; cells that failed are null."""

    values: pl.Series
    faults: tuple[Fault, ...] = ()
    notes: tuple[Note, ...] = ()


def by_distinct(
    values: pl.Series, decide: Callable[[str], Any], dtype: pl.DataType | type[pl.DataType]
) -> pl.Series:
    """Return a column in which each distinct text was decided once; null stays null."""
    distinct = values.drop_nulls().unique()
    decided = pl.Series([decide(value) for value in distinct.to_list()], dtype=dtype)
    return look_up(values, distinct, decided)


def look_up(values: pl.Series, distinct: pl.Series, decided: pl.Series) -> pl.Series:
    """Return for each value what was decided for it; a value that is not among ``distinct`` becomes null."""
    book = pl.DataFrame({"value": distinct.cast(pl.String), "decided": decided})
    asked = values.rename("value").to_frame()
    return asked.join(book, on="value", how="left", maintain_order="left")["decided"].rename(values.name)


def examples(values: pl.Series, most: int = 5) -> str:
    """Return a few distinct values as a sentence says them."""
    distinct = values.drop_nulls().unique().sort()
    shown = ", ".join(f"'{value}'" for value in distinct.head(most).to_list())
    return shown + (f" and {distinct.len() - most} more" if distinct.len() > most else "")


def written_like(text: str) -> str:
    """Return how a cell is written, without what stands in it: 9 for a figure, a for a letter.

    For sentences that may go to whoever sent a file, and for files of which nobody knows yet what they hold.
    """
    shape = re.sub(r"[^\W\d_]", "a", re.sub(r"\d", "9", text))
    return shape if len(shape) <= _LONGEST_SHAPE else shape[:_LONGEST_SHAPE] + "…"
