"""Answers and rubric scores, worked out by hand."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from small_district import YEAR, district, only, rows

from dataworkbench.errors import NoSuchNameError, WorkbenchError
from dataworkbench.measures import measure, mismatch, student_list
from dataworkbench.workspace import Settings

FEW = Settings(survey_fewest=1)


def items(*held: tuple[str, str, str | None, int]) -> pd.DataFrame:
    frame = rows("role item_id pair_id choices", *held)
    return frame.assign(
        survey_id="S", topic="Safety", wording=frame["role"] + " is asked " + frame["item_id"]
    )


def answers(role: str, item: str, given: list[int | None], school: str = "1") -> pd.DataFrame:
    return pd.DataFrame(
        {"survey_id": "S", "role": role, "respondent_id": [f"{role}{i}" for i in range(len(given))], "item_id": item,
         "school_id": school, "school_year": YEAR, "period": "Spring", "answer": given}
    )  # fmt: skip


def test_the_two_most_favourable_choices_count_and_blanks_are_left_out():
    asked = district(
        {
            "survey_items": items(("student", "q1", None, 5)),
            "survey_responses": answers("student", "q1", [5, 4, 3, 2, 1, None]),
        },
        FEW,
    )

    row = only(measure(asked, "survey_top_box"))

    assert (row["numerator"], row["n"], row["n_left_out"]) == (2, 5, 1)


def test_neutral_answers_can_be_left_out_of_the_base():
    asked = district(
        {
            "survey_items": items(("student", "q1", None, 5)),
            "survey_responses": answers("student", "q1", [5, 4, 3, 3, 1]),
        },
        FEW,
    )

    row = only(measure(asked, "survey_top_box_without_neutral"))

    assert (row["numerator"], row["n"], row["n_left_out"]) == (2, 3, 2)


@pytest.mark.parametrize(("choices", "favourable"), [(2, 1), (3, 1), (4, 2), (6, 2)])
def test_of_two_or_three_choices_only_the_best_is_favourable(choices, favourable):
    asked = district(
        {"survey_items": items(("student", "q1", None, choices)),
         "survey_responses": answers("student", "q1", list(range(1, choices + 1)))}, FEW
    )  # fmt: skip

    assert only(measure(asked, "survey_top_box"))["numerator"] == favourable


def test_a_person_who_answered_two_questions_is_one_person():
    asked = district(
        {"survey_items": items(("student", "q1", None, 4), ("student", "q2", None, 4)),
         "survey_responses": pd.concat([answers("student", "q1", [4, 1]), answers("student", "q2", [4, 4])])}, FEW
    )  # fmt: skip

    row = only(measure(asked, "survey_top_box", by=["topic"]))

    assert row["n"] == 2
    assert row["value"] == pytest.approx(3 / 4)


def test_fewer_answers_than_the_district_allows_are_shown_to_nobody():
    responses = pd.concat([answers("student", "q1", [4] * 9), answers("student", "q1", [4] * 10, school="2").assign(
        respondent_id=[f"other{i}" for i in range(10)])])  # fmt: skip
    asked = district({"survey_items": items(("student", "q1", None, 4)), "survey_responses": responses})

    frame = measure(asked, "survey_top_box", by=["school_id"]).set_index("school_id")

    assert frame.loc["1", "status"] == "suppressed"
    assert math.isnan(frame.loc["1", "value"])
    assert pd.isna(frame.loc["1", "numerator"])
    assert frame.loc["2", "value"] == 1


def test_answers_of_different_roles_are_not_mixed_in_one_figure():
    asked = district(
        {"survey_items": items(("student", "q1", None, 4), ("staff", "q1", None, 4)),
         "survey_responses": pd.concat([answers("student", "q1", [4, 1]), answers("staff", "q1", [4, 4])])}, FEW
    )  # fmt: skip

    assert only(measure(asked, "survey_top_box"))["status"] == "not_applicable"
    assert measure(asked, "survey_top_box", by=["role"])["value"].tolist() == [1, 0.5]


def test_the_response_rate_is_of_those_who_were_asked():
    surveys = rows(
        "survey_id role school_year invited", ("S", "student", YEAR, 8), ("S", "staff", YEAR, None)
    )
    responses = pd.concat(
        [
            answers("student", "q1", [4, 1, None]),
            answers("student", "q2", [4, 4, 4]),
            answers("staff", "q1", [1]),
        ]
    )
    asked = district({"surveys": surveys, "survey_responses": responses})

    frame = measure(asked, "survey_response_rate", by=["role"]).set_index("role")

    assert (frame.loc["student", "numerator"], frame.loc["student", "n"]) == (3, 8)
    assert frame.loc["staff", "status"] == "not_applicable"


def test_choices_from_one_to_ten_stand_in_their_order():
    asked = district(
        {
            "survey_items": items(("student", "q1", None, 10)),
            "survey_responses": answers("student", "q1", list(range(1, 11))),
        },
        FEW,
    )

    frame = measure(asked, "survey_answers")

    assert frame["answer_choice"].tolist() == [str(choice) for choice in range(1, 11)]
    assert frame["value"].sum() == pytest.approx(1)


def paired():
    return district(
        {"survey_items": items(("student", "q1", "p1", 4), ("staff", "t1", "p1", 4), ("student", "q2", "p2", 4),
                               ("staff", "t2", "p2", 4), ("student", "q3", "p3", 4), ("student", "q4", None, 4)),
         "survey_responses": pd.concat([
             answers("student", "q1", [4] * 10 + [1] * 10), answers("staff", "t1", [4] * 12),
             answers("student", "q2", [4] * 12 + [1] * 8), answers("staff", "t2", [4] * 6 + [1] * 6),
             answers("student", "q3", [4] * 20), answers("student", "q4", [4] * 20)])}
    )  # fmt: skip


def test_a_mismatch_is_the_first_role_minus_the_second_widest_first():
    frame = mismatch(paired())

    assert frame["pair_id"].tolist() == ["p1", "p2"]
    assert frame["value"].tolist() == pytest.approx([1 - 0.5, 0.5 - 0.6])
    assert frame["wording"].tolist() == ["staff is asked t1", "staff is asked t2"]
    assert frame["wording_reference"].tolist() == ["student is asked q1", "student is asked q2"]
    assert frame["looked_at"].tolist() == [2, 2]
    assert frame["n_reference"].tolist() == [20, 20]


def test_a_mismatch_turned_round_is_the_same():
    there = mismatch(paired()).set_index("pair_id")
    back = mismatch(paired(), between=("student", "staff")).set_index("pair_id")

    assert there["value"].to_dict() == pytest.approx((-back["value"]).to_dict())


def test_neutral_answers_can_be_left_out_of_a_mismatch():
    """Staff 5 5 3 3, students 5 1 3 3: 2/4 less 1/4 with the neutral ones, 2/2 less 1/2 without them."""
    asked = district(
        {"survey_items": items(("staff", "t", "p", 5), ("student", "q", "p", 5)).assign(reversed=[True, True]),
         "survey_responses": pd.concat([answers("staff", "t", [5, 5, 3, 3]), answers("student", "q", [5, 1, 3, 3])])}, FEW
    )  # fmt: skip

    held_in, left_out = only(mismatch(asked)), only(mismatch(asked, neutral="out"))

    assert (held_in["value"], held_in["n"]) == (pytest.approx(0.25), 4)
    assert (left_out["value"], left_out["n"], left_out["n_left_out"]) == (pytest.approx(0.5), 2, 2)
    assert held_in["turned"] == "yes"
    with pytest.raises(NoSuchNameError, match="There are: in, out"):
        mismatch(asked, neutral="half")


def test_without_paired_questions_it_says_so():
    row = only(mismatch(district({})))

    assert row["status"] == "missing"
    assert "pair" in row["reason"] or "survey" in row["reason"]


def observed(*held: tuple[str, str, int]) -> pd.DataFrame:
    frame = rows("staff_id visit_id score", *held)
    return frame.assign(observer_id="o", school_id="1", school_year=YEAR, rubric_id="R", element_id="E1")


def test_a_rubric_figure_counts_teachers_and_weighs_their_visits():
    asked = district(
        {"observations": observed(("t1", "v1", 3), ("t1", "v2", 4), ("t1", "v3", 1), ("t2", "v4", 2))}
    )

    share, mean = only(measure(asked, "rubric_level")), only(measure(asked, "rubric_mean"))

    assert share["n"] == 2
    assert share["value"] == pytest.approx(2 / 4)
    assert mean["mean"] == pytest.approx(10 / 4)


def test_levels_of_two_rubrics_are_not_mixed():
    both = pd.concat([observed(("t1", "v1", 3)), observed(("t1", "v2", 4)).assign(rubric_id="Q")])

    assert only(measure(district({"observations": both}), "rubric_level"))["status"] == "not_applicable"


def test_there_is_no_list_of_students_behind_answers_or_rubrics():
    asked = district({"observations": observed(("t1", "v1", 3))})

    with pytest.raises(WorkbenchError, match="does not count students"):
        student_list(asked, "rubric_level")
