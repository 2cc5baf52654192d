"""The federal rule for race and ethnicity: who is Hispanic or Latino counts there, of any race."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from dataworkbench.terms import RACES, YES

_HISPANIC = RACES[3]


def by_federal_rule(tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Return the tables with students who are Hispanic or Latino in that category, whatever race a file gives beside it."""
    if "students" not in tables:
        return dict(tables)
    category = pl.when(pl.col("hispanic") == YES).then(pl.lit(_HISPANIC)).otherwise(pl.col("race_ethnicity"))
    return {**tables, "students": tables["students"].with_columns(category.alias("race_ethnicity"))}
