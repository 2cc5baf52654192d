"""The cube as it comes: checked, with one way of writing what is all, and sorted so that row order decides nothing."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from dataworkbench.disclosure.linked.dimensions import DIMENSIONS, cell_ids
from dataworkbench.errors import WorkbenchError, no_such
from dataworkbench.frames import WHOLE_NAMES
from dataworkbench.policy import DisclosurePolicy

UNITS: Final = ("rate", "mean", "count")
_STATES: Final = ("", "missing", "not_applicable", "suppressed")
_NUMBERS: Final = ("n", "numerator", "mean", "sd", "scale_low", "scale_high")
_SPREAD: Final = 3.0


def read_cube(cube: pd.DataFrame, policy: DisclosurePolicy) -> pd.DataFrame:
    """Return the cube in one shape, sorted by the cells' names; one row is one cell.

    ``cell`` is its name, ``state`` what it holds ("figure", "nobody", "missing", "not_applicable", "suppressed"), ``group`` how
    many are in it, ``n`` the number that adds up (for a count, the count itself), ``second`` the numerator of a share or the
    sum behind a mean.

    Raises
    ------
    WorkbenchError
        Where a column is lacking, two rows are one cell, a unit or status is not known, or the policy forbids a column.

    """
    _check_columns(cube, policy)
    read = cube.reset_index(drop=True).copy()
    for name in DIMENSIONS:
        read[name] = _as_text(read[name])
    for name in ("school_id", "grade_level", "subgroup"):
        read[name] = read[name].where(~read[name].str.lower().isin(WHOLE_NAMES), "")
    read.loc[read["subgroup"] == "", "subgroup_type"] = ""
    read["cell"] = cell_ids(read)
    for name in ("unit", "status", "reason"):
        read[name] = _as_text(read[name]) if name in read else ""
    for name in _NUMBERS:
        read[name] = pd.to_numeric(read[name]).astype("float64") if name in read else np.nan
    _check_rows(read)
    return _with_scale(_with_state(read.sort_values("cell", ignore_index=True)))


def _as_text(column: pd.Series) -> pd.Series:
    return column.astype("string").fillna("").str.strip().astype("object")


def _check_columns(cube: pd.DataFrame, policy: DisclosurePolicy) -> None:
    lacking = [name for name in (*DIMENSIONS, "unit", "n") if name not in cube]
    if lacking:
        raise WorkbenchError(
            f"These figures have no column {', '.join(lacking)}. A cube has one row for each figure of each group, with the "
            f"columns {', '.join(DIMENSIONS)}, unit and n; empty stands for all."
        )
    forbidden = [str(name) for name in cube.columns if name in policy.never_published]
    kinds = set(_as_text(cube["subgroup_type"]))
    forbidden += [name for name in policy.never_published if name in kinds]
    if forbidden:
        raise WorkbenchError(
            f"The disclosure policy says that nothing is published by {', '.join(forbidden)}. "
            "Leave it out of the figures; the list is never_published in policy.toml."
        )


def _check_rows(read: pd.DataFrame) -> None:
    for column, known in (("unit", UNITS), ("status", _STATES)):
        strange = sorted(set(read[column]) - set(known))
        if strange:
            raise no_such(f"{column} of a cell", strange[0], known)
    twice = read.loc[read["cell"].duplicated(), "cell"]
    if len(twice):
        raise WorkbenchError(f"Two rows are the cell '{twice.iloc[0]}'. A figure is published once.")
    unlike = read.groupby("indicator")["unit"].nunique()
    if (unlike > 1).any():
        raise WorkbenchError(
            f"'{unlike[unlike > 1].index[0]}' has figures in two units. Give each its own indicator."
        )


def _with_state(read: pd.DataFrame) -> pd.DataFrame:
    """Return the cube with what each cell holds."""
    unit, group = read["unit"], read["n"]
    figure = read["numerator"].fillna(group).where(unit == "count", group)
    sums = (read["mean"] * group).where(unit == "mean", read["numerator"])
    known = figure.notna() & ((unit == "count") | (group == 0) | sums.notna())
    state = np.select(
        [read["status"] == "suppressed", read["status"] == "missing", group == 0, read["status"] == "not_applicable", ~known],
        ["suppressed", "missing", "nobody", "not_applicable", "missing"], "figure",
    )  # fmt: skip
    wrong = (state == "figure") & (unit == "rate") & ((sums < 0) | (sums > group))
    if wrong.any():
        raise WorkbenchError(
            f"'{read.loc[wrong, 'cell'].iloc[0]}' has more students in its share than in its group. Check the figure."
        )
    second = sums.where(unit != "count").where(group != 0, 0.0).where(unit != "count")
    return read.assign(state=state, group=group, n=figure.where(group != 0, 0.0), second=second)


def _with_scale(read: pd.DataFrame) -> pd.DataFrame:
    """Return the cube with the ends of each mean's scale; where nobody said them, what the figures themselves span."""
    spread = _SPREAD * read["sd"].fillna(0.0)
    by = [read["indicator"], read["subject"], read["assessment_id"]]
    least, most = (
        (read["mean"] - spread).groupby(by).transform("min"),
        (read["mean"] + spread).groupby(by).transform("max"),
    )
    low = read["scale_low"].groupby(by).transform("min").fillna(least)
    high = read["scale_high"].groupby(by).transform("max").fillna(most)
    return read.assign(scale_low=low, scale_high=high)
