"""Groups found by a constraint solver (CP-SAT of OR-Tools): one worker, a fixed seed, a limit that counts steps and not seconds.

So the same question has the same answer on every machine.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from dataworkbench.errors import WorkbenchError
from dataworkbench.grouping.contradicting import contradiction
from dataworkbench.grouping.guessing import first_guess
from dataworkbench.grouping.model import (
    Contradiction,
    Demand,
    Group,
    Grouped,
    Learner,
    Wishes,
    demands_of,
    in_order,
)
from dataworkbench.grouping.placing import Places, counted_solver, places_of
from dataworkbench.grouping.points import (
    fair_share,
    lost_points,
    main_need,
    steps_apart,
    steps_of,
    to_spread,
)

PATIENCE: Final = 5.0
"""How long the solver may look for something better, in its own units: about a second each on a laptop."""


@dataclass
class _Asked:
    """One question as it is put to the solver: where each student can sit, and what is lost at which worth."""

    places: Places
    costs: list[tuple[int, Any]] = field(default_factory=list)


def form_groups(
    learners: Sequence[Learner], wishes: Wishes, *, patience: float = PATIENCE
) -> Grouped | Contradiction:
    """Return groups that hold every demand and lose as few points of the wishes as can be found, or why there are none.

    Every student is in exactly one group. The same learners and wishes give the same groups, in whatever order they come.

    Raises
    ------
    WorkbenchError
        Where there is nobody to place, or a pair names somebody else.

    """
    ordered = in_order(learners)
    if not ordered:
        raise WorkbenchError("There is nobody to place. Choose a class in which standards have been checked.")
    ids = [held.student_id for held in ordered]
    demands = demands_of(wishes, ids)
    for many in _numbers_of_groups(len(ids), wishes):
        found = _solve(ordered, wishes, demands, many, patience)
        if found is not None:
            return found
    return contradiction(ids, demands)


def _numbers_of_groups(students: int, wishes: Wishes) -> Iterable[int]:
    """Return the numbers of groups to try: the one asked for, else from the fewest that the largest size allows."""
    if wishes.groups:
        return [wishes.groups] if wishes.groups <= students else []
    return range(fair_share(students, wishes.largest)[1], students // wishes.smallest + 1)


def _solve(
    learners: Sequence[Learner], wishes: Wishes, demands: Sequence[Demand], many: int, patience: float
) -> Grouped | None:
    asked = _Asked(places_of([held.student_id for held in learners], many))
    for demand in demands:
        asked.places.hold(demand)
    if wishes.by == "need":
        _work_on_one_standard(asked, learners, wishes.worth_of("need"))
    else:
        asked.places.number_by_first_member()
    for wish, maps in to_spread(learners, wishes).items():
        for value_of in maps:
            _spread(asked, value_of, wishes.worth_of(wish))
    if wishes.last:
        _new_faces(asked, wishes)
    asked.places.model.minimize(sum(worth * cost for worth, cost in asked.costs))
    _hint(asked.places, learners, wishes)
    return _answer(asked, learners, wishes, patience)


def _answer(asked: _Asked, learners: Sequence[Learner], wishes: Wishes, patience: float) -> Grouped | None:
    from ortools.sat.python import cp_model  # noqa: PLC0415 - takes half a second to load

    solver = counted_solver(patience)
    status = solver.solve(asked.places.model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    found = [members for members in asked.places.members(solver) if members]
    groups = [
        Group(main_need(members, learners) if wishes.by == "need" else "", members) for members in found
    ]
    places = list(steps_of(learners))
    groups.sort(key=lambda group: (places.index(group.need) if group.need else len(places), group.members))
    lost = lost_points(groups, learners, wishes)
    points = sum(held.worth * held.points for held in lost)
    proved = status == cp_model.OPTIMAL
    gap = 0 if proved else max(0, points - round(solver.best_objective_bound))
    return Grouped(tuple(groups), lost, proved or gap == 0, gap)


def _work_on_one_standard(asked: _Asked, learners: Sequence[Learner], worth: int) -> None:
    """Each group works on one standard that a member needs; each step to a student's own is a point lost.

    Groups are in order of standards. One in which nobody's need is known works on none, which stands last.
    """
    held, model, steps = asked.places, asked.places.model, steps_of(learners)
    needs = list(steps)
    who = [[place for place, one in enumerate(learners) if one.need == need] for need in needs]
    farthest = max((abs(one - other) for one in steps.values() for other in steps.values()), default=0) + 1
    before: Any = None
    for group in range(held.many):
        works_on = [model.new_bool_var(f"group {group} works on {at}") for at in range(len(needs) + 1)]
        model.add_exactly_one(works_on)
        here = [sum(held.sits[place][group] for place in own) for own in who]
        for at, many in enumerate(here):
            model.add(many >= works_on[at])
        number = sum(at * one for at, one in enumerate(works_on))
        if before is not None:
            model.add(before <= number)
        before = number
        for own, need in enumerate(needs):
            parts = [
                model.new_int_var(0, len(who[own]), f"{own} on {at} in {group}")
                for at in range(len(works_on))
            ]
            model.add(sum(parts) == here[own])
            for at, part in enumerate(parts):
                model.add(part <= len(who[own]) * works_on[at])
                steps_lost = steps_apart(need, needs[at], steps) if at < len(needs) else farthest
                asked.costs.append((worth * steps_lost, part))


def _spread(asked: _Asked, value_of: Mapping[str, str], worth: int) -> None:
    """Each value is spread evenly; a student above or below a group's even share is a point lost."""
    held, model = asked.places, asked.places.model
    for value, many in sorted(Counter(value_of.values()).items()):
        low, high = fair_share(many, held.many)
        who = [place for place, student in enumerate(held.ids) if value_of.get(student) == value]
        for group in range(held.many):
            here = sum(held.sits[place][group] for place in who)
            over = model.new_int_var(0, many, f"over {value} {group}")
            under = model.new_int_var(0, low, f"under {value} {group}")
            model.add(over >= here - high)
            model.add(under >= low - here)
            asked.costs.append((worth, over + under))


