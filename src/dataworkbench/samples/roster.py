"""The roster of one school year as a student information system exports it: OneRoster 1.2, in bulk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from dataworkbench.samples.classes import SECONDARY_SUBJECTS
from dataworkbench.samples.gradebook import gradebook_members
from dataworkbench.samples.oneroster import bulk, nothing
from dataworkbench.samples.people import RACES
from dataworkbench.samples.plan import GRADES, Plan, Year
from dataworkbench.samples.write import write_archive

DISTRICT: Final = "D001"
DISTRICT_NAME: Final = "Hollowbrook School District"
FILES: Final = (
    "academicSessions", "categories", "classes", "classResources", "courses", "courseResources", "demographics",
    "enrollments", "lineItemLearningObjectiveIds", "lineItems", "lineItemScoreScales", "orgs", "resources",
    "resultLearningObjectiveIds", "results", "resultScoreScales", "roles", "scoreScales", "userProfiles",
    "userResources", "users",
)  # fmt: skip
RACE_HEADINGS: Final = {
    "american_indian": "americanIndianOrAlaskaNative",
    "asian": "asian",
    "black": "blackOrAfricanAmerican",
    "pacific_islander": "nativeHawaiianOrOtherPacificIslander",
    "white": "white",
}
STAFF_ROLES: Final = {"teacher": "teacher", "principal": "principal", "administrator": "siteAdministrator",
                      "counselor": "counselor", "aide": "aide"}  # fmt: skip


@dataclass(frozen=True)
class District:
    """All that a roster is written from; ``cast`` gives the named students' numbers."""

    plan: Plan
    people: pl.DataFrame
    stays: pl.DataFrame
    staff: pl.DataFrame
    seats: pl.DataFrame
    sections: pl.DataFrame
    cast: Mapping[str, int]


def write_roster(folder: Path, district: District, year: Year, checks: pl.DataFrame) -> None:
    """Write the archive of one school year; the current one is ``oneroster.zip``."""
    sections = district.sections.filter(pl.col("year") == year.number)
    stays = _named_stays(district, year)
    members = {
        "academicSessions": _sessions(year),
        "orgs": _orgs(district.plan),
        "users": pl.concat([_students(stays, district.people), _adults(district)], how="diagonal"),
        "roles": _roles(district, stays),
        "demographics": _demographics(district, stays),
        "courses": _courses(sections, year),
        "classes": _classes(sections, year),
        "enrollments": _enrollments(district, sections, year),
    } | gradebook_members(district.people, sections, checks, year)
    name = "oneroster.zip" if year.current else f"oneroster_{year.name}.zip"
    files = {"manifest.csv": _manifest(members)} | {
        f"{key}.csv": members[key] for key in FILES if key in members
    }
    write_archive(folder, name, files)


