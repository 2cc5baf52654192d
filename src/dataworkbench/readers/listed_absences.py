"""Lists of absences and late arrivals: what is not listed is present only where a calendar says there was school.

Such a list says nothing about the students whom it does not name, nor about the days on which they came. Counted like
daily attendance, everybody in it would be absent on every day. So it stays in a table of its own, and goes into the
attendance only for schools and years of which a calendar is there: the calendar then says which other days there were.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from dataworkbench.readers.filling import told_by_both
from dataworkbench.readers.ledger import FileLedger
from dataworkbench.schemas import TABLES, held_alike

_PLACE = ("school_id", "school_year")


def with_listed_absences(
    tables: Mapping[str, pl.DataFrame], known: Mapping[str, pl.DataFrame]
) -> dict[str, pl.DataFrame]:
    """Return the tables with the listed absences in the attendance, where a calendar is there for school and year.

    One row of attendance is one student on one day. A day that daily attendance tells of stays as told there.
    """
    events = told_by_both(tables, known, "attendance_events")
    if not events.height:
        return dict(tables)
    calendar = told_by_both(tables, known, "calendar").select(_PLACE).unique()
    daily = tables.get("attendance", TABLES["attendance"].empty())
    told = events.join(calendar, on=_PLACE, how="semi", maintain_order="left")
    for days in (daily, known.get("attendance", daily.clear())):
        told = _without_days_told(told, days)
    if not told.height:
        return dict(tables)
    more = held_alike(told.select(daily.columns), daily)
    return {**tables, "attendance": pl.concat([daily, more], how="vertical_relaxed")}


def _without_days_told(events: pl.DataFrame, days: pl.DataFrame) -> pl.DataFrame:
    """Return the listed absences without those of a student and day that daily attendance tells of already."""
    key = list(TABLES["attendance"].key)
    there = days.select(key).join(held_alike(events.select(key), days), on=key, how="semi")
    plain = there.with_columns(pl.col(name).cast(TABLES["attendance"].polars_schema[name]) for name in key)
    return events.join(plain, on=key, how="anti", maintain_order="left")


def say_what_is_unknown(
    tables: Mapping[str, pl.DataFrame], known: Mapping[str, pl.DataFrame], ledgers: Sequence[FileLedger]
) -> None:
    """Write beside each list of absences how its other days count."""
    if "attendance_events" not in tables:
        return
    places = tables["attendance_events"].select(_PLACE).unique()
    open_places = places.join(
        told_by_both(tables, known, "calendar").select(_PLACE).unique(), on=_PLACE, how="anti"
    )
    for ledger in ledgers:
        if "attendance_events" not in ledger.tables:
            continue
        if open_places.height < places.height:
            ledger.note("info", "The file lists only who was away or late. A day that it does not list counts as present where "
                        "the calendar says that there was school, up to the last day listed for that school.")  # fmt: skip
        if open_places.height:
            schools = open_places["school_id"].unique().sort()
            ledger.note("warning", "The file lists only who was away or late, and there is no calendar for "
                        f"{_named(schools)}. The days that it does not list are unknown, so no attendance is worked out there.",
                        "Bring the calendar of these schools: a file with school_id, date and instructional_minutes.")  # fmt: skip


def _named(schools: pl.Series, most: int = 5) -> str:
    shown = ", ".join(f"'{name}'" for name in schools.head(most).to_list())
    return f"school {shown}" if schools.len() == 1 else f"{schools.len()} schools such as {shown}"
