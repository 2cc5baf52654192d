"""What is taught against what is assessed: a published example of the index, and two classes worked out by hand."""

from __future__ import annotations

import math
from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_district import YEAR, district, only, rows

from dataworkbench.errors import NoSuchNameError
from dataworkbench.measures import curriculum_alignment, measure, porter_index

SEPTEMBER, OCTOBER, NOVEMBER = date(2025, 9, 10), date(2025, 10, 10), date(2025, 11, 10)
PLAN = "school_year section_id grade_level subject unit_name standard_id planned_on taught_on minutes"


def test_the_index_is_that_of_a_published_example():
    """The alignment index as the U.S. Office of Special Education Programs' toolkit works it out from two 3 by 3 matrices."""
    standards = [0.2, 0.2, 0.1, 0.1, 0.1, 0.1, 0.0, 0.2, 0.0]
    assessment = [0.2, 0.0, 0.1, 0.1, 0.2, 0.0, 0.1, 0.2, 0.1]
    assert porter_index(standards, assessment) == pytest.approx(0.7)


weights = st.lists(st.floats(0, 1000), min_size=1, max_size=12).filter(lambda held: sum(held) > 1e-3)


@given(st.data())
def test_the_index_is_between_0_and_1_alike_both_ways_and_blind_to_scale(data):
    one = data.draw(weights)
    other = data.draw(
        st.lists(st.floats(0, 1000), min_size=len(one), max_size=len(one)).filter(
            lambda held: sum(held) > 1e-3
        )
    )
    index = porter_index(one, other)
    assert -1e-9 <= index <= 1 + 1e-9
    assert index == pytest.approx(porter_index(other, one))
    assert index == pytest.approx(porter_index([60 * weight for weight in one], other))
    assert porter_index(one, one) == pytest.approx(1)


def test_nothing_taught_or_nothing_assessed_has_no_index():
    assert math.isnan(porter_index([0, 0], [1, 2]))
    assert math.isnan(porter_index([1, 2], [0, 0]))
    with pytest.raises(ValueError, match="1 emphases of teaching stand against 2"):
        porter_index([1], [1, 2])


def result(standard, section, day, **more):
    base = {
        "student_id": "s", "school_id": "1", "school_year": YEAR, "assessment_id": "check", "subject": "Math", "standard_id": standard,
        "section_id": section, "test_date": day, "scale_score": 3.0, "result_status": "scored", "moment": None,
    }  # fmt: skip
    return base | more


def plan(section, standard, taught, *, minutes=100.0, grade="03"):
    return (
        YEAR,
        section,
        grade,
        "Math",
        f"Unit {standard[-1]}",
        standard,
        SEPTEMBER,
        taught,
        minutes if taught else None,
    )


def two_classes(results, plans, **tables):
    return district({
        "sections": rows("section_id school_id school_year subject grade_level", ("a", "1", YEAR, "Math", "03"), ("b", "1", YEAR, "Math", "03")),
        "standards": rows("standard_id subject grade_level strand sequence", *((f"M.3.{at}", "Math", "03", "Number", at) for at in (1, 2, 3, 4))),
        "results": pd.DataFrame(results),
        "curriculum": rows(PLAN, *plans),
        **tables,
    })  # fmt: skip


RESULTS = [
    result("M.3.1", "a", OCTOBER), result("M.3.1", "a", NOVEMBER), result("M.3.2", "a", OCTOBER), result("M.3.3", "a", OCTOBER),
    result("M.3.1", "b", OCTOBER), result("M.3.2", "b", OCTOBER),
]  # fmt: skip
PLANS = [
    plan("a", "M.3.1", OCTOBER), plan("a", "M.3.2", NOVEMBER), plan("a", "M.3.3", None), plan("a", "M.3.4", SEPTEMBER),
    plan("b", "M.3.1", SEPTEMBER), plan("b", "M.3.2", SEPTEMBER, minutes=300.0),
]  # fmt: skip


def test_taught_first_is_counted_standard_by_standard_in_each_class():
    """Class a: standard 1 on the day of its check (first), 2 after its check, 3 never: 1 of 3. Class b: 2 of 2. Together 3 of 5.

    The interval takes the two classes as two: Wilson's, with as many standards as the spread between classes is worth. R 4.2.2:
        t <- c(1, 2); w <- c(3, 2); r <- sum(t)/sum(w); e <- t - r*w; v <- 2 * sum(e^2) / sum(w)^2
        k <- r*(1-r)/v; z <- qnorm(.975); m <- (r + z^2/(2*k)) / (1 + z^2/k)
        m + c(-1, 1) * z/(1 + z^2/k) * sqrt(r*(1-r)/k + z^2/(4*k^2))
        0.146850 0.928936
    """
    row = only(measure(two_classes(RESULTS, PLANS), "taught_before_assessed"))
    assert (row["value"], row["n"]) == (pytest.approx(0.6), 2)
    assert (row["low"], row["high"]) == pytest.approx((0.146850, 0.928936), abs=1e-6)


