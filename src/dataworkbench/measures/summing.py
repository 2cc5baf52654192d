"""What is worked out beside the tables when a snapshot is made: sums for the questions that dashboards ask."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dataworkbench.measures import answers, cells
from dataworkbench.measures.catalogue import indicator
from dataworkbench.measures.definition import Indicator
from dataworkbench.measures.given import TAKEN, TAKEN_TWICE
from dataworkbench.workspace import Settings

FROM_ROWS: Final = 100_000
"""A district with fewer rows than this in every table is quick enough without sums."""

_CHOOSING: Final = {TAKEN.id: TAKEN, TAKEN_TWICE.id: TAKEN_TWICE}


def sum_up(
    run: cells.Run, rows: Mapping[str, int], settings: Settings, *, fewest: int = FROM_ROWS
) -> list[str]:
    """Write the sums of every indicator of a dashboard, and its answers, into a snapshot's database; return which were written.

    ``run`` carries out a statement with its parameters; ``rows`` says how many rows each table has.
    """
    if max(rows.values(), default=0) < fewest:
        return []
    wanted = [asked for asked in map(_indicator, cells.SUMMED) if _is_there(asked, rows)]
    for asked in wanted:
        cells.make(run, asked, settings)
        answers.make(run, asked, settings)
    return [asked.id for asked in wanted]


def _indicator(name: str) -> Indicator:
    return _CHOOSING.get(name) or indicator(name)


def _is_there(asked: Indicator, rows: Mapping[str, int]) -> bool:
    one_of = not asked.needs_one_of or any(rows.get(name) for name in asked.needs_one_of)
    return one_of and all(rows.get(name) for name in asked.needs)
