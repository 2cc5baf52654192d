"""Of whom or what a run makes one report each: schools, grade teams, subgroups, teachers, students, and so on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Protocol

import pandas as pd

from dataworkbench.frames import group_text
from dataworkbench.policy import DisclosurePolicy
from dataworkbench.terms import ALL_STUDENTS, GRADE_LEVELS, NOT_REPORTED, SUBGROUPS
from dataworkbench.warehouse import page_numbers
from dataworkbench.workspace import Settings, Workspace


class Roll(Protocol):
    """What a plan needs to know of a district; ``warehouse.District`` fits."""

    @property
    def name(self) -> str: ...
    @property
    def snapshot_id(self) -> str: ...
    @property
    def schools(self) -> pd.DataFrame: ...
    @property
    def school_year(self) -> str: ...
    @property
    def school_years(self) -> list[str]: ...
    def ask(self, sql: str, parameters: Sequence[object] = (), /) -> pd.DataFrame: ...

    settings: Settings
    policy: DisclosurePolicy


@dataclass(frozen=True)
class Subject:
    """What one report is about: its title, the parameters that it is made with, and the names it may be asked for by."""

    title: str
    parameters: Mapping[str, str]
    known_as: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pack:
    """One kind of report: a word for what it is about, the parameters that are filled in, and the notebook that comes with it.

    ``staff_only`` is a pack about single people; of a ``nameless`` one no name and no identifier stands anywhere but in
    its pages.
    """

    word: str
    fills: tuple[str, ...]
    notebook: str
    find: Callable[[Roll, Workspace, str], list[Subject]]
    staff_only: bool = False
    nameless: bool = False


_PLACED: Final = """
    SELECT student_id, school_id::VARCHAR AS school_id, grade_level::VARCHAR AS grade_level FROM enrollments
    WHERE school_year::VARCHAR = ?
    QUALIFY row_number() OVER (PARTITION BY student_id ORDER BY entry_date DESC NULLS LAST, school_id) = 1
"""
_TEAMS: Final = f"SELECT DISTINCT school_id, grade_level FROM ({_PLACED}) WHERE grade_level IS NOT NULL"
_SUBGROUPS: Final = """
    SELECT DISTINCT subgroup_type::VARCHAR AS subgroup_type, subgroup::VARCHAR AS subgroup FROM student_groups
    WHERE school_year::VARCHAR = ?
"""
_TEACHERS: Final = """
    SELECT s.staff_id, min(coalesce(f.staff_name, s.staff_id)) AS name, string_agg(DISTINCT s.school_id::VARCHAR, '|') AS schools
    FROM sections AS s JOIN section_enrollments AS e ON e.section_id = s.section_id
    LEFT JOIN staff AS f ON f.staff_id = s.staff_id
    WHERE s.school_year::VARCHAR = ? AND s.staff_id IS NOT NULL GROUP BY s.staff_id ORDER BY name, s.staff_id
"""
_NO_LEAD: Final = frozenset(
    {ALL_STUDENTS, NOT_REPORTED, "Not an English learner", "No disability", "Not economically disadvantaged"}
)
"""Groups that nobody leads: everybody, those of whom nothing is known, and those who are not in another group."""


def _schools(roll: Roll, _place: Workspace, _year: str) -> list[Subject]:
    return [Subject(title, {"school": key}, (key, title)) for key, title in school_titles(roll).items()]


def _school_years(roll: Roll, _place: Workspace, _year: str) -> list[Subject]:
    return [Subject(year, {"school_year": year}, (year,)) for year in roll.school_years]


def _district(roll: Roll, _place: Workspace, _year: str) -> list[Subject]:
    return [Subject(roll.name, {})]


def _grade_teams(roll: Roll, _place: Workspace, year: str) -> list[Subject]:
    named = school_titles(roll)
    found = roll.ask(_TEAMS, [year or roll.school_year])
    teams = sorted(
        zip(found["school_id"], found["grade_level"], strict=True),
        key=lambda team: (named.get(team[0], team[0]), _grade_order(team[1]), team),
    )
    return [_grade_team(named.get(school, school), school, grade) for school, grade in teams]


def _grade_team(named: str, school: str, grade: str) -> Subject:
    title = f"{named}, {_grade_words(grade)}"
    return Subject(title, {"school": school, "grade": grade}, (title, named, school))


def _subgroups(roll: Roll, _place: Workspace, year: str) -> list[Subject]:
    found = roll.ask(_SUBGROUPS, [year or roll.school_year])
    there = set(zip(found["subgroup_type"], found["subgroup"], strict=True))
    known = [
        (kind, group) for kind, groups in SUBGROUPS.items() for group in groups if (kind, group) in there
    ]
    more = sorted(there - set(known))
    return [
        Subject(group, {"subgroup_type": kind, "subgroup": group}, (group, kind))
        for kind, group in [*known, *more]
        if group not in _NO_LEAD
    ]


def _teachers(roll: Roll, _place: Workspace, year: str) -> list[Subject]:
    found = roll.ask(_TEACHERS, [year or roll.school_year])
    named, alike = school_titles(roll), found["name"].value_counts()
    return [
        Subject(
            name if alike[name] == 1 else f"{name} ({key})",
            {"teacher": key},
            (key, name, *schools.split("|"), *(named.get(school, school) for school in schools.split("|"))),
        )
        for key, name, schools in found.itertuples(index=False)
    ]


def _students(roll: Roll, place: Workspace, year: str) -> list[Subject]:
    """Return the students in an order that tells nothing of their names: by school, grade level and page number."""
    found = roll.ask(_PLACED, [year or roll.school_year])
    numbers, named = page_numbers(place, found["student_id"]), school_titles(roll)
    made = [
        (named.get(school, school), _grade_order(grade), numbers[student], student, school, grade)
        for student, school, grade in found.itertuples(index=False)
    ]
    return [
        Subject(
            f"{called}, {_grade_words(grade)}, {number.replace('-', ' ')}",
            {"student": number},
            (student, number, called, school),
        )
        for called, _, number, student, school, grade in sorted(made)
    ]


def school_titles(roll: Roll) -> dict[str, str]:
    """Return the schools' names by their identifiers; two schools of one name are told apart by identifier."""
    schools = roll.schools[["school_id", "school_name"]].astype("str").drop_duplicates()
    schools["school_name"] = schools["school_name"].fillna(schools["school_id"])
    alike = schools["school_name"].value_counts()
    return {
        key: name if alike[name] == 1 else f"{name} ({key})" for key, name in schools.itertuples(index=False)
    }


def _grade_words(grade: Any) -> str:
    words = group_text("grade_level", grade)
    return words[:1].lower() + words[1:] if words.startswith("Grade ") else words


def _grade_order(grade: Any) -> int:
    return GRADE_LEVELS.index(grade) if grade in GRADE_LEVELS else len(GRADE_LEVELS)


PACKS: Final[Mapping[str, Pack]] = MappingProxyType(
    {
        "school": Pack("school", ("school",), "school_report", _schools),
        "school_year": Pack("school year", ("school_year",), "school_report", _school_years),
        "district": Pack("district", (), "school_report", _district),
        "grade_team": Pack("grade team", ("school", "grade"), "grade_team_report", _grade_teams),
        "subgroup": Pack("subgroup", ("subgroup_type", "subgroup"), "subgroup_report", _subgroups),
        "teacher": Pack("teacher", ("teacher",), "teacher_report", _teachers, staff_only=True),
        "student": Pack("student", ("student",), "student_report", _students, staff_only=True, nameless=True),
    }
)
"""What one report of a run may be about."""
