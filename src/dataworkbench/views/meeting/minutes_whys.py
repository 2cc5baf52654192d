"""Chains of whys as they were written, as values that are read back: below a concern, a fishbone's head, or a cause."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dataworkbench import rootcause
from dataworkbench.records import Entry, Evidence, Finding, Fishbone, Why
from dataworkbench.views.causes.fishbone_standing import Standing
from dataworkbench.views.live.board import Board


def starts_of(board: Board, bone: Entry[Fishbone], stands: Standing) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Give what chains can begin with on a fishbone: its words, and the entries that count as it."""
    heads = [
        held.id
        for held in map(board.get, bone.follows)
        if held is not None and isinstance(held.body, Finding)
    ]
    yield bone.body.problem, (bone.id, *heads)
    for held in stands.causes:
        yield held.entry.body.words, (held.entry.id, *(one.id for one in held.merged))


def chain_of(board: Board, words: str, names: Sequence[str]) -> rootcause.WhyChain:
    """Return the chain of whys below some entries that count as one, branches and evidence with it; it may be empty."""
    held = [why for name in names for why in board.of(Why, follows=name)]
    known = {why.id for why in held}
    tops = [why for why in held if why.body.above not in known or _in_a_ring(held, why)]
    return rootcause.WhyChain(words, tuple(_why(board, held, top, frozenset()) for top in tops))


def _in_a_ring(held: Sequence[Entry[Why]], why: Entry[Why]) -> bool:
    """Return whether the answers above one lead back to it; then each of them begins a chain, so that none is lost."""
    above = {one.id: one.body.above for one in held}
    seen, now = {why.id}, above.get(why.id, "")
    while now in above and now not in seen:
        seen.add(now)
        now = above[now]
    return now == why.id


def _why(board: Board, held: Sequence[Entry[Why]], why: Entry[Why], above: frozenset[str]) -> rootcause.Why:
    path = above | {why.id}
    below = [one for one in held if one.body.above == why.id and one.id not in path]
    pieces = [_evidence(piece) for piece in board.of(Evidence, follows=why.id) if piece.body.kind != "none"]
    return rootcause.Why(
        why.body.words, tuple(pieces), tuple(_why(board, held, one, path) for one in below), why.body.control,
        tuple(why.body.tested.items()),
    )  # fmt: skip


def _evidence(piece: Entry[Evidence]) -> rootcause.Evidence:
    body = piece.body
    return rootcause.Evidence(body.words, body.kind, body.side, body.source, piece.snapshot, body.indicator)
