"""What is being typed is kept until it was acknowledged; what the law wants gone is gone."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from written import NOON, ONE_OF_EACH, a_goal

from dataworkbench.errors import WorkbenchError
from dataworkbench.records import (
    Action,
    ConflictError,
    Goal,
    LearnerGoal,
    MeetingNote,
    Records,
    StudentNote,
    back_up,
    export,
)
from dataworkbench.records.erasing import without_words

SAID = "told in confidence by the aunt"


def test_what_is_typed_comes_back_field_by_field_for_that_seat_alone(kept) -> None:
    for words in ("h", "ha", "half <b>a</b> שלום \x00 sentence"):
        kept.draft("seat-1", "", "words", words)
    kept.draft("seat-1", "", "who", "the clerk")
    kept.draft("seat-1", "goal-1", "words", "another")
    kept.draft("seat-2", "", "words", "not yours")
    assert kept.drafts("seat-1") == {
        "who": "the clerk", "words": "half <b>a</b> שלום \N{REPLACEMENT CHARACTER} sentence",
    }  # fmt: skip
    assert kept.drafts("seat-1", "goal-1") == {"words": "another"}
    assert kept.drafts("seat-3") == {}


def test_a_draft_is_gone_when_it_was_acknowledged_or_is_empty(kept) -> None:
    kept.drop_draft("seat-1", "", "words")
    for field in ("words", "who"):
        kept.draft("seat-1", "", field, "half")
    kept.drop_draft("seat-1", "", "words")
    kept.draft("seat-1", "", "who", "")
    assert kept.drafts("seat-1") == {}


def test_a_draft_is_dropped_together_with_what_is_written_or_not_at_all(kept) -> None:
    kept.draft("seat-1", "", "words", "call home")
    with pytest.raises(WorkbenchError):
        _write_and_drop(kept, follows=["goal-nowhere"])
    assert kept.drafts("seat-1") == {"words": "call home"}
    _write_and_drop(kept, follows=[])
    assert kept.drafts("seat-1") == {}
    assert len(kept.latest(Action)) == 1


def _write_and_drop(kept, follows) -> None:
    with kept.at_once() as turn:
        turn.drop_draft("seat-1", "", "words")
        turn.add(Action(what="call home"), follows=follows)


def test_a_draft_is_no_change_and_has_no_history(kept) -> None:
    kept.draft("seat-1", "", "words", "half")
    assert kept.newest == 0
    assert kept.changes() == []


def test_drafts_that_nobody_came_back_to_are_cleared_after_fourteen_days(place) -> None:
    now = [NOON]
    kept = Records(place, clock=lambda: now[0])
    kept.draft("seat-1", "", "words", "old")
    now[0] = NOON + timedelta(days=14)
    kept.draft("seat-2", "", "words", "newer")
    assert kept.drafts("seat-1") == {"words": "old"}
    now[0] = NOON + timedelta(days=14, seconds=1)
    kept.draft("seat-2", "", "words", "newest")
    assert kept.drafts("seat-1") == {}
    assert kept.drafts("seat-2") == {"words": "newest"}


def test_a_draft_is_seen_by_whoever_opens_the_records_next(kept, place) -> None:
    Records(place).draft("seat-1", "", "words", "half a wor")
    assert Records(place).drafts("seat-1") == {"words": "half a wor"}


def everything_on_disk(kept) -> bytes:
    folder = Path(kept.place).parent
    return b"".join(path.read_bytes() for path in folder.glob("records.db*"))


def test_what_is_erased_is_in_no_version_no_text_beside_it_no_copy_and_no_export(
    kept, workspace, tmp_path
) -> None:
    note = kept.add(StudentNote(student_id="00123", words=SAID, said_by="aunt"), by="the counselor")
    kept.change(note.id, StudentNote(student_id="00123", words=f"{SAID}, again"), seen=1, by="the counselor")
    with pytest.raises(ConflictError):
        kept.change(note.id, StudentNote(student_id="00123", words=f"{SAID}, aside"), seen=1)
    kept.draft("seat-1", note.id, "words", f"{SAID}, being typed")
    kept.draft("seat-1", "meeting-1", f"edit:{note.id}@2", f"{SAID}, being typed in a meeting")
    kept.draft("seat-1", "meeting-1", "topic", "something else")
    gone = kept.erase(note.id, by="the principal", why="the family asked")
    assert (gone.what, gone.version, gone.is_withdrawn, gone.is_erased) == ("erased", 3, True, True)
    assert kept.latest(StudentNote) == []
    assert [(e.what, e.by) for e in kept.history(note.id)] == [
        ("added", "the counselor"), ("changed", "the counselor"), ("erased", "the principal"),
    ]  # fmt: skip
    assert {e.body.words for e in kept.history(note.id)} == {"(erased)"}
    assert kept.drafts("seat-1", note.id) == {}
    assert kept.drafts("seat-1", "meeting-1") == {"topic": "something else"}
    export(kept, tmp_path / "out", restricted=True)
    written = b"".join(path.read_bytes() for path in (tmp_path / "out").iterdir())
    for held in (written, back_up(workspace).read_bytes(), repr(kept.set_aside()).encode()):
        assert SAID.encode() not in held
        assert b"00123" not in held
    (told,) = kept.erasures()
    assert (told.entry_id, told.kind, told.by, told.why) == (
        note.id, "student_note", "the principal", "the family asked",
    )  # fmt: skip
    assert "the family asked" in (tmp_path / "out" / "erased.jsonl").read_text("utf-8")


def test_what_is_erased_is_not_left_over_in_the_file_or_its_journal(tmp_path) -> None:
    kept = Records(tmp_path / "records.db")
    note = kept.add(StudentNote(student_id="1", words=SAID * 50))
    with kept.database.engine.connect():
        assert SAID.encode() in everything_on_disk(kept)
        kept.erase(note.id, by="a", why="asked for")
        assert SAID.encode() not in everything_on_disk(kept)


def test_nothing_more_is_written_about_what_was_erased(kept) -> None:
    mine = "student_note-0123456789ab"
    note = kept.add(StudentNote(student_id="1", words=SAID), id=mine)
    kept.erase(note.id, by="a", why="asked for")
    body = StudentNote(student_id="1", words=SAID)
    for again in (
        lambda: kept.change(mine, body, seen=2),
        lambda: kept.bring_back(mine),
        lambda: kept.undo(mine, 2),
        lambda: kept.add(body, id=mine),
        lambda: kept.erase(mine, by="a", why="again"),
    ):
        with pytest.raises(WorkbenchError, match="erased for good"):
            again()
    assert kept.set_aside() == []
    assert len(kept.changes()) == 2


def test_nothing_is_erased_without_a_reason(kept) -> None:
    note = kept.add(StudentNote(student_id="1", words=SAID))
    with pytest.raises(WorkbenchError, match="Say why"):
        kept.erase(note.id, by="a", why=" ")
    assert kept.entry(note.id) == note


def test_what_follows_something_erased_still_stands(kept) -> None:
    goal = kept.add(a_goal())
    action = kept.add(Action(what="call"), follows=[goal.id])
    kept.erase(goal.id, by="a", why="asked for")
    assert kept.latest(Action) == [action]
    assert kept.latest(Goal) == []


@pytest.mark.parametrize("body", ONE_OF_EACH, ids=lambda body: body.KIND)
def test_every_kind_can_be_left_without_its_words(body) -> None:
    left = without_words(body)
    assert type(left) is type(body)
    said = [value for value in body.model_dump().values() if isinstance(value, str) and " " in value]
    assert not [words for words in said if words in left.model_dump_json()]


def test_a_restricted_note_stays_restricted_when_it_is_erased(kept) -> None:
    note = kept.add(MeetingNote(words=SAID, kind="restricted"))
    kept.erase(note.id, by="a", why="asked for")
    assert kept.changes() == []
    assert isinstance(kept.entry(note.id, restricted=True).written_at, datetime)


def test_the_ids_of_students_are_erased_with_the_words(kept) -> None:
    goal = kept.add(LearnerGoal(student_id="00123", words="I come"))
    gone = kept.erase(goal.id, by="a", why="asked for")
    assert "00123" not in gone.body.model_dump_json()
