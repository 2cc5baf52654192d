"""Releases: the public cells of one snapshot under one policy, suppressed once, audited as a whole, and kept."""

from __future__ import annotations

from dataworkbench.disclosure import CELL_COLUMNS, DIMENSIONS, cell_id
from dataworkbench.publishing.releases.release import (
    IndicatorFacts,
    Release,
    ReleaseFacts,
    SchoolFacts,
    read_release,
    write_release,
)

__all__ = [
    "CELL_COLUMNS",
    "DIMENSIONS",
    "IndicatorFacts",
    "Release",
    "ReleaseFacts",
    "SchoolFacts",
    "cell_id",
    "read_release",
    "write_release",
]
