"""Files that student information systems and their neighbours write: what each becomes, and what is left out of it."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import polars as pl
import pytest

from dataworkbench.readers import read_files
from dataworkbench.workspace import Settings

pytestmark = pytest.mark.outside_data

YEAR = {"school_year": "2025-26"}


def reading_of(path, **settings):
    return read_files([path], settings=Settings(**settings), profile_folders=[], today=dt.date(2026, 11, 22))


def asked(reading):
    return reading.notes.filter(pl.col("level").is_in(["question", "refused"]))


ANSWERS = {
    "fixtures__attendance_dump": ("Absences and late arrivals (Aspen X2)", 1, {"The row says the same as line 2 of this file."}),
    "fixtures__bad_x2_assessments": ("Assessment export of the student information system (Aspen X2)", 0, {"This is not a date."}),
    "fixtures__fake_behavior_export": (
        "Behaviour export of the student information system (Aspen X2)", 3,
        {"There is no 'event_date' in this row, so nobody can tell the school year."},
    ),
    "fixtures__fake_student_services_file": (
        "List of students in a service", 0,
        {"The file has no column 'Service', so nobody can tell the strategy.", "The row has 2 cells where there are 3 headers."},
    ),
    "fixtures__fake_students_export": ("Student export of the student information system (Aspen X2)", 5, set()),
    "fixtures__fake_x2_assessments": (
        "Assessment export of the student information system (Aspen X2)", 6,
        {"This test has an export of its own, or is none that the workbench takes from this file."},
    ),
    "importers__homework_help_importer__homework_help_fixture": ("Homework help form", 2, {"The row has 7 cells where there are 8 headers."}),
    "importers__reading__reading_processor": (
        "Reading benchmark sheet", 0, {"There is no student number in this row.", "This is not a number."},
    ),
    "importers__star__star_math_v1": ("Renaissance Star, short extract for math", 1, set()),
    "importers__star__star_math_v2": ("Renaissance Star, short extract for math", 1, set()),
    "importers__star__star_math_v2_invalid": ("Renaissance Star, short extract for math", 1, set()),
    "importers__student_voice_surveys__mid_year_survey_fixture": ("Student voice survey", 1, set()),
    "importers__templates__form_to_notes_fixture": ("Teachers' notes, from a form", 1, set()),
}  # fmt: skip


@pytest.mark.parametrize("name", ANSWERS)
def test_a_file_of_a_student_information_system_is_known_and_says_why_a_row_is_left(outside, name):
    kind, kept, reasons = ANSWERS[name]
    reading = reading_of(outside / "sis_fixtures" / f"{name}.csv", **YEAR)
    assert (reading.files["recognised_as"][0], reading.files["rows_kept"][0]) == (kind, kept)
    assert set(reading.set_aside["reason"]) == reasons
    assert asked(reading).height == 0


@pytest.mark.parametrize("name", ["fixtures__fake_no_headers", "fixtures__service_upload_example"])
def test_a_file_that_nobody_can_know_is_asked_about_with_all_its_rows(outside, name):
    reading = reading_of(outside / "sis_fixtures" / f"{name}.csv")
    assert reading.files["rows_set_aside"][0] == reading.files["rows_read"][0] > 0
    assert asked(reading).height == 1


def test_students_of_aspen_are_read_with_their_names_parted_and_null_as_nothing(outside):
    tables = reading_of(outside / "sis_fixtures" / "fixtures__fake_students_export.csv", **YEAR).tables
    first = tables["identities"].row(0, named=True)
    assert (first["given_name"], first["family_name"]) == ("First", "Fake Student")
    assert first["birth_date"] == dt.date(1998, 7, 15)
    people = {row["student_id"]: row for row in tables["students"].iter_rows(named=True)}
    assert people["100"]["race_ethnicity"] == "Black or African American"
    assert people["103"]["race_ethnicity"] == "Hispanic or Latino"  # white, and Hispanic: counts there
    assert people["103"]["english_learner"] == "No"  # was one, and is no longer
    assert [people[p]["disability"] for p in ("100", "101")] == ["Yes", "No"]
    assert "555-1212" not in "".join(frame.write_csv() for frame in tables.values())


def test_what_happened_to_other_children_is_not_taken_from_an_incident(outside):
    reading = reading_of(outside / "sis_fixtures" / "fixtures__fake_behavior_export.csv")
    assert reading.tables["incidents"]["behavior"].to_list() == ["Hitting", "Lorem ipsuming", "Bullying"]
    assert "teacher" not in reading.tables["incidents"].write_csv()


def test_tests_of_one_file_become_results_of_their_own_assessments(outside):
    results = reading_of(outside / "sis_fixtures" / "fixtures__fake_x2_assessments.csv").tables["results"]
    state = results.filter(assessment_id="mcas").sort("scale_score")
    assert state.select("scale_score", "performance_level", "growth_percentile").rows() == [
        (214, "W", None),
        (222, "NI", 70),
    ]
    parts = dict(
        results.filter(assessment_id="access").select("scale_score", "standard_id").unique().iter_rows()
    )
    assert parts[368.0] == "Writing"
    whole = results.filter(pl.col("assessment_id") == "access", pl.col("standard_id").is_null())
    assert whole["test_date"].to_list() == [dt.date(2013, 1, 1)]
    assert results.filter(assessment_id="dibels")["performance_level"].to_list() == ["STRATEGIC"]


def test_a_percentile_without_a_score_is_a_result_all_the_same(outside):
    row = (
        reading_of(outside / "sis_fixtures" / "importers__star__star_math_v1.csv")
        .tables["results"]
        .row(0, named=True)
    )
    assert (row["percentile"], row["subject"], row["result_status"]) == (70, "Mathematics", "scored")


def test_words_of_students_are_kept_by_topic_and_without_their_names(outside):
    words = reading_of(
        outside / "sis_fixtures" / "importers__student_voice_surveys__mid_year_survey_fixture.csv"
    ).tables["learner_profiles"]
    assert words.filter(topic="interests")["words"].to_list() == ["cheering"]
    assert words.height == 7
    assert "kenobi" not in words.write_csv()


@pytest.mark.parametrize("batch", [1, 2])
def test_marks_are_kept_by_section_with_number_and_letter(outside, batch):
    path = outside / "attendance" / f"contoso_batch{batch}_studentsectionmark.csv"
    rows = [line.split(",") for line in path.read_text().splitlines()[1:]]
    marks = reading_of(path).tables["results"]
    assert marks.height == len(rows)
    assert dict(marks.group_by("performance_level").len().iter_rows()) == Counter(row[6] for row in rows)
    assert marks["scale_score"].sum() == sum(float(row[5]) for row in rows)
    assert marks["section_id"].n_unique() == len({row[2] for row in rows})
    assert set(marks["assessment_id"]) == {"term_mark"}


def test_logins_of_a_portal_are_participation_and_no_attendance(outside):
    path = outside / "attendance" / "clever_daily_participation_students.csv"
    tables = reading_of(path).tables
    rows = [line.split(",") for line in path.read_text().splitlines()[1:]]
    assert tables["participation"].height == len(rows) == 15_000
    assert tables["participation"]["logins"].sum() == sum(int(row[6]) for row in rows)
    assert tables["participation"]["active"].sum() == 7_500
    assert "attendance" not in tables


def test_days_with_the_day_first_are_read_so_where_the_file_tells(outside):
    days = reading_of(outside / "attendance" / "contoso_small_dmy_dates.csv").tables["attendance"]["date"]
    assert (days.min(), days.len()) == (dt.date(2019, 9, 1), 244)


def test_codes_of_demographics_are_explained_in_the_profile(outside):
    reading = reading_of(outside / "attendance" / "contoso_batch1_studentdemographics.csv", **YEAR)
    students = reading.tables["students"]
    assert asked(reading).height == 0
    # counted in the file: 11 English learners, 7 who were fluent from the beginning, 4 who became so, 78 blank
    assert dict(students.group_by("english_learner").len().iter_rows()) == {
        "Yes": 11,
        "No": 11,
        "NotSelected": 78,
    }
    assert dict(students.group_by("disability").len().iter_rows()) == {"Yes": 19, "NotSelected": 81}


def test_a_dump_without_headers_gives_a_roster_that_other_files_find_their_students_in(outside):
    folder = outside / "attendance"
    paths = [folder / "insights_roster_headerless", folder / "contoso_batch1_studentattendance.csv",
             folder / "clever_daily_participation_students.csv"]  # fmt: skip
    reading = read_files(paths, settings=Settings(), profile_folders=[])
    assert asked(reading).height == 0
    # the only rows left: the district's own office, and the list of what codes mean
    assert reading.set_aside.group_by("file").len().sort("len")["len"].to_list() == [1, 251]
    # counted in the files: the codes of grade levels, of sex, and of Hispanic or Latino ethnicity
    grades = dict(reading.tables["enrollments"].group_by("grade_level").len().iter_rows())
    assert grades == {"09": 153, "10": 156, "11": 135, "12": 156}
    assert dict(reading.tables["students"].group_by("sex").len().iter_rows()) == {"Female": 307, "Male": 293}
    assert reading.tables["students"].filter(race_ethnicity="Hispanic or Latino").height == 141
    assert set(reading.tables["attendance"]["student_id"]) == set(reading.tables["enrollments"]["student_id"])


def test_a_description_of_columns_is_known_and_left_out(outside):
    reading = reading_of(outside / "attendance" / "contoso_metadata.csv")
    assert asked(reading).height == 0
    assert set(reading.set_aside["reason"]) == {
        "The file describes the columns of other files and holds nobody's data."
    }
