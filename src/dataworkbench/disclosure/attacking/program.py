"""What an attacker knows as one linear program: the ledger as matrices, with everything that is settled taken out.

A statement about one number settles or bounds it; what is settled is put into the statements it stands in, and so on until
nothing more follows. What is left falls into pieces that say nothing of one another, and each is attacked by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse
from scipy.sparse import csgraph

from dataworkbench.disclosure.ledger import Ledger, checked

NEARLY: Final = 1e-6
SETTLED: Final = 1e-9
NOBODY: Final = -1
"""In place of a statement: the end was known beforehand, or there is none."""

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass
class Program:
    """A ledger as matrices. Rows are statements, columns are unknowns, both by their place in the ledger's frames.

    ``low``, ``high`` are the ends of each unknown, after all that follows from single statements; ``low_by`` and ``high_by``
    are the places of the statements that set them (``NOBODY``: known beforehand). ``rest_low`` and ``rest_high`` are the ends
    of each row once settled unknowns (``settled``) are taken out; rows that are used up are no longer ``live``. ``broken``
    are rows that can't be so. ``by_column`` and ``target_columns`` are the two matrices by column, ``named`` the first with
    ones in it.
    """

    matrix: Any
    by_column: Any
    named: Any
    targets: Any
    target_columns: Any
    truth: Floats
    low: Floats
    high: Floats
    low_by: Places
    high_by: Places
    rest_low: Floats
    rest_high: Floats
    settled: Flags
    live: Flags
    broken: Places

    @property
    def fixed_part(self) -> Floats:
        """What the settled unknowns add to each target."""
        values: Floats = np.asarray(self.targets @ np.where(self.settled, self.low, 0.0))
        return values


def program_of(ledger: Ledger, knowing: Mapping[int, float] | None = None) -> Program:
    """Return a ledger as a program, reduced. ``knowing`` gives unknowns that this attacker has from elsewhere.

    Raises
    ------
    WorkbenchError
        Where the ledger's frames don't fit one another.

    """
    checked(ledger, knowing)
    unknowns = ledger.unknowns
    place = pd.Series(np.arange(len(unknowns)), index=unknowns["unknown"].to_numpy())
    low = _ends(unknowns["least"], -np.inf)
    high = _ends(unknowns["most"], np.inf)
    for unknown, value in (knowing or {}).items():
        low[place[unknown]] = high[place[unknown]] = value
    matrix = _matrix(ledger.statements["statement"], ledger.terms, "statement", place)
    targets = _matrix(ledger.targets["target"], ledger.target_terms, "target", place)
    program = Program(
        matrix=matrix,
        by_column=matrix.tocsc(),
        named=(matrix != 0).astype(np.int64),
        targets=targets,
        target_columns=targets.tocsc(),
        truth=unknowns["truth"].to_numpy(dtype=float),
        low=low,
        high=high,
        low_by=np.full(len(unknowns), NOBODY),
        high_by=np.full(len(unknowns), NOBODY),
        rest_low=_ends(ledger.statements["low"], -np.inf),
        rest_high=_ends(ledger.statements["high"], np.inf),
        settled=np.zeros(len(unknowns), dtype=bool),
        live=np.ones(matrix.shape[0], dtype=bool),
        broken=np.zeros(0, dtype=np.int64),
    )
    _reduce(program, whole=whole_numbers(ledger))
    return program


def whole_numbers(ledger: Ledger) -> Flags:
    """Return which unknowns are whole numbers: people. What is counted of them need not be, as days attended over days enrolled."""
    truth = ledger.unknowns["truth"].to_numpy(dtype=float)
    people = ~ledger.unknowns["what"].str.startswith("sum").to_numpy(dtype=bool)
    whole: Flags = people & (np.abs(truth - np.round(truth)) <= SETTLED)
    return whole


def _ends(column: pd.Series[Any], empty: float) -> Floats:
    values = column.to_numpy(dtype=float, na_value=np.nan).copy()
    values[np.isnan(values)] = empty
    return values


def _matrix(rows: pd.Series[Any], terms: pd.DataFrame, named: str, place: pd.Series[Any]) -> Any:
    at = pd.Series(np.arange(len(rows)), index=rows.to_numpy())
    row, column = at.reindex(terms[named]).to_numpy(), place.reindex(terms["unknown"]).to_numpy()
    shape = (len(rows), len(place))
    matrix = sparse.csr_matrix((terms["factor"].to_numpy(dtype=float), (row, column)), shape=shape)
    matrix.eliminate_zeros()
    return matrix


def _reduce(program: Program, whole: Flags) -> None:
    """Take out what is settled, again and again, until nothing more follows from single statements."""
    broken: list[Places] = []
    newly = _settle(program, whole)
    while True:
        broken.append(_put_in(program, newly))
        changed = _read_single_statements(program)
        newly = _settle(program, whole)
        if not len(newly) and not changed:
            break
    crossed = np.flatnonzero(program.low > program.high + NEARLY)
    sides = np.concatenate([program.low_by[crossed], program.high_by[crossed]])
    program.broken = np.unique(np.concatenate([*broken, sides]))
    if len(crossed):
        program.low[crossed] = program.high[crossed] = program.truth[crossed]


def _settle(program: Program, whole: Flags) -> Places:
    """Round ends of whole numbers inwards and return the unknowns that are settled now and were not before."""
    count = whole & ~program.settled
    program.low[count] = np.ceil(program.low[count] - NEARLY)
    program.high[count] = np.floor(program.high[count] + NEARLY)
    now = ~program.settled & (program.high - program.low <= SETTLED) & (program.high >= program.low - NEARLY)
    program.settled |= now
    places: Places = np.flatnonzero(now)
    program.high[places] = program.low[places]
    return places


def _put_in(program: Program, newly: Places) -> Places:
    """Take newly settled unknowns out of the rows; return rows with nothing left in them that can't be so."""
    if len(newly):
        moved = np.asarray(program.by_column[:, newly] @ program.low[newly])
        program.rest_low -= moved
        program.rest_high -= moved
    left = _open_terms(program)
    done = program.live & (left == 0)
    program.live &= ~done
    scale = NEARLY * (1 + np.abs(np.where(np.isfinite(program.rest_low), program.rest_low, 0)))
    wrong: Places = np.flatnonzero(done & ((program.rest_low > scale) | (program.rest_high < -NEARLY)))
    return wrong


