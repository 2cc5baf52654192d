"""Figures that are drawn once before most reports are begun: what a first drawing has to make is there then, and copies share it.

The rows are nobody's and are forgotten.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any, Final

from dataworkbench.warehouse import nobodys_district

DRAWN: Final[tuple[tuple[str, tuple[str, ...], str, dict[str, str]], ...]] = (
    ("enrollment", ("grade_level",), "plot_counts", {"by": "grade_level"}),
    ("student_share", ("subgroup",), "plot_rates", {"by": "subgroup"}),
    ("chronic_absence", ("school_year",), "plot_trend", {"over": "school_year"}),
    ("performance_levels", ("subject", "performance_level"), "plot_levels", {"by": "subject"}),
    ("proficiency", ("school_year", "subject"), "plot_trend", {"over": "school_year", "by": "subject"}),
    ("proficiency", ("subject", "subgroup"), "table_of", {}),
)
"""What is asked, by what, and how it is drawn: each kind of figure that reports are made of."""


def rehearse() -> int:
    """Draw figures over made-up rows, and forget them; return how many letters there were."""
    face = import_module("dataworkbench")
    district = nobodys_district()
    try:
        here = face.look_at(district)
        shown = [
            face.at_a_glance(district, here, audience="staff"),
            *_drawn(face, district, here.but(school_year=None)),
        ]
        return sum(len(_letters(one)) for one in shown)
    finally:
        district.close()


def _drawn(face: Any, district: Any, where: Any) -> list[Any]:
    return [
        getattr(face, draw)(
            face.shown(district, asked, by=list(by), where=where, audience="staff"), **how, **_named(draw, by)
        )
        for asked, by, draw, how in DRAWN
    ]


def _named(draw: str, by: Sequence[str]) -> dict[str, Any]:
    return {"columns": list(by), "caption": "A table"} if draw == "table_of" else {"title": "A figure"}


def _letters(shown: Any) -> str:
    """Return what a notebook would keep of something shown."""
    if hasattr(shown, "figure"):
        return f"{shown.figure.to_json()}{shown!r}{shown.below._repr_html_()}"
    return f"{shown._repr_html_()}{shown!r}"
