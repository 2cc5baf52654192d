"""How large a difference is, and whether two groups were alike to begin with."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from dataworkbench.measures.intervals import z_of

ALIKE: Final = 0.05
ADJUSTABLE: Final = 0.25


def hedges_g(treated: tuple[float, float, int], comparison: tuple[float, float, int]) -> float:
    """Return Hedges' g of two groups, each given as (mean, standard deviation, number).

    The difference in pooled standard deviations, times 1 - 3 / (4 N - 9) with N both groups together, which takes out the
    small-sample bias. Not a number where a standard deviation cannot be pooled.
    Source: What Works Clearinghouse, Procedures Handbook 5.0, appendix E; after Hedges (1981).
    """
    (mean, sd, n), (other_mean, other_sd, other_n) = treated, comparison
    together = n + other_n
    if together <= 3:
        return math.nan
    variance = ((n - 1) * sd**2 + (other_n - 1) * other_sd**2) / (together - 2)
    if variance <= 0:
        return math.nan
    return small_sample_factor(together) * (mean - other_mean) / math.sqrt(variance)


def small_sample_factor(n: int) -> float:
    """Return 1 - 3 / (4 N - 9), for both groups together."""
    return 1 - 3 / (4 * n - 9)


def cox_index(share: float, other: float) -> float:
    """Return the difference of two shares in standard deviations: the log odds ratio over 1.65.

    Not a number where a share is 0 or 1. Source: Cox (1970); What Works Clearinghouse uses it for yes/no outcomes.
    """
    if not (0 < share < 1 and 0 < other < 1):
        return math.nan
    return (_log_odds(share) - _log_odds(other)) / 1.65


def _log_odds(share: float) -> float:
    return math.log(share / (1 - share))


def baseline_equivalence(g: float) -> str:
    """Return what a difference before anything was done means for a comparison afterwards.

    "alike", "adjust for the difference", "not alike", or "not known".
    Source: What Works Clearinghouse, Procedures and Standards Handbook 5.0: up to 0.05, up to 0.25, beyond.
    """
    if math.isnan(g):
        return "not known"
    if abs(g) <= ALIKE:
        return "alike"
    return "adjust for the difference" if abs(g) <= ADJUSTABLE else "not alike"


def fewest_to_tell(
    shares: Sequence[float], difference: float, *, confidence: float = 0.95, clustering: float = 1.0
) -> int:
    """Return how many students each cell needs before a difference of shares could be told from none at all.

    ``shares`` are all the shares that go into the difference: two for a gap, four for a difference in differences.
    ``clustering`` is the factor by which variances are larger because students go to school together (1 = not at all).
    """
    if not difference or math.isnan(difference):
        raise ValueError("a difference of nothing can never be told from nothing")
    variance = sum(share * (1 - share) for share in shares) * clustering
    return math.ceil(z_of(confidence) ** 2 * variance / difference**2 - 1e-9)
