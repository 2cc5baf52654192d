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
"""Unknowns that are solved as one; a larger table is taken a few schools at a time. In pieces, more has to be hidden, and some
figures can't be protected for want of room, so a table is taken whole where it can be."""
MORE_SCHOOLS: Final = 12
_ROUNDS: Final = 3
_WIDER: Final = 0.3


@dataclass
class Work:
    """What suppression has at hand: the system, its matrix by columns, what is protected, each cell's level, what is shown."""

    system: System
    columns: Matrix
    targets: Targets
    level: Ints
    doubt: Doubt
    target_school: Ints
    target_table: Ints
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
    school, table = (system.cells[name].to_numpy(np.int64) for name in ("school", "table"))
    return Work(
        system,
        system.rows.matrix.tocsc(),
        targets,
        level,
        Doubt(targets),
        school[targets.cell],
        table[targets.cell],
        {},
    )


def protect(work: Work) -> None:
    """Raise the level of cells until every target is shown to be safe, or nothing can be done for it any more."""
    for unknowns, those in neighbourhoods(work):
        if not len(work.doubt.open(those)):
            continue
        near = work.neighbourhood(unknowns, those)
        show(work, near, those)
        for target in _hardest_first(work, those):
            _protect_one(work, near, those, int(target))


def neighbourhoods(work: Work) -> Iterator[tuple[Ints, Ints]]:
    """Yield unknowns that are solved together, with the targets among them: whole tables, or a few schools and the district."""
    cells, owner = work.system.cells, work.system.unknown_cell
    table_of, school_of = (cells[name].to_numpy(np.int64)[owner] for name in ("table", "school"))
    order = np.argsort(table_of, kind="stable")
    starts = np.searchsorted(table_of[order], np.arange(table_of.max(initial=-1) + 2))
    by_table = np.argsort(work.target_table, kind="stable")
    target_starts = np.searchsorted(work.target_table[by_table], np.arange(table_of.max(initial=-1) + 2))
    for table in np.unique(work.target_table):
        unknowns = np.sort(order[starts[table] : starts[table + 1]])
        those = np.sort(by_table[target_starts[table] : target_starts[table + 1]])
        if len(unknowns) <= ONE_PROGRAM:
            yield unknowns, those
        else:
            yield from _by_schools(work, unknowns, school_of[unknowns], those)


def _by_schools(work: Work, unknowns: Ints, school: Ints, those: Ints) -> Iterator[tuple[Ints, Ints]]:
    """Yield a table a few schools at a time, each time with the whole district's cells; the district's own targets first."""
    district = unknowns[school == 0]
    order = np.argsort(school, kind="stable")
    schools, starts = np.unique(school[order], return_index=True)
    ends = [*starts[1:].tolist(), len(order)]
    of = {int(s): unknowns[order[a:b]] for s, a, b in zip(schools, starts, ends, strict=True) if s != 0}
    own = those[work.target_school[those] == 0]
    if len(own):
        nearest = _schools_of_targets(work, own, of)
        yield np.sort(np.concatenate([district, *(of[s] for s in nearest)])), own
    batch: list[int] = []
    size = 0
    for s in [*sorted(of), 0]:
        if batch and (s == 0 or size + len(of[s]) > ONE_PROGRAM - len(district)):
            yield (
                np.sort(np.concatenate([district, *(of[b] for b in batch)])),
                those[np.isin(work.target_school[those], batch)],
            )
            batch, size = [], 0
        if s:
            batch.append(s)
            size += len(of[s])


def _schools_of_targets(work: Work, own: Ints, of: dict[int, Ints]) -> list[int]:
    """Return the schools in which a district's protected groups mostly are."""
    cells = work.system.cells
    spots = cells.iloc[work.targets.cell[own]][["table", "grade", "group"]].drop_duplicates()
    there = cells[["table", "grade", "group", "school", "n"]].merge(spots, on=["table", "grade", "group"])
    there = there[there["school"].isin(list(of)) & (there["n"] > 0)]
    largest = there.groupby("school")["n"].sum().sort_values(ascending=False, kind="stable")
    return sorted(int(s) for s in largest.index[:MORE_SCHOOLS]) or sorted(of)[:MORE_SCHOOLS]


def show(work: Work, near: Neighbourhood, those: Ints, rounds: int = _ROUNDS) -> None:
    """Look for tables that show many targets at once to be safe, as things are said now."""
    for sides in _sides(len(those), rounds):
        still = np.flatnonzero(~work.doubt.safe()[those])
        if len(still):
            work.doubt.take(near.reach(still, sides[still], no_farther=True), those)


def show_each(work: Work, near: Neighbourhood, those: Ints, first: Ints) -> bool:
    """Return whether some targets are safe as things are said now, looking for tables one by one and stopping where one is not."""
    for target in first:
        alone = np.array([target])
        at = np.searchsorted(those, alone)
        for side in (1.0, -1.0):
            if len(work.doubt.open(alone)):
                work.doubt.take(near.reach(at, np.array([side]), no_farther=False), those)
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


def _steps(work: Work, target: int) -> list[float]:
    """Return how far a target is to be moved, down and then up: to nobody, where it is fewer than what is asked for."""
    targets, doubt = work.targets, work.doubt
    required = float(targets.required[target])
    can = float(targets.truth[target]) if targets.whole[target] else required / 2
    down = min(can, required) if can < required else float(np.ceil(required / 2))
    down = max(down, float(targets.down[target]), doubt.counted(float(doubt.down[target]), target))
    return [-down, max(required - down, float(targets.up[target]))]


def _protect_one(work: Work, near: Neighbourhood, those: Ints, target: int) -> None:
    """Hide what is cheapest, so that one target can move as far as it must, down and up."""
    alone = np.array([target])
    wide: Neighbourhood | None = None
    for side in (-1.0, 1.0):
        need = _needed(work, target, side)
        if need <= 0 or not len(work.doubt.open(alone)):
            continue
        shift, broken = _cheapest(work, near, int(np.searchsorted(those, target)), side * need)
        if shift is None or _touches_the_district(work, broken, target):
            wide = wide or _widened(work, near, target)
            wider, more = _cheapest(work, wide, 0, side * need)
            if wider is not None and (shift is None or _price(work, more) < _price(work, broken)):
                shift, broken = wider, more
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


def _touches_the_district(work: Work, broken: dict[int, int], target: int) -> bool:
    school = work.system.cells["school"].to_numpy()
    return bool(work.target_school[target]) and any(school[cell] == 0 for cell in broken)


def _price(work: Work, broken: dict[int, int]) -> float:
    return sum(
        float(work.system.weight[cell]) * (1.0 if to == HIDDEN_LEVEL else _WIDER)
        for cell, to in broken.items()
    )


def _raise(work: Work, broken: dict[int, int], target: int) -> None:
    for cell, to in broken.items():
        work.because.setdefault(cell, []).append(target)
        work.level[cell] = max(int(work.level[cell]), to)


def _widened(work: Work, near: Neighbourhood, target: int) -> Neighbourhood:
    """Return a wider neighbourhood for one target: the whole table, or as many schools as can be, those with hidden cells first."""
    cells, owner = work.system.cells, work.system.unknown_cell
    table, school = (cells[name].to_numpy(np.int64) for name in ("table", "school"))
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
