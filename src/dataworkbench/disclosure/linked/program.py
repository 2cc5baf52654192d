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
from dataworkbench.disclosure.linked.system import ALWAYS, HIDDEN_LEVEL, Matrix, System

INFINITE: Final = highspy.kHighsInf
_ROOM: Final = 4.0
_TOUCHED: Final = 1e-7
BROKEN: Final = 1e-5


@dataclass(frozen=True)
class Shift:
    """Another table that fits: which unknowns are not at their truth, and by how much."""

    unknown: Ints
    by: Floats


class Neighbourhood:
    """The programs of some unknowns; kept and changed a little between questions, so that each begins where the last ended.

    There are two: one in which everything that is said must stay true, and one in which it may be broken at a cost.
    """

    def __init__(self, system: System, level: Ints, unknowns: Ints, columns: Matrix, targets: Matrix, required: Floats) -> None:
        """Build over ``unknowns``; ``columns`` is the statements' matrix by columns, ``targets`` a row for each."""
        self.system, self.level, self.unknowns = system, level, unknowns
        near = columns[:, unknowns].tocsr()
        rows = np.flatnonzero(np.diff(near.indptr))
        about = system.rows
        self.rows, self.near = rows, near[rows]
        self.low, self.high = about.low[rows], about.high[rows]
        self.row_level, self.row_cell = about.level[rows], about.cell[rows]
        self.targets = targets.tocsc()[:, unknowns].tocsr()
        self.room = _ROOM * required
        self.together = False
        self.strict = self._new_solver(np.zeros(0, dtype=np.int64), np.zeros(0))
        self.held = np.full(len(rows), -2, dtype=np.int64)
        self._priced: highspy.Highs | None = None

    @property
    def priced(self) -> highspy.Highs:
        """The program in which statements may be broken: two columns of slack for each that can be taken back."""
        if self._priced is None:
            soft = np.flatnonzero(self.row_level != ALWAYS)
            below, above = soft[np.isfinite(self.low[soft])], soft[np.isfinite(self.high[soft])]
            self.soft_rows = np.concatenate([below, above])
            self._priced = self._new_solver(self.soft_rows, np.concatenate([np.ones(len(below)), -np.ones(len(above))]))
        return self._priced

    def _new_solver(self, soft_rows: Ints, side: Floats) -> highspy.Highs:
        """Return a solver that holds the program: the unknowns, slack, and how far each target is to reach."""
        moved, said, asked, slack = len(self.unknowns), len(self.rows), self.targets.shape[0], len(soft_rows)
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = moved + slack + asked, said + asked
        model.col_cost_ = np.zeros(model.num_col_)
        truth = self.system.truth[self.unknowns]
        rest = np.zeros(slack + asked)
        model.col_lower_ = np.concatenate([self.system.least[self.unknowns] - truth, rest])
        model.col_upper_ = np.concatenate([self.system.most[self.unknowns] - truth, rest])
        model.row_lower_ = np.concatenate([self.low, -self.room])
        model.row_upper_ = np.concatenate([self.high, self.room])
        matrix = _stacked(self.near, self.targets, soft_rows, side)
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_, model.a_matrix_.index_ = matrix.indptr.astype(np.int32), matrix.indices.astype(np.int32)
        model.a_matrix_.value_ = matrix.data.astype(np.float64)
        solver = highspy.Highs()
        for option, value in (("output_flag", False), ("threads", 1), ("random_seed", 0), ("presolve", "off")):
            solver.setOptionValue(option, value)
        solver.passModel(model)
        return solver

    def _hold(self) -> None:
        """Let statements hold that belong to the level that their cell is at now."""
        own = self.row_level != ALWAYS
        level = np.where(own, self.level[np.where(own, self.row_cell, 0)], ALWAYS)
        other = np.flatnonzero(level != self.held)
        if len(other):
            holds = self.row_level[other] == level[other]
            low, high = np.where(holds, self.low[other], -INFINITE), np.where(holds, self.high[other], INFINITE)
            self.strict.changeRowsBounds(len(other), other.astype(np.int32), low, high)
            self.held = level

    def _aim(self, wanted: Floats, *, together: bool) -> None:
        """Ask of each target that it goes as far as is wanted, or of none."""
        if not together and not self.together:
            return
        moved, asked = len(self.unknowns), len(wanted)
        row = np.arange(len(self.rows), len(self.rows) + asked, dtype=np.int32)
        column = np.arange(moved, moved + asked, dtype=np.int32)
        low, high = np.where(wanted > 0, 0.0, -self.room), np.where(wanted < 0, 0.0, self.room)
        self.strict.changeRowsBounds(asked, row, low, high)
        self.strict.changeColsBounds(asked, column, np.minimum(wanted, 0.0), np.maximum(wanted, 0.0))
        self.together = together

    def reach_together(self, wanted: Floats) -> Shift | None:
        """Return a table in which as many targets as can be move as far as is wanted of each: up where that is above 0, down below.

        What was said stays true.
        """
        self._hold()
        self._aim(wanted, together=True)
        cost = np.concatenate([np.zeros(len(self.unknowns)), -np.sign(wanted) / np.maximum(np.abs(wanted), 1.0)])
        self.strict.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)
        return self._solve(self.strict)

    def reach_one(self, target: int, side: float) -> Shift | None:
        """Return a table in which one target moves up (``side`` 1) or down (-1) as far as it can while what was said stays true."""
        self._hold()
        self._aim(np.zeros(self.targets.shape[0]), together=False)
        cost = np.zeros(len(self.unknowns) + self.targets.shape[0])
        own = self.targets[target]
        cost[own.indices] = -side * own.data
        self.strict.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)
        return self._solve(self.strict)

    def cheapest(self, target: int, wanted: float) -> Shift | None:
        """Return the table that moves one target as far as is wanted and breaks the least of what was said; None where none does."""
        solver = self.priced
        own = self.row_level != ALWAYS
        level = np.where(own, self.level[np.where(own, self.row_cell, 0)], ALWAYS)
        holds = self.row_level >= level
        low, high = np.where(holds, self.low, -INFINITE), np.where(holds, self.high, INFINITE)
        below, above = -self.room.copy(), self.room.copy()
        (below if wanted > 0 else above)[target] = wanted
        row = np.arange(len(self.rows) + len(below), dtype=np.int32)
        solver.changeRowsBounds(len(row), row, np.concatenate([low, below]), np.concatenate([high, above]))
        first, slack = len(self.unknowns), len(self.soft_rows)
        column = np.arange(first, first + slack, dtype=np.int32)
        solver.changeColsBounds(slack, column, np.zeros(slack), np.where(holds[self.soft_rows], INFINITE, 0.0))
        solver.changeColsCost(slack, column, self.system.rows.cost[self.rows[self.soft_rows]])
        return self._solve(solver)

    def _solve(self, solver: highspy.Highs) -> Shift | None:
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            solver.clearSolver()
            solver.run()
            if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
                return None
        by = np.asarray(solver.getSolution().col_value)[: len(self.unknowns)]
        moved = np.abs(by) > _TOUCHED
        return Shift(self.unknowns[moved], by[moved])


