"""What was written stays: versions, conflicts, withdrawals, links and what is restricted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pydantic import ValidationError
from written import NOON, a_goal

from dataworkbench.errors import NoSuchNameError, NothingToShowError, WorkbenchError
from dataworkbench.records import (
    KINDS,
    Action,
    ConflictError,
    Cycle,
    Finding,
    Goal,
    StudentNote,
    open_records,
)
from dataworkbench.workspace import Workspace

AWKWARD = (
    "<script>alert('x')</script>",
    'Anna "Ace" O\'Brien-Nuñez',
    "שלום עולם",
    "\N{FAMILY} 👩‍👧 emoji",
    "x" * 10_000,
    "=1+1",
    "two\nlines\tand a tab",
)


def test_reading_makes_no_file(workspace: Workspace) -> None:
    kept = open_records(workspace)
    assert kept.latest(Goal) == []
    assert kept.changes() == []
    assert kept.set_aside() == []
    assert not kept.database.is_there()


def test_an_entry_says_who_when_and_on_which_data(kept) -> None:
    cycle = kept.add(Cycle(name="Autumn"), by="principal")
    goal = kept.add(a_goal(), by="grade 4 lead", snapshot="2026-11-13_120000-abc", follows=[cycle.id])
    assert (goal.version, goal.what, goal.by, goal.snapshot) == (
        1,
        "added",
        "grade 4 lead",
        "2026-11-13_120000-abc",
    )
    assert goal.written_at == NOON + timedelta(minutes=1)
    assert goal.follows == (cycle.id,)
    assert kept.following(cycle.id) == [goal]


def test_a_change_keeps_what_was_before_and_what_is_after(kept) -> None:
    first = kept.add(a_goal(0.15), by="a", snapshot="one")
    second = kept.change(first.id, a_goal(0.10), seen=1, by="b", snapshot="two")
    assert [(e.version, e.by, e.snapshot, e.body.target) for e in kept.history(first.id)] == [
        (1, "a", "one", 0.15), (2, "b", "two", 0.10),
    ]  # fmt: skip
    assert kept.entry(first.id) == second
    assert kept.latest(Goal) == [second]


def test_two_who_change_the_same_thing_are_told_and_both_texts_stay(kept) -> None:
    first = kept.add(a_goal(0.15), by="a")
    theirs = kept.change(first.id, a_goal(0.10), seen=first.version, by="the attendance clerk")
    with pytest.raises(ConflictError, match="The attendance clerk changed this meanwhile") as told:
        kept.change(first.id, a_goal(0.20), seen=first.version, by="c")
    assert told.value.theirs == theirs
    assert told.value.yours is not None
    assert told.value.yours.body.target == 0.20
    assert kept.entry(first.id) == theirs
    assert [(text.by, text.seen, text.body.target) for text in kept.set_aside(first.id)] == [("c", 1, 0.20)]
    again = kept.change(first.id, a_goal(0.12), seen=told.value.theirs.version, by="c")
    assert again.version == 3


def test_a_version_from_the_future_is_a_conflict_too(kept) -> None:
    first = kept.add(a_goal())
    with pytest.raises(ConflictError):
        kept.change(first.id, a_goal(0.2), seen=7)


def test_what_is_withdrawn_stays_in_the_history_and_can_be_brought_back(kept) -> None:
    first = kept.add(a_goal())
    kept.withdraw(first.id, by="b")
    assert kept.latest(Goal) == []
    assert [e.id for e in kept.latest(Goal, withdrawn=True)] == [first.id]
    assert kept.withdraw(first.id, by="again").version == 2
    kept.bring_back(first.id, by="c")
    assert [(e.what, e.by) for e in kept.history(first.id)] == [
        ("added", ""),
        ("withdrawn", "b"),
        ("brought back", "c"),
    ]
    assert [e.body for e in kept.latest(Goal)] == [first.body]


def test_a_withdrawal_of_something_that_changed_meanwhile_is_refused(kept) -> None:
    first = kept.add(a_goal())
    kept.change(first.id, a_goal(0.2), seen=1)
    with pytest.raises(ConflictError) as told:
        kept.withdraw(first.id, seen=1)
    assert told.value.yours is None
    assert "Both texts" not in str(told.value)


def test_entries_come_in_the_order_in_which_they_were_added_whatever_changed_last(kept) -> None:
    one, two = kept.add(Action(what="one")), kept.add(Action(what="two"))
    kept.change(one.id, Action(what="one, changed"), seen=1)
    assert [e.id for e in kept.latest(Action)] == [one.id, two.id]


def test_nothing_can_follow_what_is_not_there(kept) -> None:
    with pytest.raises(NoSuchNameError):
        kept.add(a_goal(), follows=["finding-nowhere"])
    assert kept.changes() == []


def test_a_kind_cannot_take_the_place_of_another(kept) -> None:
    first = kept.add(a_goal())
    with pytest.raises(WorkbenchError, match="is a goal; a cycle cannot take its place"):
        kept.change(first.id, Cycle(name="x"), seen=1)


def test_an_entry_that_is_not_there_is_named(kept) -> None:
    for ask in (kept.entry, kept.history, kept.following, kept.withdraw):
        with pytest.raises(NoSuchNameError, match="goal-none"):
            ask("goal-none")
    kept.add(a_goal())
    with pytest.raises(NoSuchNameError, match="goal-none"):
        kept.entry("goal-none")


def test_links_stay_through_a_change_and_can_be_made_anew(kept) -> None:
    finding, cycle = kept.add(Finding(concern="x")), kept.add(Cycle(name="y"))
    goal = kept.add(a_goal(), follows=[finding.id])
    assert kept.change(goal.id, a_goal(0.2), seen=1).follows == (finding.id,)
    assert kept.change(goal.id, a_goal(0.2), seen=2, follows=[cycle.id]).follows == (cycle.id,)
    assert kept.following(finding.id) == []


@pytest.mark.parametrize("words", AWKWARD)
def test_words_come_back_as_they_were_written(kept, words: str) -> None:
    entry = kept.add(StudentNote(student_id="00123", words=words), by=words)
    assert entry.body.words == words.strip()
    assert entry.by == words
    assert entry.body.student_id == "00123"


def test_letters_that_no_database_holds_become_a_sign_for_the_unreadable(kept) -> None:
    assert kept.add(Action(what="a\x00b\ud800c")).body.what == "a\N{REPLACEMENT CHARACTER}b?c"


def test_a_restricted_note_comes_only_where_it_is_asked_for(kept) -> None:
    cycle = kept.add(Cycle(name="x"))
    note = kept.add(
        StudentNote(student_id="1", words="told in confidence", kind="restricted"), follows=[cycle.id]
    )
    assert kept.latest(StudentNote) == []
    assert kept.following(cycle.id) == []
    assert [e.id for e in kept.changes()] == [cycle.id]
    for ask in (kept.entry, kept.history):
        with pytest.raises(WorkbenchError, match="This note is restricted"):
            ask(note.id)
        assert ask(note.id, restricted=True)
    assert kept.latest(StudentNote, restricted=True) == [note]


def test_what_a_restricted_note_said_while_it_was_ordinary_is_restricted_too(kept) -> None:
    note = kept.add(StudentNote(student_id="1", words="first"))
    kept.change(note.id, StudentNote(student_id="1", words="first", kind="restricted"), seen=1)
    assert kept.changes() == []
    with pytest.raises(WorkbenchError, match="restricted"):
        kept.history(note.id)


def test_what_a_note_said_while_it_was_restricted_stays_so_when_it_becomes_ordinary(kept) -> None:
    note = kept.add(StudentNote(student_id="1", words="told in confidence", kind="restricted"))
    kept.change(note.id, StudentNote(student_id="1", words="likes maps"), seen=1)
    assert [e.body.words for e in kept.history(note.id)] == ["likes maps"]
    assert len(kept.history(note.id, restricted=True)) == 2


def test_a_text_of_a_restricted_note_that_was_set_aside_is_restricted(kept) -> None:
    note = kept.add(StudentNote(student_id="1", words="a", kind="restricted"))
    with pytest.raises(ConflictError):
        kept.change(note.id, StudentNote(student_id="1", words="b", kind="restricted"), seen=9)
    assert kept.set_aside() == []
    assert len(kept.set_aside(restricted=True)) == 1


def test_a_district_in_memory_is_told_why_nothing_can_be_written() -> None:
    with pytest.raises(NothingToShowError, match="held in memory"):
        open_records(None)


@pytest.mark.parametrize(
    "wrong", [{"target": float("nan")}, {"target": "much"}, {"by": "May"}, {"colour": "red"}]
)
def test_a_goal_that_says_nothing_that_can_be_checked_is_refused(wrong) -> None:
    with pytest.raises(ValidationError):
        a_goal(**wrong)


def test_each_kind_has_a_name_of_its_own_and_knows_its_format() -> None:
    assert all(name == kind.KIND and kind.FORMAT >= 1 for name, kind in KINDS.items())
    assert {name for name, kind in KINDS.items() if kind.ABOUT_STUDENTS} == {
        "grouping",
        "student_note",
        "learner_goal",
        "meeting_note",
    }
