"""What real rosters do that no standard says: each is read for what it means, or asked about, and told apart from its like."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from conftest import said
from rosters import HEADERS_12, as_csv, one_roster
from test_oneroster import BULK, CLASSES, DEMOGRAPHICS, ENROLLMENTS, ORGS, SESSIONS, USERS, roster, stays_of
from test_oneroster_gradebook import BASE

WHOLE = {"students": 3, "enrollments": 5, "sections": 3, "identities": 3}


def heights(reading):
    return {name: reading.tables[name].height for name in WHOLE}


def as_written(how, text):
    return {
        "with a byte-order mark": lambda: b"\xef\xbb\xbf" + text.encode(),
        "with Windows line ends": lambda: text.replace("\n", "\r\n").encode(),
        "with line ends of old Macs": lambda: text.replace("\n", "\r").encode(),
        "in UTF-16": lambda: text.encode("utf-16"),
    }[how]()


@pytest.mark.parametrize(
    "how", ["with a byte-order mark", "with Windows line ends", "with line ends of old Macs", "in UTF-16"]
)
def test_a_set_is_read_alike_however_its_text_is_written(read, zipped, how):
    plain = read({"a.zip": zipped(roster())})
    reading = read({"a.zip": zipped({name: as_written(how, text) for name, text in roster().items()})})
    assert heights(reading) == heights(plain) == WHOLE
    for name, frame in plain.tables.items():
        assert reading.tables[name].equals(frame), name


@pytest.mark.parametrize("folder", ["export/", "export/2026/", "My Export (2)/"])
def test_a_set_in_a_folder_inside_its_zip_is_read(read, zipped, folder):
    reading = read({"a.zip": zipped({f"{folder}{name}": text for name, text in roster().items()})})
    assert heights(reading) == WHOLE
    assert reading.files["recognised_as"].str.starts_with("OneRoster 1.1").all()


def test_files_with_other_names_and_mixed_case_headers_are_known_by_their_headers(read, zipped):
    odd = {f"{n}_EXPORT_{name}": text for n, (name, text) in enumerate(roster().items())}
    odd = {
        name: "\n".join([text.split("\n")[0].upper(), *text.split("\n")[1:]]) for name, text in odd.items()
    }
    assert heights(read({"a.zip": zipped(odd)})) == WHOLE


def test_columns_that_a_vendor_added_and_empty_headers_at_the_end_change_nothing(read, zipped):
    def widened(text):
        first, *rows = text.rstrip("\n").split("\n")
        return "\n".join([first + ",ext_homeroom,metadata.x,,,", *[row + ",H1,y,,," for row in rows]]) + "\n"

    reading = read(
        {
            "a.zip": zipped(
                {name: widened(text) if name != "manifest.csv" else text for name, text in roster().items()}
            )
        }
    )
    assert heights(reading) == WHOLE
    assert said(reading, "question") == ""


def test_misspelt_headers_are_read_as_what_they_mean(read, zipped):
    files = one_roster(BASE)
    files["users.csv"] = (
        files["users.csv"]
        .replace("preferredGivenName", "prefferedGivenName")
        .replace("dateLastModified", "dataLastModified")
    )
    files["roles.csv"] = files["roles.csv"].replace("dateLastModified", "dataLastModified")
    reading = read({"a.zip": zipped(files)})
    assert reading.files["recognised_as"].str.starts_with("OneRoster 1.2").all()
    assert reading.tables["students"].height == 7
    assert said(reading, "question") == ""


def test_dates_with_strokes_are_read_where_another_file_of_the_set_tells_their_order_and_asked_about_where_none_does(
    read, zipped
):
    def strokes(text, order):
        day, month = ("{d}", "{m}") if order == "day" else ("{m}", "{d}")
        return text.replace("2025-10-01", f"{day}/{month}/2025".format(d="1", m="10"))

    # 2025-08-18 as 18/08/2025 can only be the day first; 1/10/2025 alone could be both
    sessions = (
        SESSIONS.replace("2025-08-18", "18/08/2025")
        .replace("2026-06-05", "5/06/2026")
        .replace("2025-12-19", "19/12/2025")
        .replace("2026-01-05", "5/01/2026")
    )
    enrollments = strokes(ENROLLMENTS, "day")
    reading = read({"a.zip": zipped(roster(academicSessions=sessions, enrollments=enrollments))})
    assert stays_of(reading, "00124")[0] == ("0042", dt.date(2025, 8, 18), dt.date(2025, 10, 1))
    assert set(reading.tables["students"]["school_year"]) == {"2025-26"}
    asked = read({"a.zip": zipped(roster(enrollments=enrollments))})
    assert "month or with the day first" in said(asked, "question")


def test_a_file_called_user_profiles_that_holds_roles_is_read_as_roles(read, zipped):
    files = one_roster(BASE)
    files["userprofiles.csv"] = files.pop("roles.csv")
    files.pop("userProfiles.csv")
    reading = read({"a.zip": zipped(files)})
    assert (
        dict(reading.files.select("file", "recognised_as").iter_rows())["a.zip/userprofiles.csv"]
        == "OneRoster 1.2, roles"
    )
    assert reading.tables["enrollments"].height == 8


def test_of_two_files_with_roles_the_one_so_named_counts_and_the_other_says_why_not(read, zipped):
    files = one_roster(BASE)
    fewer = as_csv(HEADERS_12["roles"], BASE["roles"][:2])
    reading = read({"a.zip": zipped({"aaa.csv": fewer, **files})})
    assert reading.tables["enrollments"].height == 8
    assert (
        "There is another roles file in this set (a.zip/roles.csv). By its headers this file holds roles too"
        in said(reading, "refused")
    )


def test_what_the_manifest_says_and_what_is_there_are_compared_both_ways(read, zipped):
    told = BULK.format(version="1.1") + "file.results,bulk\n"
    told = told.replace("file.demographics,bulk", "file.demographics,absent")
    reading = read({"a.zip": zipped(roster(manifest=told))})
    warnings = said(reading, "warning")
    assert "demographics.csv is absent, but it is there. It was read." in warnings
    assert "promises results.csv, but it is not there" in warnings
    assert reading.tables["students"].filter(pl.col("asian") == "Yes").height == 1


def test_a_student_who_stands_once_for_each_school_is_one_student_in_both(read, zipped):
    twice = (
        USERS.replace('"s1,s2",student,u3', "s1,student,u3")
        + "u3,,,true,s2,student,u3,,Zoë,Peña,,00125,,,,,KG,\n"
    )
    reading = read({"a.zip": zipped(roster(users=twice, enrollments=ENROLLMENTS.split("e5")[0]))})
    assert sorted(stay[0] for stay in stays_of(reading, "00125")) == ["0042", "0043"]
    assert reading.tables["identities"].height == 3
    users = reading.files.filter(pl.col("file") == "a.zip/users.csv").row(0, named=True)
    assert (users["rows_read"], users["rows_kept"], users["rows_set_aside"]) == (6, 5, 1)  # the parent
    assert "1 people stand in several rows, once for each school" in said(reading, "info")


def test_a_student_with_another_sourced_id_in_each_school_is_one_by_the_identifier_and_it_is_said(
    read, zipped
):
    twice = USERS + "u9,,,true,s2,student,u9,,Sam,O'Neil,,00124,,,,,03,\n"
    reading = read({"a.zip": zipped(roster(users=twice))})
    assert sorted(reading.tables["identities"]["student_id"]) == ["00123", "00124", "00125"]
    assert "1 identifiers stand at several sourcedIds" in said(reading, "warning")
    assert "0043" in {stay[0] for stay in stays_of(reading, "00124")}
    # the same number for two names is no number for a person
    other = USERS + "u9,,,true,s2,student,u9,,Mia,Ko,,00124,,,,,03,\n"
    apart = read({"a.zip": zipped(roster(users=other))})
    assert sorted(apart.tables["identities"]["student_id"]) == ["u1", "u2", "u3", "u9"]


def test_an_inactive_enrollment_without_an_end_is_set_aside_and_one_with_an_end_is_history(read, zipped):
    changed = ENROLLMENTS.replace("e2,,,", "e2,inactive,2026-01-01T00:00:00Z,").replace(
        "e3,,,", "e3,inactive,2026-01-01T00:00:00Z,"
    )
    reading = read({"a.zip": zipped(roster(enrollments=changed))})
    assert reading.set_aside.filter(pl.col("file") == "a.zip/enrollments.csv").select(
        "row", "value"
    ).rows() == [(3, "inactive")]
    assert stays_of(reading, "00124")[0] == ("0042", dt.date(2025, 8, 18), dt.date(2025, 10, 1))


def test_cells_that_say_nothing_that_the_standard_knows_are_left_empty_and_listed(read, zipped):
    odd = DEMOGRAPHICS.replace("female,false,true", "zz,false,maybe")
    users = USERS.replace(",,,,03,\n", ",,,,13th,\n", 1).replace(",00124,,,,,03,", ",00124,,,,,thrd,")
    reading = read({"a.zip": zipped(roster(demographics=odd, users=users))})
    told = {
        (file.rsplit("/", 1)[1], row, column, value)
        for file, row, column, value in reading.left_empty.select(
            "file", "row", "column", "value"
        ).iter_rows()
    }
    assert told == {
        ("demographics.csv", 2, "sex", "zz"),
        ("demographics.csv", 2, "asian", "maybe"),
        ("users.csv", 3, "grades", "thrd"),
    }
    assert reading.tables["students"].filter(pl.col("student_id") == "00123").select(
        "sex", "asian", "white"
    ).row(0) == ("Not reported", "NotSelected", "Yes")


@pytest.mark.parametrize(("kind", "column", "lost"), [
    ("users", "orgSourcedIds", USERS.replace("true,s1,student,u2", "true,s9,student,u2")),
    ("enrollments", "userSourcedId", ENROLLMENTS.replace(",u2,student", ",u8,student")),
    ("enrollments", "classSourcedId", ENROLLMENTS.replace(",c1,s1,u3", ",c8,s1,u3")),
    ("classes", "schoolSourcedId", CLASSES.replace(",,s2,t2", ",,s8,t2")),
    ("demographics", "sourcedId", DEMOGRAPHICS.replace("u3,", "u8,")),
])  # fmt: skip
def test_a_row_that_points_to_nothing_is_set_aside_with_the_column_that_points(
    read, zipped, kind, column, lost
):
    reading = read({"a.zip": zipped(roster(**{kind: lost}))})
    mine = reading.set_aside.filter(
        (pl.col("file") == f"a.zip/{kind}.csv") & ~pl.col("reason").str.contains("Families")
    )
    assert set(mine["column"]) == {column}
    assert (reading.files["rows_read"] == reading.files["rows_kept"] + reading.files["rows_set_aside"]).all()


# OneRoster 1.0: no manifest, no enabledUser, one term for a class, older names of columns

ONE_ZERO = {
    "orgs.csv": "sourcedId,status,dateLastModified,name,type,identifier,metadata.classification,metadata.gender,metadata.boarding,parentSourcedId\n"
    "d1,active,,Cedar County,district,,,,,\ns1,active,,Alder School,school,0042,public,mixed,false,d1\n",
    "academicSessions.csv": "sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId\n"
    "t1,active,,Fall 2025,term,2025-08-18,2025-12-19,\n",
    "users.csv": "sourcedId,status,dateLastModified,orgSourcedIds,role,username,userId,givenName,familyName,identifier,email,sms,phone,agents,grade\n"
    "u1,active,,s1,student,an,{StateID:0011},An,Nguyen,00123,a@example.org,,,,03\nt9,active,,s1,teacher,pat,,Pat,Lee,900,,,,,\n",
    "courses.csv": "sourcedId,status,dateLastModified,schoolYearId,metadata.duration,title,courseCode,grade,orgSourcedId,subjects\n"
    "k1,active,,t1,,Mathematics 3,M3,03,s1,Mathematics\n",
    "classes.csv": "sourcedId,status,dateLastModified,title,grade,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedId,subjects\n"
    "c1,active,,Maths A,03,k1,,scheduled,,s1,t1,\n",
    "enrollments.csv": "sourcedId,classSourcedId,schoolSourcedId,userSourcedId,role,status,dateLastModified,primary\n"
    "e1,c1,s1,u1,student,active,,\ne2,c1,s1,t9,teacher,active,,true\n",
    "demographics.csv": "userSourcedId,status,dateLastModified,birthdate,sex,americanIndianOrAlaskaNative,asian,blackOrAfricanAmerican,"
    "nativeHawaiianOrOtherPacificIslander,white,demographicRaceTwoOrMoreRaces,hispanicOrLatinoEthnicity\n"
    "u1,active,,2017-02-11,female,false,true,false,false,false,false,false\n",
}  # fmt: skip


def test_a_set_of_version_one_nought_is_read_whole_by_its_own_names(read, zipped):
    reading = read({"a.zip": zipped(ONE_ZERO)})
    assert reading.files["recognised_as"].str.starts_with("OneRoster 1.0").all()
    assert reading.set_aside.height == 0
    assert "OneRoster 1.0 has no manifest" in said(reading, "info")
    assert said(reading, "question") == ""
    stay = reading.tables["enrollments"].row(0, named=True)
    assert (stay["student_id"], stay["school_id"], stay["grade_level"]) == ("00123", "0042", "03")
    assert (stay["school_year"], stay["entry_date"], stay["exit_date"]) == (
        "2025-26",
        dt.date(2025, 8, 18),
        dt.date(2025, 12, 19),
    )
    section = reading.tables["sections"].row(0, named=True)
    assert (section["course_title"], section["subject"], section["grade_level"], section["staff_id"]) == (
        "Mathematics 3",
        "Mathematics",
        "03",
        "900",
    )
    identity = reading.tables["identities"].row(0, named=True)
    assert (identity["birth_date"], identity["state_student_id"]) == (dt.date(2017, 2, 11), "0011")
    assert reading.tables["students"].select("race_ethnicity", "sex").row(0) == ("Asian", "Female")
    assert "email" in said(reading, "info")


def test_old_names_of_demographics_in_a_set_of_version_one_one_are_read_and_remarked_on(read, zipped):
    old = DEMOGRAPHICS.replace("sourcedId,", "userSourcedId,", 1).replace("birthDate", "birthdate")
    reading = read({"a.zip": zipped(roster(demographics=old))})
    assert reading.files["recognised_as"].str.starts_with("OneRoster 1.1").all()
    assert "demographics.csv has 'userSourcedId' as OneRoster 1.0 had it" in said(reading, "info")
    born = reading.tables["identities"].filter(pl.col("student_id") == "00123")["birth_date"]
    assert born.to_list() == [dt.date(2015, 2, 11)]


# which system is which

CLEVER = {
    "schools.csv": "School_id,School_name,School_number,State_id,Low_grade,High_grade,Principal,Principal_email\n"
    "7,Alder Elementary,7,0042,Kindergarten,5,Kim Lee,k@example.org\n8,Birch Middle,8,0043,6,8,,\n",
    "students.csv": "School_id,Student_id,Student_number,State_id,Last_name,Middle_name,First_name,Gender,Dob,Grade,Race,Hispanic_Latino,Ell_status,Frl_status,Iep_status,Student_email,Contact_name,Username,Password\n"
    "7,100,00123,99,Nguyen,,An,F,02/28/2019,0,A,N,Y,F,N,an@example.org,Kim,an,hunter2\n"
    "7,101,00124,98,Ko,,Mi,M,03/01/2018,1,B,N,N,P,Y,,,,\n8,102,00125,97,Ruiz,,Jo,F,12/31/2013,7,W,Y,,,,,,,\n"
    "8,103,00126,96,Lee,,Al,X,11/30/2013,PreKindergarten,M,,N,,,,,,\n8,104,00127,95,Poe,,Ed,M,10/30/2013,8,I,N,N,R,,,,,\n",
    "teachers.csv": "School_id,Teacher_id,Teacher_number,State_teacher_id,Last_name,Middle_name,First_name,Teacher_email,Title,Username,Password\n"
    "7,900,1,2,Lee,,Pat,p@example.org,,pat,hunter3\n8,900,1,2,Lee,,Pat,p@example.org,,pat,hunter3\n",
    "sections.csv": "School_id,Section_id,Teacher_id,Teacher_2_id,Teacher_3_id,Teacher_4_id,Name,Grade,Course_name,Course_number,Period,Term_name,Term_start,Term_end\n"
    "7,S1,900,901,,,Maths A,0,Mathematics,1,1,Year,08/18/2025,06/05/2026\n8,S2,900,,,,Maths B,7,Mathematics,2,1,Year,08/18/2025,06/05/2026\n",
    "enrollments.csv": "School_id,Student_id,Section_id\n7,100,S1\n7,101,S1\n8,102,S2\n8,104,S2\n",
}  # fmt: skip


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_the_five_files_of_clever_are_read_whole_whatever_their_line_ends(read, ends):
    files = {
        f"clever/{name}": text.replace("\n", ends)
        if name in ("students.csv", "sections.csv", "enrollments.csv")
        else text
        for name, text in CLEVER.items()
    }
    reading = read(files, school_year="2025-26")
    assert reading.set_aside.height == 0
    assert reading.files["rows_kept"].to_list() == [4, 2, 2, 5, 2]
    assert set(reading.files["recognised_as"]) == {f"Clever, {name.removesuffix('.csv')}" for name in CLEVER}
    stays = (
        reading.tables["enrollments"]
        .sort("student_id")
        .select("student_id", "school_id", "grade_level", "school_year")
        .rows()
    )
    assert stays == [
        ("100", "7", "KG", "2025-26"), ("101", "7", "01", "2025-26"), ("102", "8", "07", "2025-26"),
        ("103", "8", "PK", "2025-26"), ("104", "8", "08", "2025-26"),
    ]  # fmt: skip
    groups = (
        reading.tables["students"]
        .sort("student_id")
        .select("sex", "race_ethnicity", "hispanic", "english_learner", "economic_disadvantage", "disability")
        .rows()
    )
    assert groups == [
        ("Female", "Asian", "No", "Yes", "Yes", "No"),
        ("Male", "Black or African American", "No", "No", "No", "Yes"),
        ("Female", "Hispanic or Latino", "Yes", "NotSelected", "NotSelected", "NotSelected"),
        ("Another gender", "Two or more races", "NotSelected", "No", "NotSelected", "NotSelected"),
        ("Male", "American Indian or Alaska Native", "No", "No", "Yes", "NotSelected"),
    ]
    assert reading.tables["identities"].filter(pl.col("student_id") == "100").select(
        "local_number", "state_student_id", "birth_date"
    ).row(0) == ("00123", "99", dt.date(2019, 2, 28))
    assert sorted(reading.tables["staff"].select("staff_id", "school_id").rows()) == [
        ("900", "7"),
        ("900", "8"),
    ]
    assert reading.tables["section_enrollments"].height == 4
    everything = "".join(frame.write_csv() for frame in [*reading.tables.values(), reading.notes])
    assert not any(secret in everything for secret in ("hunter", "example.org", "Kim"))


def test_rosters_of_every_system_are_told_apart_by_their_headers(read, zipped):
    from test_school_data_sync import SET, V1_SECTIONS

    reading = read({
        "v10.zip": zipped(ONE_ZERO), "v11.zip": zipped(roster()), "v12.zip": zipped(one_roster(BASE)),
        "sds2.zip": zipped({f"{name}.csv": text for name, text in SET.items()}),
        "clever.zip": zipped(CLEVER), "sds1.zip": zipped({"Section.csv": V1_SECTIONS}),
    }, school_year="2025-26")  # fmt: skip
    told = (
        reading.files.with_columns(pl.col("recognised_as").str.split(",").list.first().alias("system"))
        .group_by("given")
        .agg(pl.col("system").unique())
    )
    assert dict(told.iter_rows()) == {
        "v10.zip": ["OneRoster 1.0"], "v11.zip": ["OneRoster 1.1"], "v12.zip": ["OneRoster 1.2"], "sds2.zip": ["Microsoft SDS v2.1"],
        "clever.zip": ["Clever"], "sds1.zip": ["Microsoft SDS v1"],
    }  # fmt: skip
    assert (reading.files["rows_read"] == reading.files["rows_kept"] + reading.files["rows_set_aside"]).all()


def test_orgs_and_sessions_alone_are_onerosters(read):
    reading = read({"a/orgs.csv": ORGS, "a/academicSessions.csv": SESSIONS})
    assert reading.files["recognised_as"].str.starts_with("OneRoster 1.1").all()
