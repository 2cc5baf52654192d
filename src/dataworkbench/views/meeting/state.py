"""What the room shows of a meeting to one seat, as plain values; the JSON that browsers draw from.

``shown.meeting`` of a screen is::

    you       null | {id, name, role, meeting}     the seat of this browser; null until it has joined a meeting
    today     "2026-11-26"                         in the district's time zone
    zone      "America/New_York"
    meetings  [Line]                               open ones first, then those ahead, then earlier ones, latest first; 40 at most
    offer     null | Offer                         what a meeting can be begun with; null while one goes on before this seat
    meeting   null | Meeting                       the meeting of this screen, else the one that this seat joined last

    Line      {id, name, on, day, school, title, state: "open"|"ahead"|"earlier", here: int}
    Offer     {protocols: [{name, title, purpose, minutes, roles: [{role, does}], norms: [str], steps: [{name, minutes, does, asks}]}],
               faults: [str] files that cannot be used and why, schools: [{id, name}], school: id or "",
               teams: [{id, name, school, members: [str], norms: [str]}], cycle: null | {id, name}, suggested: name, people: [str]}
    Meeting   {id, version, name, on, day, school, team, cycle: names or "", protocol, title, norms: [str],
               roles: [{role, does, name}], people: [str] names to offer where an owner is asked for,
               begun, ended: "" | ISO in UTC, begun_at, ended_at: "" | "2:05 pm" in the district's zone,
               now: id of the step that the room is at, or "",
               steps: [Step], seats: [Seat], topics: [Topic], actions: [Action], carried: [Action], figures: [Figure],
               observations: [Observation], interpretations: [Interpretation], decisions: [Decision], findings: [Finding],
               notes: [Note], unfinished: [str]}
    Step      {id, version, place: int from 0, name, does, minutes: int, asks, tips: [str], started: "" | ISO in UTC,
               spent: int seconds, more: int minutes, done: bool, here: bool}
    Seat      {place: int, name, role, you: bool, here: bool}  not here: was here, and has left or gone to another meeting
              A seat's identifier is the key to what is its own, so no other seat is given it.
    From      null | {id, name, day}                           the earlier meeting that something is carried over from
    Topic     {id, version, words, who, done: bool, writer, from: From}
    Action    {id, version, what, who, by: "" | ISO day, day, whom, done: "" | ISO day, late: int days past its day, else 0,
               writer, from: From, remarks: [str]}
    Figure    {id, version, title, indicator, snapshot, shown: bool, predicted: int people, predictions: [Prediction],
               has_drawing: bool, words: [str], alt, table: [[str]] titles first, newer: "" | sentence}
               Before it is shown: words and table are [], alt is "", has_drawing is false, predictions holds only one's own.
    Prediction      {id, version, words, writer, yours: bool}
    Observation     {id, version, words, writer, yours: bool, figure: id or "", remarks: [str]}
    Interpretation  {id, version, words, writer, yours: bool, from: [ids of observations], remarks: [str]}
    Decision  {id, version, words, why, writer}
    Finding   {id, version, concern, indicator, writer, remarks: [str], fishbone: id or ""}
    Note      {id, version, words, about, restricted: bool, writer, yours: bool}   a restricted one only to its writer

What is left of a step is ``(minutes + more) * 60 - spent - (now - started)`` seconds, ``now`` being the kernel's clock
that comes with each answer (``started`` empty: the last term is 0). Below 0 the step is over its time.

Acts, with the fields that they take. ``id`` is a new one made by the browser ("topic-" and twelve hex digits), so that an
act that is sent twice is done once. A change takes ``changes`` (the same id again) and ``seen`` (the version before one's eyes)::

    begin_meeting   {id: "meeting-…", protocol, name, on?, school?, team?, roles?: {role: name}, your_name, your_role?}
    change_meeting  {meeting, name?, on?, roles?: {role: name}, norms?: [str]}       join  {meeting, name, role?}       leave  {}
    end_meeting     {meeting}  and writes its minutes                                reopen_meeting {meeting}
    add_team        {id, name, school?, members?: [str]}
    go_to_step {step, start?: true}          finish_step {step, start?: true}  marks it done and goes to the next
    start_clock {step}                       pause_clock {step}                give_minutes {step, more: all minutes added so far}
    add_topic {id, words, who?}              change_topic {topic, words, who?} finish_topic {topic, done: bool}
    add_action {id, what, who?, by?, whom?, decision?}   change_action {action, …the same}   tick_action {action, done: bool, day?}
    add_figure {id, indicator, by?: [column], where?: {column: [value]}, title?}     show_figure {figure}  for all
    add_prediction {id, figure, words}       change_prediction {prediction, words}
    add_observation {id, words, figure?}     change_observation {observation, words}
    add_interpretation {id, words, from?: [ids]}         change_interpretation {interpretation, words, from?}
    add_decision {id, words, why?}           change_decision {decision, words, why?}
    add_finding {id, concern, figure?}       change_finding {finding, concern}
    add_note {id, words, about?, restricted?: bool}      change_note {note, words, about?, restricted?}
    take_back {entry}                        anything of the above that was added in this meeting; "undo" brings it back

Fetches::

    figure_choices {}          {indicators: [{id, title, sentence, stage: int, by: [{column, label}], where: [column]}],
                                values: {column: {label, options: [{value, label}]}}, year}
    drawing {figure}           the text of Plotly's JSON, as ``Drawing`` in kit.js takes it; refused before the figure is shown
"""

