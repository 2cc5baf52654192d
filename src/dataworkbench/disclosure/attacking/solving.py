"""One linear program that stays warm: the same rows asked again and again for the lowest and the highest of a sum."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Final

import highspy
import numpy as np
from scipy import sparse

from dataworkbench.disclosure.attacking.program import NOBODY, Floats, Places, Program, columns_of
from dataworkbench.disclosure.quiet_solver import Quiet

USED: Final = 1e-7
_PRIMAL_SIMPLEX: Final = 4
"""Between two questions only what is asked for changes, so the last answer is still a place to start from."""
_DUAL_SIMPLEX: Final = 1
_NAME_ROWS: Final = 2
"""Where nothing fits, HiGHS is to name rows of which none can be left out."""
_SMALL_ENOUGH_TO_NAME: Final = 2000

DONE, WITHOUT_END, NOTHING_FITS, STOPPED = "done", "without end", "nothing fits", "stopped"


@dataclass(frozen=True)
class Answer:
    """The furthest that a sum can go: ``end``, the ``point`` where it does, and ``state`` (only ``DONE`` is proof).

    ``rows`` and ``unknowns`` are weights of the rows and ends that hold it there, by their place in the region.
    """

    state: str
    end: float = np.nan
    point: Floats | None = None
    rows: Floats | None = None
    unknowns: Floats | None = None


@dataclass(frozen=True)
class Region:
    """A part of a program to be solved by itself: which ``unknowns``, which ``rows``, their ``matrix`` and their ends."""

    unknowns: Places
    rows: Places
    matrix: Any
    row_low: Floats
    row_high: Floats


def region_with_the_rest_as_it_is(program: Program, sums: Floats, unknowns: Places) -> Region:
    """Return the region of some unknowns while all others stay at their true value.

    Whatever fits here fits the whole program, so what an attacker can't rule out here she can't rule out at all.
    ``sums`` are the true sums of the rows' open unknowns.
    """
    rows, matrix = columns_of(program.by_column, unknowns)
    live = program.live[rows]
    rows, matrix = rows[live], matrix[live]
    others = sums[rows] - np.asarray(matrix @ program.truth[unknowns])
    return Region(unknowns, rows, matrix, program.rest_low[rows] - others, program.rest_high[rows] - others)


def region_on_its_own(program: Program, lengths: Places, unknowns: Places) -> Region:
    """Return the region of some unknowns with the rows that name no other: what an attacker knows at the least."""
    rows, matrix = columns_of(program.by_column, unknowns)
    inside = program.live[rows] & (np.diff(matrix.indptr) == lengths[rows])
    rows, matrix = rows[inside], matrix[inside]
    return Region(unknowns, rows, matrix, program.rest_low[rows], program.rest_high[rows])


def quiet_model(program: Program, region: Region) -> Any:
    """Return a region as a HiGHS model that prints nothing and keeps to the thread that it runs in."""
    model: Any = Quiet()
    for option, value in (
        ("parallel", "off"),
        ("threads", 1),
        ("iis_strategy", _NAME_ROWS),
        ("simplex_strategy", _PRIMAL_SIMPLEX),
    ):
        model.setOptionValue(option, value)
    model.passModel(_highs_program(program, region))
    return model


class Warm:
    """A region as a warm HiGHS model."""

    def __init__(self, program: Program, region: Region) -> None:
        self.region, self._program = region, program
        self._all = np.arange(len(region.unknowns), dtype=np.int32)
        self._model = quiet_model(program, region)
        self._model.setOptionValue("presolve", "off")

    def furthest(self, weights: Floats, *, seconds: float, why: bool = False) -> Answer:
        """Return how high the weighted sum of the region's unknowns can go; ``why`` also returns what holds it there."""
        if seconds <= 0:
            return Answer(STOPPED)
        model, until = self._model, time.monotonic() + seconds
        model.changeColsCost(len(self._all), self._all, -weights)
        state = self._run(seconds)
        if state in {NOTHING_FITS, STOPPED} and seconds_left(until) > 0:
            state = self._run_from_nothing(seconds_left(until))
        if state == WITHOUT_END:
            return Answer(state, np.inf)
        if state != DONE:
            model.clearSolver()
            return Answer(state)
        found = model.getSolution()
        point = np.asarray(found.col_value)
        if not why:
            return Answer(DONE, float(weights @ point), point)
        return Answer(
            DONE, float(weights @ point), point, -np.asarray(found.row_dual), -np.asarray(found.col_dual)
        )

    def _run(self, seconds: float) -> str:
        self._model.setOptionValue("time_limit", float(self._model.getRunTime() + seconds))
        self._model.run()
        return _STATES.get(self._model.getModelStatus(), STOPPED)

    def _run_from_nothing(self, seconds: float) -> str:
        """Ask once more without the last answer, and the other way round: on a long way a warm start can lose its footing."""
        self._model.clearSolver()
        self._model.setOptionValue("simplex_strategy", _DUAL_SIMPLEX)
        state = self._run(seconds)
        self._model.setOptionValue("simplex_strategy", _PRIMAL_SIMPLEX)
        return state

    def clash(self) -> list[int]:
        """Return rows, by their place in the program, that can't all be so; empty where that would take long to find."""
        if len(self.region.rows) > _SMALL_ENOUGH_TO_NAME:
            return []
        _, found = self._model.getIis()
        rows = self.region.rows[np.asarray(found.row_index_, dtype=np.int64)]
        ends = self.region.unknowns[np.asarray(found.col_index_, dtype=np.int64)]
        by = np.concatenate([rows, self._program.low_by[ends], self._program.high_by[ends]])
        return sorted({int(row) for row in by} - {NOBODY})


_STATES: Final = {
    highspy.HighsModelStatus.kOptimal: DONE,
    highspy.HighsModelStatus.kModelEmpty: DONE,
    highspy.HighsModelStatus.kUnbounded: WITHOUT_END,
    highspy.HighsModelStatus.kInfeasible: NOTHING_FITS,
}


def _highs_program(program: Program, region: Region) -> Any:
    matrix = sparse.csr_matrix(region.matrix)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(region.unknowns), len(region.rows)
    lp.col_cost_ = np.zeros(len(region.unknowns))
    lp.col_lower_, lp.col_upper_ = program.low[region.unknowns], program.high[region.unknowns]
    lp.row_lower_, lp.row_upper_ = region.row_low, region.row_high
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = matrix.indptr
    lp.a_matrix_.index_ = matrix.indices
    lp.a_matrix_.value_ = matrix.data
    return lp


def seconds_left(until: float) -> float:
    """Return how many seconds there are until a time of the monotonic clock."""
    return until - time.monotonic()
