"""What was published of a cell, in the words of one language. The figures themselves are never worked out anew."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from markupsafe import Markup

from dataworkbench.frames import printable
from dataworkbench.publishing.site.cells import Released, Test
from dataworkbench.publishing.site.words import Words, later

LONGEST_SHOWN: Final = 160
"""So many letters of a name are shown in running text; the rest is cut, so that no name can bury a page."""

WITHOUT_FIGURE: Final[Mapping[str, str]] = {
    "hidden": later("hidden"),
    "missing": later("no data"),
    "nobody": later("nobody"),
    "not_applicable": later("no figure"),
}
"""The word that stands in the place of a figure."""

WHY: Final[Mapping[str, str]] = {
    "": later("Published as one number."),
    "range": later("Published as a range, so that no student can be recognised."),
    "rounded": later("Rounded, so that no student can be recognised."),
    "hidden": later("Known, but not published, so that no student can be recognised."),
    "missing": later("Nobody knows this figure: it was not collected, or not brought in."),
    "nobody": later("There was nobody in this group."),
    "not_applicable": later("The question does not arise here."),
}
"""What became of a figure, in a sentence."""

REPEATED_MARK: Final = "\N{DAGGER}"
REPEATED: Final = later(
    "As it was published before. Since then too few students changed, or none, to say it anew."
)

_NUMBER: Final = "[-\N{MINUS SIGN}]?\\d[\\d,]*(?:\\.\\d+)?%?"
_SHAPES: Final[Mapping[str, str]] = {
    rf"(?P<a>{_NUMBER})": "{a}",
    rf"at most (?P<a>{_NUMBER})": later("at most {a}"),
    rf"at least (?P<a>{_NUMBER})": later("at least {a}"),
    rf"about (?P<a>{_NUMBER})": later("about {a}"),
    rf"under (?P<a>{_NUMBER})": later("under {a}"),
    rf"fewer than (?P<a>{_NUMBER})": later("fewer than {a}"),
    rf"over (?P<a>{_NUMBER})": later("over {a}"),
    rf"(?P<a>{_NUMBER}) or more": later("{a} or more"),
    rf"(?P<a>{_NUMBER})(?:–| to )(?P<b>{_NUMBER})": later("{a} to {b}"),  # noqa: RUF001 - a range is written with this dash
}
"""How labels of a release are written, and the message for each."""

OF_EVERY_HUNDRED: Final[Mapping[str, str]] = {
    "{a}": later("{a} of every 100"),
    "at most {a}": later("at most {a} of every 100"),
    "at least {a}": later("at least {a} of every 100"),
    "about {a}": later("about {a} of every 100"),
    "under {a}": later("fewer than {a} of every 100"),
    "over {a}": later("more than {a} of every 100"),
    "{a} to {b}": later("{a} to {b} of every 100"),
}


def shape_of(label: str) -> tuple[str, dict[str, str]]:
    """Return how a label is written, as a message with its numbers; ('', {}) where it is written in no known way."""
    for pattern, message in _SHAPES.items():
        found = re.fullmatch(pattern, label)
        if found:
            return message, found.groupdict()
    return "", {}


def label_in(words: Words, label: str) -> str:
    """Return a label of the release in a language; one that is written in no known way stays as it is."""
    message, numbers = shape_of(label)
    if not message:
        return words.say(label)
    return words.say(message, **{name: _number_in(words, text) for name, text in numbers.items()})


def figure_in(words: Words, one: Released) -> str:
    """Return what is shown for a cell: its figure, or the word that stands in its place."""
    if one.reason in WITHOUT_FIGURE:
        return words.say(WITHOUT_FIGURE[one.reason])
    return label_in(words, one.label)


def marked_figure(words: Words, one: Released) -> str:
    """Return what is shown for a cell in a table or a drawing: with a mark where it is a figure of an earlier release."""
    return f"{figure_in(words, one)} {REPEATED_MARK}" if one.repeated else figure_in(words, one)


def size_in(words: Words, one: Released) -> str:
    """Return the published size of a cell's group; nothing where none was published."""
    return "" if one.reason in WITHOUT_FIGURE else label_in(words, one.size)


def of_every_hundred(words: Words, one: Released) -> str:
    """Return a published share as so many of every 100; as its label where it cannot be said so."""
    message, numbers = shape_of(one.label)
    if one.unit != "rate" or message not in OF_EVERY_HUNDRED or one.reason in WITHOUT_FIGURE:
        return figure_in(words, one)
    plain = {name: _number_in(words, text.removesuffix("%")) for name, text in numbers.items()}
    return words.say(OF_EVERY_HUNDRED[message], **plain)


def _number_in(words: Words, text: str) -> str:
    plain = text.removesuffix("%").replace(",", "").replace("\N{MINUS SIGN}", "-")
    if text.endswith("%"):
        return words.percent(float(plain) / 100)
    return words.number(float(plain), len(plain.partition(".")[2]))


def shown_name(text: str) -> str:
    """Return somebody's name as it is shown: without marks that are not seen, and cut where it has no end."""
    seen = printable(text).strip()
    return seen if len(seen) <= LONGEST_SHOWN else seen[: LONGEST_SHOWN - 1] + "\N{HORIZONTAL ELLIPSIS}"


def grade_in(words: Words, grade: str) -> str:
    """Return a grade level in words."""
    if not grade:
        return words.say("All grades")
    if grade.isdecimal():
        return words.say("Grade {number}", number=words.number(int(grade)))
    return words.say(GRADES[grade]) if grade in GRADES else shown_name(grade)


GRADES: Final[Mapping[str, str]] = {
    "IT": later("Infants and toddlers"),
    "PR": later("Preschool"),
    "PK": later("Prekindergarten"),
    "TK": later("Transitional kindergarten"),
    "KG": later("Kindergarten"),
    "PS": later("After high school"),
    "UG": later("Ungraded"),
    "Other": later("Other grade level"),
}


def test_in(words: Words, test: Test, titles: Mapping[str, str]) -> str:
    """Return a test in words: subject, then its title where it is among ``titles``, then the time of year."""
    subject, assessment, period = test
    parts = [words.say(shown_name(subject))] if subject else []
    title = titles.get(assessment, "" if subject else assessment)
    parts += [shown_name(title)] if title else []
    parts += [words.say(period)] if period and period != "Year" else []
    return ", ".join(parts)


def requirement_in(words: Words, text: str) -> Markup:
    """Return what the audit required, in a language where it is said in a known way, else as the release says it."""
    for pattern, message in REQUIREMENTS.items():
        found = re.search(pattern, text)
        if found:
            return words.html(message, **found.groupdict())
    return words.text(text)


REQUIREMENTS: Final[Mapping[str, str]] = {
    r"at least (?P<width>\d+) students between the fewest and the most": later(
        "at least {width} students must lie between the fewest and the most that a hidden group can have."
    ),
    r"from nobody to twice as many": later(
        "a hidden group can still have anything from nobody to twice as many students as it has."
    ),
}
"""How releases say what the audit required, and the message for each."""

PERIOD_WORDS: Final = (later("Fall"), later("Winter"), later("Spring"), later("Summer"), later("Year"))