def _stacked(near: Matrix, targets: Matrix, soft_rows: Ints, side: Floats) -> Matrix:
    """Return a program's matrix by rows: statements with their slack, then targets with how far they are to reach."""
    said, asked, slack = near.shape[0], targets.shape[0], len(soft_rows)
    loose = sparse.csr_matrix((side, (soft_rows, np.arange(slack))), shape=(said, slack))
    top = sparse.hstack([near, loose, sparse.csr_matrix((said, asked))])
    bottom = sparse.hstack([targets, sparse.csr_matrix((asked, slack)), -sparse.identity(asked)])
    return sparse.vstack([top, bottom]).tocsr()


def broken_cells(system: System, level: Ints, shift: Shift, columns: Matrix) -> dict[int, int]:
    """Return which cells could no longer say what they say if a table is to fit, and the level that each would have to go to."""
    touched = columns[:, shift.unknown].tocsr()
    rows = np.flatnonzero(np.diff(touched.indptr))
    about = system.rows
    own = rows[about.level[rows] != ALWAYS]
    moved = touched[own] @ shift.by
    off = (moved < about.low[own] - BROKEN) | (moved > about.high[own] + BROKEN)
    needed: dict[int, int] = {}
    cells, levels = about.cell[own][off], about.level[own][off]
    for cell in np.unique(cells):
        broken = set(levels[cells == cell].tolist())
        now = int(level[cell])
        if now in broken:
            needed[int(cell)] = HIDDEN_LEVEL if 1 in broken or now == 1 else 1
    return needed
