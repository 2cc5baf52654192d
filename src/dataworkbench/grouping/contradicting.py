"""Which demands contradict one another: the fewest that cannot hold together, and which of them to give up.

The solver names demands that together are impossible (its assumptions); each is then left out once, and stays out
where the rest is impossible without it. What remains is needed to the last one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from dataworkbench.grouping.model import Contradiction, Demand
from dataworkbench.grouping.placing import Places, counted_solver, places_of

_PATIENCE: Final = 4.0
_UNBOUNDED: Final = 10**6


def contradiction(ids: Sequence[str], demands: Sequence[Demand]) -> Contradiction:
    """Return the fewest of the demands that cannot all hold for these students, and those of them whose going is enough."""
    core = _needed(ids, _first_core(ids, demands))
    if core is None:
        return Contradiction(len(ids), (), (), decided=False)
    relax = [demand for demand in core if can_hold(ids, [held for held in demands if held != demand])]
    return Contradiction(len(ids), tuple(core), tuple(relax))


def can_hold(ids: Sequence[str], demands: Sequence[Demand]) -> bool | None:
    """Return whether demands can all hold; None where the solver did not find out in its time."""
    fewest, most = _numbers_of_groups(len(ids), demands)
    if fewest > most:
        return False
    held, used = _model(ids, demands, most)
    held.model.add(sum(used) >= fewest)
    for demand in demands:
        if demand.kind in ("apart", "together"):
            held.hold(demand)
    status = _status(held)
    return {"INFEASIBLE": False, "OPTIMAL": True, "FEASIBLE": True}.get(status)


def _numbers_of_groups(students: int, demands: Sequence[Demand]) -> tuple[int, int]:
    """Return the fewest and the most groups that the demanded sizes and number leave possible; no group is empty."""
    said = {demand.kind: demand.number for demand in demands if demand.kind not in ("apart", "together")}
    fewest = -(-students // said.get("largest", _UNBOUNDED))
    most = students // said.get("smallest", 1)
    many = said.get("groups")
    return (fewest, most) if many is None else (max(fewest, many), min(most, many))


def _model(ids: Sequence[str], demands: Sequence[Demand], most: int) -> tuple[Places, list[Any]]:
    """Return a model with up to ``most`` groups, each within the demanded sizes, and whether each group is used."""
    sizes = {demand.kind: demand.number for demand in demands}
    held = places_of(_those_apart_first(ids, demands), most)
    used = [held.model.new_bool_var(f"used {group}") for group in range(most)]
    held.number_by_first_member()
    for group, is_used in enumerate(used):
        size = sum(row[group] for row in held.sits)
        held.model.add(size >= sizes.get("smallest", 1) * is_used)
        held.model.add(size <= min(sizes.get("largest", _UNBOUNDED), len(ids)) * is_used)
        if group:
            held.model.add_implication(is_used, used[group - 1])
    return held, used


def _those_apart_first(ids: Sequence[str], demands: Sequence[Demand]) -> list[str]:
    pairs = [student for demand in demands if demand.kind == "apart" for student in demand.pair]
    return sorted(ids, key=lambda student: (-pairs.count(student), student))


def _first_core(ids: Sequence[str], demands: Sequence[Demand]) -> list[Demand]:
    """Return demands that are impossible together, as the solver names them; all of them where it names none."""
    sizes = [demand for demand in demands if demand.kind not in ("apart", "together")]
    fewest, most = _numbers_of_groups(len(ids), sizes)
    if fewest > most:
        return sizes
    held, used = _model(ids, sizes, most)
    held.model.add(sum(used) >= fewest)
    pairs = [demand for demand in demands if demand not in sizes]
    literals = [held.model.new_bool_var(f"demand {at}") for at in range(len(pairs))]
    for demand, literal in zip(pairs, literals, strict=True):
        held.hold(demand, only_if=literal)
    held.model.add_assumptions(literals)
    solver = counted_solver(_PATIENCE)
    if solver.status_name(solver.solve(held.model)) != "INFEASIBLE":
        return list(demands)
    named = set(solver.sufficient_assumptions_for_infeasibility())
    return [*sizes, *(d for d, literal in zip(pairs, literals, strict=True) if literal.index in named)]


def _needed(ids: Sequence[str], core: Sequence[Demand]) -> list[Demand] | None:
    """Return the demands of a core that are impossible together and of which none can go; None where that is not known."""
    left = list(core)
    if can_hold(ids, left) is not False:
        return None
    for demand in core:
        without = [held for held in left if held != demand]
        if can_hold(ids, without) is False:
            left = without
    return left


def _status(held: Places) -> str:
    solver = counted_solver(_PATIENCE)
    return str(solver.status_name(solver.solve(held.model)))
