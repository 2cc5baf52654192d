"""Where the solver begins: students in order of what they need, parted into runs so that the fewest steps are lost.

Without pairs and balance this is the best there is, so a large class begins close to its end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache

from dataworkbench.grouping.model import Learner, Wishes
from dataworkbench.grouping.points import steps_apart, steps_of


def first_guess(learners: Sequence[Learner], wishes: Wishes, many: int) -> list[list[int]]:
    """Return the places of learners in each of ``many`` groups; mixed groups are dealt out in turn.

    Sizes hold where they can. Two who are to be apart are parted by trading one for somebody of the same need.
    """
    order = sorted(
        range(len(learners)), key=lambda at: (learners[at].step, learners[at].need, learners[at].student_id)
    )
    if wishes.by == "mixed":
        return [order[group::many] for group in range(many)]
    ends = _best_ends([learners[at] for at in order], wishes, many)
    runs = [order[first:last] for first, last in zip([0, *ends[:-1]], ends, strict=True)]
    return _parted(runs, learners, wishes)


def _parted(runs: list[list[int]], learners: Sequence[Learner], wishes: Wishes) -> list[list[int]]:
    """Return the same groups after trades that part those who are to be apart, as far as such trades are found."""
    place_of = {held.student_id: place for place, held in enumerate(learners)}
    group_of = {place: group for group, run in enumerate(runs) for place in run}
    foes: dict[int, set[int]] = {place: set() for place in group_of}
    for pair in sorted(wishes.apart):
        one, other = (place_of[student] for student in pair)
        foes[one].add(other)
        foes[other].add(one)

    def is_free(place: int, group: int, leaving: int) -> bool:
        return all(group_of[foe] != group or foe == leaving for foe in foes[place])

    for place in sorted(foes, key=lambda held: learners[held].student_id):
        if all(group_of[foe] != group_of[place] for foe in foes[place]):
            continue
        for partner, there in list(group_of.items()):
            here = group_of[place]
            same = learners[partner].need == learners[place].need
            if same and here != there and is_free(place, there, partner) and is_free(partner, here, place):
                group_of[place], group_of[partner] = there, here
                break
    return [sorted(place for place, held in group_of.items() if held == group) for group in range(len(runs))]


def _best_ends(ordered: Sequence[Learner], wishes: Wishes, many: int) -> list[int]:
    """Return where each run ends, by the steps that are lost up to there (dynamic programming over runs)."""
    best: list[dict[int, tuple[int, int]]] = [{0: (0, 0)}]
    cost = _cost_of_runs(ordered)
    for _ in range(many):
        reached: dict[int, tuple[int, int]] = {}
        for start, (lost, _) in best[-1].items():
            for end in range(start + wishes.smallest, min(start + wishes.largest, len(ordered)) + 1):
                reached[end] = min(reached.get(end, (10**9, 0)), (lost + cost(start, end), start))
        best.append(reached)
    ends, at = [], len(ordered)
    for reached in reversed(best[1:]):
        if at not in reached:
            return [(group + 1) * len(ordered) // many for group in range(many)]
        ends.append(at)
        at = reached[at][1]
    return ends[::-1]


def _cost_of_runs(ordered: Sequence[Learner]) -> Callable[[int, int], int]:
    """Return how many steps a run from one place up to another loses, each run reckoned once."""
    steps = steps_of(ordered)

    @cache
    def cost(start: int, end: int) -> int:
        counted = Counter(held.need for held in ordered[start:end] if held.need)
        lost = (
            sum(many * steps_apart(need, other, steps) for other, many in counted.items()) for need in counted
        )
        return min(lost, default=0)

    return cost
