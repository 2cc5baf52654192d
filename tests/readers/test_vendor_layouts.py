"""Layouts of vendors of which only the headers are known: small texts with those headers, and what comes of them."""

from __future__ import annotations

import datetime as dt

import polars as pl


def kept(reading, *columns):
    assert not reading.notes.filter(pl.col("level").is_in(["question", "refused"])).height, reading.notes
    return reading.tables["results"].select(columns).rows()


def test_istation_months_become_rows_each_with_its_date_and_tier(read):
    file = (
        "STUDENT_ID,LNAME,FNAME,GRADE,BIRTHDATE,August_SCORE,August_PTILE,August_TIER,August_ADMIN_DATE,"
        "September_SCORE,September_PTILE,September_TIER,September_ADMIN_DATE,January_SCORE,January_PTILE,January_TIER,January_ADMIN_DATE,ROI\n"
        "00100,A,B,1,1/1/2012,,,,,335,52,1,9/6/2023,375,58,2,1/11/2024,Low\n"
    )
    reading = read({"x.csv": file})
    assert kept(reading, "student_id", "school_year", "period", "test_date", "scale_score", "percentile", "performance_level") == [
        ("00100", "2023-24", "Fall", dt.date(2023, 9, 6), 335, 52, "Tier 1"),
        ("00100", "2023-24", "Winter", dt.date(2024, 1, 11), 375, 58, "Tier 2"),
    ]  # fmt: skip
    assert "LNAME, FNAME, BIRTHDATE" in " ".join(reading.notes["message"])


OLD_NWEA = (
    "TermName,StudentID,SchoolName,MeasurementScale,Discipline,GrowthMeasureYN,TestType,TestName,TestStartDate,"
    "TestRITScore,TestStandardError,TestPercentile,FalltoSpringProjectedGrowth,FalltoSpringMetProjectedGrowth,RITtoReadingScore,Goal1Name,Goal1RitScore,Goal1StdErr\n"
    "Fall 2013-2014,F08,Alder,Mathematics,Mathematics,TRUE,Survey,Math 6+,09/03/2013,219,3.1,52,7,*,,Geometry,221,6.2\n"
    "Fall 2013-2014,F08,Alder,Mathematics,Mathematics,FALSE,Survey,Math 6+,09/10/2013,205,3.0,20,,,,Geometry,206,6.0\n"
)
STUDENTS_BY_SCHOOL = (
    "TermName,DistrictName,SchoolName,StudentLastName,StudentFirstName,StudentMI,StudentID,StudentDateOfBirth,StudentEthnicGroup,StudentGender,Grade\n"
    "Fall 2013-2014,D,Alder,L,F,,F08,04/05/2002,Asian,F,6\n"
    "Fall 2013-2014,D,Alder,L,G,,K09,04/05/2008,White,M,13\n"
    "Spring 2013-2014,D,Alder,L,F,,F08,04/05/2002,Asian,F,6\n"
)


def test_the_older_file_of_map_growth_is_read_like_the_newer_one(read):
    reading = read({"AssessmentResults.csv": OLD_NWEA})
    assert kept(reading, "subject", "standard_id", "scale_score", "score_error", "percentile", "growth_target", "met_growth_target") == [
        ("Mathematics", None, 219, 3.1, 52, 7, None),
        ("Mathematics", "Geometry", 221, 6.2, None, None, None),
    ]  # fmt: skip
    assert reading.set_aside["reason"].unique().to_list() == [
        "The student took this test again in the same term; NWEA counts the other one for growth."
    ]


def test_grade_thirteen_of_students_by_school_is_kindergarten_and_results_find_their_students(read):
    reading = read({"StudentsBySchool.csv": STUDENTS_BY_SCHOOL, "AssessmentResults.csv": OLD_NWEA})
    grades = dict(reading.tables["enrollments"].select("student_id", "grade_level").iter_rows())
    assert grades == {"F08": "06", "K09": "KG"}
    assert reading.set_aside.filter(pl.col("file") == "StudentsBySchool.csv")["reason"].to_list() == [
        "The row says the same as line 2 of this file."  # the spring term of a student who stayed
    ]
    assert reading.tables["results"]["grade_level"].to_list() == ["06", "06"]


