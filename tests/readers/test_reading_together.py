"""Several files in one import: students, schools and classes are found in the roster; rows told twice count once."""

from __future__ import annotations

import datetime as dt

import polars as pl

ROSTER = (
    "student_id,last_name,first_name,school_id,grade,race,entry_date,exit_date\n"
    + "".join(f"{n:05d},L{n},F{n},0042,03,Asian,2025-08-18,\n" for n in range(101, 121))
    + "00200,Ko,Mi,0043,04,White,2025-08-18,2026-01-10\n"
)
SCORES = "student_id,subject,test_date,scale_score,level\n"


def messages(reading, level):
    return " ".join(reading.notes.filter(pl.col("level") == level)["message"].to_list())


def scores(*ids, day="2026-03-04", score="411"):
    return SCORES + "".join(f"{one},math,{day},{score},2\n" for one in ids)


def test_a_file_under_other_numbers_is_refused_with_an_example_and_how_ours_are_written(read):
    reading = read(
        {"roster.csv": ROSTER, "scores.csv": scores(*[f"st{n}" for n in range(30)])}, school_year="2025-26"
    )
    said = messages(reading, "refused")
    assert "Only 0 of 30 students" in said
    assert "'st0'" in said
    assert "'99999'" in said
    assert reading.files.filter(pl.col("file") == "scores.csv").select("rows_kept", "rows_set_aside").row(
        0
    ) == (0, 30)


def test_half_of_the_students_known_is_enough_and_the_others_are_set_aside(read):
    ids = [f"{n:05d}" for n in range(101, 111)] + [f"9{n}" for n in range(10)]
    reading = read({"roster.csv": ROSTER, "scores.csv": scores(*ids)}, school_year="2025-26")
    assert reading.tables["results"].height == 10
    assert set(reading.set_aside["reason"]) == {"The student is not in the roster."}
    fewer = read({"roster.csv": ROSTER, "scores.csv": scores(*ids, "77")}, school_year="2025-26")
    assert "Only 10 of 21" in messages(fewer, "refused")


def test_lost_zeros_are_asked_about_and_never_padded_in_silence(read):
    ids = [f"{n:05d}" for n in range(101, 117)] + ["117", "118"]
    reading = read({"roster.csv": ROSTER, "scores.csv": scores(*ids)}, school_year="2025-26")
    assert "Of the identifiers in 'student_id', 2 such as '117', '118' are not in the roster" in messages(
        reading, "question"
    )
    assert reading.tables["results"].height == 16


def test_students_of_a_year_before_the_roster_are_kept(read):
    ids = [f"{n:05d}" for n in range(101, 111)] + ["00007"]
    reading = read(
        {"roster.csv": ROSTER, "scores.csv": scores(*ids, day="2024-03-04")}, school_year="2025-26"
    )
    assert reading.tables["results"].height == 11


def test_a_year_before_the_roster_is_refused_only_where_hardly_anybody_is_known(read):
    strangers = [f"st{n}" for n in range(40)]
    reading = read(
        {"roster.csv": ROSTER, "scores.csv": scores("00101", *strangers, day="2024-03-04")},
        school_year="2025-26",
    )
    assert "Only 1 of 41 students" in messages(reading, "refused")


def test_a_school_is_found_by_its_exact_name_and_never_by_likeness(read):
    schools = "School_id,School_name,School_number\n0042,Alder Elementary,0042\n0043,Birch,0043\n"
    ours = (
        SCORES.replace("level", "level,school")
        + "00101,math,2026-03-04,411,2,ALDER  elementary\n00102,math,2026-03-04,400,2,Alder Elem\n"
    )
    reading = read({"schools.csv": schools, "roster.csv": ROSTER, "scores.csv": ours}, school_year="2025-26")
    assert "'Alder Elem'" in messages(reading, "question")
    assert reading.left_empty.select("file", "row", "value").rows() == [("scores.csv", 3, "Alder Elem")]
    assert reading.tables["results"].height == 2


def test_a_result_without_school_or_grade_gets_them_from_the_only_stay(read):
    reading = read({"roster.csv": ROSTER, "scores.csv": scores("00101", "00200")}, school_year="2025-26")
    results = reading.tables["results"].sort("student_id")
    assert results.select("school_id", "grade_level").rows() == [("0042", "03"), ("0043", "04")]


def test_the_same_row_in_two_files_is_kept_once_and_said(read):
    reading = read(
        {
            "a.csv": scores("1", "2"),
            "b.csv": scores("2", "3").replace("level", "level,note").replace(",2\n", ",2,x\n"),
        }
    )
    assert sorted(reading.tables["results"]["student_id"]) == ["1", "2", "3"]
    assert reading.set_aside.select("file", "row", "reason").rows() == [
        ("b.csv", 2, "The row says the same as line 3 of a.csv.")
    ]


