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
    spots = [(f"S{school:04}", f"{grade + 3:02}") for school, grade in product(range(schools), range(grades))]
    counts = [int(rng.lognormal(np.log(size), 0.9)) for _ in spots]
    students = pd.DataFrame(
        np.repeat(np.array(spots, dtype=object), counts, axis=0), columns=["school_id", "grade_level"]
    )
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
    cells, sums = counted(
        students, {name: students[name] for name in ("yes", "score")}, crossed=crossed, kinds=kinds
    )
    n = sums["n"]
    cube = cells.assign(
        n=n.astype(int),
        numerator=np.nan if unit == "count" else sums["yes"],
        mean=sums["score"] / np.where(n > 0, n, np.nan) if unit == "mean" else np.nan,
        indicator=unit, school_year="2025-26", unit=unit, status="", reason="",
    )  # fmt: skip
    if unit == "mean":
        cube["scale_low"], cube["scale_high"] = 200.0, 800.0
    return cube[[*DIMENSIONS, *(c for c in cube if c not in DIMENSIONS)]]


def counted(
    students: pd.DataFrame,
    what: dict[str, pd.Series],
    *,
    crossed: bool = True,
    kinds: tuple[str, ...] | None = None,
    levels_of: pd.DataFrame | None = None,
) -> tuple[pd.DataFrame, dict[str, np.ndarray]]:
    """Every cell over schools, grades and groups (one row is one), and of each its students (``n``) and the sums of ``what``.

    ``levels_of`` are the students whose schools, grades and groups there are; others are counted in those totals alone that are.
    """
    kinds = tuple(k for k in KINDS if k in students) if kinds is None else kinds
    levels = {
        name: np.unique((students if levels_of is None else levels_of)[name].to_numpy())
        for name in ("school_id", "grade_level", *kinds)
    }
    held = {name: students[name].to_numpy() for name in levels}
    weights = {
        "n": np.ones(len(students)),
        **{name: np.asarray(column, dtype=float) for name, column in what.items()},
    }
    cells, sums = [], {name: [] for name in weights}
    for school, grade, kind in product((False, True), (False, True), ("", *kinds)):
        if not crossed and grade and kind:
            continue
        by = [
            name
            for name, asked in (("school_id", school), ("grade_level", grade), (kind, bool(kind)))
            if asked
        ]
        spot, there = _spots(held, levels, by, len(students))
        named = list(product(*(levels[name] for name in by)))
        for name, column in weights.items():
            sums[name].append(np.bincount(spot[there], column[there], minlength=len(named)))
        for values in named:
            own = dict(zip(by, values, strict=True))
            cells.append(
                (
                    own.get("school_id", ""),
                    own.get("grade_level", ""),
                    kind,
                    own.get(kind, "") if kind else "",
                )
            )
    frame = pd.DataFrame(cells, columns=["school_id", "grade_level", "subgroup_type", "subgroup"])
    frame = frame.assign(**{name: "" for name in DIMENSIONS if name not in frame})
    return frame[list(DIMENSIONS)], {name: np.concatenate(parts) for name, parts in sums.items()}


def _spots(
    held: dict[str, np.ndarray], levels: dict[str, np.ndarray], by: list[str], count: int
) -> tuple[np.ndarray, np.ndarray]:
    """The place of each student among the cells of one margin, and whether there is one."""
    spot, there = np.zeros(count, dtype=np.int64), np.ones(count, dtype=bool)
    for name in by:
        at = np.searchsorted(levels[name], held[name]).clip(max=len(levels[name]) - 1)
        there &= levels[name][at] == held[name]
        spot = spot * len(levels[name]) + at
    return spot, there
