"""Sent twice and written once, several writings as one, and a change that is taken back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from written import a_goal

from dataworkbench.errors import NoSuchNameError, WorkbenchError
from dataworkbench.records import Action, ConflictError, Cycle, Goal

MINE = "goal-0123456789ab"


def at_once(kept, *steps) -> None:
    with kept.at_once() as turn:
        for step in steps:
            step(turn)


def told(kept, name: str) -> list[tuple[str, float]]:
    return [(entry.what, entry.body.target) for entry in kept.history(name)]


def test_what_a_browser_sends_twice_is_added_once(kept) -> None:
    cycle = kept.add(Cycle(name="Autumn"))
    first = kept.add(a_goal(), id=MINE, by="a", follows=[cycle.id])
    assert first.id == MINE
    assert kept.add(a_goal(), id=MINE, by="a", follows=[cycle.id]) == first
    assert kept.latest(Goal) == [first]
    assert len(kept.changes()) == 2


def test_what_is_sent_again_after_it_was_changed_gives_what_stands(kept) -> None:
    kept.add(a_goal(0.15), id=MINE)
    second = kept.change(MINE, a_goal(0.1), seen=1)
    assert kept.add(a_goal(0.15), id=MINE) == second
    gone = kept.withdraw(MINE)
    assert kept.add(a_goal(0.15), id=MINE) == gone


def test_other_words_under_an_id_that_is_taken_are_kept_beside_it(kept) -> None:
    first = kept.add(a_goal(0.15), id=MINE, by="the principal")
    with pytest.raises(ConflictError, match="The principal wrote something else in this place") as met:
        kept.add(a_goal(0.2), id=MINE, by="b")
    assert met.value.theirs == first
    assert met.value.yours in kept.set_aside(MINE)
    assert [(text.by, text.body.target) for text in kept.set_aside()] == [("b", 0.2)]
    assert kept.entry(MINE) == first


@pytest.mark.parametrize(
    "wrong",
    ["goal", "goal-1", "goal-0123456789AB", "goal-0123456789ab\n", "cycle-0123456789ab", "x" * 10_000, "<b>"],
)
def test_an_id_of_another_form_is_refused_and_nothing_is_written(kept, wrong: str) -> None:
    with pytest.raises(WorkbenchError, match="cannot be the id of a goal, and nothing was written"):
        kept.add(a_goal(), id=wrong)
    assert kept.changes() == []


def test_eight_who_send_the_same_thing_at_once_add_it_once(kept) -> None:
    kept.add(Cycle(name="there first"))
    with ThreadPoolExecutor(8) as threads:
        got = list(threads.map(lambda _: kept.add(a_goal(), id=MINE), range(8)))
    assert {(entry.id, entry.version) for entry in got} == {(MINE, 1)}
    assert len(kept.latest(Goal)) == 1


def test_the_same_words_twice_for_one_version_are_a_conflict_for_they_may_mean_two_steps(kept) -> None:
    """Two who each put a figure up by one have written the same, and the second has not seen the first."""
    first = kept.add(a_goal())
    kept.change(first.id, a_goal(0.1), seen=1, by="b")
    with pytest.raises(ConflictError):
        kept.change(first.id, a_goal(0.1), seen=1, by="b")


def test_a_withdrawal_that_is_sent_twice_is_made_once(kept) -> None:
    first = kept.add(a_goal())
    gone = kept.withdraw(first.id, by="b", seen=1)
    assert kept.withdraw(first.id, by="b", seen=1) == gone
    with pytest.raises(ConflictError):
        kept.withdraw(first.id, by="somebody else", seen=1)


def test_what_is_written_at_once_is_there_together_and_can_follow_one_another(kept) -> None:
    old = kept.add(Action(what="old"))
    with kept.at_once() as turn:
        cycle = turn.add(Cycle(name="Autumn"))
        goal = turn.add(a_goal(), follows=[cycle.id])
        turn.change(goal.id, a_goal(0.1), seen=goal.version)
        turn.withdraw(old.id)
        assert kept.latest(Cycle) == []
    assert [entry.body.target for entry in kept.following(cycle.id)] == [0.1]
    assert kept.latest(Action) == []


def test_what_breaks_off_writes_nothing_of_it(kept) -> None:
    old = kept.add(Action(what="old"))
    with pytest.raises(NoSuchNameError):
        at_once(
            kept,
            lambda turn: turn.add(Cycle(name="Autumn")),
            lambda turn: turn.withdraw(old.id),
            lambda turn: turn.add(a_goal(), follows=["finding-nowhere"]),
        )
    assert kept.changes() == [old]
    assert kept.add(Cycle(name="and after it writing goes on")).version == 1


def test_a_text_that_met_a_change_is_kept_though_the_rest_of_its_turn_is_not(kept) -> None:
    goal = kept.add(a_goal(0.15))
    theirs = kept.change(goal.id, a_goal(0.1), seen=1, by="a")
    with pytest.raises(ConflictError) as met:
        at_once(
            kept,
            lambda turn: turn.add(Cycle(name="Autumn")),
            lambda turn: turn.change(goal.id, a_goal(0.2), seen=1, by="b"),
        )
    assert kept.latest(Cycle) == []
    assert kept.entry(goal.id) == theirs
    assert [text.body.target for text in kept.set_aside()] == [0.2]
    assert met.value.yours == kept.set_aside()[0]


def test_a_conflict_that_a_turn_lives_with_is_set_aside_once(kept) -> None:
    goal = kept.add(a_goal(0.15))
    with kept.at_once() as turn:
        with pytest.raises(ConflictError):
            turn.change(goal.id, a_goal(0.2), seen=9)
        turn.add(Cycle(name="Autumn"))
    assert len(kept.latest(Cycle)) == 1
    assert len(kept.set_aside()) == 1


def test_a_turn_in_a_turn_is_a_mistake_that_is_said_and_not_a_wait_without_end(kept) -> None:
    with pytest.raises(RuntimeError, match="open already"):
        at_once(kept, lambda turn: turn.add(Cycle(name="Autumn")), lambda _: kept.add(Cycle(name="Winter")))
    assert kept.changes() == []
    assert kept.add(Cycle(name="Winter")).version == 1


def test_undo_withdraws_what_was_added_and_undone_again_brings_it_back(kept) -> None:
    goal = kept.add(a_goal())
    assert kept.undo(goal.id, 1, by="b").what == "withdrawn"
    assert kept.latest(Goal) == []
    assert kept.undo(goal.id, 2).what == "brought back"
    assert kept.undo(goal.id, 3).what == "withdrawn"
    assert [entry.by for entry in kept.history(goal.id)] == ["", "b", "", ""]


def test_undo_gives_a_changed_text_back_with_what_it_followed(kept) -> None:
    one, two = kept.add(Cycle(name="one")), kept.add(Cycle(name="two"))
    goal = kept.add(a_goal(0.15), follows=[one.id], snapshot="first")
    kept.change(goal.id, a_goal(0.1), seen=1, follows=[two.id], snapshot="second")
    back = kept.undo(goal.id, 2)
    assert (back.version, back.what, back.body, back.follows, back.snapshot) == (
        3, "changed back", goal.body, (one.id,), "first",
    )  # fmt: skip
    assert kept.undo(goal.id, 3).body.target == 0.1
    assert told(kept, goal.id) == [
        ("added", 0.15), ("changed", 0.1), ("changed back", 0.15), ("changed back", 0.1),
    ]  # fmt: skip


def test_undo_of_a_change_that_brought_something_back_withdraws_it_again(kept) -> None:
    goal = kept.add(a_goal(0.15))
    kept.withdraw(goal.id)
    kept.change(goal.id, a_goal(0.1), seen=2)
    assert len(kept.latest(Goal)) == 1
    kept.undo(goal.id, 3)
    assert kept.latest(Goal) == []
    assert told(kept, goal.id)[-1] == ("withdrawn", 0.15)
    kept.undo(goal.id, 4)
    assert told(kept, goal.id)[-1] == ("brought back", 0.1)


@pytest.mark.parametrize("version", [-1, 0, 1, 3, 99])
def test_undo_of_anything_but_the_change_that_stands_is_a_conflict(kept, version: int) -> None:
    goal = kept.add(a_goal(0.15), by="a")
    theirs = kept.change(goal.id, a_goal(0.1), seen=1, by="b")
    with pytest.raises(ConflictError) as met:
        kept.undo(goal.id, version)
    assert met.value.theirs == theirs
    assert len(kept.changes()) == 2


def test_an_undo_that_is_sent_twice_is_done_once(kept) -> None:
    goal = kept.add(a_goal(0.15))
    kept.change(goal.id, a_goal(0.1), seen=1)
    back = kept.undo(goal.id, 2, by="b")
    assert kept.undo(goal.id, 2, by="b") == back
    assert len(kept.history(goal.id)) == 3
