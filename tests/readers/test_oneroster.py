"""OneRoster sets 1.1 and 1.2: people, stays, classes, scores, and the rules of the standard."""

from __future__ import annotations

import datetime as dt
import re

import polars as pl
import pytest

BULK = "propertyName,value\nmanifest.version,1.0\noneroster.version,{version}\n" + "".join(
    f"file.{name},bulk\n"
    for name in ("orgs", "academicSessions", "users", "classes", "enrollments", "demographics")
)
ORGS = (
    "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\n"
    "d1,,,Cedar County,district,,\n"
    "s1,,,Alder Elementary School,school,0042,d1\n"
    "s2,,,Birch Academy,school,0043,d1\n"
)
SESSIONS = (
    "sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear\n"
    "y,,,2025-26,schoolYear,2025-08-18,2026-06-05,,2026\n"
    "t1,,,Semester 1,semester,2025-08-18,2025-12-19,y,2026\n"
    "t2,,,Semester 2,semester,2026-01-05,2026-06-05,y,2026\n"
)
USERS = (
    (
        "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password\n"
        "u1,,,true,s1,student,u1,{{StateID:0011}},An,Nguyen,,00123,a@example.org,,,,03,\n"
        "u2,,,true,s1,student,u2,,Sam,O'Neil,,00124,,,,,03,\n"
        'u3,,,true,"s1,s2",student,u3,,Zoë,Peña,,00125,,,,,KG,\n'
        "t1,,,true,s1,teacher,t1,,Pat,Lee,,900,,,,,,\n"
        "p1,,,true,s1,parent,p1,,Kim,Nguyen,,901,,,,u1,,\n"
    )
    .replace("{{", "{")
    .replace("}}", "}")
)
CLASSES = (
    "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods\n"
    "c1,,,Maths A,03,k1,,scheduled,,s1,t1,Mathematics,,\n"
    "c2,,,Maths B,03,k1,,scheduled,,s1,t2,Mathematics,,\n"
    "c3,,,Birch room,KG,k1,,homeroom,,s2,t2,,,\n"
)
ENROLLMENTS = (
    "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate\n"
    "e1,,,c1,s1,u1,student,,,\n"
    "e2,,,c2,s1,u1,student,,,\n"
    "e3,,,c1,s1,u2,student,,2025-08-18,2025-10-01\n"
    "e4,,,c2,s1,u2,student,,2026-03-02,2026-06-05\n"
    "e5,,,c1,s1,u3,student,,2025-08-18,2025-12-19\n"
    "e6,,,c3,s2,u3,student,,2026-01-05,2026-06-05\n"
    "e7,,,c1,s1,t1,teacher,true,,\n"
)
DEMOGRAPHICS = (
    "sourcedId,status,dateLastModified,birthDate,sex,americanIndianOrAlaskaNative,asian,blackOrAfricanAmerican,nativeHawaiianOrOtherPacificIslander,white,demographicRaceTwoOrMoreRaces,hispanicOrLatinoEthnicity,countryOfBirthCode,stateOfBirthAbbreviation,cityOfBirth,publicSchoolResidenceStatus\n"
    "u1,,,2015-02-11,female,false,true,false,false,true,false,false,,,,\n"
    "u3,,,2019-09-30,other,,,,,,,true,,,,\n"
)


def roster(**changes: str) -> dict[str, str]:
    files = {
        "manifest": BULK.format(version="1.1"), "orgs": ORGS, "academicSessions": SESSIONS, "users": USERS,
        "classes": CLASSES, "enrollments": ENROLLMENTS, "demographics": DEMOGRAPHICS, **changes,
    }  # fmt: skip
    return {f"{name}.csv": text for name, text in files.items() if text}


@pytest.fixture
def read_roster(read, zipped):
    def reading(also=None, **changes):
        return read({"roster.zip": zipped(roster(**changes)), **(also or {})})

    return reading


