"""The staff road: everything is shown, with a word of care."""

# ruff: noqa: RUF001 - labels are written with the minus sign that readers see

import awkward_frames as gallery
import pandas as pd
import pytest

from dataworkbench.disclosure import for_audience
from dataworkbench.frames import FIGURE_COLUMNS
from dataworkbench.policy import DisclosurePolicy

POLICY = DisclosurePolicy()


def staff(frame, policy=POLICY):
    return for_audience(frame, "staff", policy=policy)


def test_staff_see_every_figure_unchanged():
    before, after = gallery.subgroups(), staff(gallery.subgroups())
    pd.testing.assert_frame_equal(
        after[list(before.columns)].drop(columns=["status", "reason"]),
        before.drop(columns=["status", "reason"]),
    )


def test_a_small_group_comes_with_a_word_of_care():
    row = staff(gallery.subgroups()).set_index("subgroup").loc["American Indian or Alaska Native"]
    assert (row["status"], row["reason"]) == ("shown", "Only 4 students: read with care.")


def test_a_group_at_the_limit_needs_no_care():
    frame = gallery.frame([gallery.rate(10, 5, subgroup="Asian")])
    assert list(staff(frame)["reason"]) == [""]


def test_the_word_of_care_names_answers_where_answers_are_counted():
    row = staff(gallery.survey_roles()).query("role == 'staff' and pair_id == 'Adults listen'").iloc[0]
    assert row["reason"] == "Only 8 people: read with care."


def test_one_student_is_not_called_students():
    assert list(staff(gallery.frame([gallery.rate(1, 1, subgroup="Asian")]))["reason"]) == [
        "Only 1 student: read with care."
    ]


def test_a_comparison_needs_care_where_either_side_is_small():
    frame = gallery.frame([gallery.gap(80, 40, 5, 3, "White", subgroup="Asian")])
    assert list(staff(frame)["reason"]) == ["Only 5 students in one of the two groups: read with care."]


def test_the_district_decides_from_when_care_is_asked_for():
    quiet = staff(gallery.subgroups(), DisclosurePolicy(staff_caution_below=0))
    assert set(quiet["reason"]) == {""}


def test_a_share_is_printed_as_a_whole_percent_with_its_n():
    row = staff(gallery.subgroups()).iloc[0]
    assert (row["label"], row["n_label"]) == ("61%", "412")


def test_a_share_known_to_a_tenth_gets_its_decimal():
    frame = gallery.frame([gallery.rate(20000, 18920, indicator="attendance_rate", school_year="2025-26")])
    assert list(staff(frame)["label"]) == ["94.6%"]


def test_almost_nobody_is_not_printed_as_nobody():
    frame = gallery.frame(
        [
            gallery.rate(900, 2, school_id="1"),
            gallery.rate(20, 0, school_id="2"),
            gallery.rate(900, 899, school_id="3"),
        ]
    )
    assert list(staff(frame)["label"]) == ["under 1%", "0%", "over 99%"]


def test_a_mean_keeps_a_decimal_and_a_small_scale_two():
    levels = gallery.frame([gallery.mean(12, 2.475, 0.6, indicator="rubric_mean", element_id="E1")])
    assert (list(staff(gallery.means())["label"])[1], next(iter(staff(levels)["label"]))) == ("164.4", "2.48")


def test_a_difference_is_in_points_with_its_sign():
    labels = dict(zip(staff(gallery.gaps())["subgroup"], staff(gallery.gaps())["label"], strict=True))
    assert (labels["Hispanic or Latino"], labels["Two or more races"]) == ("−23 points", "+19 points")


def test_both_sizes_stand_with_a_difference():
    assert staff(gallery.gaps())["n_label"].iloc[1] == "60 against 147"


def test_a_thousand_is_parted():
    assert list(staff(gallery.frame([gallery.count(1204, school_id="1")]))["label"]) == ["1,204"]


def test_missing_and_nobody_are_two_things():
    frame = gallery.frame(
        [
            gallery.without_data("missing", "No attendance was brought.", subgroup="Asian"),
            gallery.rate(0, 0, subgroup="White"),
        ]
    )
    gated = staff(frame)
    assert list(gated["status"]) == ["missing", "not_applicable"]
    assert list(gated["label"]) == ["no data", "nobody"]
    assert gated["reason"].iloc[0] == "No attendance was brought."


def test_what_the_measure_hides_from_everybody_is_hidden_from_staff_too():
    frame = gallery.survey_roles()
    frame.loc[0, "status"] = "suppressed"
    row = staff(frame).iloc[0]
    assert row["status"] == "suppressed"
    assert row[[name for name in FIGURE_COLUMNS if name in frame]].isna().all()


def test_a_status_that_no_measure_gives_is_refused():
    frame = gallery.subgroups()
    frame.loc[0, "status"] = "fine"
    with pytest.raises(Exception, match="No status of a measured row is called 'fine'"):
        staff(frame)


def test_the_frame_given_is_left_as_it_was():
    frame = gallery.subgroups()
    kept = frame.copy()
    for audience in ("staff", "public"):
        for_audience(frame, audience, policy=POLICY)
    pd.testing.assert_frame_equal(frame, kept)
