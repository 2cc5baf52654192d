"""Students and staff of a OneRoster set: who they are, in which schools, in which groups."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from dataworkbench.readers.codes import as_grade, as_option, as_sex
from dataworkbench.readers.converted import by_distinct
from dataworkbench.readers.ledger import ROW, faults
from dataworkbench.readers.oneroster.bundle import Bundle
from dataworkbench.readers.oneroster.codes import flags_by_code, with_flags
from dataworkbench.readers.oneroster.files import SDS, WHOLE
from dataworkbench.readers.oneroster.places import Places, Years
from dataworkbench.terms import NOT_REPORTED, NOT_SELECTED, RACES, YES

_STUDENT = "student"
_OUTSIDE = frozenset({"guardian", "parent", "relative"})
_FAMILIES = "Families are not taken in; the workbench keeps no records of them."
_ROLES = {
    "siteadministrator": "administrator",
    "districtadministrator": "administrator",
    "systemadministrator": "administrator",
}
_USER_COLUMNS = ("sourcedid", "givenname", "familyname", "identifier", "userids", "grades", "role", "orgsourcedids", "primaryorgsourcedid",
                 "preferredgivenname", "preferredfamilyname", "metadatayearsexperience")  # fmt: skip
_RACE_COLUMNS = {
    "american_indian": "americanindianoralaskanative", "asian": "asian", "black": "blackorafricanamerican",
    "pacific_islander": "nativehawaiianorotherpacificislander", "white": "white",
}  # fmt: skip
_OTHER_OPTIONS = ("demographicracetwoormoreraces", "hispanicorlatinoethnicity")
_RACE_NAMES = dict(zip(_RACE_COLUMNS, (RACES[0], RACES[1], RACES[2], RACES[4], RACES[6]), strict=True))


@dataclass(frozen=True)
class People:
    """The people of a set.

    ``users``: one row is one student or member of staff (``sourcedid``, ``id``, names, ``grade_level`` …).
    ``places``: one row is one person in one role at one org (``sourcedid``, ``role``, ``org``, ``begin``, ``end``).
    """

    users: pl.DataFrame
    places: pl.DataFrame
    others_of_students: pl.DataFrame
    others_of_staff: pl.DataFrame


def read_people(
    bundle: Bundle, places: Places, years: Years, *, students_by_identifier: bool, staff_by_identifier: bool
) -> People:
    """Return students and staff; guardians, people without a role, and people at unknown orgs are set aside."""
    users = bundle.rows("users", _USER_COLUMNS)
    at = _roles(bundle, users, years) if bundle.has("roles") else _roles_in_users(users)
    at = at.with_columns(
        by_distinct(at["role"], lambda role: _ROLES.get(role.casefold(), role.casefold()), pl.String).alias(
            "role"
        )
    )
    at = _at_known_places(bundle, at, places)
    users = _with_grades(_with_roles(bundle, users, at), at)
    users = users.with_columns(
        pl.when(pl.col("is_student") & students_by_identifier | ~pl.col("is_student") & staff_by_identifier)
        .then(pl.coalesce("identifier", "sourcedid")).otherwise(pl.col("sourcedid")).alias("id"),
        by_distinct(users["grades"].str.split(",").list.last().str.strip_chars(), as_grade, pl.String).alias("grade_level"),
    )  # fmt: skip
    _say_no_grade(bundle, users)
    at = at.join(users.select("sourcedid", "id", "is_student"), on="sourcedid")
    students = users.filter("is_student")
    return People(users, at, _other_numbers(students), _other_numbers(users.filter(~pl.col("is_student"))))


def _other_numbers(users: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([
        users.select(pl.col("sourcedid").alias("known"), "id", pl.lit("sourcedId").alias("space")),
        users.select(pl.col("identifier").alias("known"), "id", pl.lit("identifier").alias("space")),
    ]).drop_nulls().filter(pl.col("known") != pl.col("id"))  # fmt: skip


def _with_grades(users: pl.DataFrame, at: pl.DataFrame) -> pl.DataFrame:
    """Return users with the grade level of their last role as a student, where users.csv has none (School Data Sync)."""
    graded = (
        at.filter(pl.col("role") == _STUDENT)
        .drop_nulls("grade")
        .sort("begin", nulls_last=False, maintain_order=True)
    )
    last = graded.unique("sourcedid", keep="last", maintain_order=True).select("sourcedid", "grade")
    held = users.join(last, on="sourcedid", how="left", maintain_order="left")
    return held.with_columns(pl.coalesce("grades", "grade").alias("grades")).drop("grade")


def _say_no_grade(bundle: Bundle, users: pl.DataFrame) -> None:
    """Write down grade levels of students that could not be understood and were left empty."""
    odd = users.filter(
        pl.col("is_student") & pl.col("grades").is_not_null() & pl.col("grade_level").is_null()
    )
    if odd.height:
        header = bundle.tables["users"].folded.get("grades", "grade")
        bundle.ledgers["users"].leave_empty(
            faults(
                odd[ROW],
                column=header,
                values=odd["grades"],
                reason="This is not a grade level.",
                what_to_do="Put it right in the export.",
            )
        )


def _roles(bundle: Bundle, users: pl.DataFrame, years: Years) -> pl.DataFrame:
    """Return who is where by roles.csv (OneRoster 1.2, School Data Sync); roles of nobody known are set aside.

    Roles without dates have those of their session; ``of_session`` says where that is so.
    """
    columns = (
        "sourcedid",
        "usersourcedid",
        "role",
        "orgsourcedid",
        "begindate",
        "enddate",
        "sessionsourcedid",
        "grade",
    )
    rows = bundle.rows("roles", columns)
    rows = bundle.keep("roles", rows, rows["usersourcedid"].is_in(users["sourcedid"].implode()), "usersourcedid",
                       ("The person is not in users.csv.", WHOLE))  # fmt: skip
    rows = bundle.keep(
        "roles",
        rows,
        rows["role"].is_not_null(),
        "role",
        ("There is no role in this row.", "Put it right in the export."),
    )
    rows = bundle.with_dates("roles", rows, {"begindate": "begin", "enddate": "end"})
    in_order = ~(rows["end"] < rows["begin"]).fill_null(value=False)
    rows = bundle.keep(
        "roles",
        rows,
        in_order,
        "enddate",
        ("The role ends before it begins.", "Put the dates right in the student information system."),
    )
    first = {session: start for session, (start, _) in years.dates_of.items()}
    last = {session: end for session, (_, end) in years.dates_of.items()}
    session = pl.col("sessionsourcedid")
    of_session = pl.col("begin").is_null() & session.is_not_null()
    return rows.select(
        pl.col("usersourcedid").alias("sourcedid"), "role", pl.col("orgsourcedid").alias("org"),
        pl.coalesce("begin", session.replace_strict(first, default=None, return_dtype=pl.Date)).alias("begin"),
        pl.coalesce("end", pl.when(of_session).then(session.replace_strict(last, default=None, return_dtype=pl.Date))).alias("end"),
        pl.col(ROW).alias("line"), "grade", of_session.alias("of_session"),
        session.replace_strict(dict(years.year_of), default=None, return_dtype=pl.String).alias("session_year"),
    )  # fmt: skip


def _roles_in_users(users: pl.DataFrame) -> pl.DataFrame:
    """Return who is where by users.csv (OneRoster 1.0 and 1.1), where schools are a list in one cell."""
    return users.select(
        "sourcedid", "role", pl.col("orgsourcedids").str.split(",").alias("org"),
        pl.lit(None, dtype=pl.Date).alias("begin"), pl.lit(None, dtype=pl.Date).alias("end"), pl.col(ROW).alias("line"),
        pl.lit(None, dtype=pl.String).alias("grade"), pl.lit(value=False).alias("of_session"), pl.lit(None, dtype=pl.String).alias("session_year"),
    ).explode("org").with_columns(pl.col("org").str.strip_chars()).drop_nulls("role")  # fmt: skip


def _at_known_places(bundle: Bundle, at: pl.DataFrame, places: Places) -> pl.DataFrame:
    known = at["org"].is_in(list(places.ids)).fill_null(value=False)
    if bundle.has("roles"):
        lost = at.filter(~known).rename({"line": ROW, "org": "orgsourcedid"})
        bundle.put_aside("roles", lost, "orgsourcedid", "The org is not in orgs.csv.", WHOLE)
    return at.filter(known)


def _with_roles(bundle: Bundle, users: pl.DataFrame, at: pl.DataFrame) -> pl.DataFrame:
    """Return users with what they are; those who are not of the school, or nowhere, are set aside."""
    inside = (
        at.filter(~pl.col("role").is_in(_OUTSIDE))
        .group_by("sourcedid")
        .agg((pl.col("role") == _STUDENT).any().alias("is_student"))
    )
    held = users.join(inside, on="sourcedid", how="left", maintain_order="left")
    of_family = pl.concat([at.filter(pl.col("role").is_in(_OUTSIDE))["sourcedid"], _families(bundle)])
    family = held["is_student"].is_null() & (
        held["sourcedid"].is_in(of_family.implode())
        | held["role"].str.to_lowercase().is_in(list(_OUTSIDE)).fill_null(value=False)
    )
    held = bundle.keep("users", held, ~family, "sourcedid", (
        _FAMILIES, "Nothing needs to be done."))  # fmt: skip
    column = "orgsourcedids" if held["orgsourcedids"].is_not_null().any() else "sourcedid"
    return bundle.keep("users", held, held["is_student"].is_not_null(), column, (
        "The person has no role in an org that is in orgs.csv.", "Bring the roster as a whole, with all its schools."))  # fmt: skip


def _families(bundle: Bundle) -> pl.Series:
    """Return whom a School Data Sync set calls somebody's family; the rows that say so are set aside."""
    rows = bundle.rows("relationships", ("usersourcedid", "relationshipusersourcedid"))
    bundle.put_aside("relationships", rows, "usersourcedid", _FAMILIES, "Nothing needs to be done.")
    return rows["relationshipusersourcedid"].drop_nulls()