def messages(reading, level):
    return " ".join(reading.notes.filter(pl.col("level") == level)["message"].to_list())


def stays_of(reading, student):
    return (
        reading.tables["enrollments"].filter(pl.col("student_id") == student).sort("entry_date")
        .select("school_id", "entry_date", "exit_date").rows()
    )  # fmt: skip


def test_terms_that_follow_one_another_are_one_stay(read_roster):
    # 2025-12-19 to 2026-01-05 are 17 days of holidays
    assert stays_of(read_roster(), "00123") == [("0042", dt.date(2025, 8, 18), dt.date(2026, 6, 5))]


def test_a_student_who_left_and_came_back_has_two_stays(read_roster):
    assert stays_of(read_roster(), "00124") == [
        ("0042", dt.date(2025, 8, 18), dt.date(2025, 10, 1)),
        ("0042", dt.date(2026, 3, 2), dt.date(2026, 6, 5)),
    ]


def test_a_student_who_moved_has_a_stay_in_each_school(read_roster):
    assert [stay[0] for stay in stays_of(read_roster(), "00125")] == ["0042", "0043"]


def test_the_identifier_is_the_students_number_and_the_other_one_is_kept(read_roster):
    identities = read_roster().tables["identities"].sort("student_id")
    assert identities["student_id"].to_list() == ["00123", "00124", "00125"]
    assert identities["local_number"].to_list() == ["u1", "u2", "u3"]
    assert identities["state_student_id"].to_list() == ["0011", None, None]


def test_where_one_student_has_no_identifier_all_are_known_by_the_sourced_id(read_roster):
    reading = read_roster(users=USERS.replace(",00124,", ",,"))
    assert sorted(set(reading.tables["students"]["student_id"])) == ["u1", "u2", "u3"]
    assert reading.tables["identities"].sort("student_id")["local_number"].to_list() == [
        "00123",
        None,
        "00125",
    ]


def test_the_number_that_other_files_use_decides(read_roster):
    scores = "student_id,subject,test_date,scale_score\nu1,math,2026-03-04,411\nu2,math,2026-03-04,400\n"
    reading = read_roster({"scores.csv": scores})
    assert sorted(set(reading.tables["students"]["student_id"])) == ["u1", "u2", "u3"]
    assert reading.tables["results"]["student_id"].to_list() == ["u1", "u2"]


def test_files_that_use_the_other_number_find_their_students_all_the_same(read_roster, read):
    known = read_roster().tables
    scores = "student_id,subject,test_date,scale_score\nu1,math,2026-03-04,411\nu2,math,2026-03-04,400\n"
    reading = read({"scores.csv": scores}, known=known, roster_ids=known["students"]["student_id"].to_list())
    assert reading.tables["results"]["student_id"].to_list() == ["00123", "00124"]
    assert "the other number in the roster" in messages(reading, "info")


def test_races_roll_up_to_the_federal_category(read_roster):
    students = read_roster().tables["students"].sort("student_id")
    assert students["race_ethnicity"].to_list() == ["Two or more races", "Not reported", "Hispanic or Latino"]
    assert students.filter(pl.col("student_id") == "00123").select("asian", "white", "black").row(0) == (
        "Yes",
        "Yes",
        "No",
    )
    assert students.filter(pl.col("student_id") == "00125").select("asian", "hispanic").row(0) == (
        "NotSelected",
        "Yes",
    )


def test_schools_have_a_level_by_name_or_by_their_students(read_roster):
    schools = read_roster().tables["schools"].sort("school_id")
    assert schools.select("school_id", "level", "district_name").rows() == [
        ("0042", "Elementary", "Cedar County"),
        ("0043", "Elementary", "Cedar County"),
    ]


def test_families_are_not_taken_in_and_it_is_said(read_roster):
    reading = read_roster()
    assert reading.set_aside.select("file", "row").rows() == [("roster.zip/users.csv", 6)]
    assert "Families" in reading.set_aside["reason"][0]
    assert "Kim" not in "".join(frame.write_csv() for frame in reading.tables.values())


