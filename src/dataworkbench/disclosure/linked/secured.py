"""A cube in, what may be published of it out: with the reason for each cell, and all that anybody then knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from dataworkbench.disclosure.ledger import Ledger
from dataworkbench.disclosure.linked.complementary import Work, new_work, protect
from dataworkbench.disclosure.linked.earlier import SAID, add_earlier, repeated, said_before
from dataworkbench.disclosure.linked.giving_back import give_back
from dataworkbench.disclosure.linked.reading import read_cube
from dataworkbench.disclosure.linked.sayings import sayings
from dataworkbench.disclosure.linked.structure import structure
from dataworkbench.disclosure.linked.system import HIDDEN_LEVEL, Bools, build_system, with_statements
from dataworkbench.disclosure.linked.targets import build_targets
from dataworkbench.disclosure.linked.telling import decisions_of, ledger_of, public_cells_of
from dataworkbench.policy import DisclosurePolicy

Said = tuple[pd.DataFrame, pd.DataFrame]
"""What is said of each cell at level 0 and at level 1."""


@dataclass(frozen=True)
class Secured:
    """What may be published, why the rest is not, and what everybody then knows.

    ``cells``: the public cells; one row is one figure of one group, with the columns of ``CELL_COLUMNS``.
    ``decisions``: one row is one cell; its true figures and the rule that decided about it. Never leaves the house.
    ``ledger``: what an attacker knows once ``cells`` are out, for the audit.
    """

    cells: pd.DataFrame
    decisions: pd.DataFrame
    ledger: Ledger


def secure(
    cube: pd.DataFrame,
    policy: DisclosurePolicy,
    *,
    earlier: Sequence[pd.DataFrame] = (),
    changed: pd.DataFrame | None = None,
) -> Secured:
    """Return what may be published of a cube: small groups are hidden, and so is whatever would give them away.

    One row of ``cube`` is one figure of one group: the columns of ``DIMENSIONS`` (empty is all), ``unit`` (rate, mean or
    count), ``n``, ``numerator`` or ``mean`` with ``sd``, ``scale_low`` and ``scale_high``, ``status``, ``reason``.
    """
    read = read_cube(cube, policy)
    said = sayings(read, policy)
    before = said_before(read, earlier, changed, policy)
    again = repeated(before)
    found = structure(_with_figures(read))
    place = found.cells["place"].to_numpy(np.int64)
    inside = np.flatnonzero(read["state"].isin(["figure", "nobody"]).to_numpy())
    published = place >= 0
    found.cells.loc[published, "place"] = inside[place[published]]
    system, collected = build_system(found)
    small, ends = _marked(found.cells, read, said[0])
    said = _with_repeated(said, again)
    system.movable[published] &= ~np.isin(system.cells["place"].to_numpy()[published], again.index.to_numpy())
    add_earlier(collected, system, before, policy.mean_decimals)
    system = with_statements(system, collected, _without(said, again), policy.requirement.mean)
    system = replace(
        system,
        sources=(*system.sources, *(f"earlier release {number + 1}" for number in range(len(earlier)))),
    )
    targets = build_targets(found, system, small, ends, policy)
    again_hidden = again.index.to_numpy(np.int64)[(again["status"] == "suppressed").to_numpy(dtype=bool)]
    level = np.where(
        small | ~published | np.isin(found.cells["place"], again_hidden), HIDDEN_LEVEL, 0
    ).astype(np.int64)
    work = new_work(system, targets, level)
    protect(work)
    give_back(work, small | ~published)
    return _told(read, said, work, again, small)


def _with_figures(read: pd.DataFrame) -> pd.DataFrame:
    return read[read["state"].isin(["figure", "nobody"])].reset_index(drop=True)


def _marked(cells: pd.DataFrame, read: pd.DataFrame, said: pd.DataFrame) -> tuple[Bools, Bools]:
    """Return which cells are too small for any figure, and which hold a share near an end."""
    place = cells["place"].to_numpy(np.int64)
    published = place >= 0
    figure = (read["state"] == "figure").to_numpy()
    small, ends = np.zeros(len(cells), dtype=bool), np.zeros(len(cells), dtype=bool)
    small[published] = (figure & (said["status"] == "suppressed").to_numpy())[place[published]]
    ends[published] = said["at_an_end"].to_numpy(dtype=bool)[place[published]]
    return small, ends


def _with_repeated(said: Said, again: pd.DataFrame) -> Said:
    """Return what is said of each cell, as it was said before where hardly anything has changed; what is too small stays hidden."""
    levels = []
    places = again.index.to_numpy(np.int64)
    for level in said:
        now = level.copy()
        at = places[(level["status"] != "suppressed").to_numpy()[places]]
        for name in SAID:
            now[name] = now[name].astype("object")
            now.loc[at, name] = again.loc[at, name]
        for name in ("value", "low", "high", "n_low", "n_high"):
            now[name] = now[name].astype("float64")
        levels.append(now)
    return levels[0], levels[1]


def _without(said: Said, again: pd.DataFrame) -> Said:
    """Return what is said of cells in this release alone: nothing of those that are repeated, which were said before."""
    first, second = (level.copy() for level in said)
    for level in (first, second):
        level.loc[again.index.to_numpy(np.int64), "status"] = "suppressed"
    return first, second


def _told(read: pd.DataFrame, said: Said, work: Work, again: pd.DataFrame, small: Bools) -> Secured:
    level = np.zeros(len(read), dtype=np.int64)
    place = work.system.cells["place"].to_numpy(np.int64)
    level[place[place >= 0]] = work.level[place >= 0]
    cells = public_cells_of(read, said, level)
    places = again.index.to_numpy(np.int64)
    shown = places[(cells["status"] != "suppressed").to_numpy()[places]]
    cells.loc[shown, "since"] = again.loc[shown, "since"]
    return Secured(cells, decisions_of(read, level, work, small), ledger_of(work))
