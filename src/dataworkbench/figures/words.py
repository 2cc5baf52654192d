"""Text on a figure: names from data made harmless, wrapped so that they can be read on a telephone."""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, Final

from dataworkbench.frames import group_text, interval_of, printable

NAME_WIDTH: Final = 42
"""Letters in a line of a group's name: what fits into 390 pixels."""

_MOST_LINES: Final = 3
_MOST_ROWS_SAID: Final = 20

Row = Mapping[Any, Any]
"""One row of a frame."""

INSTEAD: Final[Mapping[str, str]] = {
    "suppressed": "hidden for privacy",
    "missing": "no data",
    "not_applicable": "nobody in this group",
}
"""What stands where there is no figure."""


def safe(text: str) -> str:
    """Return text from data so that the figure prints it and does not obey it."""
    clean = printable(text)
    escaped = html.escape(clean, quote=False).replace("$", "&#36;").replace("%{", "&#37;{")
    if not clean.isascii() and any(unicodedata.bidirectional(c) in {"R", "AL"} for c in clean):
        return f"\N{FIRST STRONG ISOLATE}{escaped}\N{POP DIRECTIONAL ISOLATE}"
    return escaped


def wrapped(text: str, letters: int = NAME_WIDTH, most: int = _MOST_LINES) -> list[str]:
    """Return text in lines of ``letters`` letters, no more than ``most`` of them; a cut is marked."""
    lines: list[str] = []
    for word in _pieces(text.split(), letters):
        if lines and width(lines[-1]) + 1 + width(word) <= letters:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    if len(lines) > most:
        return [*lines[: most - 1], lines[most - 1][: letters - 1] + "…"]
    return lines or [""]


def _pieces(words: Sequence[str], letters: int) -> list[str]:
    pieces = []
    for word in words:
        rest = word
        while width(rest) > letters:
            cut = next(i for i in range(len(rest), 0, -1) if width(rest[:i]) <= letters)
            pieces.append(rest[:cut])
            rest = rest[cut:]
        pieces.append(rest)
    return pieces


def width(text: str) -> int:
    """Return how many letters wide a text is; letters of East Asia count as two."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def in_lines(text: str, letters: int = NAME_WIDTH, most: int = _MOST_LINES) -> str:
    """Return text from data, harmless, wrapped, as a figure's markup."""
    return "<br>".join(safe(line) for line in wrapped(text, letters, most))


def value_words(row: Row) -> str:
    """Return what is printed for a row's value, whatever became of it at the gate."""
    if row["status"] == "not_applicable" and row["label"] != "nobody":
        return str(row["label"])
    return INSTEAD.get(str(row["status"]), str(row["label"]))


def row_words(name: str, row: Row) -> str:
    """Return one row in words: name, value, n, interval."""
    behind = [f"n {row['n_label']}"] if row["status"] in {"shown", "coded"} and row["n_label"] else []
    interval = interval_of(row)
    behind += [f"likely {interval}"] if interval else []
    return f"{name}: {value_words(row)}" + (f" ({', '.join(behind)})" if behind else "")


def alternative(kind: str, title: str, said: Sequence[str]) -> str:
    """Return the text alternative of a figure: what it is, and every row in words, up to twenty."""
    rows = [text.rstrip(".") for text in said[:_MOST_ROWS_SAID]]
    more = f" And {len(said) - _MOST_ROWS_SAID} more." if len(said) > _MOST_ROWS_SAID else ""
    return f"{title.rstrip('.')}{'' if title.endswith('?') else '.'} {kind}. " + "; ".join(rows) + "." + more


def name_of(row: Row, columns: Sequence[str]) -> str:
    """Return a row's name from some of its grouping columns."""
    return " · ".join(group_text(column, row[column]) for column in columns)
