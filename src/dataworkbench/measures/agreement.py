"""How far two observers who saw the same give the same."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.float64]
"""One row is one thing scored, one column one observer."""

_DRAWS: Final = 1000


def exact(scores: Scores) -> float:
    """Return the share of rows in which two observers gave the same level."""
    return float(np.mean(scores[:, 0] == scores[:, 1]))


def adjacent(scores: Scores) -> float:
    """Return the share of rows in which two observers were at most one level apart."""
    return float(np.mean(np.abs(scores[:, 0] - scores[:, 1]) <= 1))


def weighted_kappa(scores: Scores, *, power: int = 2) -> float:
    """Return Cohen's weighted kappa of two observers: agreement beyond chance, where being far apart weighs more.

    ``power`` 2 weighs by the square of the distance between levels, 1 by the distance, 0 any difference alike (Cohen's
    plain kappa). Not a number where both observers gave one and the same level throughout.
    Source: Cohen (1968), Psychological Bulletin 70, 213-220.
    """
    first, second = scores[:, 0], scores[:, 1]
    seen = float(np.mean(_apart(first - second, power)))
    by_chance = float(np.mean(_apart(first[:, None] - second[None, :], power)))
    return 1 - seen / by_chance if by_chance else math.nan


def _apart(difference: Scores, power: int) -> Scores:
    apart: Scores = np.abs(difference) ** power if power else (difference != 0).astype(np.float64)
    return apart


def icc_2_1(scores: Scores) -> float:
    """Return the intraclass correlation ICC(2,1): one observer's scores, observers as drawn from many, absolute agreement.

    Every observer scored every row. Not a number below two rows, or where nothing varies.
    Source: Shrout and Fleiss (1979), Psychological Bulletin 86, 420-428.
    """
    n, k = scores.shape
    if n < 2 or k < 2:
        return math.nan
    grand = scores.mean()
    between_rows = k * float(((scores.mean(axis=1) - grand) ** 2).sum()) / (n - 1)
    between_observers = n * float(((scores.mean(axis=0) - grand) ** 2).sum()) / (k - 1)
    left = scores - scores.mean(axis=1, keepdims=True) - scores.mean(axis=0, keepdims=True) + grand
    residual = float((left**2).sum()) / ((n - 1) * (k - 1))
    whole = between_rows + (k - 1) * residual + k * (between_observers - residual) / n
    return (between_rows - residual) / whole if whole else math.nan


def gwet_ac(scores: Scores, levels: Sequence[float], *, power: int = 2) -> float:
    """Return Gwet's agreement coefficient of two observers: AC1 with ``power`` 0, AC2 with 1 or 2.

    Agreement beyond chance, where chance is taken from how spread out the levels are as a whole. It does not fall to
    nothing when nearly every score is the same level, as kappa does. ``levels`` are all levels that could be given, also
    those that nobody gave; ``power`` weighs the distance between levels as in ``weighted_kappa``.
    Source: Gwet (2008), British Journal of Mathematical and Statistical Psychology 61, 29-48; weights as in Gwet (2014),
    Handbook of Inter-Rater Reliability, chapter 4.
    """
    steps = np.array(levels, dtype=np.float64)
    q = len(steps)
    if q < 2:
        return math.nan
    widest = float(_apart(np.array([steps.max() - steps.min()]), power)[0])
    weights = 1 - _apart(steps[:, None] - steps[None, :], power) / widest
    seen = 1 - float(np.mean(_apart(scores[:, 0] - scores[:, 1], power))) / widest
    common = np.array([float(np.mean(scores == step)) for step in steps])
    by_chance = float(weights.sum()) / (q * (q - 1)) * float((common * (1 - common)).sum())
    return (seen - by_chance) / (1 - by_chance)


def largest_share(scores: Scores) -> float:
    """Return the share of all scores, of both observers, that are at the most common level."""
    return float(np.unique(scores, return_counts=True)[1].max()) / scores.size if scores.size else math.nan


def in_words(kappa: float) -> str:
    """Return Landis and Koch's (1977) word for a kappa; rough marks, not a test."""
    if math.isnan(kappa):
        return "not known"
    marks = ((0.0, "poor"), (0.20, "slight"), (0.40, "fair"), (0.60, "moderate"), (0.80, "substantial"))
    return next((word for top, word in marks if kappa <= top), "almost perfect")


def icc_in_words(icc: float) -> str:
    """Return Koo and Li's (2016) word for an intraclass correlation; rough marks, not a test."""
    if math.isnan(icc):
        return "not known"
    marks = ((0.5, "poor"), (0.75, "moderate"), (0.9, "good"))
    return next((word for top, word in marks if icc < top), "excellent")


def resampled(
    scores: Scores,
    statistic: Callable[[Scores], float],
    visits: npt.NDArray[np.int64],
    *,
    confidence: float = 0.95,
) -> tuple[float, float]:
    """Return the percentile interval of a statistic when whole visits are drawn again, a thousand times.

    The draws are the same each time it is asked, so that a page does not change when it is opened again.
    Source: Efron and Tibshirani (1993), An Introduction to the Bootstrap, chapter 13.
    """
    draw = np.random.default_rng(20260101)
    rows_of = [np.flatnonzero(visits == visit) for visit in np.unique(visits)]
    values = []
    for _ in range(_DRAWS):
        picked = draw.integers(0, len(rows_of), len(rows_of))
        values.append(statistic(scores[np.concatenate([rows_of[place] for place in picked])]))
    known = [value for value in values if not math.isnan(value)]
    if len(known) < _DRAWS / 2:
        return math.nan, math.nan
    tail = (1 - confidence) / 2
    low, high = np.quantile(known, [tail, 1 - tail])
    return float(low), float(high)
