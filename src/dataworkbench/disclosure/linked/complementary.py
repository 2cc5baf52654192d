"""What more must be hidden so that no protected number can be worked out: the cheapest for each, near it first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from dataworkbench.disclosure.linked.doubt import Doubt
from dataworkbench.disclosure.linked.program import Neighbourhood, Shift, broken_cells
from dataworkbench.disclosure.linked.structure import Floats, Ints
from dataworkbench.disclosure.linked.system import HIDDEN_LEVEL, Matrix, System
from dataworkbench.disclosure.linked.targets import Targets

ONE_PROGRAM: Final = 4_000
"""Unknowns that are solved as one at the most: a larger table is taken as many schools at a time as there is room for."""
WHOLE_AT_ONCE: Final = 1_500
"""A table of so many unknowns is solved as one from the first: in pieces more would have to be hidden."""
ALL_TYPES: Final = -1
MORE_SCHOOLS: Final = 12
_ROUNDS: Final = 3
_TIMES: Final = 4


@dataclass(frozen=True)
class Step:
    """How much is solved together: so many unknowns at the most, and whether one type of groups is taken at a time."""

    size: int
    one_type: bool = False
    spare: bool = False
    """Whether what would take a figure from the district is left for a later step."""


STEPS: Final = (
    Step(600, one_type=True, spare=True), Step(300, spare=True), Step(1_500, one_type=True), Step(700),
    Step(ONE_PROGRAM),
)  # fmt: skip
"""First what is quick: one type of groups of many schools, then one or two schools at a time; both again where a figure of the
district has to be taken. The last, which is slow, is for what none of them settles."""


@dataclass
class Work:
    """What suppression has at hand: the system, its matrix by columns, what is protected, each cell's level, what is shown."""

    system: System
    columns: Matrix
    targets: Targets
    level: Ints
    doubt: Doubt
    cell_school: Ints
    target_school: Ints
    target_table: Ints
    """What each target is solved together with: its table, or all tables of related indicators."""
    because: dict[int, list[int]]
    """For which targets a cell was coded more widely or hidden."""

    def neighbourhood(self, unknowns: Ints, those: Ints) -> Neighbourhood:
        """Return the program over some unknowns, with some targets."""
        return Neighbourhood(
            self.system, self.level, unknowns, self.columns,
            targets=self.targets.matrix[those], required=self.targets.required[those],
        )  # fmt: skip


def new_work(system: System, targets: Targets, level: Ints) -> Work:
    """Return the work as it begins."""
    school, table = (system.cells[name].to_numpy(np.int64) for name in ("school", "taken"))
    return Work(
        system,
        system.rows.matrix.tocsc(),
        targets,
        level,
        Doubt(targets),
        school,
        school[targets.cell],
        table[targets.cell],
        {},
    )


def protect(work: Work) -> None:
    """Raise the level of cells until every target is shown to be safe, or nothing can be done for it any more.

    What is coded more widely is not always wider at both ends (49.6 % is "50 %", and then "50 to 59 %"), so tables found before
    are laid beside what is said at the end, and targets whose tables don't fit any more are looked at again.
    """
    for _ in range(_TIMES):
        for step in STEPS:
            for near in neighbourhoods(work, step):
                _protect_together(work, near, spare=step.spare and not near.whole, last=step == STEPS[-1])
        lost = np.flatnonzero(work.doubt.safe() & ~work.doubt.holds(work.system, work.level))
        if not len(lost):
            return
        work.doubt.forget(lost)


def _protect_together(work: Work, near: Together, *, spare: bool, last: bool) -> None:
    """Protect the targets of one neighbourhood, where that can be; ``spare`` the district's figures."""
    those = near.targets
    if not len(work.doubt.open(those)):
        return
    program = work.neighbourhood(near.unknowns, those)
    show(work, program, those)
    for target in _hardest_first(work, those):
        _protect_one(work, program, those, int(target), spare=spare, last=last)


@dataclass(frozen=True)
class Together:
    """Unknowns that are solved together with the targets among them; ``whole`` where they are all of their table."""

    unknowns: Ints
    targets: Ints
    whole: bool


