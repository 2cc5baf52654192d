"""Whole tables near tables in fractions: what is known to be wide enough in fractions is rounded, and not looked for anew.

Suppression, and whoever attacked before, found each figure safe by tables that fit, in which students are halved. A figure moves
there because a hundred others move with it, and most of those are not near it: so a whole table that is looked for around the
figure alone is not found, though there is one. It is looked for among the numbers that such a table moves, and those beside them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from dataworkbench.disclosure.attacking.program import NOBODY, Flags, Floats, Places, columns_of
from dataworkbench.disclosure.attacking.search import Search
from dataworkbench.disclosure.attacking.shown import Table
from dataworkbench.disclosure.attacking.whole_tables import Model, high_enough, model_of, push

_BESIDE: Final = 30
"""Numbers that stand in one statement with one that moves may move as well, where the statement is no longer than this."""
_ROUNDING: Final = 3.0
_NEAR_ENOUGH: Final = 0.1
_SECONDS_A_TABLE: Final = 6.0
"""Most take a tenth of a second; this is by the clock, and on a busy machine the solver has a part of it."""
_SECONDS_A_FIGURE: Final = 20.0
_SIDES: Final = (-1.0, 1.0)
_NEARLY: Final = 1e-6


@dataclass(frozen=True)
class Best:
    """Tables in fractions, and which of them moves each target furthest down and up, by its place; ``NOBODY`` where none does."""

    tables: Sequence[Table]
    down: Places
    up: Places

    def of(self, target: int, side: float) -> int:
        """Return the table that moves one target furthest to one side."""
        return int((self.down if side < 0 else self.up)[target])


def best_of(search: Search, tables: Sequence[Table]) -> Best:
    """Return which of some tables moves each target furthest; what they show is not believed, only looked near."""
    count = len(search.target_part)
    by = {side: np.full(count, NOBODY) for side in _SIDES}
    furthest = {side: np.full(count, _NEARLY) for side in _SIDES}
    for place, (unknowns, moved) in enumerate(tables):
        targets, matrix = columns_of(search.program.target_columns, unknowns)
        far = np.asarray(matrix @ moved)
        for side in _SIDES:
            better = side * far > furthest[side][targets]
            furthest[side][targets[better]] = side * far[better]
            by[side][targets[better]] = place
    return Best(tables, by[-1.0], by[1.0])


def show_near_tables(search: Search, whole: Flags, asked: Places, best: Best) -> None:
    """Note whole tables near those in fractions, each for all targets that it moves furthest; those with most targets first."""
    leaning: dict[int, list[tuple[int, float]]] = {}
    for target in asked.tolist():
        for side in _SIDES:
            leaning.setdefault(best.of(target, side), []).append((target, side))
    leaning.pop(NOBODY, None)
    for place in sorted(leaning, key=lambda table: (-len(leaning[table]), table)):
        still = [(t, side) for t, side in leaning[place] if not search.findings.safe(np.array([t]))[0]]
        if still:
            _round(search, whole, best.tables[place], still)


def _round(search: Search, whole: Flags, table: Table, leaning: list[tuple[int, float]]) -> None:
    """Note a whole table near one in fractions that moves these targets, each to its side."""
    unknowns = _moving(search, table)
    if not len(unknowns):
        return
    model = model_of(search, unknowns, whole)
    moved = dict(zip(table[0].tolist(), table[1].tolist(), strict=True))
    near = search.program.truth[unknowns] + np.array([moved.get(u, 0.0) for u in unknowns.tolist()])
    low = np.maximum(search.program.low[unknowns], np.floor(near - _ROUNDING))
    high = np.minimum(search.program.high[unknowns], np.ceil(near + _ROUNDING))
    count = len(unknowns)
    model.solver.changeColsBounds(count, np.arange(count, dtype=np.int32), low, high)
    model.solver.setOptionValue("mip_rel_gap", _NEAR_ENOUGH)
    weights = sum((side * _weights(search, model, target) for target, side in leaning), np.zeros(count))
    push(search, model, weights, _SECONDS_A_TABLE)


def show_near_its_tables(search: Search, whole: Flags, target: int, low: float, best: Best) -> None:
    """Note whole tables that move one target among the numbers that its tables in fractions move; ``low`` is how low it can go."""
    one = np.array([target])
    for side in _SIDES:
        place = best.of(target, side)
        if search.findings.safe(one)[0] or place == NOBODY:
            continue
        unknowns = _moving(search, best.tables[place])
        if not len(unknowns):
            continue
        model = model_of(search, unknowns, whole)
        goal = low if side < 0 else high_enough(search.findings, target)
        cost = -side * (goal - float(search.program.fixed_part[target]))
        weights = side * _weights(search, model, target)
        push(search, model, weights, _SECONDS_A_FIGURE, alone=target, goal=cost)


def _moving(search: Search, table: Table) -> Places:
    """Return the open numbers that a table moves and those beside them; none where the truth is no place to start from."""
    program = search.program
    unknowns = np.unique(table[0][~program.settled[table[0]]]).astype(np.int64)
    rows = columns_of(program.by_column, unknowns)[0]
    rows = rows[(search.lengths[rows] > 0) & (search.lengths[rows] <= _BESIDE)]
    beside = np.unique(program.matrix[rows].indices).astype(np.int64)
    together = np.union1d(unknowns, beside[~program.settled[beside]])
    fits = search.true_part[search.parts[together]].all()
    return together if fits else np.zeros(0, dtype=np.int64)


def _weights(search: Search, model: Model, target: int) -> Floats:
    weights: Floats = np.asarray(search.program.targets[target].toarray()).ravel()[model.unknowns]
    return weights
