"""What was hidden for others and need not be: the dearest first, each kept only while every target stays safe."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from typing import Final

import numpy as np

from dataworkbench.disclosure.linked.complementary import Step, Work, neighbourhoods, show, show_each
from dataworkbench.disclosure.linked.program import BROKEN, Neighbourhood, moved_sums
from dataworkbench.disclosure.linked.structure import Ints
from dataworkbench.disclosure.linked.system import ALWAYS, Bools

MOST_ASKED: Final = 12
"""Targets that are asked about one by one, before a cell is left hidden."""
_KEPT_PROGRAMS: Final = 4
_MOST_NEIGHBOURHOODS: Final = 12
_IN_VAIN: Final = {True: 15, False: 1}
"""So many cells of a table that is solved as one, or of one school, are tried one after the other without one that can be given
back; then the rest stays hidden."""
_PIECES: Final = Step(700)


def give_back(work: Work, own_right: Bools) -> int:
    """Lower the level of cells that need not be so high, and return of how many; ``own_right`` cells are hidden for themselves."""
    given = 0
    places = _Places(work)
    raised = np.flatnonzero((work.level > 0) & ~own_right & work.system.movable)
    leaning = _leaning(work, raised)
    in_vain: dict[tuple[int, int], int] = {}
    for cell in _dearest_first(work, raised, places):
        place, most = places.of_cell(int(cell))
        if in_vain.get(place, 0) >= most:
            continue
        in_vain[place] = in_vain.get(place, 0) + 1
        was = int(work.level[cell])
        for to in range(was):
            work.level[cell] = to
            if _still_safe(work, places, leaning, int(cell)):
                given, in_vain[place] = given + 1, 0
                break
            work.level[cell] = was
    return given


class _Places:
    """In which neighbourhood each target is, and the programs that were used last."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.parts = list(neighbourhoods(work, _PIECES))
        self.of_target = np.full(len(work.targets), -1, dtype=np.int64)
        for number, part in enumerate(self.parts):
            self.of_target[part.targets] = number
        self.programs: OrderedDict[int, Neighbourhood] = OrderedDict()
        self.table = work.system.cells["taken"].to_numpy(np.int64)
        self.whole = np.unique(
            [self.table[work.targets.cell[part.targets[0]]] for part in self.parts if part.whole]
        )

    def of_cell(self, cell: int) -> tuple[tuple[int, int], int]:
        """Return where a cell is, and how many cells are tried there in vain."""
        table = int(self.table[cell])
        whole = table in self.whole
        return (table, 0 if whole else int(self.work.cell_school[cell])), _IN_VAIN[whole]

    def program(self, number: int) -> Neighbourhood:
        if number not in self.programs:
            self.programs[number] = self.work.neighbourhood(
                self.parts[number].unknowns, self.parts[number].targets
            )
        self.programs.move_to_end(number)
        if len(self.programs) > _KEPT_PROGRAMS:
            self.programs.popitem(last=False)
        return self.programs[number]


def _dearest_first(work: Work, raised: Ints, places: _Places) -> Ints:
    """Return cells in the order in which they are tried: the district's first, then near one another, the dearest first."""
    cells = work.system.cells
    table, school = (cells[name].to_numpy(np.int64)[raised] for name in ("taken", "school"))
    batch = (
        school
        if len(places.parts) > len(np.unique(work.target_table))
        else np.zeros(len(raised), dtype=np.int64)
    )
    return raised[np.lexsort((raised, -work.system.weight[raised], batch, table))]


def _leaning(work: Work, raised: Ints) -> dict[int, set[int]]:
    """Return which tables lean on each raised cell: they would not fit if it were said at level 0 or 1."""
    found = {int(cell): set[int]() for cell in raised}
    _note_leaning(work, found, work.doubt.used)
    return found


def _still_safe(work: Work, places: _Places, leaning: dict[int, set[int]], cell: int) -> bool:
    """Return whether all targets are safe with a cell at its new level, having looked for other tables where one leant on it."""
    doubt = work.doubt
    names = list(leaning[cell])
    leant = (
        np.flatnonzero(np.isin(doubt.down_by, names) | np.isin(doubt.up_by, names))
        if names
        else np.zeros(0, np.int64)
    )
    numbers = np.unique(places.of_target[leant])
    if len(numbers) > _MOST_NEIGHBOURHOODS or (numbers < 0).any():
        return False
    kept, kept_by = (doubt.down.copy(), doubt.up.copy()), (doubt.down_by.copy(), doubt.up_by.copy())
    before = len(doubt.shifts)
    doubt.forget(leant)
    if not all(_shown(work, places, int(number), leant, cell) for number in numbers):
        (doubt.down, doubt.up), (doubt.down_by, doubt.up_by) = kept, kept_by
        del doubt.shifts[before:]
        return False
    _note_leaning(work, leaning, range(before, len(doubt.shifts)))
    return True


def _shown(work: Work, places: _Places, number: int, leant: Ints, cell: int) -> bool:
    """Return whether the targets of one neighbourhood are safe; those for which a cell was hidden are asked first."""
    near, those = places.program(number), places.parts[number].targets
    here = leant[places.of_target[leant] == number]
    reasons = np.array(work.because.get(cell, []), dtype=np.int64)
    if not show_each(work, near, those, np.intersect1d(reasons, here)):
        return False
    show(work, near, those, 0)
    still = work.doubt.open(here)
    return len(still) <= MOST_ASKED and show_each(work, near, those, still)


def _note_leaning(work: Work, leaning: dict[int, set[int]], tables: Iterable[int]) -> None:
    """Note down on which raised cells some tables lean."""
    about, columns = work.system.rows, work.columns
    raised = np.zeros(len(work.system.cells), dtype=bool)
    raised[list(leaning)] = True
    for name in tables:
        rows, moved = moved_sums(columns, work.doubt.shifts[name])
        off = (moved < about.low[rows] - BROKEN) | (moved > about.high[rows] + BROKEN)
        off &= (about.level[rows] != ALWAYS) & raised[np.maximum(about.cell[rows], 0)]
        for cell in np.unique(about.cell[rows][off]):
            leaning[int(cell)].add(name)
