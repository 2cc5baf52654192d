"""A made-up district of any size, as a snapshot: every student takes a test in two subjects, three times a year, for five years.

Each time brings a score for the whole test and one for each of four domains, as vendors' exports do, so a student has 150
rows of results in all. Nothing is read from files: the tables are drawn at random, and the snapshot is written as an
import would write it.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from dataworkbench.measures import sum_up
from dataworkbench.schemas import TABLES
from dataworkbench.warehouse import write_snapshot
from dataworkbench.workspace import Workspace, new_workspace

YEARS: Final = ("2021-22", "2022-23", "2023-24", "2024-25", "2025-26")
SUBJECTS: Final = ("English language arts", "Mathematics")
PERIODS: Final = ("Fall", "Winter", "Spring")
DOMAINS: Final = (None, "D1", "D2", "D3", "D4")
GRADES: Final = ("KG", *(f"{grade:02d}" for grade in range(1, 13)))
LEVELS: Final = ("Level 1", "Level 2", "Level 3", "Level 4")
RACES: Final = ("Asian", "Black or African American", "Hispanic or Latino", "White")
MOVE: Final = 0.05
"""The share of students who change schools within a year: they stand in two schools, and count once in the district."""
ROWS_A_STUDENT: Final = len(YEARS) * len(SUBJECTS) * len(PERIODS) * len(DOMAINS)
STUDENTS_A_SCHOOL: Final = 600
MOST_SCHOOLS: Final = 120

Columns = dict[str, Any]


def make(folder: Path, results: int) -> Workspace:
    """Make a workspace with a snapshot of about so many result rows, and return it; one that is there already stays."""
    if (folder / "snapshots" / "current").is_file():
        return Workspace(folder)
    workspace = new_workspace(folder, district="A large district")
    rng = np.random.default_rng(results)
    students = max(600, results // ROWS_A_STUDENT)
    schools = min(MOST_SCHOOLS, max(2, students // STUDENTS_A_SCHOOL))
    people = _people(rng, students, schools)
    tables = _places(schools) | {
        "students": _described(people),
        "enrollments": _stays(people),
        "attendance_totals": _attendance(rng, people),
        "incidents": _incidents(rng, people),
        "results": _results(rng, people),
    }
    rows = {name: frame.height for name, frame in tables.items()}
    write_snapshot(
        workspace,
        tables,
        also=lambda connection: sum_up(connection.execute, rows, workspace.settings()),
    )
    return workspace


def _people(rng: np.random.Generator, students: int, schools: int) -> Columns:
    """Return what holds of each student in each year: who, which year, where, in which grade, and how able."""
    each, year = np.repeat(np.arange(students), len(YEARS)), np.tile(np.arange(len(YEARS)), students)
    start = rng.integers(0, len(GRADES), students)
    ability = rng.normal(500, 60, students)
    return {
        "student": each,
        "year": year,
        "school": rng.integers(0, schools, students)[each],
        "grade": (start[each] + year) % len(GRADES),
        "ability": ability[each],
        "group": rng.random((students, 5))[each],
    }


def _named(values: np.ndarray[Any, Any], names: tuple[str | None, ...]) -> pl.Series:
    """Return codes as the texts that they stand for, each text held once."""
    return pl.Series(list(names), dtype=pl.Categorical).gather(pl.Series(values.astype(np.uint32)))


def _ids(students: np.ndarray[Any, Any]) -> pl.Series:
    """Return the identifiers of students, each held once."""
    held = pl.Series([f"{number:07d}" for number in range(int(students.max()) + 1)], dtype=pl.Categorical)
    return held.gather(pl.Series(students.astype(np.uint32)))


def _keys(people: Columns) -> Columns:
    schools = tuple(f"S{number:03d}" for number in range(int(people["school"].max()) + 1))
    return {
        "student_id": _ids(people["student"]),
        "school_id": _named(people["school"], schools),
        "school_year": _named(people["year"], YEARS),
        "grade_level": _named(people["grade"], GRADES),
    }


def _frame(table: str, columns: Columns) -> pl.DataFrame:
    kinds = TABLES[table].polars_schema
    frame = pl.DataFrame(columns)
    return frame.with_columns(
        pl.col(name).cast(kinds[name]) for name in frame.columns if frame.schema[name] != pl.Categorical
    )


def _places(schools: int) -> dict[str, pl.DataFrame]:
    tests: Columns = {"assessment_id": ["diagnostic"], "title": ["The diagnostic"], "kind": ["diagnostic"]}
    levels: Columns = {
        "assessment_id": ["diagnostic"] * 4,
        "performance_level": list(LEVELS),
        "level_order": [1, 2, 3, 4],
        "proficient": [False, False, True, True],
    }
    named: Columns = {
        "school_id": [f"S{number:03d}" for number in range(schools)],
        "school_name": [f"School {number:03d}" for number in range(schools)],
    }
    return {
        "assessments": _frame("assessments", tests),
        "performance_levels": _frame("performance_levels", levels),
        "schools": _frame("schools", named),
    }


def _described(people: Columns) -> pl.DataFrame:
    keys, group = _keys(people), people["group"]
    yes_no = ("No", "Yes")
    return _frame(
        "students",
        {
            "student_id": keys["student_id"],
            "school_year": keys["school_year"],
            "sex": _named(group[:, 0] < 0.5, ("Female", "Male")),
            "race_ethnicity": _named((group[:, 1] * len(RACES)).astype(int), RACES),
            "english_learner": _named(group[:, 2] < 0.15, yes_no),
            "disability": _named(group[:, 3] < 0.13, yes_no),
            "economic_disadvantage": _named(group[:, 4] < 0.5, yes_no),
        },
    )


def _in_two_schools(people: Columns) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], Columns]:
    """Return which stays there are: rows of people, whether it is the second stay of its year, and their schools."""
    moving = np.flatnonzero(people["group"][:, 0] < MOVE)
    rows = np.concatenate([np.arange(len(people["student"])), moving])
    second = np.arange(len(rows)) >= len(people["student"])
    schools = int(people["school"].max()) + 1
    there = {**people, "school": (people["school"][rows] + second) % schools}
    there |= {name: people[name][rows] for name in ("student", "year", "grade")}
    return rows, second, there


def _stays(people: Columns) -> pl.DataFrame:
    rows, second, there = _in_two_schools(people)
    first, middle, last = (
        np.array([date(int(y[:4]) + later, month, day) for y in YEARS], dtype="datetime64[D]")[there["year"]]
        for later, month, day in ((0, 8, 24), (1, 1, 11), (1, 6, 12))
    )
    moves = people["group"][rows, 0] < MOVE
    return _frame(
        "enrollments",
        {
            **_keys(there),
            "entry_date": np.where(second, middle, first),
            "exit_date": np.where(moves & ~second, middle, last),
        },
    )


def _attendance(rng: np.random.Generator, people: Columns) -> pl.DataFrame:
    rows, _, there = _in_two_schools(people)
    days = np.where(people["group"][rows, 0] < MOVE, 90.0, 180.0)
    absent = np.minimum(days, rng.poisson(rng.gamma(2.0, 5.0, len(rows))))
    return _frame("attendance_totals", {**_keys(there), "days_enrolled": days, "days_absent": absent})


def _incidents(rng: np.random.Generator, people: Columns) -> pl.DataFrame:
    part = np.flatnonzero(rng.random(len(people["student"])) < 0.05)
    keys = {name: held.gather(part) for name, held in _keys(people).items() if name != "grade_level"}
    numbers = [f"I{number}" for number in range(len(part))]
    days = np.array([date(int(year[:4]), 10, 15) for year in YEARS], dtype="datetime64[D]")
    return _frame("incidents", {"incident_id": numbers, **keys, "date": days[people["year"][part]]})


def _results(rng: np.random.Generator, people: Columns) -> pl.DataFrame:
    """Return a row for each student, year, subject, time and domain; the whole test comes first."""
    parts = len(SUBJECTS) * len(PERIODS) * len(DOMAINS)
    place = np.tile(np.arange(parts, dtype=np.int32), len(people["student"]))
    subject, period = place // (len(PERIODS) * len(DOMAINS)), place // len(DOMAINS) % len(PERIODS)
    score = np.repeat(people["ability"].astype(np.float32), parts) + 10 * period
    score += rng.standard_normal(len(score), dtype=np.float32) * 20
    days = np.array(
        [[date(int(y[:4]), 9, 10), date(int(y[:4]) + 1, 1, 20), date(int(y[:4]) + 1, 5, 20)] for y in YEARS],
        dtype="datetime64[D]",
    )
    keys = {name: held.gather(np.repeat(np.arange(len(held)), parts)) for name, held in _keys(people).items()}
    return _frame(
        "results",
        {
            **keys,
            "period": _named(period, PERIODS),
            "assessment_id": _named(np.zeros(len(place)), ("diagnostic",)),
            "subject": _named(subject, SUBJECTS),
            "standard_id": _named(place % len(DOMAINS), DOMAINS),
            "test_date": days[np.repeat(people["year"], parts), period],
            "scale_score": np.round(score),
            "performance_level": _named(np.digitize(score, (460, 510, 560)), LEVELS),
            "growth_target": np.full(len(place), 18.0, dtype=np.float32),
            "result_status": _named(np.zeros(len(place)), ("scored",)),
        },
    )
