"""Headers: the same column under slightly different names, and the line on which they stand."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from difflib import get_close_matches
from typing import Final

_NOT_LETTERS: Final = re.compile(r"[\W_]+")
_NUMBER: Final = re.compile(r"^[\s$=\"'+-]*[\d.,/:-]+%?[\"']?$")
LINES_SEARCHED: Final = 40


def fold(header: str) -> str:
    """Return a header without case, spaces, underscores and signs: "Student ID" and "student_id" are one."""
    return _NOT_LETTERS.sub("", unicodedata.normalize("NFKC", header).casefold())


def tidy_headers(cells: Sequence[str]) -> tuple[list[str], frozenset[str]]:
    """Return a name for each column, each once, and the folded names that stood more than once."""
    names: list[str] = []
    seen: dict[str, int] = {}
    written: set[str] = set()
    for place, cell in enumerate(cells, start=1):
        name = unicodedata.normalize("NFC", cell.strip().strip("﻿").strip()) or f"column {place}"
        times = seen.get(fold(name), 0) + 1
        seen[fold(name)] = times
        names.append(name if name not in written else f"{name} ({times})")
        written.add(name)
    return _each_once(names), frozenset(name for name, times in seen.items() if times > 1)


def _each_once(names: list[str]) -> list[str]:
    taken: set[str] = set()
    result = []
    for place, name in enumerate(names, start=1):
        result.append(name if name not in taken else f"{name} [column {place}]")
        taken.add(result[-1])
    return result


def find_header(rows: Sequence[Sequence[str]], vocabulary: Collection[str]) -> int | None:
    """Return which of the first rows holds the headers, or None where no row looks like headers.

    The row that holds most names from ``vocabulary`` (folded) wins; without any, the first row as wide as the
    table in which every cell is filled with something that is no number.
    """
    scores = [_known(row, vocabulary) for row in rows[:LINES_SEARCHED]]
    best = max(scores, default=0)
    if best >= 2 or (best == 1 and len(rows[scores.index(1)]) == 1 == _usual_width(rows[:LINES_SEARCHED])):
        return scores.index(best)
    return _first_full_row_of_words(rows[:LINES_SEARCHED])


def _known(row: Sequence[str], vocabulary: Collection[str]) -> int:
    return len({fold(cell) for cell in row} & set(vocabulary))


def _first_full_row_of_words(rows: Sequence[Sequence[str]]) -> int | None:
    usual = _usual_width(rows)
    if not usual:
        return None
    for place, row in enumerate(rows):
        cells = [cell.strip() for cell in row if cell.strip()]
        if len(cells) < max(1, 0.6 * usual) or len(cells) <= 1 < usual:
            continue
        wordy = all(not _NUMBER.match(cell) and len(cell) < 400 for cell in cells)
        return place if wordy and len(set(cells)) >= 0.8 * len(cells) and not _looks_coded(cells) else None
    return None


def _usual_width(rows: Sequence[Sequence[str]]) -> int:
    """Return how many cells are filled in the row in the middle, by that number; 0 where there is no row."""
    widths = sorted(_filled(row) for row in rows)
    return widths[len(widths) // 2] if widths else 0


def _filled(row: Sequence[str]) -> int:
    return sum(1 for cell in row if cell.strip())


def _looks_coded(cells: Iterable[str]) -> bool:
    """Return whether a row holds identifiers and dates, as a row of data does."""
    coded = re.compile(r"^(?=[^ ]*\d)[0-9a-fA-F-]{8,}$|^\d{4}-\d{2}-\d{2}")
    return any(coded.match(cell) for cell in cells)


def nearest(asked: str, there: Iterable[str], *, likeness: float = 0.5) -> str:
    """Return the header that is most like the one asked for, or "" where none is."""
    names = {fold(name): name for name in there}
    near = get_close_matches(fold(asked), names, n=1, cutoff=likeness)
    return names[near[0]] if near else ""
