"""A release a table at a time: figures of one indicator, year and test add up among themselves, so each can be taken alone.

Tables of indicators that the policy calls related are taken together: what one of them says, it says of all.

A large cube is taken by several processes, a small one by this one, to the same end.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from typing import Final

import pandas as pd

from dataworkbench.disclosure.ledger import one_behind_another
from dataworkbench.disclosure.linked import Secured, cell_ids, names_together, table_names
from dataworkbench.policy import DisclosurePolicy
from dataworkbench.publishing.releases.knowing import Known

Done = tuple[Secured, pd.DataFrame]
"""What may be published, and what an attack found of it."""
Doing = Callable[[pd.DataFrame, DisclosurePolicy, Known], Done]
LARGE: Final = 6_000
"""So many cells are worth the start of other processes."""
_MOST_PROCESSES: Final = 8


def table_by_table(cube: pd.DataFrame, policy: DisclosurePolicy, known: Known, do: Doing) -> Done:
    """Return what ``do`` makes of each table of a cube, put together as if it had been asked of all at once."""
    tables = names_together(table_names(cube["cell"]), policy)
    parts = [
        (rows.reset_index(drop=True), _known_of(known, str(name), policy))
        for name, rows in cube.groupby(tables, sort=False)
    ]
    if len(parts) < 2:
        return do(cube, policy, known)
    own = partial(_done, do, policy)
    if len(cube) < LARGE:
        return put_together([own(part) for part in parts])
    parts.sort(key=lambda part: -len(part[0]))
    workers = min(os.cpu_count() or 1, len(parts), _MOST_PROCESSES)
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        return put_together(list(pool.map(own, parts)))


def _done(do: Doing, policy: DisclosurePolicy, part: tuple[pd.DataFrame, Known]) -> Done:
    return do(part[0], policy, part[1])


def _known_of(known: Known, name: str, policy: DisclosurePolicy) -> Known:
    """Return what is known of the tables that are taken together under one name, also of those that the cube lacks."""

    def own(frame: pd.DataFrame, cells: pd.Series) -> pd.DataFrame:
        together = names_together(table_names(cells), policy)
        return frame[(together == name).to_numpy(dtype=bool)].reset_index(drop=True)

    earlier = tuple(
        replace(one, cells=own(one.cells, one.cells["cell"]), cube=own(one.cube, cell_ids(one.cube)))
        for one in known.earlier
    )
    return Known(earlier, own(known.changed, known.changed["cell"]), known.notes)


def put_together(done: Sequence[Done]) -> Done:
    """Return several tables as one release; they share no number."""
    ledger, firsts = one_behind_another([secured.ledger for secured, _ in done])
    numbered = list(zip(firsts, done, strict=True))
    audits = [
        first.of(audit).assign(
            by=audit["by"].map(lambda rows, first=first: tuple(row + first.statement for row in rows))
        )
        for first, (_, audit) in numbered
    ]
    shown = tuple(
        (first.unknown + unknowns, moved)
        for first, (secured, _) in numbered
        for unknowns, moved in secured.shown
    )
    cells, decisions = (
        pd.concat([getattr(secured, name) for secured, _ in done], ignore_index=True)
        for name in ("cells", "decisions")
    )
    return Secured(cells, decisions, ledger, shown), pd.concat(audits, ignore_index=True)
