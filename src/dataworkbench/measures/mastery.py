"""How several scores on one standard become one: the rules that districts use, side by side."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from dataworkbench.errors import no_such

LATEST_WEIGHS: Final = 0.65


def _decaying(scores: Sequence[float]) -> float:
    held = scores[0]
    for score in scores[1:]:
        held = (1 - LATEST_WEIGHS) * held + LATEST_WEIGHS * score
    return held


def _weighted(scores: Sequence[float]) -> float:
    if len(scores) == 1:
        return scores[0]
    return LATEST_WEIGHS * scores[-1] + (1 - LATEST_WEIGHS) * statistics.fmean(scores[:-1])


RULES: Final[Mapping[str, Callable[[Sequence[float]], float]]] = MappingProxyType(
    {
        "latest": lambda scores: scores[-1],
        "highest": max,
        "average": statistics.fmean,
        "median": statistics.median,
        "weighted average": _weighted,
        "decaying average": _decaying,
    }
)
"""The latest score; the highest; the mean; the median; 65% latest and 35% the mean of those before; and each score in turn
taken in at 65%. The last two differ from three scores on. Source: the rules of Canvas's learning mastery gradebook."""


def standard_score(scores: Sequence[float], *, rule: str = "latest") -> float:
    """Return one score from the scores on a standard in order of time, rounded to two decimals; not a number without any."""
    if rule not in RULES:
        raise no_such("rule for a standard's score", rule, RULES)
    there = [float(score) for score in scores if score is not None and not math.isnan(score)]
    return round(RULES[rule](there), 2) if there else math.nan


def mastered_often(scores: Sequence[float], *, mastery: float, times: int) -> float:
    """Return the mean of the scores at or above mastery where there are ``times`` of them, else not a number."""
    enough = [score for score in scores if score >= mastery]
    return round(statistics.fmean(enough), 2) if len(enough) >= times else math.nan
