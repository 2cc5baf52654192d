"""The roster archives follow OneRoster 1.2 in bulk."""

from __future__ import annotations

import zipfile

import polars as pl
import pytest

SPECIFIED = {
    "academicSessions": "title,type,startDate,endDate,parentSourcedId,schoolYear",
    "orgs": "name,type,identifier,parentSourcedId",
    "users": "enabledUser,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,"
    "grades,password,userMasterIdentifier,preferredGivenName,preferredMiddleName,preferredFamilyName,"
    "primaryOrgSourcedId,pronouns,metadata.yearsExperience",
    "roles": "userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId",
    "demographics": "birthDate,sex,americanIndianOrAlaskaNative,asian,blackOrAfricanAmerican,"
    "nativeHawaiianOrOtherPacificIslander,white,demographicRaceTwoOrMoreRaces,hispanicOrLatinoEthnicity,"
    "countryOfBirthCode,stateOfBirthAbbreviation,cityOfBirth,publicSchoolResidenceStatus",
    "courses": "schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,subjectCodes",
    "classes": "title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds,subjects,"
    "subjectCodes,periods",
    "enrollments": "classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate",
    "categories": "title,weight",
    "lineItems": "title,description,assignDate,dueDate,classSourcedId,categorySourcedId,academicSessionSourcedId,"
    "resultValueMin,resultValueMax,schoolSourcedId",
    "results": "lineItemSourcedId,studentSourcedId,scoreStatus,score,scoreDate,comment,textScore,classSourcedId,"
    "inProgress,incomplete,late,missing",
    "scoreScales": "title,type,orgSourcedId,courseSourcedId,classSourcedId,scoreScaleValue",
    "lineItemLearningObjectiveIds": "lineItemSourcedId,source,learningObjectiveId",
    "resultLearningObjectiveIds": "resultSourcedId,source,learningObjectiveId,score,textScore",
}
ARCHIVES = ("oneroster_2024-25.zip", "oneroster_2025-26.zip", "oneroster.zip")


@pytest.mark.parametrize("archive", ARCHIVES)
@pytest.mark.parametrize("name", SPECIFIED)
def test_headings_are_those_of_the_specification(district, archive, name):
    wanted = ["sourcedId", "status", "dateLastModified", *SPECIFIED[name].split(",")]
    assert district.roster(name, archive).columns == wanted


@pytest.mark.parametrize("archive", ARCHIVES)
def test_the_manifest_names_just_what_is_there(district, archive):
    told = dict(district.roster("manifest", archive).iter_rows())
    assert (told["manifest.version"], told["oneroster.version"]) == ("1.0", "1.2")
    with zipfile.ZipFile(district.folder / archive) as opened:
        there = {name.removesuffix(".csv") for name in opened.namelist()} - {"manifest"}
    assert {name.removeprefix("file.") for name, how in told.items() if how == "bulk"} == there
    assert sum(name.startswith("file.") for name in told) == 21


@pytest.mark.parametrize("name", SPECIFIED)
def test_bulk_rows_have_no_status_and_no_two_share_an_identifier(district, name):
    rows = district.roster(name)
    assert rows["status"].null_count() == rows.height
    assert rows["dateLastModified"].null_count() == rows.height
    assert rows["sourcedId"].is_duplicated().sum() == 0


@pytest.mark.parametrize(
    ("name", "column", "refers_to"),
    [
        ("roles", "userSourcedId", "users"),
        ("roles", "orgSourcedId", "orgs"),
        ("demographics", "sourcedId", "users"),
        ("classes", "courseSourcedId", "courses"),
        ("classes", "schoolSourcedId", "orgs"),
        ("courses", "schoolYearSourcedId", "academicSessions"),
        ("enrollments", "classSourcedId", "classes"),
        ("enrollments", "userSourcedId", "users"),
        ("lineItems", "classSourcedId", "classes"),
        ("lineItems", "academicSessionSourcedId", "academicSessions"),
        ("lineItems", "categorySourcedId", "categories"),
        ("results", "lineItemSourcedId", "lineItems"),
        ("results", "studentSourcedId", "users"),
        ("resultLearningObjectiveIds", "resultSourcedId", "results"),
        ("lineItemLearningObjectiveIds", "lineItemSourcedId", "lineItems"),
    ],
)
def test_what_a_row_refers_to_is_there(district, name, column, refers_to):
    rows = district.roster(name)
    assert set(rows[column].drop_nulls()) - set(district.roster(refers_to)["sourcedId"]) == set()


def test_the_school_year_is_the_year_in_which_it_ends(district):
    assert set(district.roster("academicSessions", "oneroster_2024-25.zip")["schoolYear"]) == {"2025"}


def test_standards_scores_are_of_standards_on_the_list(district):
    scores = district.roster("resultLearningObjectiveIds")
    assert scores.height > 5000
    assert set(scores["learningObjectiveId"]) == set(district.read("standards.csv")["standard_id"])
    assert scores["score"].cast(float).is_between(1, 4).all()


def test_stays_of_one_student_do_not_overlap(district):
    for archive in ARCHIVES:
        stays = (
            district.roster("roles", archive)
            .filter(pl.col("role") == "student")
            .sort("userSourcedId", "beginDate")
        )
        again = stays.with_columns(
            before=pl.col("endDate").shift(1).over("userSourcedId"),
            turn=pl.int_range(pl.len()).over("userSourcedId"),
        )
        again = again.filter(pl.col("turn") > 0)
        assert again.height > 5
        assert (again["beginDate"] >= again["before"]).all()
