"""What was said in a meeting, line by line, as one seat may see it; plain values as described in ``state``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dataworkbench.records import (
    Action,
    Body,
    Decision,
    Entry,
    Finding,
    Fishbone,
    Interpretation,
    Meeting,
    MeetingNote,
    Observation,
    Seen,
    Topic,
)
from dataworkbench.views.live.board import Board
from dataworkbench.views.meeting.remarks import on_action, on_concern, on_meaning, on_seen
from dataworkbench.views.meeting.room import Room, day_words, iso
from dataworkbench.views.meeting.saying import is_hidden_from
from dataworkbench.views.meeting.series import carried_actions, carried_topics, own_actions

Plain = dict[str, Any]


@dataclass(frozen=True)
class Seer:
    """One seat that looks at one meeting: what is needed to say what it may see. ``names`` holds who sat where."""

    room: Room
    board: Board
    meeting: Entry[Meeting]
    seat: str
    names: Mapping[str, str]

    def writer(self, entry: Entry[Any]) -> str:
        """Return the name of the one who wrote something: of its seat in this meeting, else of the one who wrote it last."""
        return self.names.get(getattr(entry.body, "seat", ""), "") or entry.by

    def named(self, entry: Entry[Body]) -> Plain:
        """Return what every line has."""
        return {"id": entry.id, "version": entry.version, "writer": self.writer(entry)}

    def said(self, entry: Entry[Any]) -> Plain:
        """Return what every line has that one person wrote."""
        return {**self.named(entry), "words": entry.body.words, "yours": entry.body.seat == self.seat}


def topics(seer: Seer) -> list[Plain]:
    """Return the agenda: what earlier meetings left unfinished, then what was added in this one."""
    before = [_topic(seer, held, origin) for held, origin in carried_topics(seer.board, seer.meeting)]
    own = [_topic(seer, held, None) for held in seer.board.of(Topic, follows=seer.meeting.id)]
    return [*before, *own]


def actions(seer: Seer) -> list[Plain]:
    """Return the actions that were agreed in the meeting."""
    return [_action(seer, held, None) for held in own_actions(seer.board, seer.meeting)]


def carried(seer: Seer) -> list[Plain]:
    """Return the actions that were open when the meeting began, those that are longest overdue first, those ticked off last."""
    lines = [_action(seer, held, origin) for held, origin in carried_actions(seer.board, seer.meeting)]
    return sorted(lines, key=lambda line: (line["done"], -line["late"], line["by"] or "9999"))


def observations(seer: Seer) -> list[Plain]:
    """Return what was seen, with a remark where a conclusion is in it."""
    return [
        {**seer.said(held), "figure": _of_kind(seer.board, held, Seen), "remarks": on_seen(held.body.words)}
        for held in seer.board.of(Observation, follows=seer.meeting.id)
    ]


def interpretations(seer: Seer) -> list[Plain]:
    """Return what it may mean, with the observations that stand behind it."""
    found = []
    for held in seer.board.of(Interpretation, follows=seer.meeting.id):
        rests_on = [name for name in held.follows if _stands(seer.board, name, Observation)]
        found.append({**seer.said(held), "from": rests_on, "remarks": on_meaning(held.body.words, rests_on)})
    return found


def decisions(seer: Seer) -> list[Plain]:
    """Return what was decided."""
    return [
        {**seer.named(held), "words": held.body.words, "why": held.body.why}
        for held in seer.board.of(Decision, follows=seer.meeting.id)
    ]


def findings(seer: Seer) -> list[Plain]:
    """Return the concerns that were written down in the meeting, each with its fishbone where there is one."""
    found = []
    for held in seer.board.of(Finding, follows=seer.meeting.id):
        bones = seer.board.of(Fishbone, follows=held.id)
        found.append(
            {**seer.named(held), "concern": held.body.concern, "indicator": held.body.indicator,
             "remarks": on_concern(held.body.concern), "fishbone": bones[-1].id if bones else ""}
        )  # fmt: skip
    return found


def notes(seer: Seer) -> list[Plain]:
    """Return the notes of the meeting; a restricted one only to the seat that wrote it."""
    return [
        {**seer.said(held), "about": held.body.about, "restricted": held.body.is_restricted}
        for held in seer.board.of(MeetingNote, follows=seer.meeting.id)
        if not is_hidden_from(held, seer.seat)
    ]


def origin_of(held: Entry[Meeting] | None) -> Plain | None:
    """Return the meeting that something is carried over from."""
    return (
        {"id": held.id, "name": held.body.name, "day": day_words(held.body.on)} if held is not None else None
    )


def _topic(seer: Seer, held: Entry[Topic], origin: Entry[Meeting] | None) -> Plain:
    body = held.body
    return {
        **seer.named(held),
        "words": body.words,
        "who": body.who,
        "done": body.done,
        "from": origin_of(origin),
    }


def _action(seer: Seer, held: Entry[Action], origin: Entry[Meeting] | None) -> Plain:
    body = held.body
    late = (seer.room.today - body.by).days if body.by is not None and body.done is None else 0
    agreed = origin.body.on if origin is not None else seer.meeting.body.on
    return {
        **seer.named(held), "what": body.what, "who": body.who, "by": iso(body.by), "day": day_words(body.by), "whom": body.whom,
        "done": iso(body.done), "late": max(0, late), "from": origin_of(origin), "remarks": on_action(body, agreed),
    }  # fmt: skip


def _of_kind(board: Board, held: Entry[Any], kind: type[Body]) -> str:
    """Return the first entry of a kind that one follows and that stands; empty where there is none."""
    return next((name for name in held.follows if _stands(board, name, kind)), "")


def _stands(board: Board, name: str, kind: type[Body]) -> bool:
    held = board.get(name)
    return held is not None and isinstance(held.body, kind) and not held.is_withdrawn
