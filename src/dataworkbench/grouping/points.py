"""What a grouping loses of what was wished, counted from the groups themselves and not by the solver."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
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


def steps_apart(need: str, other: str, step_of: Mapping[str, int]) -> int:
    """Return how many steps of the learning sequence lie between two needs; one at least where they differ."""
    return 0 if need == other else max(1, abs(step_of[need] - step_of[other]))


def steps_of(learners: Sequence[Learner]) -> dict[str, int]:
    """Return the place of each need in the learning sequence, in that order; the lowest where learners differ on it."""
    steps: dict[str, int] = {}
    for held in learners:
        if held.need:
            steps[held.need] = min(held.step, steps.get(held.need, held.step))
    return dict(sorted(steps.items(), key=lambda one: (one[1], one[0])))


def main_need(members: Sequence[str], learners: Sequence[Learner]) -> str:
    """Return the need of a member that lies closest to the needs of all; empty where none is known.

    Of several that lie as close it is the one that most share, then the first in the learning sequence.
    """
    steps = steps_of(learners)
    inside = set(members)
    counted = Counter(held.need for held in learners if held.need and held.student_id in inside)
    return min(
        counted,
        key=lambda need: (_steps_to(need, counted, steps), -counted[need], steps[need], need),
        default="",
    )


def _steps_to(need: str, counted: Mapping[str, int], steps: Mapping[str, int]) -> int:
    return sum(many * steps_apart(need, other, steps) for other, many in counted.items())


def lost_points(groups: Sequence[Group], learners: Sequence[Learner], wishes: Wishes) -> tuple[Lost, ...]:
    """Return what each wish lost, wishes that were not made left out."""
    found = [_lost_by_need(groups, learners, wishes)] if wishes.by == "need" else []
    for wish, maps in to_spread(learners, wishes).items():
        if maps:
            points = sum(_uneven(groups, held) for held in maps)
            of = sum(len(held) for held in maps)
            found.append(
                Lost(
                    wish,
                    wishes.worth_of(wish),
                    points,
                    of - points,
                    of,
                    "a student above or below a group's even share",
                )
            )
    if wishes.last:
        known = {held.student_id for held in learners}
        pairs = _pairs_of(wishes.last, known)
        again = len(pairs & _pairs_of([group.members for group in groups], known))
        found.append(
            Lost(
                "last",
                wishes.worth_of("last"),
                again,
                len(pairs) - again,
                len(pairs),
                "two students together again",
            )
        )
    return tuple(found)


def _lost_by_need(groups: Sequence[Group], learners: Sequence[Learner], wishes: Wishes) -> Lost:
    steps, needs = steps_of(learners), {held.student_id: held.need for held in learners if held.need}
    apart = [
        steps_apart(needs[who], group.need, steps)
        for group in groups
        for who in group.members
        if who in needs
    ]
    said = "a step of the learning sequence between a student's own next standard and the group's"
    return Lost("need", wishes.worth_of("need"), sum(apart), apart.count(0), len(apart), said)


def _uneven(groups: Sequence[Group], value_of: Mapping[str, str]) -> int:
    points = 0
    for value, many in Counter(value_of.values()).items():
        low, high = fair_share(many, len(groups))
        for group in groups:
            here = sum(value_of.get(who) == value for who in group.members)
            points += max(0, here - high) + max(0, low - here)
    return points


def _pairs_of(groups: Sequence[Sequence[str]], known: Collection[str]) -> set[tuple[str, ...]]:
    return {pair for members in groups for pair in combinations(sorted(set(members) & set(known)), 2)}
