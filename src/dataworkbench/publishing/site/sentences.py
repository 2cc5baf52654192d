"""Plain sentences about one place, made from released cells alone; every figure in them says which cell it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from dataworkbench.publishing.releases import IndicatorFacts
from dataworkbench.publishing.site.cells import DISTRICT, Cells, Released
from dataworkbench.publishing.site.comparing import Verdict, compared, how_large
from dataworkbench.publishing.site.labels import (
    WITHOUT_FIGURE,
    figure_in,
    of_every_hundred,
    size_in,
    test_in,
)
from dataworkbench.publishing.site.words import Words, later

SAID: Final[Mapping[str, str]] = {
    "enrollment": later("In {year}, {figure} students were enrolled."),
    "chronic_absence": later("In {year}, {figure} students missed a tenth or more of their school days."),
    "severe_absence": later("In {year}, {figure} students missed a fifth or more of their school days."),
    "attendance_rate": later("In {year}, students were at school on {figure} days."),
    "proficiency": later("In {year}, {figure} results were at or above the level that counts as proficient."),
    "mean_score": later("In {year}, the average score was {figure}."),
    "growth_target_met": later("In {year}, {figure} students grew by at least their target."),
    "mean_gain": later("In {year}, students gained {figure} points on average."),
    "mean_growth_percentile": later("In {year}, the average growth percentile was {figure}; 50 is typical."),
    "student_mobility": later("In {year}, {figure} students came after the year had begun or left before its end."),
    "came_late": later("In {year}, {figure} students came after the year had begun."),
    "left_early": later("In {year}, {figure} students left before the end of the year."),
    "incident_rate": later("In {year}, {figure} students had at least one behavior incident."),
    "removal_rate": later("In {year}, {figure} students were removed from class for some time after an incident."),
}  # fmt: skip
"""How a figure of a known indicator is said."""
_BY_UNIT: Final[Mapping[str, str]] = {
    "rate": later("In {year}: {figure}."),
    "mean": later("In {year}, the average was {figure}."),
    "count": later("In {year}: {figure}."),
}
_WITHOUT: Final[Mapping[str, str]] = {
    "hidden": later("For {year} the figure is {figure}: it is known, but not published, so that no student can be recognised."),
    "missing": later("For {year} there is {figure}: it was not collected, or not brought in."),
    "nobody": later("For {year} the entry is “{figure}”: there was nobody in this group."),
    "not_applicable": later("For {year} there is {figure}: the question does not arise here."),
}  # fmt: skip
_DISTRICT: Final[Mapping[Verdict, str]] = {
    "": later("The district: {figure}."),
    "higher": later("The district: {figure}. This school's figure is clearly higher."),
    "lower": later("The district: {figure}. This school's figure is clearly lower."),
    "close": later("The district: {figure}. From what is published, the two cannot be told apart."),
}
_BEFORE: Final[Mapping[Verdict, str]] = {
    "": later("The year before: {figure}."),
    "higher": later("The year before: {figure}. The newer figure is clearly higher."),
    "lower": later("The year before: {figure}. The newer figure is clearly lower."),
    "close": later("The year before: {figure}. From what is published, the two cannot be told apart."),
}
_SURE: Final[Mapping[str, str]] = {
    "small": later(
        "How sure: few students are behind it ({size}). A few more or fewer would change the figure."
    ),
    "middling": later("How sure: the group is of middling size ({size}). Read small differences with care."),
    "large": later("How sure: many students are behind it ({size}). A few of them do not change the figure."),
}
DIRECTIONS: Final[Mapping[str, str]] = {
    "higher": later("A higher figure is better."),
    "lower": later("A lower figure is better."),
    "neither": later("Neither a higher nor a lower figure is better by itself."),
}


@dataclass(frozen=True)
class Finding:
    """What is said of one figure: the test it is of, the figure, how it stands to others, and how sure it is."""

    test: str
    lead: Markup
    beside: tuple[Markup, ...]
    sure: Markup | None


@dataclass(frozen=True)
class Short:
    """One indicator of one place in short."""

    indicator: IndicatorFacts
    findings: tuple[Finding, ...]
    direction: str


def in_short(
    words: Words, cells: Cells, school_id: str, indicators: tuple[IndicatorFacts, ...]
) -> list[Short]:
    """Return what is said of one place, one entry an indicator with figures of all its students."""
    found = []
    for indicator in indicators:
        headline = cells.headline(school_id, indicator.id)
        if headline:
            said = tuple(_finding(words, cells, one) for one in headline)
            direction = words.say(DIRECTIONS.get(indicator.direction, DIRECTIONS["neither"]))
            found.append(Short(indicator, said, direction))
    return found


def marked(words: Words, one: Released, text: str = "") -> Markup:
    """Return a released figure with the name of its cell at it."""
    shown = text or figure_in(words, one)
    return Markup('<span class="figure" data-cell="{}">{}</span>').format(one.cell, shown)


def _finding(words: Words, cells: Cells, one: Released) -> Finding:
    beside = [_beside(words, one, _year_before(cells, one), _BEFORE)]
    if one.at["school_id"] != DISTRICT:
        beside.insert(0, _beside(words, one, cells.like(one, school_id=DISTRICT), _DISTRICT))
    return Finding(
        test=test_in(words, one.test, cells.titles_to_tell_apart(_of_indicator(cells, one))), lead=_lead(words, one),
        beside=tuple(said for said in beside if said is not None), sure=_sure(words, one),
    )  # fmt: skip


def _lead(words: Words, one: Released) -> Markup:
    if one.reason in WITHOUT_FIGURE:
        return words.html(_WITHOUT[one.reason], year=one.at["school_year"], figure=marked(words, one))
    message = SAID.get(one.at["indicator"]) or _BY_UNIT.get(one.unit, _BY_UNIT["count"])
    figure = marked(words, one, of_every_hundred(words, one))
    return words.html(message, year=one.at["school_year"], figure=figure)


def _beside(
    words: Words, one: Released, other: Released | None, messages: Mapping[Verdict, str]
) -> Markup | None:
    if other is None or (one.unit == "count" and messages is _DISTRICT):
        return None
    return words.html(
        messages[compared(one, other)], figure=marked(words, other, of_every_hundred(words, other))
    )


def _sure(words: Words, one: Released) -> Markup | None:
    size = how_large(one)
    if one.unit == "count" or not size:
        return None
    return words.html(_SURE[size], size=marked(words, one, size_in(words, one)))


def _year_before(cells: Cells, one: Released) -> Released | None:
    at = cells.years.index(one.at["school_year"])
    return cells.like(one, school_year=cells.years[at - 1]) if at else None


def _of_indicator(cells: Cells, one: Released) -> list[Released]:
    return [c for c in cells.of(one.at["school_id"]) if c.at["indicator"] == one.at["indicator"]]
