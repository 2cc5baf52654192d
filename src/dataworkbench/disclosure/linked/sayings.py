"""What can be said of each cell: as finely as the policy lets it, more widely, or nothing.

Each cell has three levels. At 0 it is coded as the policy's band says. At 1 it is coded more widely: a share in ranges of
ten points without the size of its group, a count rounded to tens, a mean to tens. At 2 it is hidden.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Any, Final

import pandas as pd

from dataworkbench.disclosure.cells import HIDDEN, NOBODY
from dataworkbench.disclosure.coding import WIDE_STEP, count_cell
from dataworkbench.disclosure.shares import CodedShare, code_share, size_range, size_text
from dataworkbench.frames import number_text
from dataworkbench.policy import DisclosurePolicy

_FINEST: Final = 0.01
_TENS: Final = 10
_FEWEST_STEPS: Final = 4


@dataclass(frozen=True)
class Saying:
    """What is printed of a cell at one level, and between which ends whoever reads it knows the figure and the size to lie."""

    status: str
    reason: str
    label: str
    n_label: str
    value: float = math.nan
    low: float = math.nan
    high: float = math.nan
    n_low: float = math.nan
    n_high: float = math.nan
    least: float = math.nan
    most: float = math.nan
    n_least: float = 0.0
    n_most: float = math.inf
    at_an_end: bool = False


HIDDEN_SAYING: Final = Saying("suppressed", "hidden", HIDDEN, HIDDEN)
WITHOUT_FIGURE: Final = {
    "suppressed": HIDDEN_SAYING,
    "missing": Saying("missing", "missing", "no data", ""),
    "not_applicable": Saying("not_applicable", "not_applicable", "no figure", ""),
    "nobody": Saying("not_applicable", "nobody", NOBODY, "0", n_low=0.0, n_high=0.0, n_least=0.0, n_most=0.0),
}


def sayings(read: pd.DataFrame, policy: DisclosurePolicy) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return what is said of each cell of a cube at level 0 and at level 1; one row is one cell, in the cube's order.

    Cells that are too small for any figure are hidden at both.
    """
    keys = ["state", "unit", "group", "n", "second", "scale_low", "scale_high"]
    alike = read.groupby(keys, sort=False, dropna=False)
    number = alike.ngroup().to_numpy()
    firsts = read.drop_duplicates(keys)[keys]
    rows = list(firsts.itertuples(index=False, name=None))
    levels = []
    for wide in (False, True):
        each = pd.DataFrame(
            [_saying(row, policy, wide=wide) for row in rows], columns=[part.name for part in fields(Saying)]
        )
        levels.append(each.iloc[number].reset_index(drop=True))
    return levels[0], levels[1]


def too_small(state: str, unit: str, group: float, n: float, policy: DisclosurePolicy) -> bool:
    """Return whether a cell is about too few for any figure."""
    if state != "figure":
        return False
    return min(group, n) < policy.minimum_group if unit == "count" else group < policy.minimum_group


def _saying(row: tuple[Any, ...], policy: DisclosurePolicy, *, wide: bool) -> Saying:
    state, unit, group, n, second, low, high = row
    if state != "figure":
        return WITHOUT_FIGURE[state]
    if too_small(state, unit, group, n, policy):
        return HIDDEN_SAYING
    if unit == "count":
        return _count(n, policy, wide=wide)
    if unit == "mean":
        return _mean(int(group), second / group, high - low, policy, wide=wide)
    return _share(int(group), second / group, policy, wide=wide)


def _count(count: float, policy: DisclosurePolicy, *, wide: bool) -> Saying:
    cell = count_cell(count, rounded=wide)
    if not wide:
        ends = (count, count)
        return Saying(
            "shown", "", cell.label, cell.n_label, value=count, n_low=count, n_high=count,
            least=count, most=count, n_least=count, n_most=count,
        )  # fmt: skip
    ends = (max(cell.low, float(policy.minimum_group)), cell.high)
    return Saying(
        "coded", "rounded", cell.label, cell.n_label, low=ends[0], high=ends[1], n_low=ends[0], n_high=ends[1],
        least=ends[0], most=ends[1], n_least=ends[0], n_most=ends[1],
    )  # fmt: skip


def _size(n: int, policy: DisclosurePolicy, *, wide: bool) -> tuple[str, float, float, float]:
    """Return the size of a group in words, its ends as published, and its most as a number."""
    if wide:
        return f"{number_text(policy.minimum_group)} or more", float(policy.minimum_group), math.nan, math.inf
    smallest, largest = size_range(n, policy)
    if largest is None:
        return size_text(n, policy), float(smallest), math.nan, math.inf
    return size_text(n, policy), float(smallest), float(largest), float(largest)


def _mean(n: int, mean: float, scale: float, policy: DisclosurePolicy, *, wide: bool) -> Saying:
    step = 10.0**-policy.mean_decimals
    tens = wide and _TENS * step * _FEWEST_STEPS <= scale
    step = step * _TENS if tens else step
    shown = round(mean / step) * step if tens else round(mean, policy.mean_decimals)
    text = number_text(round(shown, policy.mean_decimals) + 0.0, policy.mean_decimals)
    size, n_low, n_high, n_most = _size(n, policy, wide=wide)
    ends = (shown - step / 2, shown + step / 2)
    if tens:
        return Saying(
            "coded", "rounded", f"about {text}", size, low=round(ends[0], 6), high=round(ends[1], 6), n_low=n_low, n_high=n_high,
            least=ends[0], most=ends[1], n_least=n_low, n_most=n_most,
        )  # fmt: skip
    value = round(shown, policy.mean_decimals) + 0.0
    return Saying(
        "shown", "", text, size, value=value, n_low=n_low, n_high=n_high,
        least=ends[0], most=ends[1], n_least=n_low, n_most=n_most,
    )  # fmt: skip


def _share(n: int, share: float, policy: DisclosurePolicy, *, wide: bool) -> Saying:
    coded = code_share(share, n, policy, at_least_step=WIDE_STEP if wide else _FINEST)
    size, n_low, n_high, n_most = _size(n, policy, wide=wide)
    least, most = _known_ends(coded, n, policy)
    if math.isnan(coded.value):
        return Saying(
            "coded", "range", coded.label, size, low=coded.low, high=coded.high, n_low=n_low, n_high=n_high,
            least=least, most=most, n_least=n_low, n_most=n_most, at_an_end=coded.at_an_end,
        )  # fmt: skip
    return Saying(
        "shown", "", coded.label, size, value=coded.value, n_low=n_low, n_high=n_high,
        least=least, most=most, n_least=n_low, n_most=n_most,
    )  # fmt: skip


def _known_ends(coded: CodedShare, n: int, policy: DisclosurePolicy) -> tuple[float, float]:
    """Return between which ends a share lies for whoever knows the rule: a whole percent was rounded, and is not at an end."""
    if math.isnan(coded.value):
        return coded.low, coded.high
    band = policy.band_for(n)
    ends = band.ends if band else 0.0
    return max(coded.value - _FINEST / 2, ends), min(coded.value + _FINEST / 2, 1 - ends)