from __future__ import annotations

from typing import Any, Final

from dataworkbench.protocols import Protocol
from dataworkbench.records import Cycle, Entry, Meeting, Seat, Step, Team
from dataworkbench.views.live.board import Board
from dataworkbench.views.meeting.beginning import cycle_now, suggested_name
from dataworkbench.views.meeting.lines import (
    Seer,
    actions,
    carried,
    decisions,
    findings,
    interpretations,
    notes,
    observations,
    topics,
)
from dataworkbench.views.meeting.room import Room, day_words, iso
from dataworkbench.views.meeting.seats import is_in, present, seat_of
from dataworkbench.views.meeting.seen_lines import figures
from dataworkbench.views.meeting.series import cycle_of, earlier, in_order, team_of
from dataworkbench.views.meeting.unfinished import unfinished

Plain = dict[str, Any]

_MOST_MEETINGS: Final = 40


def shown(room: Room, board: Board, seat: str) -> Plain:
    """Return what the room shows to a seat, as described above."""
    meeting = room.before(board, seat)
    goes_on = meeting is not None and meeting.body.ended is None
    return {
        "you": _you(board, seat, meeting),
        "today": room.today.isoformat(),
        "zone": room.zone.key,
        "meetings": _meetings(room, board),
        "offer": None if goes_on else _offer(room, board),
        "meeting": _meeting(room, board, seat, meeting) if meeting is not None else None,
    }


def _you(board: Board, seat: str, meeting: Entry[Meeting] | None) -> Plain | None:
    held = seat_of(board, seat)
    if held is None or meeting is None or not is_in(held, meeting.id):
        return None
    return {"id": held.id, "name": held.body.name, "role": held.body.role, "meeting": meeting.id}


def _meetings(room: Room, board: Board) -> list[Plain]:
    """Return the meetings there are, those to join first."""
    latest = list(reversed(in_order(board.of(Meeting))))
    lines = [_line(room, board, held) for held in latest]
    places = ("open", "ahead", "earlier")
    return sorted(lines, key=lambda line: places.index(line["state"]))[:_MOST_MEETINGS]


def _line(room: Room, board: Board, held: Entry[Meeting]) -> Plain:
    protocol = room.protocol(held.body.protocol)
    return {
        "id": held.id, "name": held.body.name, "on": held.body.on.isoformat(), "day": day_words(held.body.on),
        "school": _school(room, held.body.school_id), "title": protocol.title if protocol else held.body.protocol,
        "state": _state(held.body), "here": sum(is_in(seat, held.id) for seat in board.of(Seat, follows=held.id)),
    }  # fmt: skip


def _state(meeting: Meeting) -> str:
    if meeting.ended is not None:
        return "earlier"
    return "open" if meeting.begun is not None else "ahead"


def _offer(room: Room, board: Board) -> Plain:
    cycle = cycle_now(room, board)
    schools = room.district.schools
    return {
        "protocols": [_protocol(held) for held in room.shelf.held.values()],
        "faults": list(room.shelf.faults),
        "schools": [{"id": str(name), "name": _school(room, str(name))} for name in schools["school_id"]],
        "school": room.district.school(room.school) if room.school else "",
        "teams": [_team(held) for held in board.of(Team)],
        "cycle": {"id": cycle.id, "name": cycle.body.name} if cycle is not None else None,
        "suggested": suggested_name(room),
        "people": _people(board, cycle, []),
    }


