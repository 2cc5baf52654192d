"""Sentences that show themselves, and the words for one row of a frame."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from dataworkbench.frames import WHOLE_NAMES, group_text, interval_of, is_number, rows_in

_MARKS: Final = "\\`*_{}[]()#+-.!|<>~$&"
_CARE: Final = "read with care"

Row = Mapping[Any, Any]


@dataclass(frozen=True)
class Sentences:
    """Sentences that show themselves in a notebook as a paragraph each; names from data are escaped."""

    said: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join(self.said)

    __repr__ = __str__

    def __iter__(self) -> Iterator[str]:
        return iter(self.said)

    def __len__(self) -> int:
        return len(self.said)

    def _repr_html_(self) -> str:
        return "".join(f"<p>{html.escape(sentence)}</p>" for sentence in self.said)

    def _repr_markdown_(self) -> str:
        return "\n\n".join(
            "".join(f"\\{c}" if c in _MARKS else c for c in sentence) for sentence in self.said
        )


def rows_of(frame: pd.DataFrame) -> list[Row]:
    """Return the rows of a frame, one mapping each."""
    return [*rows_in(frame)]


def name_of(row: Row, columns: Sequence[str]) -> str:
    """Return a row's name from some of its grouping columns."""
    return ", ".join(group_text(column, row[column]) for column in columns)


def is_everybody(row: Row, columns: Sequence[str]) -> bool:
    """Return whether a row stands for everybody rather than for one group."""
    return not columns or all(str(row[column]).strip().lower() in WHOLE_NAMES for column in columns)


def has_figure(row: Row) -> bool:
    """Return whether there is a figure to speak of, exact or as a range."""
    return row["status"] in {"shown", "coded"}


def needs_care(row: Row) -> bool:
    """Return whether the gate asks for care with a row."""
    return has_figure(row) and _CARE in str(row["reason"])


def with_n(row: Row, *, counted: str = "n") -> str:
    """Return a row's figure with what it rests on: "61% (n 412; likely between 56% and 65%)"."""
    behind = [f"{counted} {row['n_label']}"] if row["n_label"] and row["unit"] != "count" else []
    interval = interval_of(row)
    behind += [f"likely between {interval.replace(' to ', ' and ')}"] if interval else []
    return str(row["label"]) + (f" ({'; '.join(behind)})" if behind else "")


def overlap(one: Row, other: Row) -> bool:
    """Return whether the likely ranges of two rows overlap; no where one of them has none."""
    if not (interval_of(one) and interval_of(other)):
        return False
    return max(float(one["low"]), float(other["low"])) <= min(float(one["high"]), float(other["high"]))


def middle(row: Row) -> float:
    """Return a row's value, or the middle of the range it is coded as."""
    return float(row["value"]) if is_number(row["value"]) else (float(row["low"]) + float(row["high"])) / 2


def listed(names: Sequence[str], most: int = 6) -> str:
    """Return names as a list in words: "A, B and C", with what is too many counted."""
    parted = "; " if any("," in name for name in names) else ", "
    if len(names) > most:
        return f"{parted.join(names[:most])} and {len(names) - most} more"
    return names[0] if len(names) == 1 else f"{parted.join(names[:-1])} and {names[-1]}"