def neighbourhoods(work: Work, step: Step) -> Iterator[Together]:
    """Yield what is solved together: whole tables, or one type of groups of many schools, or all of a few schools."""
    cells, owner = work.system.cells, work.system.unknown_cell
    table_of, school_of, type_of = (
        cells[name].to_numpy(np.int64)[owner] for name in ("taken", "school", "type")
    )
    order = np.argsort(table_of, kind="stable")
    starts = np.searchsorted(table_of[order], np.arange(table_of.max(initial=-1) + 2))
    by_table = np.argsort(work.target_table, kind="stable")
    target_starts = np.searchsorted(work.target_table[by_table], np.arange(table_of.max(initial=-1) + 2))
    target_type = cells["type"].to_numpy(np.int64)[work.targets.cell]
    for table in np.unique(work.target_table):
        unknowns = np.sort(order[starts[table] : starts[table + 1]])
        those = np.sort(by_table[target_starts[table] : target_starts[table + 1]])
        if len(unknowns) <= max(step.size, WHOLE_AT_ONCE):
            yield Together(unknowns, those, whole=True)
            continue
        for kind in np.unique(type_of[unknowns])[1:] if step.one_type else [ALL_TYPES]:
            own = unknowns[type_of[unknowns] == kind] if step.one_type else unknowns
            asked = those[target_type[those] == kind] if step.one_type else those
            yield from _by_schools(work, own, school_of[own], asked, step)


def _by_schools(work: Work, unknowns: Ints, school: Ints, those: Ints, step: Step) -> Iterator[Together]:
    """Yield a table a few schools at a time, each time with the whole district's cells; the district's own targets last."""
    district = unknowns[school == 0]
    order = np.argsort(school, kind="stable")
    schools, starts = np.unique(school[order], return_index=True)
    ends = [*starts[1:].tolist(), len(order)]
    of = {int(s): unknowns[order[a:b]] for s, a, b in zip(schools, starts, ends, strict=True) if s != 0}
    target_school = work.target_school[those]
    for batch in _batches({s: len(own) for s, own in of.items()}, step.size - len(district)):
        together = np.sort(np.concatenate([district, *(of[b] for b in batch)]))
        yield Together(together, those[np.isin(target_school, batch)], whole=False)
    own = those[target_school == 0]
    if len(own) and not step.spare:
        nearest = _schools_of_targets(work, own, of)
        yield Together(np.sort(np.concatenate([district, *(of[s] for s in nearest)])), own, whole=False)


def _batches(sizes: dict[int, int], room: int) -> Iterator[list[int]]:
    """Yield schools in their order, as many at a time as there is room for, and one at least."""
    batch: list[int] = []
    taken = 0
    for school in sorted(sizes):
        if batch and taken + sizes[school] > room:
            yield batch
            batch, taken = [], 0
        batch.append(school)
        taken += sizes[school]
    if batch:
        yield batch


def _schools_of_targets(work: Work, own: Ints, of: dict[int, Ints]) -> list[int]:
    """Return the schools in which a district's protected groups mostly are."""
    cells = work.system.cells
    spots = cells.iloc[work.targets.cell[own]][["taken", "grade", "group"]].drop_duplicates()
    there = cells[["taken", "grade", "group", "school", "n"]].merge(spots, on=["taken", "grade", "group"])
    there = there[there["school"].isin(list(of)) & (there["n"] > 0)]
    largest = there.groupby("school")["n"].sum().sort_values(ascending=False, kind="stable")
    return sorted(int(s) for s in largest.index[:MORE_SCHOOLS]) or sorted(of)[:MORE_SCHOOLS]


def show(work: Work, near: Neighbourhood, those: Ints, rounds: int = _ROUNDS) -> None:
    """Look for tables that show many targets at once to be safe, as things are said now."""
    for sides in _sides(len(those), rounds):
        still = np.flatnonzero(~work.doubt.safe(those))
        if len(still):
            work.doubt.take(near.reach(still, sides[still], no_farther=True), those)


def show_each(work: Work, near: Neighbourhood, those: Ints, first: Ints) -> bool:
    """Return whether some targets are safe as things are said now, looking for tables one by one and stopping where one is not."""
    for target in first:
        alone = np.array([target])
        for side in (-1.0, 1.0):
            need = _needed(work, int(target), side)
            if need <= 0 or not len(work.doubt.open(alone)):
                continue
            shift, broken = _cheapest(work, near, int(np.searchsorted(those, target)), side * need)
            if shift is None or broken:
                return False
            work.doubt.take(shift, those)
        if len(work.doubt.open(alone)):
            return False
    return True


