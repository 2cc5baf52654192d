"""How long an import takes and how much memory, by the number of rows, beside DuckDB's bare ``read_csv`` of the same files.

    .venv/bin/python benchmarks/import_large.py                        10 million results, 20 million days of attendance
    .venv/bin/python benchmarks/import_large.py --results 1000000 --attendance 2000000

The files are made first: a roster, results of ten years, and a year of attendance, with one row in a hundred thousand
that cannot be taken in. Each figure is the median of some runs, each in a process of its own; the runs take turns, so
that what else the machine does falls on all of them alike. Figures of different machines are not compared; ratios are.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import duckdb

SCHOOLS = 500
YEARS = 10
DAYS = 180
ODD = 100_000

ROSTER = """
select lpad(i::varchar, 8, '0') as student_id, 'Family' || (i % 5000) as last_name, 'Given' || (i % 700) as first_name,
    lpad((i % {schools} + 1)::varchar, 4, '0') as school_id, lpad((i % 12 + 1)::varchar, 2, '0') as grade,
    ['White', 'Black', 'Hispanic', 'Asian'][i % 4 + 1] as race, ['Y', 'N', 'N', 'N'][i % 4 + 1] as ell,
    ['N', 'N', 'N', 'Y', 'N'][i % 5 + 1] as swd, (date '2010-01-01' + (i % 4000)::int)::varchar as dob