def _open_terms(program: Program) -> Places:
    counts: Places = np.asarray(program.named @ (~program.settled).astype(np.int64))
    return counts


def _read_single_statements(program: Program) -> bool:
    """Turn each row with one open unknown into an end of that unknown; return whether there was one."""
    rows = np.flatnonzero(program.live & (_open_terms(program) == 1))
    if not len(rows):
        return False
    terms = program.matrix[rows].tocoo()
    keep = ~program.settled[terms.col]
    row, unknown, factor = rows[terms.row[keep]], terms.col[keep], terms.data[keep]
    one, other = program.rest_low[row] / factor, program.rest_high[row] / factor
    _raise_lows(program, unknown, np.minimum(one, other), row)
    _sink_highs(program, unknown, np.maximum(one, other), row)
    program.live[rows] = False
    return True


def _raise_lows(program: Program, unknown: Places, ends: Floats, row: Places) -> None:
    order = np.argsort(ends, kind="stable")
    best = pd.Series(order, index=unknown[order]).groupby(level=0).last()
    places, at = best.index.to_numpy(), best.to_numpy()
    better = ends[at] > program.low[places] + SETTLED
    program.low[places[better]] = ends[at[better]]
    program.low_by[places[better]] = row[at[better]]


def _sink_highs(program: Program, unknown: Places, ends: Floats, row: Places) -> None:
    order = np.argsort(-ends, kind="stable")
    best = pd.Series(order, index=unknown[order]).groupby(level=0).last()
    places, at = best.index.to_numpy(), best.to_numpy()
    better = ends[at] < program.high[places] - SETTLED
    program.high[places[better]] = ends[at[better]]
    program.high_by[places[better]] = row[at[better]]


def row_lengths(program: Program) -> Places:
    """Return how many open unknowns stand in each row; 0 for rows that are used up."""
    return np.where(program.live, _open_terms(program), 0)


def components(program: Program, *, longest: float = np.inf) -> Places:
    """Return for each unknown the number of the part it is in; settled ones are each a part of their own.

    Two unknowns are in one part where a row or a target names both. Rows with more than ``longest`` open unknowns are
    passed over.
    """
    lengths = row_lengths(program)
    rows = np.flatnonzero((lengths > 0) & (lengths <= longest))
    ties = sparse.vstack([program.matrix[rows], program.targets]).tocoo()
    keep = ~program.settled[ties.col]
    size = ties.shape[1]
    nodes = size + ties.shape[0]
    ones = np.ones(int(keep.sum()), dtype=np.int8)
    graph = sparse.coo_matrix((ones, (ties.col[keep], ties.row[keep] + size)), shape=(nodes, nodes))
    labels = csgraph.connected_components(graph, directed=False)[1][:size]
    return np.unique(labels, return_inverse=True)[1].astype(np.int64)


def columns_of(matrix: Any, columns: Places) -> tuple[Places, Any]:
    """Return which rows of a matrix (kept by column) name any of these columns, and the small matrix of both."""
    taken = matrix[:, columns]
    rows, at = np.unique(taken.indices, return_inverse=True)
    small = sparse.csc_matrix((taken.data, at, taken.indptr), shape=(len(rows), len(columns)))
    return rows.astype(np.int64), small.tocsr()
