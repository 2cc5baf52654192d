"""A fishbone as it stands in the records: which causes a seat may see, what was merged, and which dots count.

The dots of a person count up to the number that each has, the oldest standing ones first; so two screens that race never
give anybody more. Dots on a cause that was ruled out or taken back are free again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from dataworkbench.records import Cause, Check, Cycle, Entry, Evidence, Finding, Fishbone, Meeting, Seen, Vote
from dataworkbench.rootcause import Cause as SaidCause
from dataworkbench.rootcause import Evidence as SaidEvidence
from dataworkbench.rootcause import Fishbone as Drawn
from dataworkbench.rootcause import Problem, Verification
from dataworkbench.views.live.board import Board


@dataclass(frozen=True)
class Held:
    """One cause with the others that were merged into it, and what hangs on all of them."""

    entry: Entry[Cause]
    merged: tuple[Entry[Cause], ...]
    evidence: tuple[Entry[Evidence], ...]
    checks: tuple[Entry[Check], ...]
    dots: tuple[Entry[Vote], ...]

    def as_said(self, names: Sequence[str]) -> SaidCause:
        """Return the cause as a value; it lies on no bone where its bone is not among the names."""
        body = self.entry.body
        kept = [_own_evidence(held.body) for held in (self.entry, *self.merged) if held.body.evidence]
        return SaidCause(
            body.bone if body.bone in names else "", body.words, body.control, votes=len(self.dots),
            evidence=(*kept, *(_said(held) for held in self.evidence)),
            verifications=tuple(_verified(held.body) for held in self.checks),
            ruled_out=body.ruled_out, merged=tuple(held.body.words for held in self.merged),
        )  # fmt: skip


@dataclass(frozen=True)
class Standing:
    """A fishbone with the causes that one seat may see, and how many cards others have written that it may not.

    ``spent`` is how many dots of each seat count, ``beyond`` how many do not, because there were too many.
    """

    entry: Entry[Fishbone]
    causes: tuple[Held, ...]
    cards_of_others: int
    spent: Mapping[str, int]
    beyond: Mapping[str, int]
    figure: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the bones."""
        return tuple(bone.name for bone in self.entry.body.bones)

    def drawn(self) -> Drawn:
        """Return the fishbone as a value, which draws itself, writes itself and asks its questions."""
        body = self.entry.body
        stated = Problem(
            body.problem, body.indicator, body.group, body.time, self.entry.snapshot, body.number, self.figure
        )
        colors = tuple((bone.name, bone.color) for bone in body.bones if bone.color)
        return Drawn(stated, self.names, tuple(held.as_said(self.names) for held in self.causes), colors)


def find_fishbone(board: Board, about: str, today: date, *, of_cycle: bool = True) -> Entry[Fishbone] | None:
    """Return the fishbone of a meeting, a finding, or the one that is named; else the newest of the cycle that runs.

    With ``of_cycle`` false, a meeting that has begun or taken up none has none.
    """
    named = board.get(about) if about else None
    if named is not None and isinstance(named.body, Fishbone):
        return named if not named.is_withdrawn else None
    own = board.of(Fishbone, follows=about) if about else []
    if own:
        return own[-1]
    if named is not None and (
        isinstance(named.body, Finding) or (isinstance(named.body, Meeting) and not of_cycle)
    ):
        return None
    there = fishbones_of(board, cycle_of(board, about) or cycle_now(board, today))
    return there[-1] if there else None


def fishbones_of(board: Board, cycle: str) -> list[Entry[Fishbone]]:
    """Return the fishbones of a cycle, oldest first."""
    return [held for held in board.of(Fishbone) if cycle_of(board, held.id) == cycle]


def cycle_now(board: Board, today: date) -> str:
    """Return the cycle that runs today, else the one written last; empty where there is none."""
    cycles = board.of(Cycle)
    running = [
        held for held in cycles if (held.body.starts or date.min) <= today <= (held.body.ends or date.max)
    ]
    found = running or cycles
    return found[-1].id if found else ""