def identities(bundle: Bundle, people: People) -> pl.DataFrame:
    """Return names, birth dates and other numbers; one row is one student."""
    students = people.users.filter("is_student")
    rows = bundle.rows("demographics", ("sourcedid", "birthdate"))
    born = bundle.with_dates("demographics", rows, {"birthdate": "birth_date"}, may_be_empty=True).select(
        "sourcedid", "birth_date"
    )
    held = students.join(born, on="sourcedid", how="left", maintain_order="left")
    return held.select(
        pl.col("id").alias("student_id"),
        pl.col("givenname").str.normalize("NFC").alias("given_name"), pl.col("familyname").str.normalize("NFC").alias("family_name"), "birth_date",
        by_distinct(held["userids"], _state_number, pl.String).alias("state_student_id"),
        pl.when(pl.col("id") == pl.col("sourcedid")).then("identifier").otherwise("sourcedid").alias("local_number"),
    )  # fmt: skip


def _state_number(user_ids: str) -> str | None:
    found = re.search(r"\{\s*state[^:}]*:\s*([^}]+?)\s*\}", user_ids, re.IGNORECASE)
    return found[1] if found else None


def staff(bundle: Bundle, people: People, places: Places) -> pl.DataFrame:
    """Return staff; one row is one member of staff in one school (or in the district's office)."""
    at = people.places.filter(~pl.col("is_student") & ~pl.col("role").is_in([*_OUTSIDE, _STUDENT]))
    names = people.users.select(
        "sourcedid", pl.concat_str([pl.col("givenname"), pl.col("familyname")], separator=" ", ignore_nulls=True).alias("staff_name"),
        pl.col("metadatayearsexperience").cast(pl.Float64, strict=False).alias("years_experience"),
    )  # fmt: skip
    held = at.join(names, on="sourcedid", how="left", maintain_order="left")
    to_school = {org: places.ids[places.school_of.get(org, org)] for org in places.ids}
    made = held.select(
        pl.col("id").alias("staff_id"), pl.col("org").replace_strict(to_school, default=None, return_dtype=pl.String).alias("school_id"),
        "role", pl.col("staff_name").str.normalize("NFC"), "years_experience",
    )  # fmt: skip
    several = made.filter(pl.col("role").n_unique().over("staff_id", "school_id") > 1)
    if several.height:
        n = several["staff_id"].n_unique()
        bundle.note_all(
            "info",
            f"{n:,} people have several roles in one school; the first one of them counts.",
            kind="users",
        )
    return made.unique(["staff_id", "school_id"], keep="first", maintain_order=True)


