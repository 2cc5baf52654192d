"""What earlier groupings say: how often two students were together, and how long a student has been in the lowest group."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations


@dataclass(frozen=True)
class Earlier:
    """One grouping that was kept: its day, its groups, and the level of each group where it is known (empty where not)."""

    day: str
    groups: tuple[tuple[str, ...], ...]
    levels: tuple[float, ...] = ()

    @property
    def lowest(self) -> frozenset[str]:
        """Who was in the group with the lowest level; nobody where levels are not known or all groups have the same."""
        if len(self.levels) != len(self.groups) or len(set(self.levels)) < 2:
            return frozenset()
        return frozenset(self.groups[self.levels.index(min(self.levels))])


def times_together(earlier: Sequence[Earlier]) -> dict[tuple[str, str], int]:
    """Return how often each two students were in one group; pairs that never were are left out."""
    counted: Counter[tuple[str, str]] = Counter()
    for grouping in earlier:
        for members in grouping.groups:
            counted.update((one, other) for one, other in combinations(sorted(set(members)), 2))
    return dict(counted)


def times_in_lowest(earlier: Sequence[Earlier]) -> dict[str, tuple[int, int, int]]:
    """Return for each student who was ever placed: how often in the lowest group, of how many, and how often in a row up to now.

    ``earlier`` is in order of time. A grouping without levels, or with one level for all, counts for nobody.
    """
    found: dict[str, tuple[int, int, int]] = {}
    for grouping in earlier:
        if not grouping.lowest:
            continue
        for student in (held for members in grouping.groups for held in members):
            low, of, row = found.get(student, (0, 0, 0))
            here = student in grouping.lowest
            found[student] = (low + here, of + 1, row + 1 if here else 0)
    return found


def group_levels(groups: Sequence[Sequence[str]], level_of: Mapping[str, float]) -> tuple[float, ...]:
    """Return the mean level of each group; nothing where a group has no member whose level is known."""
    known = [
        [level_of[who] for who in members if not math.isnan(level_of.get(who, math.nan))]
        for members in groups
    ]
    return tuple(sum(held) / len(held) for held in known) if all(known) else ()
