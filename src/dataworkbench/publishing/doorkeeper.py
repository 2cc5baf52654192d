"""How many pages may be open at once: no more than the machine can serve."""

from __future__ import annotations

import os
from typing import Final

MOST_VARIABLE: Final = "DATAWORKBENCH_MOST_DASHBOARDS"
FEWEST_OPEN: Final = 12
MOST_OPEN: Final = 40
A_PAGE_TAKES: Final = 250_000_000
"""Bytes of memory that one open page has for itself, about; ``benchmarks/twenty_in_a_meeting.py`` measures it."""
SHARE_OF_MEMORY: Final = 2 / 3
FULL: Final = "As many pages are open as this machine is meant to serve. Close one that nobody looks at, or try again in a few minutes."


def most_open(memory: int | None = None) -> int:
    """Return how many pages may be open at once: what was set for this server, else what the machine's memory holds.

    ``memory`` is in bytes; left out, it is this machine's. Where that is not known, the answer is the fewest.
    """
    if said := os.environ.get(MOST_VARIABLE):
        return int(said)
    held = _memory() if memory is None else memory
    return max(FEWEST_OPEN, min(MOST_OPEN, int(held * SHARE_OF_MEMORY / A_PAGE_TAKES)))


def _memory() -> int:
    """Return the bytes of memory of this machine; 0 where the system does not say."""
    try:
        return int(os.sysconf("SC_PAGE_SIZE")) * int(os.sysconf("SC_PHYS_PAGES"))
    except (AttributeError, OSError, ValueError):  # Windows has no such question
        return 0
