"""Acts on the steps of a meeting: where the room is, and the clock that all see. Each is one turn of writing."""

from __future__ import annotations

from typing import Any

from dataworkbench.errors import WorkbenchError
from dataworkbench.records import Entry, Meeting, Step
from dataworkbench.views.live.turn import Turn
from dataworkbench.views.meeting.clock import finished, paused, started
from dataworkbench.views.meeting.room import Room

_MOST_MORE = 240


def go_to_step(room: Room, turn: Turn) -> None:
    """Move the room to a step. Another step's clock is paused; this one's is started where that is asked for."""
    meeting, step = _of_meeting(room, turn)
    _move(room, turn, meeting, step, start=turn.flag("start"))


def finish_step(room: Room, turn: Turn) -> None:
    """Note that a step is done, and move the room to the next one that is not."""
    meeting, step = _of_meeting(room, turn)
    turn.change(step, finished(step.body, room.now()))
    after = _next(turn, meeting, step)
    if after is not None:
        _move(room, turn, meeting, after, start=turn.flag("start"))


def start_clock(room: Room, turn: Turn) -> None:
    """Start the clock of a step, and move the room there; another step's clock is paused."""
    meeting, step = _of_meeting(room, turn)
    _move(room, turn, meeting, step, start=True)


def pause_clock(room: Room, turn: Turn) -> None:
    """Pause the clock of a step; what has run is kept."""
    _, step = _of_meeting(room, turn)
    turn.change(step, paused(step.body, room.now()))


def give_minutes(room: Room, turn: Turn) -> None:
    """Give a step more minutes; ``more`` is what was added in all, so that an act that is sent twice adds once."""
    _, step = _of_meeting(room, turn)
    more = turn.whole("more", least=0, most=_MOST_MORE)
    turn.change(step, step.body.model_copy(update={"more": more}))


def steps_of(turn: Turn, meeting: str) -> list[Entry[Step]]:
    """Return the steps of a meeting in their order."""
    return sorted(turn.board.of(Step, follows=meeting), key=lambda held: held.body.place)


def _move(room: Room, turn: Turn, meeting: Entry[Meeting], step: Entry[Step], *, start: bool) -> None:
    now = room.now()
    for other in steps_of(turn, meeting.id):
        if other.id != step.id and other.body.started is not None and not _is_written(turn, other):
            turn.change(other, paused(other.body, now))
    if start:
        turn.change(step, started(step.body, now))
    changed: dict[str, Any] = {"now": step.id}
    if meeting.body.begun is None:
        changed["begun"] = now
    turn.change(meeting, meeting.body.model_copy(update=changed))


def _is_written(turn: Turn, step: Entry[Step]) -> bool:
    return any(held.id == step.id for held in turn.wrote)


def _next(turn: Turn, meeting: Entry[Meeting], step: Entry[Step]) -> Entry[Step] | None:
    """Return the next step after one that is not done; None after the last."""
    after = [held for held in steps_of(turn, meeting.id) if held.body.place > step.body.place]
    return next((held for held in after if not held.body.done), None)


def _of_meeting(room: Room, turn: Turn) -> tuple[Entry[Meeting], Entry[Step]]:
    meeting, step = room.going_on(turn), turn.entry("step", Step)
    if meeting.id not in step.follows:
        raise WorkbenchError("This step belongs to another meeting than the one that you are in.")
    return meeting, step
