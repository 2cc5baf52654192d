"""The figures of a release, by cell, as numbers that a page may show in that cell's place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from dataworkbench.publishing.releases import DIMENSIONS, Release

FIGURES: Final = ("value", "low", "high", "n_low", "n_high")
_NUMBER: Final = re.compile(
    r"(?<![\w.])[-\N{MINUS SIGN}+]?\d(?:[\d.,\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}\N{RIGHT SINGLE QUOTATION MARK}]*\d)?(?:[eE][-+]?\d+)?(?!\w)"
)
_ANY_DIGIT: Final = re.compile(r"\d")
_LOOSE: Final = re.compile(r"\d+(?:[.,]\d+)*")
_HIDDEN: Final = "hidden"
_SAME_TO: Final = 6


@dataclass(frozen=True, slots=True)
class Cell:
    """One released cell: the numbers that may stand in its place, and words of it that hold digits."""

    numbers: frozenset[float]
    words: tuple[str, ...]
    is_hidden: bool


class Released:
    """The cells of a release."""

    def __init__(self, cells: pd.DataFrame, names: Mapping[str, str]) -> None:
        rows: list[dict[str, Any]] = cells.to_dict("records")  # type: ignore[assignment]  # the names of columns are texts
        self.cells = {str(row["cell"]): _cell(row, names) for row in rows}
        self.numbers = frozenset(number for cell in self.cells.values() for number in cell.numbers)

    def fits(self, cell: str, number: float) -> bool:
        """Whether a number is one of a cell's."""
        return same(number) in self.cells[cell].numbers


def read_released(release: Release) -> Released:
    """Return the cells of a release, with the names of its schools and indicators."""
    names = {school.school_id: school.name for school in release.facts.schools}
    return Released(release.cells(), names | {i.id: i.title for i in release.facts.indicators})


def same(number: float) -> float:
    """Return a number rounded so that two ways of calculating it are one number."""
    return round(float(number), _SAME_TO) + 0.0


def holds_numbers(text: str) -> bool:
    """Whether a digit stands in a text, or a letter that is a number: a half, a small two above the line, a one in a ring."""
    return bool(_ANY_DIGIT.search(text)) or (not text.isascii() and any(map(_is_a_number, text)))


def plain_digits(text: str) -> str:
    """Return a text in which every letter that is a number is written with digits."""
    if text.isascii():
        return text
    return "".join(_spelt(c) if _is_a_number(c) else c for c in text)


def _is_a_number(letter: str) -> bool:
    return unicodedata.category(letter) in {"No", "Nl"}


def _spelt(letter: str) -> str:
    plain = unicodedata.normalize("NFKC", letter)
    return plain if any(c.isdecimal() for c in plain) else f" {unicodedata.numeric(letter):g} "


def numbers_in(text: str) -> list[tuple[str, frozenset[float]]]:
    """Return the numbers of a text, each with the values that it can be read as: 1.234 is two of them."""
    return [(m.group(), readings(m.group())) for m in _NUMBER.finditer(text)]


def digits_in(text: str) -> list[str]:
    """Return every group of digits of a text, also inside words."""
    return _LOOSE.findall(text)


def readings(said: str) -> frozenset[float]:
    """Return what a written number can mean, with a dot or with a comma before its decimals."""
    plain = re.sub(r"[\s\N{RIGHT SINGLE QUOTATION MARK}]", "", said.replace("\N{MINUS SIGN}", "-"))
    tries = {plain.replace(",", ""), plain.replace(".", "").replace(",", ".")}
    return frozenset(same(number) for number in map(_as_number, tries) if number is not None)


def _as_number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _cell(row: Mapping[str, Any], names: Mapping[str, str]) -> Cell:
    told = [float(row[name]) for name in FIGURES if not pd.isna(row[name])]
    numbers = {same(number) for number in told}
    if row["unit"] not in {"count", "mean"}:
        numbers |= {same(number * 100) for number in told}
    words = tuple(_words(row, names))
    for text in (str(row["label"]), str(row["n_label"])):
        for _, read in numbers_in(text):
            numbers |= read
    hidden = row["reason"] == _HIDDEN or row["status"] == "suppressed"
    return Cell(frozenset() if hidden else frozenset(numbers), words, hidden)


def _words(row: Mapping[str, Any], names: Mapping[str, str]) -> Iterable[str]:
    """Give the words of a cell's dimensions in which a digit stands, the longest first."""
    said = [str(row[name]) for name in DIMENSIONS]
    said += [names.get(text, "") for text in said]
    grade = str(row["grade_level"])
    said += [grade.lstrip("0")] if grade.isdigit() else []
    said += [str(row["cell"]), str(row["since"])]
    return sorted({text for text in said if any(c.isdigit() for c in text)}, key=len, reverse=True)
