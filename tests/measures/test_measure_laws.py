"""Laws that every indicator keeps, whatever the data."""

from __future__ import annotations

from contextlib import contextmanager

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_district import YEAR, district, only, rows, scores

from dataworkbench.measures import indicator, left_out, measure, student_list

SLOW = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])

student = st.fixed_dictionaries(
    {
        "school_id": st.sampled_from(["1", "2", "3"]),
        "grade_level": st.sampled_from(["KG", "03", "10"]),
        "sex": st.sampled_from(["Female", "Male", None]),
        "scale_score": st.one_of(st.none(), st.floats(100, 300)),
        "performance_level": st.sampled_from(["Low", "High", None, "Unheard of"]),
        "result_status": st.sampled_from(["scored", "absent", None]),
        "days_enrolled": st.integers(0, 180).map(float),
        "missed": st.floats(0, 1),
    }
)
districts = st.lists(student, min_size=1, max_size=40)
LEVELS = pd.DataFrame(
    {
        "assessment_id": "T",
        "performance_level": ["Low", "High"],
        "level_order": [1, 2],
        "proficient": [False, True],
    }
)


@contextmanager
def made(held: list[dict[str, object]], order: list[int] | None = None):
    frame = pd.DataFrame(held).assign(
        student_id=[f"s{i:03d}" for i in range(len(held))],
        school_year=YEAR,
        assessment_id="T",
        subject="Reading",
        period="Spring",
    )
    frame["scale_score"] = frame["scale_score"].astype("float64")
    frame["days_absent"] = (frame["days_enrolled"] * frame["missed"]).round(1)
    frame = frame.iloc[order] if order else frame
    place = ["student_id", "school_id", "school_year", "grade_level"]
    asked = district(
        {
            "enrollments": frame[place],
            "students": frame[["student_id", "school_year", "sex"]],
            "results": frame[
                [
                    *place,
                    "assessment_id",
                    "subject",
                    "period",
                    "scale_score",
                    "performance_level",
                    "result_status",
                ]
            ],
            "performance_levels": LEVELS,
            "attendance_totals": frame[[*place, "days_enrolled", "days_absent"]],
        }
    )
    try:
        yield asked
    finally:
        asked.close()


RATES = (
    "proficiency",
    "chronic_absence",
    "attendance_rate",
    "student_share",
    "absence_bands",
    "performance_levels",
)


@SLOW
@given(districts, st.sampled_from(["proficiency", "chronic_absence", "mean_score", "enrollment"]))
def test_the_parts_add_up_to_the_whole(held, name):
    with made(held) as asked:
        whole = only(measure(asked, name))

        for by in ("school_id", "grade_level"):
            parts = measure(asked, name, by=[by])
            assert parts["n"].sum() == whole["n"]
            assert parts["n_left_out"].sum() == whole["n_left_out"]
            if whole["n"] and name != "enrollment":
                assert (parts["value"] * parts["n"]).sum() == pytest.approx(whole["value"] * whole["n"])


@SLOW
@given(districts, st.sampled_from(["proficiency", "chronic_absence", "mean_score", "enrollment"]))
def test_each_type_of_subgroup_holds_everybody_once(held, name):
    with made(held) as asked:
        whole = only(measure(asked, name))

        groups = measure(asked, name, by=["subgroup"]).groupby("subgroup_type")

        assert set(groups["n"].sum()) == {whole["n"]}
        assert set(groups["n_left_out"].sum()) == {whole["n_left_out"]}


@SLOW
@given(districts, st.randoms(use_true_random=False), st.sampled_from(RATES))
def test_the_order_of_rows_does_not_matter(held, random, name):
    order = random.sample(range(len(held)), len(held))

    with made(held) as asked, made(held, order) as shuffled:
        pd.testing.assert_frame_equal(
            measure(asked, name, by=["school_id"]), measure(shuffled, name, by=["school_id"])
        )


@SLOW
@given(districts)
def test_who_counts_and_who_is_left_out_are_all(held):
    with made(held) as asked:
        for name in ("proficiency", "chronic_absence", "mean_score"):
            row = only(measure(asked, name))
            reasons = left_out(asked, name)
            assert row["n"] + row["n_left_out"] == len(held)
            assert reasons["n"].sum() == row["n_left_out"]
            assert len(student_list(asked, name, want="counted")) == row["n"]
            assert len(student_list(asked, name, want="left_out")) == row["n_left_out"]


@SLOW
@given(districts)
def test_the_students_behind_a_rate_are_as_many_as_its_numerator(held):
    with made(held) as asked:
        for name in ("proficiency", "chronic_absence"):
            row = only(measure(asked, name))
            if row["n"]:
                assert len(student_list(asked, name)) == row["numerator"]
                assert len(student_list(asked, name, want="not_hit")) == row["n"] - row["numerator"]


@SLOW
@given(districts, st.sampled_from(RATES))
def test_a_rate_and_its_interval_lie_between_none_and_all(held, name):
    with made(held) as asked:
        frame = measure(asked, name, by=["school_id"])
    there = frame[frame["status"] == ""]
    sure = indicator(name).full_count

    assert (
        there["low"].isna().all()
        if sure
        else ((there["low"] >= 0) & (there["low"] <= there["value"] + 1e-12)).all()
    )
    assert (
        there["high"].isna().all()
        if sure
        else ((there["high"] <= 1) & (there["high"] >= there["value"] - 1e-12)).all()
    )
    assert there["value"].between(0, 1).all()
    assert (there["numerator"].astype(float) / there["n"].astype(float)).tolist() == pytest.approx(
        there["value"].tolist()
    )


@SLOW
@given(districts)
def test_choosing_a_group_gives_the_row_of_that_group(held):
    with made(held) as asked:
        schools = measure(asked, "proficiency", by=["school_id"])
        sexes = measure(asked, "proficiency", by=["subgroup"], where={"subgroup_type": ["Gender"]})

        for row in schools.to_dict("records"):
            chosen = only(measure(asked, "proficiency", where={"school_id": row["school_id"]}))
            assert (chosen["n"], chosen["n_left_out"]) == (row["n"], row["n_left_out"])
        for row in sexes.to_dict("records"):
            where = {"subgroup_type": "Gender", "subgroup": row["subgroup"]}
            assert only(measure(asked, "proficiency", where=where))["n"] == row["n"]


@SLOW
@given(districts)
def test_the_bands_of_absence_share_out_everybody(held):
    with made(held) as asked:
        bands = measure(asked, "absence_bands")

    if (bands["status"] == "").all():
        assert bands["value"].sum() == pytest.approx(1)
        assert bands["numerator"].sum() == bands["n"].iloc[0]


@pytest.mark.parametrize("status", [["absent", "exempt"], ["exempt", "absent"]])
def test_of_two_reasons_that_are_as_common_the_first_by_the_alphabet_is_named(status):
    levels = rows(
        "assessment_id performance_level level_order proficient min_score", ("T", "High", 1, True, 2.0)
    )
    results = scores(["a", "b"], [None, None], result_status=status)
    asked = district({"results": results, "performance_levels": levels})
    assert "absent on the day of the test" in only(measure(asked, "proficiency"))["reason"]
