"""One file while its rows become ours: its cells, its ledger, and what was worked out of it."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from dataworkbench.readers.cells import Cells
from dataworkbench.readers.converted import Converted
from dataworkbench.readers.directory import Directory
from dataworkbench.readers.identifiers import Match
from dataworkbench.readers.ledger import FileLedger, faults
from dataworkbench.readers.profiles import Rule, TablePart
from dataworkbench.readers.row_rules import RowFault


@dataclass
class Mapped:
    """One file while its rows become ours."""

    cells: Cells
    ledger: FileLedger
    directory: Directory
    made: dict[str, Converted] = field(default_factory=dict)
    matches: dict[tuple[str, ...], Match] = field(default_factory=dict)


def cells_shown(mapped: Mapped, rule: Rule, header: str) -> pl.Series:
    """Return the cells that the ledger shows for a fault: those under the header, else under the rule's first one."""
    cells = mapped.cells.of(header) if mapped.cells.header(header) else None
    for asked in rule.column:
        cells = mapped.cells.of(asked) if cells is None else cells
    return cells if cells is not None else mapped.cells.filled(None)


def put_aside(mapped: Mapped, part: TablePart, fault: RowFault) -> None:
    """Set the rows with a fault aside."""
    if fault.where.any():
        mapped.ledger.put_aside(found_faults(mapped, part, fault))


def found_faults(mapped: Mapped, part: TablePart, fault: RowFault) -> pl.DataFrame:
    """Return a fault as the ledger writes it; one row is one line of the file."""
    rule = part.columns.get(fault.column, Rule())
    asked_for = (*rule.column, rule.school_year_of, rule.period_of)
    header = next(
        (found for asked in asked_for if asked and (found := mapped.cells.header(asked))), fault.column
    )
    return faults(
        mapped.cells.table.lines.filter(fault.where),
        column=header,
        values=cells_shown(mapped, rule, header).filter(fault.where),
        reason=fault.reason,
        what_to_do=fault.what_to_do,
    )
