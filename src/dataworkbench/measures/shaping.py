"""From sums to the frame that travels: values, intervals, order, and a word where there is no value."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd
from pandas.api.extensions import ExtensionArray

from dataworkbench.frames import rows_in
from dataworkbench.measures.composing import guarded
from dataworkbench.measures.definition import Question
from dataworkbench.measures.intervals import NONE, Interval, mean_interval, median_interval, wilson
from dataworkbench.terms import GRADE_LEVELS, NOT_REPORTED, PERIODS, SUBGROUPS
from dataworkbench.workspace import Settings

FIGURES = (
    "indicator", "n", "n_left_out", "numerator", "mean", "sd", "value", "low", "high", "status", "reason",
)  # fmt: skip
_TYPES = {
    "indicator": "str", "n": "Int64", "n_left_out": "Int64", "numerator": "Float64", "mean": "Float64", "sd": "Float64",
    "value": "float64", "low": "float64", "high": "float64", "status": "str", "reason": "str",
}  # fmt: skip
_NOBODY = "There is nobody in this group."


def shaped(
    answer: pd.DataFrame, question: Question, settings: Settings, values: Sequence[str] = ()
) -> pd.DataFrame:
    """Return the frame that travels, made from the sums of each group; ``values`` orders the indicator's own column."""
    groups = {name: answer[name].array for name in question.by}
    return shaped_rows(rows_in(answer), groups, question, settings, values)


def shaped_rows(
    rows: Sequence[Mapping[str, Any]],
    groups: Mapping[str, ExtensionArray],
    question: Question,
    settings: Settings,
    values: Sequence[str] = (),
) -> pd.DataFrame:
    """Return the same from the sums as rows, with the columns that say which group each of them is."""
    if not rows or (len(rows) == 1 and not int(rows[0]["n"]) and not int(rows[0]["n_left_out"])):
        return empty_frame(question)
    own = dict.fromkeys(question.indicator.always_by, values) if values else {}
    order = _order({name: [row[name] for row in rows] for name in question.by}, own) or list(range(len(rows)))
    figures = [_figures(rows[place], question, settings) for place in order]
    about = ["unit"] if question.indicator.middle else []
    columns: dict[str, object] = {name: groups[name].take(order) for name in question.by}
    for name in (*FIGURES, *about):
        kind: Any = _TYPES.get(name, "str")
        columns[name] = pd.array([row[name] for row in figures], dtype=kind)
    return pd.DataFrame(columns)


def _figures(sums: Mapping[str, object], question: Question, settings: Settings) -> dict[str, object]:
    numbers = {name: _number(sums.get(name)) for name in ("n", "n_left_out", "t", "w", "s", "tt", "tw", "ww")}
    n, asked = int(numbers["n"]), question.indicator
    row: dict[str, object] = {
        "indicator": asked.id, "n": n, "n_left_out": int(numbers["n_left_out"]), "numerator": None, "mean": None,
        "sd": None, "value": math.nan, "low": math.nan, "high": math.nan, "status": "", "reason": "", "unit": asked.unit,
    }  # fmt: skip
    word = _why_not(sums, n, question, settings)
    if word:
        row["status"], row["reason"] = word
        return row
    if asked.unit == "count":
        row["value"] = float(n)
        return row
    if asked.middle:
        held = [float(value) for value in sums["held"]]  # type: ignore[attr-defined]  # a list of the engine
        low, high = median_interval(held, confidence=settings.confidence)
        return row | {"value": statistics.median(held), "low": low, "high": high}
    value = numbers["t"] / numbers["w"]
    spread = max(0.0, numbers["tt"] - 2 * value * numbers["tw"] + value * value * numbers["ww"])
    error = math.sqrt(spread * n / (n - 1)) / numbers["w"] if n > 1 else math.nan
    if asked.full_count:
        return row | {"numerator": numbers["t"], "value": value}
    if asked.unit == "rate":
        row["numerator"] = numbers["t"] if numbers["w"] == n else value * n
        low, high = _rate_interval(value, n, numbers["w"], error, settings.confidence)
    else:
        row["mean"], row["sd"] = value, _sd(numbers) if _known(sums["s"]) else None
        low, high = mean_interval(value, error, n, confidence=settings.confidence)
    return row | {"value": value, "low": low, "high": high}


def _known(value: object) -> bool:
    return value is not None and not pd.isna(value)  # type: ignore[call-overload]  # a sum of the engine


