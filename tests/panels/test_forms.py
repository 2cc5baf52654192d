"""The forms for a fishbone and for whys: what is written is a value, what is refused becomes a message."""

from __future__ import annotations

import pytest

from dataworkbench.errors import WorkbenchError
from dataworkbench.panels import FishboneForm, WhysForm, text_to_keep, write_fishbone, write_whys
from dataworkbench.rootcause import Fishbone, fishbone, from_json, to_json, whys

GOOD = "In 2025-26, 31% of grade 6 students were chronically absent"


def form() -> FishboneForm:
    return write_fishbone(fishbone(GOOD))


def written(made: FishboneForm, category: str, text: str) -> FishboneForm:
    made.category.value, made.text.value = category, text
    made.add()
    return made


def test_a_cause_that_is_added_is_on_its_bone_and_the_line_is_free_again() -> None:
    made = written(form(), "Students", "Mornings are hard")
    assert [(cause.category, cause.text) for cause in made.fishbone.causes] == [
        ("Students", "Mornings are hard")
    ]
    assert made.text.value == ""


def test_what_is_refused_becomes_a_message_and_what_was_written_stays() -> None:
    made = written(written(form(), "Students", "Mornings are hard"), "Students", "Mornings are hard")
    assert "is there already" in made.message.value
    assert made.text.value == "Mornings are hard"
    assert len(made.fishbone.causes) == 1


def test_votes_and_evidence_go_to_the_cause_that_is_picked() -> None:
    made = written(written(form(), "Students", "A"), "Instruction", "B")
    made.which.value = "B"
    made.vote(2)
    made.said.value, made.kind.value, made.side.value = "seen on two visits", "observation", "against"
    made.add_evidence()
    held = made.fishbone.cause("B")
    assert (held.votes, held.evidence[0].kind, held.evidence[0].side) == (2, "observation", "against")
    assert made.fishbone.cause("A").votes == 0
    assert made.which.value == "B"


def test_a_cause_is_ruled_out_with_the_reason_on_the_line() -> None:
    made = written(form(), "Students", "A")
    made.rule_out()
    assert "Say why" in made.message.value
    made.said.value = "the log says otherwise"
    made.rule_out()
    assert made.fishbone.cause("A").ruled_out == "the log says otherwise"


def test_voting_without_a_cause_asks_for_one() -> None:
    made = form()
    made.vote(1)
    assert made.message.value == "Add a cause first, then pick it."


def test_each_bone_asks_its_question() -> None:
    made = form()
    made.category.value = "Policies and procedures"
    assert made.prompt.value == "Which rule or routine of ours makes this likely?"


def test_keep_hands_over_what_was_written() -> None:
    kept: list[Fishbone] = []
    made = write_fishbone(fishbone(GOOD), save=kept.append)
    written(made, "Students", "A").keep()
    assert kept == [made.fishbone]
    assert made.message.value == "Kept."


def test_the_picture_follows_what_is_written() -> None:
    made = written(form(), "Students", "Mornings are hard")
    assert "Mornings are hard" in made.drawing.outputs[0]["data"]["text/html"]


def test_each_answer_goes_below_the_one_that_is_picked_and_is_picked_next() -> None:
    made: WhysForm = write_whys("Calls home begin late")
    for answer in ("The list comes once a month", "The export takes half a day"):
        made.text.value = answer
        made.add()
    assert made.chain == whys(
        "Calls home begin late", "The list comes once a month", "The export takes half a day"
    )
    made.of.value = "The list comes once a month"
    made.text.value = "Nobody asked"
    made.add()
    assert len(made.chain.paths()) == 2


def test_an_answer_given_twice_is_refused_with_a_message() -> None:
    made = write_whys(whys("A", "B"))
    made.text.value = "B"
    made.add()
    assert "in the chain already" in made.message.value


def test_what_was_written_can_be_kept_as_text_and_read_again() -> None:
    made = written(form(), "Students", "A")
    assert from_json(text_to_keep(made)) == made.fishbone


def test_a_form_begins_with_what_was_kept_another_day() -> None:
    kept = text_to_keep(written(form(), "Students", "A"))
    assert [cause.text for cause in write_fishbone(kept).fishbone.causes] == ["A"]


def test_a_form_that_is_given_something_else_than_a_fishbone_says_so() -> None:
    with pytest.raises(WorkbenchError, match="something else than a fishbone"):
        write_fishbone(to_json(whys("A", "B")))


def test_whys_begin_with_the_cause_that_has_the_most_votes_else_with_the_problem() -> None:
    bones = fishbone(GOOD)
    assert write_whys(bones).chain.concern == GOOD
    voted = bones.add("Students", "A").add("Instruction", "B").vote("B", 2)
    assert write_whys(voted).chain.concern == "B"
