"""What is known of the difference between a cell as it was and as it is, and which differences must stay in doubt.

Somebody who subtracts one release from another learns of those who came, left or changed. They are a group like any other.

Where enough students differ, the two figures are two numbers. Where nobody does, they are one. In between lie differences
about few. Of them two attackers are thought of, each with all that was ever published:

- *Who knows the rules*, and of each such group whether it grew or shrank. The difference itself must stay in doubt for her.
- *Who knows the few*: how many of them came and left, though not what was counted of them. For her the difference is no
  secret, but small groups of any release are: what was said of a group in October she may carry over to November.

Who came, and who left, is seen by everybody. So "enough" leaves out, one at a time, those who came and those who left: the
rest must be nobody, or enough by itself. That somebody knows how each value changed of those who stayed is not assumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from dataworkbench.disclosure.linked.earlier import DIFFER, NOW, Past
from dataworkbench.disclosure.linked.structure import Floats, Ints
from dataworkbench.disclosure.linked.system import NOBODYS, Bools, Collected, System
from dataworkbench.disclosure.linked.targets import Gathered
from dataworkbench.disclosure.linked.together import CHANGED_SOURCE, Together

_MORE_THAN_ASKED: Final = 5.0
"""So much further than must stay in doubt may a difference about few lie for who knows the rules: whole numbers need some room."""
DIFFERENCE: Final = "a difference to an earlier release, about fewer than {few} students"


@dataclass(frozen=True)
class Pairs:
    """Cells as they were and as they are; each entry is one cell of two releases.

    ``before`` and ``after`` are their places; ``later`` is the side of the second. ``few``: the difference is about few.
    ``same``: nobody came, left or changed. ``size``: nobody came or left, so the size is one number.
    """

    before: Ints
    after: Ints
    later: Ints
    came: Floats
    left: Floats
    changed: Floats
    known: Bools
    same: Bools
    size: Bools
    few: Bools

    def those(self, which: Bools) -> Pairs:
        """Return some of the pairs."""
        return Pairs(**{name: getattr(self, name)[which] for name in self.__dataclass_fields__})


def few_differ(came: Floats, left: Floats, changed: Floats, below: Floats | int) -> Bools:
    """Return where a difference is about few: of all who differ, or of those but who came, or of those but who left."""
    few = np.zeros(len(came), dtype=bool)
    for rest in (came + left + changed, left + changed, came + changed):
        few |= (rest > 0) & (rest < below)
    return few


def pairs_of(together: Together) -> Pairs:
    """Return every cell that stands in two releases with numbers of its own in each."""
    past = together.past
    frames = [
        _pair(together, one, other)
        for one in range(1, len(past.sides))
        for other in (*range(one + 1, len(past.sides)), NOW)
    ]
    every = pd.concat([*frames, _only_added_up_in_one(together)], ignore_index=True) if frames else _NO_PAIRS
    every = every[every["before"] != every["after"]].drop_duplicates(["before", "after"], ignore_index=True)
    came, left, changed = (every[name].to_numpy(np.float64) for name in DIFFER)
    known = every["known"].to_numpy(dtype=bool)
    later = every["later"].to_numpy(np.int64)
    below = np.array([side.policy.related.changed_below for side in past.sides], dtype=np.float64)[later]
    return Pairs(
        every["before"].to_numpy(np.int64), every["after"].to_numpy(np.int64), later, came, left, changed, known,
        same=known & (came + left + changed == 0), size=known & (came + left == 0),
        few=~known | few_differ(came, left, changed, below),
    )  # fmt: skip


_NO_PAIRS = pd.DataFrame(
    {name: pd.Series(dtype="float64") for name in ("before", "after", "later", *DIFFER, "known")}
)


def _pair(together: Together, one: int, other: int) -> pd.DataFrame:
    past: Past = together.past
    read = past.sides[one].read
    rows = read.loc[read["table"].isin(past.hosts[one]), ["cell", "table"]]
    if other != NOW:
        rows = rows[rows["table"].isin(past.hosts[other])]
    rows = rows.reset_index(drop=True)
    before = together.places(one, rows["cell"], rows["table"])
    after = together.places(other, rows["cell"], rows["table"])
    told = past.between(one, other, rows["cell"]).assign(before=before, after=after, later=other)
    return told[(before >= 0) & (after >= 0)]


def _only_added_up_in_one(together: Together) -> pd.DataFrame:
    """Return the pairs of cells that one release names and that anybody can add up from another: who changed is not known.

    So it is where a breakdown is published instead of another one.
    """
    cells = together.found.cells.reset_index(names="at")
    spot = ["table", "school", "grade", "group"]
    named = cells[cells["kind"].isin(["published", "earlier"])]
    both = cells[cells["kind"] == "implied"].merge(named, on=spot, suffixes=("", "_named"))
    both = both[both["owner"] != both["owner_named"]]
    last = len(together.past.sides)
    order = [
        both[name].where(both[name] != NOW, last).to_numpy(np.int64) for name in ("owner", "owner_named")
    ]
    first = order[0] < order[1]
    before = np.where(first, both["at"], both["at_named"])
    after = np.where(first, both["at_named"], both["at"])
    later = np.where(first, both["owner_named"], both["owner"])
    told = pd.DataFrame({"before": before, "after": after, "later": later, "known": False})
    return told.assign(**dict.fromkeys(DIFFER, 0.0))


def with_what_changed(pairs: Pairs, system: System) -> Pairs:
    """Return the pairs with the least that must have come, left and changed where nobody can tell who did."""
    by = system.truth[system.first[pairs.after]] - system.truth[system.first[pairs.before]]
    unknown = ~pairs.known
    return Pairs(
        **{
            **{name: getattr(pairs, name) for name in pairs.__dataclass_fields__},
            "came": np.where(unknown, np.maximum(by, 0.0), pairs.came),
            "left": np.where(unknown, np.maximum(-by, 0.0), pairs.left),
            "changed": np.where(unknown, np.maximum(_counted(system, pairs), 1.0), pairs.changed),
        }
    )


def _counted(system: System, pairs: Pairs) -> Floats:
    """Return by how much what was counted differs, of shares; 0 of all else."""
    one, other = system.second[pairs.before], system.second[pairs.after]
    rate = (system.cells["unit"].to_numpy()[pairs.before] == "rate") & (one >= 0) & (other >= 0)
    by = np.zeros(len(pairs.before))
    by[rate] = np.abs(system.truth[other[rate]] - system.truth[one[rate]])
    return by


def link(
    collected: Collected, system: System, pairs: Pairs, required: Floats, *, knows_the_few: bool
) -> None:
    """Add what one of the two attackers knows of the differences; ``required`` is how far each must stay in doubt."""
    links = _Links(collected, system)
    links.say(pairs.those(pairs.size), "first", low=0.0, high=0.0)
    for kind in ("second", "third"):
        links.say(pairs.those(pairs.same), kind, low=0.0, high=0.0)
    few = pairs.those(pairs.few)
    _link_means(links, few)
    if knows_the_few:
        links.say(few, "first", low=few.came - few.left, high=few.came - few.left)
        links.say(few, "second", low=-few.left - few.changed, high=few.came + few.changed, unit="rate")
        return
    most = np.maximum(required[pairs.few], few.came + few.left + few.changed) + _MORE_THAN_ASKED
    for kind, unit in (("first", ""), ("second", "rate"), ("others", "rate")):
        grew = _difference(system, few, kind) >= 0
        links.say(few, kind, low=np.where(grew, 0.0, -most), high=np.where(grew, most, 0.0), unit=unit)


@dataclass(frozen=True)
class _Links:
    """Where what is known of differences is gathered."""

    collected: Collected
    system: System

    def say(
        self, pairs: Pairs, kind: str, *, low: Floats | float, high: Floats | float, unit: str = ""
    ) -> None:
        """Say between which ends a number is more than it was, of each pair that has it; of one unit, or of any."""
        terms = _terms(self.system, pairs, kind)
        there = np.ones(len(pairs.before), dtype=bool)
        for unknown, _ in terms:
            there &= unknown != NOBODYS
        if unit:
            there &= self.system.cells["unit"].to_numpy()[pairs.before] == unit
        ends = [np.broadcast_to(np.asarray(end, dtype=np.float64), there.shape)[there] for end in (low, high)]
        cut: list[tuple[Ints, float | Floats]] = [(unknown[there], factor) for unknown, factor in terms]
        self.collected.add(cut, *ends, source=CHANGED_SOURCE)


def _link_means(links: _Links, few: Pairs) -> None:
    """Say between which ends the sum of scores differs, for somebody who knows the size of every group."""
    cells = links.system.cells
    low, high = (cells[name].to_numpy(np.float64)[few.before] for name in ("scale_low", "scale_high"))
    apart = few.changed * (high - low)
    least = few.came * low - few.left * high - apart
    most = few.came * high - few.left * low + apart
    links.say(few, "third", low=least, high=most, unit="mean")


def _terms(system: System, pairs: Pairs, kind: str) -> list[tuple[Ints, float]]:
    """Return the numbers of a difference, with their factors; unknowns of -1 where there are none."""
    if kind == "others":
        more, less = (_terms(system, pairs, name) for name in ("first", "second"))
        return [*more, *((unknown, -factor) for unknown, factor in less)]
    of: Ints = getattr(system, kind)
    return [(of[pairs.after], 1.0), (of[pairs.before], -1.0)]


def _difference(system: System, pairs: Pairs, kind: str) -> Floats:
    by = np.zeros(len(pairs.before))
    for unknown, factor in _terms(system, pairs, kind):
        there = unknown >= 0
        by[there] += factor * system.truth[unknown[there]]
    return np.round(by, 6)


def required_of(pairs: Pairs, past: Past) -> Floats:
    """Return how far each difference must stay in doubt, in people: as a group of so many students would have to."""
    moved = np.maximum(pairs.came + pairs.left + pairs.changed, 1.0)
    required = np.zeros(len(moved))
    for side in np.unique(pairs.later):
        rule = past.sides[side].policy.requirement
        these = pairs.later == side
        asked = np.full(int(these.sum()), float(rule.width)) if rule.kind == "width" else 2.0 * moved[these]
        required[these] = np.maximum(asked, float(rule.coded))
    return required


def protect_differences(
    gathered: Gathered, system: System, pairs: Pairs, past: Past, required: Floats
) -> None:
    """Add the differences that are about few to what must stay in doubt."""
    units = system.cells["unit"].to_numpy()[pairs.before]
    second = (system.second[pairs.before] >= 0) & (system.second[pairs.after] >= 0)
    third = (system.third[pairs.before] >= 0) & (system.third[pairs.after] >= 0)
    asked = (
        ("n", "first", ~pairs.size),
        ("numerator", "second", (units == "rate") & second),
        ("others", "others", (units == "rate") & second & ~pairs.size),
    )
    for side in np.unique(pairs.later):
        policy = past.sides[side].policy
        rule = DIFFERENCE.format(few=policy.related.changed_below)
        mine = pairs.few & (pairs.later == side)
        for what, kind, which in asked:
            grew = _difference(system, pairs, kind) >= 0
            for turned, way in ((1.0, grew), (-1.0, ~grew)):
                these = pairs.those(mine & which & way)
                terms = [(unknown, factor * turned) for unknown, factor in _terms(system, these, kind)]
                gathered.add(these.before, rule, what, terms, required[mine & which & way], apart=True)
        these = pairs.those(mine & third)
        low, high = (
            system.cells[name].to_numpy(np.float64)[these.before] for name in ("scale_low", "scale_high")
        )
        moved = these.came + these.left + these.changed
        gathered.add(
            these.before, rule, "sum", _terms(system, these, "third"),
            gathered.doubt_of_a_sum(policy, (high - low) * moved), apart=True,
        )  # fmt: skip
