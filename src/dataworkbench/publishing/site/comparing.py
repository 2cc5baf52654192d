"""What may be said of two published figures: that one is clearly higher, or that they cannot be told apart.

Only what is published goes into it: the ends of each figure, and the fewest students that its group can have. The share
of a group that small is known no better than its interval (Wilson, 95%), from the low end of the one to the high end of
the other. An average is published without its spread, so two averages are never called different.
"""

from __future__ import annotations

import math
from typing import Final, Literal

from dataworkbench.measures.intervals import wilson
from dataworkbench.publishing.site.cells import Released

Verdict = Literal["", "higher", "lower", "close"]
_HALF_A_PERCENT: Final = 0.005
_SMALL, _LARGE = 40, 300


def compared(one: Released | None, other: Released | None) -> Verdict:
    """Return how one figure stands to another: clearly higher or lower, or close; nothing where there is nothing to compare."""
    if one is None or other is None or one.unit != "rate" or other.unit != "rate":
        return ""
    here, there = reach(one), reach(other)
    if here is None or there is None:
        return ""
    if here[0] > there[1]:
        return "higher"
    return "lower" if here[1] < there[0] else "close"


def reach(one: Released) -> tuple[float, float] | None:
    """Return between which ends the share of a group like this one may lie, None where no figure was published."""
    if one.ends is None or math.isnan(one.fewest) or one.fewest < 1:
        return None
    low, high = one.ends
    if low == high:
        low, high = low - _HALF_A_PERCENT, high + _HALF_A_PERCENT
    low, high = max(low, 0.0), min(high, 1.0)
    n = one.fewest
    return wilson(low * n, n)[0], wilson(high * n, n)[1]


def how_large(one: Released) -> Literal["", "small", "middling", "large"]:
    """Return whether a published group is small, middling or large; nothing where that is not published."""
    if math.isnan(one.fewest) or one.reason in {"hidden", "missing", "nobody", "not_applicable"}:
        return ""
    if one.fewest >= _LARGE:
        return "large"
    if math.isnan(one.most):
        return ""
    return "small" if one.most < _SMALL else "middling"
