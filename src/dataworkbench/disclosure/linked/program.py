"""A part of the system as a linear program: by how much can a protected number move if what was said stays true.

Only the numbers of a neighbourhood may move; all others stay at their truth. So whatever is found here is a table that fits
everything that was said, and a number that can move far enough here can do so for any attacker. Statements may be broken at a
cost: those that are, must not be published.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import highspy
import numpy as np
from scipy import sparse

from dataworkbench.disclosure.linked.structure import Floats, Ints
from dataworkbench.disclosure.linked.system import ALWAYS, HIDDEN_LEVEL, SUMS, Bools, Matrix, System
from dataworkbench.disclosure.quiet_solver import Quiet

INFINITE: Final = highspy.kHighsInf
_ROOM: Final = 200.0
_TOUCHED: Final = 1e-7
BROKEN: Final = 1e-5
_HARDLY: Final = 1e-3
_FROM_WHAT_FITS: Final = 4
"""Primal simplex: between questions only what is asked changes, and the last table still fits."""


@dataclass(frozen=True)
class Shift:
    """Another table that fits: which unknowns are not at their truth, and by how much."""

    unknown: Ints
    by: Floats


class Neighbourhood:
    """The programs of some unknowns; kept and changed a little between questions, so that each begins where the last ended.

    There are two: one in which everything that is said must stay true, and one in which it may be broken at a cost.
    """

    def __init__(
        self,
        system: System,
        level: Ints,
        unknowns: Ints,
        columns: Matrix,
        *,
        targets: Matrix,
        required: Floats,
    ) -> None:
        """Build over ``unknowns``; ``columns`` is the statements' matrix by columns, ``targets`` a row for each."""
        self.system, self.level, self.unknowns = system, level, unknowns
        near = columns[:, unknowns].tocsr()
        terms = np.diff(near.indptr)
        rows = np.flatnonzero(terms)
        about = system.rows
        self.rows, self.near = rows, near[rows]
        self.low, self.high = about.low[rows], about.high[rows]
        self.row_level, self.row_cell = about.level[rows], about.cell[rows]
        self.alone, self.several = np.flatnonzero(terms[rows] == 1), np.flatnonzero(terms[rows] != 1)
        self.alone_column, self.alone_factor = self.near[self.alone].indices, self.near[self.alone].data
        self.targets = targets.tocsc()[:, unknowns].tocsr()
        self.required = required
        truth = system.truth[unknowns]
        room = np.where(system.what[unknowns] < SUMS, _ROOM + truth, INFINITE)
        self.least = np.maximum(system.least[unknowns] - truth, -room)
        self.most = np.minimum(system.most[unknowns] - truth, room)
        self.held = np.full(len(rows), -2, dtype=np.int64)
        self._strict: highspy.Highs | None = None
        self._priced: highspy.Highs | None = None
        self.priced_at: Ints | None = None

    def _now(self) -> Ints:
        """Return the level that each statement's cell is at now; -1 for those that always hold."""
        own = self.row_level != ALWAYS
        now: Ints = np.where(own, self.level[np.where(own, self.row_cell, 0)], ALWAYS)
        return now

    @property
    def strict(self) -> highspy.Highs:
        """The program in which everything holds that is said now; what is said of one number alone is a bound of its column."""
        now = self._now()
        if self._strict is not None and (now == self.held).all():
            return self._strict
        self.held = now
        holds = self.row_level >= now
        self.floor, self.ceiling = self._bounds(holds)
        low = np.where(holds[self.several], self.low[self.several], -INFINITE)
        high = np.where(holds[self.several], self.high[self.several], INFINITE)
        if self._strict is None:
            self._strict = _solver(self.near[self.several], low, high, self.floor, self.ceiling)
            self._strict.setOptionValue("simplex_strategy", _FROM_WHAT_FITS)
        else:
            row = np.arange(len(low), dtype=np.int32)
            self._strict.changeRowsBounds(len(row), row, low, high)  # type: ignore[attr-defined]  # its stubs lack it
        return self._strict

    def _bounds(self, holds: Bools) -> tuple[Floats, Floats]:
        floor, ceiling = self.least.copy(), self.most.copy()
        these = holds[self.alone]
        column, factor = self.alone_column[these], self.alone_factor[these]
        one, other = self.low[self.alone[these]] / factor, self.high[self.alone[these]] / factor
        np.maximum.at(floor, column, np.minimum(one, other))
        np.minimum.at(ceiling, column, np.maximum(one, other))
        return np.minimum(floor, 0.0), np.maximum(ceiling, 0.0)

    def reach(self, targets: Ints, sides: Floats, *, no_farther: bool) -> Shift | None:
        """Return a table in which targets move up (``sides`` 1) or down (-1) as far as they can while what was said stays true.

        ``no_farther`` lets each number move only as far as is required of the targets in which it stands, so that one does
        not take all the room.
        """
        solver = self.strict
        own = self.targets[targets]
        floor, ceiling = self.floor, self.ceiling
        if no_farther:
            enough = np.zeros(len(self.unknowns))
            np.maximum.at(enough, own.indices, np.repeat(self.required[targets], np.diff(own.indptr)))
            asked = enough > 0
            floor = np.where(asked, np.maximum(floor, -enough), floor)
            ceiling = np.where(asked, np.minimum(ceiling, enough), ceiling)
        size = len(self.unknowns)
        every = np.arange(size, dtype=np.int32)
        solver.changeColsBounds(size, every, floor, ceiling)
        solver.changeColsCost(size, every, np.asarray(-(own.T @ (sides / self.required[targets]))))
        return self._solve(solver)

    @property
    def priced(self) -> highspy.Highs:
        """The program in which statements may be broken: two columns for each number, up and down, and slack for each statement.

        With all columns at nothing it stands at the truth, which every target is asked from anew: the way from one target's
        table to the next is longer than the way from the truth.
        """
        if self._priced is None:
            soft = np.flatnonzero(self.row_level != ALWAYS)
            below, above = soft[np.isfinite(self.low[soft])], soft[np.isfinite(self.high[soft])]
            self.soft_rows = np.concatenate([below, above])
            side = np.concatenate([np.ones(len(below)), -np.ones(len(above))])
            slack, asked = len(side), self.targets.shape[0]
            loose = sparse.csr_matrix(
                (side, (self.soft_rows, np.arange(slack))), shape=(len(self.rows), slack)
            )
            nobody = sparse.csr_matrix((asked, slack))
            matrix = sparse.vstack(
                [
                    sparse.hstack([self.near, -self.near, loose]),
                    sparse.hstack([self.targets, -self.targets, nobody]),
                ]
            ).tocsr()
            free = np.full(asked, INFINITE)
            most = np.concatenate([self.most, -self.least, np.zeros(slack)])
            self._priced = _solver(
                matrix, np.concatenate([self.low, -free]), np.concatenate([self.high, free]), np.zeros(len(most)), most,
            )  # fmt: skip
            self._price_of(self._priced)
        return self._priced

    def _price_of(self, solver: highspy.Highs) -> None:
        """Say what breaking a statement costs; moving a number costs hardly anything, so that no more move than need be."""
        moves = np.full(2 * len(self.unknowns), _HARDLY)
        cost = np.concatenate([moves, self.system.rows.cost[self.rows[self.soft_rows]]])
        solver.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)

    def cheapest(self, target: int, wanted: float) -> Shift | None:
        """Return the table that moves one target as far as is wanted and breaks the least of what was said; None where none does."""
        solver = self.priced
        self._say_what_holds(solver)
        row = len(self.rows) + target
        ends = (wanted, INFINITE) if wanted > 0 else (-INFINITE, wanted)
        solver.changeRowBounds(row, *ends)
        solver.clearSolver()
        found = self._solve(solver, two_columns=True)
        solver.changeRowBounds(row, -INFINITE, INFINITE)
        return found

    def _say_what_holds(self, solver: highspy.Highs) -> None:
        """Let go of what is said at levels that cells have left since the program was last asked."""
        now = self._now()
        if self.priced_at is not None and (now == self.priced_at).all():
            return
        self.priced_at = now
        holds = self.row_level >= now
        row = np.arange(len(self.rows), dtype=np.int32)
        low, high = np.where(holds, self.low, -INFINITE), np.where(holds, self.high, INFINITE)
        solver.changeRowsBounds(len(row), row, low, high)  # type: ignore[attr-defined]  # its stubs lack it
        slack = len(self.soft_rows)
        if slack:
            column = np.arange(2 * len(self.unknowns), 2 * len(self.unknowns) + slack, dtype=np.int32)
            most = np.where(holds[self.soft_rows], INFINITE, 0.0)
            solver.changeColsBounds(slack, column, np.zeros(slack), most)

    def _solve(self, solver: highspy.Highs, *, two_columns: bool = False) -> Shift | None:
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            solver.clearSolver()
            solver.run()
            if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
                return None
        size = len(self.unknowns)
        column = np.asarray(solver.getSolution().col_value)
        by = column[:size] - column[size : 2 * size] if two_columns else column[:size]
        moved = np.abs(by) > _TOUCHED
        return Shift(self.unknowns[moved], by[moved])


