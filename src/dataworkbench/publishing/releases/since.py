"""How many students came, left or changed behind each figure between the snapshots of two releases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd
import polars as pl

from dataworkbench.disclosure.linked import CHANGES, DIMENSIONS, table_names
from dataworkbench.measures.asking import counted_units
from dataworkbench.publishing.releases.cube import Asked, measured
from dataworkbench.terms import ALL_STUDENTS

if TYPE_CHECKING:
    from dataworkbench.warehouse import District

_STUDENT: Final = ("student_id", "school_year")
_GROUP: Final = ("subgroup_type", "subgroup")
_VALUE: Final = ("total", "weight")


@dataclass(frozen=True)
class Published:
    """An earlier release, by its name, and the true figures behind what it published."""

    id: str
    kept: pd.DataFrame


def changes_since(
    earlier: Published, before: District, now: District, asked: Sequence[Asked]
) -> pd.DataFrame:
    """Return for each cell of an earlier release how many students it would tell apart if it were published anew.

    One row is one cell, in ``CHANGES``, groups that are there for the first time included. A cell whose true figure can't be measured again as it was (a definition or a
    setting changed since) is not ``known``.
    """
    counted = pl.concat([_changed(before, now, one) for one in asked]).unique("cell").to_pandas()
    counted = counted[table_names(counted["cell"]).isin(set(table_names(earlier.kept["cell"])))]
    told = earlier.kept[["cell"]].merge(counted, on="cell", how="outer")
    told[["came", "left", "changed"]] = told[["came", "left", "changed"]].fillna(0).astype("int64")
    again = measured(before, list(asked)).merge(earlier.kept, on="cell", suffixes=("", "_kept"))
    same = again[_same(again, "n") & _same(again, "numerator") & _same(again, "mean")]
    known = told["cell"].isin(same["cell"]) | ~told["cell"].isin(earlier.kept["cell"])
    return told.assign(release=earlier.id, until="", known=known)[list(CHANGES)]


def unknown_since(earlier: Published) -> pd.DataFrame:
    """Return the same where the earlier snapshot is gone: nobody can tell what changed behind any figure."""
    told = earlier.kept[["cell"]].assign(release=earlier.id, until="", came=0, left=0, changed=0, known=False)
    return told[list(CHANGES)]


def _same(frame: pd.DataFrame, name: str) -> pd.Series:
    one, other = frame[name].astype("float64"), frame[f"{name}_kept"].astype("float64")
    return (one - other).abs().le(1e-9) | (one.isna() & other.isna())


def _changed(before: District, now: District, asked: Asked) -> pl.DataFrame:
    """Return the counts for the cells of one question; one row is one cell with somebody who came, left or changed."""
    keys = [name for name in asked.by if name != "subgroup"]
    one, other = _units(before, asked, keys), _units(now, asked, keys)
    groups = _groups(before, asked), _groups(now, asked)
    moved = _moved(one, other, keys, groups)
    sides = [
        side.join(moved, on=list(_STUDENT)).join(group, on=list(_STUDENT))
        for side, group in zip((one, other), groups, strict=True)
    ]
    along = [*keys, *_GROUP, *(name for name in _STUDENT if name not in keys)]
    both = sides[0].join(sides[1], on=along, how="full", coalesce=True, suffix="_now")
    gone, new = pl.col("weight_now").is_null(), pl.col("weight").is_null()
    altered = (
        ~gone & ~new & ((pl.col("total") != pl.col("total_now")) | (pl.col("weight") != pl.col("weight_now")))
    )
    counts = both.group_by([*keys, *_GROUP]).agg(
        new.sum().alias("came"), gone.sum().alias("left"), altered.sum().alias("changed")
    )
    return _named(counts, asked)


def _units(district: District, asked: Asked, keys: Sequence[str]) -> pl.DataFrame:
    where = {name: values for name, values in asked.where.items() if name != "subgroup_type"}
    frame = counted_units(district, asked.indicator.id, by=keys, where=where)
    held = pl.from_pandas(frame[list(dict.fromkeys([*keys, *_STUDENT, *_VALUE]))])
    numbers = [pl.col(name).cast(pl.Float64).fill_null(0) for name in _VALUE]
    return held.with_columns(
        *numbers, *(pl.col(name).cast(pl.String).fill_null("") for name in held.columns if name not in _VALUE)
    )


def _groups(district: District, asked: Asked) -> pl.DataFrame:
    """Return in which groups each student is; one row is one student in one group in one year."""
    kinds = asked.where.get("subgroup_type", [ALL_STUDENTS])
    marks = ", ".join("?" for _ in kinds)
    held = district.ask(
        "SELECT student_id, CAST(school_year AS VARCHAR) AS school_year, CAST(subgroup_type AS VARCHAR) AS subgroup_type, "
        f"CAST(subgroup AS VARCHAR) AS subgroup FROM student_groups WHERE CAST(subgroup_type AS VARCHAR) IN ({marks})",
        kinds,
    )
    return pl.from_pandas(held).with_columns(pl.all().cast(pl.String))


def _moved(
    one: pl.DataFrame, other: pl.DataFrame, keys: Sequence[str], groups: tuple[pl.DataFrame, pl.DataFrame]
) -> pl.DataFrame:
    """Return the students behind whom anything is different: a value, a place, a group; one row is one in one year."""
    along = list(dict.fromkeys([*keys, *_STUDENT, *_VALUE]))
    pairs = [(one.select(along), other.select(along)), groups]
    different = [
        a.join(b, on=a.columns, how="anti", nulls_equal=True).select(_STUDENT)
        for x, y in pairs
        for a, b in ((x, y), (y, x))
    ]
    return pl.concat(different).unique()


def _named(counts: pl.DataFrame, asked: Asked) -> pl.DataFrame:
    """Return the counts with the name of their cell."""
    everybody = pl.col("subgroup_type") == ALL_STUDENTS
    whole = counts.with_columns(
        pl.when(everybody).then(pl.lit("")).otherwise(pl.col(name)).alias(name) for name in _GROUP
    )
    parts = [
        pl.lit(asked.indicator.id) if name == "indicator"
        else pl.col(name).str.replace_all("|", "/", literal=True) if name in whole.columns else pl.lit("")
        for name in DIMENSIONS
    ]  # fmt: skip
    return whole.select(pl.concat_str(parts, separator="|").alias("cell"), "came", "left", "changed")
