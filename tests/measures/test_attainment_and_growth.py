"""Proficiency, scores, levels, growth and lesson checks, worked out by hand."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from small_district import YEAR, district, only, rows, scores, students

from dataworkbench.measures import left_out, measure, standard_score, student_list
from dataworkbench.measures.mastery import mastered_often

LEVELS = rows(
    "assessment_id performance_level level_order proficient min_score",
    ("T", "Low", 1, False, 0.0),
    ("T", "High", 2, True, 50.0),
)


def test_the_label_decides_first_and_the_score_where_there_is_no_label():
    results = scores(list("abcd"), [90, 10, 60, 40]).assign(performance_level=["Low", "High", None, None])
    asked = district({"results": results, "performance_levels": LEVELS})

    assert student_list(asked, "proficiency") == ["b", "c"]


def test_everybody_without_a_usable_result_is_left_out_for_a_reason():
    results = scores(list("abcde"), [60, None, None, None, 60]).assign(
        performance_level=[None, "No Score", None, None, None],
        result_status=["scored", "scored", "absent", "exempt", "invalid"],
    )
    asked = district({"results": results, "performance_levels": LEVELS})

    row = only(measure(asked, "proficiency"))
    reasons = left_out(asked, "proficiency").set_index("left_out")["n"].to_dict()

    assert (row["numerator"], row["n"], row["n_left_out"]) == (1, 1, 4)
    assert reasons == {
        "absent on the day of the test": 1,
        "exempt from the test": 1,
        "the result was declared invalid": 1,
        "no score, and no level that the district counts": 1,
    }


def test_the_closest_cut_score_is_used():
    levels = rows(
        "assessment_id subject grade_level performance_level level_order proficient min_score",
        ("T", None, None, "Low", 1, False, 0.0), ("T", None, None, "High", 2, True, 50.0),
        ("T", "Reading", None, "Low", 1, False, 0.0), ("T", "Reading", None, "High", 2, True, 70.0),
        ("T", "Reading", "04", "Low", 1, False, 0.0), ("T", "Reading", "04", "High", 2, True, 90.0),
    )  # fmt: skip
    results = pd.concat(
        [
            scores(["math 60"], [60], subject="Mathematics"),
            scores(["reading 60"], [60]),
            scores(["reading 80"], [80]),
            scores(["fourth 80"], [80], grade_level="04"),
        ]
    )

    assert student_list(district({"results": results, "performance_levels": levels}), "proficiency") == [
        "math 60",
        "reading 80",
    ]


def test_a_test_without_cut_scores_is_left_out():
    asked = district({"results": scores(["a"], [60], assessment_id="Other"), "performance_levels": LEVELS})

    row = only(measure(asked, "proficiency"))

    assert (row["n"], row["n_left_out"], row["status"]) == (0, 1, "not_applicable")
    assert "cut score" in row["reason"]


def test_scores_of_two_tests_are_never_averaged_together():
    results = pd.concat([scores(["a", "b"], [10, 20]), scores(["a", "b"], [500, 600], assessment_id="U")])
    asked = district({"results": results})

    mixed = only(measure(asked, "mean_score"))
    apart = measure(asked, "mean_score", by=["assessment_id"])

    assert mixed["status"] == "not_applicable"
    assert "assessment_id" in mixed["reason"]
    assert math.isnan(mixed["value"])
    assert apart["mean"].tolist() == [15, 550]


def test_a_student_tested_twice_is_one_student():
    results = pd.concat([scores(["a", "b"], [60, 40], period="Fall"), scores(["a", "b"], [60, 60])])
    asked = district({"results": results, "performance_levels": LEVELS})

    row = only(measure(asked, "proficiency"))

    assert row["n"] == 2
    assert row["value"] == pytest.approx(3 / 4)
    assert row["numerator"] == pytest.approx(1.5)


def test_scores_on_single_standards_are_not_scores_on_the_test():
    results = pd.concat([scores(["a"], [60]), scores(["a"], [1], standard_id="RL.3.1")])

    assert only(measure(district({"results": results}), "mean_score"))["mean"] == 60


def test_levels_come_from_the_lowest_to_the_highest():
    results = scores(list("abc"), [1, 2, 3]).assign(performance_level=["Low", "High", "High"])
    frame = measure(district({"results": results, "performance_levels": LEVELS}), "performance_levels")

    assert frame["performance_level"].tolist() == ["Low", "High"]
    assert frame["value"].tolist() == pytest.approx([1 / 3, 2 / 3])


def fall_and_spring(fall: list[float | None], spring: list[float | None], **columns: object) -> pd.DataFrame:
    ids = [f"s{i}" for i in range(len(fall))]
    return pd.concat(
        [scores(ids, fall, period="Fall", **columns), scores(ids, spring, period="Spring", **columns)]
    )


def test_growth_goes_from_the_first_to_the_last_score_and_leaves_out_those_with_one():
    winter = scores(["s0"], [1000], period="Winter")
    asked = district({"results": pd.concat([fall_and_spring([10, 20, None], [15, 22, 30]), winter])})

    row = only(measure(asked, "mean_gain"))

    assert row["mean"] == pytest.approx((5 + 2) / 2)
    assert (row["n"], row["n_left_out"]) == (2, 1)
    assert only(left_out(asked, "mean_gain"))["left_out"] == "only one score this school year"


def test_dates_tell_first_from_last_where_there_is_one_period():
    later = scores(["a"], [30], period="Year").assign(test_date=pd.Timestamp("2026-03-01").date())
    earlier = scores(["a"], [10], period="Year").assign(test_date=pd.Timestamp("2025-10-01").date())

    assert only(measure(district({"results": pd.concat([later, earlier])}), "mean_gain"))["mean"] == 20


def test_reaching_the_target_exactly_is_meeting_it():
    results = fall_and_spring([10, 10, 10], [15, 14, 16], growth_target=5.0)

    row = only(measure(district({"results": results}), "growth_target_met"))

    assert (row["numerator"], row["n"]) == (2, 3)


def test_the_vendors_own_word_goes_before_the_arithmetic():
    results = fall_and_spring([10], [100], growth_target=5.0)
    results["met_growth_target"] = [None, False]

    assert only(measure(district({"results": results}), "growth_target_met"))["numerator"] == 0


def test_students_without_a_target_are_left_out_of_the_target_and_counted_in_the_gain():
    results = pd.concat(
        [
            fall_and_spring([10], [20], growth_target=5.0),
            fall_and_spring([10], [20]).assign(student_id="other"),
        ]
    )
    asked = district({"results": results})

    assert only(measure(asked, "growth_target_met"))["n_left_out"] == 1
    assert only(left_out(asked, "growth_target_met"))["left_out"] == "no growth target was set"
    assert only(measure(asked, "mean_gain"))["n"] == 2


def test_growth_of_one_school_takes_the_students_who_ended_there_with_their_scores_from_before():
    results = fall_and_spring([10, 10], [15, 17])
    results["school_id"] = ["1", "1", "1", "2"]  # the second student moved in between
    asked = district({"results": results})

    schools = measure(asked, "mean_gain", by=["school_id"]).set_index("school_id")["mean"].to_dict()

    assert schools == {"1": 5, "2": 7}
    assert only(measure(asked, "mean_gain", where={"school_id": "2"}))["mean"] == 7


def test_without_any_growth_target_it_says_that_none_was_brought():
    row = only(measure(district({"results": fall_and_spring([1], [2])}), "growth_target_met"))

    assert row["status"] == "missing"
    assert "export" in row["reason"]


def tickets(before: dict[str, float], after: dict[str, float]) -> pd.DataFrame:
    made = [
        (who, moment, points)
        for moment, held in (("pre", before), ("post", after))
        for who, points in held.items()
    ]
    frame = rows("student_id moment points", *made)
    return frame.assign(
        school_year=YEAR,
        assessment_id="ET1",
        section_id="S1",
        subject="Reading",
        points_possible=10.0,
        school_id="1",
    )


def test_the_gain_of_a_class_is_what_it_learned_of_what_there_was_to_learn():
    asked = district({"results": tickets({"a": 2, "b": 6, "c": 5}, {"a": 8, "b": 8, "d": 9})})

    gain = only(measure(asked, "exit_ticket_gain"))
    shift = only(measure(asked, "exit_ticket_shift"))

    # Matched: a and b. Class means 40% before, 80% after: (80 - 40) / (100 - 40).
    assert gain["value"] == pytest.approx(100 * 40 / 60)
    assert (gain["n"], gain["n_left_out"]) == (2, 2)
    assert shift["mean"] == pytest.approx(40)


def test_a_class_that_knew_everything_has_no_gain():
    row = only(
        measure(district({"results": tickets({"a": 10, "b": 10}, {"a": 10, "b": 9})}), "exit_ticket_gain")
    )

    assert row["status"] == "not_applicable"
    assert "nothing left to gain" in row["reason"]


def test_a_standard_is_mastered_by_the_latest_score_on_it():
    results = pd.concat(
        [
            scores(["a", "b"], [60, 40], period="Fall", standard_id="X"),
            scores(["a", "b"], [40, 60], period="Spring", standard_id="X"),
            scores(["a"], [70], period="Spring", standard_id="Y"),
        ]
    )
    asked = district({"results": results, "performance_levels": LEVELS})

    by_standard = measure(asked, "standards_mastery", by=["standard_id"]).set_index("standard_id")

    assert by_standard["numerator"].to_dict() == {"X": 1, "Y": 1}
    assert by_standard["n"].to_dict() == {"X": 2, "Y": 1}
    assert student_list(asked, "standards_mastery", where={"standard_id": "X"}) == ["b"]


def test_checks_before_and_after_a_lesson_are_not_scores_on_the_test():
    checks = tickets({"a": 1}, {"a": 1}).assign(assessment_id="T", scale_score=1.0)
    asked = district({"results": pd.concat([scores(["a"], [60]), checks]), "performance_levels": LEVELS})

    assert only(measure(asked, "mean_score"))["mean"] == 60
    assert only(measure(asked, "proficiency"))["numerator"] == 1


@pytest.mark.parametrize(
    ("rule", "score"),
    [
        ("latest", 4),
        ("highest", 4),
        ("average", 2.33),
        ("median", 2),
        ("weighted average", 3.125),
        ("decaying average", 3.1775),
    ],
)
def test_the_rules_for_one_score_from_several_differ_as_published(rule, score):
    # Scores 1, 2, 4: 0.65 x 4 + 0.35 x 1.5, and 4 x 0.65 + (2 x 0.65 + 1 x 0.35) x 0.35.
    assert standard_score([1, 2, 4], rule=rule) == pytest.approx(score, abs=0.0051)


def test_mastery_a_number_of_times_asks_for_that_many():
    assert mastered_often([3, 2, 4], mastery=3, times=2) == 3.5
    assert math.isnan(mastered_often([3, 2, 4], mastery=3, times=3))


def test_subgroups_of_another_year_do_not_count_for_this_one():
    last_year = students(["a"], sex="Male").assign(school_year="2024-25")
    this_year = students(["a"], sex="Female")
    results = pd.concat([scores(["a"], [10]), scores(["a"], [20]).assign(school_year="2024-25")])
    asked = district({"students": pd.concat([last_year, this_year]), "results": results})

    frame = measure(asked, "mean_score", by=["school_year", "subgroup"], where={"subgroup_type": "Gender"})

    assert frame[["school_year", "subgroup", "mean"]].to_numpy().tolist() == [
        ["2024-25", "Male", 20.0],
        ["2025-26", "Female", 10.0],
    ]
