"""A year up to a day, so that a year that is not over can be held against the same part of the year before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

import pandas as pd

from dataworkbench.errors import no_such
from dataworkbench.measures.asking import figures_of
from dataworkbench.measures.catalogue import indicator
from dataworkbench.measures.composing import Where, question_of
from dataworkbench.measures.definition import Asked, Question, UnitRows
from dataworkbench.workspace import Settings

DATED: Final[Mapping[str, tuple[str, str]]] = {
    "incident_rate": ("incidents", "date"), "removal_rate": ("incidents", "date"), "incidents_per_student": ("incidents", "date"),
    "standards_mastery": ("results", "test_date"), "exit_ticket_shift": ("results", "test_date"), "exit_ticket_gain": ("results", "test_date"),
}  # fmt: skip
"""Indicators that rest on one table of dated rows: its name, and the column with the day."""


def measure_so_far(
    district: Asked, id: str, *, up_to: date, by: Sequence[str] = (), where: Where | None = None  # noqa: A002 - the catalogue's own word
) -> pd.DataFrame:  # fmt: skip
    """Return an indicator as ``measure`` does, with each school year cut off at the same day of the year as ``up_to``.

    The day belongs to the school year that it lies in (a year begins in July); other years are cut as many years away.
    Rows without a day are left away in every year. Who is enrolled is not cut: all students of the year are counted.
    Only for the indicators in ``DATED``.
    """
    if id not in DATED:
        raise no_such("indicator that can be cut off at a day", id, DATED)
    table, column = DATED[id]
    whole = indicator(id)
    ends = up_to.year if up_to.month < 7 else up_to.year + 1

    def rows(settings: Settings, asked: Question) -> UnitRows:
        found = whole.rows(settings, asked)
        cut = f"CAST(? AS DATE) - to_years(CAST({ends} - 1 - CAST(left(CAST(school_year AS VARCHAR), 4) AS INTEGER) AS INTEGER))"
        kept = f"WITH {table} AS (SELECT * FROM main.{table} WHERE {column} <= {cut})"
        return replace(
            found,
            sql=f"{kept} SELECT * FROM ({found.sql})",
            parameters=(up_to.isoformat(), *found.parameters),
        )

    return figures_of(district, question_of(replace(whole, rows=rows), by, where))
