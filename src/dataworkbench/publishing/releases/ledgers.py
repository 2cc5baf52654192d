"""Ledgers taken apart by table and put together again, so that what was said before is attacked with what is said now."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

import pandas as pd

from dataworkbench.disclosure.ledger import Ledger
from dataworkbench.disclosure.linked import DIMENSIONS
from dataworkbench.errors import WorkbenchError

TABLE: Final = DIMENSIONS[:5]
"""The dimensions that name a table: figures add up within one indicator, time, subject and test."""

BEFORE: Final = "@"
"""Stands between a cell and the release that spoke of it, where other students are behind it now."""


def table_names(cells: pd.Series) -> pd.Series:
    """Return the table that each cell belongs to, from the cells' names."""
    return cells.astype("str").str.split("|").str[: len(TABLE)].str.join("|")


def part_of(ledger: Ledger, tables: Collection[str]) -> Ledger:
    """Return what a ledger says of some tables.

    Raises
    ------
    WorkbenchError
        Where something was said of these tables and of others together: taken apart, it would be lost.

    """
    unknowns = ledger.unknowns[table_names(ledger.unknowns["cell"]).isin(set(tables))]
    terms = ledger.terms[ledger.terms["unknown"].isin(unknowns["unknown"])]
    across = ledger.terms["statement"].isin(terms["statement"]) & ~ledger.terms["unknown"].isin(
        unknowns["unknown"]
    )
    if across.any():
        raise WorkbenchError(
            f"{', '.join(tables)} can't be looked at apart from other tables: something was said of them together. Nothing was made."
        )
    target_terms = ledger.target_terms[ledger.target_terms["unknown"].isin(unknowns["unknown"])]
    return Ledger(
        unknowns,
        ledger.statements[ledger.statements["statement"].isin(terms["statement"])],
        terms,
        ledger.targets[ledger.targets["target"].isin(target_terms["target"])],
        target_terms,
    )


def joined(ledgers: Sequence[Ledger]) -> Ledger:
    """Return several ledgers as one, with their numbers given anew; what one says has nothing to do with the others."""
    moved = [_numbered(ledger, _ends(ledgers[:place])) for place, ledger in enumerate(ledgers)]
    return Ledger(*(pd.concat([getattr(one, part) for one in moved], ignore_index=True) for part in _PARTS))


def united(before: Ledger, now: Ledger, unchanged: Collection[str], release: str) -> Ledger:
    """Return what is known by somebody who has an earlier release and this one, of the same tables.

    Behind the ``unchanged`` cells stand the same students with the same values, so both speak of one number. All others are two
    numbers; the earlier one bears the name of its ``release``. What was said before can't be taken back.
    """
    both = joined([now, _of_before(before, set(unchanged), release)])
    keys = [both.unknowns["cell"], both.unknowns["what"]]
    first = both.unknowns.groupby(keys, sort=False)["unknown"].transform("min")
    same = dict(zip(both.unknowns["unknown"], first, strict=True))
    unknowns = both.unknowns.groupby(["cell", "what"], sort=False, as_index=False).agg(
        {"unknown": "min", "truth": "first", "least": "max", "most": "min"}
    )[list(both.unknowns.columns)]
    return Ledger(
        unknowns, both.statements, _renamed(both.terms, "statement", same), both.targets, _renamed(both.target_terms, "target", same)
    )  # fmt: skip


_PARTS: Final = ("unknowns", "statements", "terms", "targets", "target_terms")


def _of_before(before: Ledger, unchanged: set[str], release: str) -> Ledger:
    other = ~before.unknowns["cell"].isin(unchanged) & ~before.unknowns["cell"].str.contains(
        BEFORE, regex=False
    )
    cells = before.unknowns["cell"].where(~other, before.unknowns["cell"] + BEFORE + release)
    source = before.statements["source"]
    said = source.where(source.str.contains("earlier"), f"the earlier release {release}")
    statements = before.statements.assign(fixed=True, source=said)
    return Ledger(
        before.unknowns.assign(cell=cells), statements, before.terms, before.targets, before.target_terms
    )


def _renamed(terms: pd.DataFrame, key: str, same: dict[int, int]) -> pd.DataFrame:
    named = terms.assign(unknown=terms["unknown"].map(same))
    summed = named.groupby([key, "unknown"], sort=False)[["factor"]].sum().reset_index()
    return summed[list(terms.columns)]


def _ends(ledgers: Sequence[Ledger]) -> tuple[int, int, int]:
    """Return from which number on the unknowns, statements and targets of a further ledger are counted."""
    return (
        sum(_end(one.unknowns["unknown"]) for one in ledgers),
        sum(_end(one.statements["statement"]) for one in ledgers),
        sum(_end(one.targets["target"]) for one in ledgers),
    )


def _end(numbers: pd.Series) -> int:
    return int(numbers.max()) + 1 if len(numbers) else 0


def _numbered(ledger: Ledger, ends: tuple[int, int, int]) -> Ledger:
    unknown, statement, target = ends
    return Ledger(
        ledger.unknowns.assign(unknown=ledger.unknowns["unknown"] + unknown),
        ledger.statements.assign(statement=ledger.statements["statement"] + statement),
        ledger.terms.assign(
            unknown=ledger.terms["unknown"] + unknown, statement=ledger.terms["statement"] + statement
        ),
        ledger.targets.assign(target=ledger.targets["target"] + target),
        ledger.target_terms.assign(
            unknown=ledger.target_terms["unknown"] + unknown, target=ledger.target_terms["target"] + target
        ),
    )
