"""How far each protected number is known to be able to move, and the tables that show it.

A number is safe once two tables are at hand that fit everything that is said, in which it lies far enough apart. They are
kept: whoever doubts can lay them beside the release and add up.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from dataworkbench.disclosure.linked.program import BROKEN, Shift, moved_sums
from dataworkbench.disclosure.linked.structure import Ints
from dataworkbench.disclosure.linked.system import ALWAYS, Bools, System
from dataworkbench.disclosure.linked.targets import Targets

_NEARLY: Final = 1e-6
NO_TABLE: Final = -1


class Doubt:
    """The tables found so far, and what each shows of each target."""

    def __init__(self, targets: Targets) -> None:
        """Begin with nothing shown: every target at its truth alone."""
        self.targets = targets
        self.shifts: list[Shift] = []
        self._moves = np.zeros(targets.matrix.shape[1])
        count = len(targets)
        self.down, self.up = np.zeros(count), np.zeros(count)
        self.down_by = np.full(count, NO_TABLE, dtype=np.int64)
        self.up_by = np.full(count, NO_TABLE, dtype=np.int64)

    def forget(self, those: Ints) -> None:
        """Take back what was shown of some targets."""
        self.down[those], self.up[those] = 0.0, 0.0
        self.down_by[those], self.up_by[those] = NO_TABLE, NO_TABLE

    def take(self, shift: Shift | None, those: Ints) -> None:
        """Note down what a table shows of some targets."""
        if shift is None or not len(shift.unknown) or not len(those):
            return
        self._moves[shift.unknown] = shift.by
        moved = self.targets.matrix[those] @ self._moves
        self._moves[shift.unknown] = 0.0
        lower, higher = -moved > self.down[those] + _NEARLY, moved > self.up[those] + _NEARLY
        if not (lower.any() or higher.any()):
            return
        self.shifts.append(shift)
        name = len(self.shifts) - 1
        self.down[those[lower]], self.down_by[those[lower]] = -moved[lower], name
        self.up[those[higher]], self.up_by[those[higher]] = moved[higher], name

    @property
    def used(self) -> list[int]:
        """The numbers of the tables that show something of a target that no later one shows better."""
        return sorted({*self.down_by.tolist(), *self.up_by.tolist()} - {NO_TABLE})

    @property
    def kept(self) -> list[Shift]:
        """These tables."""
        return [self.shifts[name] for name in self.used]

    def counted(self, amount: float, target: int) -> float:
        """Return an amount as it counts: in whole people where the target is people."""
        return float(np.floor(amount + _NEARLY)) if self.targets.whole[target] else amount

    def open(self, those: Ints) -> Ints:
        """Return those of some targets that are not shown to be safe yet."""
        return those[~self.safe(those)]

    def safe(self, those: Ints | slice = slice(None)) -> Bools:
        """Return which targets, of some or of all, are shown to be safe."""
        whole, required = self.targets.whole[those], self.targets.required[those]
        down = np.where(whole, np.floor(self.down[those] + _NEARLY), self.down[those])
        up = np.where(whole, np.floor(self.up[those] + _NEARLY), self.up[those])
        enough: Bools = (
            (down + up >= required - _NEARLY * (1.0 + required * ~whole))
            & (down >= self.targets.down[those] - _NEARLY) & (up >= self.targets.up[those] - _NEARLY)
        )  # fmt: skip
        return enough

    def holds(self, system: System, level: Ints) -> Bools:
        """Return which targets are safe by tables that fit what is said at these levels, each statement laid beside each table."""
        fits = np.zeros(len(self.shifts) + 1, dtype=bool)
        about = system.rows
        columns = about.matrix.tocsc()
        least, most = system.least - system.truth - BROKEN, system.most - system.truth + BROKEN
        for name in self.used:
            shift = self.shifts[name]
            inside = ((shift.by >= least[shift.unknown]) & (shift.by <= most[shift.unknown])).all()
            rows, moved = moved_sums(columns, shift)
            unsaid = (about.level[rows] != ALWAYS) & (
                about.level[rows] != level[np.maximum(about.cell[rows], 0)]
            )
            stays = (moved >= about.low[rows] - BROKEN) & (moved <= about.high[rows] + BROKEN)
            fits[name] = inside and (stays | unsaid).all()
        shown_down = (self.down_by == NO_TABLE) | fits[self.down_by]
        shown_up = (self.up_by == NO_TABLE) | fits[self.up_by]
        held: Bools = self.safe() & shown_down & shown_up
        return held