def test_classes_know_their_teacher_subject_and_year(read_roster):
    sections = read_roster().tables["sections"].sort("section_id")
    assert sections.select("section_id", "staff_id", "subject", "school_year").row(0) == (
        "c1",
        "900",
        "Mathematics",
        "2025-26",
    )


def test_a_class_at_an_unknown_school_takes_its_enrollments_with_it(read_roster):
    reading = read_roster(classes=CLASSES.replace("homeroom,,s2", "homeroom,,s9"))
    assert reading.set_aside.filter(pl.col("file").str.ends_with("classes.csv"))["value"].to_list() == ["s9"]
    assert reading.set_aside.filter(pl.col("file").str.ends_with("enrollments.csv"))["value"].to_list() == [
        "c3"
    ]
    assert (reading.files["rows_read"] == reading.files["rows_kept"] + reading.files["rows_set_aside"]).all()


def test_rows_marked_for_deletion_are_set_aside(read_roster):
    reading = read_roster(users=USERS.replace("u2,,,", "u2,tobedeleted,2026-01-01,"))
    assert "00124" not in set(reading.tables["students"]["student_id"])
    assert "marked for deletion" in " ".join(reading.set_aside["reason"])


def test_the_same_row_twice_counts_once_and_a_contradiction_is_listed(read_roster):
    twice = USERS + USERS.splitlines()[1] + "\n" + USERS.splitlines()[2].replace("Sam", "Samuel") + "\n"
    reading = read_roster(users=twice)
    aside = reading.set_aside.filter(pl.col("row") > 6).select("row", "reason").rows()
    assert [row for row, _ in aside] == [7, 8]
    assert "says the same" in aside[0][1]
    assert "the first one counts" in aside[1][1]
    assert reading.tables["identities"].filter(pl.col("student_id") == "00124")["given_name"].to_list() == [
        "Sam"
    ]


def test_a_session_whose_year_and_dates_disagree_goes_by_its_dates(read_roster):
    reading = read_roster(academicSessions=SESSIONS.replace(",2026\n", ",2025\n"))
    assert set(reading.tables["students"]["school_year"]) == {"2025-26"}
    assert "The dates count" in messages(reading, "warning")


def test_a_school_year_written_as_two_years_is_understood(read_roster):
    reading = read_roster(academicSessions=SESSIONS.replace(",2026\n", ",2025-2026\n"))
    assert set(reading.tables["students"]["school_year"]) == {"2025-26"}


def test_the_manifest_and_the_files_are_compared(read_roster):
    absent = BULK.format(version="1.1").replace("file.demographics,bulk", "file.demographics,absent")
    assert "absent, but it is there" in messages(read_roster(manifest=absent), "warning")
    assert "promises demographics.csv" in messages(read_roster(demographics=""), "warning")


def test_a_set_of_changes_is_refused_whole(read_roster):
    reading = read_roster(manifest=BULK.format(version="1.1").replace("file.users,bulk", "file.users,delta"))
    assert "set of changes" in messages(reading, "refused")
    assert not reading.tables
    assert reading.files["rows_kept"].sum() == 0


def test_a_set_without_a_manifest_is_read_and_asked_about(read_roster):
    reading = read_roster(manifest="")
    assert "no manifest.csv" in messages(reading, "question")
    assert reading.tables["students"].height == 3


def test_headers_of_other_cases_and_old_names_are_understood(read_roster):
    old = DEMOGRAPHICS.replace("sourcedId,", "userSourcedId,", 1).replace("birthDate", "birthdate")
    users = USERS.replace("grades,password", "Grade,password")
    reading = read_roster(demographics=old, users=users)
    assert reading.tables["identities"].filter(pl.col("student_id") == "00123")["birth_date"].to_list() == [
        dt.date(2015, 2, 11)
    ]
    assert set(reading.tables["enrollments"]["grade_level"]) == {"03", "KG"}


