"""Acts on actions: who does what by when, for whom, and that it is done."""

from __future__ import annotations

from dataworkbench.records import Action, Decision
from dataworkbench.views.live.turn import Turn
from dataworkbench.views.meeting.room import Room

_NAME = 200


def add_action(room: Room, turn: Turn) -> None:
    """Write down an action. One without an owner or a day is taken too: a remark asks for them."""
    meeting = room.going_on(turn)
    decision = turn.entry("decision", Decision).id if turn.given.get("decision") else ""
    turn.add(_action(turn), meeting.id, decision)


def change_action(room: Room, turn: Turn) -> None:
    """Change an action, one that is carried over too; whether it is done stays."""
    room.going_on(turn)
    held = turn.entry("action", Action)
    turn.change(held, _action(turn).model_copy(update={"done": held.body.done}))


def tick_action(room: Room, turn: Turn) -> None:
    """Note that an action is done, today or on the day that is sent, or that it is open again."""
    room.here(turn)
    held = turn.entry("action", Action)
    if turn.flag("done"):
        day = turn.day("day") or held.body.done or room.today
        turn.change(held, held.body.model_copy(update={"done": day}))
    else:
        turn.change(held, held.body.model_copy(update={"done": None}))


def _action(turn: Turn) -> Action:
    return Action(
        what=turn.text("what", what="What is to be done"), who=turn.text("who", most=_NAME, empty=True),
        by=turn.day("by"), whom=turn.text("whom", most=_NAME, empty=True),
    )  # fmt: skip
