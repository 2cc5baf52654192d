"""Views refuse what has not passed the gate, and say which call is missing."""

import awkward_frames as gallery
import pandas as pd
import pytest

from dataworkbench.disclosure import for_audience
from dataworkbench.errors import NoSuchNameError, NotGatedError, WorkbenchError
from dataworkbench.frames import (
    counted_as,
    group_text,
    grouping_columns,
    require_gated,
    units_of,
    varying_columns,
)
from dataworkbench.policy import DisclosurePolicy

POLICY = DisclosurePolicy()


def test_a_frame_that_has_not_passed_the_gate_is_refused_with_the_missing_call():
    with pytest.raises(NotGatedError, match=r"dw\.for_audience\(frame, audience, policy=district\.policy\)"):
        require_gated(gallery.subgroups())


def test_a_frame_that_has_passed_the_gate_is_taken():
    require_gated(for_audience(gallery.subgroups(), "staff", policy=POLICY), "staff")


def test_a_frame_for_staff_is_refused_where_the_public_reads():
    with pytest.raises(NotGatedError, match="asked for public readers"):
        require_gated(for_audience(gallery.subgroups(), "staff", policy=POLICY), "public")


def test_rows_slipped_in_after_the_gate_are_noticed():
    gated = for_audience(gallery.subgroups(), "public", policy=POLICY)
    with pytest.raises(NotGatedError, match="Some rows"):
        require_gated(pd.concat([gated, gallery.all_small()]))


def test_rows_for_two_audiences_are_not_drawn_together():
    both = [for_audience(gallery.subgroups(), audience, policy=POLICY) for audience in ("staff", "public")]
    with pytest.raises(NotGatedError, match="different readers: public, staff"):
        require_gated(pd.concat(both))


def test_what_passed_for_staff_does_not_pass_again_for_the_public():
    staff = for_audience(gallery.subgroups(), "staff", policy=POLICY)
    with pytest.raises(NotGatedError, match="Go back to the measure"):
        for_audience(staff, "public", policy=POLICY)


def test_an_audience_nobody_knows_is_refused_with_those_there_are():
    with pytest.raises(NoSuchNameError, match="There are: public, staff"):
        for_audience(gallery.subgroups(), "parents", policy=POLICY)


def test_a_frame_that_no_measure_made_is_refused():
    with pytest.raises(WorkbenchError, match="no column indicator, n, value, status"):
        for_audience(pd.DataFrame({"school": ["Oak"]}), "staff", policy=POLICY)


def test_grouping_columns_are_those_before_the_indicator():
    assert grouping_columns(gallery.subgroups()) == ["school_year", "subgroup_type", "subgroup"]


def test_columns_in_which_nothing_differs_do_not_tell_groups_apart():
    assert varying_columns(gallery.subgroups()) == ["subgroup_type", "subgroup"]


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("subgroups", "rate"), ("means", "mean"), ("counts", "count"), ("gaps", "difference"), ("missing", "rate"),
        ("survey", "rate"), ("nothing", None),
    ],
)  # fmt: skip
def test_the_unit_of_a_frame_shows_in_its_columns(name, unit):
    assert set(units_of(gallery.GALLERY[name]())) == ({unit} if unit else set())


def test_a_difference_of_averages_is_not_taken_for_one_of_shares():
    frame = gallery.gaps().assign(value_group=200.0, value_reference=191.0)
    assert set(units_of(frame)) == {"mean_difference"}


def test_what_the_frame_says_of_its_unit_counts_first():
    assert set(units_of(gallery.subgroups().assign(unit="mean"))) == {"mean"}


def test_n_is_called_after_the_people_it_counts():
    assert (counted_as(gallery.subgroups()), counted_as(gallery.survey())) == ("students", "people")


def test_a_grade_level_is_said_as_people_say_it():
    assert [group_text("grade_level", code) for code in ("KG", "03", "12")] == [
        "Kindergarten",
        "Grade 3",
        "Grade 12",
    ]
