"""Made-up cubes for tests: students one by one, counted along every margin that a release holds."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd

from dataworkbench.disclosure.linked import DIMENSIONS

KINDS = {"Gender": ("Female", "Male"), "English learner status": ("English learner", "Not an English learner"),
         "Race and ethnicity": ("Asian", "Black", "Hispanic", "Two or more", "White")}  # fmt: skip
SKEWED = (0.55, 0.05, 0.25, 0.03, 0.12)


def made_students(
    rng: np.random.Generator, *, schools: int, grades: int, kinds: int, size: float
) -> pd.DataFrame:
    """Students of schools of skewed sizes; each subgroup type splits them, some groups rare."""
    rows = []
    for school, grade in product(range(schools), range(grades)):
        count = int(rng.lognormal(np.log(size), 0.9))
        rows.append(
            pd.DataFrame({"school_id": f"S{school:04}", "grade_level": f"{grade + 3:02}", "id": range(count)})
        )
    students = pd.concat(rows, ignore_index=True)
    for name, groups in list(KINDS.items())[:kinds]:
        share = np.array(SKEWED[: len(groups)]) if rng.random() < 0.6 else np.ones(len(groups))
        students[name] = rng.choice(groups, size=len(students), p=rng.permutation(share) / share.sum())
    students["yes"] = rng.random(len(students)) < rng.choice([0.02, 0.15, 0.5, 0.97])
    students["score"] = np.clip(rng.normal(rng.choice([320, 500]), 80, len(students)), 200, 800).round()
    return students


def made_cube(
    students: pd.DataFrame, unit: str, *, crossed: bool = True, kinds: tuple[str, ...] | None = None
) -> pd.DataFrame:
    """The cube of one indicator over schools, grades and groups, with every total; groups of nobody are there as well."""
    kinds = tuple(k for k in KINDS if k in students) if kinds is None else kinds
    frames = []
    for school, grade, kind in product((False, True), (False, True), ("", *kinds)):
        if not crossed and grade and kind:
            continue
        by = [
            *(["school_id"] if school else []),
            *(["grade_level"] if grade else []),
            *([kind] if kind else []),
        ]
        frames.append(_counted(students, by, kind))
    cube = pd.concat(frames, ignore_index=True)
    for name in DIMENSIONS:
        cube[name] = cube[name].fillna("") if name in cube else ""
    cube["indicator"], cube["school_year"], cube["unit"], cube["status"], cube["reason"] = (
        unit,
        "2025-26",
        unit,
        "",
        "",
    )
    if unit == "mean":
        cube["scale_low"], cube["scale_high"] = 200.0, 800.0
    if unit == "count":
        cube["numerator"] = np.nan
    if unit != "mean":
        cube["mean"] = np.nan
    return cube[[*DIMENSIONS, *(c for c in cube if c not in DIMENSIONS)]]


def _counted(students: pd.DataFrame, by: list[str], kind: str) -> pd.DataFrame:
    if not by:
        return pd.DataFrame([_figures(students)])
    levels = [sorted(students[name].unique()) for name in by]
    index = pd.MultiIndex.from_product(levels, names=by) if len(by) > 1 else pd.Index(levels[0], name=by[0])
    found = (
        students.groupby(by)
        .agg(n=("yes", "size"), yes=("yes", "sum"), total=("score", "sum"))
        .reindex(index, fill_value=0)
    )
    found = found.reset_index()
    found["numerator"], found["mean"] = (
        found.pop("yes").astype(float),
        found.pop("total") / found["n"].where(found["n"] > 0),
    )
    if kind:
        found = found.rename(columns={kind: "subgroup"}).assign(subgroup_type=kind)
    return found


def _figures(students: pd.DataFrame) -> dict[str, float]:
    n = len(students)
    return {
        "n": n,
        "numerator": float(students["yes"].sum()),
        "mean": students["score"].sum() / n if n else float("nan"),
    }
