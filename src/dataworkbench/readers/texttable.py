"""A table of text with the line of each row: what every kind of file becomes before anything is converted."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

import polars as pl

from dataworkbench.readers.headers import fold
from dataworkbench.readers.ledger import FAULTS_SCHEMA, ROW, Note

SPACES: Final = " \t\r\n\u00a0\u2007\u202f\u200b\ufeff"
"""Signs that stand for nothing at the ends of a cell; the fixed space and the invisible ones with them."""
LONGEST_CELL: Final = 32_767
"""The longest cell that a spreadsheet can hold; anything longer is a fault of the file."""


class Large(Protocol):
    """A file too large to be held as text as a whole."""

    def whole(self, headers: Collection[str]) -> TextTable:
        """Return the table with all rows and some of its columns."""


@dataclass(frozen=True)
class TextTable:
    """One table as it stands in a file. One row of ``frame`` is one row of the file, all text, with its line.

    ``bad`` holds rows that could not be read; ``repeated`` the folded headers that stand more than once;
    ``headed`` is False where no row of headers was found. Of a large file the table holds the first rows only, and
    ``large`` is the way to the whole of it.
    """

    name: str
    frame: pl.DataFrame
    rows_read: int
    bad: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=FAULTS_SCHEMA))
    repeated: frozenset[str] = frozenset()
    notes: tuple[Note, ...] = ()
    headed: bool = True
    large: Large | None = None

    @property
    def headers(self) -> list[str]:
        """The headers, without the lineage column."""
        return [name for name in self.frame.columns if name != ROW]

    @property
    def folded(self) -> dict[str, str]:
        """Folded header to header; the first wins where two fold to the same."""
        found: dict[str, str] = {}
        for name in self.headers:
            found.setdefault(fold(name), name)
        return found

    @property
    def lines(self) -> pl.Series:
        """The line of each row."""
        return self.frame[ROW]

    @property
    def every_line(self) -> pl.Series:
        """The lines of all rows that were read, the bad ones too."""
        return pl.concat([self.frame[ROW].cast(pl.Int64), self.bad["row"]]).unique().sort()

    def column(self, header: str) -> pl.Series | None:
        """Return a column by any spelling of its header, trimmed, with empty cells as nulls."""
        name = self.folded.get(fold(header))
        return None if name is None else trimmed(self.frame[name])

    def with_note(self, note: Note) -> TextTable:
        """Return the same table with one more remark."""
        return replace(self, notes=(*self.notes, note))


def trimmed(values: pl.Series) -> pl.Series:
    """Return text without spaces at its ends, and nulls where nothing is left; ="001", as for Excel, is the text 001."""
    stripped = values.str.strip_chars(SPACES)
    if stripped.str.starts_with('="').any():
        stripped = stripped.str.replace(r'^="([^"]*)"$', "${1}").str.strip_chars(SPACES)
    return (
        stripped.to_frame("v").select(pl.when(pl.col("v") != "").then(pl.col("v")))["v"].rename(values.name)
    )


def texts_of(values: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return the different texts of a column, and for each row the place of its text among them.

    A column of a large file holds each text once already.
    """
    if isinstance(values.dtype, pl.Categorical):
        texts = values.dtype.categories.to_series().cast(pl.String).rename(values.name)
        places = values.to_physical()
        if not places.null_count():
            return texts, places
        empty = pl.Series(values.name, [None], dtype=pl.String)
        return pl.concat([texts, empty]), places.fill_null(texts.len())
    book = pl.Categories.random()
    held = values.cast(pl.Categorical(book))  # the book forgets its texts with the last column that uses them
    return book.to_series().cast(pl.String).rename(values.name), held.to_physical()
