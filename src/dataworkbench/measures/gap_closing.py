"""How a gap moved over the years, and whose movement did it; and a shift in shares beside the shift in means."""

from __future__ import annotations

import math

import pandas as pd

from dataworkbench.errors import no_such
from dataworkbench.measures.asking import measure
from dataworkbench.measures.changes import change
from dataworkbench.measures.composing import Where
from dataworkbench.measures.definition import Asked
from dataworkbench.measures.differences import Compared, difference_in_differences
from dataworkbench.measures.gaps import gap, grouping_columns
from dataworkbench.terms import REFERENCE_SUBGROUP

COLUMNS = (
    "indicator", "n", "n_reference", "reference", "first", "last", "gap_first", "gap_last", "in_sd_first", "in_sd_last",
    "value", "low", "high", "own_change", "own_low", "own_high", "reference_change", "reference_low", "reference_high",
    "how", "status", "reason",
)  # fmt: skip


def gap_closing(frame: pd.DataFrame, *, over: str = "school_year", confidence: float = 0.95) -> pd.DataFrame:
    """Return how each group's gap changed from the first time to the last, and whose movement changed it.

    One row is one group held against the reference of its kind (in each of the frame's other groups): ``gap_first`` and
    ``gap_last`` (group minus reference; ``in_sd_first``, ``in_sd_last`` in pooled standard deviations, for means),
    ``value`` (the last gap minus the first) with ``low`` and ``high``, ``own_change`` and ``reference_change`` with their
    own intervals, and ``how``: what changed it, in words. ``n`` and ``n_reference`` are those of the last time.

    ``frame`` comes from ``measure``, by ``over`` and by subgroup, before the gate. The times are taken as different
    students. A gap can close because the group that stood higher fell: that is no success, and ``how`` says so.
    """
    by = grouping_columns(frame)
    for name in (over, "subgroup"):
        if name not in by:
            raise no_such("column to follow a gap by", name, by)
    keys = [name for name in by if name != over]
    if (frame["status"] == "missing").all():
        return frame.drop(columns=over).reindex(columns=[*keys, *COLUMNS])
    times = sorted({str(time) for time in frame.loc[frame["value"].notna(), over]})
    gaps = gap(frame, confidence=confidence)
    rows = [
        dict(zip(keys, key if isinstance(key, tuple) else (key,), strict=True))
        | _row(piece, frame, over, times, confidence)
        for key, piece in gaps.groupby(keys, sort=False, dropna=False)
    ]
    return pd.DataFrame(rows, columns=[*keys, *COLUMNS]).astype({"n": "Int64", "n_reference": "Int64"})


def _row(
    gaps: pd.DataFrame, frame: pd.DataFrame, over: str, times: list[str], confidence: float
) -> dict[str, object]:
    there = gaps[gaps["value"].notna()]
    known = [time for time in times if time in set(there[over].astype(str))]
    reference = REFERENCE_SUBGROUP.get(str(gaps["subgroup_type"].iloc[0]), "")
    row: dict[str, object] = {
        "indicator": gaps["indicator"].iloc[0],
        "reference": reference,
        "status": "",
        "reason": "",
        "n": 0,
    }
    if len(known) < 2:
        return row | {
            "status": "not_applicable",
            "reason": "Both groups have a figure at one time only, so nothing can have changed.",
        }
    first, last = (there[there[over] == time].iloc[0] for time in (known[0], known[-1]))
    row |= {
        "first": known[0], "last": known[-1], "gap_first": first["value"], "gap_last": last["value"], "n": last["n"],
        "n_reference": last["n_reference"], "in_sd_first": first["in_sd"], "in_sd_last": last["in_sd"],
    }  # fmt: skip
    return row | _changes(
        _both(gaps, frame, over, reference), over, str(gaps["subgroup"].iloc[0]), row, confidence
    )


def _both(gaps: pd.DataFrame, frame: pd.DataFrame, over: str, reference: str) -> pd.DataFrame:
    """The figures of the group and of its reference, over time."""
    same = pd.Series(data=True, index=frame.index)
    for name in grouping_columns(frame):
        if name not in (over, "subgroup"):
            same &= frame[name].astype("string").fillna("") == str(gaps[name].iloc[0])
    return frame[same & frame["subgroup"].isin([gaps["subgroup"].iloc[0], reference])]


