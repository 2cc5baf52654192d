"""What a grouping loses of what was wished, counted from the groups themselves and not by the solver."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations

from dataworkbench.grouping.model import Group, Learner, Lost, Wishes

LOW, MIDDLE, HIGH = "lower third", "middle third", "upper third"


def thirds(learners: Sequence[Learner]) -> dict[str, str]:
    """Return the third in which each student's level lies; students without one are left out, equal levels share a third."""
    levels = sorted(held.level for held in learners if not math.isnan(held.level))
    if not levels:
        return {}
    cuts = (levels[(len(levels) - 1) // 3], levels[(2 * len(levels) - 1) // 3])
    return {
        held.student_id: LOW if held.level <= cuts[0] else MIDDLE if held.level <= cuts[1] else HIGH
        for held in learners
        if not math.isnan(held.level)
    }


def to_spread(learners: Sequence[Learner], wishes: Wishes) -> dict[str, list[dict[str, str]]]:
    """Return what is to be spread over groups: for each wish, mappings from student to a value."""
    spread: dict[str, list[dict[str, str]]] = {"need": [], "level": [], "balance": []}
    if wishes.by == "mixed":
        spread["need"].append({held.student_id: held.need for held in learners if held.need})
        spread["level"].append(thirds(learners))
    for kind in wishes.balance:
        spread["balance"].append({held.student_id: held.mark(kind) for held in learners if held.mark(kind)})
    return {wish: [held for held in maps if held] for wish, maps in spread.items()}


def fair_share(many: int, groups: int) -> tuple[int, int]:
    """Return the fewest and the most of a kind that a group holds when they are spread evenly."""
    return many // groups, -(-many // groups)


def main_need(members: Sequence[str], needs: Mapping[str, str]) -> str:
    """Return the need that most of a group share, the first in order where several do; empty where none is known."""
    counted = Counter(needs[held] for held in members if needs.get(held))
    return min(counted, key=lambda need: (-counted[need], need)) if counted else ""


def lost_points(groups: Sequence[Group], learners: Sequence[Learner], wishes: Wishes) -> tuple[Lost, ...]:
    """Return what each wish lost, wishes that were not made left out."""
    found = []
    needs = {held.student_id: held.need for held in learners}
    known = sum(bool(need) for need in needs.values())
    if wishes.by == "need":
        away = sum(bool(needs[who]) and needs[who] != group.need for group in groups for who in group.members)
        found.append(
            Lost(
                "need",
                wishes.worth_of("need"),
                away,
                known,
                "a student whose group works on another standard",
            )
        )
    for wish, maps in to_spread(learners, wishes).items():
        if maps:
            points = sum(_uneven(groups, held) for held in maps)
            most = sum(len(held) for held in maps)
            found.append(
                Lost(
                    wish, wishes.worth_of(wish), points, most, "a student above or below a group's even share"
                )
            )
    if wishes.last:
        pairs = _pairs_of(wishes.last, needs)
        again = len(pairs & _pairs_of([group.members for group in groups], needs))
        found.append(Lost("last", wishes.worth_of("last"), again, len(pairs), "two students together again"))
    return tuple(found)  # fmt: skip


def _uneven(groups: Sequence[Group], value_of: Mapping[str, str]) -> int:
    points = 0
    for value, many in Counter(value_of.values()).items():
        low, high = fair_share(many, len(groups))
        for group in groups:
            here = sum(value_of.get(who) == value for who in group.members)
            points += max(0, here - high) + max(0, low - here)
    return points


def _pairs_of(groups: Sequence[Sequence[str]], known: Mapping[str, str]) -> set[tuple[str, ...]]:
    return {pair for members in groups for pair in combinations(sorted(set(members) & set(known)), 2)}
