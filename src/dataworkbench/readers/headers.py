"""Headers: the same column under slightly different names, and the line on which they stand."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from difflib import get_close_matches
from typing import Final, NamedTuple

_NOT_LETTERS: Final = re.compile(r"[\W_]+")
_NUMBER: Final = re.compile(r"^[\s$=\"'+-]*[\d.,/:-]+%?[\"']?$")
LINES_SEARCHED: Final = 40
FEWEST_GROUPS: Final = 2
"""A row above the headers with one name is a title; with more, its names are those of groups of columns."""


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

    The row that holds most names from ``vocabulary`` (folded) wins, unless a row of words above it names more
    columns; without any, the first row as wide as the table in which every cell is filled with something that is no
    number.
    """
    scores = [_known(row, vocabulary) for row in rows[:LINES_SEARCHED]]
    best = max(scores, default=0)
    wordy = _first_full_row_of_words(rows[:LINES_SEARCHED])
    if best >= 2 or (best == 1 and len(rows[scores.index(1)]) == 1 == _usual_width(rows[:LINES_SEARCHED])):
        place = scores.index(best)
        fuller = wordy is not None and wordy < place and _filled(rows[wordy]) > _filled(rows[place])
        return wordy if fuller else place
    return _second_of_two(rows[:LINES_SEARCHED], vocabulary) or wordy


def _second_of_two(rows: Sequence[Sequence[str]], vocabulary: Collection[str]) -> int | None:
    """Return the lower of two rows that hold headers which are known when both are read together."""
    for place in range(1, len(rows)):
        if (
            _known(_both(_spread(rows[place - 1], len(rows[place])), rows[place]), vocabulary)
            >= FEWEST_GROUPS
        ):
            return place
    return None


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


class Headers(NamedTuple):
    """A name for each column, the folded names that stood more than once, and an example where two rows were joined."""

    names: list[str]
    repeated: frozenset[str]
    joined: str = ""


def headers_of(
    rows: Sequence[Sequence[str]],
    place: int,
    vocabulary: Collection[str],
    groups: Sequence[str] | None = None,
) -> Headers:
    """Return the headers of a table, joined with the names of groups in the row above where that is needed.

    ``groups`` is that row with each name written over all its columns, where merged cells tell how far it reaches.
    It is needed where it makes repeated headers distinct, or where no profile knows the headers without it.
    """
    header = list(rows[place])
    alone = Headers(*tidy_headers(header))
    above = rows[place - 1] if place else ()
    if not FEWEST_GROUPS <= _filled(above) < _filled(header):
        return alone
    both = _both(groups if groups is not None else _spread(above, len(header)), header)
    joined = Headers(*tidy_headers(both), next((text for text in both if " " in text), ""))
    gained = _known(both, vocabulary) - _known(header, vocabulary)
    clearer = bool(_named(alone)) and not _named(joined)
    certain = gained > 0 or (gained == 0 and (clearer or groups is not None))
    return joined if certain else alone


def _both(groups: Sequence[str], header: Sequence[str]) -> list[str]:
    return [" ".join(filter(None, (g.strip(), h.strip()))) for g, h in zip(groups, header, strict=False)]


def _named(headers: Headers) -> frozenset[str]:
    return frozenset(name for name in headers.repeated if not name.startswith("column"))


def _spread(above: Sequence[str], width: int) -> list[str]:
    """Return the names of groups, each written over the columns up to the next one."""
    spread, name = [], ""
    for place in range(width):
        name = above[place].strip() if place < len(above) and above[place].strip() else name
        spread.append(name)
    return spread
