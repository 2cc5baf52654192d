"""How long a release as large as a state's takes: suppressed, and attacked, with the memory that it took.

    python benchmarks/suppress_state.py [schools]

A thousand schools, twenty subgroups of seven types, three grades and five indicators (a count, three shares, a mean), with
every total. Made-up students, a fixed seed.
"""

from __future__ import annotations

import resource
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import product
from multiprocessing import get_context

import numpy as np
import pandas as pd

from dataworkbench.disclosure.attacking import attack
from dataworkbench.disclosure.linked import DIMENSIONS, secure
from dataworkbench.policy import DisclosurePolicy

_WORKERS = 2
KINDS = {
    "Gender": (0.5, 0.5), "Race and ethnicity": (0.5, 0.2, 0.18, 0.06, 0.04, 0.015, 0.005), "English learner status": (0.88, 0.12),
    "Disability status": (0.86, 0.14), "Economic status": (0.5, 0.5), "Migrant status": (0.995, 0.005),
    "Housing": (0.96, 0.03, 0.01),
}  # fmt: skip
UNITS = {
    "enrollment": "count",
    "chronic_absence": "rate",
    "proficient": "rate",
    "on_track": "rate",
    "mean_score": "mean",
}


@dataclass(frozen=True)
class Done:
    """One table, suppressed and attacked."""

    indicator: str
    cells: dict[str, int]
    verdicts: dict[str, int]
    suppressed: float
    attacked: float
    memory: float


def main() -> None:
    """Make the cube, suppress and attack it, a table in each process, and say how long each took."""
    schools = int(next((a for a in sys.argv[1:] if a.isdigit()), 1000))
    cube = state_cube(schools)
    print(f"{len(cube):,} cells of {schools:,} schools", flush=True)
    tables = [part.reset_index(drop=True) for _, part in cube.groupby("indicator")]
    tables.sort(key=lambda part: str(part["unit"].iloc[0]), reverse=True)
    begun = time.perf_counter()
    with ProcessPoolExecutor(_WORKERS, max_tasks_per_child=1, mp_context=get_context("spawn")) as pool:
        for done in pool.map(suppressed_and_attacked, tables):
            print(done, flush=True)
    print(f"in all {time.perf_counter() - begun:,.0f} s with {_WORKERS} processes", flush=True)


def suppressed_and_attacked(table: pd.DataFrame) -> Done:
    """Return what became of one table, with processor seconds and the most memory in GB."""
    begun = time.process_time()
    secured = secure(table, DisclosurePolicy())
    between = time.process_time()
    audit = attack(secured.ledger, seconds=4 * 3600.0, shown=secured.shown)
    return Done(
        str(table["indicator"].iloc[0]),
        secured.cells.groupby("status").size().to_dict(),
        audit["verdict"].value_counts().to_dict(),
        round(between - begun, 1),
        round(time.process_time() - between, 1),
        round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, 2),
    )


def state_cube(schools: int) -> pd.DataFrame:
    """Return the cube of a made-up state; one row is one figure of one group."""
    students = _students(schools)
    frames = []
    for school, grade, kind in product((False, True), (False, True), ("", *KINDS)):
        by = [
            name
            for name, asked in (("school_id", school), ("grade_level", grade), (kind, bool(kind)))
            if asked
        ]
        frames.append(_counted(students, by, kind))
    counted = pd.concat(frames, ignore_index=True)
    cubes = []
    for indicator, unit in UNITS.items():
        cube = counted.assign(indicator=indicator, unit=unit)
        cube["numerator"] = counted[indicator] if unit == "rate" else np.nan
        cube["mean"] = counted["score"] / counted["n"].where(counted["n"] > 0) if unit == "mean" else np.nan
        cubes.append(cube)
    cube = pd.concat(cubes, ignore_index=True)
    for name in DIMENSIONS:
        cube[name] = cube[name].fillna("") if name in cube else ""
    return cube.assign(school_year="2025-26", status="", reason="", scale_low=200.0, scale_high=800.0)[
        [*DIMENSIONS, "unit", "n", "numerator", "mean", "scale_low", "scale_high", "status", "reason"]
    ]


def _students(schools: int) -> pd.DataFrame:
    rng = np.random.default_rng(6)
    sizes = rng.lognormal(np.log(70), 0.7, schools * 3).astype(int) + 1
    spot = np.repeat(np.arange(schools * 3), sizes)
    students = pd.DataFrame({"school_id": spot // 3, "grade_level": spot % 3 + 3})
    students["school_id"] = "S" + students["school_id"].astype(str).str.zfill(5)
    students["grade_level"] = students["grade_level"].astype(str).str.zfill(2)
    for kind, shares in KINDS.items():
        names = np.array([f"{kind} {letter}" for letter in "ABCDEFG"[: len(shares)]])
        students[kind] = rng.choice(names, size=len(students), p=shares)
    for indicator, share in (("chronic_absence", 0.2), ("proficient", 0.4), ("on_track", 0.85)):
        own = np.clip(rng.normal(share, 0.12, schools), 0.01, 0.99)[spot // 3]
        students[indicator] = (rng.random(len(students)) < own).astype(float)
    students["score"] = np.clip(rng.normal(500, 80, len(students)), 200, 800).round()
    return students


def _counted(students: pd.DataFrame, by: list[str], kind: str) -> pd.DataFrame:
    sums = ["chronic_absence", "proficient", "on_track", "score"]
    if not by:
        return pd.DataFrame([students[sums].sum().to_dict() | {"n": len(students)}])
    levels = [sorted(students[name].unique()) for name in by]
    index = pd.MultiIndex.from_product(levels, names=by) if len(by) > 1 else pd.Index(levels[0], name=by[0])
    grouped = students.groupby(by)
    found = grouped[sums].sum().assign(n=grouped.size()).reindex(index, fill_value=0).reset_index()
    return found.rename(columns={kind: "subgroup"}).assign(subgroup_type=kind) if kind else found


if __name__ == "__main__":
    main()
