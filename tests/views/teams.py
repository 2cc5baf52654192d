"""A district on disk that is small enough to count on paper, and what its team wrote."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import polars as pl

from dataworkbench.records import Figure, Goal, open_records
from dataworkbench.schemas import TABLES
from dataworkbench.warehouse import District, open_workspace, write_snapshot
from dataworkbench.workspace import Workspace, new_workspace

BEFORE, NOW = "2025-26", "2026-27"
LAST_DAY = date(2026, 11, 13)


def frame(name: str, rows: list[dict[str, object]]) -> pl.DataFrame:
    full = [{column: row.get(column) for column in TABLES[name].column_names} for row in rows]
    return pl.DataFrame(full, schema=TABLES[name].polars_schema, orient="row", infer_schema_length=None)


def snapshot(workspace: Workspace, *, before: int, now: int, each: int = 40, school: str = "S1") -> None:
    """Write a snapshot in which so many of ``each`` students of grade 6 missed half of their days, a year ago and now.

    This year's days are the twenty school days up to November 13; a year ago only totals are known.
    """
    students = [f"{school}-{at:03d}" for at in range(each)]
    days = [
        LAST_DAY - timedelta(days=at) for at in range(28) if (LAST_DAY - timedelta(days=at)).weekday() < 5
    ]
    who = {BEFORE: before, NOW: now}
    write_snapshot(
        workspace,
        {
            "schools": frame("schools", [{"school_id": school, "school_name": "Alder"}, {"school_id": "S2", "school_name": "Birch"}]),
            "students": frame("students", [{"student_id": s, "school_year": year} for s in students for year in who]),
            "identities": frame("identities", [{"student_id": s, "given_name": "Ann", "family_name": "Lee"} for s in students]),
            "enrollments": frame(
                "enrollments",
                [
                    {"student_id": s, "school_id": school, "school_year": year, "grade_level": "06", "entry_date": date(int(year[:4]), 8, 20)}
                    for s in students for year in who
                ],
            ),
            "attendance_totals": frame(
                "attendance_totals",
                [
                    {"student_id": s, "school_id": school, "school_year": BEFORE, "grade_level": "06", "days_enrolled": 100.0, "days_absent": 50.0 if at < before else 0.0}
                    for at, s in enumerate(students)
                ],
            ),
            "attendance": frame(
                "attendance",
                [
                    {"student_id": s, "school_id": school, "school_year": NOW, "date": day, "absent": float(at < now and turn % 2), "status": "present"}
                    for at, s in enumerate(students) for turn, day in enumerate(days)
                ],
            ),
        },
    )  # fmt: skip


def made(folder: Path, *, before: int, now: int, **more: int) -> District:
    workspace = new_workspace(folder, district="Small district")
    snapshot(workspace, before=before, now=now, **more)
    return open_workspace(workspace.root)


def start(district: District, value: float, *, n: int = 40, low: float = 0.0, high: float = 1.0) -> Figure:
    """A baseline of a year ago, typed in: 10 of 40 are 25%."""
    return Figure(
        value=value, low=low, high=high, n=n, label=f"{value:.0%}", on=date(2026, 6, 15), at={"school_year": (BEFORE,)}, snapshot=district.snapshot_id,
    )  # fmt: skip


def goal(target: float = 0.10, **more: object) -> Goal:
    about = {
        "indicator": "chronic_absence",
        "target": target,
        "direction": "lower",
        "by": "2027-06-15",
        "where": {"grade_level": ("06",)},
    }
    return Goal(**{**about, **more})


def keep(district: District, body, **more):
    return open_records(district.workspace).add(body, **more)
