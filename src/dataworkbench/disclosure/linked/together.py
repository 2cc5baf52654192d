"""The cells of this release and the copies of earlier ones as one structure; what earlier releases said of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from dataworkbench.disclosure.linked.dimensions import BEFORE, names_together, table_names
from dataworkbench.disclosure.linked.earlier import NOW, Past
from dataworkbench.disclosure.linked.structure import Floats, Ints, Structure, structure
from dataworkbench.disclosure.linked.system import Bools, Collected, System
from dataworkbench.policy import DisclosurePolicy

_HALF_A_PERCENT: Final = 0.005
SOURCES: Final = ("arithmetic", "this release", "what changed since", "related indicators")
CHANGED_SOURCE: Final = 2


@dataclass(frozen=True)
class Together:
    """One structure of the present cells and of the copies of earlier tables.

    ``found.cells`` has besides its columns ``owner``, the side whose cell it is, and ``taken``, a number that tables of related
    indicators share; ``place`` is a row of the cube for cells of the present release alone. ``at`` gives for each side its cells' places among ``found.cells``, by their identifier.
    """

    found: Structure
    at: tuple[pd.Series, ...]
    past: Past

    def places(self, side: int, cells: pd.Series, tables: pd.Series) -> Ints:
        """Return where the numbers are that a side speaks of; -1 where it speaks of none."""
        host = self.past.hosts[side] if side != NOW else {}
        owner = np.array([host.get(table, side) for table in tables], dtype=np.int64)
        found = np.full(len(cells), -1, dtype=np.int64)
        for one in np.unique(owner):
            these = owner == one
            found[these] = self.at[one].reindex(cells[these]).fillna(-1).to_numpy(np.int64)
        return found


def put_together(past: Past) -> Together:
    """Return the structure of all that is reckoned with; the copy of a table is added up by itself."""
    rows = pd.concat([_rows_of(past, side) for side in range(len(past.sides))], ignore_index=True)
    found = structure(rows)
    cells = found.cells
    row = cells["place"].to_numpy(np.int64)
    published = row >= 0
    table = cells["table"].to_numpy(np.int64)
    owner_of, base_of, taken_of = _by_table(past, rows, table[: len(rows)])
    cells["owner"] = owner_of[table]
    own = published & (cells["owner"] == NOW).to_numpy()
    cells["kind"] = cells["kind"].where(own | ~published, "earlier")
    cells["place"] = np.where(own, rows["place"].to_numpy(np.int64)[np.where(own, row, 0)], -1)
    cells["table"], cells["taken"] = base_of[table], taken_of[table]
    owner = rows["owner"].to_numpy()
    at = [
        pd.Series(np.flatnonzero(owner == side), index=rows.loc[owner == side, "base"])
        for side in range(len(past.sides))
    ]
    return Together(found, tuple(at), past)


def _rows_of(past: Past, side: int) -> pd.DataFrame:
    """Return the cells of one side that need numbers of their own; those of a copy carry the name of their release."""
    read = past.sides[side].read
    rows = read.assign(owner=side, base=read["cell"])
    if side == NOW:
        return rows
    own = [table for table, host in past.hosts[side].items() if host == side]
    rows, name = rows[rows["table"].isin(own)], BEFORE + past.sides[side].release
    return rows.assign(cell=rows["cell"] + name, assessment_id=rows["assessment_id"] + name)


def _by_table(past: Past, rows: pd.DataFrame, table: Ints) -> tuple[Ints, Ints, Ints]:
    """Return of each table's number whose it is, the number of the same table today, and what it is taken together with.

    A table that is not there today has the number of its oldest copy.
    """
    first = pd.DataFrame({"code": table, "owner": rows["owner"], "table": rows["table"]}).drop_duplicates(
        "code"
    )
    first = first.sort_values("code")
    stands = first.sort_values(["owner", "code"]).drop_duplicates("table").set_index("table")["code"]
    taken, _ = pd.factorize(names_together(first["table"], past.sides[NOW].policy))
    return (
        first["owner"].to_numpy(np.int64),
        stands[first["table"]].to_numpy(np.int64),
        taken.astype(np.int64),
    )


def add_what_was_said(collected: Collected, system: System, together: Together) -> None:
    """Add what every earlier release said itself to what is known for good."""
    for side, one in enumerate(together.past.sides[1:], start=1):
        at = together.places(side, one.own["cell"], table_names(one.own["cell"]))
        said, at = one.own[at >= 0], at[at >= 0]
        ends = _said_ends(system, said, at, one.policy)
        _add_sayings(collected, system, at, ends, len(SOURCES) + side - 1)


def _add_sayings(
    collected: Collected, system: System, at: Ints, ends: tuple[Floats, Floats, Floats, Floats], source: int
) -> None:
    """Add what public cells say of what was counted and of sizes."""
    low, high, n_low, n_high = ends
    sized = ~np.isnan(n_low)
    collected.add([(system.first[at[sized]], 1.0)], n_low[sized], n_high[sized], source=source)
    unit = system.cells["unit"].to_numpy()[at]
    these = (unit != "count") & ~np.isnan(low) & (system.second[at] >= 0)
    first, second = system.first[at[these]], system.second[at[these]]
    collected.add([(second, 1.0), (first, -low[these])], 0.0, np.inf, source=source)
    collected.add([(second, 1.0), (first, -high[these])], -np.inf, 0.0, source=source)
    means = these & (system.third[at] >= 0)
    n = system.truth[system.first[at]]
    collected.add([(system.third[at[means]], 1.0)], (n * low)[means], (n * high)[means], source=source)


def _said_ends(
    system: System, said: pd.DataFrame, at: Ints, policy: DisclosurePolicy
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return between which ends whoever reads a public cell knows the figure and the size to lie."""
    number = {
        name: pd.to_numeric(said[name]).to_numpy(np.float64)
        for name in ("value", "low", "high", "n_low", "n_high")
    }
    unit = system.cells["unit"].to_numpy()[at]
    n_low, n_high = number["n_low"], np.where(np.isnan(number["n_high"]), np.inf, number["n_high"])
    half = np.where(unit == "mean", 0.5 * 10.0**-policy.mean_decimals, _HALF_A_PERCENT)
    one = ~np.isnan(number["value"])
    low = np.where(one, number["value"] - half, number["low"])
    high = np.where(one, number["value"] + half, number["high"])
    ends = _bands_ends(system.truth[system.first[at]], policy)
    shares = one & (unit == "rate")
    return (
        np.where(shares, np.maximum(low, ends), low),
        np.where(shares, np.minimum(high, 1 - ends), high),
        n_low,
        n_high,
    )


def _bands_ends(n: Floats, policy: DisclosurePolicy) -> Floats:
    """Return how near 0 or 100 percent a share of a group of each size could have been said as a whole percent."""
    known = {size: policy.band_for(int(size)) for size in np.unique(n)}
    return np.array([band.ends if (band := known[size]) else 0.0 for size in n], dtype=np.float64)


def movable_now(system: System, together: Together) -> Bools:
    """Return which cells may be hidden for others: those of the present release."""
    owner = together.found.cells["owner"].to_numpy(np.int64)
    movable: Bools = system.movable & (owner == NOW)
    return movable
