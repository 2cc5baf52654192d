"""How a share is coded by the size of its group, so that it gives no student away.

The rule is the policy's table of bands. On top of it stands one law that no table can switch off: from what is
published (the share, and the range in which the size of the group lies) the count behind it must not follow.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from dataworkbench.frames import number_text
from dataworkbench.policy import DisclosurePolicy

_FINEST: Final = 0.01
_COARSER: Final = (0.1, 0.2, 0.5)
_NEARLY: Final = 1e-9


@dataclass(frozen=True)
class CodedShare:
    """A share as it may be published: exact to the step (``value``), or only known to lie between two ends."""

    value: float
    low: float
    high: float
    label: str
    at_an_end: bool = False

    @property
    def ends(self) -> tuple[float, float]:
        """The two ends, both the value where it is published as one."""
        return (self.low, self.high) if math.isnan(self.value) else (self.value, self.value)


def size_range(n: int, policy: DisclosurePolicy) -> tuple[int, int | None]:
    """Return the smallest and largest size of group that are published as one with ``n``; None is without end."""
    edges = sorted(
        {policy.minimum_group, *(b.smallest for b in policy.bands if b.smallest > policy.minimum_group)}
    )
    place = sum(edge <= n for edge in edges)
    return edges[place - 1], edges[place] - 1 if place < len(edges) else None


def size_text(n: int, policy: DisclosurePolicy) -> str:
    """Return the size of a group as a range, such as "300 or more"."""
    smallest, largest = size_range(n, policy)
    if largest is None:
        return f"{number_text(smallest)} or more"
    return number_text(smallest) if largest == smallest else f"{number_text(smallest)}–{number_text(largest)}"  # noqa: RUF001


def code_share(
    share: float, n: int, policy: DisclosurePolicy, *, at_least_step: float = _FINEST
) -> CodedShare:
    """Return a share of a group of ``n``, coded by the policy's band and never finer than whole percents.

    ``at_least_step`` asks for wider ranges than the band's. Where a group of the published size could have the coded
    share with one count only, the range is widened until it could have it with two.
    """
    band = policy.band_for(n)
    if band is None:
        raise ValueError(f"a group of {n} is below the minimum and has no band")
    first = max(band.step, at_least_step, _FINEST)
    for step in (first, *(wider for wider in _COARSER if wider > first)):
        coded = _coded_to(
            share, max(band.ends, step) if step > first else max(band.ends, first, _FINEST), step
        )
        if not gives_the_count_away(*_reach(coded, step), *size_range(n, policy)):
            return coded
    return coded


@lru_cache(maxsize=4096)
def gives_the_count_away(low: float, high: float, smallest: int, largest: int | None) -> bool:
    """Return whether a share between two ends allows only one count in groups of these sizes."""
    if largest is None:
        return False
    counts: set[int] = set()
    for n in range(smallest, largest + 1):
        counts.update(range(math.ceil(low * n - _NEARLY), math.floor(high * n + _NEARLY) + 1))
        if len(counts) > 1:
            return False
    return True


def _coded_to(share: float, ends: float, step: float) -> CodedShare:
    if share <= ends + _NEARLY:
        return CodedShare(math.nan, 0.0, ends, f"at most {_percent(ends)}%", at_an_end=True)
    if share >= 1 - ends - _NEARLY:
        return CodedShare(math.nan, 1 - ends, 1.0, f"at least {_percent(1 - ends)}%", at_an_end=True)
    if step <= _FINEST + _NEARLY:
        value = math.floor(share / step + 0.5 + _NEARLY) * step
        return CodedShare(round(value, 6), math.nan, math.nan, f"{_percent(value)}%")
    low = max(math.floor(share / step + _NEARLY) * step, ends)
    high = min(math.floor(share / step + _NEARLY) * step + step, 1 - ends)
    return CodedShare(math.nan, round(low, 6), round(high, 6), _range_text(low, high))


def _reach(coded: CodedShare, step: float) -> tuple[float, float]:
    """Return between which ends the true share must lie, for someone who knows the rule."""
    if math.isnan(coded.value):
        return coded.low, coded.high
    return coded.value - step / 2, coded.value + step / 2


def _range_text(low: float, high: float) -> str:
    """Return a range in words; one that is written to 69% goes up to, and leaves out, 70%."""
    if (
        all(abs(end * 100 - round(end * 100)) < _NEARLY * 100 for end in (low, high))
        and high - low > 1.5 * _FINEST
    ):
        return f"{round(low * 100)}–{round(high * 100) - 1}%"  # noqa: RUF001 - a range is written with this dash
    return f"{_percent(low)}% to {_percent(high)}%"


def _percent(share: float) -> str:
    return f"{share * 100:.1f}".removesuffix(".0")
