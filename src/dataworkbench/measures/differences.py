"""Differences in differences: whether those who took part changed more than those who did not."""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass

import pandas as pd

from dataworkbench.errors import no_such
from dataworkbench.measures.effects import cox_index, fewest_to_tell
from dataworkbench.measures.gaps import grouping_columns
from dataworkbench.measures.intervals import NONE, z_of

COLUMNS = (
    "indicator", "n", "value", "low", "high", "status", "reason", "own_change", "comparison_change", "gap_before",
    "gap_after", "effect_size", "fewest_in_each_cell", "fewest_for_gap_after",
    "caution",
)  # fmt: skip


@dataclass(frozen=True)
class Compared:
    """Who is compared with whom, and when."""

    group: str
    treated: str
    comparison: str
    time: str
    before: str
    after: str

    @property
    def cells(self) -> tuple[tuple[str, str], ...]:
        """The four cells: treated after and before, comparison after and before."""
        return tuple(
            (who, when) for who in (self.treated, self.comparison) for when in (self.after, self.before)
        )


def difference_in_differences(
    frame: pd.DataFrame, compared: Compared, *, clustering: float = 1.0, confidence: float = 0.95
) -> pd.DataFrame:
    """Return the change of one group beyond the change of another.

    One row is one combination of the frame's other grouping columns (a subject, say): ``value`` = (treated after - treated
    before) - (comparison after - comparison before), ``low`` and ``high``, ``n`` (the smallest of the four cells),
    ``own_change``, ``comparison_change``, ``gap_before``, ``gap_after``, ``effect_size`` (shares: Cox index),
    ``fewest_in_each_cell`` (students needed before such a difference could be told from none; ``fewest_for_gap_after`` for the gap alone) and ``caution``.

    Where one of the four cells is not there nothing is computed: ``status`` is "missing", and ``reason`` says which cell,
    and what can be said without it.

    ``frame`` comes from ``measure``, or has its grouping columns, ``indicator``, ``value``, and where known ``n`` and ``sd``.
    Groups are taken as different students each time; ``clustering`` widens the interval where they share schools.
    Source: two groups, two times; variance is the sum of the four cells' own.
    """
    by = grouping_columns(frame)
    for name in (compared.group, compared.time):
        if name not in by:
            raise no_such("column to compare by", name, by)
    others = [name for name in by if name not in (compared.group, compared.time)]
    pieces = frame.groupby(others, dropna=False, sort=False) if others else [((), frame)]
    rows = [
        dict(zip(others, key, strict=True)) | _row(piece, compared, clustering, confidence)
        for key, piece in pieces
    ]
    return pd.DataFrame(rows, columns=[*others, *COLUMNS])


def _row(piece: pd.DataFrame, compared: Compared, clustering: float, confidence: float) -> dict[str, object]:
    cells = [_cell(piece, compared, cell) for cell in compared.cells]
    shares = _are_shares(piece)
    said = _said(
        piece, [cell["value"] for cell in cells], shares=shares, clustering=clustering, confidence=confidence
    )
    said["caution"] = _caution(piece, compared)
    said["n"] = (
        pd.NA if any(math.isnan(cell["n"]) for cell in cells) else int(min(cell["n"] for cell in cells))
    )
    lacking = [where for where, cell in zip(compared.cells, cells, strict=True) if math.isnan(cell["value"])]
    if lacking:
        return said | {"status": "missing", "reason": _refusal(lacking, said, shares=shares)}
    low, high = _interval(cells, _float(said["value"]), clustering, confidence, shares=shares)
    without = (
        ""
        if not math.isnan(low)
        else "No interval: it is not known how many students stand behind the figures."
    )
    return said | {"low": low, "high": high, "reason": without}


def _said(
    piece: pd.DataFrame, values: list[float], *, shares: bool, clustering: float, confidence: float
) -> dict[str, object]:
    after, before, other_after, other_before = values
    whole = (after - before) - (other_after - other_before)
    effect = cox_index(after, before) - cox_index(other_after, other_before) if shares else math.nan

    def fewest(of: list[float], difference: float) -> object:
        if not shares or math.isnan(difference) or not difference:
            return pd.NA
        return fewest_to_tell(of, difference, confidence=confidence, clustering=clustering)

    return {
        "indicator": piece["indicator"].iloc[0], "value": whole, "low": math.nan, "high": math.nan, "status": "", "reason": "",
        "own_change": after - before, "comparison_change": other_after - other_before,
        "gap_before": before - other_before, "gap_after": after - other_after, "effect_size": effect,
        "fewest_in_each_cell": fewest(values, whole),
        "fewest_for_gap_after": fewest([after, other_after], after - other_after),
    }  # fmt: skip


def _cell(piece: pd.DataFrame, compared: Compared, cell: tuple[str, str]) -> dict[str, float]:
    rows = piece[(piece[compared.group] == cell[0]) & (piece[compared.time] == cell[1])]
    row: dict[Hashable, object] = rows.iloc[0].to_dict() if len(rows) else {}
    return {name: _float(row.get(name)) for name in ("value", "n", "sd")}


def _float(value: object) -> float:
    return math.nan if value is None or pd.isna(value) else float(value)  # type: ignore[arg-type, call-overload]  # a cell of a frame


def _are_shares(piece: pd.DataFrame) -> bool:
    if "mean" in piece and piece["mean"].notna().any():
        return False
    return bool(piece["value"].dropna().between(0, 1).all())


def _interval(
    cells: list[dict[str, float]], value: float, clustering: float, confidence: float, *, shares: bool
) -> tuple[float, float]:
    spread = [cell["value"] * (1 - cell["value"]) if shares else cell["sd"] ** 2 for cell in cells]
    if any(math.isnan(cell["n"]) or cell["n"] < 1 for cell in cells) or any(
        math.isnan(part) for part in spread
    ):
        return NONE
    error = math.sqrt(clustering * sum(part / cell["n"] for part, cell in zip(spread, cells, strict=True)))
    reach = z_of(confidence) * error
    return value - reach, value + reach


def _refusal(lacking: list[tuple[str, str]], said: dict[str, object], *, shares: bool) -> str:
    there = " and ".join(f"{who} in {when}" for who, when in lacking)
    sentence = f"The difference in differences cannot be computed: there is no figure for {there}."
    known = [
        f"{words} {_points(_float(said[name]), shares=shares)}"
        for name, words in (("gap_after", "the gap afterwards is"), ("own_change", "their own change is"))
        if not math.isnan(_float(said[name]))
    ]
    if not known:
        return sentence
    return f"{sentence} What can be said: {', and '.join(known)}; neither shows what would have happened without it."


def _points(value: float, *, shares: bool) -> str:
    return f"{value * 100 if shares else value:+.3g} points"


def _caution(piece: pd.DataFrame, compared: Compared) -> str:
    times = {str(when) for when in piece[compared.time].dropna()} - {compared.before, compared.after}
    earlier = {when for when in times if when < compared.before}
    if earlier:
        return "Look at the years before: only if both groups moved alike then does the difference say something."
    return "There is one time before, so it cannot be checked whether both groups moved alike before."
