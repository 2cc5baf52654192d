"""Acts on a meeting as a whole: begin, join, leave, change, end, reopen."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from typing import Any

from dataworkbench.errors import WorkbenchError, no_such
from dataworkbench.protocols import Protocol
from dataworkbench.records import Cycle, Entry, Meeting, Member, Seat, Step, Team
from dataworkbench.views.causes.fishbone_standing import cycle_now as running_cycle
from dataworkbench.views.live.board import Board
from dataworkbench.views.live.turn import Turn, Writes
from dataworkbench.views.meeting.clock import paused
from dataworkbench.views.meeting.room import Room, day_words
from dataworkbench.views.meeting.seats import is_in, seat_of

_NAME = 200


def begin_meeting(room: Room, turn: Turn) -> None:
    """Begin a meeting: the meeting, a step for each of its protocol, and the seat of the one who began it."""
    name = str(turn.given.get("id") or f"meeting-{secrets.token_hex(6)}")
    if turn.board.get(name) is not None:
        turn.wrote.append(turn.entry("id", Meeting))
        return
    protocol = _protocol(room, turn)
    team = turn.entry("team", Team) if turn.given.get("team") else None
    cycle = cycle_now(room, turn.board)
    body = _meeting(room, turn, protocol, team).model_copy(update={"now": step_id(name, 0)})
    who = turn.text("your_name", most=_NAME, what="Your name")
    after = tuple(held.id for held in (cycle, team) if held is not None)
    with turn.board.kept.at_once() as held:
        begun = held.add(body, by=who, follows=after, id=name)
        turn.wrote.append(begun)
        for place, step in enumerate(_steps(protocol)):
            turn.wrote.append(held.add(step, by=who, follows=(begun.id,), id=step_id(begun.id, place)))
        turn.wrote.append(
            _sit_down(
                held, turn, begun.id, Seat(name=who, role=turn.text("your_role", most=_NAME, empty=True))
            )
        )


def change_meeting(room: Room, turn: Turn) -> None:
    """Change the name, the day, the roles or the norms of a meeting; what is not sent stays."""
    meeting = turn.entry("meeting", Meeting)
    changed: dict[str, Any] = {}
    if "name" in turn.given:
        changed["name"] = turn.text("name", most=_NAME, what="The name of the meeting")
    if turn.day("on") is not None:
        changed["on"] = turn.day("on")
    if "roles" in turn.given:
        changed["roles"] = {**meeting.body.roles, **_roles(turn.given["roles"])}
    if "norms" in turn.given:
        changed["norms"] = tuple(_listed(turn.given["norms"], "norms"))
    room.here(turn)
    turn.change(meeting, meeting.body.model_copy(update=changed))


def join(room: Room, turn: Turn) -> None:
    """Take a seat in a meeting under a name that all see; a browser that was in another one leaves that."""
    meeting = turn.entry("meeting", Meeting)
    if room.meeting and meeting.id != room.meeting:
        raise WorkbenchError(
            "This room is for one meeting only. Open the room without naming a meeting to join another."
        )
    seat = Seat(
        name=turn.text("name", most=_NAME, what="Your name"), role=turn.text("role", most=_NAME, empty=True)
    )
    turn.wrote.append(_sit_down(turn.board.kept, turn, meeting.id, seat))


def leave(room: Room, turn: Turn) -> None:
    """Leave the meeting; what was written in it stays."""
    room.here(turn)
    held = seat_of(turn.board, turn.seat)
    if held is not None and not held.is_withdrawn:
        turn.withdraw(held)


def end_meeting(room: Room, turn: Turn) -> None:
    """End a meeting: its clock stands, and what is unfinished is carried to the next."""
    meeting = turn.entry("meeting", Meeting)
    room.here(turn)
    if meeting.body.ended is not None:
        turn.wrote.append(meeting)
        return
    now = room.now()
    for step in turn.board.of(Step, follows=meeting.id):
        if step.body.started is not None:
            turn.change(step, paused(step.body, now))
    begun = meeting.body.begun or now
    turn.change(meeting, meeting.body.model_copy(update={"begun": begun, "ended": now}))


def reopen_meeting(room: Room, turn: Turn) -> None:
    """Open a meeting again that had ended."""
    meeting = turn.entry("meeting", Meeting)
    room.here(turn)
    turn.change(meeting, meeting.body.model_copy(update={"ended": None}))


def add_team(room: Room, turn: Turn) -> None:
    """Write down a team: its name, its school, and who belongs to it."""
    members = tuple(Member(name=name) for name in _listed(turn.given.get("members") or [], "members"))
    school = _school(room, turn)
    turn.add(
        Team(
            name=turn.text("name", most=_NAME, what="The name of the team"), school_id=school, members=members
        )
    )


def step_id(meeting: str, place: int) -> str:
    """Return the identifier of a step: the same each time, so that a meeting that is begun twice has its steps once."""
    return f"step-{hashlib.sha256(f'{meeting} {place}'.encode()).hexdigest()[:12]}"


def cycle_now(room: Room, board: Board) -> Entry[Cycle] | None:
    """Return the cycle of the room, else the one that runs today, else the one written last; None where there is none."""
    if room.cycle:
        named = board.get(room.cycle)
        if named is None or not isinstance(named.body, Cycle):
            raise no_such("cycle", room.cycle, (held.id for held in board.of(Cycle)))
        return named
    return board.get(running_cycle(board, room.today))


def suggested_name(room: Room) -> str:
    """Return the name of a meeting that was given none."""
    return f"Data meeting, {day_words(room.today)}"


def _meeting(room: Room, turn: Turn, protocol: Protocol, team: Entry[Team] | None) -> Meeting:
    on = turn.day("on") or room.today
    return Meeting(
        name=turn.text("name", most=_NAME, empty=True) or suggested_name(room), on=on, protocol=protocol.name,
        school_id=_school(room, turn) or (team.body.school_id if team else ""),
        norms=(team.body.norms if team else ()) or protocol.norms, roles=_roles(turn.given.get("roles") or {}),
        begun=room.now() if on == room.today else None,
    )  # fmt: skip


def _steps(protocol: Protocol) -> list[Step]:
    return [
        Step(place=place, name=step.name, does=step.does, minutes=step.minutes, asks=step.asks)
        for place, step in enumerate(protocol.steps)
    ]


def _sit_down(held: Writes, turn: Turn, meeting: str, seat: Seat) -> Entry[Any]:
    """Return the seat of this browser in a meeting: a new one, or the one it has, which then follows that meeting first."""
    before = seat_of(turn.board, turn.seat)
    if before is None:
        return held.add(seat, by=seat.name, follows=(meeting,), id=turn.seat)
    if is_in(before, meeting) and before.body == seat:
        return before
    after = (meeting, *(name for name in before.follows if name != meeting))
    return held.change(before.id, seat, seen=before.version, by=seat.name, follows=after)


def _protocol(room: Room, turn: Turn) -> Protocol:
    name = turn.text("protocol", what="The protocol")
    found = room.protocol(name)
    if found is None:
        raise no_such("protocol", name, room.shelf.held)
    return found


def _school(room: Room, turn: Turn) -> str:
    asked = turn.text("school", empty=True) or room.school
    return room.district.school(asked) if asked else ""


def _roles(given: object) -> dict[str, str]:
    """Return who has which role, as it was sent."""
    if not isinstance(given, Mapping):
        raise WorkbenchError("Roles are sent as names: {'facilitator': 'a name'}.")
    said = {" ".join(str(role).split()): " ".join(str(name or "").split()) for role, name in given.items()}
    if any(len(part) > _NAME for pair in said.items() for part in pair) or len(said) > 40:
        raise WorkbenchError(
            "A role or a name in it is too long, or there are more than 40. Shorten it a little."
        )
    return said


def _listed(given: object, what: str) -> list[str]:
    """Return lines as they were sent, without the empty ones."""
    if not isinstance(given, list) or len(given) > 100:
        raise WorkbenchError(f"The {what} are sent as a list of at most 100 lines.")
    said = [" ".join(str(line or "").split()) for line in given]
    if any(len(line) > 2_000 for line in said):
        raise WorkbenchError(f"One of the {what} is longer than 2,000 letters. Shorten it a little.")
    return [line for line in said if line]
