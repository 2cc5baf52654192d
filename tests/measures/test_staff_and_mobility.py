"""Staff by year, students who come and go, and what nobody has said: every figure worked out by hand."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from small_district import YEAR, district, enrolled, only, rows, students

from dataworkbench.errors import NoSuchNameError
from dataworkbench.measures import left_out, measure, students_per_teacher

BEFORE, AFTER = "2024-25", "2025-26"
LISTED = "staff_id school_id school_year role years_experience"


def listed(*people):
    return rows(LISTED, *people)


def at(frame, **asked):
    for column, value in asked.items():
        frame = frame[frame[column] == value]
    return only(frame)


# --- staff ------------------------------------------------------------------------------------------------------------


def test_who_is_at_the_same_school_in_both_lists_has_stayed():
    """Of a, b, c and d at school 1, a and b are still there, c has gone to school 2 and d has left: 2 of 4."""
    here = district({
        "staff_years": listed(
            ("a", "1", BEFORE, "teacher", 1), ("b", "1", BEFORE, "aide", 5), ("c", "1", BEFORE, "teacher", 9), ("d", "1", BEFORE, "teacher", 2),
            ("a", "1", AFTER, "teacher", 2), ("b", "1", AFTER, "teacher", 6), ("c", "2", AFTER, "teacher", 10), ("e", "1", AFTER, "teacher", 0),
        )
    })  # fmt: skip
    row = only(measure(here, "staff_stayed", by=["school_year"]))
    assert (row["school_year"], row["numerator"], row["n"], row["value"]) == (AFTER, 2, 4, 0.5)
    assert (row["low"], row["high"]) == pytest.approx(
        (0.150039, 0.849961), abs=1e-6
    )  # R 4.2.2: prop.test(2, 4, correct = FALSE)
    by_role = measure(here, "staff_stayed", by=["role"])
    assert at(by_role, role="aide")[["numerator", "n"]].tolist() == [1, 1]  # the role of the year before
    assert at(by_role, role="teacher")[["numerator", "n"]].tolist() == [1, 3]


def test_the_staff_of_a_school_that_has_no_list_any_more_are_left_out_and_not_counted_as_gone():
    here = district({
        "staff_years": listed(
            ("a", "1", BEFORE, "teacher", 1), ("b", "9", BEFORE, "teacher", 1), ("a", "1", AFTER, "teacher", 2)
        )
    })  # fmt: skip
    row = only(measure(here, "staff_stayed", by=["school_year"]))
    assert (row["n"], row["n_left_out"], row["value"]) == (1, 1, 1.0)
    assert left_out(here, "staff_stayed")["left_out"].tolist() == [
        "nobody is listed at the school in the year after"
    ]


def test_years_with_a_gap_between_them_are_not_compared():
    here = district({
        "staff_years": listed(("a", "1", "2023-24", "teacher", 1), ("a", "1", AFTER, "teacher", 3))
    })  # fmt: skip
    assert only(measure(here, "staff_stayed", by=["school_year"]))["n"] == 0


def test_without_staff_lists_the_teachers_of_classes_tell_who_stayed():
    sections = rows(
        "section_id school_id school_year staff_id",
        ("x1", "1", BEFORE, "a"), ("x2", "1", BEFORE, "b"), ("x3", "1", BEFORE, "b"), ("y1", "1", AFTER, "b"), ("y2", "1", AFTER, "c"),
    )  # fmt: skip
    row = only(measure(district({"sections": sections}), "staff_stayed", by=["school_year"]))
    assert (row["numerator"], row["n"]) == (1, 2)


def test_a_list_of_one_year_is_not_compared_with_the_classes_of_another():
    """The list names an aide who teaches no class; set against classes, the aide would seem to have come from nowhere."""
    sections = rows(
        "section_id school_id school_year staff_id", ("x", "1", BEFORE, "a"), ("y", "1", AFTER, "a")
    )
    people = listed(("a", "1", BEFORE, "teacher", 4), ("z", "1", BEFORE, "aide", 4))
    row = only(measure(district({"sections": sections, "staff_years": people}), "staff_stayed"))
    assert (row["numerator"], row["n"]) == (1, 1)


def test_between_two_lists_a_class_that_somebody_still_teaches_on_paper_does_not_bring_them_back():
    people = listed(
        ("a", "1", BEFORE, "teacher", 4), ("b", "1", BEFORE, "teacher", 4), ("a", "1", AFTER, "teacher", 5)
    )
    sections = rows("section_id school_id school_year staff_id", ("y", "1", AFTER, "b"))
    row = only(measure(district({"sections": sections, "staff_years": people}), "staff_stayed"))
    assert (row["numerator"], row["n"]) == (1, 2)


def test_whose_years_are_not_known_is_left_out_of_the_share_of_new_staff():
    here = district({
        "staff_years": listed(
            ("a", "1", AFTER, "teacher", 0), ("b", "1", AFTER, "teacher", 2.5), ("c", "1", AFTER, "teacher", 3), ("d", "1", AFTER, "teacher", None)
        )
    })  # fmt: skip
    row = only(measure(here, "staff_new"))
    assert (row["numerator"], row["n"], row["n_left_out"]) == (2, 3, 1)
    assert pd.isna(row["low"])  # all of them are counted


def test_a_staff_list_goes_before_the_roster_for_its_year_and_the_roster_tells_of_the_others():
    tables = {
        "staff": rows("staff_id school_id role years_experience", ("a", "1", "teacher", 7.0), ("gone", "1", "teacher", 3.0)),
        "sections": rows("section_id school_id school_year staff_id", ("x", "1", BEFORE, "old"), ("y", "1", AFTER, "a")),
    }  # fmt: skip
    roster = measure(district(tables), "staff_count", by=["school_year"])
    assert roster.set_index("school_year")["n"].to_dict() == {BEFORE: 1, AFTER: 2}
    told = measure(
        district(tables | {"staff_years": listed(("a", "1", AFTER, "teacher", 8))}), "staff_count", by=["school_year"]
    )  # fmt: skip
    assert told.set_index("school_year")["n"].to_dict() == {BEFORE: 1, AFTER: 1}


def test_a_person_in_two_schools_is_one_person_in_the_district():
    here = district({"staff_years": listed(("a", "1", AFTER, "teacher", 1), ("a", "2", AFTER, "teacher", 1))})
    assert only(measure(here, "staff_count"))["n"] == 1
    assert measure(here, "staff_count", by=["school_id"])["n"].tolist() == [1, 1]


def test_students_per_teacher_goes_by_full_posts_and_by_students_who_are_still_there():
    """30 students, of whom one left in October; one full teacher and one half: 29 / 1.5 = 19.333333."""
    ids = [f"s{at}" for at in range(30)]
    stays = enrolled(ids).assign(entry_date=date(2025, 8, 25), exit_date=None)
    stays.loc[0, "exit_date"] = date(2025, 10, 1)
    staff = rows(
        f"{LISTED} full_time_share", ("a", "1", YEAR, "teacher", 3, 1.0), ("b", "1", YEAR, "Teacher", 3, 0.5), ("c", "1", YEAR, "aide", 3, 1.0)
    )  # fmt: skip
    row = only(students_per_teacher(district({"enrollments": stays, "staff_years": staff})))
    assert (row["n"], row["teachers"]) == (29, 1.5)
    assert row["value"] == pytest.approx(19.333333, abs=1e-6)


def test_a_school_without_a_teacher_has_no_ratio_and_says_why():
    here = district({"enrollments": enrolled(["a"]), "staff_years": listed(("b", "1", YEAR, "aide", 3))})
    row = only(students_per_teacher(here, by=["school_id"]))
    assert row["status"] == "not_applicable"
    assert "No teacher" in row["reason"]
    with pytest.raises(NoSuchNameError):
        students_per_teacher(here, by=["role"])


# --- students who come and go -------------------------------------------------------------------------------------------

DAYS = pd.DataFrame(
    {"school_id": "1", "school_year": YEAR, "date": pd.bdate_range("2025-08-25", "2026-06-05").date}
)


def stay(student, entry, exit_=None, school="1"):
    return (student, school, YEAR, "03", entry, exit_)


def stays(*held):
    return rows("student_id school_id school_year grade_level entry_date exit_date", *held)


FIRST, END = date(2025, 8, 25), date(2026, 6, 6)


def test_late_and_early_begin_two_weeks_from_the_ends_of_the_calendar():
    """The school opens on 25 August and closes on 5 June: 8 September is in time, 9 September late; 22 May early, 23 May not."""
    held = stays(
        stay("in time", date(2025, 9, 8), END), stay("late", date(2025, 9, 9), END), stay("whole", FIRST, END),
        stay("early", FIRST, date(2026, 5, 22)), stay("at the end", FIRST, date(2026, 5, 23)),
    )  # fmt: skip
    here = district({"enrollments": held, "calendar": DAYS})
    assert only(measure(here, "came_late"))[["numerator", "n"]].tolist() == [1, 5]
    assert only(measure(here, "left_early"))[["numerator", "n"]].tolist() == [1, 5]
    assert only(measure(here, "student_mobility"))[["numerator", "n"]].tolist() == [2, 5]


def test_without_a_calendar_most_stays_tell_when_a_school_opens_and_closes():
    held = stays(
        *(stay(f"s{at}", FIRST, END) for at in range(4)),
        stay("late", date(2025, 10, 1), END),
        stay("early", FIRST, date(2026, 1, 10)),
    )
    here = district({"enrollments": held})
    assert only(measure(here, "came_late"))["numerator"] == 1
    assert only(measure(here, "left_early"))["numerator"] == 1


def test_in_a_year_under_way_whoever_has_left_left_early_and_who_is_there_did_not():
    held = stays(*(stay(f"s{at}", FIRST) for at in range(4)), stay("gone", FIRST, date(2025, 11, 3)))
    assert only(measure(district({"enrollments": held}), "left_early"))[["numerator", "n"]].tolist() == [1, 5]


def test_a_change_of_school_is_one_student_and_shows_at_both_schools():
    held = stays(
        stay("moved", FIRST, date(2025, 12, 1)), stay("moved", date(2025, 12, 1), END, "2"),
        *(stay(f"s{at}", FIRST, END, school) for at, school in enumerate(("1", "1", "2", "2"))),
    )  # fmt: skip
    here = district({"enrollments": held})
    assert only(measure(here, "student_mobility"))[["numerator", "n"]].tolist() == [1, 5]
    by_school = measure(here, "student_mobility", by=["school_id"])
    assert by_school["numerator"].tolist() == [1, 1]
    assert by_school["n"].tolist() == [3, 3]


def test_a_stay_without_a_first_day_is_left_out():
    row = only(measure(district({"enrollments": enrolled(["a", "b"])}), "came_late"))
    assert (row["n"], row["n_left_out"]) == (0, 2)


def test_not_selected_and_blank_are_both_not_reported_and_no_is_an_answer():
    here = district({
        "enrollments": enrolled(["a", "b", "c", "d"]),
        "students": students(["a", "b", "c"], english_learner=["No", "NotSelected", None]),
    })  # fmt: skip
    row = at(measure(here, "not_reported"), subgroup_type="English learner status")
    assert (row["numerator"], row["n"]) == (3, 4)  # b, c, and d of whom there is no row at all