def test_two_rows_that_contradict_one_another_are_both_set_aside(read):
    reading = read({"a.csv": scores("1", "2"), "b.csv": scores("2", score="500")})
    assert reading.tables["results"]["student_id"].to_list() == ["1"]
    assert reading.set_aside.select("file", "row").rows() == [("a.csv", 3), ("b.csv", 2)]


def test_programs_complete_the_roster_and_do_not_replace_it(read):
    programs = "Student ID,School Year,English Learner,Disability (IDEA),Home Language\n00101,2025-26,Y,N,Spanish\n00102,2025-26,,,\n"
    students = read({"roster.csv": ROSTER, "programs.csv": programs}, school_year="2025-26").tables[
        "students"
    ]
    columns = ("race_ethnicity", "english_learner", "disability", "home_language")
    assert students.height == 21
    assert students.filter(pl.col("student_id") == "00101").select(columns).row(0) == (
        "Asian",
        "Yes",
        "No",
        "Spanish",
    )
    assert students.filter(pl.col("student_id") == "00102").select(columns).row(0) == (
        "Asian",
        "NotSelected",
        "NotSelected",
        None,
    )


def test_levels_of_the_district_take_the_place_of_those_of_a_profile(read):
    cuts = "assessment_id,subject,grade_level,performance_level,level_order,proficient,min_score\nstate_summative,,,Standard Not Met,1,false,\nstate_summative,,,Standard Nearly Met,2,true,\n"
    state = (
        "StudentIdentifier,SubmitDateTime,SchoolName,SchoolYear,AssessmentType,Subject,GradeLevelWhenAssessed,ScaleScoreAchievementLevel,"
        "ScaleScore,ScaleScoreErrorBandMin,ScaleScoreErrorBandMax,ReasonNotTested\n"
        "1,2026-05-04T15:30:00Z,Alder,2026,Summative,Math,03,2,2420,2400,2440,\n2,,Alder,2026,Summative,Math,03,,,,,Absent\n"
    )
    reading = read({"cuts.csv": cuts, "state.csv": state})
    levels = dict(reading.tables["performance_levels"].select("performance_level", "proficient").iter_rows())
    assert levels == {"Standard Not Met": False, "Standard Nearly Met": True}
    rows = (
        reading.tables["results"]
        .sort("student_id")
        .select("scale_score", "score_error", "performance_level", "result_status", "test_date")
        .rows()
    )
    assert rows == [
        (2420.0, 20.0, "Standard Nearly Met", "scored", dt.date(2026, 5, 4)),
        (None, None, None, "absent", None),
    ]


def test_lessons_of_a_day_become_the_share_of_the_day_missed(read):
    head = "student_id,school_id,attendance_date,AttendanceCode,PresenceFlag,attendance_status\n"
    flags = ["1", "1", "0", "0"]
    lessons = "".join(
        f"7,s1,2026-03-04,{'P' if flag == '1' else 'A'},{flag},{'Present' if flag == '1' else 'Absent'}\n"
        for flag in flags
    )
    reading = read({"lessons.csv": head + lessons + "8,s1,2026-03-04,A,0,Absent\n"})
    assert reading.tables["attendance"].sort("student_id").select("absent", "status", "code").rows() == [
        (0.5, "partial", None),
        (1.0, "absent", "A"),
    ]
    assert reading.files.select("rows_read", "rows_kept", "rows_set_aside").row(0) == (5, 5, 0)


def test_an_unknown_attendance_code_is_never_taken_for_present(read):
    text = "Student ID,School ID,Attendance Date,Attendance Code\n1,s,2026-03-04,P\n2,s,2026-03-04,ZZ\n"
    reading = read({"a.csv": text})
    assert reading.tables["attendance"]["student_id"].to_list() == ["1"]
    assert reading.set_aside.select("row", "value", "reason").rows() == [
        (3, "ZZ", "Nobody has explained what this code means.")
    ]


def test_dates_of_a_small_file_are_read_as_in_the_other_files_of_its_kind(read):
    head = "Incident ID,Student ID,School ID,Incident Date,Behavior\n"
    reading = read({"a.csv": head + "1,7,s,03/25/2026,Other\n", "b.csv": head + "2,7,s,03/04/2026,Other\n"})
    assert reading.tables["incidents"].sort("incident_id")["date"].to_list() == [
        dt.date(2026, 3, 25),
        dt.date(2026, 3, 4),
    ]
    assert "as in the other files of this kind" in messages(reading, "info")


