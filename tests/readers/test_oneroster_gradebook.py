"""A whole OneRoster 1.2 set, all 22 files: stays by roles, results by standard, words on a score scale, and what was not handed in."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from conftest import said
from rosters import HEADERS_12, one_roster

from dataworkbench.readers.oneroster.scales import steps_in

DAY = dt.date(2025, 9, 26)
STUDENTS = [f"u{n}" for n in range(1, 8)]
BASE = {
    "orgs": [
        {"sourcedId": "d1", "name": "Cedar County", "type": "district"},
        {"sourcedId": "s1", "name": "Alder School", "type": "school", "parentSourcedId": "d1"},
        {"sourcedId": "s2", "name": "Birch School", "type": "school", "parentSourcedId": "d1"},
    ],
    "academicSessions": [
        {"sourcedId": "y", "title": "2025-26", "type": "schoolYear", "startDate": "2025-08-18", "endDate": "2026-06-05", "schoolYear": "2026"},
    ],
    "users": [
        *[{"sourcedId": one, "enabledUser": "true", "username": one, "givenName": f"G{one}", "familyName": "F", "grades": "03",
           "preferredGivenName": "P", "primaryOrgSourcedId": "s1", "pronouns": "they"} for one in STUDENTS],
        {"sourcedId": "t1", "enabledUser": "true", "username": "t1", "givenName": "Pat", "familyName": "Lee", "primaryOrgSourcedId": "s1"},
    ],
    "roles": [
        {"sourcedId": "r0", "userSourcedId": "u1", "roleType": "secondary", "role": "student", "beginDate": "2025-08-18", "endDate": "2025-11-03", "orgSourcedId": "s2"},
        {"sourcedId": "r1", "userSourcedId": "u1", "roleType": "primary", "role": "student", "beginDate": "2025-11-03", "orgSourcedId": "s1"},
        *[{"sourcedId": f"r{one}", "userSourcedId": one, "roleType": "primary", "role": "student", "beginDate": "2025-08-18", "endDate": "2026-06-05", "orgSourcedId": "s1"}
          for one in STUDENTS[1:]],
        {"sourcedId": "rt", "userSourcedId": "t1", "roleType": "primary", "role": "teacher", "beginDate": "2025-08-01", "orgSourcedId": "s1"},
    ],
    "courses": [{"sourcedId": "k1", "title": "Mathematics 3", "orgSourcedId": "d1", "subjects": "Mathematics"}],
    "classes": [
        {"sourcedId": "c1", "title": "Maths A", "courseSourcedId": "k1", "classType": "scheduled", "schoolSourcedId": "s1", "termSourcedIds": "y", "subjects": "Mathematics"},
        {"sourcedId": "c2", "title": "Arts", "courseSourcedId": "k1", "classType": "scheduled", "schoolSourcedId": "s1", "termSourcedIds": "y", "subjects": "Arts"},
    ],
    "enrollments": [
        {"sourcedId": f"e{one}", "classSourcedId": "c1", "schoolSourcedId": "s1", "userSourcedId": one, "role": "student"} for one in STUDENTS
    ],
    "demographics": [{"sourcedId": "u1", "sex": "female", "asian": "true", "white": "false"}],
    "categories": [{"sourcedId": "q", "title": "Quiz", "weight": "0.5"}, {"sourcedId": "w", "title": "Writing", "weight": "0.5"}],
    "resources": [{"sourcedId": "b1", "vendorResourceId": "v1", "title": "Book"}],
    "classResources": [{"sourcedId": "cb", "title": "Book", "classSourcedId": "c1", "resourceSourcedId": "b1"}],
    "courseResources": [{"sourcedId": "kb", "title": "Book", "courseSourcedId": "k1", "resourceSourcedId": "b1"}],
    "userResources": [{"sourcedId": "ub", "userSourcedId": "u1", "orgSourcedId": "s1", "classSourcedId": "c1", "resourceSourcedId": "b1"}],
    "userProfiles": [{"sourcedId": "up", "userSourcedId": "u1", "profileType": "sso", "username": "an", "password": "hunter2"}],
    "scoreScales": [
        {"sourcedId": "sc", "title": "Standards 1-4", "type": "standards", "orgSourcedId": "d1", "scoreScaleValue": "[{1:Beginning},{2:Developing},{3:Meeting},{4:Exceeding}]"},
        {"sourcedId": "ab", "title": "Letters", "type": "letters", "orgSourcedId": "d1", "scoreScaleValue": "[{A:4},{B:3},{C:2}]"},
    ],
    "lineItems": [
        {"sourcedId": "standards", "title": "Check 1", "classSourcedId": "c1", "dueDate": "2025-09-26", "resultValueMin": "0", "resultValueMax": "8", "schoolSourcedId": "s1"},
        {"sourcedId": "one", "title": "One standard on a scale", "classSourcedId": "c1", "dueDate": "2025-09-27", "schoolSourcedId": "s1"},
        {"sourcedId": "points", "title": "One standard in points", "classSourcedId": "c1", "categorySourcedId": "q", "dueDate": "2025-09-29", "resultValueMax": "20", "schoolSourcedId": "s1"},
        {"sourcedId": "several", "title": "Project", "classSourcedId": "c1", "dueDate": "2025-10-01", "resultValueMax": "20", "schoolSourcedId": "s1"},
        {"sourcedId": "essay", "title": "Essay", "classSourcedId": "c1", "categorySourcedId": "w", "dueDate": "2025-10-02", "schoolSourcedId": "s1"},
    ],
    "lineItemLearningObjectiveIds": [
        {"sourcedId": "lo1", "lineItemSourcedId": "one", "source": "case", "learningObjectiveId": "MATH.3.5"},
        {"sourcedId": "lo2", "lineItemSourcedId": "points", "source": "case", "learningObjectiveId": "MATH.3.6"},
        {"sourcedId": "lo3", "lineItemSourcedId": "several", "source": "case", "learningObjectiveId": "MATH.3.7"},
        {"sourcedId": "lo4", "lineItemSourcedId": "several", "source": "case", "learningObjectiveId": "MATH.3.8"},
        {"sourcedId": "lo5", "lineItemSourcedId": "gone", "source": "case", "learningObjectiveId": "MATH.3.9"},
    ],
    "lineItemScoreScales": [
        {"sourcedId": "ls1", "title": "", "lineItemSourcedId": "one", "scoreScaleSourcedId": "sc"},
        {"sourcedId": "ls2", "title": "", "lineItemSourcedId": "essay", "scoreScaleSourcedId": "ab"},
        {"sourcedId": "ls3", "title": "", "lineItemSourcedId": "points", "scoreScaleSourcedId": "gone"},
    ],
    "results": [
        {"sourcedId": "x1", "lineItemSourcedId": "standards", "studentSourcedId": "u1", "scoreStatus": "fully graded", "scoreDate": "2025-09-26", "classSourcedId": "c1", "late": "true"},
        {"sourcedId": "x2", "lineItemSourcedId": "standards", "studentSourcedId": "u2", "scoreStatus": "exempt", "scoreDate": "2025-09-26", "classSourcedId": "c1"},
        {"sourcedId": "x3", "lineItemSourcedId": "one", "studentSourcedId": "u1", "scoreStatus": "fully graded", "textScore": "meeting", "classSourcedId": "c1"},
        {"sourcedId": "x4", "lineItemSourcedId": "points", "studentSourcedId": "u1", "scoreStatus": "fully graded", "score": "17", "classSourcedId": "c1"},
        {"sourcedId": "x5", "lineItemSourcedId": "several", "studentSourcedId": "u1", "scoreStatus": "fully graded", "score": "12", "classSourcedId": "c1"},
        {"sourcedId": "x6", "lineItemSourcedId": "essay", "studentSourcedId": "u1", "scoreStatus": "fully graded", "textScore": "B", "classSourcedId": "c1"},
    ],
    "resultScoreScales": [{"sourcedId": "rs1", "title": "", "resultSourcedId": "x1", "scoreScaleSourcedId": "sc"}],
    "resultLearningObjectiveIds": [
        {"sourcedId": "o1", "resultSourcedId": "x1", "source": "case", "learningObjectiveId": "MATH.3.1", "textScore": "Developing"},
        {"sourcedId": "o2", "resultSourcedId": "x1", "source": "case", "learningObjectiveId": "MATH.3.2", "score": "3"},
        {"sourcedId": "o3", "resultSourcedId": "x1", "source": "case", "learningObjectiveId": "MATH.3.3", "score": "2.5"},
        {"sourcedId": "o4", "resultSourcedId": "x1", "source": "case", "learningObjectiveId": "MATH.3.4", "textScore": "Mastered"},
        {"sourcedId": "o5", "resultSourcedId": "x2", "source": "case", "learningObjectiveId": "MATH.3.1", "score": "1"},
    ],
}  # fmt: skip


@pytest.fixture
def whole(read, zipped):
    return read({"set.zip": zipped(one_roster(BASE))})


def results(reading, **where):
    held = reading.tables["results"].filter(*[pl.col(name) == value for name, value in where.items()])
    return held.sort("student_id", "assessment_id", "standard_id", nulls_last=True)


def test_all_twenty_two_files_are_known_and_every_row_accounted_for(whole):
    assert len(BASE) == 21 == len(HEADERS_12)
    names = {"manifest", *HEADERS_12}
    assert set(whole.files["recognised_as"]) == {f"OneRoster 1.2, {name}" for name in names}
    assert (whole.files["rows_read"] == whole.files["rows_kept"] + whole.files["rows_set_aside"]).all()
    read = {
        file.rsplit("/", 1)[1].removesuffix(".csv"): n
        for file, n in whole.files.select("file", "rows_read").iter_rows()
    }
    unread = {"resources", "classResources", "courseResources", "userResources", "userProfiles"}
    assert {name: n for name, n in read.items() if name != "manifest"} == {
        name: 0 if name in unread else len(rows) for name, rows in BASE.items()}  # fmt: skip
    aside = {
        (file.rsplit("/", 1)[1], row, value)
        for file, row, value in whole.set_aside.select("file", "row", "value").iter_rows()
    }
    assert aside == {("lineItemLearningObjectiveIds.csv", 6, "gone"), ("lineItemScoreScales.csv", 4, "gone")}
    assert said(whole, "question") == ""
    assert set(whole.notes.filter(pl.col("level") == "warning")["file"]) == {"set.zip/userProfiles.csv"}


def test_columns_that_are_gone_from_users_are_found_in_roles(whole):
    stays = whole.tables["enrollments"].filter(pl.col("student_id") == "u1").sort("entry_date")
    assert stays.select("school_id", "grade_level", "entry_date", "exit_date").rows() == [
        ("s2", "03", dt.date(2025, 8, 18), dt.date(2025, 11, 3)), ("s1", "03", dt.date(2025, 11, 3), None)]  # fmt: skip
    assert whole.tables["staff"].select("staff_id", "school_id", "role").rows() == [("t1", "s1", "teacher")]


def test_a_word_on_a_scale_has_its_number_a_number_its_word_and_what_is_between_or_unknown_has_neither(whole):
    columns = (
        "standard_id",
        "scale_score",
        "performance_level",
        "result_status",
        "test_date",
        "subject",
        "section_id",
    )
    told = results(whole, student_id="u1", assessment_id="standards").select(columns).rows()
    assert told[:4] == [
        ("MATH.3.1", 2.0, "Developing", "scored", DAY, "Mathematics", "c1"),
        ("MATH.3.2", 3.0, "Meeting", "scored", DAY, "Mathematics", "c1"),
        ("MATH.3.3", 2.5, None, "scored", DAY, "Mathematics", "c1"),
        ("MATH.3.4", None, "Mastered", "scored", DAY, "Mathematics", "c1"),
    ]
    scale = whole.tables["assessments"].filter(pl.col("assessment_id") == "standards")
    assert scale.select("scale_min", "scale_max").row(0) == (1.0, 4.0)


def test_a_result_on_a_scale_counts_for_the_one_standard_of_its_work(whole):
    told = results(whole, student_id="u1", standard_id="MATH.3.5")
    assert told.select("assessment_id", "scale_score", "performance_level").rows() == [
        ("standards", 3.0, "meeting")
    ]


def test_points_stay_points_and_know_the_one_standard_of_their_work(whole):
    told = results(whole, student_id="u1", standard_id="MATH.3.6")
    assert told.select("assessment_id", "points", "points_possible", "scale_score").rows() == [
        ("quiz", 17.0, 20.0, None)
    ]


def test_one_score_for_several_standards_counts_for_none_of_them(whole):
    told = results(whole, student_id="u1", assessment_id="project")
    assert told.select("standard_id", "points").rows() == [(None, 12.0)]
    assert "one score for all of them" in said(whole, "info")
    assert not {"MATH.3.7", "MATH.3.8"} & set(whole.tables["standards"]["standard_id"])


def test_a_letter_has_the_number_of_its_scale_whichever_side_it_stands_on(whole):
    told = results(whole, student_id="u1", assessment_id="writing")
    assert told.select("scale_score", "performance_level", "points").rows() == [(3.0, "B", None)]
    assert steps_in("[{A:4},{B:3}]") == [("A", 4.0), ("B", 3.0)]
    assert steps_in("[{4:A}, { 3 : B }]") == [("A", 4.0), ("B", 3.0)]
    assert steps_in("A-F") == []
    assert steps_in("[{A:90-100}]") == []


def test_exempt_is_exempt_even_where_a_score_stands(whole):
    told = results(whole, student_id="u2")
    assert told.select("standard_id", "scale_score", "result_status").rows() == [("MATH.3.1", 1.0, "exempt")]


FLAGS = {
    "late and scored": ({"scoreStatus": "fully graded", "score": "7", "late": "true"}, "scored", 7.0),
    "a zero that was earned": ({"scoreStatus": "fully graded", "score": "0", "missing": "false"}, "scored", 0.0),
    "missing, with the zero of the gradebook": ({"scoreStatus": "fully graded", "score": "0", "missing": "true"}, "not scored", 0.0),
    "missing": ({"scoreStatus": "not submitted", "missing": "true"}, "not scored", None),
    "incomplete without a score": ({"scoreStatus": "partially graded", "incomplete": "true"}, "not scored", None),
    "incomplete with a score so far": ({"scoreStatus": "partially graded", "score": "4", "incomplete": "true"}, "scored", 4.0),
    "exempt": ({"scoreStatus": "exempt", "missing": "true"}, "exempt", None),
}  # fmt: skip


def test_flags_of_a_result_say_whether_there_is_a_score(read, zipped):
    rows = [
        {
            "sourcedId": f"x{at}",
            "lineItemSourcedId": "points",
            "studentSourcedId": STUDENTS[at],
            "classSourcedId": "c1",
            **given,
        }
        for at, (given, _, _) in enumerate(FLAGS.values())
    ]
    changed = {**BASE, "results": rows, "resultLearningObjectiveIds": [], "resultScoreScales": []}
    reading = read({"set.zip": zipped(one_roster(changed))})
    told = reading.tables["results"].sort("student_id").select("result_status", "points").rows()
    assert told == [(status, points) for _, status, points in FLAGS.values()]


def test_a_standard_scored_twice_on_one_day_by_two_pieces_of_work_is_a_contradiction(read, zipped):
    twice = [
        *BASE["results"],
        {
            "sourcedId": "x9",
            "lineItemSourcedId": "one",
            "studentSourcedId": "u1",
            "scoreStatus": "fully graded",
            "textScore": "Beginning",
            "classSourcedId": "c1",
        },
    ]
    reading = read({"set.zip": zipped(one_roster({**BASE, "results": twice}))})
    aside = reading.set_aside.filter(pl.col("file") == "set.zip/results.csv")
    assert aside.select("row", "value").rows() == [(4, "MATH.3.5"), (8, "MATH.3.5")]
    assert (reading.files["rows_read"] == reading.files["rows_kept"] + reading.files["rows_set_aside"]).all()


def test_a_scale_without_numbers_leaves_words_and_says_so(read, zipped):
    scales = [
        {**BASE["scoreScales"][0], "scoreScaleValue": "[{Beginning:low},{Meeting:good}]"},
        BASE["scoreScales"][1],
    ]
    reading = read({"set.zip": zipped(one_roster({**BASE, "scoreScales": scales}))})
    assert "says no number for any word" in said(reading, "warning")
    assert results(reading, standard_id="MATH.3.5").select("scale_score", "performance_level").rows() == [
        (None, "meeting")
    ]
