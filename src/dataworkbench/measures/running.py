"""Who has stood above, or below, everybody else several years running, with what chance alone would give."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
import scipy

from dataworkbench.errors import no_such
from dataworkbench.measures.asking import measure
from dataworkbench.measures.catalogue import indicator
from dataworkbench.measures.composing import Where
from dataworkbench.measures.definition import Asked
from dataworkbench.measures.intervals import z_of
from dataworkbench.terms import ALL_STUDENTS, NOT_REPORTED

FEWEST = 10
"""A group with fewer students than this in any of the years is not called."""

_LEAST_P = 1e-300
"""A p is never taken for smaller than this, so that a very large difference still has a z."""

COLUMNS = (
    "indicator", "years", "n", "value", "low", "high", "each_year", "running", "p", "called", "looked_at",
    "expected_by_chance", "status", "reason",
)  # fmt: skip


def years_running(
    district: Asked, id: str, *, of: str = "school_id", within: Sequence[str] = (), where: Where | None = None, years: int = 3,  # noqa: A002 - the catalogue's own word
    at_most_false: float = 0.05,
) -> pd.DataFrame:  # fmt: skip
    """Return which groups stood on one side of everybody else in each of the last years.

    One row is one group ``of`` (a school, say), among all those of the same ``within`` (a subject, a grade level):
    ``n`` (its students in the smallest year), ``value`` (mean over the years of its figure minus that of all the others,
    with ``low`` and ``high``), ``each_year`` (a difference for each year, the earliest first), ``running`` ("above",
    "below", or "" where the years disagree), ``called`` ("success", "failure", or ""), ``looked_at``, and
    ``expected_by_chance``, how many of those looked at would run on one side if nobody differed: 2 in 2 to the power of years.

    Called is a group only where all years agree, and where the years together (Stouffer's z) pass a false-discovery rate
    of ``at_most_false`` over all that were looked at (Benjamini and Hochberg 1995). Years are taken as independent: where
    the same students are counted each year they are not, so look at grade levels rather than whole schools. Not called
    where a year has fewer than ``FEWEST`` students.
    """
    if years < 2:
        raise no_such("number of years to run over", str(years), ("2", "3", "4"))
    frame = measure(district, id, by=["school_year", of, *within], where=where)
    keys = [name for name in frame.columns[: list(frame.columns).index("indicator")] if name != "school_year"]
    if (frame["status"] == "missing").all():
        return frame.drop(columns="school_year").reindex(columns=[*keys, *COLUMNS])
    frame = frame[~frame[of].isin([ALL_STUDENTS, NOT_REPORTED])]
    last = sorted({str(year) for year in frame.loc[frame["value"].notna(), "school_year"]})[-years:]
    apart = _apart(frame[frame["school_year"].isin(last)], keys, of)
    rows = [
        _row(key, piece, keys, last, years=years, id_=id)
        for key, piece in apart.groupby(keys, sort=False, dropna=False)
    ]
    return _called(pd.DataFrame(rows, columns=[*keys, *COLUMNS]), id, years, at_most_false)


def _apart(frame: pd.DataFrame, keys: Sequence[str], of: str) -> pd.DataFrame:
    """Each group's difference from all the others of its year, its standard error, and its z.

    Means: Welch's t of the group against all the others as one, its p turned into a z. Shares: the difference over the
    error that it has if both are one (a score test). So small groups do not call more often than the rule says.
    """
    own = {of, "school_id", "school_name"} & set(keys)
    same = ["school_year", *(name for name in keys if name not in own)]
    value = frame["value"].where(frame["n"] > 0).astype("float64")
    n = frame["n"].astype("float64").where(value.notna(), 0.0)
    means = bool(frame["mean"].notna().any())
    within = (n - 1).clip(lower=0) * frame["sd"].astype("float64") ** 2 if means else n * value * (1 - value)
    found = frame.assign(_n=n, _t=(n * value).fillna(0), _s=(within + n * value**2).fillna(0))
    sums = found.groupby(same, dropna=False)[["_n", "_t", "_s"]].transform("sum")
    other_n = (sums["_n"] - found["_n"]).astype("float64")
    other = (sums["_t"] - found["_t"]) / other_n.where(other_n > 0)
    squares = (sums["_s"] - found["_s"] - other_n * other**2).clip(lower=0)
    less = 1 if means else 0
    first, second = (
        part / (size - less).where(size > less) / size for part, size in ((within, n), (squares, other_n))
    )
    error = ((first + second) ** 0.5).astype("float64")
    apart = value - other
    if means:
        freedom = (first + second) ** 2 / (first**2 / (n - 1) + second**2 / (other_n - 1))
        z = pd.Series(
            scipy.stats.norm.isf(scipy.stats.t.sf((apart / error).abs(), freedom).clip(min=_LEAST_P)),
            index=frame.index,
        ) * (apart > 0).map({True: 1, False: -1})
    else:
        pooled = sums["_t"] / sums["_n"]
        z = apart / (pooled * (1 - pooled) * (1 / n + 1 / other_n)) ** 0.5
    return found.assign(
        apart=apart,
        error=error,
        other_n=other_n,
        z=z.where(error > 0) if means else z.where(z.abs() < math.inf),
    )


def _row(
    key: object, piece: pd.DataFrame, keys: Sequence[str], last: Sequence[str], *, years: int, id_: str
) -> dict[str, object]:
    named: dict[str, object] = dict(zip(keys, key if isinstance(key, tuple) else (key,), strict=True))
    piece = piece.set_index("school_year").reindex(list(last))
    apart, error, z = (piece[name].astype("float64") for name in ("apart", "error", "z"))
    smallest = piece[["n", "other_n"]].astype("float64").fillna(0).min().min()
    row = named | {
        "indicator": id_, "years": ", ".join(last), "n": int(piece["n"].fillna(0).min()), "value": math.nan, "low": math.nan,
        "high": math.nan, "each_year": tuple(apart.tolist()), "running": "", "p": math.nan, "called": "", "status": "", "reason": "",
    }  # fmt: skip
    if len(last) < years or apart.isna().any():
        return row | {
            "status": "not_applicable",
            "reason": f"There are not {years} school years with a figure of it and of others.",
        }
    if smallest < FEWEST:
        return row | {
            "status": "not_applicable",
            "reason": f"Fewer than {FEWEST} students in one of the years: not called.",
        }
    if z.isna().any():
        return row | {
            "status": "not_applicable",
            "reason": "Everybody had the same figure in one of the years.",
        }
    mean, reach = apart.mean(), z_of(0.95) * math.sqrt(float((error**2).sum())) / years
    together = float(z.sum()) / math.sqrt(years)
    running = "above" if (apart > 0).all() else "below" if (apart < 0).all() else ""
    return row | {
        "value": mean,
        "low": mean - reach,
        "high": mean + reach,
        "running": running,
        "p": 2 * float(scipy.stats.norm.sf(abs(together))),
    }


def _called(found: pd.DataFrame, id_: str, years: int, at_most_false: float) -> pd.DataFrame:
    looked = found["p"].notna()
    passes = pd.Series(data=False, index=found.index)
    if looked.any():
        adjusted = scipy.stats.false_discovery_control(found.loc[looked, "p"].astype("float64"), method="bh")
        passes.loc[looked] = adjusted <= at_most_false
    good = {"higher": "above", "lower": "below"}.get(indicator(id_).direction, "")
    words = [
        "" if not (ok and side and good) else ("success" if side == good else "failure")
        for ok, side in zip(passes, found["running"], strict=True)
    ]
    count = int(looked.sum())
    return found.assign(called=words, looked_at=count, expected_by_chance=count * 2 / 2**years).astype(
        {"n": "Int64"}
    )
