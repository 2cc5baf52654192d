"""What an attacker would know, as arrays: unknown numbers, sums of them between two ends, and what must stay in doubt.

This is the working form of a ``Ledger``. A row that belongs to a level of a cell says something only while the cell is at
that level; rows without a level (arithmetic, earlier releases) always do.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd
import scipy

from dataworkbench.disclosure.linked.structure import Floats, Ints, Structure

ALWAYS: Final = -1
HIDDEN_LEVEL: Final = 2
NOBODYS: Final = -1
_A_LITTLE: Final = 1e-9
_WIDER_IS_CHEAPER: Final = 0.3

Bools = np.ndarray[Any, np.dtype[np.bool_]]
Matrix = Any
"""A sparse matrix of scipy, which has no types."""


@dataclass(frozen=True)
class Rows:
    """Statements: which cell's (-1: nobody's), at which level (-1: always), between which ends, at what cost, from where.

    ``low`` and ``high`` are counted from the truth: how far down and up each sum may go and still fit what was said.
    ``true`` is the sum itself.
    """

    matrix: Matrix
    true: Floats
    cell: Ints
    level: Ints
    low: Floats
    high: Floats
    cost: Floats
    source: Ints


@dataclass(frozen=True)
class System:
    """Everything that suppression reckons with.

    ``first`` and ``second`` give the unknown of each cell's size (or count) and of its numerator or sum; -1 where it has none.
    ``third`` is the sum behind a mean once more, for somebody who knows the size of every group: a mean is protected from her.
    ``movable`` says which cells may be coded more widely or hidden so that others are protected; ``weight`` how dear that is.
    """

    cells: pd.DataFrame
    first: Ints
    second: Ints
    third: Ints
    unknown_cell: Ints
    what: Ints
    truth: Floats
    least: Floats
    most: Floats
    rows: Rows
    movable: Bools
    weight: Floats
    sources: tuple[str, ...]


WHATS: Final = ("n", "numerator", "sum", "sum where sizes are known")
SUMS: Final = 2
"""From here on ``WHATS`` are sums of scores, not people."""


class Collected:
    """Statements as they are gathered, until they are one matrix."""

    def __init__(self) -> None:
        """Begin with none."""
        self.parts: list[tuple[Ints, Ints, Floats]] = []
        self.about: list[dict[str, Any]] = []
        self.count = 0

    def add(
        self, terms: list[tuple[Ints, float | Floats]], low: Any, high: Any, *, cell: Any = NOBODYS, level: int = ALWAYS,
        cost: Any = 0.0, source: int = 0,
    ) -> None:  # fmt: skip
        """Add one statement for each place of the terms' arrays."""
        size = len(terms[0][0])
        if not size:
            return
        row = self.count + np.arange(size)
        for unknown, factor in terms:
            self.parts.append((row, unknown, np.broadcast_to(np.asarray(factor, dtype=np.float64), (size,))))
        self.describe(size, low=low, high=high, cell=cell, level=level, cost=cost, source=source)

    def add_sums(self, row: Ints, unknown: Ints, factor: Floats, sums: Floats) -> None:
        """Add what sums with any number of terms are; ``row`` counts from 0."""
        self.parts.append((row + self.count, unknown, factor))
        self.describe(len(sums), low=sums, high=sums, cell=NOBODYS, level=ALWAYS, cost=0.0, source=0)

    def describe(self, size: int, **said: Any) -> None:
        """Note down what the next ``size`` statements are: their ends, cell, level, cost and source."""
        self.about.append({name: np.broadcast_to(np.asarray(value), (size,)) for name, value in said.items()})
        self.count += size

    def rows(self, truth: Floats) -> Rows:
        """Return all statements as one."""
        row, unknown, factor = (np.concatenate([part[at] for part in self.parts]) for at in range(3))
        matrix = scipy.sparse.csr_matrix((factor, (row, unknown)), shape=(self.count, len(truth)))
        told = {name: np.concatenate([a[name] for a in self.about]) for name in self.about[0]}
        true = matrix @ truth
        low, high = np.minimum(told["low"] - true, 0.0), np.maximum(told["high"] - true, 0.0)
        return Rows(
            matrix, true, told["cell"].astype(np.int64), told["level"].astype(np.int64), low, high, told["cost"].astype(np.float64), told["source"].astype(np.int64),
        )  # fmt: skip


