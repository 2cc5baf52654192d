"""A second look at figures that are only just safe, by an attacker who also uses that students come in whole numbers.

A linear program lets a group hold two and a half students. Where only counts are published, its ends are whole numbers that
some table reaches. Where shares are published too, whole tables can leave less room, by a student or a few. So figures with
little to spare are asked again in whole numbers.

A table of whole numbers that fits everything is a proof, wherever it comes from. So it is looked for near a figure, with all
others as they truly are, and need not be the furthest one: first tables that show many figures at once, then one by one. Where
tables in fractions are at hand, it is looked for near those.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
import pandas as pd

from dataworkbench.disclosure.attacking.findings import (
    NOT_FINISHED,
    SAFE,
    TOO_NARROW,
    Findings,
    nothing_found,
)
from dataworkbench.disclosure.attacking.near_tables import best_of, show_near_its_tables, show_near_tables
from dataworkbench.disclosure.attacking.program import (
    NOBODY,
    Flags,
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
from dataworkbench.disclosure.attacking.shown import Table
from dataworkbench.disclosure.attacking.solving import (
    region_with_the_rest_as_it_is,
)
from dataworkbench.disclosure.attacking.whole_tables import Model, high_enough, model_of, push
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


def attack_in_whole_numbers(
    ledger: Ledger,
    audit: pd.DataFrame,
    *,
    seconds: float = 600.0,
    spare: float = SPARE,
    size: int = 120,
    which: Flags | None = None,
    shown: Iterable[Table] = (),
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
    shown
        Tables that are said to fit, in fractions: whole ones are looked for near them first. Nothing of them is believed.

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
    best = best_of(search, tuple(shown))
    _show_together(search, whole, asked, size)
    show_near_tables(search, whole, asked[~findings.safe(asked)], best)
    for target in asked[~findings.safe(asked)].tolist():
        low = float(audit["low"].iloc[target])
        show_near_its_tables(search, whole, target, low, best)
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
        model = model_of(search, unknowns, whole)
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
            if not push(search, model, weights, _SECONDS_TOGETHER):
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
    model = model_of(search, unknowns, whole)
    weights = np.asarray(search.program.targets[target].toarray()).ravel()[unknowns]
    proved = True
    for sign in (-1.0, 1.0):
        if not search.findings.safe(one)[0]:
            goal = low if sign < 0 else high_enough(search.findings, target)
            cost = -sign * (goal - float(search.program.fixed_part[target]))
            proved &= push(search, model, sign * weights, _SECONDS_EACH, alone=target, goal=cost)
    return proved and len(unknowns) == int((search.parts == part).sum())


def _keep_near_the_truth(search: Search, model: Model) -> None:
    """Let each number move no further than targets have to, so that one does not take all the room, and none is without end."""
    program = search.program
    room = 2.0 * float(search.findings.required[model.targets].max(initial=1.0))
    truth = program.truth[model.unknowns]
    low = np.maximum(program.low[model.unknowns], np.floor(truth - room))
    high = np.minimum(program.high[model.unknowns], np.ceil(truth + room))
    count = len(truth)
    model.solver.changeColsBounds(count, np.arange(count, dtype=np.int32), low, high)
