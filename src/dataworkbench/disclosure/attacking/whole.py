"""A second look at figures that are only just safe, by an attacker who also uses that students come in whole numbers.

A linear program lets a group hold two and a half students. Where only counts are published, its ends are whole numbers that
some table reaches. Where shares are published too, whole tables can leave less room, by a student or a few. So figures with
little to spare are asked again in whole numbers.
"""

from __future__ import annotations

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
from dataworkbench.disclosure.attacking.search import Search, neighbourhood, search_of
from dataworkbench.disclosure.attacking.solving import (
    Region,
    quiet_model,
    region_with_the_rest_as_it_is,
    seconds_left,
)
from dataworkbench.disclosure.ledger import Ledger

_SECONDS_EACH: Final = 10.0


def attack_in_whole_numbers(
    ledger: Ledger, audit: pd.DataFrame, *, seconds: float = 600.0, spare: float = 5.0, size: int = 400
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
        Unknowns around each figure that may move; the others stay as they truly are.

    """
    program = program_of(ledger)
    findings = nothing_found(ledger, program)
    if len(program.broken):
        return audit
    search = search_of(program, findings, seconds)
    whole = whole_numbers(ledger)
    found = audit.copy().reset_index(drop=True)
    for target in _only_just_safe(found, findings, spare).tolist():
        complete = _ask(search, whole, target, size)
        safe = bool(findings.safe(np.array([target]))[0])
        if not safe:
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


def _ask(search: Search, whole: Flags, target: int, size: int) -> bool:
    """Note whole tables that push one target down and up; return whether nothing further out is left to be found."""
    program = search.program
    part = search.target_part[target]
    if part == NOBODY or not search.true_part[part]:
        return False
    unknowns = neighbourhood(search, target, size)
    everything = len(unknowns) == int((search.parts == part).sum())
    region = region_with_the_rest_as_it_is(program, search.sums, unknowns)
    model = _whole_model(program, region, whole)
    weights = np.asarray(program.targets[target].toarray()).ravel()[unknowns]
    proved = True
    for sign in (-1.0, 1.0):
        if not search.findings.safe(np.array([target]))[0]:
            proved &= _push(search, model, weights, target, sign)
    return everything and proved


def _whole_model(program: Program, region: Region, whole: Flags) -> Any:
    model = quiet_model(program, region)
    model.setOptionValue("presolve", "choose")
    model.setOptionValue("mip_rel_gap", 0.0)
    places = np.flatnonzero(whole[region.unknowns]).astype(np.int32)
    kinds = np.full(len(places), int(highspy.HighsVarType.kInteger.value), dtype=np.uint8)
    model.changeColsIntegrality(len(places), places, kinds)
    return model


def _push(search: Search, model: Any, weights: Floats, target: int, sign: float) -> bool:
    """Note how far one whole table moves a target; return whether none moves it further."""
    left = min(_SECONDS_EACH, seconds_left(search.until))
    if left <= 0:
        return False
    model.changeColsCost(len(weights), np.arange(len(weights), dtype=np.int32), -sign * weights)
    model.setOptionValue("time_limit", float(model.getRunTime() + left))
    model.run()
    state = model.getModelStatus()
    if state in {highspy.HighsModelStatus.kUnbounded, highspy.HighsModelStatus.kUnboundedOrInfeasible}:
        search.findings.saw(np.array([target]), np.array([sign * np.inf]))
        return True
    if state == highspy.HighsModelStatus.kOptimal:
        point = np.asarray(model.getSolution().col_value)
        value = np.array([float(weights @ point)])
        search.findings.saw(np.array([target]), value + search.program.fixed_part[[target]])
        return True
    return False
