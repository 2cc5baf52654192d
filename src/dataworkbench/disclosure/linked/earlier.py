"""What earlier releases said, and of whom: which of their tables are still the same, and which need numbers of their own.

An earlier release speaks of the students of its day. Where nobody came, left or changed behind any cell of a table since,
it speaks of the numbers of today. Where somebody did, the table as it was then has its own numbers beside those of today
(a *copy*), and what is known of the difference links the two (see ``differences``). Cells that the cube of today lacks are
in the copy with all others. So is a whole table that it lacks, where a related indicator has one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from dataworkbench.disclosure.linked.dimensions import names_together, table_names
from dataworkbench.disclosure.linked.reading import read_cube
from dataworkbench.disclosure.linked.sayings import sayings
from dataworkbench.errors import WorkbenchError
from dataworkbench.policy import DisclosurePolicy

DIFFER: Final = ("came", "left", "changed")
CHANGES: Final = ("release", "until", "cell", *DIFFER, "known")
"""Columns of what changed between two releases; one row is one cell. ``release`` is the earlier one, ``until`` the later one
(empty: the one that is being made). Where ``known`` is false, or a cell has no row, nobody can tell who changed."""
NOW: Final = 0


@dataclass(frozen=True)
class Earlier:
    """A release that was out: its name, its public cells, the true figures behind them as a cube, and its policy."""

    release: str
    cells: pd.DataFrame
    cube: pd.DataFrame
    policy: DisclosurePolicy


@dataclass(frozen=True)
class Side:
    """One release as it is reckoned with; the present one has no name and has said nothing yet.

    ``read``: one row is one cell with a figure; with ``table``, and in ``small`` and ``at_an_end`` what its policy protects.
    ``own``: the public cells that it said itself, without those that it repeated.
    """

    release: str
    read: pd.DataFrame
    own: pd.DataFrame
    policy: DisclosurePolicy


@dataclass(frozen=True)
class Past:
    """The present release and all earlier ones, first the present one, then the earlier ones in their order.

    ``hosts``: for each table of which an earlier release said something itself, by its place among ``sides``, the side whose
    numbers it speaks of: its own, or those of a later one in which the table is as it was.
    """

    sides: tuple[Side, ...]
    hosts: tuple[dict[str, int], ...]
    changes: dict[tuple[str, str], pd.DataFrame]

    def between(self, one: int, other: int, cells: pd.Series) -> pd.DataFrame:
        """Return who came, left and changed behind these cells from one side to a later one; one row is one of the cells."""
        return _between(self.changes, self.sides[one], self.sides[other], cells)


def past_of(
    read: pd.DataFrame, earlier: Sequence[Earlier], changed: pd.DataFrame | None, policy: DisclosurePolicy
) -> Past:
    """Return the present cube beside all earlier releases.

    Raises
    ------
    WorkbenchError
        Where what changed lacks a column.

    """
    changes = _by_pair(changed)
    sides = (_present(read, policy), *(_side(one) for one in earlier))
    present = set(sides[NOW].read["table"])
    together = set(names_together(pd.Series(sorted(present), dtype="object"), policy))
    hosts: list[dict[str, int]] = [{} for _ in sides]
    for place in range(len(sides) - 1, 0, -1):
        side = sides[place]
        tables = pd.Series(sorted(set(table_names(side.own["cell"]))), dtype="object")
        spoken = set(tables[names_together(tables, policy).isin(together)])
        for later in (NOW, *range(place + 1, len(sides))):
            same = _quiet(changes, side, sides[later])
            held = present if later == NOW else {t for t, host in hosts[later].items() if host == later}
            for table in spoken & same & held:
                hosts[place].setdefault(table, later)
        for table in spoken:
            hosts[place].setdefault(table, place)
    return Past(sides, tuple(hosts), changes)


def _by_pair(changed: pd.DataFrame | None) -> dict[tuple[str, str], pd.DataFrame]:
    if changed is None:
        return {}
    lacking = [name for name in CHANGES if name not in changed]
    if lacking:
        raise WorkbenchError(
            f"What changed since earlier releases lacks {', '.join(lacking)}; it has {', '.join(CHANGES)}."
        )
    return {
        (str(release), str(until)): rows.drop_duplicates("cell").set_index("cell")[[*DIFFER, "known"]]
        for (release, until), rows in changed.groupby(["release", "until"])
    }


def _present(read: pd.DataFrame, policy: DisclosurePolicy) -> Side:
    return Side("", _figures(read, policy), pd.DataFrame({"cell": []}, dtype="object"), policy)


def _side(one: Earlier) -> Side:
    since = one.cells["since"].fillna("").astype("str")
    own = one.cells[
        since.isin(["", one.release]) & one.cells["status"].isin(["shown", "coded", "not_applicable"])
    ]
    return Side(one.release, _figures(read_cube(one.cube, one.policy), one.policy), own, one.policy)


def _figures(read: pd.DataFrame, policy: DisclosurePolicy) -> pd.DataFrame:
    """Return the cells that hold a figure, with their table and with what the policy protects; ``place`` is the row in the cube."""
    said = sayings(read, policy)[0]
    figure = read["state"] == "figure"
    marked = read.assign(
        place=range(len(read)), table=table_names(read["cell"]), small=figure & (said["status"] == "suppressed"),
        at_an_end=said["at_an_end"].astype(bool),
    )  # fmt: skip
    return marked[read["state"].isin(["figure", "nobody"])].reset_index(drop=True)


def _between(
    changes: dict[tuple[str, str], pd.DataFrame], one: Side, other: Side, cells: pd.Series
) -> pd.DataFrame:
    told = changes.get((one.release, other.release))
    if told is None:
        told = pd.DataFrame(columns=[*DIFFER, "known"])
    found = told.reindex(cells.to_numpy())
    known = found["known"].eq(True).to_numpy(dtype=bool)
    return pd.DataFrame(
        {name: found[name].astype("float64").fillna(0.0).to_numpy() for name in DIFFER}
    ).assign(known=known)


def _quiet(changes: dict[tuple[str, str], pd.DataFrame], one: Side, other: Side) -> set[str]:
    """Return the tables that have the same cells on both sides, with the same students and values behind each."""
    both = one.read[["cell", "table"]].merge(other.read[["cell"]], on="cell")
    moved = _between(changes, one, other, both["cell"])
    still = moved["known"] & (moved[list(DIFFER)].sum(axis=1) == 0)
    same = still.groupby(both["table"]).sum().astype(int)
    sizes = (one.read["table"].value_counts(), other.read["table"].value_counts())
    return {
        str(table)
        for table, count in same.items()
        if count == sizes[0].get(table, 0) == sizes[1].get(table, 0)
    }


def quiet_since_the_last(past: Past) -> set[str]:
    """Return the tables that are as they were in the last release, which was made by the same rules."""
    last = past.sides[-1]
    if last.policy.fingerprint != past.sides[NOW].policy.fingerprint:
        return set()
    return _quiet(past.changes, last, past.sides[NOW])
