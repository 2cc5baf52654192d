"""Whether one group is identified, or disciplined, more often than all the others."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence

import pandas as pd

from dataworkbench.errors import WorkbenchError, no_such
from dataworkbench.measures.gaps import grouping_columns
from dataworkbench.measures.intervals import z_of
from dataworkbench.terms import ALL_STUDENTS

SMALLEST_CELL = 10
SMALLEST_GROUP = 30

COLUMNS = (
    "indicator", "n", "n_left_out", "numerator", "value", "low", "high", "status", "reason", "n_reference", "reference",
    "risk", "risk_reference", "composition_gap", "weighted",
)  # fmt: skip
OTHERS = "all other students"
STATE = "all other students in the state"


def risk_ratio(
    frame: pd.DataFrame, *, state_risk: Mapping[str, float] | None = None, state_shares: Mapping[str, float] | None = None,
    smallest_cell: int = SMALLEST_CELL, smallest_group: int = SMALLEST_GROUP, confidence: float = 0.95,
) -> pd.DataFrame:  # fmt: skip
    """Return how many times as likely each group is to be counted as all other students.

    One row is one subgroup (in each of the frame's other groups): ``value`` is the risk of the group over the risk of all
    others, with its interval; ``risk``, ``risk_reference``; ``composition_gap``, the group's share of those counted minus its
    share of all students; ``weighted``, the ratio with the other groups weighed as they are in the state (``state_shares``,
    subgroup to share), so that districts of different make-up can be held side by side; blank where no shares are given.

    ``frame`` is a rate from ``measure``, by subgroup, with "All students" in it. Fewer than ``smallest_cell`` counted, or
    fewer than ``smallest_group`` students, in the group: no ratio. Where the others are too few, the alternate ratio against
    ``state_risk`` (subgroup to risk) is given, where it is known.
    Source: 34 CFR 300.647; the interval is Katz and others (1978), Biometrics 34, 469-474.
    """
    by = grouping_columns(frame)
    if "subgroup" not in by:
        raise no_such("column to compare within", "subgroup", by)
    if (frame["status"] == "missing").all():
        return frame.reindex(columns=[*by, *COLUMNS])
    others = [name for name in by if name not in ("subgroup", "subgroup_type")]
    rows: list[dict[Hashable, object]] = []
    for _, piece in frame.groupby(others, dropna=False, sort=False) if others else [((), frame)]:
        whole = piece[piece["subgroup"] == ALL_STUDENTS]
        if whole.empty:
            raise WorkbenchError(
                f"A risk ratio needs the figure for '{ALL_STUDENTS}' too: measure by subgroup without choosing a type, or "
                f"choose '{ALL_STUDENTS}' beside it."
            )
        everybody = whole.iloc[0].to_dict()
        groups = [row for row in piece.to_dict("records") if row["subgroup"] != ALL_STUDENTS]
        rows += [
            _row(row, everybody, state_risk or {}, (smallest_cell, smallest_group), confidence)
            | {"weighted": weighted_ratio(row, groups, state_shares or {})}
            for row in groups
        ]
    return pd.DataFrame(rows, columns=[*by, *COLUMNS]).astype({"n": "Int64", "n_left_out": "Int64"})


def _row(
    row: dict[Hashable, object],
    everybody: dict[Hashable, object],
    state: Mapping[str, float],
    fewest: tuple[int, int],
    confidence: float,
) -> dict[Hashable, object]:
    cell, n = _number(row["numerator"]), _number(row["n"])
    other_cell, other_n = _number(everybody["numerator"]) - cell, _number(everybody["n"]) - n
    said = row | {
        "value": math.nan, "low": math.nan, "high": math.nan, "n_reference": int(other_n), "reference": OTHERS,
        "risk": cell / n if n else math.nan, "risk_reference": other_cell / other_n if other_n else math.nan,
        "composition_gap": _composition_gap(cell, n, everybody),
    }  # fmt: skip
    if cell < fewest[0] or n < fewest[1]:
        return said | _too_few(fewest)
    if other_cell >= fewest[0] and other_n >= fewest[1]:
        error = math.sqrt(1 / cell - 1 / n + 1 / other_cell - 1 / other_n)
        ratio = (cell / n) / (other_cell / other_n)
        reach = math.exp(z_of(confidence) * error)
        return said | {"value": ratio, "low": ratio / reach, "high": ratio * reach}
    known = state.get(str(row["subgroup"]))
    if not known:
        return said | _too_few(fewest)
    return said | {
        "value": (cell / n) / known,
        "reference": STATE,
        "risk_reference": known,
        "n_reference": pd.NA,
    }


def weighted_ratio(
    row: Mapping[Hashable, object], groups: Sequence[Mapping[Hashable, object]], shares: Mapping[str, float]
) -> float:
    """Return R_g (1 - w_g) / sum over the other groups of w_j R_j, where R is a risk here and w a share in the state.

    Not a number where a group has no share, or nobody among the others is counted.
    """
    kind = [
        one for one in groups if one.get("subgroup_type") == row.get("subgroup_type") and _number(one["n"])
    ]
    known = [one for one in kind if str(one["subgroup"]) in shares]
    if len(known) < len(kind) or not _number(row["n"]):
        return math.nan
    risks = {str(one["subgroup"]): _number(one["numerator"]) / _number(one["n"]) for one in kind}
    own = str(row["subgroup"])
    others = sum(shares[name] * risk for name, risk in risks.items() if name != own)
    return risks[own] * (1 - shares[own]) / others if others else math.nan


def _composition_gap(cell: float, n: float, everybody: dict[Hashable, object]) -> float:
    counted, there = _number(everybody["numerator"]), _number(everybody["n"])
    return cell / counted - n / there if counted and there else math.nan


def _too_few(fewest: tuple[int, int]) -> dict[Hashable, object]:
    said = f"n below rule: the rule asks for {fewest[0]} counted and {fewest[1]} students in the group and among the others."
    return {"status": "not_applicable", "reason": said}


def _number(value: object) -> float:
    return 0.0 if value is None or pd.isna(value) else float(value)  # type: ignore[arg-type, call-overload]  # a cell of a frame
