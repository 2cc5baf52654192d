"""Chains of whys as they stand in the records: where each begins, which answer lies below which, and what is known of each.

Where two people moved answers at once so that one would lie below itself, the later move does not count. What lay below an
answer that was taken back lies below the one above it. So no screen ever shows a circle, and no answer is out of sight.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from dataworkbench.records import Body, Cause, Entry, Evidence, Finding, Fishbone, Why
from dataworkbench.rootcause import Evidence as SaidEvidence
from dataworkbench.rootcause import Why as SaidWhy
from dataworkbench.rootcause import WhyChain
from dataworkbench.views.causes.fishbone_standing import may_see, root_of
from dataworkbench.views.live.board import Board

STARTS: Final = (Cause, Finding, Fishbone)
"""What a chain of whys can begin with: a cause, a concern, or the problem at the head of a fishbone."""


@dataclass(frozen=True)
class Placed:
    """One answer with its evidence, and the answers below it."""

    entry: Entry[Why]
    evidence: tuple[Entry[Evidence], ...]
    below: tuple[Placed, ...]

    def walk(self) -> Iterator[Placed]:
        """Give this answer and all below it, from the top down."""
        stack = [self]
        while stack:
            held = stack.pop()
            yield held
            stack += reversed(held.below)

    def as_said(self) -> SaidWhy:
        """Return the answer as a value, with all below it."""
        body = self.entry.body
        return SaidWhy(
            body.words, said_evidence(self.evidence), tuple(held.as_said() for held in self.below), body.control, tuple(body.tested.items()),
        )  # fmt: skip


@dataclass(frozen=True)
class Standing:
    """One chain: what it begins with, what is known of that, and its first answers."""

    start: Entry[Body]
    evidence: tuple[Entry[Evidence], ...]
    whys: tuple[Placed, ...]

    @property
    def chain(self) -> WhyChain:
        """The chain as a value, which reads itself back, writes itself and asks its questions."""
        return WhyChain(words_of(self.start.body), tuple(held.as_said() for held in self.whys))

    def walk(self) -> Iterator[Placed]:
        """Give every answer, from the top down."""
        for first in self.whys:
            yield from first.walk()

    def find(self, why: str) -> Placed | None:
        """Return one answer; None where it is not in this chain."""
        return next((held for held in self.walk() if held.entry.id == why), None)

    def above(self, why: str) -> tuple[Placed, ...]:
        """Return the answers above one, from the top down, and that answer last."""
        stack: list[tuple[Placed, tuple[Placed, ...]]] = [(held, (held,)) for held in self.whys]
        while stack:
            held, way = stack.pop()
            if held.entry.id == why:
                return way
            stack += [(below, (*way, below)) for below in held.below]
        return ()


def standing(board: Board, start: Entry[Any]) -> Standing:
    """Return the chain that begins with an entry, as it stands. Whys of causes that were merged into it are among them."""
    names = (start.id, *(held.id for held in merged_into(board, start)))
    whys = {why.id: why for name in names for why in board.of(Why, follows=name)}
    parents = _parents(board, list(whys.values()))
    below: dict[str, list[Entry[Why]]] = {}
    for why in whys.values():
        below.setdefault(parents[why.id], []).append(why)
    evidence = (piece for name in names for piece in board.of(Evidence, follows=name))
    return Standing(start, tuple(evidence), _placed(board, below, ""))


def start_of(board: Board, why: Entry[Why]) -> Entry[Any] | None:
    """Return what the chain of an answer begins with, as it stands; None where that was taken back."""
    for name in why.follows:
        held = board.get(name)
        if held is not None and isinstance(held.body, STARTS) and not held.is_withdrawn:
            return _stands_for(board, held)
    return None


def starts(board: Board, bones: Entry[Fishbone] | None, seat: str) -> list[Entry[Any]]:
    """Return what a chain can begin with, as far as a seat may see it: the finding, the head and the causes of a fishbone."""
    if bones is None:
        return []
    findings = [held for name in bones.follows if (held := board.get(name)) is not None]
    heads = [held for held in findings if isinstance(held.body, Finding) and not held.is_withdrawn] or [bones]
    causes = [held for held in board.of(Cause, follows=bones.id) if may_see(bones.body, held.body, seat)]
    return [*heads, *(held for held in causes if _stands_for(board, held).id == held.id)]


def merged_into(board: Board, start: Entry[Any]) -> list[Entry[Cause]]:
    """Return the causes that count at another one."""
    if not isinstance(start.body, Cause):
        return []
    there = [held for name in start.follows for held in board.of(Cause, follows=name)]
    return [held for held in there if held.id != start.id and _stands_for(board, held).id == start.id]


def words_of(body: Body) -> str:
    """Return what a chain begins with in its own words."""
    match body:
        case Cause() | Why():
            return body.words
        case Finding():
            return body.concern
        case Fishbone():
            return body.problem
        case _:
            return ""


def said_evidence(pieces: Sequence[Entry[Evidence]]) -> tuple[SaidEvidence, ...]:
    """Return evidence as values, what it cannot tell with it. Where somebody looked and found nothing, that is no evidence."""
    return tuple(_said(held) for held in pieces if held.body.kind != "none")


def _said(held: Entry[Evidence]) -> SaidEvidence:
    body = held.body
    words = f"{body.words} {body.caveat}".strip()
    return SaidEvidence(words, body.kind, body.side, body.source, held.snapshot, body.indicator)


def _stands_for(board: Board, held: Entry[Any]) -> Entry[Any]:
    """Return the cause that one counts at, else the entry itself."""
    if not isinstance(held.body, Cause) or not held.body.merged_into:
        return held
    there = {one.id: one for name in held.follows for one in board.of(Cause, follows=name)}
    return cast("Entry[Any]", there[root_of(there, held.id)]) if held.id in there else held


def _parents(board: Board, whys: Sequence[Entry[Why]]) -> dict[str, str]:
    """Return for each answer the one that it lies below; the latest change is looked at last, and makes no circle."""
    there = {why.id for why in whys}
    parents: dict[str, str] = {}
    for why in sorted(whys, key=lambda held: held.number):
        above = _nearest(board, why, there)
        parents[why.id] = "" if _reaches(parents, above, why.id) else above
    return parents


def _nearest(board: Board, why: Entry[Why], there: set[str]) -> str:
    """Return the nearest answer above one that still stands; empty where there is none."""
    name, seen = why.body.above, {why.id}
    while name and name not in there and name not in seen:
        seen.add(name)
        held = board.get(name)
        name = held.body.above if held is not None and isinstance(held.body, Why) else ""
    return name if name in there and name != why.id else ""


def _reaches(parents: dict[str, str], name: str, goal: str) -> bool:
    while name:
        if name == goal:
            return True
        name = parents.get(name, "")
    return False


def _placed(board: Board, below: dict[str, list[Entry[Why]]], name: str) -> tuple[Placed, ...]:
    """Return the answers below one, with theirs; made from the lowest up, so that no depth is too deep."""
    order = [name]
    for held in order:
        order += [why.id for why in below.get(held, ())]
    made: dict[str, tuple[Placed, ...]] = {}
    for held in reversed(order):
        made[held] = tuple(
            Placed(why, tuple(board.of(Evidence, follows=why.id)), made[why.id]) for why in below.get(held, ())
        )  # fmt: skip
    return made[name]
