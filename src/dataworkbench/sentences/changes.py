"""How groups moved over time, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dataworkbench.sentences.said import Row, has_figure, name_of, overlap, with_n
from dataworkbench.terms import PERIODS

_MOST_GROUPS: Final = 8


def changes(rows: Sequence[Row], time: Sequence[str], others: Sequence[str]) -> list[str]:
    """Return a sentence for each group: from its first figure to its last, and whether that may be chance."""
    groups: dict[str, list[Row]] = {name_of(row, others) if others else "": [] for row in rows}
    for row in sorted(rows, key=lambda row: [_moment(column, str(row[column])) for column in time]):
        if has_figure(row):
            groups[name_of(row, others) if others else ""].append(row)
    groups = {name: group for name, group in groups.items() if group}
    said = [_change(name, group, time) for name, group in list(groups.items())[:_MOST_GROUPS]]
    if len(groups) > _MOST_GROUPS:
        said.append(f"{len(groups) - _MOST_GROUPS} more groups are in the table.")
    return said


def _moment(column: str, value: str) -> tuple[int, str]:
    if column == "period":
        return (PERIODS.index(value) if value in PERIODS else len(PERIODS)), value
    return 0, value


def _change(name: str, rows: Sequence[Row], time: Sequence[str]) -> str:
    first, last = rows[0], rows[-1]
    begins = f"{name}: " if name else ""
    if len(rows) == 1:
        return f"{begins}{with_n(first)} in {name_of(first, time)}, with nothing to compare it with."
    said = f"{with_n(first)} in {name_of(first, time)}, {with_n(last)} in {name_of(last, time)}"
    chance = " These two likely ranges overlap, so the change may be chance." if overlap(first, last) else ""
    return f"{begins}{said}.{chance}"
