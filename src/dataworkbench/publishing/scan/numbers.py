"""Every number in a page is a released figure in its place, or stands in words that pages say anyway."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

from dataworkbench.files import fingerprint
from dataworkbench.publishing.scan.folding import words
from dataworkbench.publishing.scan.furniture import Furniture
from dataworkbench.publishing.scan.opening.pieces import (
    CODES,
    Address,
    Figures,
    Piece,
    Rows,
    Said,
    Script,
    beside,
)
from dataworkbench.publishing.scan.released import (
    Released,
    digits_in,
    holds_numbers,
    numbers_in,
    plain_digits,
    same,
)
from dataworkbench.publishing.scan.searching import Hit

CELL: Final = "cell"
BANDS: Final = "bands"
AXIS: Final = "axis"
COUNTS: Final = "counts"
RUBRICS: Final = "rubrics"
OF_FIGURES: Final = frozenset(
    "value low high label figure size size_of_group n n_label n_low n_high".split()  # noqa: SIM905 - names are read as a text
)
"""Columns in which figures stand and nothing else: no digit in them is excused by the words of the cell."""
_ALONE: Final = re.compile(r"\s*[^\w\s]*[\d.,]+\s*%?\s*")
_NOT_RELEASED: Final = "a number that is not a released figure"
_ELSEWHERE: Final = "an address that leads out of the site, or to a file that is not in it"
_HASH: Final = re.compile(r"-[0-9a-f]{8}(?=\.\w+$)")
"""The end of a file's name that was made from what it is about; it says nothing."""
_AT_HIDDEN: Final = "a number where a figure is hidden"


@dataclass(frozen=True)
class Accountant:
    """Holds every number against the release, and every address against the ``files`` of the site."""

    released: Released
    furniture: Furniture
    files: frozenset[str] = frozenset()

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
                piece.place,
                "script",
                "a script or a style sheet that did not come with the workbench",
                piece.text[:200],
            )

    def in_name(self, file: str) -> Iterator[Hit]:
        """Give the numbers in the name of a file that are of no name of the release."""
        known = self.furniture.numbers_of_names
        for word in words(_HASH.sub("", unquote(file))):
            if word.isdigit() and not any(number.startswith(word) for number in known):
                yield Hit("its name", "figure", _NOT_RELEASED, word)

    def at_address(self, piece: Address, file: str) -> Iterator[Hit]:
        """Give an address that leads out of the site, or in which a number stands that is of no name of its files."""
        address = piece.text.strip()
        if not address or address.lower().startswith("data:"):
            return
        try:
            parts = urlsplit(address)
        except ValueError:
            yield Hit(piece.place, "link", _ELSEWHERE, address)
            return
        there = posixpath.normpath(posixpath.join(posixpath.dirname(file), unquote(parts.path)))
        if parts.scheme or parts.netloc or (parts.path and there not in self.files):
            yield Hit(piece.place, "link", _ELSEWHERE, address)
        yield from self._beside_cells(Said(piece.place, f"{parts.query} {parts.fragment}"))

    def _in_text(self, said: Said, *, excused: bool = True) -> Iterator[Hit]:
        if said.known_as == RUBRICS:
            rest = self.furniture.without_rubrics(said.text)
            yield from self._beside_cells(Said(said.place, rest))
            return
        if not said.cell:
            yield from self._beside_cells(said)
            return
        cell = self.released.cells.get(said.cell)
        if cell is None:
            yield _unknown(said.place, said.cell)
            return
        if not holds_numbers(said.text) or (
            not cell.is_hidden and all(read & cell.numbers for _, read in numbers_in(plain_digits(said.text)))
        ):
            return
        excused = excused and (said.known_as == CODES or not _ALONE.fullmatch(plain_digits(said.text)))
        rest = plain_digits(self.furniture.without_phrases(said.text, cell.words) if excused else said.text)
        if cell.is_hidden:
            yield from (Hit(said.place, "hidden figure", _AT_HIDDEN, number) for number in digits_in(rest))
            return
        for number, read in numbers_in(rest):
            if not read & cell.numbers:
                yield Hit(said.place, "figure", "a number that is not the figure of its cell", number)

    def _beside_cells(self, said: Said) -> Iterator[Hit]:
        if not holds_numbers(said.text) or (said.known_as == CODES and said.text in self.furniture.codes):
            return
        numbers = numbers_in(plain_digits(self.furniture.without_phrases(said.text)))
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
        yield from self._in_loose_row(beside(table.place, "its first row"), table.header)
        for number, row in enumerate(table.rows, start=1):
            where = beside(table.place, f"row {number}")
            if at < 0 or at >= len(row) or not row[at]:
                yield from self._in_loose_row(where, row)
                continue
            name = str(row[at])
            for place, value in enumerate(row):
                column = table.header[place] if place < len(table.header) else ""
                if place != at:
                    yield from self._in_value(where, value, name, excused=column not in OF_FIGURES)

    def _in_value(self, where: str, value: object, cell: str, *, excused: bool) -> Iterator[Hit]:
        if isinstance(value, int | float) and not isinstance(value, bool):
            known = self.released.cells.get(cell)
            if known is None or not excused or str(int(value)) not in known.words:
                yield from self._in_figures(Figures(where, (float(value),), cell))
        else:
            said = Said(where, "" if value is None else str(value), cell, CODES)
            yield from self._in_text(said, excused=excused)

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
