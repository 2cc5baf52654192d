"""Schools and school years of a OneRoster set."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from dataworkbench.readers.codes import as_school_year, school_year_of
from dataworkbench.readers.oneroster.bundle import Bundle

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
    rows = bundle.rows(
        "academicSessions", ("sourcedid", "title", "type", "startdate", "enddate", "schoolyear")
    )
    year_of: dict[str, str] = {}
    dates_of: dict[str, tuple[dt.date | None, dt.date | None]] = {}
    for row in rows.to_dicts():
        start, end = _day(row["startdate"]), _day(row["enddate"])
        said = as_school_year(row["schoolyear"] or "") or as_school_year(row["title"] or "")
        year = _year_by_dates(start, end, said)
        if said and year and said != year:
            bundle.note_all(
                "warning",
                f"Session '{row['title']}' says school year {row['schoolyear']}, but its dates lie in {year}. The dates count.",
                kind="academicSessions",
            )
        if year or said:
            year_of[row["sourcedid"]] = year or said or ""
        dates_of[row["sourcedid"]] = (start, end)
    covered = sorted(set(year_of.values()))
    if not covered and current_year:
        bundle.note_all(
            "warning",
            f"The set has no academic sessions; its rows were taken as {current_year}, the district's school year.",
        )
        covered = [current_year]
    if not covered:
        bundle.note_all("question", "The set has no academic sessions, so nobody can tell which school year it is for.",
                        'Write school_year = "2025-26" (yours) into workbench.toml, and import again.')  # fmt: skip
    return Years(year_of, dates_of, tuple(covered), _spans(year_of, dates_of))


def _day(text: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat((text or "")[:10])
    except ValueError:
        return None


def _year_by_dates(start: dt.date | None, end: dt.date | None, said: str | None) -> str | None:
    """Return the school year in which a session lies, if it lies in one; one that is longer keeps what it says."""
    if start is None or end is None or (end - start).days > 400:
        return said
    middle = start + (end - start) / 2
    return school_year_of(middle)


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
