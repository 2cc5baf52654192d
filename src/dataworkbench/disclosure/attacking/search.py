"""How the ends of many figures are found: small parts whole, large ones in blocks, then nearer and wider around each figure.

Two shortcuts are sound. While everything outside a block stays as it truly is, whatever fits in the block fits everywhere:
a figure that can move far enough there is safe. And what follows from a few statements follows from all: a figure that is
held too narrowly by those around it is not. Only what lies between the two is looked at more widely.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from dataworkbench.disclosure.attacking.findings import Findings
from dataworkbench.disclosure.attacking.program import (
    NOBODY,
    Flags,
    Floats,
    Places,
    Program,
    columns_of,
    components,
    row_lengths,
)
from dataworkbench.disclosure.attacking.solving import (
    DONE,
    NOTHING_FITS,
    STOPPED,
    USED,
    WITHOUT_END,
    Answer,
    Region,
    Warm,
    region_on_its_own,
    region_with_the_rest_as_it_is,
    seconds_left,
)

_ROUNDS: Final = 12
_WORTH_A_ROUND: Final = 0.04
_HUBS_AT_MOST: Final = 0.6
_HUB_SHARE: Final = 4
"""A row is followed in a neighbourhood only where it takes up no more than this part of it."""


@dataclass
class Search:
    """A program being searched: what is found of it, and until when (on the monotonic clock)."""

    program: Program
    findings: Findings
    sums: Floats
    lengths: Places
    parts: Places
    target_part: Places
    true_part: Flags
    until: float

    def waiting(self, targets: Places) -> Places:
        """Return those of these targets that still need a look."""
        return targets[~self.findings.done(targets)]


def search_of(program: Program, findings: Findings, seconds: float) -> Search:
    """Return a search that has looked at nothing but what single statements settle."""
    open_truth = np.where(program.settled, 0.0, program.truth)
    sums = np.asarray(program.matrix @ open_truth)
    parts = components(program)
    search = Search(
        program=program,
        findings=findings,
        sums=sums,
        lengths=row_lengths(program),
        parts=parts,
        target_part=_parts_of_targets(program, parts),
        true_part=_where_the_truth_fits(program, parts, sums),
        until=time.monotonic() + seconds,
    )
    _note_settled(search)
    return search


def _parts_of_targets(program: Program, parts: Places) -> Places:
    """Return in which part each target lies; ``NOBODY`` for those of settled unknowns only."""
    terms = program.targets.tocoo()
    left = ~program.settled[terms.col]
    found = np.full(program.targets.shape[0], NOBODY)
    found[terms.row[left]] = parts[terms.col[left]]
    return found


def _where_the_truth_fits(program: Program, parts: Places, sums: Floats) -> Flags:
    """Return for each part whether the truth fits what was said of it; where not, the truth is no place to start from."""
    fits = np.ones(int(parts.max(initial=-1)) + 1, dtype=bool)
    slack = USED * 10 * (1 + np.abs(sums))
    off = program.live & ((sums < program.rest_low - slack) | (sums > program.rest_high + slack))
    columns = program.matrix[np.flatnonzero(off)].indices
    fits[parts[columns[~program.settled[columns]]]] = False
    outside = ~program.settled & (
        (program.truth < program.low - USED) | (program.truth > program.high + USED)
    )
    fits[parts[outside]] = False
    return fits


def _note_settled(search: Search) -> None:
    """Note targets that single statements settle, and the truth of the others as a first thing that fits."""
    program, findings = search.program, search.findings
    settled = np.flatnonzero(search.target_part == NOBODY)
    values = program.fixed_part[settled]
    findings.saw(settled, values)
    for target, value in zip(settled.tolist(), values.tolist(), strict=True):
        rows = rows_behind(program, (), program.targets[target].indices)
        findings.prove(target, value, rows, highest=False)
        findings.prove(target, value, rows, highest=True)
    left = np.flatnonzero(search.target_part != NOBODY)
    left = left[search.true_part[search.target_part[left]]]
    findings.saw(left, findings.truth[left])


def rows_behind(program: Program, rows: tuple[int, ...], unknowns: Places) -> set[int]:
    """Return these rows, and all that settled the ends of these unknowns or of settled ones in the rows, and so on."""
    found = set(rows)
    waiting = list(rows)
    seen: set[int] = set()
    fresh = [int(u) for u in unknowns]
    while waiting or fresh:
        for row in waiting:
            columns = program.matrix.indices[program.matrix.indptr[row] : program.matrix.indptr[row + 1]]
            fresh.extend(int(u) for u in columns if program.settled[u])
        waiting = []
        for unknown in fresh:
            if unknown not in seen:
                seen.add(unknown)
                by = {int(program.low_by[unknown]), int(program.high_by[unknown])} - {NOBODY} - found
                found |= by
                waiting.extend(by)
        fresh = []
    return found


# One region ----------------------------------------------------------------------------------------------------------


def targets_within(search: Search, unknowns: Places) -> tuple[Places, Any]:
    """Return the targets whose open unknowns are all among these, and their matrix over them."""
    targets, matrix = columns_of(search.program.target_columns, unknowns)
    wanted = np.asarray((search.program.targets[targets] != 0) @ (~search.program.settled).astype(np.int64))
    inside = np.diff(matrix.indptr) == wanted
    return targets[inside], matrix[inside]


def move_many(search: Search, region: Region, targets: Places, matrix: Any) -> Warm | None:
    """Note what is seen when many targets are pushed at once, some up and some down; return the warm model.

    Only for a region whose points fit everywhere. Stops when a round brings little. None where nothing was solved.
    """
    warm = Warm(search.program, region)
    chance = np.random.default_rng(len(region.unknowns))
    for _ in range(_ROUNDS):
        waiting = ~search.findings.done(targets)
        before = int(waiting.sum())
        if not before:
            break
        signs = chance.choice([-1.0, 0.0, 1.0], size=before, p=[0.4, 0.2, 0.4])
        answer = warm.furthest(np.asarray(matrix[waiting].T @ signs), seconds=seconds_left(search.until))
        if answer.state != DONE:
            if answer.state == STOPPED:
                return None
            continue
        _see(search, targets, matrix, answer)
        if before - int((~search.findings.done(targets)).sum()) < _WORTH_A_ROUND * before:
            break
    return warm


def _see(search: Search, targets: Places, matrix: Any, answer: Answer) -> None:
    if answer.point is not None:
        search.findings.saw(targets, np.asarray(matrix @ answer.point) + search.program.fixed_part[targets])


def move_each(search: Search, warm: Warm, targets: Places, matrix: Any) -> None:
    """Note what is seen when each target that is waiting is pushed up and down by itself, in a region that fits everywhere."""
    for place, target in enumerate(targets):
        one = np.array([target])
        for sign in (1.0, -1.0):
            if search.findings.done(one)[0]:
                break
            weights = sign * matrix[place].toarray().ravel()
            answer = warm.furthest(weights, seconds=seconds_left(search.until))
            if answer.state == WITHOUT_END:
                search.findings.saw(one, np.array([sign * np.inf]))
            elif answer.state == DONE:
                _see(search, targets, matrix, answer)
            elif answer.state == STOPPED:
                return


def hold_each(search: Search, warm: Warm, targets: Places, matrix: Any, *, everything: bool) -> None:
    """Note how far each of these targets can go in a region of which no statement was left out or doubted.

    ``everything``: the region is a part by itself, so what fits it fits; otherwise the ends are only proved to hold.
    A part that nothing fits proves nothing: its targets stay unfinished, and which statements clash is noted.
    """
    program, findings = search.program, search.findings
    for place, target in enumerate(targets.tolist()):
        weights = matrix[place].toarray().ravel()
        for sign in (1.0, -1.0):
            answer = warm.furthest(sign * weights, seconds=seconds_left(search.until), why=True)
            if answer.state == WITHOUT_END and everything:
                findings.saw(np.array([target]), np.array([sign * np.inf]))
            if answer.state == NOTHING_FITS:
                clash = rows_behind(program, tuple(warm.clash()), _NONE)
                findings.why.update({(other, True): clash for other in targets.tolist()})
                return
            if answer.state == STOPPED:
                return
            if answer.state != DONE:
                continue
            if everything:
                _see(search, targets, matrix, answer)
            end = sign * answer.end + program.fixed_part[target]
            findings.prove(target, end, _used(program, warm.region, answer), highest=sign > 0)


def _used(program: Program, region: Region, answer: Answer) -> set[int]:
    """Return the rows that hold a sum at its end: those with a weight, and those that set an end with a weight."""
    if answer.rows is None or answer.unknowns is None:
        return set()
    rows = region.rows[np.abs(answer.rows) > USED]
    up, down = answer.unknowns > USED, answer.unknowns < -USED
    by = np.concatenate([program.high_by[region.unknowns[up]], program.low_by[region.unknowns[down]]])
    return rows_behind(
        program, tuple(int(row) for row in {*rows.tolist(), *by[by != NOBODY].tolist()}), _NONE
    )


_NONE: Final = np.zeros(0, dtype=np.int64)


# Blocks --------------------------------------------------------------------------------------------------------------


def blocks(search: Search, unknowns: Places, size: int) -> Iterator[Places]:
    """Return sets of unknowns of one large part, each of about ``size``, that together hold it all.

    The part falls into pieces when its long rows are passed over; pieces are put together until a block is full. Pieces
    that hold the whole of a long row, such as a district's totals, are in every block, so that what one school gives the
    total may take. Pieces with a target that is waiting come first.
    """
    labels = _labels_of_pieces(search, unknowns, size)
    order = np.argsort(labels, kind="stable")
    found = np.split(unknowns[order], np.flatnonzero(np.diff(labels[order])) + 1)
    hubs = _pieces_with_wholes(search, unknowns, labels)
    common = [found[i] for i in sorted(hubs)]
    together = np.concatenate(common) if common else _NONE
    if len(together) > size * _HUBS_AT_MOST:
        together, hubs = _NONE, set()
    held: list[Places] = []
    for i in _waiting_first(search, unknowns, labels):
        piece = found[i]
        if i in hubs:
            continue
        if held and sum(map(len, held)) + len(piece) > size - len(together):
            yield np.sort(np.concatenate([together, *held]))
            held = []
        held.append(piece)
    if held:
        yield np.sort(np.concatenate([together, *held]))


def _waiting_first(search: Search, unknowns: Places, labels: Places) -> list[int]:
    """Return the labels of the pieces, those with a target that is waiting before the others."""
    targets, matrix = columns_of(search.program.target_columns, unknowns)
    waiting = ~search.findings.done(targets)
    wanted = np.unique(labels[matrix[waiting].indices])
    return [*wanted.tolist(), *np.setdiff1d(np.unique(labels), wanted).tolist()]


def _labels_of_pieces(search: Search, unknowns: Places, size: int) -> Places:
    """Return for each unknown of a part its piece, with rows as long as possible holding pieces together."""
    lengths = np.unique(search.lengths[columns_of(search.program.by_column, unknowns)[0]])
    labels = np.arange(len(unknowns))
    for longest in sorted(lengths[lengths > 0].tolist(), reverse=True):
        tried = np.unique(components(search.program, longest=longest)[unknowns], return_inverse=True)[1]
        labels = tried
        if np.bincount(tried).max() <= size:
            break
    return labels


def _pieces_with_wholes(search: Search, unknowns: Places, labels: Places) -> set[int]:
    """Return the pieces that hold the one unknown with a sign of its own in a row that runs across pieces."""
    rows, matrix = columns_of(search.program.by_column, unknowns)
    terms = matrix.tocoo()
    ups = np.bincount(terms.row[terms.data > 0], minlength=len(rows))
    downs = np.bincount(terms.row[terms.data < 0], minlength=len(rows))
    lone = ((ups == 1) & (downs > 1) & (terms.row.size > 0)) | ((downs == 1) & (ups > 1))
    long = np.zeros(len(rows), dtype=bool)
    first = np.full(len(rows), -1)
    first[terms.row] = labels[terms.col]
    long[terms.row[labels[terms.col] != first[terms.row]]] = True
    sign = np.where(ups == 1, 1.0, -1.0)
    hit = (lone & long)[terms.row] & (np.sign(terms.data) == sign[terms.row])
    return {int(label) for label in labels[terms.col[hit]]}


# Neighbourhoods ------------------------------------------------------------------------------------------------------


def neighbourhood(search: Search, target: int, size: int) -> Places:
    """Return the open unknowns nearest to a target, about ``size`` of them; short rows are followed before long ones."""
    program = search.program
    start = program.targets[target].indices
    inside = np.unique(start[~program.settled[start]]).astype(np.int64)
    edge, used = inside, _NONE
    while len(inside) < size and len(edge):
        rows = np.setdiff1d(columns_of(program.by_column, edge)[0], used)
        used = np.union1d(used, rows)
        rows = rows[(search.lengths[rows] > 0) & (search.lengths[rows] <= max(size // _HUB_SHARE, 2))]
        rows = rows[np.argsort(search.lengths[rows], kind="stable")]
        members = program.matrix[rows].indices.astype(np.int64)
        members = members[~program.settled[members] & ~np.isin(members, inside)]
        _, first = np.unique(members, return_index=True)
        edge = members[np.sort(first)][: size - len(inside)]
        inside = np.union1d(inside, edge)
    return inside


def groups_around(search: Search, targets: Places, size: int) -> Iterator[tuple[Places, Places]]:
    """Return neighbourhoods that together hold these targets, and which of them are settled in each."""
    left = set(targets.tolist())
    for target in targets.tolist():
        if target in left:
            unknowns = neighbourhood(search, target, size)
            inside = targets_within(search, unknowns)[0]
            mine = np.array(sorted({target, *(left & set(inside.tolist()))}), dtype=np.int64)
            left -= set(mine.tolist())
            yield unknowns, mine


def look_around(search: Search, unknowns: Places, mine: Places) -> None:
    """Note what a neighbourhood shows of these targets: how far they move in it, and how far the rows within let them."""
    part = int(search.target_part[mine[0]])
    if search.true_part[part]:
        region = region_with_the_rest_as_it_is(search.program, search.sums, unknowns)
        targets, matrix = _within(search, unknowns, mine)
        move_each(search, Warm(search.program, region), targets, matrix)
    targets, matrix = _within(search, unknowns, search.waiting(mine))
    if len(targets):
        region = region_on_its_own(search.program, search.lengths, unknowns)
        hold_each(search, Warm(search.program, region), targets, matrix, everything=False)


def _within(search: Search, unknowns: Places, mine: Places) -> tuple[Places, Any]:
    targets, matrix = targets_within(search, unknowns)
    wanted = np.isin(targets, mine)
    return targets[wanted], matrix[wanted]


def look_at_all(search: Search, unknowns: Places, targets: Places, matrix: Any) -> None:
    """Note the very ends of these targets, by everything that was said of their part."""
    region = region_on_its_own(search.program, search.lengths, unknowns)
    hold_each(search, Warm(search.program, region), targets, matrix, everything=True)
