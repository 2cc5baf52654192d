"""A grouping in words: what was asked, what became of it, why each student is where they are, and what to give up."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from dataworkbench.grouping.model import Contradiction, Demand, Group, Grouped, Learner, Lost, Wishes

Name = Callable[[str], str]

_NOT_DECIDED: Final = (
    "It could not be found out in the time given whether these wishes can be met together. Ask for fewer pairs, "
    "or for a wider range of sizes, and try again."
)


def asked_in_words(wishes: Wishes, students: int, name: Name) -> list[str]:
    """Return what has to hold, a sentence each."""
    many = f"{wishes.groups} groups" if wishes.groups else "as few groups as fit"
    sizes = f"{_students(students)} in {many}, each of {wishes.smallest} to {wishes.largest} students."
    pairs = [
        f"{name(one)} and {name(other)} {'apart' if kind == 'apart' else 'together'}."
        for kind, asked in (("apart", wishes.apart), ("together", wishes.together))
        for one, other in asked
    ]
    return [sizes, *pairs]


def wish_in_words(lost: Lost, wishes: Wishes) -> str:
    """Return what a wish asks for, in a few words."""
    if lost.wish == "need":
        return (
            "Who needs the same standard next works together"
            if wishes.by == "need"
            else "Students with different next standards in each group"
        )
    if lost.wish == "level":
        return "Lower, middle and upper levels in each group"
    if lost.wish == "balance":
        return f"Spread evenly: {', '.join(wishes.balance)}"
    return "Other partners than last time"


def met_in_words(lost: Lost, wishes: Wishes) -> str:
    """Return how far a wish was met, with how many of how many."""
    if lost.wish == "need" and wishes.by == "need":
        others = lost.of - lost.met
        steps = (
            f"; the other {others}: {_many(lost.points, 'step')} of the learning sequence away"
            if others
            else ""
        )
        return f"{lost.met} of {lost.of} students{steps}"
    if lost.wish == "last":
        return (
            f"{lost.points} of {lost.of} pairs are together again"
            if lost.points
            else f"none of {lost.of} pairs again"
        )
    if not lost.points:
        return "fully"
    return f"all but {_many(lost.points, 'place')} above or below an even share"


def proved_in_words(found: Grouped) -> str:
    """Return whether better groups could exist."""
    if found.proved:
        return f"No other groups lose fewer points: {found.points} were lost."
    return (
        f"{found.points} points were lost. These are the best groups found in the time given; others might lose up to "
        f"{found.gap} points fewer."
    )


def why_here(
    group: Group, found: Grouped, learners: Sequence[Learner], wishes: Wishes, name: Name
) -> list[str]:
    """Return why the students of a group are together, a sentence for the group and one for each who needs something else."""
    of = {held.student_id: held for held in learners}
    if wishes.by == "mixed":
        return [_mixture(group, of)]
    same = [who for who in group.members if of[who].need == group.need]
    said = [f"{len(same)} of {len(group.members)} need this standard next."] if group.need else []
    needed = Counter(held.need for held in learners)
    others = [who for who in group.members if who not in same]
    return said + [
        f"{name(who)}: {_why_elsewhere(of[who], group, found, wishes=wishes, many=needed[of[who].need], name=name)}."
        for who in others
    ]


def _mixture(group: Group, of: Mapping[str, Learner]) -> str:
    needs = Counter(of[who].need for who in group.members if of[who].need)
    levels = [of[who].level for who in group.members if not math.isnan(of[who].level)]
    different = f"{len(needs)} different next standards" if len(needs) != 1 else "one next standard"
    spread = f"; scores from {min(levels):g} to {max(levels):g}" if levels else ""
    return f"{different}{spread}."


def _why_elsewhere(
    learner: Learner, group: Group, found: Grouped, *, wishes: Wishes, many: int, name: Name
) -> str:
    """Return why a student is not in a group for the standard that this student, with ``many`` in all, needs next."""
    if not learner.need:
        return "what comes next is not known yet, so any group will do"
    own = [held for held in found.groups if held.need == learner.need]
    wants = f"needs {learner.need}"
    partners = _others(wishes.together, learner) & set(group.members)
    if partners:
        return f"{wants}, and is to be with {name(min(partners))}"
    if many < wishes.smallest:
        return (
            f"{wants}; only {many} {'does' if many == 1 else 'do'}, too few for a group of {wishes.smallest}"
        )
    apart = _others(wishes.apart, learner)
    if own and all(apart & set(held.members) or len(held.members) >= wishes.largest for held in own):
        met = apart & {who for held in own for who in held.members}
        return (
            f"{wants}; kept apart from {name(min(met))}, who is there"
            if met
            else f"{wants}; the group for it is full"
        )
    return f"{wants}; another place would lose more points of what was asked"


def _others(pairs: Sequence[tuple[str, str]], learner: Learner) -> set[str]:
    return {who for pair in pairs if learner.student_id in pair for who in pair} - {learner.student_id}


def demand_in_words(demand: Demand, name: Name) -> str:
    """Return a demand in a few words."""
    if demand.kind in ("apart", "together"):
        return f"{name(demand.pair[0])} and {name(demand.pair[1])} {demand.kind}"
    if demand.kind == "groups":
        return f"{demand.number} groups" if demand.number != 1 else "one group"
    return f"at {'least' if demand.kind == 'smallest' else 'most'} {demand.number} in each group"


def contradiction_in_words(found: Contradiction, name: Name) -> list[str]:
    """Return what cannot hold together and what to give up, a sentence each."""
    if not found.decided:
        return [_NOT_DECIDED]
    said = [demand_in_words(demand, name) for demand in found.core]
    first = f"No groups can be formed: these cannot hold together: {'; '.join(said)}."
    sums = _sizes_alone(found)
    if found.relax:
        give = " or ".join(f"“{demand_in_words(demand, name)}”" for demand in found.relax)
        last = f"Giving up {'any one of these' if len(found.relax) > 1 else 'this'} is enough: {give}."
    else:
        last = "Giving up one of them is not enough: other wishes contradict one another too. Change one, and ask again."
    return [first, *([sums] if sums else []), last]


def _sizes_alone(found: Contradiction) -> str:
    """Return the sum behind a contradiction of number and sizes; '' where pairs play a part."""
    said = {demand.kind: demand.number for demand in found.core}
    if set(said) == {"groups", "largest"}:
        return (
            f"{said['groups']} groups of at most {said['largest']} hold {said['groups'] * said['largest']}; "
            f"there are {_students(found.students)}."
        )
    if set(said) == {"groups", "smallest"}:
        return (
            f"{said['groups']} groups of at least {said['smallest']} take {said['groups'] * said['smallest']}; "
            f"there are {_students(found.students)}."
        )
    if set(said) <= {"smallest", "largest"} and said:
        return f"No number of groups within these sizes makes {_students(found.students)}."
    return ""


def _students(many: int) -> str:
    return _many(many, "student")


def _many(many: int, what: str) -> str:
    return f"one {what}" if many == 1 else f"{many} {what}s"
