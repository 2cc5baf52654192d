"""Releases: the public cells of one snapshot under one policy, suppressed once, audited as a whole, and kept."""

from __future__ import annotations

from dataworkbench.disclosure.linked import CELL_COLUMNS, DIMENSIONS, cell_id
from dataworkbench.publishing.releases.release import (
    AssessmentFacts,
    IndicatorFacts,
    Release,
    ReleaseFacts,
    SchoolFacts,
    read_release,
    write_release,
)
from dataworkbench.publishing.releases.shelf import current_release, find_release, list_releases
from dataworkbench.publishing.releases.states import Step, state_of, steps_of

__all__ = [
    "CELL_COLUMNS",
    "DIMENSIONS",
    "AssessmentFacts",
    "IndicatorFacts",
    "Release",
    "ReleaseFacts",
    "SchoolFacts",
    "Step",
    "cell_id",
    "current_release",
    "find_release",
    "list_releases",
    "read_release",
    "state_of",
    "steps_of",
    "write_release",
]
