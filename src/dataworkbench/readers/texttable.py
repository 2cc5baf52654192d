"""A table of text with the line of each row: what every kind of file becomes before anything is converted."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

import polars as pl

from dataworkbench.readers.headers import fold
from dataworkbench.readers.ledger import FAULTS_SCHEMA, ROW, Note

SPACES: Final = " \t\r\n\u00a0\u2007\u202f\u200b\ufeff"
"""Signs that stand for nothing at the ends of a cell; the fixed space and the invisible ones with them."""
LONGEST_CELL: Final = 32_767
"""The longest cell that a spreadsheet can hold; anything longer is a fault of the file."""


@dataclass(frozen=True)
class TextTable:
    """One table as it stands in a file. One row of ``frame`` is one row of the file, all text, with its line.

    ``bad`` holds rows that could not be read; ``repeated`` the folded headers that stand more than once;
    ``headed`` is False where no row of headers was found.
    """

    name: str
    frame: pl.DataFrame
    rows_read: int
    bad: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=FAULTS_SCHEMA))
    repeated: frozenset[str] = frozenset()
    notes: tuple[Note, ...] = ()
    headed: bool = True

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
