"""The page of a teacher holds that teacher's students alone; the page of a student is found by a number that names nobody."""

from __future__ import annotations

import re

import made_district
import polars as pl
import pytest

import dataworkbench as dw
from dataworkbench.errors import NoSuchNameError
from dataworkbench.views.students.teachers import taught_by
from dataworkbench.warehouse import page_numbers

YEAR = made_district.YEARS[-1]
TEACHER = "S001-T03"
OWN = [
    s
    for s in made_district.STUDENTS
    if made_district.school_of(s) == "S001" and made_district.grade_of(s, YEAR) == "03"
]


@pytest.fixture(scope="module")
def district(tmp_path_factory):
    place = made_district.make(
        tmp_path_factory.mktemp("whole") / "district", only=(*made_district.ROSTER_ONLY, "standards")
    )
    return dw.open_workspace(place.root)


@pytest.fixture(scope="module")
def here(district):
    return dw.look_at(district)


def students_in(shown) -> set[str]:
    return set(re.findall(r"00ZQ\d{4}", shown._repr_html_()))


def test_a_teacher_s_page_lists_all_own_students_and_nobody_else(district, here):
    assert len(OWN) == 20
    assert students_in(dw.teacher_students(district, TEACHER, here, audience="staff")) == set(OWN)
    assert students_in(dw.teacher_plan(district, TEACHER, here, audience="staff")) == set(OWN)
    classes = str(dw.teacher_classes(district, TEACHER, here, audience="staff"))
    assert classes.count("S001-03-") >= 2
    assert "S001-04-" not in classes


def test_a_teacher_with_classes_and_nobody_in_them_gets_nobody(here):
    frames = made_district.frames()
    kept = {name: frames[name] for name in made_district.ROSTER_ONLY}
    kept["section_enrollments"] = kept["section_enrollments"].filter(
        ~pl.col("section_id").str.starts_with("S001-03")
    )
    emptied = dw.district_from_frames(kept)
    for page in (dw.teacher_students, dw.teacher_plan):
        assert students_in(page(emptied, TEACHER, here, audience="staff")) == set()


def test_who_left_a_class_is_no_student_of_the_teacher_any_more(here):
    frames = made_district.frames()
    left, ends = made_district.start_of(YEAR), made_district.start_of(YEAR).replace(year=2027, month=6)
    frames["section_enrollments"] = frames["section_enrollments"].with_columns(
        pl.when(pl.col("student_id") == OWN[0]).then(pl.lit(left)).otherwise(pl.lit(ends)).alias("exit_date")
    )
    moved = dw.district_from_frames(frames)
    assert set(taught_by(moved, TEACHER, here)["student_id"]) == set(OWN[1:])


def test_a_teacher_who_is_not_there_and_a_reader_who_may_not_see_are_answered(district, here):
    with pytest.raises(NoSuchNameError, match="No teacher with classes is called 'S009-T01'"):
        dw.teacher_students(district, "S009-T01", here, audience="staff")
    for page in (dw.teacher_classes, dw.teacher_students, dw.teacher_plan):
        assert "made for staff only" in str(page(district, TEACHER, here, audience="public"))
        assert "Choose a teacher" in str(page(district, "", here, audience="staff"))


def test_a_student_is_found_by_the_number_of_a_page_on_the_staff_road_alone(district, here):
    number = page_numbers(district.workspace, made_district.STUDENTS)[OWN[0]]
    assert dw.find_student(district, number, here, audience="staff") == OWN[0]
    assert dw.find_student(district, number, here, audience="public") == ""
    assert OWN[0] in str(dw.student_profile(district, number, here, audience="staff")._repr_html_())


def test_a_number_that_leads_to_nobody_is_said(district, here):
    said = str(dw.student_profile(district, "page-aaaaaaaaaaaa", here, audience="staff"))
    assert "No student of this school year has a page with the number page-aaaaaaaaaaaa" in said
    assert not re.search(r"00ZQ\d", said)


def test_a_page_says_which_grade_and_group_it_is_about(district, here):
    said = str(dw.about_page(district, here.but(grade_level="03", subgroup="English learner")))
    assert said.endswith("Only these students are counted: Grade 3, English learner.")
