"""Whole pages for a panel: each is made from a selection, so that filters can draw it anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from dataworkbench.errors import WorkbenchError
from dataworkbench.figures import plot_counts, plot_rates, plot_trend
from dataworkbench.measures import indicator
from dataworkbench.selection import Selection
from dataworkbench.terms import Audience
from dataworkbench.views.choosing import latest_test, years_with_growth
from dataworkbench.views.district import Asked
from dataworkbench.views.notes import note
from dataworkbench.views.pictures import below
from dataworkbench.views.shown import shown

Draw = Callable[[Selection], list[Any]]
Plot = Callable[..., go.Figure]


def overview(district: Asked, *, audience: Audience) -> Draw:
    """Return a page that can be drawn for any selection: who is here, absence, attainment, growth, incidents."""
    _refuse_public(audience)

    def draw(selection: Selection) -> list[Any]:
        return [
            *_part(
                district,
                selection,
                audience,
                "enrollment",
                ["grade_level"],
                plot_counts,
                "How many students are there?",
            ),
            *_part(
                district,
                selection,
                audience,
                "chronic_absence",
                _groups(selection),
                plot_rates,
                "Who misses a tenth of school?",
            ),
            *_attainment(district, selection, audience),
            *_growth(district, selection, audience),
            *_part(
                district,
                selection,
                audience,
                "incident_rate",
                _groups(selection),
                plot_rates,
                "Who was part of an incident?",
            ),
        ]

    return draw


def attendance(district: Asked, *, audience: Audience) -> Draw:
    """Return a page about attendance that can be drawn for any selection: over the years, by grade, by group."""
    _refuse_public(audience)

    def draw(selection: Selection) -> list[Any]:
        years = selection.but(school_year=None)
        absent = "chronic_absence"
        return [
            *_part(
                district,
                years,
                audience,
                absent,
                ["school_year"],
                plot_trend,
                "Chronic absence, year by year",
            ),
            *_part(
                district, selection, audience, absent, ["grade_level"], plot_rates, "Chronic absence by grade"
            ),
            *_part(
                district,
                selection,
                audience,
                absent,
                _groups(selection),
                plot_rates,
                "Chronic absence by group",
            ),
            *_part(
                district,
                selection,
                audience,
                "attendance_rate",
                ["month"],
                plot_rates,
                "Attendance month by month",
            ),
        ]

    return draw


def _attainment(district: Asked, selection: Selection, audience: Audience) -> list[Any]:
    test = latest_test(district, selection)
    by = ["subject", *_groups(selection)]
    return [
        note(str(test)),
        *_part(district, test, audience, "proficiency", by, plot_rates, "Who is proficient?"),
    ]


def _growth(district: Asked, selection: Selection, audience: Audience) -> list[Any]:
    growth = years_with_growth(district, selection)
    by = ["school_year", "subject"]
    return [
        note(str(growth)),
        *_part(district, growth, audience, "growth_target_met", by, plot_trend, "Who met the growth target?"),
    ]


def _groups(selection: Selection) -> list[str]:
    """Return what groups are told apart by: the kind of group that was chosen, else schools, else grades."""
    if selection.get("subgroup_type"):
        return ["subgroup"]
    return ["grade_level"] if len(selection.get("school_id", ())) == 1 else ["school_name"]


def _part(  # noqa: PLR0917 - seven words, always in this order, a few lines above
    district: Asked,
    where: Mapping[str, Any],
    audience: Audience,
    asked: str,
    by: Sequence[str],
    plot: Plot,
    title: str,
) -> list[Any]:
    """Return a figure, what it says in words, and its numbers; the figure alone where the data were never brought."""
    asked_for = _fitting(where, asked, by)
    gated = shown(district, asked, by=by, where=asked_for, audience=audience)
    said = below(gated)
    return [plot(gated, title=title), *([said] if said is not None else [])]


def _fitting(where: Mapping[str, Any], asked: str, by: Sequence[str]) -> dict[str, Any]:
    """Return the part of a selection that an indicator knows; a kind of group counts only where groups are told apart."""
    known = set(indicator(asked).dimensions) - ({"subgroup_type"} if "subgroup" not in by else set())
    return {name: values for name, values in where.items() if name in known}


def _refuse_public(audience: Audience) -> None:
    if audience != "staff":
        raise WorkbenchError(
            "Pages with filters are for staff: whoever can combine filters can subtract one view from another. "
            'The public sees the release. Use audience="staff", and publish from the release.'
        )
