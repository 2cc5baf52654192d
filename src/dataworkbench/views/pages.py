"""Whole pages for a panel: each is made from a selection, so that filters can draw it anew."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go

from dataworkbench.errors import WorkbenchError
from dataworkbench.figures import plot_counts, plot_rates, plot_trend
from dataworkbench.frames import read_once, rows_in
from dataworkbench.measures import indicator
from dataworkbench.selection import Selection
from dataworkbench.terms import Audience
from dataworkbench.views.choosing import (
    Administration,
    growing_of,
    latest_of,
    tests_twice,
    whole_tests,
)
from dataworkbench.views.district import Asked
from dataworkbench.views.notes import note
from dataworkbench.views.pictures import below
from dataworkbench.views.shown import shown

Draw = Callable[[Selection], Iterator[list[Any]]]
Plot = Callable[..., go.Figure]
Given = Callable[[Asked, Selection], pd.DataFrame]
Choose = Callable[[Sequence[Mapping[str, Any]], Selection], Administration]

REMEMBERED: Final = 60
"""How many parts of a page are remembered as they were drawn, the latest."""


def overview(district: Asked, *, audience: Audience) -> Draw:
    """Return a page that can be drawn for any selection: who is here, absence, attainment, growth, incidents."""
    _refuse_public(audience)

    part = _parts(district, audience)
    latest = _of_any_year(latest_of, whole_tests, district)
    growing = _of_any_year(growing_of, tests_twice, district)

    def draw(selection: Selection) -> Iterator[list[Any]]:
        groups = _groups(selection)
        yield part(selection, "enrollment", ["grade_level"], plot_counts, "How many students are there?")
        yield part(selection, "chronic_absence", groups, plot_rates, "Who misses a tenth of school?")
        test = latest(selection)
        yield part(test, "proficiency", ["subject", *groups], plot_rates, "Who is proficient?", above=test)
        growth = growing(selection)
        by = ["school_year", "subject"]
        yield part(growth, "growth_target_met", by, plot_trend, "Who met the growth target?", above=growth)
        yield part(selection, "incident_rate", groups, plot_rates, "Who was part of an incident?")

    return draw


def attendance(district: Asked, *, audience: Audience) -> Draw:
    """Return a page about attendance that can be drawn for any selection: over the years, by grade, by group."""
    _refuse_public(audience)

    part = _parts(district, audience)

    def draw(selection: Selection) -> Iterator[list[Any]]:
        absent, years = "chronic_absence", selection.but(school_year=None)
        yield part(years, absent, ["school_year"], plot_trend, "Chronic absence, year by year")
        yield part(selection, absent, ["grade_level"], plot_rates, "Chronic absence by grade")
        yield part(selection, absent, _groups(selection), plot_rates, "Chronic absence by group")
        yield part(selection, "attendance_rate", ["month"], plot_rates, "Attendance month by month")

    return draw


def _of_any_year(choose: Choose, given: Given, district: Asked) -> Callable[[Selection], Administration]:
    """Return what chooses a test for a selection. The tests of all years are asked once: another year chooses among the same."""

    @lru_cache(maxsize=REMEMBERED)
    def tests(where: Selection) -> list[dict[str, Any]]:
        return rows_in(given(district, where))

    return lambda where: choose(tests(where.but(subgroup_type=None, school_year=None)), where)


def _groups(selection: Selection) -> list[str]:
    """Return what groups are told apart by: the kind of group that was chosen, else schools, else grades."""
    if selection.get("subgroup_type"):
        return ["subgroup"]
    return ["grade_level"] if len(selection.get("school_id", ())) == 1 else ["school_name"]


def _parts(district: Asked, audience: Audience) -> Callable[..., list[Any]]:
    """Return what draws one part of a page, and remembers the latest: a choice that does not touch a part leaves it."""
    remembered: OrderedDict[tuple[Any, ...], list[Any]] = OrderedDict()

    def part(
        where: Mapping[str, Any], asked: str, by: Sequence[str], plot: Plot, title: str, *, above: object = ""
    ) -> list[Any]:
        fitting = _fitting(where, asked, by)
        key = (asked, str(above), *by, *(f"{name} {values}" for name, values in fitting.items()))
        if key not in remembered:
            gated = shown(district, asked, by=by, where=fitting, audience=audience)
            remembered[key] = [*([note(str(above))] if above else []), *_drawn(gated, plot, title)]
        remembered.move_to_end(key)
        if len(remembered) > REMEMBERED:
            remembered.popitem(last=False)
        return remembered[key]

    return part


def _drawn(gated: pd.DataFrame, plot: Plot, title: str) -> list[Any]:
    """Return a figure, what it says in words, and its numbers; the figure alone where the data were never brought."""
    with read_once(gated):
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
