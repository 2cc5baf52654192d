"""What is known between indicators that a district calls related: their groups are the same students.

Somebody who reads that a school's ten-day rule counts 40 students need not ask how many its twenty-day rule counts. So of two
cells alike in all but the indicator (a *pair*) is known:

- Where as many students are in both, the two sizes are one number.
- Where they are not (one leaves out who was not tested), which is the larger, if it is the same one in every pair of which the
  two tables speak: who is tested is enrolled. If not, nothing.
- What is counted in them, where it is never more in one than in the other: who is severely absent is chronically absent.

All of this is so in the data. Who knows less finds less, so it never hides too little.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from dataworkbench.disclosure.linked.earlier import NOW
from dataworkbench.disclosure.linked.structure import Ints
from dataworkbench.disclosure.linked.system import NOBODYS, Bools, Collected, System

if TYPE_CHECKING:
    from dataworkbench.disclosure.linked.together import Together

RELATED_SOURCE: Final = 3
_NEARLY: Final = 1e-6
_SPOT: Final = ("school", "grade", "group")
_KINDS: Final = {
    ("rate", "rate"): ("second", "second"),
    ("count", "rate"): ("first", "second"),
    ("rate", "count"): ("second", "first"),
}
"""Which numbers of two cells are what is counted, by their units; means count nobody."""


@dataclass(frozen=True)
class _Alike:
    """Pairs of cells alike in all but the indicator: their places, and a number for the two tables that each pair is of.

    ``named``: a release speaks of both; else one of them is a whole that follows from its parts, which may be fewer in one table.
    """

    one: Ints
    other: Ints
    tables: Ints
    named: Bools

    def those(self, which: Bools) -> _Alike:
        """Return some of the pairs."""
        return _Alike(self.one[which], self.other[which], self.tables[which], self.named[which])


def link_related(collected: Collected, system: System, together: Together) -> None:
    """Add what is known between related indicators to what is known for good."""
    alike = _alike(together)
    if not len(alike.one):
        return
    _say(collected, system, alike, system.first[alike.one], system.first[alike.other], each=True)
    unit = system.cells["unit"].to_numpy()
    for units, (one, other) in _KINDS.items():
        these = (unit[alike.one] == units[0]) & (unit[alike.other] == units[1])
        some = alike.those(these)
        counted: tuple[Ints, Ints] = (getattr(system, one)[some.one], getattr(system, other)[some.other])
        _say(collected, system, some, *counted, each=False)


def _say(collected: Collected, system: System, alike: _Alike, one: Ints, other: Ints, *, each: bool) -> None:
    """Say what is known of two numbers of each pair; that they are one where ``each`` pair tells, else where all of a table do."""
    there = (one != NOBODYS) & (other != NOBODYS)
    one, other, alike = one[there], other[there], alike.those(there)
    more = system.truth[one] - system.truth[other]
    least, most = (
        pd.Series(np.where(alike.named, more, np.nan)).groupby(alike.tables).transform(end).to_numpy()
        for end in ("min", "max")
    )
    alike_here = np.abs(more) <= _NEARLY
    same = alike_here if each else alike_here & (least >= -_NEARLY) & (most <= _NEARLY)
    larger = ~same & (least >= -_NEARLY) & (most > _NEARLY) & (more >= -_NEARLY)
    smaller = ~same & (most <= _NEARLY) & (least < -_NEARLY) & (more <= _NEARLY)
    for which, low, high in ((same, 0.0, 0.0), (larger, 0.0, np.inf), (smaller, -np.inf, 0.0)):
        collected.add([(one[which], 1.0), (other[which], -1.0)], low, high, source=RELATED_SOURCE)


def _alike(together: Together) -> _Alike:
    """Return the pairs of all releases, each once; what a release says of a table is of the numbers that it spoke of."""
    past, cells = together.past, together.found.cells
    sides = range(len(past.sides)) if past.sides[NOW].policy.related.indicators else ()
    spoken = pd.concat([_NO_TABLES, *(_spoken_by(together, side) for side in sides)], ignore_index=True)
    spoken = pd.concat([spoken, _last_word_of_those_gone(spoken)], ignore_index=True)
    known = cells[cells["kind"] != "rest"].reset_index(names="at")[
        ["at", "kind", "owner", "table", "taken", *_SPOT]
    ]
    of_sides = spoken.merge(known, on=["table", "owner"])
    pairs = of_sides.merge(of_sides, on=["side", "taken", *_SPOT], suffixes=("", "_other"))
    pairs = pairs[pairs["table"] < pairs["table_other"]].drop_duplicates(["at", "at_other"])
    tables = pairs.groupby(["table", "owner", "table_other", "owner_other"]).ngroup()
    one, other, number = (
        np.asarray(column, dtype=np.int64) for column in (pairs["at"], pairs["at_other"], tables)
    )
    named = (pairs["kind"] != "implied") & (pairs["kind_other"] != "implied")
    return _Alike(one, other, number, named.to_numpy(dtype=bool))


_NO_TABLES: Final = pd.DataFrame({"side": [], "table": [], "owner": []}, dtype="int64")


def _spoken_by(together: Together, side: int) -> pd.DataFrame:
    """Return the tables that a release speaks of, by their number and the side whose numbers it speaks of."""
    past, cells = together.past, together.found.cells
    read = past.sides[side].read.drop_duplicates("table")
    if side != NOW:
        read = read[read["table"].isin(past.hosts[side])]
    at = together.places(side, read["cell"], read["table"])
    tables = cells.iloc[at[at >= 0]][["table", "owner"]].astype("int64")
    return tables.assign(side=side)


def _last_word_of_those_gone(spoken: pd.DataFrame) -> pd.DataFrame:
    """Return the tables that are published no more as if the last that was said of them were said today.

    Nobody need be the same in them; where as many are, somebody may take them for the same.
    """
    gone = spoken[~spoken["table"].isin(spoken.loc[spoken["side"] == NOW, "table"])]
    return gone.sort_values(["side", "owner"]).drop_duplicates("table", keep="last").assign(side=NOW)
