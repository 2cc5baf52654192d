"""Every number in a page is a released figure in its place, or stands in words that pages say anyway."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from dataworkbench.files import fingerprint
from dataworkbench.publishing.scan.furniture import Furniture
from dataworkbench.publishing.scan.opening.pieces import Figures, Piece, Rows, Said, Script, beside
from dataworkbench.publishing.scan.released import Released, digits_in, numbers_in, same
from dataworkbench.publishing.scan.searching import Hit

CELL: Final = "cell"
BANDS: Final = "bands"
AXIS: Final = "axis"
COUNTS: Final = "counts"
_DIGIT: Final = re.compile(r"\d")
_NOT_RELEASED: Final = "a number that is not a released figure"
_AT_HIDDEN: Final = "a number where a figure is hidden"


@dataclass(frozen=True)
class Accountant:
    """Holds every number against the release."""

    released: Released
    furniture: Furniture

    def look_at(self, piece: Piece) -> Iterator[Hit]:
        """Give the numbers of a piece that are not accounted for."""
        if isinstance(piece, Said):
            yield from self._in_text(piece)
        elif isinstance(piece, Figures):
            yield from self._in_figures(piece)
        elif isinstance(piece, Rows):
            yield from self._in_rows(piece)
        elif (
            isinstance(piece, Script)
            and fingerprint(piece.text.strip()) not in self.furniture.scripts
            and piece.text.strip()
        ):
            yield Hit(
                piece.place, "script", "a script that did not come with the workbench", piece.text[:200]
            )

    def _in_text(self, said: Said) -> Iterator[Hit]:
        if not said.cell:
            yield from self._beside_cells(said)
            return
        cell = self.released.cells.get(said.cell)
        if cell is None:
            yield _unknown(said.place, said.cell)
            return
        if not _DIGIT.search(said.text) or (
            not cell.is_hidden and all(read & cell.numbers for _, read in numbers_in(said.text))
        ):
            return
        rest = self.furniture.without_phrases(said.text, cell.words)
        if cell.is_hidden:
            yield from (Hit(said.place, "hidden figure", _AT_HIDDEN, number) for number in digits_in(rest))
            return
        for number, read in numbers_in(rest):
            if not read & cell.numbers:
                yield Hit(said.place, "figure", "a number that is not the figure of its cell", number)

    def _beside_cells(self, said: Said) -> Iterator[Hit]:
        if not _DIGIT.search(said.text):
            return
        numbers = numbers_in(self.furniture.without_phrases(said.text))
        allowed = self._known(said.known_as, [read for _, read in numbers])
        for number, read in numbers:
            if not read & allowed:
                yield Hit(said.place, "figure", _NOT_RELEASED, number)

    def _known(self, known_as: str, numbers: Sequence[frozenset[float]]) -> frozenset[float]:
        if known_as == BANDS:
            return self.furniture.bands
        if known_as == COUNTS:
            return self.furniture.counts
        if known_as == AXIS:
            return frozenset(number for read in numbers for number in read if _is_round(number))
        return frozenset()

    def _in_figures(self, figures: Figures) -> Iterator[Hit]:
        cell = self.released.cells.get(figures.cell) if figures.cell else None
        if figures.cell and cell is None:
            yield _unknown(figures.place, figures.cell)
            return
        allowed = cell.numbers if cell else frozenset()
        stray = [value for value in figures.values if value == value and same(value) not in allowed]  # noqa: PLR0124
        if stray:
            hidden = cell is not None and cell.is_hidden
            yield Hit(
                figures.place, "hidden figure" if hidden else "figure", _AT_HIDDEN if hidden else _NOT_RELEASED,
                ", ".join(map(str, stray[:20])),
            )  # fmt: skip

    def _in_rows(self, table: Rows) -> Iterator[Hit]:
        at = list(table.header).index(CELL) if CELL in table.header else -1
        for number, row in enumerate(table.rows, start=1):
            where = beside(table.place, f"row {number}")
            if at < 0 or at >= len(row) or not row[at]:
                yield from self._in_loose_row(where, row)
                continue
            name = str(row[at])
            for value in (*row[:at], *row[at + 1 :]):
                yield from self._in_value(where, value, name)

    def _in_value(self, where: str, value: object, cell: str) -> Iterator[Hit]:
        if isinstance(value, int | float) and not isinstance(value, bool):
            known = self.released.cells.get(cell)
            if known is None or str(int(value)) not in known.words:
                yield from self._in_figures(Figures(where, (float(value),), cell))
        else:
            yield from self._in_text(Said(where, "" if value is None else str(value), cell))

    def _in_loose_row(self, where: str, row: Sequence[object]) -> Iterator[Hit]:
        for value in row:
            if isinstance(value, int | float) and not isinstance(value, bool):
                yield from self._in_figures(Figures(where, (float(value),)))
            elif value not in ("", None):
                yield from self._beside_cells(Said(where, str(value)))


def _unknown(place: str, cell: str) -> Hit:
    return Hit(place, "unknown cell", "a figure that is not part of the release", cell)


def _is_round(number: float) -> bool:
    """Whether a number can be a mark on an axis: one digit, or one and a half, and zeros."""
    size = abs(number)
    if size == 0:
        return True
    while size >= 100:
        size /= 10
    while size < 10:
        size *= 10
    return abs(size / 5 - round(size / 5)) < 1e-9
