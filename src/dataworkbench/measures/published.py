"""What published figures say together, when many of them are ranges or hidden: bounds instead of a guess.

A mean of only the exact figures misleads: figures of small schools are hidden or widened first, and small schools differ
from large ones. So every figure goes in with the lowest and the highest that it can be (interval arithmetic), and the mean
is known to lie between the two means.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from typing import Final

import pandas as pd

from dataworkbench.errors import no_such
from dataworkbench.measures import composing
from dataworkbench.measures.composing import Where
from dataworkbench.measures.definition import Asked
from dataworkbench.measures.shaping import in_order

DIMENSIONS: Final = (
    "school_year", "period", "cohort", "grade_level", "subject", "subgroup_type", "subgroup", "place_kind", "place_id",
    "place_name", "within_id", "district_name", "state", "source",
)  # fmt: skip
COUNTED: Final = (
    "n", "n_exact", "n_range", "n_suppressed", "n_left_out", "figures_exact", "figures_range", "figures_suppressed",
    "figures_missing", "figures_not_applicable", "figures_without_n",
)  # fmt: skip
_NEVER_MIXED: Final = (
    "source", "place_kind", "unit", "subject", "period", "subgroup_type", "subgroup",
)  # fmt: skip
_COLUMNS: Final = ("figure", "unit", "value", "low", "high", *COUNTED, "status", "reason")
_NOTHING: Final = "No published figures have been brought. Bring a state's or a federal file of its published figures, as it comes."


def published_bounds(
    district: Asked,
    figure: str,
    *,
    by: Sequence[str] = (),
    where: Where | None = None,
    limits: tuple[float, float] | None = None,
    weigh: bool = True,
) -> pd.DataFrame:
    """Return between which bounds a published figure of several places lies.

    One row is one group of ``by``: ``figure``, ``unit`` (percent, number or mean), ``value``, ``low``, ``high``, then how
    many students (``n``; ``n_exact``, ``n_range``, ``n_suppressed``; ``n_left_out``) and how many figures
    (``figures_exact`` and so on) are behind it, ``status`` and ``reason``.

    Percents and means are weighed by how many students each rests on; figures for which that was not published are left
    out and counted in ``figures_without_n``. With ``weigh=False`` every figure counts once: a mean of schools, not of
    students. Counts are added. ``value`` is there only where every figure is exact, and then both bounds are the same;
    elsewhere ``status`` is "range". Figures that are missing or not applicable are left out.

    A hidden percent lies between 0 and 100. A hidden mean or count can be anything, and so can a bound, unless ``limits``
    gives the lowest and the highest that a single figure can be, such as the ends of the test's scale.

    These figures are public already and hold no student, so they do not pass the gate. They are not the district's own.

    Raises
    ------
    NoSuchNameError
        Where there is no such figure, or no such column.

    """
    keys = _keys(by)
    chosen = _chosen(where)
    if not district.has("published_figures"):
        return _frame([dict.fromkeys(keys) | _empty(figure, "missing", _NOTHING)], keys)
    there = district.ask("SELECT DISTINCT CAST(figure AS VARCHAR) AS figure FROM published_figures")["figure"]
    if figure not in set(there):
        raise no_such("published figure", figure, there)
    sums = _sums(district, figure, keys, chosen, limits, weigh=weigh)
    rows = [{name: held[name] for name in keys} | _row(figure, held, weigh=weigh) for held in sums]
    if not rows:
        nobody = _empty(figure, "not_applicable", "Nothing of this figure was published for this choice.")
        rows = [dict.fromkeys(keys) | nobody]
    return in_order(_frame(rows, keys), keys)


def _keys(by: Sequence[str]) -> list[str]:
    asked = [by] if isinstance(by, str) else list(by)
    for name in asked:
        if name not in DIMENSIONS:
            raise no_such("column to group published figures by", name, DIMENSIONS)
    if "subgroup" in asked:
        asked.append("subgroup_type")
    return [name for name in DIMENSIONS if name in asked]


def _chosen(where: Where | None) -> dict[str, tuple[str, ...]]:
    for name in where or {}:
        if name not in DIMENSIONS:
            raise no_such("column to choose published figures by", name, DIMENSIONS)
    given = {
        name: (values,) if isinstance(values, str) else tuple(values)
        for name, values in (where or {}).items()
    }
    return {name: values for name, values in given.items() if values}


def _sums(
    district: Asked,
    figure: str,
    keys: Sequence[str],
    chosen: Mapping[str, tuple[str, ...]],
    limits: tuple[float, float] | None,
    *,
    weigh: bool,
) -> list[dict[Hashable, object]]:
    """Return what is added up in each group; every figure comes with its weight and its two ends."""
    clauses, bound = composing.choices({"figure": (figure,), **chosen})
    lowest, highest = limits or (None, None)
    named = "".join(f"CAST({name} AS VARCHAR) AS {name}, " for name in keys)
    mixed = ", ".join(
        f"{end}(coalesce(CAST({name} AS VARCHAR), 'none')) AS {end}_{name}"
        for name in _NEVER_MIXED
        for end in ("min", "max")
    )
    counted = ", ".join(
        f"count(*) FILTER (status = '{status}') AS figures_{status}, "
        f"coalesce(sum(n) FILTER (status = '{status}'), 0) AS n_{status}"
        for status in ("exact", "range", "suppressed", "missing", "not_applicable")
    )
    sql = f"""
        WITH ends AS (
            SELECT * REPLACE (CAST(status AS VARCHAR) AS status),
                status IN ('exact', 'range', 'suppressed') AS known,
                CASE WHEN unit = 'number' THEN 1 ELSE {"n" if weigh else "1"} END AS weight,
                coalesce(low, CAST(? AS DOUBLE), CASE WHEN unit <> 'mean' THEN 0 END) AS least,
                coalesce(high, CAST(? AS DOUBLE), CASE WHEN unit = 'percent' THEN 100 END) AS most
            FROM published_figures{composing.where(clauses)}
        )
        SELECT {named}{mixed}, {counted}, count(DISTINCT grade_level IS NULL) AS kinds_of_grades,
            count(*) FILTER (known AND weight IS NULL) AS figures_without_n,
            sum(weight) FILTER (known) AS weight,
            sum(weight * least) FILTER (known) AS low, sum(weight * most) FILTER (known) AS high,
            count(*) FILTER (known AND weight > 0 AND least IS NULL) AS open_below,
            count(*) FILTER (known AND weight > 0 AND most IS NULL) AS open_above,
            count(*) FILTER (known AND weight > 0 AND status <> 'exact') AS inexact
        FROM ends GROUP BY {", ".join(str(place + 1) for place in range(len(keys))) or "()"}
    """
    answer = district.ask(sql, [lowest, highest, *bound])
    return [row for row in answer.to_dict("records") if row["min_unit"] is not None]


def _row(figure: str, sums: Mapping[Hashable, object], *, weigh: bool) -> dict[Hashable, object]:
    unit = str(sums["min_unit"]) if sums["min_unit"] == sums["max_unit"] else ""
    counts: dict[Hashable, object] = {name: _whole(sums.get(name)) for name in COUNTED}
    counts["n"] = sum(_whole(sums[f"n_{status}"]) for status in ("exact", "range", "suppressed"))
    counts["n_left_out"] = _whole(sums["n_missing"]) + _whole(sums["n_not_applicable"])
    word = _why_not(sums, weigh=weigh)
    if word:
        return _empty(figure, *word) | {"unit": unit} | counts
    divisor = 1.0 if unit == "number" else _number(sums["weight"])
    low = math.nan if sums["open_below"] else _number(sums["low"]) / divisor
    high = math.nan if sums["open_above"] else _number(sums["high"]) / divisor
    exact = not sums["inexact"]
    status, reason = ("exact", "") if exact else ("range", _said_of_the_range(counts))
    value = low if exact else math.nan
    row: dict[Hashable, object] = {"figure": figure, "unit": unit, "value": value, "low": low, "high": high}
    return row | counts | {"status": status, "reason": reason}


def _why_not(sums: Mapping[Hashable, object], *, weigh: bool) -> tuple[str, str] | None:
    """Return why a group has no figure at all, as status and reason."""
    for name in _NEVER_MIXED:
        first, last = sums[f"min_{name}"], sums[f"max_{name}"]
        if first != last:
            column = "source" if name == "unit" else name
            how = f"Choose one with where={{'{column}': [...]}}, or group by it."
            said = f"This group mixes different values of {name} ({first}; {last}), and their figures have no common meaning."
            return "not_applicable", f"{said} {how}"
    if _whole(sums["kinds_of_grades"]) > 1:
        said = "This group mixes figures of single grade levels with figures of all of them, so students would count twice."
        return "not_applicable", f"{said} Choose with where={{'grade_level': [...]}}, or group by it."
    if not sum(_whole(sums[f"figures_{status}"]) for status in ("exact", "range", "suppressed")):
        return "missing", "No figure was published for this group that is known to anybody."
    if not _number(sums["weight"]):
        said = "How many students each figure rests on was not published, so nothing can be weighed."
        return "not_applicable", f"{said} weigh=False counts every figure once." if weigh else said
    return None


def _said_of_the_range(counts: Mapping[Hashable, object]) -> str:
    ranges, hidden = _whole(counts["figures_range"]), _whole(counts["figures_suppressed"])
    said = f"The true figure lies between the bounds: {ranges:,} were published as a range and {hidden:,} are hidden."
    without = _whole(counts["figures_without_n"])
    left = f" {without:,} more are left out, because it was not published how many students they rest on."
    return said + left if without else said


def _empty(figure: str, status: str, reason: str) -> dict[Hashable, object]:
    row: dict[Hashable, object] = {"figure": figure, "unit": "", **dict.fromkeys(COUNTED, 0)}
    return row | {"value": math.nan, "low": math.nan, "high": math.nan, "status": status, "reason": reason}


def _frame(rows: Sequence[Mapping[Hashable, object]], keys: Sequence[str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=[*keys, *_COLUMNS])
    return frame.astype({**dict.fromkeys(COUNTED, "Int64"), "value": "float64", "low": "float64", "high": "float64"})  # fmt: skip


def _number(value: object) -> float:
    return 0.0 if value is None or pd.isna(value) else float(value)  # type: ignore[arg-type, call-overload]  # a sum of the engine


def _whole(value: object) -> int:
    return int(_number(value))
