"""Many looks at once: how surely a group lies apart from all others, and what is left when every look is counted.

A **look** is one comparison of a group with everybody else. A **family** is all looks that make one list. Whoever looks often
enough finds something, so each list here is adjusted for its whole family: with ``holm`` at 5%, of the districts in which
nothing differs at most 5 in 100 get a list with any entry, however the looks hang together.

What is assumed: students answer for themselves. Students of one school (or of one grade level) are more alike than students
of different ones, which breaks it; so a group is compared with others **of the same stratum** (the same school, or the same
grade level), stratum by stratum, and what whole strata have in common drops out. What students of one class have in common
within a stratum doesn't: a grade level that differs because of one class differs all the same, and is listed. Where schools
themselves are the units (a program in some schools), students aren't; use ``difference_in_differences`` on school means.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy

from dataworkbench.measures.gaps import grouping_columns
from dataworkbench.measures.intervals import NONE, Interval, difference_of_shares, wilson, z_of
from dataworkbench.terms import ALL_STUDENTS

FALSE_ALARMS: Final = 0.05
"""Of districts in which nothing differs, at most this share gets a list of leads with any entry."""

OTHERS: Final = "all others"

Floats = npt.NDArray[np.float64]


def holm(p: Sequence[float]) -> list[float]:
    """Return p-values adjusted so that the chance of **any** false alarm in the family stays below the level, in the given order.

    Holds whatever the looks have in common. A value that is not a number stays so and does not count as a look.
    Source: Holm (1979), Scandinavian Journal of Statistics 6, 65-70.
    """
    return _adjusted(p, up=False)


def benjamini_hochberg(p: Sequence[float]) -> list[float]:
    """Return p-values adjusted so that, of all that is listed, the **expected share** of false alarms stays below the level.

    For long lists in which some entries are true. Where nothing differs it lists something as rarely as ``holm``; it holds for
    looks that are independent or move together. A value that is not a number stays so and does not count as a look.
    Source: Benjamini and Hochberg (1995), Journal of the Royal Statistical Society B 57, 289-300.
    """
    return _adjusted(p, up=True)


def _adjusted(p: Sequence[float], *, up: bool) -> list[float]:
    given = np.asarray(p, dtype=float)
    known = np.flatnonzero(~np.isnan(given))
    adjusted = np.full(len(given), math.nan)
    order = known[np.argsort(given[known], kind="stable")]
    looks = len(order)
    if up:
        raised = given[order] * looks / np.arange(1, looks + 1)
        level = np.minimum.accumulate(raised[::-1])[::-1]
    else:
        level = np.maximum.accumulate(given[order] * np.arange(looks, 0, -1))
    adjusted[order] = np.minimum(level, 1.0)
    return [float(value) for value in adjusted]


@dataclass(frozen=True)
class Apart:
    """How far a group lies from the others: the difference, its 95% interval, and how rarely chance alone does as much.

    ``p_higher`` is the probability that a group like all others comes out at least this high, ``p_lower`` at least this low.
    """

    value: float
    low: float
    high: float
    p_higher: float
    p_lower: float

    @property
    def p_either(self) -> float:
        """The probability of a difference this large in either direction: twice the smaller one, at most 1."""
        return min(1.0, 2 * min(self.p_higher, self.p_lower))


CANNOT_SAY: Final = Apart(math.nan, *NONE, math.nan, math.nan)


@dataclass(frozen=True)
class Shares:
    """One stratum of a comparison of shares: of ``n`` in the group ``hits`` count, of ``other_n`` others ``other_hits``."""

    hits: float
    n: float
    other_hits: float
    other_n: float


@dataclass(frozen=True)
class Means:
    """One stratum of a comparison of means: size, mean and standard deviation of the group and of the others."""

    n: float
    mean: float
    sd: float
    other_n: float
    other_mean: float
    other_sd: float


def shares_apart(strata: Iterable[Shares], *, confidence: float = 0.95) -> Apart:
    """Return how far the share of a group lies from that of the others, stratum by stratum.

    The probability is Fisher's exact one, conditional on both margins of every stratum: the tail of a sum of hypergeometric
    counts. It never promises more than it keeps, however small the counts; that is why it is taken, and not the mid-p or the
    score test, which keep their level only on average and, in the far tail where many looks are judged, not always. The price
    is that in small groups a true difference must be somewhat larger to be found.
    The difference weighs strata as Mantel and Haenszel did; its interval is Newcombe's for one stratum, Sato's for more.
    Sources: Fisher (1935); Gart (1970), Biometrika 57, 471-475; Sato (1989), Biometrics 45, 1323-1324.
    """
    told = [one for one in strata if one.n > 0 and one.other_n > 0]
    if not told:
        return CANNOT_SAY
    higher, lower = _exact_tails(told)
    value, (low, high) = _difference_of_shares(told, confidence)
    return Apart(value, low, high, higher, lower)


def _exact_tails(strata: Sequence[Shares]) -> tuple[float, float]:
    chances, least = np.ones(1), 0
    for one in strata:
        counted, whole = int(one.hits + one.other_hits), int(one.n + one.other_n)
        first = max(0, counted - int(one.other_n))
        possible = np.arange(first, min(counted, int(one.n)) + 1)
        chances = np.convolve(chances, scipy.stats.hypergeom.pmf(possible, whole, counted, int(one.n)))
        least += first
    place = int(sum(one.hits for one in strata)) - least
    return min(1.0, float(chances[place:].sum())), min(1.0, float(chances[: place + 1].sum()))


def _difference_of_shares(strata: Sequence[Shares], confidence: float) -> tuple[float, Interval]:
    if len(strata) == 1:
        (one,) = strata
        own, other = one.hits / one.n, one.other_hits / one.other_n
        ends = difference_of_shares(
            own,
            wilson(one.hits, one.n, confidence=confidence),
            other,
            wilson(one.other_hits, one.other_n, confidence=confidence),
        )
        return own - other, ends
    a, n, c, m = (
        np.array([getattr(s, name) for s in strata]) for name in ("hits", "n", "other_hits", "other_n")
    )
    weight = n * m / (n + m)
    value = float((weight * (a / n - c / m)).sum() / weight.sum())
    across = (n**2 * c - m**2 * a + n * m * (m - n) / 2) / (n + m) ** 2
    within = (a * (m - c) + c * (n - a)) / (2 * (n + m))
    variance = float(value * across.sum() + within.sum()) / float(weight.sum()) ** 2
    reach = z_of(confidence) * math.sqrt(max(variance, 0.0))
    return value, (max(-1.0, value - reach), min(1.0, value + reach))


def means_apart(strata: Iterable[Means], *, confidence: float = 0.95) -> Apart:
    """Return how far the mean of a group lies from that of the others, stratum by stratum.

    Welch's test; over several strata their differences are weighed as a regression with a term for each stratum would, and the
    degrees of freedom are Satterthwaite's over all parts. Strata with fewer than two on a side say nothing about spread and are
    passed over. Assumes that means are about normal: it wants ten or so on each side.
    Sources: Welch (1947), Biometrika 34, 28-35; Satterthwaite (1946), Biometrics Bulletin 2, 110-114.
    """
    told = [one for one in strata if one.n > 1 and one.other_n > 1]
    if not told:
        return CANNOT_SAY
    weight = np.array([one.n * one.other_n / (one.n + one.other_n) for one in told])
    weight /= weight.sum()
    value = float(sum(w * (one.mean - one.other_mean) for w, one in zip(weight, told, strict=True)))
    parts = (
        np.array([[one.sd**2 / one.n, one.other_sd**2 / one.other_n] for one in told]) * weight[:, None] ** 2
    )
    freedoms = np.array([[one.n - 1, one.other_n - 1] for one in told])
    variance = float(parts.sum())
    if variance == 0:
        return Apart(value, value, value, math.nan, math.nan)
    freedom = variance**2 / float((parts**2 / freedoms).sum())
    error = math.sqrt(variance)
    reach = float(scipy.stats.t.ppf(0.5 + confidence / 2, freedom)) * error
    higher = float(scipy.stats.t.sf(value / error, freedom))
    return Apart(
        value, value - reach, value + reach, higher, float(scipy.stats.t.cdf(value / error, freedom))
    )


COLUMNS: Final = (
    "indicator", "n", "value", "low", "high", "n_reference", "reference", "value_group", "value_reference", "p_higher",
    "p_lower",
)  # fmt: skip


def against_others(
    frame: pd.DataFrame, *, within: str, alike: Sequence[str] = (), confidence: float = 0.95
) -> pd.DataFrame:
    """Return how far each group lies from all **others**, itself not among them.

    One row is one group of ``within``, in each of the frame's other groups: the grouping columns, ``indicator``, ``n``,
    ``value`` (group minus others, in the same strata), ``low``, ``high``, ``n_reference``, ``reference``, ``value_group``,
    ``value_reference`` (over the strata in which there are both), ``p_higher``, ``p_lower``.

    ``frame`` is a rate from ``measure`` by ``within``, by the columns in ``alike`` (the strata: a group is compared with others
    that are the same in these) and whatever else is to be told apart. A group that has no others in any of its strata has no
    row: it can't be compared. Two students of one frame are taken as two people, and each as counted once.
    """
    rows = frame[frame["status"].eq("") & frame["n"].gt(0) & frame[within].ne(ALL_STUDENTS)]
    by = [name for name in grouping_columns(frame) if name not in alike]
    if rows.empty:
        return pd.DataFrame(columns=[*by, *COLUMNS])
    others = [name for name in by if name != within]
    pieces = rows.groupby(others, dropna=False, sort=False) if others else [((), rows)]
    found = [
        dict(zip(others, key, strict=True)) | row
        for key, piece in pieces
        for row in _groups(piece, within, list(alike), confidence)
    ]
    return pd.DataFrame(found, columns=[*by, *COLUMNS])


def _groups(
    piece: pd.DataFrame, within: str, alike: list[str], confidence: float
) -> list[dict[Hashable, object]]:
    group, names = pd.factorize(piece[within])
    stratum, _ = pd.factorize(
        pd.Series(["|".join(map(str, own)) for own in piece[alike].itertuples(index=False)])
    )
    hits, n = (
        _laid_out(group, stratum, piece[column].to_numpy(dtype=float)) for column in ("numerator", "n")
    )
    hits = np.round(hits)
    found: list[dict[Hashable, object]] = []
    for place, name in enumerate(names):
        other_hits, other_n = hits.sum(axis=0) - hits[place], n.sum(axis=0) - n[place]
        both = (n[place] > 0) & (other_n > 0)
        if both.any():
            cells = (hits[place][both], n[place][both], other_hits[both], other_n[both])
            found.append(
                {within: name, "indicator": piece["indicator"].iloc[0], **_compared(cells, confidence)}
            )
    return found


def _laid_out(group: npt.NDArray[np.intp], stratum: npt.NDArray[np.intp], counts: Floats) -> Floats:
    """Return counts with a row for each group and a column for each stratum."""
    table = np.zeros((group.max() + 1, stratum.max() + 1))
    np.add.at(table, (group, stratum), counts)
    return table


def _compared(cells: tuple[Floats, Floats, Floats, Floats], confidence: float) -> dict[Hashable, object]:
    hits, n, other_hits, other_n = (float(cell.sum()) for cell in cells)
    apart = shares_apart(
        [Shares(*map(float, one)) for one in zip(*cells, strict=True)], confidence=confidence
    )
    return {
        "n": int(n), "value": apart.value, "low": apart.low, "high": apart.high, "n_reference": int(other_n),
        "reference": OTHERS, "value_group": hits / n, "value_reference": other_hits / other_n, "p_higher": apart.p_higher,
        "p_lower": apart.p_lower,
    }  # fmt: skip