def _solver(matrix: Matrix, low: Floats, high: Floats, least: Floats, most: Floats) -> highspy.Highs:
    """Return a solver that holds a program, without costs yet."""
    model = highspy.HighsLp()
    model.num_row_, model.num_col_ = matrix.shape
    model.col_cost_ = np.zeros(model.num_col_)
    model.col_lower_, model.col_upper_ = least, most
    model.row_lower_, model.row_upper_ = low, high
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_ = (
        matrix.indptr.astype(np.int32),
        matrix.indices.astype(np.int32),
    )
    model.a_matrix_.value_ = matrix.data.astype(np.float64)
    solver = Quiet()
    for option, value in (("threads", 1), ("random_seed", 0), ("presolve", "off")):
        solver.setOptionValue(option, value)
    solver.passModel(model)
    return solver


def moved_sums(columns: Matrix, shift: Shift) -> tuple[Ints, Floats]:
    """Return the statements that a table touches, and by how much it moves the sum of each; ``columns`` is their matrix by columns."""
    touched = columns[:, shift.unknown].tocoo()
    rows, place = np.unique(touched.row, return_inverse=True)
    moved = np.bincount(place, touched.data * shift.by[touched.col], len(rows))
    return rows.astype(np.int64), moved.astype(np.float64)


def broken_cells(system: System, level: Ints, shift: Shift, columns: Matrix) -> dict[int, int]:
    """Return which cells could no longer say what they say if a table is to fit, and the level that each would have to go to."""
    rows, sums = moved_sums(columns, shift)
    about = system.rows
    spoken = about.level[rows] != ALWAYS
    own, moved = rows[spoken], sums[spoken]
    off = (moved < about.low[own] - BROKEN) | (moved > about.high[own] + BROKEN)
    needed: dict[int, int] = {}
    cells, levels = about.cell[own][off], about.level[own][off]
    for cell in np.unique(cells):
        broken = set(levels[cells == cell].tolist())
        now = int(level[cell])
        if now in broken:
            needed[int(cell)] = HIDDEN_LEVEL if 1 in broken or now == 1 else 1
    return needed
