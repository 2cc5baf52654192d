"""School Data Sync, version 1 and 2.1: read into the same tables as OneRoster, and told apart from it."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from conftest import said

from dataworkbench.readers import read_files
from dataworkbench.workspace import Settings, shipped

TODAY = dt.date(2026, 11, 22)
SET = {
    "orgs": "sourcedId,name,type,parentSourcedId\nd1,Cedar County,district,\ns1,Alder School,school,d1\ns2,Birch School,school,d1\n",
    "users": (
        "sourcedId,username,givenName,familyName,password,activeDirectoryMatchId,email,phone,sms\n"
        "u1,an@example.org,An,Nguyen,hunter2,match-1,an@example.org,555-0101,\n"
        "u2,sam@example.org,Sam,Ko,,,,,\n"
        "u3,zoe@example.org,Zoë,Peña,,,,,\n"
        "t1,pat@example.org,Pat,Lee,,,,,\n"
        "p1,kim@example.org,Kim,Nguyen,,,,,\n"
    ),
    "roles": (
        "userSourcedId,orgSourcedId,role,sessionSourcedId,grade,isPrimary,roleStartDate,roleEndDate\n"
        "u1,s1,student,y1,03,true,,\n"
        "u2,s1,student,y1,04,true,2025-08-18,2025-11-03\n"
        "u2,s2,student,y1,04,true,2025-11-03,\n"
        "u3,s1,student,f1,KG,true,,\n"
        "u3,s1,student,w1,KG,true,,\n"
        "t1,s1,teacher,y1,,true,,\n"
    ),
    "classes": "sourcedId,orgSourcedId,title,sessionSourcedIds,courseSourcedId\nc1,s1,Maths A,f1,k1\nc2,s1,Maths B,w1,k1\n",
    "enrollments": "classSourcedId,userSourcedId,role\nc1,u1,student\nc2,u1,student\nc1,u3,student\nc1,t1,teacher\nc9,u1,student\n",
    "courses": "sourcedId,orgSourcedId,title,code,schoolYearSourcedId,subject,grade\nk1,s1,Mathematics 3,M3,y1,Mathematics,03\n",
    "academicSessions": (
        "sourcedId,title,type,schoolYear,startDate,endDate\n"
        "y1,2025-26,schoolYear,2026,2025-08-18,2026-06-05\n"
        "f1,Fall,semester,2026,2025-08-18,2025-12-19\n"
        "w1,Winter,semester,2026,2026-01-05,2026-06-05\n"
    ),
    "demographics": (
        "userSourcedId,sex,birthDate,birthCity,birthState,birthCountry,ethnicityCodes,raceCodes\n"
        'u1,female,2017-02-11,,,,,"asian,white"\n'
        "u2,M,2016-05-01,,,,hispanicOrLatinoEthnicity,white\n"
        "u3,,2020-09-30,,,,,\n"
    ),
    "userFlags": "userSourcedId,flag\nu1,ELL\nu1,FreeLunch\nu2,IEP\nu2,504\nu2,Homeless\nu3,GiftedOrTalented\n",
    "relationships": "userSourcedId,relationshipUserSourcedId,relationshipRole\nu1,p1,parent\n",
}  # fmt: skip


def files(**changes):
    return {f"sds/{name}.csv": text for name, text in {**SET, **changes}.items() if text}


@pytest.fixture
def sds(read):
    return read(files())


def test_every_file_of_version_two_is_known_and_every_row_accounted_for(sds):
    assert set(sds.files["recognised_as"]) == {f"Microsoft SDS v2.1, {name}" for name in SET}
    assert (sds.files["rows_read"] == sds.files["rows_kept"] + sds.files["rows_set_aside"]).all()
    assert sds.files["rows_read"].to_list() == [SET[name].count("\n") - 1 for name in sorted(SET)]
    aside = sds.set_aside.select("file", "row", "value").sort("file").rows()
    assert aside == [
        ("sds/enrollments.csv", 6, "c9"),
        ("sds/relationships.csv", 2, "u1"),
        ("sds/users.csv", 6, "p1"),
    ]
    assert "Families" in sds.set_aside.filter(pl.col("file") == "sds/users.csv")["reason"][0]
    assert said(sds, "question") == ""


def test_stays_have_the_dates_of_roles_or_of_their_sessions(sds):
    columns = ("student_id", "school_id", "school_year", "grade_level", "entry_date", "exit_date")
    assert sds.tables["enrollments"].sort("student_id", "entry_date").select(columns).rows() == [
        ("u1", "s1", "2025-26", "03", dt.date(2025, 8, 18), dt.date(2026, 6, 5)),
        ("u2", "s1", "2025-26", "04", dt.date(2025, 8, 18), dt.date(2025, 11, 3)),
        ("u2", "s2", "2025-26", "04", dt.date(2025, 11, 3), None),
        # two semesters with seventeen days between them are one stay
        ("u3", "s1", "2025-26", "KG", dt.date(2025, 8, 18), dt.date(2026, 6, 5)),
    ]


def test_classes_have_the_subject_of_their_course_and_the_dates_of_their_session(sds):
    columns = ("section_id", "school_id", "school_year", "course_title", "subject", "staff_id")
    assert sds.tables["sections"].sort("section_id").select(columns).rows() == [
        ("c1", "s1", "2025-26", "Mathematics 3", "Mathematics", "t1"),
        ("c2", "s1", "2025-26", "Mathematics 3", "Mathematics", None),
    ]
    assert sds.tables["section_enrollments"].filter(pl.col("section_id") == "c2").row(0) == (
        "c2", "u1", dt.date(2026, 1, 5), dt.date(2026, 6, 5))  # fmt: skip


def test_codes_of_race_and_ethnicity_become_the_federal_category_and_what_is_not_listed_is_not_no(sds):
    columns = ("student_id", "sex", "race_ethnicity", "asian", "white", "black", "hispanic")
    assert sds.tables["students"].sort("student_id").select(columns).rows() == [
        ("u1", "Female", "Two or more races", "Yes", "Yes", "NotSelected", "NotSelected"),
        ("u2", "Male", "Hispanic or Latino", "NotSelected", "Yes", "NotSelected", "Yes"),
        ("u3", "Not reported", "Not reported", "NotSelected", "NotSelected", "NotSelected", "NotSelected"),
    ]


def test_flags_become_groups_and_who_has_none_is_not_selected(sds):
    columns = ("student_id", "english_learner", "disability", "economic_disadvantage", "gifted")
    assert sds.tables["students"].sort("student_id").select(columns).rows() == [
        ("u1", "Yes", "NotSelected", "Yes", "NotSelected"),
        ("u2", "NotSelected", "Yes", "NotSelected", "NotSelected"),
        ("u3", "NotSelected", "NotSelected", "NotSelected", "Yes"),
    ]
    assert "not who has none" in said(sds, "info")


def test_codes_that_nobody_explained_are_asked_about_and_a_district_can_explain_them(read, tmp_path):
    changed = files(
        userFlags=SET["userFlags"] + "u3,Newcomer\n",
        demographics=SET["demographics"].replace("asian,white", "asian,XY"),
    )
    reading = read(changed)
    question = said(reading, "question")
    assert "'flag' holds codes that nobody has explained: 'Newcomer'" in question
    assert "'raceCodes' holds codes that nobody has explained: 'XY'" in question
    own = (shipped("templates") / "profiles" / "sds2_user_flags.yaml").read_text()
    own = own.replace("{ELL: Yes, LEP: Yes}}", "{ELL: Yes, LEP: Yes, Newcomer: Yes}, empty: No}")
    (tmp_path / "mappings").mkdir()
    (tmp_path / "mappings" / "flags.yaml").write_text(own)
    answered = read(changed, profiles=[tmp_path / "mappings"])
    assert "Newcomer" not in said(answered, "question")
    learners = answered.tables["students"].sort("student_id")["english_learner"].to_list()
    assert learners == ["Yes", "No", "Yes"]


def test_passwords_addresses_and_families_are_nowhere_in_what_comes_out(sds):
    everything = "".join(frame.write_csv() for frame in [*sds.tables.values(), sds.set_aside, sds.notes])
    assert not any(
        secret in everything for secret in ("hunter2", "example.org", "555-0101", "match-1", "Kim")
    )
    assert "password" in said(sds, "warning")


def test_a_set_without_roles_is_refused_and_says_what_to_bring(read):
    reading = read(files(roles=""))
    assert "came without roles.csv" in said(reading, "refused")
    assert reading.tables == {}
    assert reading.files["rows_kept"].sum() == 0


def test_without_sessions_the_year_of_the_district_counts(read):
    reading = read(files(academicSessions=""), school_year="2025-26")
    assert set(reading.tables["enrollments"]["school_year"]) == {"2025-26"}
    assert set(reading.tables["sections"]["school_year"]) == {"2025-26"}
    asked = read(files(academicSessions=""))
    assert "which school year" in said(asked, "question")


def test_a_manifest_makes_it_onerosters_and_its_lack_makes_it_school_data_syncs(read):
    plain = {name: SET[name] for name in ("orgs", "users")}
    alone = read({f"a/{name}.csv": text for name, text in plain.items()})
    assert alone.files["recognised_as"].str.starts_with("Microsoft SDS v2.1").all()  # activeDirectoryMatchId
    manifest = "propertyName,value\nmanifest.version,1.0\noneroster.version,1.2\nfile.orgs,bulk\n"
    reading = read({"b/manifest.csv": manifest, "b/orgs.csv": SET["orgs"]})
    assert reading.files["recognised_as"].str.starts_with("OneRoster 1.2").all()


def test_a_roster_in_another_folder_is_another_set(read):
    manifest = "propertyName,value\nmanifest.version,1.0\noneroster.version,1.1\n"
    orgs = (
        "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\ns7,,,Elm School,school,,\n"
    )
    reading = read({**files(), "other/manifest.csv": manifest, "other/orgs.csv": orgs}, school_year="2025-26")
    kinds = dict(reading.files.select("file", "recognised_as").iter_rows())
    assert kinds["other/orgs.csv"] == "OneRoster 1.1, orgs"
    assert kinds["sds/orgs.csv"] == "Microsoft SDS v2.1, orgs"
    assert sorted(reading.tables["schools"]["school_id"]) == ["s1", "s2", "s7"]


# version 1

V1_SECTIONS = "SIS ID,School SIS ID,Section Name,Term StartDate,Course Name,Course Subject\n11,1,Maths A,7/1/2025,Maths 101,Maths\n12,1,Maths B,7/1/2025,Maths 102,Maths\n"


def test_of_two_teachers_in_version_one_the_first_is_the_sections_and_the_other_is_listed(read):
    reading = read({
        "Section.csv": V1_SECTIONS, "TeacherRoster.csv": "Section SIS ID,SIS ID\n11,900\n11,901\n12,901\n11,900\n11,901\n",
    })  # fmt: skip
    assert sorted(reading.tables["sections"].select("section_id", "school_id", "school_year", "subject", "staff_id").rows()) == [
        ("11", "1", "2025-26", "Maths", "900"), ("12", "1", "2025-26", "Maths", "901")]  # fmt: skip
    aside = reading.set_aside.select("row", "value", "reason").rows()
    assert [row for row, _, _ in aside] == [3, 5, 6]
    assert "another teacher in an earlier row" in aside[0][2]
    assert "says the same" in aside[1][2]
    assert (reading.files["rows_read"] == reading.files["rows_kept"] + reading.files["rows_set_aside"]).all()


@pytest.mark.outside_data
def test_the_folder_of_a_hundred_users_in_version_one_is_read_whole(outside):
    folder = outside / "oneroster" / "microsoft_sds_v1_100users"
    reading = read_files([folder], settings=Settings(school_year="2017-18"), profile_folders=[], today=TODAY)
    assert reading.set_aside.height == 0
    assert {name: frame.height for name, frame in reading.tables.items()} == {
        "schools": 2, "students": 86, "identities": 86, "enrollments": 86, "staff": 12, "sections": 28, "section_enrollments": 602,
    }  # fmt: skip
    lines = (folder / "TeacherRoster.csv").read_text(encoding="utf-8-sig").split()[3:]
    taught = dict(line.split(",") for line in lines if "," in line)
    assert len(taught) == 28
    assert dict(reading.tables["sections"].select("section_id", "staff_id").iter_rows()) == taught
    everything = "".join(
        frame.write_csv() for frame in [*reading.tables.values(), reading.notes, reading.set_aside]
    )
    assert "P@ssw" not in everything
    assert "passwords ('Password')" in said(reading, "warning")


def test_a_teacher_of_a_class_that_no_file_lists_is_set_aside_for_that(read):
    reading = read(
        {"Section.csv": V1_SECTIONS, "TeacherRoster.csv": "Section SIS ID,SIS ID\n11,900\n99,901\n"}
    )
    (row,) = reading.set_aside.select("row", "column", "value", "reason").rows()
    assert row == (
        3,
        "Section SIS ID",
        "99",
        "This class is in no file of classes, so nobody can tell its school.",
    )