def test_an_empty_demographics_file_leaves_students_in_not_reported(read_roster):
    reading = read_roster(demographics=DEMOGRAPHICS.splitlines()[0] + "\n")
    assert set(reading.tables["students"]["race_ethnicity"]) == {"Not reported"}
    assert "holds no rows" in messages(reading, "warning")


def test_a_folder_is_read_as_the_zip_is(read):
    reading = read({f"export/{name}": text for name, text in roster().items()})
    assert reading.tables["students"].height == 3
    assert set(reading.files["given"]) == {"export"}


def test_secrets_and_addresses_are_nowhere_in_what_comes_out(read_roster):
    reading = read_roster(
        users=USERS.replace(",00124,,,,,03,\n", ",00124,s@example.org,555,556,,03,hunter2\n")
    )
    everything = "".join(
        frame.write_csv() for frame in [*reading.tables.values(), reading.set_aside, reading.notes]
    )
    assert not any(secret in everything for secret in ("hunter2", "example.org", "555"))
    assert "password" in messages(reading, "warning")


# OneRoster 1.2: roles apart, standards scores

USERS_12 = (
    "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,preferredGivenName,preferredMiddleName,preferredFamilyName,primaryOrgSourcedId,pronouns,metadata.yearsExperience\n"
    "u1,,,true,u1,,An,Nguyen,,00123,,,,,03,,,,,,s1,,\n"
    "t1,,,true,t1,,Pat,Lee,,900,,,,,,,,,,,s1,,7.5\n"
)
ROLES_12 = (
    "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId\n"
    "r1,,,u1,primary,student,2025-08-18,2025-11-03,s1,\n"
    "r2,,,u1,secondary,student,2025-11-03,,s2,\n"
    "r3,,,t1,primary,teacher,2025-08-01,,s1,\n"
    "r4,,,t1,secondary,principal,2025-08-01,,s9,\n"
)
GRADEBOOK = {
    "categories": "sourcedId,status,dateLastModified,title,weight\nk,,,Standards check,\nq,,,Quiz,\n",
    "lineItems": "sourcedId,status,dateLastModified,title,description,assignDate,dueDate,classSourcedId,categorySourcedId,academicSessionSourcedId,resultValueMin,resultValueMax,schoolSourcedId\nl1,,,Check 1,,2025-09-15,2025-09-19,c1,k,t1,0,8,s1\nl2,,,Quiz 1,,2025-09-15,2025-09-26,c1,q,t1,0,20,s1\n",
    "results": "sourcedId,status,dateLastModified,lineItemSourcedId,studentSourcedId,scoreStatus,score,scoreDate,comment,textScore,classSourcedId,inProgress,incomplete,late,missing\nx1,,,l1,u1,fully graded,6,2025-09-19,,,c1,,,,\nx2,,,l2,u1,exempt,,2025-09-26,,,c1,,,,\n",
    "resultLearningObjectiveIds": "sourcedId,status,dateLastModified,resultSourcedId,source,learningObjectiveId,score,textScore\no1,,,x1,unknown,MATH.03.1,3.5,\no2,,,x1,unknown,MATH.03.2,2,\no3,,,x9,unknown,MATH.03.2,2,\n",
    "scoreScales": 'sourcedId,status,dateLastModified,title,type,orgSourcedId,courseSourcedId,classSourcedId,scoreScaleValue\ng,,,Standards 1-4,standards,d1,,,"[{1:Beginning},{2:Developing},{3:Meeting},{4:Exceeding}]"\n',
}
CLASS_12 = {
    "classes": CLASSES,
    "enrollments": ENROLLMENTS.splitlines()[0]
    + "\ne1,,,c1,s1,u1,student,,2025-08-18,2025-11-03\ne7,,,c1,s1,t1,teacher,true,,\n",
}


