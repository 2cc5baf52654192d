"""Small OneRoster 1.2 sets written from small tables: every file with the exact headers of the standard."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

_FIRST = ("sourcedId", "status", "dateLastModified")
HEADERS_12: Mapping[str, Sequence[str]] = {
    "academicSessions": (*_FIRST, "title", "type", "startDate", "endDate", "parentSourcedId", "schoolYear"),
    "categories": (*_FIRST, "title", "weight"),
    "classes": (*_FIRST, "title", "grades", "courseSourcedId", "classCode", "classType", "location", "schoolSourcedId",
                "termSourcedIds", "subjects", "subjectCodes", "periods"),
    "classResources": (*_FIRST, "title", "classSourcedId", "resourceSourcedId"),
    "courses": (*_FIRST, "schoolYearSourcedId", "title", "courseCode", "grades", "orgSourcedId", "subjects", "subjectCodes"),
    "courseResources": (*_FIRST, "title", "courseSourcedId", "resourceSourcedId"),
    "demographics": (*_FIRST, "birthDate", "sex", "americanIndianOrAlaskaNative", "asian", "blackOrAfricanAmerican",
                     "nativeHawaiianOrOtherPacificIslander", "white", "demographicRaceTwoOrMoreRaces", "hispanicOrLatinoEthnicity",
                     "countryOfBirthCode", "stateOfBirthAbbreviation", "cityOfBirth", "publicSchoolResidenceStatus"),
    "enrollments": (*_FIRST, "classSourcedId", "schoolSourcedId", "userSourcedId", "role", "primary", "beginDate", "endDate"),
    "lineItemLearningObjectiveIds": (*_FIRST, "lineItemSourcedId", "source", "learningObjectiveId"),
    "lineItems": (*_FIRST, "title", "description", "assignDate", "dueDate", "classSourcedId", "categorySourcedId",
                  "academicSessionSourcedId", "resultValueMin", "resultValueMax", "schoolSourcedId"),
    "lineItemScoreScales": (*_FIRST, "title", "lineItemSourcedId", "scoreScaleSourcedId"),
    "orgs": (*_FIRST, "name", "type", "identifier", "parentSourcedId"),
    "resources": (*_FIRST, "vendorResourceId", "title", "roles", "importance", "vendorId", "applicationId"),
    "resultLearningObjectiveIds": (*_FIRST, "resultSourcedId", "source", "learningObjectiveId", "score", "textScore"),
    "results": (*_FIRST, "lineItemSourcedId", "studentSourcedId", "scoreStatus", "score", "scoreDate", "comment", "textScore",
                "classSourcedId", "inProgress", "incomplete", "late", "missing"),
    "resultScoreScales": (*_FIRST, "title", "resultSourcedId", "scoreScaleSourcedId"),
    "roles": (*_FIRST, "userSourcedId", "roleType", "role", "beginDate", "endDate", "orgSourcedId", "userProfileSourcedId"),
    "scoreScales": (*_FIRST, "title", "type", "orgSourcedId", "courseSourcedId", "classSourcedId", "scoreScaleValue"),
    "userProfiles": (*_FIRST, "userSourcedId", "profileType", "vendorId", "applicationId", "description", "credentialType",
                     "username", "password"),
    "userResources": (*_FIRST, "userSourcedId", "orgSourcedId", "classSourcedId", "resourceSourcedId"),
    "users": (*_FIRST, "enabledUser", "username", "userIds", "givenName", "familyName", "middleName", "identifier", "email", "sms",
              "phone", "agentSourcedIds", "grades", "password", "userMasterIdentifier", "preferredGivenName", "preferredMiddleName",
              "preferredFamilyName", "primaryOrgSourcedId", "pronouns"),
}  # fmt: skip
"""The 21 files that a manifest speaks of, OneRoster 1.2."""

Rows = Sequence[Mapping[str, str]]


def as_csv(headers: Sequence[str], rows: Rows) -> str:
    """Return a file with these headers; a row gives what is not empty."""
    held = io.StringIO()
    writer = csv.DictWriter(held, headers, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return held.getvalue()


def manifest(present: Sequence[str], version: str = "1.2") -> str:
    """Return a manifest that speaks of every file."""
    told = [("manifest.version", "1.0"), ("oneroster.version", version)]
    told += [(f"file.{name}", "bulk" if name in present else "absent") for name in HEADERS_12]
    return "propertyName,value\n" + "".join(f"{name},{value}\n" for name, value in told)


def one_roster(tables: Mapping[str, Rows]) -> dict[str, str]:
    """Return the files of a set: its manifest, and a file for each table, even for one without rows."""
    files = {f"{name}.csv": as_csv(HEADERS_12[name], rows) for name, rows in tables.items()}
    return {"manifest.csv": manifest(list(tables)), **files}