def demographics(bundle: Bundle, people: People) -> pl.DataFrame:
    """Return groups; one row is one student (no school year yet), NotSelected where nobody has said."""
    columns = (
        "sourcedid",
        "sex",
        *_RACE_COLUMNS.values(),
        "demographicracetwoormoreraces",
        "hispanicorlatinoethnicity",
    )
    rows = bundle.rows("demographics", columns)
    students = people.users.filter("is_student").select("sourcedid", "id")
    rows = bundle.keep("demographics", rows, rows["sourcedid"].is_in(people.users["sourcedid"].implode()), "sourcedid",
                       ("The person is not among the users that were taken in.", WHOLE))  # fmt: skip
    if bundle.system == SDS:
        told = flags_by_code(bundle, students)
        named = told.with_columns(federal_category().alias("race_ethnicity")).drop("several")
        return with_flags(bundle, people.users, named)
    held = students.join(rows, on="sourcedid", how="left", maintain_order="left")
    _say_unknown(
        bundle, rows.join(students, on="sourcedid", how="semi"), [*_RACE_COLUMNS.values(), *_OTHER_OPTIONS]
    )
    options = {name: _as_options(held[column]) for name, column in _RACE_COLUMNS.items()}
    flags = held.select(
        pl.col("id").alias("student_id"),
        by_distinct(held["sex"], as_sex, pl.String).fill_null(NOT_REPORTED).alias("sex"),
    ).with_columns(
        **options,
        hispanic=_as_options(held["hispanicorlatinoethnicity"]),
        several=_as_options(held["demographicracetwoormoreraces"]),
    )
    return flags.with_columns(federal_category().alias("race_ethnicity")).drop("several")