def _manifest(members: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    rows = [("manifest.version", "1.0"), ("oneroster.version", "1.2")]
    rows += [(f"file.{name}", "bulk" if name in members else "absent") for name in FILES]
    rows += [("source.systemName", "Sample Student Information System"), ("source.systemCode", "sample")]
    return pl.DataFrame(rows, schema=["propertyName", "value"], orient="row")


def _sessions(year: Year) -> pl.DataFrame:
    middle = f"{year.ends}-01-01"
    rows = [
        (f"SY{year.ends}", f"{year.name}", "schoolYear", str(year.first_day), str(year.after_last_day), None),
        (
            f"SY{year.ends}-S1",
            f"{year.name} first semester",
            "semester",
            str(year.first_day),
            middle,
            f"SY{year.ends}",
        ),
        (
            f"SY{year.ends}-S2",
            f"{year.name} second semester",
            "semester",
            middle,
            str(year.after_last_day),
            f"SY{year.ends}",
        ),
    ]
    names = ["sourcedId", "title", "type", "startDate", "endDate", "parentSourcedId"]
    columns = {name: pl.col(name) for name in names}
    return bulk(pl.DataFrame(rows, schema=names, orient="row"), **columns, schoolYear=pl.lit(year.ends))


def _orgs(plan: Plan) -> pl.DataFrame:
    district = pl.DataFrame(
        {"id": [DISTRICT], "name": [DISTRICT_NAME], "type": ["district"], "state": ["0410"]}
    )
    schools = plan.schools.select(
        id="school_id", name="school_name", type=pl.lit("school"), state="state_id", parent=pl.lit(DISTRICT)
    )
    return bulk(
        pl.concat([district, schools], how="diagonal"),
        sourcedId=pl.col("id"), name=pl.col("name"), type=pl.col("type"), identifier=pl.col("state"),
        parentSourcedId=pl.col("parent"),
    )  # fmt: skip


def _named_stays(district: District, year: Year) -> pl.DataFrame:
    """Return the stays of a year with ids, and ``leaves`` empty where the stay goes on."""
    going_on = (pl.col("exit") == year.after_last_day) & pl.lit(year.current)
    return (
        district.stays.filter(pl.col("year") == year.number)
        .join(district.people.select("student", "student_id"), on="student", maintain_order="left")
        .join(district.plan.schools.select("school", "school_id"), on="school", maintain_order="left")
        .with_columns(leaves=pl.when(~going_on).then("exit"))
        .sort("student_id", "entry")
    )


def _students(stays: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    last = stays.unique("student", keep="last", maintain_order=True).select(
        "student", "school_id", "grade", "leaves"
    )
    told = last.join(people, on="student", maintain_order="left")
    user = pl.concat_str(pl.lit("student"), "student")
    return _users(
        told,
        sourcedId=pl.col("student_id"), enabledUser=pl.col("leaves").is_null(), username=user,
        userIds=pl.concat_str(pl.lit("{StateID:"), "state_student_id", pl.lit("}")),
        identifier=pl.col("local_number"), email=nothing(),
        grades=pl.col("grade").replace_strict(range(len(GRADES)), GRADES), metadata=nothing(),
    )  # fmt: skip


def _adults(district: District) -> pl.DataFrame:
    told = district.staff.join(
        district.plan.schools.select("school", "school_id"), on="school", maintain_order="left"
    )
    user = pl.concat_str(pl.lit("staff"), "staff")
    return _users(
        told,
        sourcedId=pl.col("staff_id"), enabledUser=pl.lit(value=True), username=user, userIds=nothing(),
        identifier=nothing(), email=pl.concat_str(user, pl.lit("@example.org")), grades=nothing(),
        metadata=pl.col("years_experience").cast(pl.String),
    )  # fmt: skip


def _users(told: pl.DataFrame, **own: pl.Expr) -> pl.DataFrame:
    metadata = own.pop("metadata")
    order = {
        "sourcedId": own["sourcedId"], "enabledUser": own["enabledUser"], "username": own["username"],
        "userIds": own["userIds"], "givenName": pl.col("given_name"), "familyName": pl.col("family_name"),
        "middleName": nothing(), "identifier": own["identifier"], "email": own["email"], "sms": nothing(),
        "phone": nothing(), "agentSourcedIds": nothing(), "grades": own["grades"], "password": nothing(),
        "userMasterIdentifier": nothing(), "preferredGivenName": nothing(), "preferredMiddleName": nothing(),
        "preferredFamilyName": nothing(), "primaryOrgSourcedId": pl.col("school_id"), "pronouns": nothing(),
        "metadata.yearsExperience": metadata,
    }  # fmt: skip
    return bulk(told, **order)


def _roles(district: District, stays: pl.DataFrame) -> pl.DataFrame:
    turn = pl.int_range(pl.len()).over("student")
    students = stays.with_columns(turn=turn, turns=pl.len().over("student")).select(
        who="student_id", role=pl.lit("student"), school_id="school_id", begins="entry", leaves="leaves",
        kind=pl.when(pl.col("turn") == pl.col("turns") - 1).then(pl.lit("primary")).otherwise(pl.lit("secondary")),
    )  # fmt: skip
    adults = district.staff.join(
        district.plan.schools.select("school", "school_id"), on="school", maintain_order="left"
    )
    told = adults.select(
        who="staff_id",
        role=pl.col("role").replace_strict(STAFF_ROLES),
        school_id="school_id",
        kind=pl.lit("primary"),
    )
    both = pl.concat([students, told], how="diagonal").with_row_index("number", offset=1)
    return bulk(
        both,
        sourcedId=pl.concat_str(pl.lit("R"), "number"), userSourcedId=pl.col("who"), roleType=pl.col("kind"),
        role=pl.col("role"), beginDate=pl.col("begins"), endDate=pl.col("leaves"), orgSourcedId=pl.col("school_id"),
        userProfileSourcedId=nothing(),
    )  # fmt: skip


def _demographics(district: District, stays: pl.DataFrame) -> pl.DataFrame:
    here = district.people.filter(
        pl.col("student").is_in(stays["student"].unique().to_list())
        & (pl.col("student") != district.cast.get("no_demographics", -1))
    )
    columns = {
        "sourcedId": pl.col("student_id"), "birthDate": pl.col("birth_date"), "sex": pl.col("sex"),
        **{heading: pl.col(name) for name, heading in RACE_HEADINGS.items()},
        "demographicRaceTwoOrMoreRaces": pl.sum_horizontal(pl.col(name).cast(pl.Int8) for name in RACES) > 1,
        "hispanicOrLatinoEthnicity": pl.col("hispanic"), "countryOfBirthCode": nothing(),
        "stateOfBirthAbbreviation": nothing(), "cityOfBirth": nothing(), "publicSchoolResidenceStatus": nothing(),
    }  # fmt: skip
    silent = pl.col("white").is_null()
    two = pl.when(~silent).then(columns["demographicRaceTwoOrMoreRaces"])
    return bulk(here.sort("student_id"), **(columns | {"demographicRaceTwoOrMoreRaces": two}))


def _courses(sections: pl.DataFrame, year: Year) -> pl.DataFrame:
    told = sections.select("grade_level", "subject", "code").unique().sort("grade_level", "code")
    return bulk(
        told,
        sourcedId=_course_id(year), schoolYearSourcedId=pl.lit(f"SY{year.ends}"), title=_title(),
        courseCode=pl.concat_str("code", "grade_level"), grades=pl.col("grade_level"), orgSourcedId=pl.lit(DISTRICT),
        subjects=pl.col("subject"), subjectCodes=nothing(),
    )  # fmt: skip


def _course_id(year: Year) -> pl.Expr:
    return pl.concat_str(pl.lit(f"C{year.ends % 100}-"), "code", pl.lit("-"), "grade_level")


def _title() -> pl.Expr:
    name = pl.when(pl.col("subject").is_in(SECONDARY_SUBJECTS)).then("subject").otherwise(pl.lit("Homeroom"))
    return pl.concat_str(name, pl.lit(", grade "), "grade_level")


def _classes(sections: pl.DataFrame, year: Year) -> pl.DataFrame:
    homeroom = pl.col("subject") == "All subjects"
    return bulk(
        sections,
        sourcedId=pl.col("section_id"), title=pl.concat_str(_title(), pl.lit(", class "), "place"),
        grades=pl.col("grade_level"), courseSourcedId=_course_id(year), classCode=pl.col("section_id"),
        classType=pl.when(homeroom).then(pl.lit("homeroom")).otherwise(pl.lit("scheduled")), location=nothing(),
        schoolSourcedId=pl.col("school_id"), termSourcedIds=pl.lit(f"SY{year.ends}-S1,SY{year.ends}-S2"),
        subjects=pl.col("subject"), subjectCodes=nothing(), periods=nothing(),
    )  # fmt: skip


def _enrollments(district: District, sections: pl.DataFrame, year: Year) -> pl.DataFrame:
    going_on = (pl.col("exit") == year.after_last_day) & pl.lit(year.current)
    learners = district.seats.filter(pl.col("year") == year.number)
    learners = learners.join(district.people.select("student", "student_id"), on="student", maintain_order="left").select(
        "section_id", "school_id", who="student_id", role=pl.lit("student"), begins="entry",
        leaves=pl.when(~going_on).then("exit"), primary=nothing(),
    )  # fmt: skip
    teachers = sections.select(
        "section_id", "school_id", who="staff_id", role=pl.lit("teacher"), begins=pl.lit(year.first_day),
        leaves=pl.lit(None if year.current else year.after_last_day, dtype=pl.Date), primary=pl.lit("true"),
    )  # fmt: skip
    both = pl.concat([learners, teachers]).with_row_index("number", offset=1)
    return bulk(
        both,
        sourcedId=pl.concat_str(pl.lit("E"), "number"), classSourcedId=pl.col("section_id"),
        schoolSourcedId=pl.col("school_id"), userSourcedId=pl.col("who"), role=pl.col("role"),
        primary=pl.col("primary"), beginDate=pl.col("begins"), endDate=pl.col("leaves"),
    )  # fmt: skip