def test_the_older_headers_of_iready_mean_the_same(read):
    file = (
        "Last Name,First Name,Student ID,Student Grade,Academic Year,School,Completion Date,"
        '"Diagnostic used to establish Growth Measures (Y/N)",Most Recent Diagnostic (Y/N),Overall Scale Score,Overall Relative Placement,Percentile,Lexile Measure,'
        "Phonics Scale Score,Phonics Relative Placement,Annual Typical Growth Measure,Percent Progress to Annual Typical Growth (%)\n"
        "A,B,7,3,2020-2021,Alder,05/10/2021,N,Y,512,Early On Grade Level,48,515L,Not Assessed,Not Assessed,30,110\n"
        "A,B,8,3,2020-2021,Alder,09/10/2020,Y,N,480,1 Grade Level Below,40,415L,Max Score,Mid or Above Grade Level,30,\n"
    )
    reading = read({"x.csv": file})
    rows = kept(reading, "student_id", "standard_id", "scale_score", "performance_level", "met_growth_target")
    assert sorted(rows, key=str) == sorted(
        [
            ("7", None, 512, "Early On Grade Level", True),
            ("8", None, 480, "1 Grade Level Below", None),
            ("8", "i-Ready: Phonics", None, "Mid or Above Grade Level", None),
        ],
        key=str,
    )


def test_probes_of_progress_monitoring_are_all_kept_with_their_goal_and_line(read):
    file = (
        "school_year,school_name,student_primary_id,assessment_grade,pm_period,device_date,measure,probe_number,measure_standard_score,aimline_status,aimline_value_by_date,goal\n"
        "2025-2026,Alder,00123,2,BOY->MOY,2025-10-07,ORF,1,41,Below,44.5,80\n"
        "2025-2026,Alder,00123,2,BOY->MOY,2025-10-07,ORF,2,46,At or Above,44.5,80\n"
        "2025-2026,Alder,00123,2,BOY->MOY,2025-10-21,ORF,3,Discontinued,,46,80\n"
    )
    reading = read({"x.csv": file})
    rows = kept(reading, "standard_id", "scale_score", "performance_level", "goal", "result_status")
    assert sorted(rows, key=lambda row: row[1] or 99) == [
        ("ORF", 41, "Below", 80, "scored"),
        ("ORF", 46, "At or Above", 80, "scored"),
        ("ORF", None, None, 80, "not scored"),
    ]


def test_summative_and_interim_rows_of_a_reporting_system_are_different_tests(read):
    file = (
        "StudentIdentifier,FirstName,LastOrSurname,SubmitDateTime,TestSessionId,SchoolName,SchoolYear,AssessmentType,AssessmentName,Subject,AssessmentGradeLevel,GradeLevelWhenAssessed,"
        "ScaleScoreAchievementLevel,ScaleScore,ScaleScoreErrorBandMin,ScaleScoreErrorBandMax\n"
        "00123,A,B,2026-05-04T10:00:00Z,t1,Alder,2026,Summative,Grade 5 Math,Math,05,05,3,2531,2510,2552\n"
        "00123,A,B,2026-01-12T10:00:00Z,t2,Alder,2026,ICA,Grade 5 Math ICA,Math,05,05,2,2490,2460,2520\n"
        "00123,A,B,2025-11-12T10:00:00Z,t3,Alder,2026,IAB,Fractions,Math,05,05,3,2560,2500,2620\n"
    )
    reading = read({"x.csv": file})
    assert kept(reading, "assessment_id", "standard_id", "period", "scale_score", "score_error", "performance_level") == [
        ("state_summative", None, "Spring", 2531, 21, "Standard Met"),
        ("smarter_ica", None, "Winter", 2490, 30, "Standard Nearly Met"),
        ("smarter_iab", "Fractions", "Fall", 2560, 60, "Above Standard"),
    ]  # fmt: skip
    assert "FirstName, LastOrSurname, TestSessionId" in " ".join(reading.notes["message"])


STAR = (
    "SchoolName,StudentIdentifier,StudentFirstName,StudentEmail,AssessmentID,CompletedDate,AssessmentType,AssessmentStatus,DeactivationReason,Grade,"
    "ScaledScore,StandardErrorOfMeasurement,PercentileRank,CurrentSGP,ScreeningPeriodWindowName,StateBenchmarkCategoryName,TakenAtByIPAddress\n"
)


def test_star_takes_no_mail_and_no_network_address_and_sets_deactivated_tests_aside(read):
    rows = (
        "Alder,00123,An,an@example.org,a1,2025-09-09T10:00:00Z,Star Math,Active,,5,812,18,61,55,Fall,Level 3,10.1.2.3\n"
        "Alder,00124,Bo,bo@example.org,a2,2025-09-09T10:00:00Z,Star Math,Deactivated,Student absent,5,300,18,1,,Fall,Level 1,10.1.2.4\n"
    )
    reading = read({"x.csv": STAR + rows})
    assert kept(reading, "student_id", "subject", "scale_score", "score_error", "percentile", "growth_percentile", "performance_level") == [
        ("00123", "Mathematics", 812, 18, 61, 55, "Level 3")
    ]  # fmt: skip
    assert reading.set_aside.select("row", "reason").rows() == [(3, "The test was deactivated in Star.")]
    every_cell = "".join(
        frame.write_csv() for frame in (*reading.tables.values(), reading.notes, reading.set_aside)
    )
    assert "example.org" not in every_cell
    assert "10.1.2" not in every_cell
    assert "TakenAtByIPAddress" in " ".join(reading.notes["message"])