from range({students}) t(i)"""
RESULTS = """
select lpad((i % {students})::varchar, 8, '0') as student_id, lpad((i % {students} % {schools} + 1)::varchar, 4, '0') as school_id,
    ['Mathematics', 'Reading'][(i // {students}) % 2 + 1] as subject,
    (date '2016-09-15' + ((i // (2 * {students})) * {every})::int)::varchar as test_date,
    case when i % {odd} = 7 then 'n.a.?' else (350 + hash(i) % 500)::varchar end as scale_score, 'L' || (1 + hash(i) % 4) as level
from range({rows}) t(i)"""
ATTENDANCE = """
select lpad((i % {students})::varchar, 8, '0') as "Student ID", lpad((i % {students} % {schools} + 1)::varchar, 4, '0') as "School ID",
    (date '2025-08-15' + (i // {students})::int)::varchar as "Attendance Date",
    case when i % {odd} = 7 then '?' when hash(i) % 100 < 92 then 'P' when hash(i) % 100 < 96 then 'A' else 'E' end as "Attendance Code"
from range({rows}) t(i)"""


def make_files(folder: Path, results: int, attendance: int) -> dict[str, int]:
    """Write the roster, the results and the attendance; return how many rows each has."""
    students = max(attendance // DAYS, 1)
    sittings = max(results // (2 * students), 1)
    words = {
        "students": students,
        "schools": SCHOOLS,
        "odd": ODD,
        "every": max(int(365 * YEARS / sittings), 1),
    }
    rows = {"roster.csv": students, "results.csv": results, "attendance.csv": attendance}
    for name, sql in (("roster.csv", ROSTER), ("results.csv", RESULTS), ("attendance.csv", ATTENDANCE)):
        text = sql.format(rows=rows[name], **words)
        duckdb.sql(f"copy ({text}) to '{folder / name}' (header)")
    return rows


def bare(folder: Path, place: str) -> None:
    """DuckDB alone: each file into a table, kinds of columns found by itself."""
    with duckdb.connect(place) as connection:
        for name in ("roster", "results", "attendance"):
            connection.execute(f"create table {name} as select * from read_csv('{folder / name}.csv')")


def read(folder: Path) -> dict[str, Any]:
    """The workbench reads, converts, checks row by row, matches with the roster and accounts for every row."""
    from dataworkbench.readers import read_files  # noqa: PLC0415 - only this measurement pays for it
    from dataworkbench.workspace import Settings  # noqa: PLC0415

    reading = read_files(files_of(folder), settings=Settings(school_year="2025-26"), profile_folders=[])
    return {"files": reading.files.select("file", "rows_read", "rows_kept", "rows_set_aside").rows()}


def bring(folder: Path) -> dict[str, Any]:
    """The whole import: reading, checks over all tables, raw copies, Parquet, the sorted database, the ledger."""
    from dataworkbench.intake import import_files  # noqa: PLC0415
    from dataworkbench.workspace import new_workspace  # noqa: PLC0415

    with tempfile.TemporaryDirectory(dir=folder) as place:
        workspace = new_workspace(Path(place) / "district", school_year="2025-26")
        done = import_files(workspace, files_of(folder))
        if done.snapshot is None:
            raise SystemExit("Nothing was brought in, so there is nothing to measure.")
        return {"files": done.files.select("file", "rows_read", "rows_kept", "rows_set_aside").rows()}


def files_of(folder: Path) -> list[Path]:
    return [folder / name for name in ("roster.csv", "results.csv", "attendance.csv")]


def on_disk(folder: Path) -> None:
    with tempfile.TemporaryDirectory(dir=folder) as place:
        bare(folder, str(Path(place) / "bare.duckdb"))


WAYS = {
    "DuckDB read_csv, in memory": lambda folder: bare(folder, ":memory:"),
    "DuckDB read_csv, to disk": on_disk,
    "the workbench reads": read,
    "the workbench imports": bring,
}


def measure_here(way: str, folder: Path) -> None:
    """Run one way in this process and print what it took."""
    before, began = os.times(), time.perf_counter()
    said = WAYS[way](folder)
    seconds, after = time.perf_counter() - began, os.times()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
        1 << 20 if sys.platform == "darwin" else 1 << 10
    )
    cpu = sum(after[:2]) - sum(before[:2])
    print(json.dumps({"seconds": seconds, "cpu": cpu, "megabytes": peak, "said": said}))


def measured(way: str, folder: Path) -> dict[str, Any]:
    """Run one way in a process of its own and return what it took."""
    command = [sys.executable, __file__, "--way", way, "--folder", str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def compare(folder: Path, rows: dict[str, int], runs: int) -> None:
    taken: dict[str, list[dict[str, Any]]] = {way: [] for way in WAYS}
    for _ in range(runs):
        for way, told in taken.items():
            told.append(measured(way, folder))
    size = sum(path.stat().st_size for path in files_of(folder)) / (1 << 20)
    print(
        f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}, DuckDB {duckdb.__version__}"
    )
    print(
        f"{', '.join(f'{name} {n:,} rows' for name, n in rows.items())}; {size:,.0f} MB; median of {runs}\n"
    )
    print("| | seconds | processor seconds | peak MB | times DuckDB in memory | times DuckDB to disk |")
    print("| --- | --: | --: | --: | --: | --: |")
    middle = {way: statistics.median(one["seconds"] for one in told) for way, told in taken.items()}
    for way, told in taken.items():
        cpu = statistics.median(one["cpu"] for one in told)
        peak = max(one["megabytes"] for one in told)
        ratios = [middle[way] / middle[base] for base in list(WAYS)[:2]]
        print(f"| {way} | {middle[way]:.1f} | {cpu:.1f} | {peak:,.0f} | {ratios[0]:.1f} | {ratios[1]:.1f} |")
    print()
    for name, was_read, kept, aside in taken["the workbench imports"][0]["said"]["files"]:
        print(f"{name}: {was_read:,} rows read, {kept:,} kept, {aside:,} set aside")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--results", type=int, default=10_000_000)
    parser.add_argument("--attendance", type=int, default=20_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="where the files are made; they stay there")
    parser.add_argument("--way", choices=list(WAYS), help="run one way only, on files that are there already")
    asked = parser.parse_args()
    if asked.way:
        measure_here(asked.way, asked.folder)
        return
    with tempfile.TemporaryDirectory() as passing:
        folder = asked.folder or Path(passing)
        folder.mkdir(parents=True, exist_ok=True)
        compare(folder, make_files(folder, asked.results, asked.attendance), asked.runs)


if __name__ == "__main__":
    main()
