"""What was written in one meeting, read from the records: everything that its minutes and its recap stand on.

What is private stays out: restricted notes unless they are asked for, predictions of a figure that was never shown, and
cards of a fishbone that were never turned over.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar, cast

from dataworkbench.errors import NothingToShowError, no_such
from dataworkbench.records import (
    Action,
    Body,
    Cause,
    Change,
    Decision,
    Entry,
    Finding,
    Fishbone,
    Hypothesis,
    Interpretation,
    Meeting,
    MeetingNote,
    Observation,
    Plan,
    Prediction,
    Records,
    Review,
    Seen,
    Step,
    Topic,
    Vote,
)
from dataworkbench.views.live.board import Board
from dataworkbench.views.meeting.seats import Present, present
from dataworkbench.views.meeting.series import (
    carried_actions,
    carried_topics,
    cycle_of,
    in_order,
    is_one_series,
    upstream,
)

B = TypeVar("B", bound=Body)
Topics = tuple[tuple[Entry[Topic], Entry[Meeting] | None], ...]
_GROWN: Final = (Hypothesis, Plan, Change, Action, Review)


@dataclass(frozen=True)
class Told:
    """One meeting with what was written in it; each list in the order in which it was written.

    ``still_open`` are actions agreed before that were not done when it ended, ``ticked_off`` those that were done meanwhile.
    ``talked_about`` and ``carried`` are topics, each with the earlier meeting that it comes from, if any.
    """

    meeting: Entry[Meeting]
    board: Board
    cycle: str
    people: tuple[Present, ...]
    steps: tuple[Entry[Step], ...]
    talked_about: Topics
    carried: Topics
    figures: tuple[Entry[Seen], ...]
    observations: tuple[Entry[Observation], ...]
    interpretations: tuple[Entry[Interpretation], ...]
    findings: tuple[Entry[Finding], ...]
    fishbones: tuple[Entry[Fishbone], ...]
    hypotheses: tuple[Entry[Hypothesis], ...]
    begun: tuple[Entry[Any], ...]
    decisions: tuple[Entry[Decision], ...]
    actions: tuple[Entry[Action], ...]
    ticked_off: tuple[Entry[Action], ...]
    still_open: tuple[Entry[Action], ...]
    notes: tuple[Entry[MeetingNote], ...]
    next_meeting: Entry[Meeting] | None

    def name_of(self, seat: str) -> str:
        """Return the name of a seat in this meeting; what is no seat here is taken for a name."""
        return {held.seat: held.name for held in self.people}.get(seat, seat)

    def predictions(self, figure: Entry[Seen]) -> list[Entry[Prediction]]:
        """Return what was expected of a figure; nothing where it was never shown, because that is still private."""
        return self.board.of(Prediction, follows=figure.id) if figure.body.shown else []


def find_meeting(records: Records | None, asked: str = "") -> Entry[Meeting]:
    """Return a meeting by its identifier, its day or its name; without one, the newest that has begun.

    Raises
    ------
    NothingToShowError
        Where no meeting is written down.
    NoSuchNameError
        Where there is none of that name.

    """
    held = in_order(records.latest(Meeting)) if records is not None else []
    if not held:
        raise NothingToShowError(
            "No meeting has been written down yet. Open the notebook 'meeting' and begin one."
        )
    wanted = " ".join(asked.split()).casefold()
    if not wanted:
        begun = [entry for entry in held if entry.body.begun is not None]
        return (begun or held)[-1]
    fits = [entry for entry in held if wanted in _called(entry)]
    if not fits:
        raise no_such("meeting", asked, (f"{entry.body.on} {entry.body.name}" for entry in held))
    return fits[-1]


def read_meeting(records: Records | None, asked: str = "", *, restricted: bool = False) -> Told:
    """Return a meeting with all that was written in it; restricted notes only where they are asked for.

    Raises
    ------
    NothingToShowError
        Where no meeting is written down.
    NoSuchNameError
        Where there is none of that name.

    """
    meeting = find_meeting(records, asked)
    assert records is not None  # noqa: S101 - a meeting was found in them
    board = Board(records)
    board.refresh()
    fishbones = _fishbones(board, meeting)
    grown = _grown(board, meeting, fishbones)

    def own(kind: type[B]) -> tuple[Entry[B], ...]:
        return tuple(board.of(kind, follows=meeting.id))

    def outcome(kind: type[B]) -> tuple[Entry[B], ...]:
        return tuple(cast("Entry[B]", entry) for entry in grown if isinstance(entry.body, kind))

    cycle = cycle_of(board, meeting.id)
    notes = tuple(held for held in own(MeetingNote) if restricted or not held.body.is_restricted)
    return Told(
        meeting, board, cycle.body.name if cycle is not None else "", tuple(present(board, meeting.id)),
        tuple(sorted(own(Step), key=lambda step: step.body.place)), *_topics(board, meeting), own(Seen), own(Observation),
        own(Interpretation), own(Finding), tuple(fishbones), outcome(Hypothesis),
        tuple(entry for entry in grown if isinstance(entry.body, Plan | Change | Review)), own(Decision), outcome(Action),
        *_earlier_actions(board, meeting, {entry.id for entry in grown}), notes, _next_meeting(board, meeting),
    )  # fmt: skip


def _called(entry: Entry[Meeting]) -> tuple[str, ...]:
    """Return what a meeting can be asked for by."""
    return (
        entry.id.casefold(),
        entry.body.on.isoformat(),
        " ".join(entry.body.name.split()).casefold(),
    )


def _fishbones(board: Board, meeting: Entry[Meeting]) -> list[Entry[Fishbone]]:
    """Return the fishbones that a meeting worked on: begun in it, of a finding of it, or written on by one of its seats meanwhile."""
    seats = {held.seat for held in present(board, meeting.id)}
    findings = {held.id for held in board.of(Finding, follows=meeting.id)}
    found = []
    for bone in board.of(Fishbone):
        causes = board.of(Cause, follows=bone.id)
        votes = [vote for cause in causes for vote in board.of(Vote, follows=cause.id)]
        wrote = [(held.body.seat, held.written_at) for held in causes]
        wrote += [(held.body.seat, held.written_at) for held in votes]
        here = any(seat in seats and _lasted(meeting.body, moment) for seat, moment in wrote)
        if here or meeting.id in bone.follows or findings & set(bone.follows):
            found.append(bone)
    return found


def _grown(board: Board, meeting: Entry[Meeting], fishbones: Iterable[Entry[Fishbone]]) -> list[Entry[Any]]:
    """Return what came out of a meeting: hypotheses, plans, changes, actions and reviews that follow it, or that grew from a fishbone meanwhile."""
    below = {entry.id for bone in fishbones for entry in _below(board, bone.id)}
    found = []
    for entry in (held for kind in _GROWN for held in board.of(kind)):
        near = upstream(board, entry.id, Meeting)
        here = near is not None and near.id == meeting.id
        if (
            here
            or meeting.id in entry.follows
            or (entry.id in below and _was_then(board, entry, meeting.body))
        ):
            found.append(entry)
    return found


def _below(board: Board, root: str) -> list[Entry[Body]]:
    """Return everything that follows from an entry, step by step, each once, without other meetings."""
    seen, ahead, found = {root}, [root], []
    while ahead:
        for entry in board.of(Body, follows=ahead.pop(0)):
            if entry.id not in seen and not isinstance(entry.body, Meeting):
                seen.add(entry.id)
                ahead.append(entry.id)
                found.append(entry)
    return found


def _was_then(board: Board, entry: Entry[Any], meeting: Meeting) -> bool:
    """Return whether something was first written while a meeting lasted."""
    return _lasted(meeting, _first_written(board, entry))


def _first_written(board: Board, entry: Entry[Any]) -> datetime:
    return entry.written_at if entry.version == 1 else board.kept.history(entry.id)[0].written_at


def _lasted(meeting: Meeting, moment: datetime) -> bool:
    return (meeting.begun or moment) <= moment <= (meeting.ended or moment)


def _topics(board: Board, meeting: Entry[Meeting]) -> tuple[Topics, Topics]:
    """Return the topics that were done with in a meeting, and those that it left open; one done with later was left open here."""
    own: list[tuple[Entry[Topic], Entry[Meeting] | None]] = [
        (held, None) for held in board.of(Topic, follows=meeting.id)
    ]
    every = [*carried_topics(board, meeting), *own]
    done = [pair for pair in every if pair[0].body.done and _before_next(board, meeting, pair[0])]
    return tuple(done), tuple(pair for pair in every if pair not in done)


def _earlier_actions(
    board: Board, meeting: Entry[Meeting], new: set[str]
) -> tuple[tuple[Entry[Action], ...], tuple[Entry[Action], ...]]:
    """Return the actions of before that were done in a meeting, and those that were still open when it ended."""
    ended = meeting.body.ended
    known = [
        held
        for held, _ in carried_actions(board, meeting)
        if held.id not in new and (ended is None or _first_written(board, held) <= ended)
    ]
    done = [held for held in known if held.body.done is not None and _before_next(board, meeting, held)]
    return tuple(done), tuple(held for held in known if held not in done)


def _before_next(board: Board, meeting: Entry[Meeting], entry: Entry[Any]) -> bool:
    """Return whether an entry was last changed before the next meeting of the series began."""
    after = _next_meeting(board, meeting)
    return after is None or after.body.begun is None or entry.written_at < after.body.begun


def _next_meeting(board: Board, meeting: Entry[Meeting]) -> Entry[Meeting] | None:
    """Return the next meeting of the same series, where one is written down."""
    every = in_order(
        [held for held in board.of(Meeting) if held.id == meeting.id or is_one_series(board, held, meeting)]
    )
    after = every[[held.id for held in every].index(meeting.id) + 1 :]
    return after[0] if after else None