def test_the_short_extracts_of_star_have_old_and_new_headers_and_a_test_broken_off_is_not_scored(read):
    old = "SchoolLocalID,StudentLocalID,PercentileRank,AssessmentDate,TotalTime,GradeEquivalent\nA,10,70,01/21/2015 09:18:27,600,1.00\n"
    new = "SchoolIdentifier,StudentIdentifier,PercentileRank,CompletedDate,TotalTimeInSeconds,GradeEquivalent\nA,11,,2015-01-21 09:18:27.130,10,1.00\n"
    reading = read({"star_math_old.csv": old, "star_reading_new.csv": new})
    assert kept(reading, "student_id", "subject", "test_date", "percentile", "result_status") == [
        ("10", "Mathematics", dt.date(2015, 1, 21), 70, "scored"),
        ("11", "Reading", dt.date(2015, 1, 21), None, "not scored"),
    ]


def test_sat_has_the_layout_of_psat_under_its_own_name(read):
    file = (
        "AI_CODE,CB_ID,DISTRICT_STUDENT_ID,LATEST_SAT_DATE,LATEST_SAT_GRADE,LATEST_SAT_TOTAL,LATEST_SAT_EBRW,LATEST_SAT_MATH_SECTION,"
        "PERCENTILE_NATREP_SAT_MATH_SECTION,MATH_CCR_BENCHMARK\n100,c1,00123,4/13/2022,6,1080,560,520,58,N\n"
    )
    rows = kept(
        read({"x.csv": file}), "subject", "scale_score", "percentile", "grade_level", "performance_level"
    )
    assert ("Mathematics", 520, 58, "11", "Benchmark not met") in rows
    assert ("All subjects", 1080, None, "11", None) in rows


WORDS = """
name: ours
title: Ours
recognise: {has: [pupil, mark, band, on]}
words: {DNA: absent, EX: exempt, INV: invalid, NS: not scored, "*": no score}
tables:
  - table: results
    columns: {student_id: pupil, school_year: {school_year_of: on}, assessment_id: {always: ours}, test_date: on, scale_score: mark, performance_level: band}
"""


def test_a_word_in_a_score_cell_says_why_there_is_no_score_and_loses_no_row(read, tmp_path):
    (tmp_path / "mappings").mkdir()
    (tmp_path / "mappings" / "ours.yaml").write_text(WORDS)
    marks = ["411", "dna", "EX", "INV", "NS", "*", ""]
    file = "pupil,mark,band,on\n" + "".join(f"{n},{mark},,2026-03-04\n" for n, mark in enumerate(marks))
    file += "7,,DNA,2026-03-04\n8,0,low,2026-03-04\n"
    reading = read({"x.csv": file}, profiles=[tmp_path / "mappings"])
    assert kept(reading, "scale_score", "performance_level", "result_status") == [
        (411, None, "scored"),
        (None, None, "absent"),
        (None, None, "exempt"),
        (None, None, "invalid"),
        (None, None, "not scored"),
        (None, None, "not scored"),
        (None, None, "not scored"),
        (None, None, "absent"),
        (0, "low", "scored"),
    ]
    assert reading.files.select("rows_read", "rows_kept", "rows_set_aside").row(0) == (9, 9, 0)


def test_signs_of_a_cell_are_told_apart_and_a_cell_of_another_width_is_listed(read):
    head = "Student_ID,Date_Tested,Standard_Age_Score_SAS,Age_Percentile_Rank_APR,Age_Stanine_AS,Ability_Profile,Quartermonth,Class_Grade\n"
    good = '1,10122023," 91112 87100 88 98 97",29772150234543,4735355,4E,Fall, 0\n'
    stripped = "2,10122023,91112 87100 88 98 97,29772150234543,4735355,4E,Fall, 0\n"
    cut = "3,10122023,107105117,29772150234543,4735355,4E,Fall, 0\n"
    reading = read({"x.csv": head + good + stripped + cut})
    whole = reading.tables["results"].filter(pl.col("standard_id").is_null())
    assert whole.select("student_id", "scale_score", "percentile").rows() == [("1", 97, 43), ("2", 97, 43)]
    verbal = reading.tables["results"].filter(pl.col("standard_id") == "CogAT: Verbal")
    assert verbal["scale_score"].to_list() == [91, 91]
    assert set(reading.set_aside["row"]) == {4}
