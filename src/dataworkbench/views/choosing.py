"""Where to look: the school and the year of a page, and the test to look at when nobody named one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final

import pandas as pd

from dataworkbench.errors import no_such
from dataworkbench.frames import group_text, rows_in
from dataworkbench.measures import students_tested, students_tested_twice
from dataworkbench.selection import Selection
from dataworkbench.terms import NOT_REPORTED, PERIODS
from dataworkbench.views.district import Asked
from dataworkbench.views.notes import Note, note

Row = Mapping[str, Any]
"""One row of a frame."""


def look_at(district: Asked, *, school: str = "", school_year: str = "") -> Selection:
    """Return the selection for a page: a school (by name or identifier) or all of them, in one school year.

    Several schools are parted by ``|``, as a panel gives them.

    Without a year it is the one that the district shows first.
    """
    year = school_year or district.school_year
    if school_year and school_year not in district.school_years:
        raise no_such("school year", school_year, district.school_years)
    schools = [district.school(named.strip()) for named in school.split("|") if named.strip()]
    return Selection().but(school_year=year, school_id=schools)


def place_name(district: Asked, where: Mapping[str, tuple[str, ...]]) -> str:
    """Return the names of the schools that a selection is about, or the district's where it is about all."""
    schools = where.get("school_id", ())
    return ", ".join(district.school_name(school) for school in schools) or district.name


def school_names(district: Asked) -> dict[str, str]:
    """Return the names of the schools that are known, by their identifiers."""
    schools = district.schools
    return dict(zip(schools["school_id"].astype(str), schools["school_name"].astype(str), strict=True))


def about_page(district: Asked, where: Mapping[str, tuple[str, ...]]) -> Note:
    """Return what a page is about, in a sentence: the school or the district, the school year, and the group where one is chosen."""
    year = ", ".join(where.get("school_year", ())) or "all school years"
    known = len(district.schools)
    together = "both schools together" if known == 2 else f"all {known} schools together"
    whole = f", {together}" if "school_id" not in where and known > 1 else ""
    chosen = [
        group_text(name, value) for name in ("grade_level", "subgroup") for value in where.get(name, ())
    ]
    group = f" Only these students are counted: {', '.join(chosen)}." if chosen else ""
    return note(f"This page is about {place_name(district, where)}{whole}, in {year}.{group}")


@dataclass(frozen=True)
class Administration(Mapping[str, tuple[str, ...]]):
    """One test at one time, as a choice of results; as a mapping it fits ``where`` of a measure.

    It says which test it is and not how many took it: that is a figure, and figures pass the gate.
    """

    chosen: tuple[tuple[str, tuple[str, ...]], ...]
    title: str = ""

    def __getitem__(self, name: str) -> tuple[str, ...]:
        return dict(self.chosen)[name]

    def __iter__(self) -> Iterator[str]:
        return iter(dict(self.chosen))

    def __len__(self) -> int:
        return len(self.chosen)

    def but(self, **choices: str | Sequence[str] | None) -> Administration:
        """Return the same choice with some parts made anew; None means all."""
        kept = {name: values for name, values in self.chosen if name not in choices}
        new = {
            name: (value,) if isinstance(value, str) else tuple(value)
            for name, value in choices.items()
            if value
        }
        return Administration(tuple((kept | new).items()), self.title)

    def __str__(self) -> str:
        if not self.title:
            return "No results that fit have been brought for this choice yet."
        when = " ".join([self.get("period", ("",))[0], " and ".join(self.get("school_year", ()))]).strip()
        return f"{self.title}, {when}."

    def _repr_html_(self) -> str:
        return f"<p>{escape(str(self))}</p>"


_GIVEN = """
    SELECT r.school_year::VARCHAR AS school_year, r.assessment_id::VARCHAR AS assessment_id,
        coalesce(any_value(a.title), r.assessment_id::VARCHAR) AS title, coalesce(any_value(a.kind)::VARCHAR, '') AS kind,
        coalesce(r.period::VARCHAR, 'Year') AS period, count(DISTINCT r.student_id) AS students
    FROM results AS r LEFT JOIN assessments AS a ON a.assessment_id::VARCHAR = r.assessment_id::VARCHAR
    WHERE r.standard_id IS NULL AND r.scale_score IS NOT NULL AND coalesce(r.result_status::VARCHAR, 'scored') = 'scored'
        {having} {tests}
    GROUP BY 1, 2, 5
"""
_HAVING: Final = {
    "": "",
    "growth_percentile": "AND r.growth_percentile IS NOT NULL",
    "performance_level": "AND r.performance_level IS NOT NULL",
}
_CHECKS: Final = """
    SELECT DISTINCT r.assessment_id::VARCHAR AS assessment_id FROM results AS r
    JOIN assessments AS a ON a.assessment_id::VARCHAR = r.assessment_id::VARCHAR
    WHERE r.standard_id IS NOT NULL AND a.kind::VARCHAR = 'standards' ORDER BY 1
"""


def administrations(
    district: Asked, where: Mapping[str, tuple[str, ...]] | None = None, *, having: str = ""
) -> pd.DataFrame:
    """Return the whole tests that were given.

    One row is one test at one time of one school year: ``school_year``, ``assessment_id``, ``title``, ``kind``,
    ``period``, ``students`` with a score. The latest come last. ``having`` keeps results that hold something
    (``performance_level``, ``growth_percentile``).
    """
    if having not in _HAVING:
        raise no_such("part of a result", having, filter(None, _HAVING))
    tests, values = _tests(where or {})
    return _in_time(district.ask(_GIVEN.format(tests=tests, having=_HAVING[having]), values))


