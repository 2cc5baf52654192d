"""How far two observers who saw the same give the same."""

from __future__ import annotations

import math
from collections.abc import Callable
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


def in_words(kappa: float) -> str:
    """Return Landis and Koch's (1977) word for a kappa; rough marks, not a test."""
    if math.isnan(kappa):
        return "not known"
    marks = ((0.0, "poor"), (0.20, "slight"), (0.40, "fair"), (0.60, "moderate"), (0.80, "substantial"))
    return next((word for top, word in marks if kappa <= top), "almost perfect")


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
