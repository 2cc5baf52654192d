"""What belongs to a meeting, which meetings came before it, and what they left open for it."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import TypeVar, cast

from dataworkbench.records import Action, Body, Cycle, Entry, Meeting, Records, Team, Topic
from dataworkbench.views.live.board import Board

B = TypeVar("B", bound=Body)
_NEVER = datetime.max.replace(tzinfo=UTC)


def upstream(board: Board, entry_id: str, kind: type[B]) -> Entry[B] | None:
    """Return the nearest entry of a kind that one follows from, step by step; None where there is none."""
    found = (held for held in board.above(entry_id) if isinstance(held.body, kind) and not held.is_withdrawn)
    return cast("Entry[B] | None", next(found, None))


def team_of(board: Board, meeting: Entry[Meeting]) -> Entry[Team] | None:
    """Return the team that a meeting is of; None where none is named."""
    return upstream(board, meeting.id, Team)


def cycle_of(board: Board, entry_id: str) -> Entry[Cycle] | None:
    """Return the cycle that an entry belongs to; None where it belongs to none."""
    return upstream(board, entry_id, Cycle)


def in_order(meetings: list[Entry[Meeting]]) -> list[Entry[Meeting]]:
    """Return meetings in the order of their days, and of one day in the order in which they began."""
    return sorted(meetings, key=_moment)


def earlier(board: Board, meeting: Entry[Meeting]) -> list[Entry[Meeting]]:
    """Return the meetings of the same series that came before one, first to last."""
    others = [
        held for held in board.of(Meeting) if held.id != meeting.id and _moment(held) < _moment(meeting)
    ]
    return in_order([held for held in others if is_one_series(board, held, meeting)])


def is_one_series(board: Board, one: Entry[Meeting], other: Entry[Meeting]) -> bool:
    """Whether what one meeting leaves open goes to the other: they are of the same team, else school, else cycle."""
    for first, second in zip(_belongs(board, one), _belongs(board, other), strict=True):
        if first and second:
            return first == second
    return _belongs(board, one)[:2] == _belongs(board, other)[:2]


def carried_topics(board: Board, meeting: Entry[Meeting]) -> Iterator[tuple[Entry[Topic], Entry[Meeting]]]:
    """Give the topics that earlier meetings left unfinished, each with its meeting; also those finished since this one began."""
    for before in earlier(board, meeting):
        for topic in board.of(Topic, follows=before.id):
            if not topic.body.done or _since(topic.written_at, meeting):
                yield topic, before


def carried_actions(
    board: Board, meeting: Entry[Meeting]
) -> Iterator[tuple[Entry[Action], Entry[Meeting] | None]]:
    """Give the actions of earlier meetings and of the cycle that were open when this meeting began, each with its meeting.

    One that follows from no meeting, as from a plan, comes with None.
    """
    before = {held.id: held for held in earlier(board, meeting)}
    cycle = cycle_of(board, meeting.id)
    for action in board.of(Action):
        if not _was_open(action, meeting):
            continue
        of = agreed_in(board, action)
        if of is not None and of.id in before:
            yield action, before[of.id]
        elif of is None and cycle is not None and cycle_of(board, action.id) == cycle:
            yield action, None


def own_actions(board: Board, meeting: Entry[Meeting]) -> list[Entry[Action]]:
    """Return the actions that were agreed in a meeting, whatever in it they follow from."""
    found = ((held, agreed_in(board, held)) for held in board.of(Action))
    return [held for held, of in found if of is not None and of.id == meeting.id]


def agreed_in(board: Board, action: Entry[Action]) -> Entry[Meeting] | None:
    """Return the meeting in which an action was agreed; None where it follows from none.

    One that follows from a plan, below a fishbone that an earlier meeting began, was agreed in the meeting that went on when
    it was written.
    """
    near = upstream(board, action.id, Meeting)
    if near is None or near.id in action.follows:
        return near
    moment = action.written_at if action.version == 1 else _first_written(board.kept, action.id)
    then = [
        held for held in board.of(Meeting) if _lasted(held.body, moment) and is_one_series(board, held, near)
    ]
    return in_order(then)[-1] if then else near


@functools.lru_cache(maxsize=10_000)
def _first_written(kept: Records, entry_id: str) -> datetime:
    """Return when an entry was first written, which never changes; read once."""
    return kept.history(entry_id)[0].written_at


def _lasted(meeting: Meeting, moment: datetime) -> bool:
    return meeting.begun is not None and meeting.begun <= moment <= (meeting.ended or moment)


def _was_open(action: Entry[Action], meeting: Entry[Meeting]) -> bool:
    """Whether an action was open when a meeting began; one that was ticked off in it stays on its page."""
    return action.body.done is None or (
        action.body.done >= meeting.body.on and _since(action.written_at, meeting)
    )


def _since(moment: datetime, meeting: Entry[Meeting]) -> bool:
    return meeting.body.begun is not None and moment >= meeting.body.begun


def _moment(meeting: Entry[Meeting]) -> tuple[date, datetime, str]:
    return meeting.body.on, meeting.body.begun or _NEVER, meeting.id


def _belongs(board: Board, meeting: Entry[Meeting]) -> tuple[str, str, str]:
    """Return the team, the school and the cycle of a meeting."""
    team, cycle = team_of(board, meeting), cycle_of(board, meeting.id)
    return team.id if team else "", meeting.body.school_id, cycle.id if cycle else ""