def cycle_of(board: Board, entry_id: str) -> str:
    """Return the cycle that an entry follows, step by step; empty where it follows none."""
    return next((held.id for held in board.above(entry_id) if isinstance(held.body, Cycle)), "")


def meeting_of(board: Board, entry: Entry[Fishbone]) -> str:
    """Return the meeting in which a fishbone was begun; empty where it was begun outside of one."""
    held = (board.get(name) for name in entry.follows)
    return next((one.id for one in held if one is not None and isinstance(one.body, Meeting)), "")


def standing(board: Board, entry: Entry[Fishbone], seat: str) -> Standing:
    """Return a fishbone as one seat may see it: while cards are written, only with the cards of its own."""
    every = board.of(Cause, follows=entry.id)
    seen = [held for held in every if may_see(entry.body, held.body, seat)]
    groups = list(_groups(every if len(seen) == len(every) else seen))
    counted, beyond = _counted(board, entry.body.votes_each, list(_groups(every)))
    causes = tuple(_held(board, group, counted) for group in groups)
    spent = Counter(vote.body.seat for vote in counted)
    figure = board.get(entry.body.seen)
    title = figure.body.title if figure is not None and isinstance(figure.body, Seen) else ""
    return Standing(entry, causes, len(every) - len(seen), spent, beyond, title)


def may_see(bones: Fishbone, cause: Cause, seat: str) -> bool:
    """Whether a seat may see a cause: while cards are written, nobody sees another's."""
    return bones.phase != "cards" or cause.seat in ("", seat)


def root_of(causes: Mapping[str, Entry[Cause]], name: str) -> str:
    """Return the cause that one counts at: the last that it was merged into, step by step.

    Where some were merged in a circle, as two screens at once can do, all count at the one that was written first.
    """
    way = [name]
    while (into := causes[way[-1]].body.merged_into) in causes:
        if into in way:
            circle = way[way.index(into) :]
            return next(held for held in causes if held in circle)
        way.append(into)
    return way[-1]


def _groups(causes: Sequence[Entry[Cause]]) -> Iterator[tuple[Entry[Cause], ...]]:
    """Give each cause that stands by itself, followed by those that were merged into it."""
    there = {held.id: held for held in causes}
    roots = {name: root_of(there, name) for name in there}
    for name, held in there.items():
        if roots[name] == name:
            yield held, *(there[other] for other in there if other != name and roots[other] == name)


def _counted(
    board: Board, each: int, groups: Sequence[Sequence[Entry[Cause]]]
) -> tuple[list[Entry[Vote]], Counter[str]]:
    """Return the dots that count, oldest first, and how many of each seat do not."""
    open_ones = [held for group in groups if not group[0].body.ruled_out for held in group]
    votes = sorted(
        (vote for held in open_ones for vote in board.of(Vote, follows=held.id)), key=lambda vote: vote.number
    )
    spent: Counter[str] = Counter()
    beyond: Counter[str] = Counter()
    counted = []
    for vote in votes:
        if spent[vote.body.seat] < each:
            spent[vote.body.seat] += 1
            counted.append(vote)
        else:
            beyond[vote.body.seat] += 1
    return counted, beyond


def _held(board: Board, group: Sequence[Entry[Cause]], counted: Sequence[Entry[Vote]]) -> Held:
    names = {held.id for held in group}
    return Held(
        group[0],
        tuple(group[1:]),
        tuple(piece for held in group for piece in board.of(Evidence, follows=held.id)),
        tuple(check for held in group for check in board.of(Check, follows=held.id)),
        tuple(vote for vote in counted if names & set(vote.follows)),
    )


def _own_evidence(body: Cause) -> SaidEvidence:
    """Return the line of evidence that a cause brought with it when there was one line for it."""
    return SaidEvidence(body.evidence, body.evidence_kind or "opinion")


def _said(entry: Entry[Evidence]) -> SaidEvidence:
    body = entry.body
    words = f"{body.words} ({body.figure.label})" if body.figure.label else body.words
    return SaidEvidence(words, body.kind, body.side, body.source, entry.snapshot, body.indicator)


def _verified(body: Check) -> Verification:
    return Verification(body.what, body.who, body.by.isoformat() if body.by else "", body.found)
