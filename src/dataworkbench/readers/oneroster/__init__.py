"""OneRoster 1.0, 1.1 and 1.2 as CSV, and School Data Sync 2.1, which is like it; in a folder or a zip."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import polars as pl

from dataworkbench.readers.ledger import faults
from dataworkbench.readers.oneroster.bundle import Bundle
from dataworkbench.readers.oneroster.files import kind_of
from dataworkbench.readers.oneroster.opening import open_bundle
from dataworkbench.readers.oneroster.people import People, demographics, identities, read_people, staff
from dataworkbench.readers.oneroster.places import Places, read_places, read_years
from dataworkbench.readers.oneroster.scores import read_scores
from dataworkbench.readers.oneroster.stays import (
    read_class_enrollments,
    read_classes,
    section_enrollments,
    sections,
    stays,
)
from dataworkbench.schemas import TABLES


@dataclass(frozen=True)
class Seen:
    """Identifiers that other files, or the last import, use; they decide by which number people are known."""

    students: Collection[str] = ()
    staff: Collection[str] = ()
    schools: Collection[str] = ()


@dataclass(frozen=True)
class Roster:
    """What a roster gave: canonical tables, and other numbers of students, staff and schools."""

    tables: dict[str, pl.DataFrame]
    also_known: dict[str, pl.DataFrame]
    years: tuple[str, ...] = ()


@dataclass(frozen=True)
class ById:
    """Whether the roster's ``identifier`` (else its ``sourcedId``) is how people and schools are known."""

    students: bool
    staff: bool
    schools: bool


def choose_ids(bundles: Collection[Bundle], seen: Seen) -> ById:
    """Return by which number students, staff and schools are known, the same for all rosters of a district.

    It is the number that other files use; where none tell, the identifier if all have one and each a different one,
    else the sourcedId.
    """
    people = ("sourcedid", "identifier", "role", "givenname", "familyname")
    users = pl.concat([b.rows("users", people) for b in bundles]).unique("sourcedid")
    of_students = pl.concat([_student_ids(b) for b in bundles]).unique()
    orgs = pl.concat([b.rows("orgs", ("sourcedid", "identifier", "type")) for b in bundles]).unique(
        "sourcedid"
    )
    is_student = pl.col("sourcedid").is_in(of_students.implode())
    return ById(
        students=_by_identifier(users.filter(is_student), seen.students),
        staff=_by_identifier(users.filter(~is_student), seen.staff),
        schools=_by_identifier(orgs.filter(pl.col("type").str.to_lowercase() == "school"), seen.schools),
    )


def _student_ids(bundle: Bundle) -> pl.Series:
    users = bundle.rows("users", ("sourcedid", "role"))
    roles = bundle.rows("roles", ("sourcedid", "usersourcedid", "role"))
    by_user = users.filter(pl.col("role").str.to_lowercase() == "student")["sourcedid"]
    return pl.concat(
        [
            by_user,
            roles.filter(pl.col("role").str.to_lowercase() == "student")["usersourcedid"].rename("sourcedid"),
        ]
    )


def _by_identifier(rows: pl.DataFrame, seen: Collection[str]) -> bool:
    if not rows.height:
        return False
    used = pl.Series(sorted(set(seen)), dtype=pl.String)
    inside = int(used.is_in(rows["sourcedid"].implode()).sum())
    identified = int(used.is_in(rows["identifier"].implode()).sum())
    if inside != identified:
        return identified > inside
    # one person may stand under several sourcedIds, one for each school; the identifier then tells that it is one
    names = [name for name in ("givenname", "familyname") if name in rows.columns]
    persons = rows.unique(["identifier", *names]).height if names else rows.height
    return rows["identifier"].null_count() == 0 and rows["identifier"].n_unique() == persons


def read_roster(bundle: Bundle, by: ById, *, current_year: str) -> Roster:
    """Return the tables of one OneRoster set; what could not be followed stands in the ledgers of its files."""
    places = read_places(bundle, by_identifier=by.schools)
    years = read_years(bundle, current_year=current_year)
    if not years.covered:
        return _without_a_year(bundle, places)
    people = read_people(
        bundle, places, years, students_by_identifier=by.students, staff_by_identifier=by.staff
    )
    classes = read_classes(bundle, places, years)
    enrolled = read_class_enrollments(bundle, people, classes, places)
    made = sections(classes, enrolled, people)
    enrollments = _enrollments(stays(bundle, people, enrolled, places, years), people, years.covered[-1])
    tables = {
        "schools": _with_levels(places.schools, enrollments), "students": _students(bundle, people, enrollments),
        "identities": identities(bundle, people), "staff": staff(bundle, people, places), "enrollments": enrollments, "sections": made,
        "section_enrollments": section_enrollments(enrolled, people), **read_scores(bundle, people, made),
    }  # fmt: skip
    _note_numbers(bundle, people.users, by)
    _say_who_is_without_groups(bundle, people.users)
    others = {
        "students": people.others_of_students,
        "staff": people.others_of_staff,
        "schools": places.others,
    }
    return Roster({name: _shaped(name, frame) for name, frame in tables.items()}, others, years.covered)


