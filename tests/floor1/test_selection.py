"""What a reader has chosen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataworkbench.errors import NoSuchNameError
from dataworkbench.selection import Selection, select

words = (
    st.text(st.characters(exclude_characters="|", exclude_categories=("Cs", "Cc")), min_size=1)
    .map(str.strip)
    .filter(bool)
)
choices = st.lists(words, max_size=3).map(tuple)


@given(schools=choices, grades=choices)
def test_what_was_explored_can_be_run_again_as_a_report(schools, grades):
    selection = Selection(school_id=schools, grade_level=grades)
    assert Selection.from_parameters(selection.as_parameters()) == selection


def test_a_selection_gives_only_what_was_chosen():
    assert dict(select(school_id="1001", grade_level=["03", "04"])) == {
        "school_id": ("1001",),
        "grade_level": ("03", "04"),
    }


def test_choosing_again_changes_nothing_of_the_selection_before():
    before = select(school_id="1001")
    after = before.but(school_id=None, subject="Mathematics")
    assert dict(before) == {"school_id": ("1001",)}
    assert dict(after) == {"subject": ("Mathematics",)}


def test_an_unknown_choice_is_answered_with_those_there_are():
    with pytest.raises(NoSuchNameError, match="school_id"):
        select(school="1001")


def test_parameters_for_other_things_are_left_alone():
    assert dict(Selection.from_parameters({"workspace": "x", "subject": "Reading"})) == {
        "subject": ("Reading",)
    }


@pytest.mark.parametrize(
    "written",
    ["0101|0102", ["0101", "0102"], ("0101", " 0102 "), iter(["0101", "0102"])],
    ids=["parted", "list", "tuple", "iterator"],
)
def test_a_choice_is_the_same_however_it_was_written(written):
    assert Selection(school_id=written) == select(school_id=["0101", "0102"])
    assert len({Selection(subject=["Reading"]), Selection(subject="Reading")}) == 1
