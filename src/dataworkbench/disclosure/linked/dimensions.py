"""What tells one published cell from another, and the columns of a published cell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from dataworkbench.policy import DisclosurePolicy

DIMENSIONS: Final = (
    "indicator", "school_year", "period", "subject", "assessment_id", "school_id", "grade_level", "subgroup_type", "subgroup",
)  # fmt: skip
"""What tells one cell from another. Empty is "all": no ``school_id`` is the district, no ``subgroup`` is all students."""

CELL_COLUMNS: Final = (
    "cell", *DIMENSIONS, "unit", "status", "reason", "label", "value", "low", "high", "n_label", "n_low", "n_high", "since",
)  # fmt: skip
"""Every column of the public cells. ``value`` is there where a figure is published as one number, ``low`` and ``high`` where
it is published as a range; shares are 0 to 1. ``n_low`` and ``n_high`` are the published size of the group (``n_high`` empty:
"or more"). ``status`` is one of ``terms.STATUSES``; ``reason`` a word that pages have a sentence for: "" (shown), "range",
"rounded", "hidden", "nobody", "missing", "not_applicable". One word for all that is hidden: two would tell which group is
the small one. ``since`` is the release that first published the figure."""

TABLE: Final = DIMENSIONS[:5]
"""The dimensions that name a table: figures add up within one indicator, time, subject and assessment."""

BEFORE: Final = "@"
"""Stands between a cell and the release that spoke of it, where other students may be behind it now."""

CROSSED: Final = " × "  # noqa: RUF001 - the sign that crossed groups are written with
"""Stands between the names of two subgroup types, and of two subgroups, where the groups of one are split by the other."""


def cell_id(row: Mapping[str, Any]) -> str:
    """Return the identifier of a cell: its dimensions in their order, so that one cell has one name everywhere."""
    return "|".join(str(row[name]).replace("|", "/") for name in DIMENSIONS)


def cell_ids(rows: pd.DataFrame) -> pd.Series:
    """Return the identifier of each row's cell, as ``cell_id`` writes it."""
    columns = [
        rows[name].astype("string").fillna("").str.replace("|", "/", regex=False) for name in DIMENSIONS
    ]
    names = columns[0]
    for column in columns[1:]:
        names = names + "|" + column
    return names.astype("object")


def table_names(cells: pd.Series) -> pd.Series:
    """Return the table that each cell belongs to, from the cells' identifiers."""
    return cells.astype("str").str.split("|").str[: len(TABLE)].str.join("|")


def names_together(tables: pd.Series, policy: DisclosurePolicy) -> pd.Series:
    """Return one name for all tables that are alike but for related indicators, so that they are taken together."""
    parts = tables.astype("str").str.split("|", n=1)
    first = _first_of_each(policy)
    indicator = parts.str[0].map(lambda name: first.get(name, name)).astype("object")
    return indicator + "|" + parts.str[1].astype("object")


def _first_of_each(policy: DisclosurePolicy) -> dict[str, str]:
    """Return of each related indicator the one that stands for all that it is related to, also by way of others."""
    first: dict[str, str] = {}
    for group in policy.related.indicators:
        names = {first.get(name, name) for name in group}
        stands = min(names, default="")
        first |= {name: stands for name, before in first.items() if before in names}
        first |= dict.fromkeys(group, stands)
    return first
