"""Acts by which people say something in a meeting: topics, what they see and conclude, decisions, findings, notes."""

from __future__ import annotations

from dataworkbench.errors import WorkbenchError
from dataworkbench.measures import CATALOGUE
from dataworkbench.records import (
    Action,
    Body,
    Decision,
    Entry,
    Figure,
    Finding,
    Interpretation,
    Meeting,
    MeetingNote,
    Observation,
    Prediction,
    Seen,
    Topic,
)
from dataworkbench.views.live.turn import Turn
from dataworkbench.views.meeting.room import Room
from dataworkbench.views.meeting.series import cycle_of, upstream

_NAME = 200
_MOST_FROM = 100
TAKEN_BACK: tuple[type[Body], ...] = (
    Topic, Action, Seen, Prediction, Observation, Interpretation, Decision, Finding, MeetingNote,
)  # fmt: skip
"""What can be taken back by the act of that name."""


def add_topic(room: Room, turn: Turn) -> None:
    """Put a topic on the agenda."""
    meeting = room.going_on(turn)
    turn.add(_topic(turn), meeting.id)


def change_topic(room: Room, turn: Turn) -> None:
    """Change the words of a topic, or who brings it."""
    room.going_on(turn)
    topic = turn.entry("topic", Topic)
    turn.change(topic, _topic(turn).model_copy(update={"done": topic.body.done}))


def finish_topic(room: Room, turn: Turn) -> None:
    """Note that a topic is done with, or that it is open again; one that is carried over too."""
    room.here(turn)
    topic = turn.entry("topic", Topic)
    turn.change(topic, topic.body.model_copy(update={"done": turn.flag("done")}))


def add_observation(room: Room, turn: Turn) -> None:
    """Write down what somebody sees, in a figure or without one."""
    meeting = room.going_on(turn)
    figure = turn.entry("figure", Seen).id if turn.given.get("figure") else ""
    body = Observation(words=turn.text("words", what="What you see"), seat=turn.seat)
    turn.add(body, meeting.id, figure)


def change_observation(room: Room, turn: Turn) -> None:
    """Change the words of an observation."""
    room.going_on(turn)
    held = turn.entry("observation", Observation)
    turn.change(held, held.body.model_copy(update={"words": turn.text("words", what="What you see")}))


def add_interpretation(room: Room, turn: Turn) -> None:
    """Write down what something may mean, with the observations that it rests on."""
    meeting = room.going_on(turn)
    body = Interpretation(words=turn.text("words", what="What it may mean"), seat=turn.seat)
    turn.add(body, meeting.id, *_rests_on(turn))


def change_interpretation(room: Room, turn: Turn) -> None:
    """Change the words of an interpretation, and what it rests on where that is sent too."""
    meeting = room.going_on(turn)
    held = turn.entry("interpretation", Interpretation)
    body = held.body.model_copy(update={"words": turn.text("words", what="What it may mean")})
    after = (meeting.id, *_rests_on(turn)) if "from" in turn.given else None
    turn.change(held, body, follows=after)


def add_decision(room: Room, turn: Turn) -> None:
    """Write down what was decided, and why."""
    meeting = room.going_on(turn)
    turn.add(_decision(turn), meeting.id)


def change_decision(room: Room, turn: Turn) -> None:
    """Change a decision or its reason."""
    room.going_on(turn)
    turn.change(turn.entry("decision", Decision), _decision(turn))


def add_finding(room: Room, turn: Turn) -> None:
    """Write down a concern as a finding of the cycle, with the figure that it was seen in where one is named."""
    meeting = room.going_on(turn)
    concern = turn.text("concern", what="The concern")
    cycle = cycle_of(turn.board, meeting.id)
    after = (cycle.id if cycle else "", meeting.id)
    if not turn.given.get("figure"):
        turn.add(Finding(concern=concern), *after)
        return
    figure = turn.entry("figure", Seen)
    body = Finding(
        concern=concern, indicator=figure.body.indicator, indicator_version=figure.body.indicator_version, where=figure.body.where,
        figure=Figure(snapshot=figure.snapshot),
    )  # fmt: skip
    turn.add(body, *after, figure.id, snapshot=figure.snapshot)