def _protocol(held: Protocol) -> Plain:
    return {
        "name": held.name, "title": held.title, "purpose": held.purpose, "minutes": held.minutes, "norms": list(held.norms),
        "roles": [{"role": role, "does": does} for role, does in held.roles.items()],
        "steps": [{"name": one.name, "minutes": one.minutes, "does": one.does, "asks": one.asks} for one in held.steps],
    }  # fmt: skip


def _team(held: Entry[Team]) -> Plain:
    return {
        "id": held.id, "name": held.body.name, "school": held.body.school_id,
        "members": [member.name for member in held.body.members], "norms": list(held.body.norms),
    }  # fmt: skip


def _meeting(room: Room, board: Board, seat: str, held: Entry[Meeting]) -> Plain:
    body, protocol = held.body, room.protocol(held.body.protocol)
    team, cycle = team_of(board, held), cycle_of(board, held.id)
    seats = present(board, held.id)
    seer = Seer(room, board, held, seat, {one.seat: one.name for one in seats})
    return {
        "id": held.id, "version": held.version, "name": body.name, "on": body.on.isoformat(), "day": day_words(body.on),
        "school": _school(room, body.school_id), "team": team.body.name if team else "", "cycle": cycle.body.name if cycle else "",
        "protocol": body.protocol, "title": protocol.title if protocol else body.protocol, "norms": list(body.norms),
        "roles": _roles(body, protocol, [(one.role, one.name) for one in seats if one.here]),
        "people": _people(board, cycle, [held, *earlier(board, held)]),
        "begun": iso(body.begun), "ended": iso(body.ended), "begun_at": room.at(body.begun), "ended_at": room.at(body.ended),
        "now": body.now, "steps": _steps(room, board, held),
        "seats": [
            {"place": place, "name": one.name, "role": one.role, "you": one.seat == seat, "here": one.here} for place, one in enumerate(seats)
        ],
        "topics": topics(seer), "actions": actions(seer), "carried": carried(seer), "figures": figures(seer),
        "observations": observations(seer), "interpretations": interpretations(seer), "decisions": decisions(seer),
        "findings": findings(seer), "notes": notes(seer), "unfinished": unfinished(board, held),
    }  # fmt: skip


def _steps(room: Room, board: Board, meeting: Entry[Meeting]) -> list[Plain]:
    protocol = room.protocol(meeting.body.protocol)
    held = sorted(board.of(Step, follows=meeting.id), key=lambda step: step.body.place)
    return [_step(step, meeting, protocol) for step in held]


def _step(held: Entry[Step], meeting: Entry[Meeting], protocol: Protocol | None) -> Plain:
    body = held.body
    return {
        "id": held.id, "version": held.version, "place": body.place, "name": body.name, "does": body.does, "minutes": body.minutes,
        "asks": body.asks, "tips": list(protocol.tips(body.place, body.name)) if protocol else [], "started": iso(body.started),
        "spent": body.spent, "more": body.more, "done": body.done, "here": meeting.body.now == held.id,
    }  # fmt: skip


def _roles(meeting: Meeting, protocol: Protocol | None, seated: list[tuple[str, str]]) -> list[Plain]:
    """Return who has which role: as the meeting has it, else as those who are here said of themselves."""
    known = dict(protocol.roles) if protocol else {}
    names = {role: ", ".join(name for taken, name in seated if taken == role) for role in known}
    names |= {role: name for role, name in meeting.roles.items() if name}
    return [{"role": role, "does": known.get(role, ""), "name": name} for role, name in names.items()]


def _people(board: Board, cycle: Entry[Cycle] | None, meetings: list[Entry[Meeting]]) -> list[str]:
    """Return the names that are known: of those in the meetings, of their team, and of the cycle's."""
    there = [one.name for held in meetings for one in present(board, held.id)]
    teams = [team_of(board, held) for held in meetings[:1]] if meetings else list(board.of(Team))
    members = [member.name for team in teams if team is not None for member in team.body.members]
    return list(dict.fromkeys([*there, *members, *(cycle.body.team if cycle else ())]))


def _school(room: Room, school_id: str) -> str:
    return room.district.school_name(school_id) if school_id else ""