def _in_time(found: pd.DataFrame) -> pd.DataFrame:
    order = found["period"].map({period: at for at, period in enumerate(PERIODS)}).fillna(0)
    in_time = found.assign(_order=order).sort_values(["school_year", "_order", "students"])
    return in_time.drop(columns="_order").reset_index(drop=True)


def _tests(where: Mapping[str, tuple[str, ...]]) -> tuple[str, list[object]]:
    kept = {
        name: list(values)
        for name, values in where.items()
        if name in ("school_id", "grade_level", "subject")
    }
    tests = " ".join(f"AND r.{name}::VARCHAR IN (SELECT unnest(?::VARCHAR[]))" for name in kept)
    return tests, list(kept.values())


def latest_test(
    district: Asked, where: Mapping[str, tuple[str, ...]], *, assessment: str = "", having: str = ""
) -> Administration:
    """Return the latest test up to the selection's year: of that year's tests the one that most students took, at its latest time.

    Where a test has several subjects, it is the one that most of them took that tells.

    ``having`` keeps results that hold something (``performance_level``, ``growth_percentile``). ``assessment`` names one (its ``assessment_id``). Where that year has no result the year before is taken, and the
    test says so. Where there is none at all, the selection comes back as it was.
    """
    given = administrations(district, where, having=having) if having else whole_tests(district, where)
    if assessment and len(given) and assessment not in set(given["assessment_id"]):
        raise no_such("assessment", assessment, given["assessment_id"])
    return latest_of(rows_in(given[given["assessment_id"].isin([assessment]) | (assessment == "")]), where)


def latest_of(given: Sequence[Row], where: Mapping[str, tuple[str, ...]]) -> Administration:
    """Return the latest of some tests up to the selection's year; see ``latest_test``. One row is one test at one time."""
    years = where.get("school_year", ())
    kept = [row for row in given if not years or row["school_year"] <= max(years)]
    if not kept:
        return Administration(tuple(where.items()))
    latest = max(row["school_year"] for row in kept)
    kept = [row for row in kept if row["school_year"] == latest]
    most = min(kept, key=lambda row: (-row["students"], row["assessment_id"]))["assessment_id"]
    row = [row for row in kept if row["assessment_id"] == most][-1]
    found = Administration(tuple(where.items()), str(row["title"]))
    return found.but(school_year=str(row["school_year"]), assessment_id=str(most), period=str(row["period"]))


def whole_tests(district: Asked, where: Mapping[str, tuple[str, ...]]) -> pd.DataFrame:
    """Return the whole tests that were given in any year, as ``administrations`` does, without their kinds; the latest come last."""
    taken = students_tested(district, where)
    titles = _titles(district)
    return _in_time(
        taken.assign(
            title=taken["assessment_id"].map(lambda one: titles.get(one, one)),
            period=taken["period"].replace(NOT_REPORTED, "Year"),
        )
    )


def _titles(district: Asked) -> dict[str, str]:
    found = district.ask(
        "SELECT assessment_id::VARCHAR AS assessment_id, any_value(title) AS title FROM assessments "
        "WHERE title IS NOT NULL GROUP BY 1"
    )
    return dict(zip(found["assessment_id"], found["title"], strict=True))


def years_with_growth(district: Asked, where: Mapping[str, tuple[str, ...]]) -> Administration:
    """Return the test and the school years in which growth can be told: most students took it at two times of the year.

    A year that has only begun is left out, so that a handful of early results does not pass for its growth.
    """
    return growing_of(rows_in(tests_twice(district, where)), where)


def tests_twice(district: Asked, where: Mapping[str, tuple[str, ...]]) -> pd.DataFrame:
    """Return how many took each test in each year, and how many of them at two times of it, with the test's title."""
    found, titles = students_tested_twice(district, where), _titles(district)
    return found.assign(title=[titles.get(str(one), str(one)) for one in found["assessment_id"]])


def growing_of(given: Sequence[Row], where: Mapping[str, tuple[str, ...]]) -> Administration:
    """Return the years up to the selection's in which growth can be told; see ``years_with_growth``. One row is one test in one year."""
    last = max(where.get("school_year", ("9999",)))
    kept = [
        row
        for row in given
        if row["twice"] > 0 and row["students"] <= row["twice"] * 2 and row["school_year"] <= last
    ]
    if not kept:
        return Administration(tuple(where.items()))
    taken: dict[str, float] = {}
    for row in kept:
        taken[row["assessment_id"]] = taken.get(row["assessment_id"], 0) + row["twice"]
    most = min(taken, key=lambda one: (-taken[one], one))
    rows = [row for row in kept if row["assessment_id"] == most]
    known = Administration(tuple(where.items()), str(rows[0]["title"]))
    return known.but(
        school_year=[str(row["school_year"]) for row in rows], assessment_id=str(most), period=None
    )


def standards_checks(district: Asked, where: Mapping[str, tuple[str, ...]]) -> Administration:
    """Return the selection with the assessments that check standards one by one, such as a standards gradebook."""
    known = [str(held) for held in district.ask(_CHECKS)["assessment_id"]]
    return Administration(tuple(where.items())).but(assessment_id=known or None)


_LATEST_YEAR: Final = """
    SELECT max(school_year) AS year FROM (
        SELECT CAST(school_year AS VARCHAR) AS school_year FROM enrollments
        UNION ALL SELECT CAST(school_year AS VARCHAR) FROM results
        UNION ALL SELECT CAST(school_year AS VARCHAR) FROM attendance_totals)
"""


def year_of(district: Asked, where: Mapping[str, tuple[str, ...]]) -> str:
    """Return the school year of a selection, else the one that the district shows first, else the latest in its rows."""
    chosen = "".join(where.get("school_year", ())[:1]) or district.school_year
    if chosen:
        return chosen
    found = district.ask(_LATEST_YEAR)["year"].iloc[0]
    return "" if pd.isna(found) else str(found)
