"""Who can sit where: the variables of the solver, and the demands that have to hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dataworkbench.grouping.model import Demand


@dataclass(frozen=True)
class Places:
    """A solver's model with one yes-or-no for each student in each group."""

    model: Any
    ids: tuple[str, ...]
    many: int
    sits: tuple[tuple[Any, ...], ...]

    def hold(self, demand: Demand, *, only_if: Any = None) -> None:
        """Make a demand hold, or hold only if something else does."""
        for rule in self._rules(demand):
            if only_if is not None:
                rule.only_enforce_if(only_if)

    def _rules(self, demand: Demand) -> list[Any]:
        if demand.kind == "groups":
            return []
        if demand.kind in ("smallest", "largest"):
            sizes = [sum(row[group] for row in self.sits) for group in range(self.many)]
            held = [
                size >= demand.number if demand.kind == "smallest" else size <= demand.number
                for size in sizes
            ]
            return [self.model.add(rule) for rule in held]
        one, other = (self.sits[self.ids.index(student)] for student in demand.pair)
        if demand.kind == "apart":
            return [self.model.add(one[group] + other[group] <= 1) for group in range(self.many)]
        return [self.model.add(one[group] == other[group]) for group in range(self.many)]

    def number_by_first_member(self) -> None:
        """Number groups by their first members: no student sits in a group with a number above the student's own place."""
        for place, row in enumerate(self.sits):
            for group in range(place + 1, self.many):
                self.model.add(row[group] == 0)

    def members(self, solver: Any) -> list[tuple[str, ...]]:
        """Return who sits in each group of a solution, in order of identifier."""
        return [
            tuple(
                sorted(
                    student
                    for student, row in zip(self.ids, self.sits, strict=True)
                    if solver.value(row[group])
                )
            )
            for group in range(self.many)
        ]


def places_of(ids: Sequence[str], many: int) -> Places:
    """Return a model in which every student sits in exactly one group. ``ids`` stay in the order given."""
    from ortools.sat.python import cp_model  # noqa: PLC0415 - takes half a second to load

    model = cp_model.CpModel()
    sits = tuple(
        tuple(model.new_bool_var(f"{at} in {group}") for group in range(many)) for at in range(len(ids))
    )
    for row in sits:
        model.add_exactly_one(row)
    return Places(model, tuple(ids), many, sits)


def counted_solver(patience: float) -> Any:
    """Return a solver whose answer does not hang on the machine: one worker, one seed, steps counted and not seconds."""
    from ortools.sat.python import cp_model  # noqa: PLC0415 - takes half a second to load

    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.repair_hint = True
    solver.parameters.max_deterministic_time = patience
    return solver
