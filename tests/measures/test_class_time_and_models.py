"""Class time against the timetable, and learning models: R's figures and sums by hand."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_district import YEAR, district, enrolled, only, rows

from dataworkbench.measures import measure

LOG = "section_id school_id school_year date use minutes_scheduled minutes_used"


def log(*lines):
    return rows(
        LOG,
        *[
            (section, "1", YEAR, date.fromisoformat(day), use, planned, used)
            for section, day, use, planned, used in lines
        ],
    )


def test_time_lost_and_its_interval_take_a_class_as_one():
    """Four classes, 10, -5, 20 and 0 of 100, 80, 120 and 60 minutes lost: 25 of 360.

    R 4.2.2:
        t <- c(10, -5, 20, 0); w <- c(100, 80, 120, 60); r <- sum(t)/sum(w); n <- 4; e <- t - r*w
        se <- sqrt(n/(n-1) * sum(e^2)) / sum(w); 100 * (r + c(0, -1, 1) * qt(.975, n-1) * se)
        6.944444 -9.959348 23.848237
    """
    held = log(
        ("a", "2025-09-01", "Whole class", 50.0, 45.0), ("a", "2025-09-02", "Whole class", 50.0, 45.0),
        ("b", "2025-09-01", "Whole class", 80.0, 85.0), ("c", "2025-09-01", "Whole class", 120.0, 100.0),
        ("d", "2025-09-01", "Whole class", 60.0, 60.0),
    )  # fmt: skip
    row = only(measure(district({"time_use": held}), "time_lost"))
    assert row["n"] == 4
    assert (row["value"], row["low"], row["high"]) == pytest.approx(
        (6.944444, -9.959348, 23.848237), abs=1e-6
    )


def test_minutes_a_day_go_by_the_days_that_a_class_kept_a_log():
    """Class a kept two days: 30 and 20 of small groups on one of them only, so 15 and 10 a day. Class b: 30 and 30."""
    held = log(
        ("a", "2025-09-01", "Small group", 30.0, 20.0), ("a", "2025-09-02", "Whole class", 45.0, 45.0),
        ("b", "2025-09-01", "Small group", 30.0, 30.0),
    )  # fmt: skip
    found = measure(district({"time_use": held}), "class_minutes", by=["use"]).set_index(["use", "counted"])[
        "value"
    ]
    assert found["Small group", "scheduled"] == pytest.approx(60 / 3)
    assert found["Small group", "used"] == pytest.approx(50 / 3)
    whole = measure(district({"time_use": held}), "class_minutes").set_index("counted")["value"]
    assert whole["used"] == pytest.approx(95 / 3)  # two days of class a and one of class b, whatever the uses


def test_a_class_whose_log_lacks_minutes_is_left_out_and_not_taken_for_no_time():
    held = log(("a", "2025-09-01", "Other", 10.0, 5.0), ("b", "2025-09-01", "Other", 10.0, None))
    row = only(measure(district({"time_use": held}), "time_lost"))
    assert (row["n"], row["n_left_out"], row["value"]) == (1, 1, 50.0)


@settings(deadline=None, max_examples=25)
@given(st.lists(st.tuples(st.floats(1, 100), st.floats(0, 200)), min_size=2, max_size=8))
def test_time_lost_is_what_the_sums_of_all_minutes_say(minutes):
    held = log(
        *((f"c{at}", "2025-09-01", "Other", planned, used) for at, (planned, used) in enumerate(minutes))
    )
    row = only(measure(district({"time_use": held}), "time_lost"))
    planned, used = (sum(pair[at] for pair in minutes) for at in (0, 1))
    assert row["value"] == pytest.approx(100 * (1 - used / planned))
    assert row["low"] <= row["value"] + 1e-9
    assert row["value"] <= row["high"] + 1e-9


@pytest.fixture
def with_models():
    return district({
        "sections": rows("section_id school_id school_year subject grade_level", *((c, "1", YEAR, s, "03") for c, s in (("a", "Reading"), ("b", "Math"), ("c", "Art")))),
        "learning_models": rows(
            "section_id school_id school_year learning_model", ("a", "1", YEAR, "flex"), ("b", "1", YEAR, "none"), ("c", "1", YEAR, None)
        ),
        "section_enrollments": rows("section_id student_id", ("a", "x"), ("b", "x"), ("b", "y"), ("c", "z")),
        "enrollments": enrolled(["x", "y", "z"]),
    })  # fmt: skip


def test_classes_are_shared_out_over_models_and_one_of_whom_nobody_said_is_left_out(with_models):
    found = measure(with_models, "classes_by_learning_model").set_index("learning_model")
    assert found.loc["flex", ["numerator", "n", "n_left_out"]].tolist() == [1, 2, 1]
    assert found.loc["none", "value"] == 0.5
    assert found["value"].sum() == pytest.approx(1)
    assert list(found.index)[-1] == "none"


def test_a_student_counts_in_every_model_of_their_classes(with_models):
    found = measure(with_models, "students_by_learning_model").set_index("learning_model")
    assert found.loc["flex", ["numerator", "n", "n_left_out"]].tolist() == [1, 2, 1]
    assert found.loc["none", "numerator"] == 2
    assert found.loc["lab rotation", "value"] == 0


def test_a_model_that_we_do_not_know_keeps_its_own_name():
    here = district(
        {
            "learning_models": rows(
                "section_id school_id school_year learning_model", ("a", "1", YEAR, "Studio")
            )
        }
    )
    assert measure(here, "classes_by_learning_model").set_index("learning_model").loc["studio", "value"] == 1
