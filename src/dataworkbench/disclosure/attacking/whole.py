"""A second look at figures that are only just safe, by an attacker who also uses that students come in whole numbers.

A linear program lets a group hold two and a half students. Where only counts are published, its ends are whole numbers that
some table reaches. Where shares are published too, whole tables can leave less room, by a student or a few. So figures with
little to spare are asked again in whole numbers.

A table of whole numbers that fits everything is a proof, wherever it comes from. So it is looked for near a figure, with all
others as they truly are, and need not be the furthest one: first tables that show many figures at once, then one by one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import highspy
import numpy as np
import pandas as pd

from dataworkbench.disclosure.attacking.findings import (
    NOT_FINISHED,
    SAFE,
    TOO_NARROW,
    Findings,
    nothing_found,
)
from dataworkbench.disclosure.attacking.program import (
    NOBODY,
    Flags,
    Floats,
    Places,
    Program,
    program_of,
    whole_numbers,
)
from dataworkbench.disclosure.attacking.search import (
    Search,
    groups_around,
    move_each,
    move_many,
    neighbourhood,
    search_of,
    targets_within,
)
from dataworkbench.disclosure.attacking.solving import (
    Region,
    quiet_model,
    region_with_the_rest_as_it_is,
    seconds_left,
)
from dataworkbench.disclosure.ledger import Ledger

SPARE: Final = 5.0
"""In random groups of four with sizes and shares, whole tables left at most four students less than a linear program does."""
_SECONDS_EACH: Final = 10.0
_SECONDS_TOGETHER: Final = 1.0
_ROUNDS: Final = 12
_AT_LEAST: Final = 3
_NEAR_ENOUGH: Final = 0.3
_GROWTH: Final = 4
_LINEAR: Final = 400
"""Unknowns that may move while ends are only looked for in fractions."""


@dataclass
class _Model:
    """A region in whole numbers: its unknowns, the targets within, their matrix, and the solver that holds it."""

    unknowns: Places
    targets: Places
    matrix: Any
    solver: Any


def attack_in_whole_numbers(
    ledger: Ledger,
    audit: pd.DataFrame,
    *,
    seconds: float = 600.0,
    spare: float = SPARE,
    size: int = 120,
    which: Flags | None = None,
) -> pd.DataFrame:
    """Return the audit with figures that were only just safe asked again in whole numbers.

    One row is one target, as in ``attack``. A figure of people whose ends lie no more than ``spare`` further apart than is
    required stays "safe" only where whole tables are found that lie far enough apart. Where there are none it is "too
    narrow"; where that is not known in time, "not finished". Every other row is returned as it was.

    Parameters
    ----------
    ledger
        The ledger that was attacked, with the truth among what fits it.
    audit
        What ``attack`` found of it.
    seconds
        When to stop.
    spare
        Figures with more to spare are left as they are. Infinite: every figure is asked again.
    size
        Unknowns around each figure that may move at first, and then four times as many; the others stay as they truly are.
    which
        Which figures may be asked again; without it, all.

    """
    program = program_of(ledger)
    findings = nothing_found(ledger, program)
    if len(program.broken):
        return audit
    search = search_of(program, findings, seconds)
    whole = whole_numbers(ledger)
    found = audit.copy().reset_index(drop=True)
    asked = _only_just_safe(found, findings, spare)
    if which is not None:
        asked = asked[which[asked]]
    asked = asked[~_with_more_to_spare(ledger, program, asked, spare, seconds)]
    _show_together(search, whole, asked, size)
    for target in asked[~findings.safe(asked)].tolist():
        low = float(audit["low"].iloc[target])
        complete = any(_ask(search, whole, target, low, wide) for wide in (size, _GROWTH * size))
        if not findings.safe(np.array([target]))[0]:
            found.loc[target, ["low", "high"]] = [findings.seen_low[target], findings.seen_high[target]]
            found.loc[target, "verdict"] = TOO_NARROW if complete else NOT_FINISHED
            found.loc[target, "sure"] = complete
    found.attrs = dict(audit.attrs)
    return found


def _only_just_safe(audit: pd.DataFrame, findings: Findings, spare: float) -> Places:
    """Return which targets to ask again: of people, safe, and with ends hardly further apart than is required."""
    apart = audit["high"] - audit["low"] - audit["required"]
    near = (audit["verdict"] == SAFE) & ((apart <= spare) | findings.double)
    places: Places = np.flatnonzero(near.to_numpy(dtype=bool) & findings.whole)
    return places


def _with_more_to_spare(
    ledger: Ledger, program: Program, asked: Places, spare: float, seconds: float
) -> Flags:
    """Return which targets can be moved further in fractions than was needed to find them safe: by more than is to spare."""
    if not np.isfinite(spare) or not len(asked):
        return np.zeros(len(asked), dtype=bool)
    wider = nothing_found(ledger, program)
    wider.required = wider.required + spare + 1.0
    search = search_of(program, wider, seconds)
    fits = search.target_part[asked] != NOBODY
    fits[fits] = search.true_part[search.target_part[asked[fits]]]
    for unknowns, mine in groups_around(search, asked[fits], _LINEAR):
        targets, matrix = targets_within(search, unknowns)
        wanted = np.isin(targets, mine)
        region = region_with_the_rest_as_it_is(program, search.sums, unknowns)
        warm = move_many(search, region, targets[wanted], matrix[wanted])
        if warm is not None:
            move_each(search, warm, targets[wanted], matrix[wanted])
    return wider.safe(asked)


def _show_together(search: Search, whole: Flags, asked: Places, size: int) -> None:
    """Note whole tables that move many targets at once, some up and some down; any that fits will do."""
    findings = search.findings
    there = search.target_part[asked] != NOBODY
    there[there] = search.true_part[search.target_part[asked[there]]]
    for unknowns, mine in groups_around(search, asked[there], size):
        model = _model(search, unknowns, whole)
        model.solver.setOptionValue("mip_rel_gap", _NEAR_ENOUGH)
        _keep_near_the_truth(search, model)
        chance = np.random.default_rng(len(unknowns))
        for turn in range(_ROUNDS):
            open_still = np.isin(model.targets, mine[~findings.safe(mine)])
            if not open_still.any():
                break
            signs = chance.choice([-1.0, 1.0], size=int(open_still.sum())) if turn > 1 else 1.0 - 2.0 * turn
            weights = np.asarray(model.matrix[open_still].T @ (np.ones(int(open_still.sum())) * signs))
            before = int(open_still.sum())
            if not _push(search, model, weights, _SECONDS_TOGETHER):
                break
            if turn > _AT_LEAST and int((~findings.safe(mine)).sum()) == before:
                break


def _ask(search: Search, whole: Flags, target: int, low: float, size: int) -> bool:
    """Note whole tables that push one target down and up; return whether nothing further out is left to be found.

    ``low`` is how far down it went in fractions: a table that reaches it need not be looked beyond.
    """
    part = search.target_part[target]
    one = np.array([target])
    if search.findings.safe(one)[0]:
        return True
    if part == NOBODY or not search.true_part[part]:
        return False
    unknowns = neighbourhood(search, target, size)
    model = _model(search, unknowns, whole)
    weights = np.asarray(search.program.targets[target].toarray()).ravel()[unknowns]
    proved = True
    for sign in (-1.0, 1.0):
        if not search.findings.safe(one)[0]:
            goal = low if sign < 0 else _high_enough(search.findings, target)
            cost = -sign * (goal - float(search.program.fixed_part[target]))
            proved &= _push(search, model, sign * weights, _SECONDS_EACH, alone=target, goal=cost)
    return proved and len(unknowns) == int((search.parts == part).sum())


def _model(search: Search, unknowns: Places, whole: Flags) -> _Model:
    region = region_with_the_rest_as_it_is(search.program, search.sums, unknowns)
    return _Model(unknowns, *targets_within(search, unknowns), _solver(search.program, region, whole))


def _keep_near_the_truth(search: Search, model: _Model) -> None:
    """Let each number move no further than targets have to, so that one does not take all the room, and none is without end."""
    program = search.program
    room = 2.0 * float(search.findings.required[model.targets].max(initial=1.0))
    truth = program.truth[model.unknowns]
    low = np.maximum(program.low[model.unknowns], np.floor(truth - room))
    high = np.minimum(program.high[model.unknowns], np.ceil(truth + room))
    count = len(truth)
    model.solver.changeColsBounds(count, np.arange(count, dtype=np.int32), low, high)


def _solver(program: Program, region: Region, whole: Flags) -> Any:
    solver = quiet_model(program, region)
    solver.setOptionValue("presolve", "choose")
    solver.setOptionValue("mip_rel_gap", 0.0)
    places = np.flatnonzero(whole[region.unknowns]).astype(np.int32)
    kinds = np.full(len(places), int(highspy.HighsVarType.kInteger.value), dtype=np.uint8)
    solver.changeColsIntegrality(len(places), places, kinds)
    return solver


def _push(
    search: Search,
    model: _Model,
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


def _high_enough(findings: Findings, target: int) -> float:
    """Return how high a target has to come to be safe, as far down as it came."""
    low = float(np.ceil(findings.seen_low[target] - _WHOLE_ENOUGH))
    return (0.0 if findings.double[target] else low) + float(findings.required[target])


def _rounded(point: Floats) -> Floats:
    """Return a table with its whole numbers exactly whole, where the solver left them so but for its own tolerance."""
    near = np.round(point)
    result: Floats = np.where(np.abs(point - near) <= _WHOLE_ENOUGH, near, point)
    return result


_WHOLE_ENOUGH: Final = 1e-6