def build_system(found: Structure) -> tuple[System, Collected]:
    """Return the numbers of a structure, and what arithmetic says of them; what is published comes later."""
    cells = found.cells
    count = len(cells)
    first = np.arange(count, dtype=np.int64)
    has_second = ((cells["unit"] != "count") & cells["second"].notna()).to_numpy()
    second = np.full(count, NOBODYS, dtype=np.int64)
    second[has_second] = count + np.arange(int(has_second.sum()))
    mean = (cells["unit"] == "mean").to_numpy()
    has_third = has_second & mean
    third = np.full(count, NOBODYS, dtype=np.int64)
    third[has_third] = count + int(has_second.sum()) + np.arange(int(has_third.sum()))
    cell = np.concatenate([first, np.flatnonzero(has_second), np.flatnonzero(has_third)])
    what = np.concatenate(
        [np.zeros(count), np.where(mean[has_second], 2, 1), np.full(int(has_third.sum()), 3)]
    ).astype(np.int64)
    figures = cells["second"].to_numpy(np.float64)
    truth = np.concatenate([cells["n"].to_numpy(np.float64), figures[has_second], figures[has_third]])
    least, most = _ends(cells, what, cell, truth)
    weight = _weights(cells)
    collected = Collected()
    _arithmetic(collected, found, (first, second, third), truth)
    _within(collected, cells, first, second)
    sources = ("arithmetic", "this release")
    nothing = np.zeros(0, dtype=np.int64)
    rows = Rows(None, np.zeros(0), nothing, nothing, np.zeros(0), np.zeros(0), np.zeros(0), nothing)
    system = System(
        cells, first, second, third, cell, what, truth, least, most, rows, _movable(found), weight, sources
    )
    return system, collected


def with_statements(
    system: System, collected: Collected, said: tuple[pd.DataFrame, pd.DataFrame], mean_share: float
) -> System:
    """Return the system with what is published of its cells at both levels, besides all that was gathered before."""
    for level in (0, 1):
        _own(collected, system, said[level], level, mean_share)
    return replace(system, rows=collected.rows(system.truth))


def _arithmetic(collected: Collected, found: Structure, kinds: tuple[Ints, ...], truth: Floats) -> None:
    """Say that the parts and the rest make the whole, of sizes and of what is counted in them."""
    family, part = found.members["family"].to_numpy(np.int64), found.members["part"].to_numpy(np.int64)
    whole, rest = found.wholes["whole"].to_numpy(np.int64), found.wholes["rest"].to_numpy(np.int64)
    for of in kinds:
        there = of[whole] >= 0
        renumbered = np.cumsum(there) - 1
        own = there[family] & (of[part] >= 0)
        has_rest = there & (rest >= 0)
        has_rest[has_rest] = of[rest[has_rest]] >= 0
        row = np.concatenate([renumbered[family[own]], renumbered[has_rest], renumbered[there]])
        unknown = np.concatenate([of[part[own]], of[rest[has_rest]], of[whole[there]]])
        factor = np.concatenate(
            [np.ones(int(own.sum())), np.ones(int(has_rest.sum())), -np.ones(int(there.sum()))]
        )
        left_over = np.bincount(row, factor * truth[unknown], int(there.sum())).astype(np.float64)
        collected.add_sums(row, unknown, factor, left_over)