def _changes(
    both: pd.DataFrame, over: str, group: str, row: dict[str, object], confidence: float
) -> dict[str, object]:
    reference, first, last = str(row["reference"]), str(row["first"]), str(row["last"])
    compared = Compared("subgroup", group, reference, over, first, last)
    closing = difference_in_differences(both, compared, confidence=confidence).iloc[0]
    moved = change(
        both[both[over].isin([first, last])], over=over, since_first=True, confidence=confidence
    ).set_index("subgroup")
    found: dict[str, object] = {name: closing[name] for name in ("value", "low", "high")}
    for name, side in (("own", group), ("reference", reference)):
        found |= {f"{name}_change": moved.loc[side, "value"]}
        found |= {f"{name}_{end}": moved.loc[side, end] for end in ("low", "high")}
    return found | {"how": how_it_changed({**row, **found})}


def how_it_changed(row: dict[str, object]) -> str:
    """Return what changed a gap, in words: who rose, who fell, or that it cannot be told from chance."""
    first, low, high = (float(row[name]) for name in ("gap_first", "low", "high"))  # type: ignore[arg-type]  # figures
    if math.isnan(low) or low <= 0 <= high:
        return "no change that can be told from chance"
    group_is_lower = first < 0
    lower, upper = ("own", "reference") if group_is_lower else ("reference", "own")
    names = {"own": "this group", "reference": "the other"}
    rose, fell = _moved(row, lower), _moved(row, upper)
    if abs(float(row["gap_last"])) < abs(first):  # type: ignore[arg-type]  # a figure
        up, down = rose > 0, fell < 0
        if up and down:
            return f"closed from both sides: {names[lower]} rose and {names[upper]} fell"
        return (
            f"closed because {names[lower]} rose"
            if up
            else (f"closed because {names[upper]} fell" if down else "closed, by small movements of both")
        )
    down, up = rose < 0, fell > 0
    if up and down:
        return f"widened from both sides: {names[lower]} fell and {names[upper]} rose"
    return (
        f"widened because {names[lower]} fell"
        if down
        else (f"widened because {names[upper]} rose" if up else "widened, by small movements of both")
    )


def _moved(row: dict[str, object], side: str) -> int:
    """Return 1 where a side rose, -1 where it fell, 0 where its own change may be chance."""
    low, high = float(row[f"{side}_low"]), float(row[f"{side}_high"])  # type: ignore[arg-type]  # figures
    return 1 if low > 0 else -1 if high < 0 else 0


def share_and_mean(
    district: Asked, *, by: list[str] | None = None, where: Where | None = None
) -> pd.DataFrame:
    """Return how the share proficient and the mean score moved, side by side, from the first school year to the last.

    One row is one group of ``by``: ``n_first``, ``n_last``, ``share_first``, ``share_last``, ``share_shift`` with ``share_low``
    and ``share_high``, then ``mean_first`` to ``mean_high`` the same way, ``in_sd`` (the shift of the mean in standard
    deviations), and ``apart``: whether one moved for sure and the other did not, or the other way.

    A share sees only who crosses one line: the two can go different ways. Source: Ho (2008), Educational Researcher 37, 351-360.
    """
    keys = list(by or [])
    moved = {
        name: change(measure(district, id_, by=["school_year", *keys], where=where), since_first=True,
                     confidence=district.settings.confidence)
        for name, id_ in (("share", "proficiency"), ("mean", "mean_score"))
    }  # fmt: skip
    if any((frame["status"] == "missing").all() for frame in moved.values()):
        return pd.DataFrame()
    sides = [_last_change(frame, name) for name, frame in moved.items()]
    on = [name for name in sides[0].columns if name in (*keys, "subgroup_type")]
    found = (
        sides[0].merge(sides[1], on=on, suffixes=("", "_mean"))
        if on
        else sides[0].join(sides[1], rsuffix="_mean")
    )
    sure = {
        name: (found[f"{name}_low"] > 0).astype(int) - (found[f"{name}_high"] < 0).astype(int)
        for name in moved
    }
    both: pd.DataFrame = found.assign(apart=sure["share"] != sure["mean"])
    return both


def _last_change(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    keys = [column for column in grouping_columns(frame) if column != "school_year"]
    last = frame[frame["value"].notna()]
    last = last[last["school_year"] == last["school_year"].max()]
    named: pd.DataFrame = last[keys].assign(
        first=last["reference"], last=last["school_year"], n_first=last["n_reference"], n_last=last["n"],
        **{f"{name}_first": last["value_reference"], f"{name}_last": last["value_group"], f"{name}_shift": last["value"],
           f"{name}_low": last["low"], f"{name}_high": last["high"]},
    )  # fmt: skip
    if name == "mean":
        named = named.assign(in_sd=last["in_sd"])
    return named.reset_index(drop=True)
