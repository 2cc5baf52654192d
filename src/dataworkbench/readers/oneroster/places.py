"""Schools and school years of a OneRoster set."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from dataworkbench.readers.codes import as_school_year, school_year_of
from dataworkbench.readers.oneroster.bundle import Bundle

LONGEST_SESSION = 400
"""A session of more days than this spans several school years."""
_SCHOOL = "school"
_ABOVE = frozenset({"district", "state", "local", "national"})
_LEVELS = (
    (r"\belementary\b|\bprimary\b|\belem\b", "Elementary"),
    (r"\bmiddle\b|\bjunior high\b|\bintermediate\b", "Middle"),
    (r"\bhigh\b|\bsecondary\b", "High"),
)


@dataclass(frozen=True)
class Places:
    """The orgs of a set: ``school_of`` leads from any org to its school, ``ids`` from an org to our identifier."""

    schools: pl.DataFrame
    ids: Mapping[str, str]
    school_of: Mapping[str, str]
    others: pl.DataFrame


@dataclass(frozen=True)
class Years:
    """The sessions of a set: the school year and the dates of each, and the years that the set covers."""

    year_of: Mapping[str, str]
    dates_of: Mapping[str, tuple[dt.date | None, dt.date | None]]
    covered: tuple[str, ...]
    spans: Mapping[str, tuple[dt.date | None, dt.date | None]]

    def of_day(self, day: dt.date | None) -> str | None:
        """Return the school year of a day: the only one there is, else the one whose dates hold it."""
        if len(self.covered) == 1:
            return self.covered[0]
        if day is None:
            return None
        for year, (start, end) in self.spans.items():
            if start and end and start <= day <= end:
                return year
        return school_year_of(day)


def read_places(bundle: Bundle, *, by_identifier: bool) -> Places:
    """Return the schools of a set; ``by_identifier`` says that orgs' identifiers are what other files use."""
    rows = bundle.rows("orgs", ("sourcedid", "name", "type", "identifier", "parentsourcedid"))
    orgs = {row["sourcedid"]: row for row in rows.to_dicts()}
    school_of = {org: school for org in orgs if (school := _school_above(org, orgs))}
    held = [row for row in orgs.values() if (row["type"] or "").casefold() == _SCHOOL]
    ids = {
        org: (row["identifier"] if by_identifier and row["identifier"] else org) for org, row in orgs.items()
    }
    schools = pl.DataFrame(
        [
            {"school_id": ids[row["sourcedid"]], "school_name": row["name"] or ids[row["sourcedid"]], "level": _level_in(row["name"] or ""),
             "state_id": None if by_identifier else row["identifier"], "district_name": _district_above(row["sourcedid"], orgs)}
            for row in held
        ],
        schema={"school_id": pl.String, "school_name": pl.String, "level": pl.String, "state_id": pl.String, "district_name": pl.String},
    )  # fmt: skip
    others = pl.DataFrame(
        [{"known": known, "id": ids[row["sourcedid"]], "space": space}
         for row in held for space, known in (("sourcedId", row["sourcedid"]), ("identifier", row["identifier"])) if known],
        schema={"known": pl.String, "id": pl.String, "space": pl.String},
    )  # fmt: skip
    if not held and rows.height:
        bundle.note_all(
            "question",
            "No org in orgs.csv is of the type 'school', so there is no school to count students in.",
            "Ask for an export with its schools.",
            kind="orgs",
        )
    return Places(schools, ids, school_of, others)


def _school_above(org: str, orgs: Mapping[str, dict[str, str | None]]) -> str | None:
    seen: set[str] = set()
    here: str | None = org
    while here is not None and here in orgs and here not in seen:
        seen.add(here)
        kind = (orgs[here]["type"] or "").casefold()
        if kind == _SCHOOL:
            return here
        if kind in _ABOVE:
            return None
        here = orgs[here]["parentsourcedid"]
    return None


def _district_above(org: str, orgs: Mapping[str, dict[str, str | None]]) -> str | None:
    districts = [row["name"] for row in orgs.values() if (row["type"] or "").casefold() == "district"]
    seen: set[str] = set()
    here: str | None = org
    while here is not None and here in orgs and here not in seen:
        seen.add(here)
        if (orgs[here]["type"] or "").casefold() == "district":
            return orgs[here]["name"]
        here = orgs[here]["parentsourcedid"]
    return districts[0] if len(districts) == 1 else None


def _level_in(name: str) -> str | None:
    for pattern, level in _LEVELS:
        if re.search(pattern, name.casefold()):
            return level
    return None


def read_years(bundle: Bundle, *, current_year: str) -> Years:
    """Return the school years of a set. Where ``schoolYear`` and the dates disagree, the dates count."""
    columns = ("sourcedid", "title", "type", "startdate", "enddate", "schoolyear")
    rows = bundle.rows("academicSessions", columns)
    rows = bundle.with_dates("academicSessions", rows, {"startdate": "start", "enddate": "end"})
    year_of: dict[str, str] = {}
    dates_of: dict[str, tuple[dt.date | None, dt.date | None]] = {}
    for row in rows.to_dicts():
        dates_of[row["sourcedid"]] = (row["start"], row["end"])
        year = _year_of_session(bundle, row)
        if year:
            year_of[row["sourcedid"]] = year
    return Years(year_of, dates_of, _covered(bundle, year_of, current_year), _spans(year_of, dates_of))


def _covered(bundle: Bundle, year_of: Mapping[str, str], current_year: str) -> tuple[str, ...]:
    """Return the school years that a set is for: those of its sessions, else the district's own."""
    if year_of:
        return tuple(sorted(set(year_of.values())))
    if current_year:
        said = f"The set has no academic sessions; its rows were taken as {current_year}, the district's school year."
        bundle.note_all("warning", said)
        return (current_year,)
    bundle.note_all("question", "The set has no academic sessions, so nobody can tell which school year it is for.",
                    'Write school_year = "2025-26" (yours) into workbench.toml, and import again.')  # fmt: skip
    return ()


def _year_of_session(bundle: Bundle, row: Mapping[str, Any]) -> str | None:
    said = as_school_year(row["schoolyear"] or "") or as_school_year(row["title"] or "")
    start, end = row["start"], row["end"]
    if start is None or end is None or (end - start).days > LONGEST_SESSION:
        return said
    middle = start + (end - start) / 2
    if said is None or _lies_in(middle, said):
        return said or school_year_of(middle)
    year = school_year_of(middle)
    bundle.note_all("warning", f"Session '{row['title']}' says school year {row['schoolyear']}, but its dates lie in {year}. The dates count.",
                    kind="academicSessions")  # fmt: skip
    return year


def _lies_in(day: dt.date, year: str) -> bool:
    """Whether a day lies in a school year or in the summer after it."""
    begins = int(year[:4])
    return dt.date(begins, 7, 1) <= day <= dt.date(begins + 1, 8, 31)


def _spans(
    year_of: Mapping[str, str], dates_of: Mapping[str, tuple[dt.date | None, dt.date | None]]
) -> dict[str, tuple[dt.date | None, dt.date | None]]:
    spans: dict[str, tuple[dt.date | None, dt.date | None]] = {}
    for session, year in year_of.items():
        start, end = dates_of[session]
        first, last = spans.get(year, (None, None))
        spans[year] = (
            min((day for day in (first, start) if day), default=None),
            max((day for day in (last, end) if day), default=None),
        )
    return spans
