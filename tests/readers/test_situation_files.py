"""Plain files about staff, classes, the curriculum and life outside school are known by their headers."""

from __future__ import annotations

from datetime import date

ROSTER = {
    "students.csv": "student_id,last_name,first_name,school_id,grade\n00123,Nguyen,An,0042,03\n00124,O'Neil,Sam,0042,03\n",
}


def test_a_staff_list_by_year_keeps_each_year_of_a_person(read):
    reading = read(
        {"staff.csv": "Employee ID,School ID,School Year,Role,Years Experience,FTE\n007,0042,2024-25,teacher,3,0.5\n007,0042,2025-26,teacher,4,1\n"}
        | ROSTER, school_year="2025-26",
    )  # fmt: skip
    held = reading.tables["staff_years"]
    assert held.select("staff_id", "school_id", "school_year", "years_experience", "full_time_share").rows() == [
        ("007", "0042", "2024-25", 3.0, 0.5), ("007", "0042", "2025-26", 4.0, 1.0),
    ]  # fmt: skip


def test_one_person_twice_in_a_year_with_two_stories_is_set_aside_and_not_picked(read):
    reading = read(
        {"staff.csv": "Staff ID,School ID,School Year,Role,Years of Experience\n7,0042,2025-26,teacher,3\n7,0042,2025-26,aide,9\n"} | ROSTER,
        school_year="2025-26",
    )  # fmt: skip
    assert "staff_years" not in reading.tables
    assert reading.set_aside.height == 2


def test_learning_models_come_in_the_words_of_the_table(read):
    reading = read(
        {
            "models.csv": "Class ID,School Year,Learning Model\nA,2025-26,Station Rotation\nB,2025-26,None\nC,2025-26,\n"
        }
    )
    assert reading.tables["learning_models"].select("section_id", "learning_model").rows() == [
        ("A", "station rotation"), ("B", "none"), ("C", None),
    ]  # fmt: skip


def test_a_curriculum_map_may_be_of_classes_or_of_a_grade_level(read):
    text = "School Year,Class ID,Subject,Grade,Unit,Standard,Planned On,Taught On,Minutes\n2025-26,A,Math,3,Numbers,M.3.1,2025-09-01,2025-09-03,90\n2025-26,,Math,3,Numbers,M.3.2,2025-09-08,,\n"
    held = read({"map.csv": text}).tables["curriculum"]
    assert held.select("section_id", "grade_level", "standard_id", "taught_on", "minutes").rows() == [
        ("A", "03", "M.3.1", date(2025, 9, 3), 90.0), (None, "03", "M.3.2", None, None),
    ]  # fmt: skip


def test_context_factors_are_of_a_school_an_area_or_the_district(read):
    text = "School ID,Home Zone,Factor,Value,Unit,School Year,Source\n0042,,Internet,88,percent,2024-25,Survey\n,North,Income,51000,dollars,2024-25,Census\n,,Jobless,4.1,percent,2024-25,State\n"
    held = read({"context.csv": text} | ROSTER, school_year="2025-26").tables["context_factors"]
    assert held.select("school_id", "home_zone", "value").rows() == [
        ("0042", None, 88.0), (None, "North", 51000.0), (None, None, 4.1),
    ]  # fmt: skip


def test_home_zones_complete_the_rows_of_the_roster(read):
    reading = read(
        {"zones.csv": "Student ID,School Year,Home Zone\n00123,2025-26,North\n99999,2025-26,South\n"} | ROSTER, school_year="2025-26"
    )  # fmt: skip
    held = reading.tables["students"].sort("student_id")
    assert held.select("student_id", "home_zone").rows() == [("00123", "North"), ("00124", None)]
    assert reading.set_aside.height == 1
