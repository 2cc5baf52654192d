"""Dates in a text, in the ways in which birth dates are written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from typing import Final

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "january jan enero ene", "february feb febrero", "march mar marzo", "april apr abril abr", "may mayo", "june jun junio",
            "july jul julio", "august aug agosto ago", "september sept sep septiembre setiembre", "october oct octubre",
            "november nov noviembre", "december dec diciembre dic",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH: Final = "|".join(sorted(_MONTHS, key=len, reverse=True))
_YEAR_FIRST: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
_RUN_TOGETHER: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)(\d\d)(\d\d)(?!\d)")
_YEAR_LAST: Final = re.compile(r"(?<!\d)(\d{1,2})([-/.])(\d{1,2})\2((?:19|20)?\d\d)(?![\d.])")
_MONTH_FIRST: Final = re.compile(
    rf"\b({_MONTH})\b\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+((?:19|20)\d\d)\b", re.IGNORECASE
)
_DAY_FIRST: Final = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th|\.)?[\s-]+(?:of |de )?({_MONTH})\b\.?,?[\s-]+(?:del? )?((?:19|20)\d\d)\b",
    re.IGNORECASE,
)
_PIVOT: Final = 40


def dates_in(text: str) -> Iterator[tuple[date, str]]:
    """Give each day that a text can be read to name, with the words that name it; 3/4/2015 is two days."""
    for m in _YEAR_FIRST.finditer(text):
        yield from _made(int(m[1]), int(m[3]), int(m[4]), m[0])
    for m in _RUN_TOGETHER.finditer(text):
        yield from _made(int(m[1]), int(m[2]), int(m[3]), m[0])
    for m in _YEAR_LAST.finditer(text):
        year = int(m[4]) if len(m[4]) > 2 else (1900 if int(m[4]) > _PIVOT else 2000) + int(m[4])
        yield from _made(year, int(m[1]), int(m[3]), m[0])
        yield from _made(year, int(m[3]), int(m[1]), m[0])
    for m in _MONTH_FIRST.finditer(text):
        yield from _made(int(m[3]), _MONTHS[m[1].lower()], int(m[2]), m[0])
    for m in _DAY_FIRST.finditer(text):
        yield from _made(int(m[3]), _MONTHS[m[2].lower()], int(m[1]), m[0])


def _made(year: int, month: int, day: int, said: str) -> Iterator[tuple[date, str]]:
    with suppress(ValueError):
        yield date(year, month, day), said
