"""Strengths, weaknesses, one to three changes, a plan, and whether it worked."""

from __future__ import annotations

from datetime import date

import pytest

from dataworkbench.errors import NoSuchNameError, WorkbenchError
from dataworkbench.rubrics import improve, rubric

RIGOR = rubric("rigor_and_personalization")
TODAY = date(2027, 3, 1)
PLAN = {"change": "A check before each unit", "action": "diagnostics_first", "goal": "70%", "who": "grade 4", "by": "2027-03-01"}  # fmt: skip


def test_answers_part_into_strengths_and_weaknesses_with_the_kind_of_weakness() -> None:
    held = improve(
        RIGOR, {"differentiated": "Strength", "advance_by_choice": "Not often enough", "scripted_questions": "Not taken"}
    )  # fmt: skip
    assert [one.id for one in held.strengths] == ["differentiated"]
    assert [(level, one.id) for level, one in held.weaknesses] == [
        ("Not taken", "scripted_questions"), ("Not often enough", "advance_by_choice"),
    ]  # fmt: skip


def test_weaknesses_without_a_change_and_more_than_three_changes_are_remarked_on() -> None:
    (none,) = improve(RIGOR, {"differentiated": "Not taken"}).remarks
    assert "No change is planned yet" in none
    (many,) = improve(RIGOR, {}, [PLAN] * 4).remarks
    assert "4 changes at once" in many
    assert improve(RIGOR, {"differentiated": "Not taken"}, [PLAN] * 3).remarks == ()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"by": "2027-03-02"}, "Under way."),
        ({}, "The day has come: look whether learning improved."),
        ({"who": "", "goal": ""}, "Still open: a goal, somebody who does it."),
        ({"worked": "yes"}, "It helped: keep it."),
        ({"worked": "no"}, "It did not help: think again about what to change."),
    ],
)
def test_a_change_says_what_is_to_be_done_next(more: dict[str, str], said: str) -> None:
    (change,) = improve(RIGOR, {}, [PLAN | more]).changes
    assert change.next_step(TODAY) == said


def test_it_is_a_plain_value_that_can_be_made_again() -> None:
    held = improve(RIGOR, {"differentiated": "Strength"}, [PLAN])
    value = held.as_value()
    again = improve(rubric(value["rubric"]), value["answers"], value["changes"])
    assert again.as_value() == value
    assert again.changes == held.changes


@pytest.mark.parametrize(
    ("change", "said"),
    [({"action": "diagnostics_first"}, "Change 1 cannot be read: change"), ({"change": "x", "by": "soon"}, "by: ")],
)  # fmt: skip
def test_a_change_that_cannot_be_read_is_named_by_its_place(change: dict[str, str], said: str) -> None:
    with pytest.raises(WorkbenchError, match=said):
        improve(RIGOR, {}, [change])


def test_an_action_that_is_not_in_the_rubric_is_answered_with_those_that_are() -> None:
    with pytest.raises(NoSuchNameError, match="diagnostics_first"):
        improve(RIGOR, {}, [{"change": "x", "action": "diagnostic_first"}])


def test_what_a_team_writes_is_shown_as_text() -> None:
    shown = improve(
        RIGOR, {}, [PLAN | {"change": "<script>alert(1)</script>", "who": 'Zoë "&"'}]
    )._repr_html_()
    assert "<script>" not in shown
    assert "Zoë &quot;&amp;&quot;" in shown
