"""A finding, and what all checks share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Literal, NamedTuple

import polars as pl

Level = Literal["problem", "caution", "info"]
LEVELS: Final[tuple[Level, ...]] = ("problem", "caution", "info")
Tables = Mapping[str, pl.DataFrame]


class Finding(NamedTuple):
    """One thing that was found; ``n`` is how many rows, students or schools it concerns."""

    level: Level
    table: str
    message: str
    n: int
    examples: str = ""
    what_to_do: str = ""


Check = Callable[[Tables], list[Finding]]


def some(values: pl.Series, most: int = 5) -> str:
    """Return a few identifiers as a sentence says them."""
    distinct = values.drop_nulls().unique().sort()
    shown = ", ".join(str(value) for value in distinct.head(most).to_list())
    return shown + (f" and {distinct.len() - most:,} more" if distinct.len() > most else "")


def counted(n: int, one: str = "student") -> str:
    """Return "1 student" or "12 students"."""
    return f"{n:,} {one}" if n == 1 else f"{n:,} {one}s"