def _own(collected: Collected, system: System, said: pd.DataFrame, level: int, mean_share: float) -> None:
    """Say what is published of each cell at one level."""
    cells, first, second, third = system.cells, system.first, system.second, system.third
    weight, movable = system.weight, system.movable
    published = np.flatnonzero((cells["place"] >= 0).to_numpy())
    told = said.iloc[cells["place"].to_numpy()[published]]
    seen = (told["status"] != "suppressed").to_numpy()
    at, told = published[seen], told[seen]
    cost = weight[at] * (_WIDER_IS_CHEAPER if level == 0 else 1.0)
    fixed = ~movable[at]

    def say(keep: Any, terms: list[tuple[Ints, Any]], low: Any, high: Any, dear: Any) -> None:
        for frozen in (False, True):
            if frozen and level:
                continue
            these = keep & (fixed == frozen)
            cut = [
                (unknown[these], factor[these] if isinstance(factor, np.ndarray) else factor)
                for unknown, factor in terms
            ]
            ends = [
                np.broadcast_to(np.asarray(end, dtype=np.float64), keep.shape)[these] for end in (low, high)
            ]
            collected.add(
                cut,
                *ends,
                cell=at[these],
                level=ALWAYS if frozen else level,
                cost=0.0 if frozen else dear[these],
                source=1,
            )

    n, unit = cells["n"].to_numpy(np.float64)[at], cells["unit"].to_numpy()[at]
    everybody = np.ones(len(at), dtype=bool)
    say(everybody, [(first[at], 1.0)], told["n_least"].to_numpy(), told["n_most"].to_numpy(), cost)
    least, most = told["least"].to_numpy(np.float64), told["most"].to_numpy(np.float64)
    ratio = (unit != "count") & (n > 0) & (second[at] >= 0)
    scale_low, scale_high = (cells[name].to_numpy(np.float64)[at] for name in ("scale_low", "scale_high"))
    mean = ratio & (unit == "mean")
    lowest, highest = np.where(mean, scale_low, 0.0), np.where(mean, scale_high, 1.0)
    per_point = cost * 10.0 / np.maximum(mean_share * (highest - lowest) * np.maximum(n, 1.0), _A_LITTLE)
    dear = np.where(mean, per_point, cost)
    say(ratio & (most < highest), [(second[at], 1.0), (first[at], -most)], -np.inf, 0.0, dear)
    say(ratio & (least > lowest), [(second[at], 1.0), (first[at], -least)], 0.0, np.inf, dear)
    say(mean & (third[at] >= 0), [(third[at], 1.0)], n * least, n * most, dear)


def _ends(cells: pd.DataFrame, what: Ints, cell: Ints, truth: Floats) -> tuple[Floats, Floats]:
    """Return the least and the most that each number can be for somebody who was told nothing."""
    n = cells["n"].to_numpy(np.float64)
    scale_low, scale_high = (
        cells[name].fillna(0.0).to_numpy(np.float64) for name in ("scale_low", "scale_high")
    )
    known = what == WHATS.index("sum where sizes are known")
    free = what == WHATS.index("sum")
    least = np.where(known, np.minimum((n * scale_low)[cell], truth), np.where(free, -np.inf, 0.0))
    most = np.where(known, np.maximum((n * scale_high)[cell], truth), np.inf)
    return least, most


def _within(collected: Collected, cells: pd.DataFrame, first: Ints, second: Ints) -> None:
    """Say that no more are counted than are there, and that a mean lies on its scale."""
    for unit in ("rate", "mean"):
        at = np.flatnonzero((second >= 0) & (cells["unit"] == unit).to_numpy())
        lowest, highest = (cells[name].to_numpy(np.float64)[at] for name in ("scale_low", "scale_high"))
        if unit == "rate":
            collected.add([(first[at], 1.0), (second[at], -1.0)], 0.0, np.inf)
        else:
            collected.add([(second[at], 1.0), (first[at], -lowest)], 0.0, np.inf)
            collected.add([(second[at], 1.0), (first[at], -highest)], -np.inf, 0.0)


def _weights(cells: pd.DataFrame) -> Floats:
    """Return how dear each cell is: totals dearer than parts, the district's dearest, large ones dearer than small ones."""
    size = 1.0 + np.log1p(cells["n"].to_numpy(np.float64))
    all_schools = np.where(cells["school"] == 0, 8.0, 1.0)
    all_grades = np.where(cells["grade"] == 0, 2.0, 1.0)
    all_groups = np.where(cells["group"] == 0, 3.0, 1.0)
    weight: Floats = size * all_schools * all_grades * all_groups
    return weight


def _movable(found: Structure) -> Bools:
    """Return which cells may be hidden for others: not those where everybody knows that nobody is there.

    A school that has no such grade has nobody in any group of it; hiding that would hide nothing.
    """
    cells = found.cells
    published = (cells["place"] >= 0).to_numpy()
    n = cells["n"].to_numpy(np.float64)
    spot = cells["table"].to_numpy() * (cells["school"].max() + 1) + cells["school"].to_numpy()
    spot = spot * (cells["grade"].max() + 1) + cells["grade"].to_numpy()
    everybody = pd.Series(n).groupby(spot).transform("max").to_numpy()
    movable: Bools = published & (everybody > 0)
    return movable