def test_each_standard_of_each_class_is_in_one_of_four_states():
    """Class a: 1 taught then assessed, 2 too early, 3 never taught, 4 never assessed. Class b: two taught then assessed. Six in all."""
    found = measure(two_classes(RESULTS, PLANS), "standards_taught_and_assessed").set_index("coverage")[
        "value"
    ]
    assert found["taught, then assessed"] == pytest.approx(3 / 6)
    assert found["assessed before it was taught"] == pytest.approx(1 / 6)
    assert found["assessed, not taught"] == pytest.approx(1 / 6)
    assert found["taught, not assessed"] == pytest.approx(1 / 6)


def test_the_index_weighs_minutes_taught_against_days_of_assessment():
    """Minutes of standards 1 to 4: 200, 400, 0, 100 of 700. Days of assessment: 3, 2, 1, 0 of 6.

    |2/7-1/2| + |4/7-1/3| + |0-1/6| + |1/7-0| = 9/42 + 10/42 + 7/42 + 6/42 = 32/42; 1 - 16/42 = 0.619048.
    """
    row = only(curriculum_alignment(two_classes(RESULTS, PLANS)))
    assert (row["n"], row["value"]) == (2, pytest.approx(0.619048, abs=1e-6))


def test_a_check_before_the_lesson_a_part_of_a_vendors_test_and_an_absence_are_no_assessment():
    odd = [
        result("M.3.4", "a", OCTOBER, moment="pre"), result("vendor: Number", "a", OCTOBER),
        result("M.3.4", "a", OCTOBER, result_status="absent", scale_score=None),
    ]  # fmt: skip
    here = two_classes(
        [*RESULTS, *odd], PLANS,
        standards=rows(
            "standard_id subject grade_level", *((f"M.3.{at}", "Math", "03") for at in (1, 2, 3, 4)), ("vendor: Number", "Math", None)
        ),
    )  # fmt: skip
    row = only(measure(here, "taught_before_assessed"))
    assert row["value"] == pytest.approx(0.6)


def test_a_plan_of_a_whole_grade_level_is_every_class_of_it_and_no_other():
    plans = [
        plan(None, "M.3.1", SEPTEMBER),
        plan(None, "M.3.2", SEPTEMBER),
        plan(None, "M.3.3", SEPTEMBER, grade="04"),
    ]
    row = only(measure(two_classes(RESULTS, plans), "taught_before_assessed"))
    assert row["value"] == pytest.approx(4 / 5)  # all but standard 3 of class a


def test_a_class_without_any_plan_is_left_out_and_not_taken_for_one_that_teaches_nothing():
    row = only(
        measure(two_classes(RESULTS, [one for one in PLANS if one[1] == "a"]), "taught_before_assessed")
    )
    assert (row["n"], row["n_left_out"], row["value"]) == (1, 1, pytest.approx(1 / 3))


def test_a_result_without_a_class_counts_for_the_one_class_of_the_subject_that_the_student_sits_in():
    results = [
        result("M.3.1", None, OCTOBER, student_id="sits in b"),
        result("M.3.1", None, OCTOBER, student_id="sits in both"),
    ]
    seats = rows("section_id student_id", ("b", "sits in b"), ("a", "sits in both"), ("b", "sits in both"))
    found = measure(
        two_classes(results, PLANS, section_enrollments=seats), "taught_before_assessed", by=["section_id"]
    )  # fmt: skip
    assert found["section_id"].tolist() == ["b"]


def test_what_is_not_there_is_said_and_an_unknown_column_is_refused():
    here = district({})
    row = only(curriculum_alignment(here))
    assert row["status"] == "missing"
    assert "Bring a curriculum map" in row["reason"]
    with pytest.raises(NoSuchNameError):
        curriculum_alignment(here, by=["strand"])
    empty = two_classes(RESULTS, PLANS)
    assert only(curriculum_alignment(empty, where={"grade_level": "08"}))["status"] == "not_applicable"
