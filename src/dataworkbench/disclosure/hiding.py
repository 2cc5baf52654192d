"""Which rows are hidden on the public road: the small ones, and those from which a small one could be worked out.

Whoever knows a whole and all but one of its parts knows the last part. So a hidden group is never alone in its family,
and the hidden ones together are never fewer than the minimum.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from dataworkbench.disclosure.cells import cell_without_figure, number, text_of, whole
from dataworkbench.disclosure.families import Family, Name, families, group_names


@dataclass(frozen=True)
class Group:
    """One group as the hiding sees it: whether it holds a figure, how many are in it, and a name to settle ties by."""

    present: bool
    size: int
    too_small: bool
    name: tuple[str, ...]


def hidden_places(frame: pd.DataFrame, units: Sequence[str], minimum: int) -> set[int]:
    """Return the places of the rows that are hidden, a place being a row's position in the frame.

    The order of the rows makes no difference to which groups are hidden.
    """
    rows, names = frame.to_dict("records"), group_names(frame)
    groups = [_group(row, unit, minimum, name) for row, unit, name in zip(rows, units, names, strict=True)]
    kin = families(names)
    stand_ins = _add_references(rows, names, groups, kin, minimum)
    hidden = {place for place, group in enumerate(groups) if group.present and group.too_small}
    hidden |= _with_a_small_rest(kin, groups, minimum)
    while more := _next_to_hide(kin, groups, stand_ins, hidden, minimum):
        hidden |= more
    return {place for place in hidden if place < len(rows)}


def _group(row: Mapping[Any, Any], unit: str, minimum: int, name: Name) -> Group:
    settle = (*name.values(), repr(sorted((str(key), str(value)) for key, value in row.items())))
    empty = cell_without_figure(row)
    if empty is not None and empty.status != "suppressed":
        return Group(present=False, size=0, too_small=False, name=settle)
    n = whole(row.get("n")) or 0
    if empty is not None:
        return Group(present=True, size=n, too_small=True, name=settle)
    size = min(n, int(number(row["value"]))) if unit == "count" else n
    against = whole(row["n_reference"]) or 0 if "n_reference" in row else size
    return Group(present=True, size=size, too_small=min(size, against) < minimum, name=settle)


def _add_references(
    rows: Sequence[Mapping[Any, Any]],
    names: Sequence[Name],
    groups: list[Group],
    kin: list[Family],
    minimum: int,
) -> dict[int, int]:
    """Add the groups that differences are measured from to their families; return which row leans on which.

    A reference group is no row of its own, but it is a part of the same whole: where it would be hidden as the next
    smallest, every difference from it has to go as well.
    """
    by_subgroup = any("subgroup" in family.along for family in kin)
    stand_ins: dict[int, int] = {}
    for place, family in enumerate(kin):
        compared = [
            row for row in family.parts if groups[row].present and text_of(rows[row].get("reference"))
        ]
        if not compared or (by_subgroup and "subgroup" not in family.along):
            continue
        sides = {(text_of(rows[row]["reference"]), whole(rows[row]["n_reference"]) or 0) for row in compared}
        if len(sides) > 1:
            continue
        reference, size = sides.pop()
        name = tuple(reference if c == family.along[-1] else v for c, v in names[compared[0]].items())
        stand_ins |= dict.fromkeys(compared, len(groups))
        kin[place] = replace(family, parts=(*family.parts, len(groups)))
        groups.append(Group(present=True, size=size, too_small=size < minimum, name=name))
    return stand_ins


def _with_a_small_rest(kin: Sequence[Family], groups: Sequence[Group], minimum: int) -> set[int]:
    """Return the groups that are nearly the whole: whoever is not in them is too few."""
    found = set()
    for family in kin:
        whole_place = family.whole
        if whole_place is None and family.unnamed is not None:
            others = sum(groups[part].size for part in family.parts if part != family.unnamed)
            whole_place = family.unnamed if groups[family.unnamed].size >= others else None
        if whole_place is None or not groups[whole_place].present:
            continue
        everybody = groups[whole_place].size
        parts = [part for part in family.parts if groups[part].present and part != whole_place]
        found |= {part for part in parts if 0 < everybody - groups[part].size < minimum}
    return found


def _next_to_hide(
    kin: Sequence[Family],
    groups: Sequence[Group],
    stand_ins: Mapping[int, int],
    hidden: Collection[int],
    minimum: int,
) -> set[int]:
    """Return what must be hidden next; nothing where no hidden group stands alone any more."""
    more = {row for row, reference in stand_ins.items() if reference in hidden and row not in hidden}
    for family in kin:
        parts = [part for part in family.parts if groups[part].present]
        away = [part for part in parts if part in hidden]
        seen = sorted(
            (part for part in parts if part not in hidden),
            key=lambda part: (groups[part].size, groups[part].name),
        )
        whole_seen = family.whole is not None and groups[family.whole].present and family.whole not in hidden
        whole_away = family.whole is not None and family.whole in hidden
        alone = len(away) == 1 or 0 < sum(groups[part].size for part in away) < minimum
        if seen and (alone or (whole_away and not away)):
            more.add(seen[0])
        elif alone and not seen and whole_seen and family.whole is not None:
            all_of_it = groups[family.whole].size == sum(groups[part].size for part in parts)
            more |= {family.whole} if all_of_it else set()
    return more
