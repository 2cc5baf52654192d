"""Two figures of each group beside one another, in words: what was scheduled and used, what was right before and after."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dataworkbench.frames import is_number
from dataworkbench.sentences.said import Row, has_figure, name_of, with_n

_MOST_GROUPS: Final = 6


def pairs(rows: Sequence[Row], pair: str, others: Sequence[str]) -> list[str]:
    """Return a sentence for each group with its two figures, the widest apart first where both are exact."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(name_of(row, others) if others else "", []).append(row)
    told = [(name, [row for row in group if has_figure(row)]) for name, group in groups.items()]
    told = sorted((one for one in told if one[1]), key=lambda one: -_apart(one[1]))
    said = [_one(name, group, pair) for name, group in told[:_MOST_GROUPS]]
    if len(told) > _MOST_GROUPS:
        said.append(f"{len(told) - _MOST_GROUPS} more are in the table.")
    return said


def _one(name: str, group: Sequence[Row], pair: str) -> str:
    figures = "; ".join(f"{row[pair]} {with_n(row)}" for row in group)
    return f"{name}: {figures}." if name else f"{figures[:1].upper()}{figures[1:]}."


def _apart(group: Sequence[Row]) -> float:
    values = [float(row["value"]) for row in group if is_number(row["value"])]
    return max(values) - min(values) if len(values) > 1 else 0.0
