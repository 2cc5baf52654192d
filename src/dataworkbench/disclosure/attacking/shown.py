"""Tables that somebody else says fit: each is laid beside everything that was said, and only what it then shows is believed.

Suppression ends with such tables: in each, a protected figure lies elsewhere. To check one takes adding up, not solving, so
whoever found it need not be believed, and a release as large as a state's is attacked in the time that it takes to add.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np

from dataworkbench.disclosure.attacking.program import Floats, Places, columns_of
from dataworkbench.disclosure.attacking.search import Search

Table = tuple[Places, Floats]
"""Unknowns, by their place in the ledger, and by how much each is off the truth; all others are as they truly are."""
_FITS: Final = 1e-6


def look_at_tables(search: Search, tables: Iterable[Table]) -> None:
    """Note what tables show of each target, those that fit everything that was said; the others are passed over."""
    program = search.program
    for unknowns, moved in tables:
        if len(unknowns) and _fits(search, unknowns, moved):
            targets, matrix = columns_of(program.target_columns, unknowns)
            search.findings.saw(targets, search.findings.truth[targets] + np.asarray(matrix @ moved))


def _fits(search: Search, unknowns: Places, moved: Floats) -> bool:
    program = search.program
    settled = program.settled[unknowns]
    if (np.abs(moved[settled]) > _FITS).any():
        return False
    unknowns, moved = unknowns[~settled], moved[~settled]
    if not len(unknowns) or not search.true_part[search.parts[unknowns]].all():
        return False
    value = program.truth[unknowns] + moved
    if ((value < program.low[unknowns] - _FITS) | (value > program.high[unknowns] + _FITS)).any():
        return False
    rows, matrix = columns_of(program.by_column, unknowns)
    sums = search.sums[rows] + np.asarray(matrix @ moved)
    slack = _FITS * (1 + np.abs(search.sums[rows]))
    off = (sums < program.rest_low[rows] - slack) | (sums > program.rest_high[rows] + slack)
    return not bool((off & program.live[rows]).any())
