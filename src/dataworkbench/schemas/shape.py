"""What a canonical table is: its columns with their kinds, what one row is, and who it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

import polars as pl

from dataworkbench.errors import no_such

Kind = Literal["text", "category", "option", "grade", "date", "whole", "number", "yes_no"]
"""text: free; category: few distinct values; option: Yes, No or NotSelected; grade: a grade level."""

POLARS_TYPES: Final[Mapping[Kind, type[pl.DataType]]] = MappingProxyType(
    {
        "text": pl.String, "category": pl.String, "option": pl.String, "grade": pl.String,
        "date": pl.Date, "whole": pl.Int64, "number": pl.Float64, "yes_no": pl.Boolean,
    }
)  # fmt: skip


@dataclass(frozen=True)
class Column:
    """One column of a canonical table."""

    name: str
    kind: Kind
    meaning: str
    required: bool = False
    options: tuple[str, ...] = ()
    refers_to: str = ""
    personal: bool = False


@dataclass(frozen=True)
class Table:
    """One canonical table. ``key`` names the columns that tell its rows apart."""

    name: str
    one_row_is: str
    key: tuple[str, ...]
    comes_from: str
    how_to_bring: str
    columns: tuple[Column, ...]
    personal: bool = False

    def column(self, name: str) -> Column:
        """Return one column by its name."""
        for column in self.columns:
            if column.name == name:
                return column
        raise no_such(f"column of {self.name}", name, self.column_names)

    @property
    def column_names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(column.name for column in self.columns)

    @property
    def polars_schema(self) -> dict[str, type[pl.DataType]]:
        """The columns with their polars types."""
        return {column.name: POLARS_TYPES[column.kind] for column in self.columns}

    def empty(self) -> pl.DataFrame:
        """Return the table without a row."""
        return pl.DataFrame(schema=self.polars_schema)
