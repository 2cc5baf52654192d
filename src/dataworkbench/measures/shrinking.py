"""Shares drawn towards the common one, the more the fewer are behind them, so that a lucky few do not come first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Shrunken:
    """The common share, how far groups truly differ from it, and each group's share drawn towards it.

    ``alike`` is the correlation of two cases of one group (0 where groups differ by no more than chance would make them),
    ``weight`` how many cases the common share counts for (infinite where ``alike`` is 0).
    """

    common: float
    alike: float
    weight: float
    shares: tuple[float, ...]


def shrunken_shares(hits: Sequence[float], counts: Sequence[float]) -> Shrunken:
    """Return shares by empirical Bayes: hits are binomial, and the groups' true shares come from one beta distribution.

    The beta's mean is the share of all cases together; how much groups truly differ is taken from how much their shares
    differ beyond chance. A group's share becomes (hits + weight x common) / (n + weight). Groups without a case are given
    the common share.
    Source: Kleinman (1973), Journal of the American Statistical Association 68, 46-54, with weights n.

    Raises
    ------
    ValueError
        Where there is no case at all.

    """
    known = [(h, n) for h, n in zip(hits, counts, strict=True) if n > 0]
    everybody = sum(n for _, n in known)
    if not everybody:
        raise ValueError("there are no cases to take a share of")
    common = sum(h for h, _ in known) / everybody
    alike = _alike(known, common, everybody)
    weight = (1 - alike) / alike if alike else float("inf")
    shares = tuple(
        (h + weight * common) / (n + weight) if alike and n > 0 else common for h, n in zip(hits, counts, strict=True)
    )  # fmt: skip
    return Shrunken(common, alike, weight, shares)


def _alike(known: Sequence[tuple[float, float]], common: float, everybody: float) -> float:
    spread = common * (1 - common)
    if len(known) < 2 or not spread:
        return 0.0
    seen = sum(n * (h / n - common) ** 2 for h, n in known)
    by_chance = spread * (len(known) - 1)
    room = spread * (everybody - sum(n * n for _, n in known) / everybody - (len(known) - 1))
    return min(1.0, max(0.0, (seen - by_chance) / room)) if room > 0 else 0.0