def change_finding(room: Room, turn: Turn) -> None:
    """Change the words of a finding."""
    room.going_on(turn)
    held = turn.entry("finding", Finding)
    turn.change(held, held.body.model_copy(update={"concern": turn.text("concern", what="The concern")}))


def add_note(room: Room, turn: Turn) -> None:
    """Write a note; a restricted one is seen by its writer alone."""
    meeting = room.going_on(turn)
    turn.add(_note(turn), meeting.id)


def change_note(room: Room, turn: Turn) -> None:
    """Change a note. One that is restricted, and whether one is, can be changed by its writer alone."""
    room.going_on(turn)
    held = turn.entry("note", MeetingNote)
    _only_writer(turn, held)
    body = _note(turn)
    if held.body.seat != turn.seat and body.kind == "restricted":
        raise WorkbenchError(
            "Only the one who wrote a note can restrict it, since nobody else could read it then."
        )
    turn.change(held, body.model_copy(update={"seat": held.body.seat}))


def take_back(room: Room, turn: Turn) -> None:
    """Take back something that was added in this meeting; it stays in the history."""
    meeting = room.going_on(turn)
    held = turn.board.get(str(turn.given.get("entry") or ""))
    if held is None or not isinstance(held.body, TAKEN_BACK):
        raise WorkbenchError("There is nothing here that could be taken back.")
    _only_writer(turn, held)
    if held.is_withdrawn:
        turn.wrote.append(held)
        return
    of = upstream(turn.board, held.id, Meeting)
    if of is None or of.id != meeting.id:
        where = f" It was added in {of.body.name}." if of is not None else ""
        raise WorkbenchError(
            f"Only what was added in this meeting can be taken back here.{where} Mark it as done instead."
        )
    turn.withdraw(held)


def about(indicator: str) -> str:
    """Return the title of an indicator; what was written where the catalogue does not know it any more."""
    return CATALOGUE[indicator].title if indicator in CATALOGUE else indicator


def is_hidden_from(entry: Entry[Body], seat: str) -> bool:
    """Whether an entry is a restricted note of somebody else's."""
    return isinstance(entry.body, MeetingNote) and entry.body.is_restricted and entry.body.seat != seat


def _only_writer(turn: Turn, held: Entry[Body]) -> None:
    """Refuse what is somebody else's own, in words that say nothing of it."""
    of_another = isinstance(held.body, Prediction) and held.body.seat != turn.seat
    if of_another or is_hidden_from(held, turn.seat):
        raise WorkbenchError("There is nothing here that could be taken back or changed.")


def _rests_on(turn: Turn) -> list[str]:
    """Return the observations that a turn names, each of them there."""
    given = turn.given.get("from") or []
    if not isinstance(given, list) or len(given) > _MOST_FROM:
        raise WorkbenchError(f"The observations are sent as a list of at most {_MOST_FROM} names.")
    found = [turn.board.get(str(name)) for name in given]
    if any(held is None or not isinstance(held.body, Observation) for held in found):
        raise WorkbenchError("One of the observations is not there any more. Choose again what it rests on.")
    return [held.id for held in found if held is not None]


def _topic(turn: Turn) -> Topic:
    return Topic(words=turn.text("words", what="The topic"), who=turn.text("who", most=_NAME, empty=True))


def _decision(turn: Turn) -> Decision:
    return Decision(words=turn.text("words", what="The decision"), why=turn.text("why", empty=True))


def _note(turn: Turn) -> MeetingNote:
    return MeetingNote(
        words=turn.words("words", what="The note"), about=turn.text("about", most=_NAME, empty=True),
        kind="restricted" if turn.flag("restricted") else "ordinary", seat=turn.seat,
    )  # fmt: skip