def test_order_of_files_and_rows_does_not_change_what_is_kept(read):
    rows = [
        "1,math,2026-03-04,411,2\n",
        "2,math,2026-03-04,400,1\n",
        "2,math,2026-03-04,400,1\n",
        "3,math,2026-03-04,1,1\n",
        "3,math,2026-03-04,2,1\n",
    ]
    one = read({"a.csv": SCORES + "".join(rows)}).tables["results"]
    other = read({"a.csv": SCORES + "".join(reversed(rows))}).tables["results"]
    assert one.sort("student_id").equals(other.sort("student_id"))
    assert one.sort("student_id")["student_id"].to_list() == ["1", "2"]


def test_more_days_absent_than_enrolled_are_set_aside(read):
    text = (
        "Student ID,School ID,School Year,Days Enrolled,Days Absent\n1,s,2025-26,10,11\n2,s,2025-26,10,9.5\n"
    )
    reading = read({"totals.csv": text})
    assert reading.set_aside.select("row", "value").rows() == [(2, "11")]
    assert reading.tables["attendance_totals"]["days_absent"].to_list() == [9.5]


def test_two_files_of_one_kind_may_write_dates_differently(read):
    head = "Incident ID,Student ID,School ID,Incident Date,Behavior\n"
    reading = read(
        {
            "a.csv": head + "1,7,s,03/25/2026,Other\n3,7,s,03/04/2026,Other\n",
            "b.csv": head + "2,7,s,25/03/2026,Other\n",
        }
    )
    days = reading.tables["incidents"].sort("incident_id")["date"].to_list()
    assert days == [dt.date(2026, 3, 25), dt.date(2026, 3, 25), dt.date(2026, 3, 4)]


IREADY = (
    "Student ID,Student Grade,Academic Year,School,Completion Date,Overall Scale Score,Overall Relative Placement,Quantile Measure,"
    "Geometry Scale Score,Geometry Relative Placement\n"
)


def test_a_score_below_its_scale_spoils_the_row_and_a_domains_only_its_cell(read):
    rows = "1,3,2025-2026,Alder,9/25/2025,99,Early On Grade Level,1Q,400,Early On Grade Level\n2,3,2025-2026,Alder,9/25/2025,400,Early On Grade Level,1Q,999,Early On Grade Level\n"
    reading = read({"iready.csv": IREADY + rows})
    assert reading.set_aside.select("row", "column", "value").rows() == [(2, "Overall Scale Score", "99")]
    assert reading.left_empty.select("row", "column", "value").rows() == [(3, "Geometry Scale Score", "999")]
    kept = (
        reading.tables["results"]
        .sort("standard_id", nulls_last=False)
        .select("student_id", "standard_id", "scale_score")
        .rows()
    )
    assert kept == [("2", None, 400.0), ("2", "i-Ready: Geometry", None)]


def test_zeros_are_put_in_front_once_the_district_says_so(read, tmp_path):
    text = (
        "name: padded\ntitle: Padded\nrecognise: {has: [id, mark, on]}\ntables:\n  - table: results\n    columns:\n"
        "      student_id: {column: id, pad_to: 5}\n      school_year: {school_year_of: on}\n      assessment_id: {always: ours}\n"
        "      test_date: on\n      scale_score: mark\n"
    )
    (tmp_path / "mappings").mkdir()
    (tmp_path / "mappings" / "padded.yaml").write_text(text)
    marks = "id,mark,on\n" + "".join(f"{n},400,2026-03-25\n" for n in range(101, 107)) + "A7,400,2026-03-25\n"
    reading = read(
        {"roster.csv": ROSTER, "marks.csv": marks}, school_year="2025-26", profiles=[tmp_path / "mappings"]
    )
    assert sorted(reading.tables["results"]["student_id"]) == [f"00{n}" for n in range(101, 107)]
    assert reading.set_aside["value"].to_list() == ["A7"]


def test_the_share_that_a_file_falls_short_of_is_the_one_that_is_told_to_be_lowered(read):
    other_year = scores(*[f"st{n}" for n in range(30)], day="2019-03-04")
    reading = read({"roster.csv": ROSTER, "scores.csv": other_year}, school_year="2025-26")
    (note,) = reading.notes.filter(pl.col("level") == "refused").to_dicts()
    assert "at least 5% must be" in note["message"]
    assert "matched_from = 0.05" in note["what_to_do"]
    assert reading.set_aside["reason"].unique().to_list() == [
        "Only 0 of 30 students in this file (0%) are known; at least 5% must be."
    ]


def test_columns_of_which_nothing_is_taken_are_named(read):
    text = "student_id,subject,test_date,scale_score,level,room,q1\n1,math,2026-03-04,411,2,12,5\n"
    reading = read({"scores.csv": text})
    assert "Of the file's 7 columns, nothing is taken from 2 columns: room, q1." in messages(reading, "info")