def _new_faces(asked: _Asked, wishes: Wishes) -> None:
    """Two who were together last time and are again are a point lost.

    With c of a former group in one group, c(c-1)/2 pairs are together again; that is the largest of the lines
    k·c - k(k+1)/2 over whole numbers k, so no pair needs a variable of its own.
    """
    held, model = asked.places, asked.places.model
    place_of = {student: place for place, student in enumerate(held.ids)}
    for number, members in enumerate(wishes.last):
        who = sorted({place_of[student] for student in members if student in place_of})
        for group in range(held.many):
            most = min(len(who), wishes.largest)
            if most < 2:
                continue
            here = sum(held.sits[place][group] for place in who)
            pairs = model.new_int_var(0, len(who) * (len(who) - 1) // 2, f"again {number} {group}")
            for k in range(1, most):
                model.add(pairs >= k * here - k * (k + 1) // 2)
            asked.costs.append((wishes.worth_of("last"), pairs))


def _hint(held: Places, learners: Sequence[Learner], wishes: Wishes) -> None:
    """Give the solver somewhere to begin: students in order of need, parted where it costs least."""
    for group, places in enumerate(first_guess(learners, wishes, held.many)):
        for place in places:
            for other, sits in enumerate(held.sits[place]):
                held.model.add_hint(sits, other == group)
    _fill_in(held.model)


def _fill_in(model: Any) -> None:
    """Turn a hint of where students sit into one of everything, where those seats hold; else leave it as it is."""
    solver = counted_solver(1.0)
    solver.parameters.fix_variables_to_their_hinted_value = True
    if solver.status_name(solver.solve(model)) in ("OPTIMAL", "FEASIBLE"):
        variables = [model.get_int_var_from_proto_index(at) for at in range(len(model.proto.variables))]
        known = [solver.value(variable) for variable in variables]
        model.clear_hints()
        for variable, value in zip(variables, known, strict=True):
            model.add_hint(variable, value)
