"""How rarely chance alone does as much, in words."""

from __future__ import annotations

import math
from typing import Final

_RAREST: Final = 10_000


def chance_words(p: float) -> str:
    """Return an adjusted probability as people say it: 0.005 is "in about 1 of 200 districts".

    ``p`` is adjusted for all looks: the share of districts in which nothing differs, and in which a list like this would all the
    same hold an entry as far out. It isn't the probability that the entry is a false alarm; nobody knows that.
    """
    if math.isnan(p):
        return "cannot be said"
    if p > 0.5:
        return "in most districts"
    if p < 1 / _RAREST:
        return f"in fewer than 1 of {_RAREST:,} districts"
    return f"in about 1 of {_rounded_down(1 / p):,} districts"


def _rounded_down(number: float) -> int:
    """Return a number with one digit that counts, never more than it is; whole below 20."""
    number += 1e-9
    size = 10 ** math.floor(math.log10(number)) if number >= 20 else 1
    return int(number // size * size)