def _without_a_year(bundle: Bundle, places: Places) -> Roster:
    reason, what = "Nobody can tell which school year this is for.", "See the question about this roster."
    for kind in sorted({"users", "enrollments", "classes", "roles"} & set(bundle.tables)):
        lines = bundle.tables[kind].lines
        bundle.ledgers[kind].put_aside(faults(lines, column="", values=None, reason=reason, what_to_do=what))
    return Roster({"schools": _shaped("schools", places.schools)}, {"schools": places.others}, ())


def _students(bundle: Bundle, people: People, enrollments: pl.DataFrame) -> pl.DataFrame:
    years = enrollments.select("student_id", "school_year").unique(maintain_order=True)
    return years.join(demographics(bundle, people), on="student_id", how="left", maintain_order="left")


def _enrollments(held: pl.DataFrame, people: People, latest: str) -> pl.DataFrame:
    users = people.users.filter("is_student").select(
        "sourcedid", pl.col("id").alias("student_id"), "grade_level"
    )
    joined = held.join(users, on="sourcedid", maintain_order="left")
    earlier = pl.col("school_year") < latest
    return joined.with_columns(pl.when(~earlier).then("grade_level").alias("grade_level"))


def _shaped(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    schema = TABLES[name].polars_schema
    full = frame.with_columns(
        pl.lit(None, dtype=kind).alias(column)
        for column, kind in schema.items()
        if column not in frame.columns
    )
    return full.select(pl.col(column).cast(kind) for column, kind in schema.items())


def _with_levels(schools: pl.DataFrame, enrollments: pl.DataFrame) -> pl.DataFrame:
    """Return schools with a level: from the name, else from the grade levels of their students."""
    low, middle = ["IT", "PR", "PK", "TK", "KG", "01", "02", "03", "04", "05"], ["06", "07", "08"]
    grades = enrollments.drop_nulls("grade_level").group_by("school_id").agg(
        pl.col("grade_level").is_in(low).mean().alias("low"), pl.col("grade_level").is_in(middle).mean().alias("middle"),
        pl.col("grade_level").is_in(["09", "10", "11", "12", "13"]).mean().alias("high"),
    )  # fmt: skip
    guess = (
        pl.when(pl.col("low") >= 0.6).then(pl.lit("Elementary")).when(pl.col("middle") >= 0.6).then(pl.lit("Middle"))
        .when(pl.col("high") >= 0.6).then(pl.lit("High")).otherwise(pl.lit("Other"))
    )  # fmt: skip
    held = schools.join(grades, on="school_id", how="left", maintain_order="left")
    return held.with_columns(pl.coalesce("level", guess).alias("level")).drop("low", "middle", "high")


def _note_numbers(bundle: Bundle, users: pl.DataFrame, by: ById) -> None:
    number, other = ("identifier", "sourcedId") if by.students else ("sourcedId", "identifier")
    bundle.note_all(
        "info",
        f"Students are known by their {number}; their {other} is kept as their other number.",
        kind="users",
    )
    twice = users.filter(
        pl.col("is_student") & pl.col("identifier").is_duplicated() & pl.col("identifier").is_not_null()
    )["identifier"].n_unique()
    if twice:
        how = "By it each is one student." if by.students else "Each sourcedId counts as a student."
        bundle.note_all(
            "warning", f"{twice:,} identifiers stand at several sourcedIds, as where a student stands once for each school. {how}",
            "Look whether they are the same students.", kind="users",
        )  # fmt: skip
    several = users.filter(pl.col("grades").str.contains(",").fill_null(value=False)).height
    if several:
        bundle.note_all(
            "info",
            f"{several:,} people have more than one grade level; the last one of the list counts.",
            kind="users",
        )


def _say_who_is_without_groups(bundle: Bundle, users: pl.DataFrame) -> None:
    if not bundle.has("demographics"):
        return
    there = bundle.rows("demographics", ("sourcedid",))["sourcedid"]
    missing = users.filter(pl.col("is_student") & ~pl.col("sourcedid").is_in(there.implode())).height
    if missing:
        bundle.note_all(
            "info",
            f"{missing:,} students have no row in demographics.csv; their groups are 'Not reported'.",
            kind="demographics",
        )


__all__ = ["Bundle", "ById", "Roster", "Seen", "choose_ids", "kind_of", "open_bundle", "read_roster"]
