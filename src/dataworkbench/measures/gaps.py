"""Differences between groups, each with its interval."""

from __future__ import annotations

import math
from collections.abc import Hashable

import pandas as pd

from dataworkbench.errors import WorkbenchError, no_such
from dataworkbench.measures.intervals import (
    Mean,
    difference_of_means,
    difference_of_shares,
    standard_error_of,
)
from dataworkbench.measures.shaping import FIGURES, with_types
from dataworkbench.terms import ALL_STUDENTS, REFERENCE_SUBGROUP

COMPARED = ("n_reference", "reference", "value_group", "value_reference", "in_sd")
"""What a comparison carries beside the frame that travels."""

Row = dict[Hashable, object]


def gap(
    frame: pd.DataFrame, *, within: str = "subgroup", reference: str | None = None, confidence: float = 0.95
) -> pd.DataFrame:
    """Return how far each group lies from the reference group, as group minus reference.

    One row is one group compared; the frame that travels, where ``value``, ``low`` and ``high`` are a difference (of
    shares, 0 to 1, or of points), and beside it ``n_reference``, ``reference``, ``value_group``, ``value_reference`` and
    ``in_sd`` (means: the difference in standard deviations, both groups pooled).

    ``frame`` comes from ``measure``, before the gate. Within subgroups the reference is the usual one of each type (see
    ``terms.REFERENCE_SUBGROUP``) unless another is named; for any other column it must be named.
    Intervals: Newcombe (1998) for shares, Welch for means. The two groups are taken as different people.

    Raises
    ------
    NoSuchNameError
        Where the frame has no such column, or the column no such group.

    """
    by = grouping_columns(frame)
    if within not in by:
        raise no_such("column to compare within", within, by)
    if reference is not None and reference not in set(frame[within]) and _has_groups(frame):
        raise no_such(within, reference, frame[within].dropna().unique())
    if reference is None and within != "subgroup":
        raise WorkbenchError(f"A gap within {within} needs the group to compare with: reference='...'.")
    if not _has_groups(frame):
        return with_types(frame.reindex(columns=[*frame.columns, *COMPARED]))
    if within == "subgroup" and reference is not None and "subgroup_type" in by:
        frame = frame[frame["subgroup_type"].isin(frame.loc[frame["subgroup"] == reference, "subgroup_type"])]
    others = [name for name in by if name != within]
    pieces = frame.groupby(others, dropna=False, sort=False) if others else [((), frame)]
    compared = [row for _, piece in pieces for row in _piece(piece, within, reference, confidence)]
    return with_types(pd.DataFrame(compared, columns=[*by, *FIGURES, *COMPARED])).astype(
        {"n_reference": "Int64"}
    )


def grouping_columns(frame: pd.DataFrame) -> list[str]:
    """Return the columns of a frame that travels before its indicator."""
    return [str(name) for name in frame.columns[: list(frame.columns).index("indicator")]]


def _has_groups(frame: pd.DataFrame) -> bool:
    return not bool((frame["status"] == "missing").all())


def _piece(piece: pd.DataFrame, within: str, reference: str | None, confidence: float) -> list[Row]:
    rows = piece.to_dict("records")
    named = reference
    if named is None:
        kind = str(rows[0].get("subgroup_type", ""))
        named = REFERENCE_SUBGROUP.get(kind)
        if named is None and kind == ALL_STUDENTS:
            return []
    other = next((row for row in rows if row[within] == named), None)
    return [compare(row, other, str(named), confidence) for row in rows if row[within] != named]


def compare(row: Row, other: Row | None, named: str, confidence: float = 0.95) -> Row:
    """Return one row's difference from another row, with its interval."""
    result: Row = row | dict.fromkeys(("numerator", "mean", "sd"))
    result |= {
        "reference": named,
        "n_reference": 0,
        "in_sd": math.nan,
        "value": math.nan,
        "low": math.nan,
        "high": math.nan,
    }
    result |= {"value_group": row["value"], "value_reference": other["value"] if other else math.nan}
    result["n_reference"] = other["n"] if other else 0
    if other is None or math.isnan(_f(row["value"])) or math.isnan(_f(other["value"])):
        empty = "there is no figure for " + (
            named if other is None or math.isnan(_f(other["value"])) else "this group"
        )
        reason = str(row["reason"]) or (str(other["reason"]) if other else "")
        return result | {
            "status": str(row["status"]) or "not_applicable",
            "reason": reason or f"No difference can be given: {empty}.",
        }
    low, high, in_sd = _difference(row, other, confidence)
    return result | {"value": _f(row["value"]) - _f(other["value"]), "low": low, "high": high, "in_sd": in_sd}


def _difference(row: Row, other: Row, confidence: float) -> tuple[float, float, float]:
    if row.get("unit") == "mean" and pd.isna(row["mean"]):  # type: ignore[call-overload]  # a median: no interval is known
        return math.nan, math.nan, math.nan
    if pd.isna(row["mean"]):  # type: ignore[call-overload]  # a cell of a frame
        own, its = (_f(row["low"]), _f(row["high"])), (_f(other["low"]), _f(other["high"]))
        return *difference_of_shares(_f(row["value"]), own, _f(other["value"]), its), math.nan
    low, high = difference_of_means(_mean(row, confidence), _mean(other, confidence), confidence=confidence)
    pooled = pooled_sd(_f(row["sd"]), _f(row["n"]), _f(other["sd"]), _f(other["n"]))
    return low, high, (_f(row["mean"]) - _f(other["mean"])) / pooled if pooled else math.nan


def _mean(row: Row, confidence: float) -> Mean:
    n = _f(row["n"])
    return Mean(
        _f(row["mean"]), standard_error_of(_f(row["low"]), _f(row["high"]), n, confidence=confidence), n
    )


def pooled_sd(first: float, first_n: float, second: float, second_n: float) -> float:
    """Return the standard deviation of two groups pooled, each weighed by its size less one."""
    if first_n + second_n <= 2 or math.isnan(first) or math.isnan(second):
        return math.nan
    return math.sqrt(((first_n - 1) * first**2 + (second_n - 1) * second**2) / (first_n + second_n - 2))


def _f(value: object) -> float:
    return math.nan if value is None or pd.isna(value) else float(value)  # type: ignore[arg-type, call-overload]  # a cell of a frame
