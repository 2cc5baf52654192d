"""What else is known of students that may go with a concern: each factor as a yes or no, with those of whom it isn't known.

Sex and race are not among them: they can't be changed, and a school that lists them as candidate causes looks for what is
wrong with students and not for what is wrong with how things work. Gaps between groups have figures of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from dataworkbench.measures.concerns import GROWN, Concern, concern_of, why_not
from dataworkbench.measures.definition import Asked
from dataworkbench.terms import NO, YES, school_year_ending

LATE_AFTER_DAYS: Final = 30
"""Who enters this many days after most others changed school during the year."""


@dataclass(frozen=True)
class Factor:
    """One thing that students have or don't have. ``has`` is True, False or not known, by student."""

    kind: str
    name: str
    has: pd.Series
    picked: bool = False
    """Whether students have it because of a score, as they have support."""


FactorsOf = Callable[[Asked, Concern], Iterator[Factor]]


def factors(district: Asked, concern: Concern) -> list[Factor]:
    """Return all that the district's tables tell of the students of a concern, in a fixed order."""
    return [one for source in SOURCES.values() for one in source(district, concern)]


def sources_not_there(district: Asked) -> list[str]:
    """Return the tables that hold factors and were never brought."""
    return [name for name in SOURCES if not any(district.has(table) for table in ALSO_IN.get(name, (name,)))]


def _known(concern: Concern, yes: Sequence[str] | pd.Series, known: Sequence[str] | pd.Series) -> pd.Series:
    """Return for each student of the concern whether it is so; not known for those who aren't among ``known``."""
    students = concern.students["student_id"]
    has = students.isin(list(yes)).astype("boolean")
    return has.where(students.isin(list(known)), pd.NA)


def _asked(district: Asked, sql: str, *values: object) -> pd.DataFrame:
    return district.ask(sql, list(values))


def _attendance(district: Asked, concern: Concern) -> Iterator[Factor]:
    """Absence this year and the year before, unless absence is the concern."""
    if concern.indicator.id in _ABSENCE:
        return
    for words, year in (
        ("this school year", concern.school_year),
        ("the school year before", _before(concern)),
    ):
        where = {"school_year": year}
        if why_not(district, "chronic_absence", where):
            continue
        told = concern_of(district, "chronic_absence", where).students
        missed = told.loc[told["with_concern"], "student_id"]
        yield Factor(
            "Attendance",
            f"Missed a tenth of school or more {words}",
            _known(concern, missed, told["student_id"]),
        )


_ABSENCE: Final = ("chronic_absence", "severe_absence", "attendance_rate")


def _incidents(district: Asked, concern: Concern) -> Iterator[Factor]:
    if not district.has("incidents") or concern.indicator.id in (
        "incident_rate",
        "removal_rate",
        "incidents_per_student",
    ):
        return
    had = _asked(
        district,
        "SELECT DISTINCT student_id FROM incidents WHERE school_year::VARCHAR = ?",
        concern.school_year,
    )["student_id"]
    if len(had):
        yield Factor(
            "Behavior",
            "Had an incident this school year",
            _known(concern, had, concern.students["student_id"]),
        )


_FLAGS: Final[Mapping[str, str]] = {
    "english_learner": "English learner", "disability": "Has a disability", "economic_disadvantage": "Economically disadvantaged",
    "gifted": "Gifted program", "migrant": "Migrant",
}  # fmt: skip


def _students(district: Asked, concern: Concern) -> Iterator[Factor]:
    """Bus routes and programs. Who has no bus route is taken not to ride a bus, where anybody of these students has one."""
    columns = ", ".join(f"{name}::VARCHAR AS {name}" for name in (*_FLAGS, "bus_route"))
    told = _asked(
        district,
        f"SELECT student_id, {columns} FROM students WHERE school_year::VARCHAR = ?",
        concern.school_year,
    )
    told = told[told["student_id"].isin(concern.students["student_id"])]
    for route, riders in told.groupby("bus_route", sort=True)["student_id"]:
        yield Factor(
            "Way to school", f"Rides {_named('bus', str(route))}", _known(concern, riders, told["student_id"])
        )
    for column, words in _FLAGS.items():
        known = told[told[column].isin([YES, NO])]
        yield Factor(
            "Program",
            words,
            _known(concern, known.loc[known[column] == YES, "student_id"], known["student_id"]),
        )


def _named(kind: str, name: str) -> str:
    return name if not name.isdecimal() else f"{kind} {name}"


def _moves(district: Asked, concern: Concern) -> Iterator[Factor]:
    if not district.has("enrollments"):
        return
    told = _asked(
        district,
        """
        WITH stays AS (
            SELECT student_id, school_id::VARCHAR AS school_id, entry_date,
                mode(entry_date) OVER () AS usual
            FROM enrollments WHERE school_year::VARCHAR = ?
        )
        SELECT student_id, count(DISTINCT school_id) > 1 OR min(entry_date) > any_value(usual) + to_days(?) AS moved
        FROM stays GROUP BY student_id
        """,
        concern.school_year,
        LATE_AFTER_DAYS,
    ).dropna()
    moved = told.loc[told["moved"].astype(bool), "student_id"]
    yield Factor(
        "Enrollment",
        "Changed school or came during the school year",
        _known(concern, moved, told["student_id"]),
    )


