"""A cube in, what may be published of it out: with the reason for each cell, and all that anybody then knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dataworkbench.disclosure.ledger import Ledger
from dataworkbench.disclosure.linked.complementary import Work, new_work, protect
from dataworkbench.disclosure.linked.giving_back import give_back
from dataworkbench.disclosure.linked.reading import read_cube
from dataworkbench.disclosure.linked.sayings import sayings
from dataworkbench.disclosure.linked.structure import structure
from dataworkbench.disclosure.linked.system import HIDDEN_LEVEL, Bools, build_system
from dataworkbench.disclosure.linked.targets import build_targets
from dataworkbench.disclosure.linked.telling import decisions_of, ledger_of, public_cells_of
from dataworkbench.policy import DisclosurePolicy


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
    del earlier, changed
    read = read_cube(cube, policy)
    said = sayings(read, policy)
    found = structure(_with_figures(read))
    place = found.cells["place"].to_numpy(np.int64)
    inside = np.flatnonzero(read["state"].isin(["figure", "nobody"]).to_numpy())
    published = place >= 0
    found.cells.loc[published, "place"] = inside[place[published]]
    system = build_system(found, said, policy.requirement.mean)
    small, ends = _marked(found.cells, read, said[0])
    targets = build_targets(found, system, small, ends, policy)
    level = np.where(small | ~published, HIDDEN_LEVEL, 0).astype(np.int64)
    work = new_work(system, targets, level)
    protect(work)
    give_back(work, small | ~published)
    return _told(read, said, work, small)


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


def _told(read: pd.DataFrame, said: tuple[pd.DataFrame, pd.DataFrame], work: Work, small: Bools) -> Secured:
    level = np.zeros(len(read), dtype=np.int64)
    place = work.system.cells["place"].to_numpy(np.int64)
    level[place[place >= 0]] = work.level[place >= 0]
    return Secured(
        public_cells_of(read, said, level), decisions_of(read, level, work, small), ledger_of(work)
    )
