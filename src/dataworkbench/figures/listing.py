"""A figure as a list: each group is a line of words with its mark beneath, so that long names fit any width.

Heights count in pixels from the top of the plot.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import pandas as pd

from dataworkbench.errors import no_such
from dataworkbench.figures.words import (
    INSTEAD,
    NAME_WIDTH,
    Row,
    in_lines,
    name_of,
    row_words,
    safe,
    value_words,
    width,
    wrapped,
)
from dataworkbench.frames import grouping_columns, known_by, rows_in, texts_in, varying_columns

MARK: Final = 14
_LINE, _GAP, _HEAD = 19, 12, 34


@dataclass(frozen=True)
class Item:
    """What is to stand on one line: its name, what is said of it (markup), its section, and the rows it is made of."""

    name: str
    said: str
    section: str
    rows: tuple[Row, ...]
    behind: str = ""


@dataclass(frozen=True)
class Line:
    """One line of the figure: its rows, its name, its words as markup, where they stand and where its mark lies."""

    rows: tuple[Row, ...]
    name: str
    words: str
    at_words: float
    at_mark: float

    @property
    def row(self) -> Row:
        """The row, where a line is made of one."""
        return self.rows[0]

    @cached_property
    def said(self) -> str:
        """The line in words: its name, value, n and interval."""
        return row_words(self.name, self.row)


@dataclass(frozen=True)
class Listing:
    """The lines and section heads of a figure, and how high it is."""

    lines: tuple[Line, ...]
    heads: tuple[tuple[str, float], ...]
    height: int

    def axis(self) -> dict[str, Any]:
        """Return the upright axis: the words of each line, read from the top."""
        places = [
            *((line.at_words, line.words) for line in self.lines),
            *((at, words) for words, at in self.heads),
        ]
        places.sort()
        return {
            "range": [self.height, 0], "tickvals": [at for at, _ in places], "ticktext": [words for _, words in places],
            "ticklabelposition": "inside", "ticklabeloverflow": "allow", "ticklabelstandoff": -3, "ticks": "",
            "showgrid": False, "zeroline": False, "fixedrange": True, "tickfont": {"size": 14}, "automargin": False,
        }  # fmt: skip


def column_to_draw_by(frame: pd.DataFrame, by: str) -> str:
    """Return the column whose groups are told apart: the one asked for, else the last one in which rows differ.

    Raises
    ------
    NoSuchNameError
        Where the frame is not grouped by the column asked for.

    """
    groups = grouping_columns(frame)
    if by and by not in groups:
        raise no_such("grouping column of this frame", by, groups)
    vary = [name for name in varying_columns(frame) if name != "subgroup_type"]
    return by or (vary[-1] if vary else (groups[-1] if groups else ""))


def sections_beside(frame: pd.DataFrame, by: Sequence[str]) -> list[str]:
    """Return the other columns in which rows differ and which ``by`` does not already settle."""
    found = []
    for column in varying_columns(frame, but=by):
        pairs = set(zip(*(texts_in(frame, name) for name in (*by, column)), strict=True))
        settled = bool(by) and len({pair[:-1] for pair in pairs}) == len(pairs)
        if column in ("subgroup_type", "subject") or not settled:
            found.append(column)
    return [c for c in found if known_by(frame, c) == c or known_by(frame, c) not in found]


def display_columns(frame: pd.DataFrame, columns: Sequence[str]) -> list[str]:
    """Return the columns by which a reader knows these ones: a school by its name, a question by its words."""
    return [known_by(frame, name) for name in columns if name]


def listing(frame: pd.DataFrame, by: str, section: str = "") -> Listing:
    """Return the lines of a figure, one for each row in the frame's order, under a head for each section.

    ``section`` names the column that makes the sections; without it, it is what else the rows differ in.
    """
    own, sections = (
        display_columns(frame, [by]),
        [section] if section else display_columns(frame, sections_beside(frame, [by] if by else [])),
    )
    items = []
    for row in rows_in(frame):
        known = row["status"] not in INSTEAD
        mark, value = "b" if known else "i", value_words(row)
        behind = f" (n {row['n_label']})" if known and row["n_label"] else ""
        name = name_of(row, own) if own else "All"
        items.append(Item(name, f"<{mark}>{safe(value)}</{mark}>", name_of(row, sections), (row,), behind))
    return laid_out(items)


def laid_out(items: Sequence[Item], *, mark: int = MARK) -> Listing:
    """Return items as lines from the top, those of one section together under its head; ``mark`` is a mark's height."""
    first = {item.section: place for place, item in reversed(list(enumerate(items)))}
    lines: list[Line] = []
    heads: list[tuple[str, float]] = []
    height, last = 0.0, ""
    for item in sorted(items, key=lambda item: first[item.section]):
        if item.section not in {last, item.name}:
            heads.append((f"<b>{in_lines(item.section, most=2)}</b>", height + _HEAD / 2 + 2))
            height += _HEAD
        last = item.section
        words, count = _words(item)
        name = item.name if item.section in {"", item.name} else f"{item.section}, {item.name}"
        lines.append(
            Line(item.rows, name, words, height + _LINE * count / 2, height + _LINE * count + mark / 2)
        )
        height += _LINE * count + mark + _GAP
    return Listing(tuple(lines), tuple(heads), int(height) + 4)


def _words(item: Item) -> tuple[str, int]:
    """Return an item's words as markup, and how many lines they take."""
    name = wrapped(item.name)
    behind = item.behind + (":" if item.said else "")
    text, count, last = "<br>".join(safe(line) for line in name), len(name), width(name[-1]) + len(behind)
    if last > NAME_WIDTH:
        text, count, last = f"{text}<br>{safe(behind.strip())}", count + 1, len(behind)
    else:
        text += safe(behind)
    if not item.said:
        return text, count
    if last + _letters(item.said) > NAME_WIDTH + 3:
        return f"{text}<br>{item.said}", count + 1 + item.said.count("<br>")
    return f"{text} {item.said}", count


def _letters(markup: str) -> int:
    return max(len(re.sub(r"<[^>]*>|&#?\w+;", "", line)) for line in markup.split("<br>")) + (
        99 if "<br>" in markup else 0
    )
