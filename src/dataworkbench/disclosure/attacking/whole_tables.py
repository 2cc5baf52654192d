"""Tables of whole numbers that fit, as a solver finds them: some numbers move, all others stay as they truly are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import highspy
import numpy as np

from dataworkbench.disclosure.attacking.findings import Findings
from dataworkbench.disclosure.attacking.program import Flags, Floats, Places, Program
from dataworkbench.disclosure.attacking.search import Search, targets_within
from dataworkbench.disclosure.attacking.solving import (
    Region,
    quiet_model,
    region_with_the_rest_as_it_is,
    seconds_left,
)


@dataclass
class Model:
    """A region in whole numbers: its unknowns, the targets within, their matrix, and the solver that holds it."""

    unknowns: Places
    targets: Places
    matrix: Any
    solver: Any


def model_of(search: Search, unknowns: Places, whole: Flags) -> Model:
    """Return the model in which these numbers move and all others stay; ``whole`` says which are whole."""
    region = region_with_the_rest_as_it_is(search.program, search.sums, unknowns)
    return Model(unknowns, *targets_within(search, unknowns), _solver(search.program, region, whole))


def _solver(program: Program, region: Region, whole: Flags) -> Any:
    solver = quiet_model(program, region)
    solver.setOptionValue("presolve", "choose")
    solver.setOptionValue("mip_rel_gap", 0.0)
    places = np.flatnonzero(whole[region.unknowns]).astype(np.int32)
    kinds = np.full(len(places), int(highspy.HighsVarType.kInteger.value), dtype=np.uint8)
    solver.changeColsIntegrality(len(places), places, kinds)
    return solver


def push(
    search: Search,
    model: Model,
    weights: Floats,
    seconds: float,
    *,
    alone: int | None = None,
    goal: float = -np.inf,
) -> bool:
    """Note what a whole table shows that moves a sum up, until its cost is down at a goal; return whether it can go no further."""
    left = min(seconds, seconds_left(search.until))
    if left <= 0:
        return False
    solver, count = model.solver, len(weights)
    solver.setOptionValue("objective_target", goal + _WHOLE_ENOUGH)
    solver.changeColsCost(count, np.arange(count, dtype=np.int32), -weights)
    solver.setOptionValue("time_limit", float(solver.getRunTime() + left))
    solver.run()
    state = solver.getModelStatus()
    if state in {highspy.HighsModelStatus.kUnbounded, highspy.HighsModelStatus.kUnboundedOrInfeasible}:
        if alone is not None:
            sign = np.sign((search.program.targets[alone].toarray().ravel()[model.unknowns] * weights).sum())
            search.findings.saw(np.array([alone]), np.array([sign * np.inf]))
        return alone is not None
    if solver.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible:
        point = np.asarray(solver.getSolution().col_value)
        values = np.asarray(model.matrix @ _rounded(point)) + search.program.fixed_part[model.targets]
        search.findings.saw(model.targets, values)
    return state in {highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kObjectiveTarget}


def high_enough(findings: Findings, target: int) -> float:
    """Return how high a target has to come to be safe, as far down as it came."""
    low = float(np.ceil(findings.seen_low[target] - _WHOLE_ENOUGH))
    return (0.0 if findings.double[target] else low) + float(findings.required[target])


def _rounded(point: Floats) -> Floats:
    """Return a table with its whole numbers exactly whole, where the solver left them so but for its own tolerance."""
    near = np.round(point)
    result: Floats = np.where(np.abs(point - near) <= _WHOLE_ENOUGH, near, point)
    return result


_WHOLE_ENOUGH: Final = 1e-6