@pytest.fixture
def newer(read_roster):
    return read_roster(
        manifest=BULK.format(version="1.2"),
        users=USERS_12,
        roles=ROLES_12,
        demographics="",
        **CLASS_12,
        **GRADEBOOK,
    )


def test_in_version_two_a_dated_role_is_a_stay_and_an_open_one_lasts(newer):
    assert stays_of(newer, "00123") == [
        ("0042", dt.date(2025, 8, 18), dt.date(2025, 11, 3)),
        ("0043", dt.date(2025, 11, 3), None),
    ]
    assert newer.files["recognised_as"].str.starts_with("OneRoster 1.2").all()


def test_in_version_two_a_role_at_an_unknown_org_is_set_aside(newer):
    aside = newer.set_aside.filter(pl.col("file").str.ends_with("roles.csv"))
    assert aside.select("row", "value").rows() == [(5, "s9")]


def test_extra_columns_of_a_vendor_are_used_where_they_are_known(newer):
    assert newer.tables["staff"].select("staff_id", "role", "years_experience").rows() == [
        ("900", "teacher", 7.5)
    ]


def test_standards_scores_are_results_by_standard(newer):
    results = newer.tables["results"].filter(pl.col("standard_id").is_not_null()).sort("standard_id")
    columns = (
        "student_id",
        "assessment_id",
        "standard_id",
        "scale_score",
        "test_date",
        "period",
        "subject",
        "section_id",
        "result_status",
    )
    assert results.select(columns).rows() == [
        ("00123", "standards", "MATH.03.1", 3.5, dt.date(2025, 9, 19), "Fall", "Mathematics", "c1", "scored"),
        ("00123", "standards", "MATH.03.2", 2.0, dt.date(2025, 9, 19), "Fall", "Mathematics", "c1", "scored"),
    ]
    assessment = newer.tables["assessments"].filter(pl.col("assessment_id") == "standards").row(0, named=True)
    assert (assessment["scale_min"], assessment["scale_max"], assessment["kind"]) == (1.0, 4.0, "standards")
    assert newer.tables["standards"]["standard_id"].to_list() == ["MATH.03.1", "MATH.03.2"]


def test_a_gradebook_result_without_standards_is_a_result_with_points(newer):
    quiz = newer.tables["results"].filter(pl.col("assessment_id") == "quiz").row(0, named=True)
    assert (quiz["points"], quiz["points_possible"], quiz["result_status"]) == (None, 20.0, "exempt")


def test_a_standards_score_of_an_unknown_result_is_set_aside(newer):
    aside = newer.set_aside.filter(pl.col("file").str.ends_with("resultLearningObjectiveIds.csv"))
    assert aside.select("row", "value").rows() == [(4, "x9")]


def test_rosters_of_two_years_make_one_history(read, zipped):
    def moved(text: str) -> str:
        return re.sub(r"202[56]|(?<=2025-)26", lambda found: str(int(found[0]) - 1), text)

    before = {name: moved(text) for name, text in roster().items()}
    reading = read({"a.zip": zipped(before), "b.zip": zipped(roster())})
    students = reading.tables["students"]
    assert sorted(students.filter(pl.col("student_id") == "00123")["school_year"]) == ["2024-25", "2025-26"]
    assert reading.tables["identities"].height == 3
    assert reading.tables["schools"].height == 2


def test_dates_of_a_set_that_are_not_as_the_standard_says_are_read_or_asked_about(read_roster):
    clear = ENROLLMENTS.replace("2025-08-18,2025-10-01", "08/18/2025,10/01/2025")
    assert stays_of(read_roster(enrollments=clear), "00124")[0] == (
        "0042",
        dt.date(2025, 8, 18),
        dt.date(2025, 10, 1),
    )
    unclear = ENROLLMENTS.replace("2025-08-18,2025-10-01", "2025-08-18,10/01/2025")
    reading = read_roster(enrollments=unclear)
    assert "month or with the day first" in messages(reading, "question")
    assert reading.set_aside.filter(pl.col("file").str.ends_with("enrollments.csv")).select(
        "row", "value"
    ).rows() == [(4, "10/01/2025")]


