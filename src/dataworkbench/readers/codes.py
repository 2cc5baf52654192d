"""Codes that school systems write for one thing: grade levels, Yes and No, sex, race, periods, school years."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Final

from dataworkbench.readers.headers import fold
from dataworkbench.terms import GRADE_LEVELS, NO, NOT_REPORTED, NOT_SELECTED, RACES, YES, school_year_ending

_YES: Final = frozenset({"y", "yes", "true", "t", "1", "x"})
_NO: Final = frozenset({"n", "no", "false", "f", "0"})
_UNSAID: Final = frozenset(
    {
        "",
        "notselected",
        "notreported",
        "unknown",
        "notprovided",
        "null",
        "na",
        "missing",
        "declined",
        "unspecified",
        "blank",
    }
)

_GRADES: Final[Mapping[str, str]] = {
    **{fold(grade): grade for grade in GRADE_LEVELS},
    **{str(n): f"{n:02d}" for n in range(1, 14)},
    "k": "KG", "0": "KG", "00": "KG", "kindergarten": "KG", "kg": "KG", "kk": "KG", "kf": "KG", "k5": "KG",
    "p": "PK", "pk": "PK", "prek": "PK", "prekindergarten": "PK", "pk3": "PK", "pk4": "PK", "p3": "PK", "p4": "PK", "preschool": "PR",
    "transitionalkindergarten": "TK", "ungraded": "UG", "infanttoddler": "IT", "postsecondary": "PS",
    "first": "01", "second": "02", "third": "03", "fourth": "04", "fifth": "05", "sixth": "06",
    "one": "01", "two": "02", "three": "03", "four": "04", "five": "05", "six": "06",
    "seven": "07", "eight": "08", "nine": "09", "ten": "10", "eleven": "11", "twelve": "12",
    "seventh": "07", "eighth": "08", "ninth": "09", "tenth": "10", "eleventh": "11", "twelfth": "12",
}  # fmt: skip

_SEXES: Final[Mapping[str, str]] = {
    "f": "Female", "female": "Female", "girl": "Female", "w": "Female",
    "m": "Male", "male": "Male", "boy": "Male",
    "x": "Another gender", "n": "Another gender", "nb": "Another gender", "nonbinary": "Another gender", "other": "Another gender",
    "anothergender": "Another gender", "genderx": "Another gender",
}  # fmt: skip

_RACES: Final[Mapping[str, str]] = {
    **{fold(race): race for race in RACES},
    "americanindian": RACES[0], "americanindianoralaskannative": RACES[0], "nativeamerican": RACES[0], "americanindianalaskanative": RACES[0],
    "americanindianalaskannative": RACES[0], "alaskanative": RACES[0],
    "black": RACES[2], "africanamerican": RACES[2], "blackafricanamerican": RACES[2],
    "hispanic": RACES[3], "latino": RACES[3], "hispaniclatino": RACES[3], "latinx": RACES[3], "hispaniclatinx": RACES[3],
    "pacificislander": RACES[4], "nativehawaiian": RACES[4], "nativehawaiianpacificislander": RACES[4],
    "hawaiianpacificislander": RACES[4], "nativehawaiianorpacificislander": RACES[4],
    "multiracial": RACES[5], "twoormore": RACES[5], "multipleraces": RACES[5], "multi": RACES[5], "morethanonerace": RACES[5],
    "caucasian": RACES[6], "whitenonhispanic": RACES[6],
}  # fmt: skip

_PERIODS: Final[tuple[tuple[str, str], ...]] = (
    (r"\bfall\b|\bautumn\b|\bboy\b|beginning of year|^f$", "Fall"),
    (r"\bwinter\b|\bmoy\b|middle of year|mid-?year|^w$", "Winter"),
    (r"\bspring\b|\beoy\b|end of year|^s$", "Spring"),
    (r"\bsummer\b", "Summer"),
    (r"\byear\b|\bannual\b|\byearly\b", "Year"),
)  # fmt: skip

FIRST_MONTH_OF_A_SCHOOL_YEAR: Final = 7
MONTHS_OF_PERIODS: Final[Mapping[str, tuple[int, ...]]] = {
    "Fall": (7, 8, 9, 10, 11), "Winter": (12, 1, 2), "Spring": (3, 4, 5, 6),
}  # fmt: skip


def as_option(text: str) -> str | None:
    """Return Yes, No or NotSelected; None where the text is none of the ways to say it."""
    said = fold(text)
    if said in _YES:
        return YES
    if said in _NO:
        return NO
    return NOT_SELECTED if said in _UNSAID else None


def as_yes_no(text: str) -> bool | None:
    """Return True or False, or None where the text says neither."""
    said = fold(text)
    return True if said in _YES else False if said in _NO else None


def as_grade(text: str) -> str | None:
    """Return the CEDS grade level of "3", "Grade 3", "3rd", "K" and the like; None where there is none."""
    said = fold(text)
    said = said.removeprefix("grade").removesuffix("grade") or said
    said = re.sub(r"^(\d{1,2})(st|nd|rd|th)$", r"\1", said)
    return _GRADES.get(said) or _GRADES.get(said.lstrip("0"))


def as_sex(text: str) -> str | None:
    """Return Female, Male, Another gender or Not reported; None where the code is unknown."""
    said = fold(text.rsplit(":", 1)[-1])
    return NOT_REPORTED if said in _UNSAID else _SEXES.get(said)


def as_race(text: str) -> str | None:
    """Return the federal reporting category of a name; None for codes, whose meaning only the district knows."""
    said = fold(text)
    return NOT_REPORTED if said in _UNSAID else _RACES.get(said)


def as_period(text: str) -> str | None:
    """Return Fall, Winter, Spring, Summer or Year from "Fall 2025", "BOY", "Winter (November 16 - March 1)"."""
    first = re.split(r"[(\[]", text.casefold())[0].strip() or text.casefold()
    for pattern, period in _PERIODS:
        if re.search(pattern, first):
            return period
    return None


def as_school_year(text: str) -> str | None:
    """Return "2025-26" from "2025-26", "2025-2026", "20252026", "2025/26", "25-26" or, as the year it ends, "2026"."""
    pair = re.search(r"(?<!\d)((?:19|20)\d{2})\s*[-/\u2013_]\s*((?:19|20)?\d{2})(?!\d)", text)
    pair = pair or re.fullmatch(r"\s*((?:19|20)\d{2})((?:19|20)\d{2})\s*", text)
    if pair:
        begins, ends = int(pair[1]), int(pair[2][-2:])
        return school_year_ending(begins + 1) if (begins + 1) % 100 == ends else None
    short = re.fullmatch(r"\s*(\d{2})\s*[-/\u2013]\s*(\d{2})\s*", text)
    if short and (int(short[1]) + 1) % 100 == int(short[2]):
        return school_year_ending(2000 + int(short[2]))
    single = re.fullmatch(r"\s*((?:19|20)\d{2})(?:\.0)?\s*", text)
    return school_year_ending(int(single[1])) if single else None


def school_year_of(day: dt.date) -> str:
    """Return the school year in which a day lies; a school year begins in July."""
    return school_year_ending(day.year + 1 if day.month >= FIRST_MONTH_OF_A_SCHOOL_YEAR else day.year)


def period_of(day: dt.date, months: Mapping[str, tuple[int, ...]] = MONTHS_OF_PERIODS) -> str | None:
    """Return the period in which a day lies."""
    for period, its_months in months.items():
        if day.month in its_months:
            return period
    return None
