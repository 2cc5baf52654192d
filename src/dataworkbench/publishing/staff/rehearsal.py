"""A page that is drawn once before any kernel is copied: what a first page has to make is there then, and all copies share it.

The rows are nobody's and are forgotten.
"""

from __future__ import annotations

from importlib import import_module
from typing import Final

from dataworkbench.warehouse import NOBODYS_YEAR, nobodys_district

SHAPES: Final[tuple[dict[str, str], ...]] = ({}, {"subgroup_type": "Gender"})
"""What is drawn beside the year: a district by its schools, and by a kind of group."""


def rehearse() -> int:
    """Draw a page over made-up rows, and forget it; return how many figures and texts there were."""
    face, filtering = (import_module(f"dataworkbench{name}") for name in ("", ".panels.filtering"))
    district = nobodys_district()
    try:
        draw = face.views.overview(district, audience="staff")
        chosen = [face.Selection(school_year=NOBODYS_YEAR, **shape) for shape in SHAPES]
        return sum(len(tuple(filtering.shown(part))) for selection in chosen for part in draw(selection))
    finally:
        district.close()