def test_a_birth_date_that_cannot_be_read_is_left_empty_and_the_student_is_kept(read_roster):
    reading = read_roster(demographics=DEMOGRAPHICS.replace("2015-02-11", "unknown"))
    assert reading.left_empty.select("row", "column", "value").rows() == [(2, "birthDate", "unknown")]
    assert reading.tables["students"].filter(pl.col("student_id") == "00123")["asian"].to_list() == ["Yes"]


def test_a_role_that_ends_before_it_begins_is_set_aside(read_roster):
    roles = ROLES_12.replace("2025-11-03,,s2", "2025-11-03,2025-10-01,s2")
    reading = read_roster(
        manifest=BULK.format(version="1.2"), users=USERS_12, roles=roles, demographics="", **CLASS_12
    )
    assert [stay[0] for stay in stays_of(reading, "00123")] == ["0042"]
    assert "The role ends before it begins." in set(reading.set_aside["reason"])


def gradebook(items: int, results: str) -> dict[str, str]:
    lines = "".join(f"l{n},,,Quiz {n},,2025-09-15,2025-09-26,c1,q,t1,0,20,s1\n" for n in range(1, items + 1))
    return {
        "categories": GRADEBOOK["categories"],
        "lineItems": GRADEBOOK["lineItems"].splitlines()[0] + "\n" + lines,
        "results": GRADEBOOK["results"].splitlines()[0] + "\n" + results,
    }


def test_two_quizzes_on_one_day_are_two_assessments(read_roster):
    results = "x1,,,l1,u1,fully graded,6,2025-09-26,,,c1,,,,\nx2,,,l2,u1,fully graded,9,2025-09-26,,,c1,,,,\n"
    reading = read_roster(**gradebook(2, results))
    assert sorted(reading.tables["results"].select("assessment_id", "points").rows()) == [
        ("quiz_quiz_1", 6.0),
        ("quiz_quiz_2", 9.0),
    ]
    assert reading.set_aside.filter(pl.col("file").str.ends_with("results.csv")).height == 0


def test_two_results_for_one_piece_of_work_contradict_one_another(read_roster):
    results = "x1,,,l1,u1,fully graded,6,2025-09-26,,,c1,,,,\nx2,,,l1,u1,fully graded,9,2025-09-26,,,c1,,,,\nx3,,,l1,u2,fully graded,9,2025-09-26,,,c1,,,,\n"
    reading = read_roster(**gradebook(1, results))
    assert reading.tables["results"]["student_id"].to_list() == ["00124"]
    assert reading.set_aside.filter(pl.col("file").str.ends_with("results.csv"))["row"].to_list() == [2, 3]
    assert (reading.files["rows_read"] == reading.files["rows_kept"] + reading.files["rows_set_aside"]).all()


def test_two_rosters_of_one_year_are_remarked_on(read, zipped):
    later = {**roster(), "users.csv": USERS.replace("Sam,O'Neil", "Samuel,O'Neil")}
    reading = read({"a.zip": zipped(roster()), "b.zip": zipped(later)})
    assert "another roster for 2025-26 in this import (a.zip)" in messages(reading, "warning")
    assert reading.tables["enrollments"].filter(pl.col("student_id") == "00124").height == 2


def test_a_summer_session_belongs_to_the_year_it_says(read_roster):
    summer = SESSIONS + "t3,,,Summer,term,2026-06-15,2026-08-07,y,2026\n"
    reading = read_roster(academicSessions=summer)
    assert "The dates count" not in messages(reading, "warning")
    assert set(reading.tables["students"]["school_year"]) == {"2025-26"}
