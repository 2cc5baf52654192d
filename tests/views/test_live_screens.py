"""Screens that several people write on: each sees what stands, what is sent twice is written once, nothing is lost."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType, SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dataworkbench.errors import WorkbenchError
from dataworkbench.panels.live import Desk, Live, answer, live
from dataworkbench.records import Meeting, MeetingNote, Seat, Topic, back_up, open_records, restore
from dataworkbench.views.live.board import Board
from dataworkbench.views.live.desk import LiveDesk
from dataworkbench.workspace import new_workspace

ANN, BEN = "seat-00000000000a", "seat-00000000000b"


@dataclass(frozen=True)
class TopicPart:
    """A part with topics alone: enough to write on, and one act that fails half way."""

    name: str = "topics"

    @property
    def acts(self):
        return MappingProxyType(
            {"add": self.add, "change": self.change, "half": self.half, "sit": self.sit, "pick": self.pick}
        )

    @property
    def fetches(self):
        return MappingProxyType({"shout": lambda turn: turn.text("words").upper()})

    def show(self, board, seat):
        return {
            "topics": [[entry.id, entry.version, entry.body.words] for entry in board.of(Topic)],
            "you": seat,
        }

    def add(self, turn):
        turn.add(Topic(words=turn.text("words", what="The topic")))

    def change(self, turn):
        turn.change(turn.entry("topic", Topic), Topic(words=turn.text("words")))

    def sit(self, turn):
        turn.add(Seat(name=turn.text("name")))

    def pick(self, turn):
        turn.choice("kind", ("one", "two"))

    def half(self, turn):
        with turn.at_once():
            turn.add(Topic(words="written first"))
            raise WorkbenchError("No.")


@pytest.fixture
def district(tmp_path):
    place = new_workspace(tmp_path / "district", school_year="2025-26")
    return SimpleNamespace(workspace=place, settings=place.settings(), snapshot_id="")


@pytest.fixture
def desk(district):
    return LiveDesk(district, [TopicPart()], about="meeting-1")


def a_desk_like(desk):
    return LiveDesk(desk.district, [TopicPart()], about=desk.about)


def act_of(name: str, given: dict[str, object]) -> dict[str, object]:
    return {"tag": 1, "ask": "act", "seat": ANN, "name": name, "given": given, "seen": -1}


def a_topic(name: str) -> str:
    return f"topic-{name * 12}"


def test_what_one_screen_writes_another_shows_at_its_next_look(desk):
    other = a_desk_like(desk)
    desk.act(ANN, "add", {"id": a_topic("a"), "words": "Buses"})
    assert other.show(BEN)["topics"] == {"topics": [[a_topic("a"), 1, "Buses"]], "you": BEN}


def test_what_is_sent_twice_is_written_once_and_both_are_told_the_same(desk):
    letter = {"id": a_topic("a"), "words": "Buses"}
    assert desk.act(ANN, "add", letter) == desk.act(ANN, "add", letter) == [(a_topic("a"), 1)]
    assert len(desk.board.kept.changes()) == 1


def test_an_act_that_is_refused_half_way_writes_nothing(desk):
    with pytest.raises(WorkbenchError, match=r"^No\.$"):
        desk.act(ANN, "half", {})
    assert desk.board.kept.changes() == []


def test_two_who_change_the_same_topic_are_told_and_no_words_are_lost(desk):
    desk.act(ANN, "sit", {"id": ANN, "name": "The principal"})
    ((name, _),) = desk.act(ANN, "add", {"id": a_topic("a"), "words": "Buses"})
    desk.act(ANN, "change", {"topic": name, "words": "Buses and bells", "changes": name, "seen": 1})
    with pytest.raises(WorkbenchError, match=r"The principal changed this at .*Yours is kept too"):
        a_desk_like(desk).act(
            BEN, "change", {"topic": name, "words": "Late buses", "changes": name, "seen": 1}
        )
    assert [text.body.words for text in desk.board.kept.set_aside(name)] == ["Late buses"]
    assert desk.board.kept.entry(name).body.words == "Buses and bells"


def test_a_change_that_is_sent_again_after_a_break_is_no_conflict(desk):
    desk.act(ANN, "add", {"id": a_topic("a"), "words": "Buses"})
    letter = {"topic": a_topic("a"), "words": "Bells", "changes": a_topic("a"), "seen": 1}
    assert desk.act(ANN, "change", letter) == desk.act(ANN, "change", letter) == [(a_topic("a"), 2)]


def test_undo_takes_back_what_one_act_wrote_and_an_undo_can_be_undone(desk):
    wrote = desk.act(ANN, "add", {"id": a_topic("a"), "words": "Buses"})
    undone = desk.act(ANN, "undo", {"wrote": [list(pair) for pair in wrote]})
    assert desk.show(ANN)["topics"]["topics"] == []
    desk.act(ANN, "undo", {"wrote": [list(pair) for pair in undone]})
    assert [words for _, _, words in desk.show(ANN)["topics"]["topics"]] == ["Buses"]


def test_undo_does_not_take_back_what_somebody_else_wrote_since(desk):
    wrote = desk.act(ANN, "add", {"id": a_topic("a"), "words": "Buses"})
    desk.act(BEN, "change", {"topic": a_topic("a"), "words": "Bells"})
    with pytest.raises(WorkbenchError, match="changed this"):
        desk.act(ANN, "undo", {"wrote": [list(pair) for pair in wrote]})
    assert [words for _, _, words in desk.show(ANN)["topics"]["topics"]] == ["Bells"]


def test_undo_does_not_take_back_what_somebody_else_wrote_in_the_same_words(desk):
    desk.act(BEN, "sit", {"id": BEN, "name": "The data coach"})
    desk.act(ANN, "sit", {"id": ANN, "name": "The principal"})
    desk.act(BEN, "add", {"id": a_topic("a"), "words": "Buses"})
    nothing_new = desk.act(ANN, "change", {"topic": a_topic("a"), "words": "Buses"})
    with pytest.raises(WorkbenchError, match="The data coach wrote this last"):
        desk.act(ANN, "undo", {"wrote": [list(pair) for pair in nothing_new]})
    assert [words for _, _, words in desk.show(ANN)["topics"]["topics"]] == ["Buses"]


@pytest.mark.parametrize("wrote", [None, [], "topic", [["topic-x", 1]] * 51])
def test_undo_of_nothing_is_refused_in_words(desk, wrote):
    with pytest.raises(WorkbenchError, match="nothing to undo"):
        desk.act(ANN, "undo", {"wrote": wrote})


def test_words_that_are_typed_are_kept_for_their_seat_and_go_when_they_are_written(desk):
    desk.draft(ANN, "topic", "The buses come la")
    assert a_desk_like(desk).drafts(ANN) == {"topic": "The buses come la"}
    assert desk.drafts(BEN) == {}
    desk.act(ANN, "add", {"id": a_topic("a"), "words": "The buses come late", "field": "topic"})
    assert desk.drafts(ANN) == {}


def test_words_of_a_refused_act_stay_as_they_were_typed(desk):
    desk.draft(ANN, "topic", "   ")
    with pytest.raises(WorkbenchError, match=r"The topic is still empty"):
        desk.act(ANN, "add", {"id": a_topic("a"), "words": "   ", "field": "topic"})
    assert desk.drafts(ANN) == {"topic": "   "}


def test_the_answer_to_a_look_shows_only_where_something_changed(desk):
    first = answer(desk, {"tag": 1, "ask": "look", "seat": ANN, "seen": -1})
    again = answer(desk, {"tag": 2, "ask": "look", "seat": ANN, "seen": first["shown"]["newest"]})
    assert "shown" in first
    assert "shown" not in again


def test_an_answer_says_what_was_written_or_why_not_and_never_both(desk):
    done = answer(
        desk,
        {"tag": 1, "ask": "act", "seat": ANN, "name": "add", "given": {"id": a_topic("a"), "words": "x"}},
    )
    refused = answer(desk, {"tag": 2, "ask": "act", "seat": ANN, "name": "add", "given": {"words": ""}})
    unknown = answer(desk, {"tag": 3, "ask": "act", "seat": ANN, "name": "fly", "given": {}})
    assert (done["wrote"], "refused" in done) == ([[a_topic("a"), 1]], False)
    assert ("wrote" in refused, refused["refused"][:9]) == (False, "The topic")
    assert unknown["refused"].startswith("No act is called 'fly'. There are: ")


@pytest.mark.parametrize("seat", ["", "seat-1", "../../etc", "seat-00000000000A", 7, None])
def test_a_seat_that_no_browser_makes_is_refused(desk, seat):
    assert "Reload the page" in answer(desk, {"tag": 1, "ask": "look", "seat": seat})["refused"]


def test_nothing_that_is_shown_stands_in_the_state_of_the_widget(desk):
    desk.act(ANN, "add", {"id": a_topic("a"), "words": "UNMISTAKABLE"})
    screen = live(desk, "room")
    assert isinstance(screen, Live)
    screen.hear({"tag": 1, "ask": "look", "seat": ANN, "seen": -1})
    assert "UNMISTAKABLE" not in str(screen.get_state())


def test_a_refusal_in_the_place_of_a_desk_is_handed_on_as_it_is():
    assert live("For staff alone.", "room") == "For staff alone."
    assert not isinstance("For staff alone.", Desk)


def test_an_unexpected_fault_is_answered_in_words_and_raised_for_the_log(desk):
    class Broken(TopicPart):
        def add(self, turn):
            raise RuntimeError(f"a name that nobody should read: {turn.seat}")

    screen, said = Live(LiveDesk(desk.district, [Broken()]), "room"), []
    screen.send = said.append
    with pytest.raises(RuntimeError):
        screen.hear({"tag": 5, "ask": "act", "seat": ANN, "name": "add", "given": {}})
    assert said[0]["tag"] == 5
    assert "nobody should read" not in str(said)
    assert "nothing was written" in said[0]["refused"].lower()


@pytest.mark.parametrize(
    "wrote",
    [
        [1],
        ["topic-x"],
        [["topic-x"]],
        [["topic-x", None]],
        [["topic-x", "one"]],
        [[["x"], 1]],
        {"x": 1},
        [["seat-00000000000", 1]],
    ],
)
def test_undo_of_what_no_screen_sends_is_refused_in_words_that_name_nothing(desk, wrote):
    desk.act(ANN, "sit", {"id": ANN, "name": "The principal"})
    with pytest.raises(WorkbenchError, match=r"^There is nothing to undo here\.$"):
        desk.act(BEN, "undo", {"wrote": wrote})


@pytest.mark.parametrize("sent", [["Buses"], {"a": "Buses"}, [["Buses"]]])
def test_what_is_no_words_is_refused_and_not_written_down_as_words(desk, sent):
    with pytest.raises(WorkbenchError, match="The topic did not arrive as words"):
        desk.act(ANN, "add", {"id": a_topic("a"), "words": sent})
    assert desk.board.kept.changes() == []


@pytest.mark.parametrize("odd", ["half \ud800 a letter", "a\x00b"])
def test_a_field_whose_name_cannot_be_kept_neither_stops_what_is_written_nor_its_draft(desk, odd):
    desk.draft(ANN, odd, "The buses")
    done = answer(desk, act_of("add", {"id": a_topic("a"), "words": odd, "field": odd}))
    assert done["wrote"] == [[a_topic("a"), 1]]
    assert desk.drafts(ANN) == {}


@pytest.mark.parametrize("odd", ["half \ud800 a letter", "x" * 20_000])
def test_a_refusal_can_be_sent_and_read_whatever_it_repeats(desk, odd):
    for name, sent in (
        ("pick", {"kind": odd}),
        ("fetch nothing", {}),
        (odd, {}),
        ("undo", {"wrote": [[odd, 1]]}),
    ):
        refused = answer(desk, act_of(name, sent))["refused"]
        assert len(refused.encode("utf-8")) < 500


def test_what_was_written_is_never_called_refused_because_something_after_it_failed(desk, monkeypatch):
    def busy(*_asked):
        raise WorkbenchError("The records are busy.")

    monkeypatch.setattr(desk.board.kept, "drop_draft", busy)
    monkeypatch.setattr(desk, "show", busy)
    done = answer(desk, act_of("add", {"id": a_topic("a"), "words": "Buses", "field": "topic"}))
    assert (done["wrote"], "refused" in done) == ([[a_topic("a"), 1]], False)


def test_two_parts_with_an_act_of_one_name_are_refused_at_once(district):
    with pytest.raises(ValueError, match="two parts"):
        LiveDesk(district, [TopicPart(), TopicPart()])


STEPS = st.lists(
    st.tuples(st.sampled_from(["add", "change", "withdraw", "bring back", "move"]), st.integers(0, 4)),
    max_size=25,
)


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, looks=st.lists(st.booleans(), min_size=25, max_size=25))
def test_a_board_that_looked_often_is_the_same_as_one_that_looks_once(tmp_path_factory, steps, looks):
    kept = open_records(new_workspace(tmp_path_factory.mktemp("w") / "d", school_year="2025-26"))
    often, at = (
        Board(kept),
        [kept.add(Meeting(name=f"M{n}", on="2026-11-26", protocol="p")) for n in range(2)],
    )
    made: list[str] = []
    for (what, which), is_look in zip(steps, looks, strict=False):
        if what == "add" or not made:
            made.append(kept.add(Topic(words=f"t{len(made)}"), follows=[at[which % 2].id]).id)
        else:
            entry = kept.entry(made[which % len(made)])
            if what == "change":
                kept.change(entry.id, Topic(words=entry.body.words + "!"), seen=entry.version)
            elif what == "move":
                kept.change(
                    entry.id, Topic(words=entry.body.words), seen=entry.version, follows=[at[which % 2].id]
                )
            elif what == "withdraw":
                kept.withdraw(entry.id)
            else:
                kept.bring_back(entry.id)
        if is_look:
            often.refresh()
    often.refresh()
    once = Board(kept)
    once.refresh()
    for meeting in at:
        assert {e.id for e in often.of(Topic, follows=meeting.id)} == {
            e.id for e in once.of(Topic, follows=meeting.id)
        }
    assert [(e.id, e.version) for e in often.of(Topic)] == [(e.id, e.version) for e in once.of(Topic)]
    assert [e.id for e in once.of(Topic)] == [e.id for e in kept.latest(Topic)]


def test_after_a_backup_is_put_back_a_board_shows_what_it_holds_and_nothing_later(desk):
    desk.act(ANN, "add", {"id": a_topic("a"), "words": "Buses"})
    backup = back_up(desk.district.workspace)
    desk.act(ANN, "add", {"id": a_topic("b"), "words": "Bells"})
    desk.act(ANN, "change", {"topic": a_topic("a"), "words": "Late buses"})
    restore(desk.district.workspace, backup)
    assert desk.show(ANN)["topics"]["topics"] == [[a_topic("a"), 1, "Buses"]]


def test_a_board_holds_restricted_notes_so_that_their_writer_can_be_shown_them(desk):
    desk.board.kept.add(MeetingNote(words="quiet", kind="restricted", seat=ANN))
    desk.board.refresh()
    assert [entry.body.words for entry in desk.board.of(MeetingNote)] == ["quiet"]
