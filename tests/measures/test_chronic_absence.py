"""Absence, worked out by hand for a few students."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from small_district import YEAR, days, district, enrolled, only, rows, students

from dataworkbench.measures import left_out, measure, student_list
from dataworkbench.measures.intervals import wilson
from dataworkbench.workspace import AbsenceRule, Settings


def test_a_student_who_missed_exactly_a_tenth_is_chronically_absent():
    asked = district({"attendance": pd.concat([days("a", 18, 2), days("b", 19, 1), days("c", 20, 0)])})

    row = only(measure(asked, "chronic_absence"))

    assert (row["numerator"], row["n"]) == (1, 3)
    assert student_list(asked, "chronic_absence") == ["a"]
    assert student_list(asked, "chronic_absence", want="not_hit") == ["b", "c"]


def test_parts_of_days_that_add_up_to_a_tenth_are_not_missed_by_a_digit():
    # Each missed exactly a tenth, in parts; added up by a computer several come out a hair below it.
    parts = [
        (18, 12, 0.15),
        (18, 3, 0.6),
        (21, 3, 0.7),
        (27, 9, 0.3),
        (36, 24, 0.15),
        (54, 9, 0.6),
        (72, 24, 0.3),
    ]
    attendance = [
        days(f"{n} days, {k} times {share}", n, 0).assign(absent=[share] * k + [0.0] * (n - k))
        for n, k, share in parts
    ]

    assert only(measure(district({"attendance": pd.concat(attendance)}), "chronic_absence"))["numerator"] == 7


def test_students_enrolled_for_only_a_few_days_are_left_out_with_the_reason():
    asked = district({"attendance": pd.concat([days("a", 0, 9), days("b", 8, 2)])})

    row = only(measure(asked, "chronic_absence"))

    assert (row["n"], row["n_left_out"], row["numerator"]) == (1, 1, 1)
    assert only(left_out(asked, "chronic_absence"))["left_out"] == "enrolled for fewer than 10 days"
    assert student_list(asked, "chronic_absence", want="left_out") == ["a"]


def test_the_districts_own_rule_is_followed():
    asked = {"attendance": pd.concat([days("a", 17, 3), days("b", 5, 0)])}
    strict = Settings(absence=AbsenceRule(chronic_from=0.16, fewest_days=5))

    row = only(measure(district(asked, strict), "chronic_absence"))

    assert (row["numerator"], row["n"], row["n_left_out"]) == (0, 2, 0)


def test_two_schools_of_one_year_are_added_up_for_the_district_and_kept_apart_by_school():
    first, second = days("a", 10, 0, school="1"), days("a", 16, 4, school="2", first="2026-01-05")
    asked = district({"attendance": pd.concat([first, second])})

    whole = only(measure(asked, "chronic_absence"))
    schools = measure(asked, "chronic_absence", by=["school_id"]).set_index("school_id")

    assert (whole["n"], whole["numerator"]) == (1, 1)  # 4 of 30 days
    assert schools["numerator"].to_dict() == {"1": 0, "2": 1}


def test_students_without_any_attendance_are_left_out_not_counted_as_present():
    asked = district({"attendance": days("a", 20, 0), "enrollments": enrolled(["a", "b"])})

    row = only(measure(asked, "chronic_absence"))

    assert (row["n"], row["n_left_out"]) == (1, 1)
    assert "no attendance" in only(left_out(asked, "chronic_absence"))["left_out"]


def calendar(n: int) -> pd.DataFrame:
    return pd.DataFrame(
        {"school_id": "1", "school_year": YEAR, "date": pd.bdate_range("2025-09-01", periods=n).date}
    )


def absences(student: str, *places: int) -> pd.DataFrame:
    dates = pd.bdate_range("2025-09-01", periods=200).date
    return pd.DataFrame(
        {
            "student_id": student,
            "school_id": "1",
            "school_year": YEAR,
            "date": [dates[p] for p in places],
            "absent": 1.0,
        }
    )


def test_with_a_calendar_days_without_a_record_count_as_present_up_to_the_last_day_sent():
    asked = district(
        {"attendance": pd.concat([absences("a", 0, 1), absences("b", 19)]), "enrollments": enrolled(["a", "b", "c"]),
         "calendar": calendar(180)}
    )  # fmt: skip

    # The school sent 20 days: a missed 2, b missed 1, c none.
    rate = only(measure(asked, "attendance_rate"))
    chronic = only(measure(asked, "chronic_absence"))

    assert rate["value"] == pytest.approx(57 / 60)
    assert (chronic["numerator"], chronic["n"]) == (1, 3)


def test_with_a_calendar_days_before_the_entry_and_from_the_exit_on_do_not_count():
    dates = pd.bdate_range("2025-09-01", periods=200).date
    stays = enrolled(["a", "b"]).assign(entry_date=[dates[5], dates[0]], exit_date=[dates[15], None])
    asked = district({"attendance": absences("b", 19), "enrollments": stays, "calendar": calendar(180)})

    rate = only(measure(asked, "attendance_rate"))

    assert rate["value"] == pytest.approx(29 / 30)  # a: 10 days (the exit day is not one), b: 20


def test_two_rows_of_one_stay_do_not_double_the_days():
    asked = district(
        {"attendance": absences("a", 9), "enrollments": pd.concat([enrolled(["a"]), enrolled(["a"]).assign(entry_date=dt.date(2025, 9, 1))]),
         "calendar": calendar(10)}
    )  # fmt: skip

    assert only(measure(asked, "attendance_rate"))["value"] == pytest.approx(0.9)


def test_stays_that_overlap_are_one_and_the_weeks_between_two_stays_are_none():
    dates = pd.bdate_range("2025-09-01", periods=200).date
    stays = [("a", 0, 10), ("a", 5, 20), ("b", 0, 10), ("b", 30, 40), ("c", 0, 40), ("c", 10, 20)]
    enrollments = pd.concat(
        [enrolled([who]).assign(entry_date=dates[first], exit_date=dates[last]) for who, first, last in stays]
    )
    asked = district({"attendance": absences("c", 39), "enrollments": enrollments, "calendar": calendar(180)})

    # Days enrolled: a 20, b 10 and 10, c 40; one of them missed.
    assert only(measure(asked, "attendance_rate"))["value"] == pytest.approx(79 / 80)


def test_one_school_has_the_figures_that_it_has_among_all():
    attendance = pd.concat([absences("a", 0, 1), absences("b", 19).assign(school_id="2")])
    both = pd.concat([calendar(180), calendar(180).assign(school_id="2")])
    asked = district(
        {"attendance": attendance, "enrollments": enrolled(["a", "b"], ["1", "2"]), "calendar": both}
    )

    among_all = measure(asked, "attendance_rate", by=["school_id", "grade_level"])
    alone = [
        measure(asked, "attendance_rate", by=["school_id", "grade_level"], where={"school_id": s})
        for s in "12"
    ]

    pd.testing.assert_frame_equal(among_all, pd.concat(alone, ignore_index=True))


def test_totals_are_used_only_where_there_are_no_daily_records():
    totals = rows(
        "student_id school_id school_year days_enrolled days_absent",
        ("a", "1", YEAR, 100.0, 90.0),
        ("b", "1", YEAR, 100.0, 10.0),
    )
    asked = district({"attendance": days("a", 20, 0), "attendance_totals": totals})

    row = only(measure(asked, "chronic_absence"))

    assert (row["n"], row["numerator"]) == (2, 1)
    assert student_list(asked, "chronic_absence") == ["b"]


def test_the_four_bands_hold_everybody_once_in_order():
    asked = district(
        {
            "attendance": pd.concat(
                [days("a", 40, 0), days("b", 19, 1), days("c", 18, 2), days("d", 17, 3), days("e", 16, 4)]
            )
        }
    )

    bands = measure(asked, "absence_bands")

    assert bands["absence_band"].tolist() == [
        "Satisfactory",
        "At risk",
        "Moderately chronic",
        "Severely chronic",
    ]
    assert bands["numerator"].tolist() == [1, 1, 2, 1]
    assert bands["n"].tolist() == [5, 5, 5, 5]


def test_the_attendance_rate_weighs_students_by_their_days_and_counts_each_once():
    asked = district({"attendance": pd.concat([days("a", 10, 0), days("b", 15, 15)])})

    row = only(measure(asked, "attendance_rate"))

    assert row["n"] == 2
    assert row["value"] == pytest.approx(25 / 40)
    assert row["numerator"] == pytest.approx(2 * 25 / 40)
    assert 0 <= row["low"] < row["value"] < row["high"] <= 1


def test_many_days_of_few_students_do_not_look_like_many_students():
    attendance = pd.concat([days(f"s{i}", 100 - 10 * (i % 2), 10 * (i % 2)) for i in range(6)])
    row = only(measure(district({"attendance": attendance}), "attendance_rate"))

    # Six rates, 1 and 0.9 by turns: mean 0.95, variance 0.003, so the variance of the mean is 0.0005. As many students
    # drawn one by one as would give that: 0.95 x 0.05 / 0.0005 = 95, neither 6 nor 600.
    assert (row["low"], row["high"]) == pytest.approx(wilson(0.95 * 95, 95))


def test_attendance_by_month():
    asked = district({"attendance": pd.concat([days("a", 15, 5), days("a", 20, 0, first="2025-10-01")])})

    months = measure(asked, "attendance_rate", by=["month"]).set_index("month")["value"]

    assert months.to_dict() == pytest.approx({"2025-09": 0.75, "2025-10": 1.0})


def test_grade_levels_come_from_the_roster():
    asked = district(
        {
            "attendance": pd.concat([days("a", 20, 0), days("b", 10, 10)]),
            "enrollments": enrolled(["a", "b"], grade=["KG", "03"]),
        }
    )

    frame = measure(asked, "chronic_absence", by=["grade_level"])

    assert frame["grade_level"].tolist() == ["KG", "03"]
    assert frame["value"].tolist() == [0, 1]


def test_incidents_are_counted_by_students_and_out_of_all_who_are_enrolled():
    incidents = rows(
        "incident_id student_id school_id school_year days_removed",
        ("1", "a", "1", YEAR, 0.0), ("2", "a", "1", YEAR, 2.0), ("3", "b", "1", YEAR, 0.0), ("4", "stranger", "1", YEAR, 0.0),
    )  # fmt: skip
    asked = district({"incidents": incidents, "enrollments": enrolled(["a", "b", "c", "d"])})

    rate = only(measure(asked, "incident_rate"))

    assert (rate["numerator"], rate["n"], rate["n_left_out"]) == (2, 4, 1)
    assert only(measure(asked, "removal_rate"))["numerator"] == 1
    assert only(measure(asked, "incidents_per_student"))["mean"] == pytest.approx(0.75)
    assert student_list(asked, "incident_rate", want="left_out") == ["stranger"]


def test_shares_of_students_are_of_all_in_the_school_also_where_a_group_is_empty():
    asked = district(
        {"students": students(["a", "b", "c", "d"], sex=["Female", "Female", "Male", "Male"]),
         "enrollments": enrolled(["a", "b", "c", "d"], school=["1", "1", "1", "2"])}
    )  # fmt: skip

    shares = measure(asked, "student_share", by=["school_id"], where={"subgroup_type": "Gender"})
    shares = shares.set_index(["school_id", "subgroup"])["value"]

    assert shares.to_dict() == pytest.approx(
        {("1", "Female"): 2 / 3, ("1", "Male"): 1 / 3, ("2", "Female"): 0, ("2", "Male"): 1}
    )


def test_a_student_in_two_schools_is_one_student_of_the_district():
    asked = district({"enrollments": pd.concat([enrolled(["a", "b"], "1"), enrolled(["a"], "2")])})

    assert only(measure(asked, "enrollment"))["n"] == 2
    assert measure(asked, "enrollment", by=["school_id"])["n"].tolist() == [2, 1]