def _as_options(values: pl.Series) -> pl.Series:
    return by_distinct(values, as_option, pl.String).fill_null(NOT_SELECTED)


def _say_unknown(bundle: Bundle, rows: pl.DataFrame, options: Sequence[str]) -> None:
    """Write down cells of demographics that are none of the ways to say yes and no, or a sex; they were left empty."""
    for column in ("sex", *options):
        said = by_distinct(rows[column], as_sex if column == "sex" else as_option, pl.String)
        odd = rows.filter(rows[column].is_not_null() & said.is_null())
        if odd.height:
            header = bundle.tables["demographics"].folded.get(column, column)
            reason = (
                "This is not a sex that the standard knows."
                if column == "sex"
                else "This is neither true nor false."
            )
            bundle.ledgers["demographics"].leave_empty(
                faults(
                    odd[ROW],
                    column=header,
                    values=odd[column],
                    reason=reason,
                    what_to_do="Put it right in the export.",
                )
            )


def federal_category() -> pl.Expr:
    """Return the federal reporting category from the flags: Hispanic of any race first, then two or more, then one."""
    count = pl.sum_horizontal(pl.col(name) == YES for name in _RACE_NAMES)
    category = (
        pl.when(pl.col("hispanic") == YES)
        .then(pl.lit(RACES[3]))
        .when((pl.col("several") == YES) | (count >= 2))
        .then(pl.lit(RACES[5]))
    )
    for name, race in _RACE_NAMES.items():
        category = category.when(pl.col(name) == YES).then(pl.lit(race))
    return category.otherwise(pl.lit(NOT_REPORTED))