def _classes(district: Asked, concern: Concern) -> Iterator[Factor]:
    """Classes in the subject of the concern, or all, by their identifier, where it is about one school.

    Classes of the very same students, and the other of two classes that share all students between them, are one look.
    """
    if not district.has("section_enrollments") or not district.has("sections"):
        return
    if concern.students["school_id"].nunique() != 1:
        return
    subject = "AND s.subject::VARCHAR = ?" if concern.subject else ""
    told = _asked(
        district,
        f"SELECT DISTINCT e.section_id, e.student_id FROM section_enrollments AS e JOIN sections AS s "
        f"ON s.section_id = e.section_id WHERE s.school_year::VARCHAR = ? {subject}",
        concern.school_year,
        *([concern.subject] if concern.subject else []),
    )
    told = told[told["student_id"].isin(concern.students["student_id"])]
    everyone, seen = frozenset(told["student_id"]), set[frozenset[str]]()
    for section, members in told.groupby("section_id", sort=True)["student_id"]:
        together = frozenset(members)
        if together not in seen:
            seen |= {together, everyone - together}
            yield Factor("Class", f"In class {section}", _known(concern, members, told["student_id"]))


def _interventions(district: Asked, concern: Concern) -> Iterator[Factor]:
    """Support between where students began and the concern, where that is known.

    Support goes to those who need it. Where it isn't known where they began, or where it was given because of the very score
    that the concern is about, it would stand out though it did nothing.
    """
    if not district.has("interventions") or not concern.adjusted:
        return
    year = concern.school_year if concern.indicator.id in GROWN else _before(concern)
    told = _asked(
        district,
        "SELECT DISTINCT strategy::VARCHAR AS strategy, student_id FROM interventions WHERE school_year::VARCHAR = ?",
        year,
    )
    for strategy, members in told.groupby("strategy", sort=True)["student_id"]:
        has = _known(concern, members, concern.students["student_id"])
        yield Factor("Support", f"Had {strategy} in {year}", has, picked=True)


def _results(district: Asked, concern: Concern) -> Iterator[Factor]:
    """What exit tickets showed."""
    if not district.has("results"):
        return
    subject = "AND subject::VARCHAR = ?" if concern.subject else ""
    told = _asked(
        district, _TICKETS.format(subject=subject), concern.school_year, *([concern.subject] if concern.subject else [])
    )  # fmt: skip
    told = told[told["student_id"].isin(concern.students["student_id"])]
    if len(told):
        low = told.loc[told["gain"] < told["gain"].median(), "student_id"]
        yield Factor(
            "Exit tickets",
            "Gained less than half of these students from exit tickets",
            _known(concern, low, told["student_id"]),
        )


_TICKETS: Final = """
    SELECT student_id, sum(points) FILTER (moment = 'post') / sum(points_possible) FILTER (moment = 'post')
        - sum(points) FILTER (moment = 'pre') / sum(points_possible) FILTER (moment = 'pre') AS gain
    FROM results
    WHERE school_year::VARCHAR = ? {subject} AND moment IS NOT NULL AND points IS NOT NULL AND points_possible > 0
    GROUP BY student_id HAVING gain IS NOT NULL ORDER BY student_id
"""


def _answers(district: Asked, concern: Concern) -> Iterator[Factor]:
    """Answers of students whose survey was not anonymous: those who answered under their own identifier."""
    if not district.has("survey_responses") or not district.has("survey_items"):
        return
    told = _asked(district, _ANSWERS, concern.school_year)
    told = told[told["student_id"].isin(concern.students["student_id"])]
    for wording, rows in told.groupby("wording", sort=True):
        no = rows.loc[~rows["favourable"].astype(bool), "student_id"]
        yield Factor("Survey", f"Did not agree: {wording}", _known(concern, no, rows["student_id"]))


_ANSWERS: Final = """
    SELECT a.respondent_id AS student_id, coalesce(any_value(i.wording), a.item_id::VARCHAR) AS wording,
        bool_and(a.answer >= CASE WHEN i.choices >= 4 THEN i.choices - 1 ELSE i.choices END) AS favourable
    FROM survey_responses AS a
    JOIN survey_items AS i ON i.survey_id = a.survey_id AND i.role = a.role AND i.item_id = a.item_id
    WHERE a.role::VARCHAR = 'student' AND a.school_year::VARCHAR = ? AND a.answer IS NOT NULL AND i.choices IS NOT NULL
        AND a.respondent_id IN (SELECT student_id FROM students)
    GROUP BY a.respondent_id, a.item_id ORDER BY 1, 2
"""


def _before(concern: Concern) -> str:
    return school_year_ending(int(concern.school_year[:4]))


SOURCES: Final[Mapping[str, FactorsOf]] = {
    "students": _students,
    "attendance": _attendance,
    "enrollments": _moves,
    "incidents": _incidents,
    "section_enrollments": _classes,
    "interventions": _interventions,
    "results": _results,
    "survey_responses": _answers,
}
"""The tables that hold factors, in the order in which they are looked at."""

ALSO_IN: Final[Mapping[str, tuple[str, ...]]] = {
    "attendance": ("attendance", "attendance_events", "attendance_totals")
}
"""Tables that tell the same, any of which will do."""
