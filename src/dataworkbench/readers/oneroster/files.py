"""Which file of which roster a table is, by its headers: OneRoster 1.0 to 1.2, or School Data Sync 2.1."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from dataworkbench.readers.headers import fold
from dataworkbench.readers.texttable import TextTable

NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "manifest": ("propertyName", "value"),
    "orgs": ("sourcedId", "name", "type"),
    "academicSessions": ("sourcedId", "title", "type", "startDate", "endDate"),
    "courses": ("sourcedId", "title", "orgSourcedId", "courseCode"),
    "classes": ("sourcedId", "title", "courseSourcedId", "schoolSourcedId"),
    "users": ("sourcedId", "givenName", "familyName", "username"),
    "roles": ("sourcedId", "userSourcedId", "roleType", "role", "orgSourcedId"),
    "enrollments": ("sourcedId", "classSourcedId", "userSourcedId", "role"),
    "demographics": ("birthDate", "sex", "asian", "white"),
    "categories": ("sourcedId", "title"),
    "lineItems": ("sourcedId", "title", "classSourcedId", "dueDate"),
    "results": ("sourcedId", "lineItemSourcedId", "studentSourcedId"),
    "scoreScales": ("sourcedId", "title", "scoreScaleValue"),
    "resultLearningObjectiveIds": ("sourcedId", "resultSourcedId", "learningObjectiveId"),
    "lineItemLearningObjectiveIds": ("sourcedId", "lineItemSourcedId", "learningObjectiveId"),
    "lineItemScoreScales": ("sourcedId", "lineItemSourcedId", "scoreScaleSourcedId"),
    "resultScoreScales": ("sourcedId", "resultSourcedId", "scoreScaleSourcedId"),
    "userProfiles": ("sourcedId", "userSourcedId", "profileType"),
    "userResources": ("sourcedId", "userSourcedId", "resourceSourcedId"),
    "resources": ("sourcedId", "vendorResourceId"),
    "classResources": ("sourcedId", "classSourcedId", "resourceSourcedId"),
    "courseResources": ("sourcedId", "courseSourcedId", "resourceSourcedId"),
}
"""The headers by which each file of a OneRoster set is known, the telling ones."""
SDS: Final = "Microsoft SDS v2.1"
SDS_NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "orgs": ("sourcedId", "name", "type"),
    "academicSessions": ("sourcedId", "title", "type", "startDate", "endDate"),
    "courses": ("sourcedId", "orgSourcedId", "title", "code"),
    "classes": ("sourcedId", "orgSourcedId", "title"),
    "users": ("sourcedId", "username"),
    "roles": ("userSourcedId", "orgSourcedId", "role"),
    "enrollments": ("classSourcedId", "userSourcedId", "role"),
    "demographics": ("userSourcedId", "sex", "birthDate"),
    "userFlags": ("userSourcedId", "flag"),
    "relationships": ("userSourcedId", "relationshipUserSourcedId"),
}
"""The same for a School Data Sync set, version 2.1."""
_SDS_TELLS: Final = frozenset(
    {"activedirectorymatchid", "sessionsourcedid", "sessionsourcedids", "racecodes", "ethnicitycodes", "rolestartdate",
     "relationshipusersourcedid", "relationshiprole"}
)  # fmt: skip
"""Headers that School Data Sync 2.1 has and OneRoster has not."""
_ONEROSTER_TELLS: Final = frozenset(
    {
        "status",
        "datelastmodified",
        "enableduser",
        "orgsourcedids",
        "roletype",
        "schoolsourcedid",
        "termsourcedids",
        "termsourcedid",
    }
)
KEYS_WITHOUT_A_NUMBER: Final[Mapping[str, tuple[str, ...]]] = {
    "roles": ("usersourcedid", "orgsourcedid", "role", "sessionsourcedid", "begindate"),
    "enrollments": ("classsourcedid", "usersourcedid", "role"),
    "userFlags": ("usersourcedid", "flag"),
    "relationships": ("usersourcedid", "relationshipusersourcedid"),
}
"""What tells rows apart in files that give their rows no sourcedId; the first two must be there."""
NOT_USED: Final = frozenset(
    {"userProfiles", "userResources", "resources", "classResources", "courseResources"}
)  # fmt: skip
EXPECTED: Final = ("orgs", "academicSessions", "users", "classes", "enrollments", "demographics")
OTHER_SPELLINGS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "": {"datelastmodified": ("datalastmodified", "datemodified")},
    "users": {
        "grades": ("grade",), "userids": ("userid",), "agentsourcedids": ("agents",), "orgsourcedids": ("orgsourcedid",), "preferredgivenname": ("prefferedgivenname",),
        "metadatayearsexperience": ("yearsexperience", "extyearsexperience"),
    },
    "classes": {
        "grades": ("grade",), "schoolsourcedid": ("orgsourcedid",), "termsourcedids": ("termsourcedid", "sessionsourcedids", "sessionsourcedid"),
    },
    "courses": {
        "grades": ("grade",), "coursecode": ("code",), "subjects": ("subject",), "schoolyearsourcedid": ("schoolyearid",),
    },
    "roles": {"begindate": ("rolestartdate",), "enddate": ("roleenddate",)},
    "demographics": {"sourcedid": ("usersourcedid",)},
}  # fmt: skip
"""Misspellings, older names of headers and those of School Data Sync, by file; "" stands for every file."""
WHOLE: Final = "Bring the roster as a whole."
"""What to do about a row that points to something that is not there."""


def kind_of(table: TextTable) -> str:
    """Return which file of a OneRoster set a table is, or "" where it is none.

    The set of headers tells; of several that fit, the one with most telling headers, then the file's own name.
    """
    there = set(table.folded)
    if not {"sourcedid", "usersourcedid", "propertyname"} & there:
        return ""
    name = fold(table.name.rsplit("/", 1)[-1].rsplit(".", 1)[0])
    fits = [kind for kind, needed in NEEDED.items() if {fold(one) for one in needed} <= there]
    if (
        "demographics" not in fits
        and {"sourcedid", "usersourcedid"} & there
        and {"asian", "white", "hispanicorlatinoethnicity"} <= there
    ):
        fits.append("demographics")
    fits = [
        kind
        for kind in fits
        if kind != "categories" or name == "categories" or ("status" in there and len(there) <= 7)
    ]
    return max(fits, key=lambda kind: (len(NEEDED[kind]), fold(kind) == name), default="")


def sds_kind_of(table: TextTable) -> str:
    """Return which file of a School Data Sync 2.1 set a table is, or "" where it is none."""
    there = set(table.folded)
    name = fold(table.name.rsplit("/", 1)[-1].rsplit(".", 1)[0])
    fits = [kind for kind, needed in SDS_NEEDED.items() if {fold(one) for one in needed} <= there]
    return max(fits, key=lambda kind: (len(SDS_NEEDED[kind]), fold(kind) == name), default="")


def system_told_by(tables: Collection[TextTable]) -> str:
    """Return which system files that came together are from: OneRoster, School Data Sync 2.1, or "" where none tells.

    A manifest is OneRoster's. Else it is the one of whose own headers more are there.
    """
    kinds = {kind_of(table): table for table in tables}
    if "manifest" in kinds:
        return "OneRoster"
    alike = [set(table.folded) for table in tables if kind_of(table) or sds_kind_of(table)]
    ours = sum(len(_ONEROSTER_TELLS & there) for there in alike)
    theirs = sum(len(_SDS_TELLS & there) for there in alike) + sum(
        1 for there in alike if there == {"usersourcedid", "flag"}
    )
    theirs += sum(
        1
        for there in alike
        if {"usersourcedid", "orgsourcedid", "role"} <= there and "sourcedid" not in there
    )
    return "" if not ours + theirs else SDS if theirs > ours else "OneRoster"
