"""The audit: what somebody can prove of each protected figure who has everything that was ever published.

She adds and subtracts all of it at once. For each figure two questions are put to a linear program: how low, how high can
it be so that everything that was said still holds? Where the two are too near, the figure is given away.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import numpy as np
import pandas as pd

from dataworkbench.disclosure.attacking.findings import nothing_found, verdicts
from dataworkbench.disclosure.attacking.program import NOBODY, Places, program_of
from dataworkbench.disclosure.attacking.search import (
    Search,
    blocks,
    groups_around,
    look_around,
    look_at_all,
    move_each,
    move_many,
    search_of,
    targets_within,
)
from dataworkbench.disclosure.attacking.shown import Table, look_at_tables
from dataworkbench.disclosure.attacking.solving import region_with_the_rest_as_it_is
from dataworkbench.disclosure.ledger import Ledger

AUDIT_COLUMNS: Final = (
    "target", "cell", "what", "low", "high", "truth", "required", "rule", "verdict", "sure", "by",
)  # fmt: skip
_BLOCKS: Final = (350, 1600)
"""Unknowns that are solved together where a part is large: few at first, which is quick; more of what is left."""
_GROWTH: Final = 4
_LARGEST_NEIGHBOURHOOD: Final = 30_000

Job = Callable[[], None]


def attack(
    ledger: Ledger,
    *,
    seconds: float = 3600.0,
    first: int = 400,
    knowing: Mapping[int, float] | None = None,
    workers: int = 1,
    shown: Iterable[Table] = (),
) -> pd.DataFrame:
    """Return how closely each protected figure can be known by somebody who has everything in the ledger.

    One row is one target, in the ledger's order: ``target``, ``cell``, ``what``; ``low`` and ``high``, the ends of what can
    be proved of it (of people: rounded inwards); ``truth``, ``required``, ``rule``; ``verdict``: "safe" (in doubt as much as
    required), "exact" (one number is left), "too narrow", or "not finished". Whatever is not "safe" must not be published.
    ``sure`` says whether the ends are the very ends; where not, a safe figure is in doubt at least so much, and one that is
    too narrow at most so much. ``by`` are the statements that give it away; of an unfinished one, those that contradict one
    another, where they do. How many seconds it took stands in ``attrs["seconds"]``.

    Parameters
    ----------
    seconds
        When to stop. What is not known by then is "not finished", which counts as not safe.
    first
        Parts of the ledger up to so many unknowns are solved whole, so that all ends are sure. Larger ones are first looked
        at in blocks and neighbourhoods.
    knowing
        What this attacker knows from elsewhere, by unknown: a student knows who sits beside her.
    workers
        How many parts are solved at the same time.
    shown
        Tables that are said to fit: each is checked against everything, and what it shows need not be looked for.

    Raises
    ------
    WorkbenchError
        Where the ledger's frames don't fit one another.

    """
    began = time.monotonic()
    program = program_of(ledger, knowing)
    findings = nothing_found(ledger, program)
    if len(program.broken):
        return _contradicted(ledger, program.broken)
    search = search_of(program, findings, seconds)
    look_at_tables(search, shown)
    with ThreadPoolExecutor(max_workers=workers) as pool:
        for jobs in _stages(search, first):
            for done in [pool.submit(job) for job in jobs]:
                done.result()
    audit = _audit(ledger, verdicts(findings))
    audit.attrs["seconds"] = time.monotonic() - began
    return audit


def _audit(ledger: Ledger, found: pd.DataFrame) -> pd.DataFrame:
    """Return the verdicts beside what they are about; statements by their number in the ledger."""
    said = ledger.statements["statement"].to_numpy()
    found["by"] = [tuple(int(said[row]) for row in rows) for rows in found["by"]]
    about = ledger.targets[["target", "cell", "what", "rule"]].reset_index(drop=True)
    return pd.concat([about, found], axis=1)[list(AUDIT_COLUMNS)]


def _contradicted(ledger: Ledger, broken: Places) -> pd.DataFrame:
    """Return the audit of a ledger in which single statements contradict one another: nothing is finished."""
    count = len(ledger.targets)
    blank = np.full(count, np.nan)
    truth = ledger.target_terms.merge(ledger.unknowns[["unknown", "truth"]], on="unknown")
    sums = (truth["factor"] * truth["truth"]).groupby(truth["target"]).sum()
    found = pd.DataFrame(
        {
            "low": blank,
            "high": blank,
            "truth": ledger.targets["target"].map(sums).fillna(0.0).to_numpy(dtype=float),
            "required": ledger.targets["required"].to_numpy(dtype=float),
            "verdict": "not finished",
            "sure": False,
            "by": [tuple(row for row in broken.tolist() if row != NOBODY)] * count,
        }
    )
    return _audit(ledger, found)


def _stages(search: Search, first: int) -> Iterator[list[Job]]:
    """Return the jobs of each stage, once the one before is done: only what is still waiting is looked at again."""
    parts = _parts_with_targets(search)
    small = [(part, held) for part, held in parts if len(held) <= first or not search.true_part[part]]
    yield [_job_of_a_whole_part(search, part, held) for part, held in small]
    large = [held for part, held in parts if len(held) > first and search.true_part[part]]
    for size in _BLOCKS:
        yield [_job_of_a_block(search, block) for held in large for block in blocks(search, held, size)]
    largest = max(map(len, large), default=0)
    size = first
    while size < min(largest, _LARGEST_NEIGHBOURHOOD):
        waiting = search.waiting(np.flatnonzero(search.target_part != NOBODY))
        waiting = waiting[search.true_part[search.target_part[waiting]]]
        yield [_job_of_a_group(search, *group) for group in groups_around(search, waiting, size)]
        size *= _GROWTH
    yield [
        _job_of_a_whole_part(search, part, held)
        for part, held in _parts_with_targets(search)
        if search.true_part[part]
    ]


def _parts_with_targets(search: Search) -> list[tuple[int, Places]]:
    """Return the parts in which a target is waiting, with their open unknowns."""
    waiting = search.waiting(np.arange(len(search.target_part)))
    wanted = np.unique(search.target_part[waiting])
    wanted = wanted[wanted != NOBODY]
    order = np.argsort(search.parts, kind="stable")
    starts = np.searchsorted(search.parts[order], wanted)
    ends = np.searchsorted(search.parts[order], wanted, side="right")
    return [(int(part), order[a:b]) for part, a, b in zip(wanted, starts, ends, strict=True)]


def _job_of_a_whole_part(search: Search, part: int, unknowns: Places) -> Job:
    def job() -> None:
        targets, matrix = targets_within(search, unknowns)
        mine = (search.target_part[targets] == part) & ~search.findings.done(targets)
        look_at_all(search, unknowns, targets[mine], matrix[mine])

    return job


def _job_of_a_block(search: Search, block: Places) -> Job:
    def job() -> None:
        targets, matrix = targets_within(search, block)
        waiting = ~search.findings.done(targets)
        if not waiting.any():
            return
        region = region_with_the_rest_as_it_is(search.program, search.sums, block)
        warm = move_many(search, region, targets[waiting], matrix[waiting])
        if warm is not None:
            move_each(search, warm, targets[waiting], matrix[waiting])

    return job


def _job_of_a_group(search: Search, unknowns: Places, targets: Places) -> Job:
    return lambda: look_around(search, unknowns, targets)
