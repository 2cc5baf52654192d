"""How a figure that may be seen is written on the public road."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import pandas as pd

from dataworkbench.disclosure.cells import HIDDEN, NOBODY, Cell, cell_without_figure, number, whole
from dataworkbench.disclosure.distributions import distributions
from dataworkbench.disclosure.families import group_names
from dataworkbench.disclosure.shares import CodedShare, code_share, size_text
from dataworkbench.frames import interval_text, number_text, points_text, signed_text, value_text
from dataworkbench.policy import DisclosurePolicy

_COUNTS_NEAR_HIDDEN_ONES: Final = 10
WIDE_STEP: Final = 0.1

Rows = Sequence[Mapping[Any, Any]]


def public_cells(
    frame: pd.DataFrame, units: Sequence[str], hidden: Collection[int], policy: DisclosurePolicy
) -> list[Cell]:
    """Return what is printed for each row on the public road, in the frame's order."""
    rows: Rows = frame.to_dict("records")
    wider = _shares_to_widen(frame, rows, units, hidden, policy)
    near_hidden = {row["indicator"] for place, row in enumerate(rows) if place in hidden}
    cells = []
    for place, (row, unit) in enumerate(zip(rows, units, strict=True)):
        if place in hidden:
            cells.append(hidden_cell(policy))
        else:
            cells.append(
                _public_cell_without_figure(row)
                or _cell(row, unit, policy, wider=place in wider, near_hidden=row["indicator"] in near_hidden)
            )
    return cells


def _public_cell_without_figure(row: Mapping[Any, Any]) -> Cell | None:
    """Return the cell of a row without a figure; why nobody was counted could be about one student, so it is not said."""
    cell = cell_without_figure(row)
    if cell is not None and cell.label == NOBODY:
        return replace(cell, reason="Nobody was counted in this group.")
    return cell


def hidden_cell(policy: DisclosurePolicy) -> Cell:
    """Return the cell of a suppressed row: no figure, and the same words whichever rule hid it."""
    reason = f"Hidden: fewer than {policy.minimum_group} here, or in a group that could be worked out from this one."
    return Cell("suppressed", label=HIDDEN, n_label=HIDDEN, reason=reason)


def _cell(
    row: Mapping[Any, Any], unit: str, policy: DisclosurePolicy, *, wider: bool, near_hidden: bool
) -> Cell:
    n, value = whole(row["n"]) or 0, number(row["value"])
    if unit == "count":
        return count_cell(value, rounded=near_hidden)
    size = size_text(n, policy)
    if unit == "mean":
        mean = round(value, policy.mean_decimals) + 0.0
        return Cell("shown", value=mean, label=number_text(mean, policy.mean_decimals), n_label=size)
    if unit == "coefficient":
        return Cell("shown", value=round(value, 1), label=number_text(value, 1), n_label=size)
    if unit in {"difference", "mean_difference", "ratio"}:
        sizes = f"{size} against {size_text(whole(row['n_reference']) or 0, policy)}"
        return _difference_cell(row, unit, sizes, policy)
    step = WIDE_STEP if wider else 0.0
    return share_cell(code_share(value, n, policy, at_least_step=step), size)


def share_cell(coded: CodedShare, size: str) -> Cell:
    """Return the cell of a share as it was coded, with the size of its group in words."""
    if math.isnan(coded.value):
        reason = "Shown as a range, so that it gives no student away."
        return Cell("coded", low=coded.low, high=coded.high, label=coded.label, n_label=size, reason=reason)
    return Cell("shown", value=coded.value, label=coded.label, n_label=size)


def count_cell(count: float, *, rounded: bool) -> Cell:
    """Return the cell of a number of students, rounded to tens where a smaller group beside it is hidden."""
    if not rounded:
        return Cell("shown", value=count, label=number_text(count), n_label=number_text(count))
    near = math.floor(count / _COUNTS_NEAR_HIDDEN_ONES + 0.5) * _COUNTS_NEAR_HIDDEN_ONES
    half = _COUNTS_NEAR_HIDDEN_ONES // 2
    label = f"about {number_text(near)}"
    reason = "Rounded to tens, because a smaller group beside it is hidden."
    return Cell("coded", low=near - half, high=near + half - 1, label=label, n_label=label, reason=reason)


def _difference_cell(row: Mapping[Any, Any], unit: str, sizes: str, policy: DisclosurePolicy) -> Cell:
    """Return the difference of the two figures as each is published, so that it tells no more than they do."""
    sides = _mean_sides(row, policy) if unit == "mean_difference" else _share_sides(row, policy)
    if sides is None:
        return hidden_cell(policy)
    (low, high), (reference_low, reference_high) = sides
    if unit == "ratio":
        return _ratio_cell(sides, sizes, policy)
    least, most = round(low - reference_high, 6) + 0.0, round(high - reference_low, 6) + 0.0
    if least == most:
        label = points_text(least) if unit == "difference" else signed_text(least, policy.mean_decimals)
        return Cell("shown", value=least, label=label, n_label=sizes)
    label = f"{signed_text(least * 100)} to {points_text(most)}"
    reason = "Shown as a range, so that it gives no student away."
    return Cell("coded", low=least, high=most, label=label, n_label=sizes, reason=reason)


Sides = tuple[tuple[float, float], tuple[float, float]]


def _ratio_cell(sides: Sides, sizes: str, policy: DisclosurePolicy) -> Cell:
    (low, high), (reference_low, reference_high) = sides
    if reference_low <= 0:
        return hidden_cell(policy)
    least, most = low / reference_high, high / reference_low
    if low == high and reference_low == reference_high:
        return Cell("shown", value=round(least, 6), label=value_text(least, "ratio"), n_label=sizes)
    reason = "Shown as a range, so that it gives no student away."
    label = interval_text(least, most, "ratio")
    return Cell("coded", low=round(least, 6), high=round(most, 6), label=label, n_label=sizes, reason=reason)


def _mean_sides(row: Mapping[Any, Any], policy: DisclosurePolicy) -> Sides | None:
    sides = [number(row.get(name)) for name in ("value_group", "value_reference")]
    if any(math.isnan(side) for side in sides):
        return None
    here, there = (round(side, policy.mean_decimals) for side in sides)
    return (here, here), (there, there)


def _share_sides(row: Mapping[Any, Any], policy: DisclosurePolicy) -> Sides | None:
    n, against = whole(row["n"]), whole(row["n_reference"])
    named = ("risk", "risk_reference") if "risk" in row else ("value_group", "value_reference")
    here, there = (number(row.get(name)) for name in named)
    if not n or not against or math.isnan(here) or math.isnan(there):
        return None
    return code_share(here, n, policy).ends, code_share(there, against, policy).ends


def _shares_to_widen(
    frame: pd.DataFrame, rows: Rows, units: Sequence[str], hidden: Collection[int], policy: DisclosurePolicy
) -> set[int]:
    """Return the rows that must be coded more widely, because the rest of 100% would tell what a coded one hides."""
    wider = set()
    for places in distributions(rows, group_names(frame), units):
        if any(place in hidden for place in places):
            continue
        coded = {p: code_share(number(rows[p]["value"]), whole(rows[p]["n"]) or 0, policy) for p in places}
        at_an_end = [p for p in places if coded[p].at_an_end]
        whole_percents = [p for p in places if not math.isnan(coded[p].value)]
        if len(at_an_end) == 1 and whole_percents:
            wider.add(
                min(
                    whole_percents,
                    key=lambda p: (number(rows[p]["value"]), str(sorted(rows[p].items(), key=str))),
                )
            )
    return wider