def _sides(count: int, rounds: int) -> Iterator[Floats]:
    """Yield in which directions targets are moved together: all up, all down, and then some up while others go down."""
    yield np.ones(count)
    yield -np.ones(count)
    mixed = np.random.default_rng(0)
    for _ in range(rounds):
        sides = mixed.choice((-1.0, 1.0), count)
        yield sides
        yield -sides


def _hardest_first(work: Work, those: Ints) -> Ints:
    still = work.doubt.open(those)
    targets = work.targets
    return still[np.lexsort((still, targets.truth[still], -targets.required[still]))]


def _protect_one(
    work: Work, near: Neighbourhood, those: Ints, target: int, *, spare: bool, last: bool
) -> None:
    """Hide what is cheapest, so that one target can move as far as it must, down and up; ``spare`` the district's figures."""
    alone = np.array([target])
    for side in (-1.0, 1.0):
        need = _needed(work, target, side)
        if need <= 0 or not len(work.doubt.open(alone)):
            continue
        shift, broken = _cheapest(work, near, int(np.searchsorted(those, target)), side * need)
        if spare and (shift is None or _touches_the_district(work, broken)):
            return
        if shift is None and last:
            shift, broken = _cheapest(work, _widened(work, near, target), 0, side * need)
        if shift is not None:
            _raise(work, broken, target)
            work.doubt.take(shift, those)


def _needed(work: Work, target: int, side: float) -> float:
    """Return how far a target is to be moved down, or up: to nobody, where it is fewer than what is asked for, and the rest up.

    0 where it has been moved so far already.
    """
    targets, doubt = work.targets, work.doubt
    required = float(targets.required[target])
    down = doubt.counted(float(doubt.down[target]), target)
    if side > 0:
        up = max(required - down, float(targets.up[target]))
        return up if doubt.counted(float(doubt.up[target]), target) < up else 0.0
    can = float(targets.truth[target]) if targets.whole[target] else required / 2
    wanted = max(
        min(can, required) if can < required else float(np.ceil(required / 2)), float(targets.down[target])
    )
    return wanted if down < wanted else 0.0


def _cheapest(work: Work, near: Neighbourhood, at: int, wanted: float) -> tuple[Shift | None, dict[int, int]]:
    shift = near.cheapest(at, wanted)
    return shift, {} if shift is None else broken_cells(work.system, work.level, shift, work.columns)


def _touches_the_district(work: Work, broken: dict[int, int]) -> bool:
    return any(work.cell_school[cell] == 0 for cell in broken)


def _raise(work: Work, broken: dict[int, int], target: int) -> None:
    for cell, to in broken.items():
        work.because.setdefault(cell, []).append(target)
        work.level[cell] = max(int(work.level[cell]), to)


def _widened(work: Work, near: Neighbourhood, target: int) -> Neighbourhood:
    """Return a wider neighbourhood for one target: the whole table, or as many schools as can be, those with hidden cells first."""
    cells, owner = work.system.cells, work.system.unknown_cell
    table, school = (cells[name].to_numpy(np.int64) for name in ("taken", "school"))
    own = int(work.targets.cell[target])
    whole = np.flatnonzero(table[owner] == table[own])
    alone = np.array([target])
    if len(whole) <= 2 * ONE_PROGRAM:
        return work.neighbourhood(whole, alone)
    grade, group = cells["grade"].to_numpy(), cells["group"].to_numpy()
    alike = (
        (table == table[own])
        & (school > 0)
        & (grade == grade[own])
        & (group == group[own])
        & work.system.movable
    )
    alike &= cells["n"].to_numpy() > 0
    near_schools = np.unique(school[owner[near.unknowns]])
    alike &= ~np.isin(school, near_schools)
    found = np.flatnonzero(alike)
    price: Floats = np.where(work.level[found] == HIDDEN_LEVEL, 0.0, work.system.weight[found])
    chosen = school[found[np.lexsort((found, price))][:MORE_SCHOOLS]]
    more = np.flatnonzero((table[owner] == table[own]) & np.isin(school[owner], chosen))
    return work.neighbourhood(np.union1d(near.unknowns, more), alone)
