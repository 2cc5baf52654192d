"""What was written in one meeting, read from the records: everything that its minutes and its recap stand on.

What is private stays out: restricted notes unless they are asked for, predictions of a figure that was never shown, and
cards of a fishbone that were never turned over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final, TypeVar, cast

from dataworkbench.errors import NothingToShowError, no_such
from dataworkbench.records import KINDS, Body, Entry, Records
from dataworkbench.records.bodies import Action, Change, Cycle, Hypothesis, Plan, Review
from dataworkbench.records.cause_bodies import Cause, Fishbone, Vote
from dataworkbench.records.meeting_bodies import (
    Decision,
    Interpretation,
    Meeting,
    MeetingNote,
    Observation,
    Prediction,
    Seat,
    Seen,
    Step,
    Topic,
)

B = TypeVar("B", bound=Body)
_GROWN: Final = (Hypothesis, Plan, Change, Action, Review)
_NOT_READ: Final = frozenset({"student_note", "learner_goal", "grouping", "readiness", "minutes"})


@dataclass(frozen=True)
class Written:
    """All that stands in the records and can belong to a meeting, by its identifiers, and what follows from each."""

    entries: Mapping[str, Entry[Any]]
    after: Mapping[str, tuple[str, ...]]

    def of(self, kind: type[B]) -> list[Entry[B]]:
        """Return the entries of a kind, in the order in which they were added."""
        return [cast("Entry[B]", entry) for entry in self.entries.values() if isinstance(entry.body, kind)]

    def following(self, entry_id: str, kind: type[B]) -> list[Entry[B]]:
        """Return what follows from an entry and is of a kind."""
        held = [self.entries[name] for name in self.after.get(entry_id, ())]
        return [cast("Entry[B]", entry) for entry in held if isinstance(entry.body, kind)]

    def nearest(self, entry_id: str, kind: type[B]) -> Entry[B] | None:
        """Return the nearest entry of a kind that one follows from, step by step."""
        seen, ahead = {entry_id}, list(self.entries[entry_id].follows)
        while ahead:
            name = ahead.pop(0)
            if name in seen or name not in self.entries:
                continue
            seen.add(name)
            held = self.entries[name]
            if isinstance(held.body, kind):
                return cast("Entry[B]", held)
            ahead += held.follows
        return None

    def below(self, roots: Iterable[str]) -> list[Entry[Any]]:
        """Return everything that follows from some entries, step by step, each once, without other meetings."""
        seen, ahead, found = set(roots), list(roots), []
        while ahead:
            for name in self.after.get(ahead.pop(0), ()):
                if name not in seen and not isinstance(self.entries[name].body, Meeting | Cycle):
                    seen.add(name)
                    ahead.append(name)
                    found.append(self.entries[name])
        return found


@dataclass(frozen=True)
class Told:
    """One meeting with what was written in it; each list in the order in which it was written."""

    meeting: Entry[Meeting]
    web: Written
    cycle: str
    seats: tuple[Entry[Seat], ...]
    steps: tuple[Entry[Step], ...]
    topics: tuple[Entry[Topic], ...]
    figures: tuple[Entry[Seen], ...]
    observations: tuple[Entry[Observation], ...]
    interpretations: tuple[Entry[Interpretation], ...]
    fishbones: tuple[Entry[Fishbone], ...]
    hypotheses: tuple[Entry[Hypothesis], ...]
    begun: tuple[Entry[Any], ...]
    decisions: tuple[Entry[Decision], ...]
    actions: tuple[Entry[Action], ...]
    still_open: tuple[Entry[Action], ...]
    notes: tuple[Entry[MeetingNote], ...]
    others: tuple[Entry[Meeting], ...]

    def name_of(self, seat: str) -> str:
        """Return the name of a seat; what is no seat is taken for a name, and an unknown seat has none."""
        held = self.web.entries.get(seat)
        if held is not None and isinstance(held.body, Seat):
            return held.body.name
        return "" if seat.startswith(f"{Seat.KIND}-") else seat

    def predictions(self, figure: Entry[Seen]) -> list[Entry[Prediction]]:
        """Return what was expected of a figure; nothing where it was never shown, because that is still private."""
        return self.web.following(figure.id, Prediction) if figure.body.shown else []

    def earlier(self, topic: Entry[Topic]) -> Entry[Meeting] | None:
        """Return the meeting that a topic was carried over from."""
        before = [held for held in self._meetings_of(topic) if _when(held) < _when(self.meeting)]
        return before[-1] if before else None

    def later(self, topic: Entry[Topic]) -> Entry[Meeting] | None:
        """Return the meeting that a topic was carried over to."""
        after = [held for held in self._meetings_of(topic) if _when(held) > _when(self.meeting)]
        return after[0] if after else None

    @property
    def carried(self) -> list[Entry[Topic]]:
        """The topics that were left open here: those not done, and those that a later meeting took up."""
        return [topic for topic in self.topics if not topic.body.done or self.later(topic) is not None]

    @property
    def talked_about(self) -> list[Entry[Topic]]:
        """The topics that were done with here."""
        left = {topic.id for topic in self.carried}
        return [topic for topic in self.topics if topic.id not in left]

    @property
    def next_meeting(self) -> Entry[Meeting] | None:
        """The next meeting of the same cycle, where one is written down."""
        return next((held for held in self.others if _when(held) > _when(self.meeting)), None)

    def _meetings_of(self, topic: Entry[Topic]) -> list[Entry[Meeting]]:
        held = [self.web.entries[name] for name in topic.follows if name in self.web.entries]
        return sorted((entry for entry in held if isinstance(entry.body, Meeting)), key=_when)


def find_meeting(records: Records | None, asked: str = "") -> Entry[Meeting]:
    """Return a meeting by its identifier, its day or its name; without one, the newest that has begun.

    Raises
    ------
    NothingToShowError
        Where no meeting is written down.
    NoSuchNameError
        Where there is none of that name.

    """
    held = sorted(records.latest(Meeting), key=_when) if records is not None else []
    if not held:
        raise NothingToShowError(
            "No meeting has been written down yet. Open the notebook 'meeting' and begin one."
        )
    wanted = " ".join(asked.split()).casefold()
    if not wanted:
        begun = [entry for entry in held if entry.body.begun is not None]
        return (begun or held)[-1]
    fits = [
        entry
        for entry in held
        if wanted
        in (entry.id.casefold(), entry.body.on.isoformat(), " ".join(entry.body.name.split()).casefold())
    ]
    if not fits:
        raise no_such("meeting", asked, (f"{entry.body.on} {entry.body.name}" for entry in held))
    return fits[-1]


def read_meeting(records: Records, asked: str = "", *, restricted: bool = False) -> Told:
    """Return a meeting with all that was written in it; restricted notes only where they are asked for."""
    meeting = find_meeting(records, asked)
    web = written(records, restricted=restricted)
    cycle = web.nearest(meeting.id, Cycle)
    fishbones = _fishbones(web, meeting)
    here = _of_this(records, web, meeting, fishbones)

    def of(kind: type[B]) -> tuple[Entry[B], ...]:
        return tuple(cast("Entry[B]", entry) for entry in here if isinstance(entry.body, kind))

    actions = of(Action)
    return Told(
        meeting, web, cycle.body.name if cycle is not None else "", of(Seat),
        tuple(sorted(of(Step), key=lambda step: step.body.place)), of(Topic), of(Seen), of(Observation),
        of(Interpretation), tuple(fishbones), of(Hypothesis),
        tuple(entry for entry in here if isinstance(entry.body, Plan | Change | Review)), of(Decision), actions,
        tuple(_still_open(records, web, meeting, {entry.id for entry in actions})), of(MeetingNote),
        tuple(sorted(_others(web, meeting), key=_when)),
    )  # fmt: skip


def written(records: Records, *, restricted: bool = False) -> Written:
    """Return all that can belong to a meeting; restricted notes only where they are asked for."""
    kinds = [kind for name, kind in KINDS.items() if name not in _NOT_READ]
    found = [entry for kind in kinds for entry in records.latest(kind, restricted=restricted)]
    after: dict[str, list[str]] = defaultdict(list)
    for entry in found:
        for name in entry.follows:
            after[name].append(entry.id)
    return Written({entry.id: entry for entry in found}, {name: tuple(held) for name, held in after.items()})


def _of_this(
    records: Records, web: Written, meeting: Entry[Meeting], fishbones: Iterable[Entry[Fishbone]]
) -> list[Entry[Any]]:
    """Return what belongs to a meeting: what follows it more closely than any other, and what grew meanwhile from a fishbone of it."""
    grown = {
        entry.id for entry in web.below([held.id for held in fishbones]) if isinstance(entry.body, _GROWN)
    }
    found = []
    for entry in web.entries.values():
        near = web.nearest(entry.id, Meeting)
        tied = meeting.id in entry.follows or (near is not None and near.id == meeting.id)
        if tied or (near is None and entry.id in grown and _was_then(records, entry, meeting.body)):
            found.append(entry)
    return found


def _fishbones(web: Written, meeting: Entry[Meeting]) -> list[Entry[Fishbone]]:
    """Return the fishbones that a meeting worked on: those that follow it, and those on which one of its seats wrote."""
    seats = {entry.id for entry in web.following(meeting.id, Seat)}
    worked = {
        bone.id
        for bone in web.of(Fishbone)
        for entry in web.below([bone.id])
        if isinstance(entry.body, Cause | Vote) and entry.body.seat in seats
    }
    return [bone for bone in web.of(Fishbone) if meeting.id in bone.follows or bone.id in worked]


def _was_then(records: Records, entry: Entry[Any], meeting: Meeting) -> bool:
    """Return whether something was first written while a meeting lasted."""
    first = records.history(entry.id)[0].written_at
    return (meeting.begun or first) <= first <= (meeting.ended or first)


def _still_open(
    records: Records, web: Written, meeting: Entry[Meeting], new: set[str]
) -> Iterable[Entry[Action]]:
    """Give the actions of the same cycle and school that were written before the meeting ended, are not new, and not done."""
    cycle = web.nearest(meeting.id, Cycle)
    for action in web.of(Action):
        own = web.nearest(action.id, Cycle)
        held_in = web.nearest(action.id, Meeting)
        elsewhere = held_in is not None and held_in.body.school_id != meeting.body.school_id
        if action.id in new or action.body.done is not None or elsewhere:
            continue
        if own is not None and cycle is not None and own.id != cycle.id:
            continue
        if meeting.body.ended is None or records.history(action.id)[0].written_at <= meeting.body.ended:
            yield action


def _others(web: Written, meeting: Entry[Meeting]) -> Iterable[Entry[Meeting]]:
    """Give the other meetings of the same cycle and school."""
    cycle = web.nearest(meeting.id, Cycle)
    for held in web.of(Meeting):
        own = web.nearest(held.id, Cycle)
        same = (own.id if own is not None else "") == (cycle.id if cycle is not None else "")
        if same and held.id != meeting.id and held.body.school_id == meeting.body.school_id:
            yield held


def _when(meeting: Entry[Meeting]) -> tuple[date, datetime, str]:
    """Return what meetings are put in order by: the day, the time at which they began, and their identifier."""
    return meeting.body.on, meeting.body.begun or datetime.max.replace(tzinfo=UTC), meeting.id
