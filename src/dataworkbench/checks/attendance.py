"""Attendance that is missing, stops early, or does not fit the stays and the calendar."""

from __future__ import annotations

from typing import Final

import polars as pl

from dataworkbench.checks.finding import Check, Finding, Tables, counted, some

DAYS_BEHIND: Final = 5
"""A school whose attendance ends so many days of instruction before the others' is said to be behind."""


def _totals_that_do_not_add_up(tables: Tables) -> list[Finding]:
    wrong = tables["attendance_totals"].filter(pl.col("days_absent") > pl.col("days_enrolled"))
    if not wrong.height:
        return []
    return [Finding("problem", "attendance_totals", f"{counted(wrong.height, 'row')} with more days absent than enrolled.", wrong.height, some(wrong["student_id"]),
                    "Put the days right where the file comes from.")]  # fmt: skip


def _attendance_that_stops_early(tables: Tables) -> list[Finding]:
    latest = _latest_attendance(tables)
    if not latest.height:
        return []
    last = latest.group_by("school_id").agg(pl.col("date").max().alias("last"))
    days = latest["date"].unique().sort()
    behind = last.with_columns(
        pl.Series("behind", [int((days > day).sum()) for day in last["last"].to_list()])
    ).filter(pl.col("behind") >= DAYS_BEHIND)
    if not behind.height:
        return []
    shown = behind.select(pl.format("{} (last day {})", "school_id", "last")).to_series()
    return [Finding("caution", "attendance", f"Attendance of {behind.height:,} schools ends earlier than that of the others; days that are missing are not days present.",
                    behind.height, some(shown), "Bring the attendance of these schools up to the same day.")]  # fmt: skip


def _schools_without_attendance(tables: Tables) -> list[Finding]:
    latest = _latest_attendance(tables)
    if not latest.height:
        return []
    year = latest["school_year"][0]
    there = tables["enrollments"].filter(pl.col("school_year") == year)
    lacking = there.join(latest, on="school_id", how="anti")["school_id"].unique()
    if not lacking.len():
        return []
    return [Finding("caution", "attendance", f"{counted(lacking.len(), 'school')} with students in {year} and without attendance.", lacking.len(), some(lacking),
                    "Bring the attendance of these schools.")]  # fmt: skip


def _schools_where_all_are_present(tables: Tables) -> list[Finding]:
    latest = _latest_attendance(tables)
    held = latest.group_by("school_id").agg(pl.len().alias("rows"), pl.col("absent").sum().alias("missed"))
    odd = held.filter((pl.col("missed") == 0) & (pl.col("rows") >= 200))
    if not odd.height:
        return []
    return [Finding("caution", "attendance", f"In {odd.height:,} schools nobody was ever absent.", odd.height, some(odd["school_id"]),
                    "The codes for absence may be others there; look at the codes in the file.")]  # fmt: skip


def _attendance_outside_of_stays(tables: Tables) -> list[Finding]:
    attendance, stays = tables["attendance"], tables["enrollments"].drop_nulls("entry_date")
    if not attendance.height or not stays.height:
        return []
    spans = stays.group_by("student_id", "school_id").agg(
        pl.col("entry_date").min().alias("first"),
        pl.when(pl.col("exit_date").is_null().any())
        .then(None)
        .otherwise(pl.col("exit_date").max())
        .alias("end"),
    )
    dated = attendance.select("student_id", "school_id", "date").join(
        spans, on=["student_id", "school_id"], how="left"
    )
    outside = dated.filter(
        pl.col("first").is_null() | (pl.col("date") < pl.col("first")) | (pl.col("date") >= pl.col("end"))
    )
    if not outside.height:
        return []
    n = outside["student_id"].n_unique()
    return [Finding("caution", "attendance", f"{counted(outside.height, 'day')} of {counted(n)} outside of the stay in that school.", outside.height, some(outside["student_id"]),
                    "Check entry and exit dates; these days count in attendance as they are.")]  # fmt: skip


def _days_off_the_calendar(tables: Tables) -> list[Finding]:
    calendar, attendance = tables["calendar"], tables["attendance"]
    if not calendar.height or not attendance.height:
        return []
    taken = attendance.select("school_id", "date").unique()
    known = taken.filter(pl.col("school_id").is_in(calendar["school_id"].implode()))
    off = known.join(calendar, on=["school_id", "date"], how="anti")
    if not off.height:
        return []
    return [Finding("caution", "attendance", f"Attendance was taken on {off.height:,} school days that are not in the calendar.", off.height, some(off["date"].cast(pl.String)),
                    "Put the calendar right, or the dates of the attendance file.")]  # fmt: skip


def _latest_attendance(tables: Tables) -> pl.DataFrame:
    attendance = tables["attendance"]
    if attendance["school_year"].n_unique() <= 1:
        return attendance
    return attendance.filter(pl.col("school_year") == attendance["school_year"].max())


CHECKS: Final[tuple[Check, ...]] = (
    _totals_that_do_not_add_up,
    _attendance_that_stops_early,
    _schools_without_attendance,
    _schools_where_all_are_present,
    _attendance_outside_of_stays,
    _days_off_the_calendar,
)
