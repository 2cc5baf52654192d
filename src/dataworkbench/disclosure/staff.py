"""The staff road: every figure is shown, with a word of care where few students are behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from dataworkbench.disclosure.cells import Cell, cell_without_figure, number, text_of, whole
from dataworkbench.frames import counted_as, decimals_for, is_number, number_text, rows_in, value_text
from dataworkbench.policy import DisclosurePolicy


def staff_cells(frame: pd.DataFrame, units: Sequence[str], policy: DisclosurePolicy) -> list[Cell]:
    """Return what is printed for each row on the staff road, in the frame's order."""
    rows = rows_in(frame)
    decimals = _decimals(rows, units)
    counted = counted_as(frame)
    return [
        cell_without_figure(row) or _staff_cell(row, unit, decimals[unit], counted, policy)
        for row, unit in zip(rows, units, strict=True)
    ]


def _staff_cell(
    row: Mapping[Any, Any], unit: str, decimals: int, counted: str, policy: DisclosurePolicy
) -> Cell:
    n, against = whole(row.get("n")), whole(row.get("n_reference"))
    sizes = [size for size in (n, against) if size is not None]
    smallest = min(sizes, default=None)
    reason = text_of(row.get("reason"))
    if smallest is not None and smallest < policy.staff_caution_below:
        reason = f"{_care(smallest, counted, compared=against is not None)} {reason}".strip()
    label = value_text(number(row["value"]), unit, decimals)
    return Cell("shown", label=label, n_label=_n_label(n, against), reason=reason)


def _care(size: int, counted: str, *, compared: bool) -> str:
    word = counted[:-1] if size == 1 else counted
    return f"Only {size} {word}{' in one of the two groups' if compared else ''}: read with care."


def _n_label(n: int | None, against: int | None) -> str:
    if n is None:
        return ""
    return number_text(n) if against is None else f"{number_text(n)} against {number_text(against)}"


def _decimals(rows: Sequence[Mapping[Any, Any]], units: Sequence[str]) -> dict[str, int]:
    """Return how many decimals each unit in the frame is printed with, one rule for the whole column.

    A share gets a decimal only where every interval is narrower than four points: elsewhere it would say more
    than is known.
    """
    decimals = dict.fromkeys(units, 0)
    for unit in decimals:
        own = [row for row, of in zip(rows, units, strict=True) if of == unit]
        if unit in {"mean", "mean_difference"}:
            decimals[unit] = decimals_for([float(row["value"]) for row in own if is_number(row["value"])])
        if unit == "rate":
            known = [row for row in own if is_number(row.get("low")) and is_number(row.get("high"))]
            widths = [float(row["high"]) - float(row["low"]) for row in known]
            decimals[unit] = int(bool(widths) and all(width < 0.04 for width in widths))
    return decimals
