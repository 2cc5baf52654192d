"""What data there is: for each kind, how much, of which years, up to when; and what was never brought."""

from __future__ import annotations

from typing import Final

import pandas as pd

from dataworkbench.schemas import TABLES, Table
from dataworkbench.tables import DisplayTable
from dataworkbench.views.district import Asked
from dataworkbench.views.notes import plain_table, whole_day

_NOT_COUNTED: Final = frozenset({"identities"})
_UP_TO: Final = (
    "date", "test_date", "start_date", "asked_on",
)  # fmt: skip


def data_health(district: Asked) -> pd.DataFrame:
    """Return what the district has brought.

    One row is one canonical table: ``table``, ``one_row_is``, ``rows``, ``school_years`` (text), ``up_to`` (the last
    day that any row speaks of, up to today's import), ``how_to_bring``.
    """
    rows = [_row(district, table) for table in TABLES.values() if table.name not in _NOT_COUNTED]
    return pd.DataFrame(
        rows, columns=["table", "one_row_is", "rows", "school_years", "up_to", "how_to_bring"]
    )


def what_is_there(district: Asked) -> DisplayTable:
    """Return the kinds of data that the district has brought, as a table to read."""
    health = data_health(district)
    there = health[health["rows"] > 0].assign(kind=lambda held: held["table"].map(_kind))
    titles = {
        "kind": "Data",
        "rows": "Rows",
        "one_row_is": "One row is",
        "school_years": "School years",
        "up_to": "Up to",
    }
    return plain_table(
        there.assign(
            rows=there["rows"].map("{:,}".format), school_years=there["school_years"].map(whole_day),
            up_to=there["up_to"].map(whole_day),
        ), titles, caption="What is here", figures=["rows"],
        empty="No data have been brought yet. Put the district's files into the inbox and import them.",
    )  # fmt: skip


def what_is_not_there(district: Asked) -> DisplayTable:
    """Return the kinds of data that were never brought, with how to bring each, as a table to read."""
    health = data_health(district)
    lacking = health[health["rows"] == 0].assign(kind=lambda held: held["table"].map(_kind))
    return plain_table(
        lacking, {"kind": "Data", "one_row_is": "One row would be", "how_to_bring": "How to bring it"},
        caption="What is not here yet", empty="Every kind of data that the workbench knows is here.",
    )  # fmt: skip


def _row(district: Asked, table: Table) -> tuple[str, str, int, str, str, str]:
    count = district.counts.get(table.name, 0)
    years, up_to = _span(district, table) if count else ("", "")
    return (table.name, table.one_row_is, count, years, up_to, table.how_to_bring)


def _span(district: Asked, table: Table) -> tuple[str, str]:
    """Return the school years of a table as text, and the last day that it speaks of."""
    parts = {
        "years": "string_agg(DISTINCT school_year::VARCHAR, '|')"
        if "school_year" in table.column_names
        else "NULL",
        "day": next(
            (f"max({name})" for name in _UP_TO if name in table.column_names and table.name != "calendar"),
            "NULL",
        ),
    }
    found = district.ask(
        f'SELECT {parts["years"]} AS years, {parts["day"]}::VARCHAR AS day FROM "{table.name}"'
    )
    years = sorted(str(found["years"].iloc[0] or "").split("|"))
    spoken = years[0] if len(years) == 1 else f"{years[0]} to {years[-1]}"
    day = found["day"].iloc[0]
    return spoken, "" if day is None or pd.isna(day) else str(day)[:10]


def _kind(name: str) -> str:
    return name.replace("_", " ").capitalize()