def _number(value: object) -> float:
    return float(value) if _known(value) else 0.0  # type: ignore[arg-type]  # a sum of the engine


def _rate_interval(value: float, n: int, weight: float, error: float, confidence: float) -> Interval:
    """Wilson's, with as many independent units as the spread between units is worth, where units weigh more than one."""
    if weight == n or math.isnan(error) or error == 0 or not 0 < value < 1:
        return wilson(value * n, n, confidence=confidence)
    worth = value * (1 - value) / error**2
    return wilson(value * worth, worth, confidence=confidence)


def _sd(numbers: dict[str, float]) -> float | None:
    if numbers["w"] < 2:
        return None
    return math.sqrt(max(0.0, numbers["s"] - numbers["t"] ** 2 / numbers["w"]) / (numbers["w"] - 1))


def _why_not(
    sums: Mapping[str, object], n: int, question: Question, settings: Settings
) -> tuple[str, str] | None:
    asked = question.indicator
    if n == 0:
        common = sums.get("most_common_reason")
        said = f"Nobody in this group could be counted. Most often because: {common}." if common else _NOBODY
        return None if asked.unit == "count" else ("not_applicable", said)
    mixed = [name for name in guarded(question) if sums[f"min_{name}"] != sums[f"max_{name}"]]
    if mixed:
        name = mixed[0]
        there = f"{sums[f'min_{name}']}, {sums[f'max_{name}']}"
        how = f"Choose one with where={{'{name}': [...]}}, or group by it."
        said = f"This group mixes different values of {name} ({there}), and their figures have no common meaning. {how}"
        return "not_applicable", said
    if asked.unit != "count" and not _number(sums.get("w")):
        return "not_applicable", asked.nothing_to_divide_by
    fewest = int(getattr(settings, asked.hidden_below)) if asked.hidden_below else 0
    if n < fewest:
        return "suppressed", f"Fewer than {fewest} people answered; so few are shown to nobody."
    return None


def with_types(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with the types that it travels with."""
    return frame.astype({name: kind for name, kind in _TYPES.items() if name in frame})


def missing_frame(question: Question, reason: str) -> pd.DataFrame:
    """Return the one row that says what was never brought, and how to bring it."""
    return _one_row(question, "missing", reason)


def empty_frame(question: Question) -> pd.DataFrame:
    """Return the one row for a choice that nobody is in."""
    return _one_row(question, "not_applicable", _NOBODY)


def _one_row(question: Question, status: str, reason: str) -> pd.DataFrame:
    row: dict[str, object] = dict.fromkeys([*question.by, *FIGURES])
    row |= {"indicator": question.indicator.id, "n": 0, "n_left_out": 0, "status": status, "reason": reason}
    row |= {"value": math.nan, "low": NONE[0], "high": NONE[1]}
    return with_types(pd.DataFrame([row], columns=[*question.by, *FIGURES]))


_PLACES: Final[Mapping[str, Sequence[str]]] = {
    "period": PERIODS,
    "grade_level": GRADE_LEVELS,
    "subgroup_type": tuple(SUBGROUPS),
    "subgroup": tuple(group for groups in SUBGROUPS.values() for group in groups if group != NOT_REPORTED),
}


def in_order(
    frame: pd.DataFrame, by: Sequence[str], own: Mapping[str, Sequence[str]] | None = None
) -> pd.DataFrame:
    """Return the rows in the order of the field: years, periods, grade levels, subgroups; the rest by name.

    Schools go by their name where it is there. ``own`` gives the order of further columns.
    """
    ordered = _order({name: frame[name].tolist() for name in by}, own or {})
    return frame.iloc[ordered].reset_index(drop=True) if ordered else frame


def _order(columns: Mapping[str, Sequence[object]], own: Mapping[str, Sequence[str]]) -> list[int]:
    """Return the places of the rows in the order of the field; nothing where there is no row, or nothing to order by."""
    sorting = [name for name in columns if not (name == "school_id" and "school_name" in columns)]
    known = {**_PLACES, **own}
    keys = [[_place(known.get(name, ()), value) for value in columns[name]] for name in sorting]
    return sorted(range(len(keys[0])), key=lambda row: tuple(key[row] for key in keys)) if keys else []


def _place(known: Sequence[str], value: object) -> tuple[int, float, str]:
    said = str(value)
    number = float(said) if said.isdecimal() else math.inf
    return (known.index(said) if said in known else len(known)), number, said
