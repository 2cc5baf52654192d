"""The fishbone in the minutes: the drawing, each cause with its votes and evidence, what was ruled out, the whys read back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from dataworkbench import rootcause
from dataworkbench.records import Entry
from dataworkbench.records.cause_bodies import Cause, Check, Fishbone
from dataworkbench.rootcause import ROOT_TESTS, draw_fishbone, marks
from dataworkbench.views.meeting.minutes_causes import (
    causes_of,
    chain_of,
    checks_of,
    drawn_value,
    evidence_of,
    votes_on,
)
from dataworkbench.views.meeting.minutes_read import Told
from dataworkbench.views.paper import Block, Drawn, Item, Items, Part, Said

FEW_BONES: Final = 4
"""So many bones can be read on paper held upright; for more it is turned."""
_TESTS: Final = {name: asked for name, asked, _ in ROOT_TESTS}


def fishbone_parts(told: Told) -> Iterator[Part]:
    """Give the parts about each fishbone that a meeting worked on."""
    for bone in told.fishbones:
        yield Part("Why: the fishbone", tuple(_fishbone(told, bone)))
        if bone.body.phase != "cards":
            yield Part("Causes, most votes first", tuple(_causes(told, bone)), level=3)
            yield Part("Ruled out, and why", tuple(_ruled_out(told, bone)), level=3)
            yield Part("Asked why, and read back", tuple(_whys(told, bone)), level=3)


def _fishbone(told: Told, bone: Entry[Fishbone]) -> Iterator[Block]:
    body = bone.body
    yield Said(body.problem)
    about = [part for part in (body.number, body.group, body.time, body.seen) if part]
    if about:
        yield Said("; ".join(about), "quiet")
    held = causes_of(told.web, bone)
    if body.phase == "cards":
        count = f"{len(held)} {'card was' if len(held) == 1 else 'cards were'}"
        yield Said(f"{count} written and not turned over, so what stands on them is still private.", "quiet")
    elif held:
        value = drawn_value(told.web, bone)
        yield Drawn(draw_fishbone(value), f"Fishbone: {body.problem}", wide=len(value.categories) > FEW_BONES)
    else:
        yield Said("No cause was named yet.", "quiet")


def _causes(told: Told, bone: Entry[Fishbone]) -> Iterator[Block]:
    votes = votes_on(told.web, bone)
    value = drawn_value(told.web, bone)
    pairs = [
        pair for pair in zip(causes_of(told.web, bone), value.causes, strict=True) if not pair[1].ruled_out
    ]
    items = [
        Item(
            cause.text, behind="; ".join([cause.category, *marks_of(cause)]), under=_below(told, bone, entry)
        )
        for entry, cause in sorted(pairs, key=lambda pair: -votes[pair[0].id])
    ]
    if items:
        yield Items(tuple(items))


def marks_of(cause: rootcause.Cause) -> list[str]:
    """Return the short remarks about a cause in words, without what is told at length elsewhere."""
    return [said for said in marks(cause) if not said.startswith(("to check:", "ruled out:"))]


def _below(told: Told, bone: Entry[Fishbone], entry: Entry[Cause]) -> tuple[Item, ...]:
    pieces = [
        Item(piece.text, head=f"{piece.kind.capitalize()} {piece.side}:", behind=_source(piece))
        for piece in evidence_of(told.web, bone, entry)
    ]
    return (*pieces, *(_check(held.body) for held in checks_of(told.web, bone, entry)))


def _source(piece: rootcause.Evidence) -> str:
    data = f"data of {piece.snapshot}" if piece.snapshot and piece.kind == "data" else ""
    return "; ".join(part for part in (piece.source, data) if part)


def _check(body: Check) -> Item:
    behind = ", ".join(part for part in (body.who, f"by {body.by.isoformat()}" if body.by else "") if part)
    if body.found:
        return Item(f"{body.what} Found: {body.found}", head="Checked:", behind=behind)
    return Item(body.what, head="To check:", behind=behind)


def _ruled_out(told: Told, bone: Entry[Fishbone]) -> Iterator[Block]:
    held = [entry for entry in causes_of(told.web, bone) if entry.body.ruled_out]
    items = [
        Item(
            entry.body.words,
            behind=entry.body.bone,
            under=(Item(entry.body.ruled_out, head="Because:"), *_below(told, bone, entry)),
        )
        for entry in held
    ]
    if items:
        yield Items(tuple(items))


def _whys(told: Told, bone: Entry[Fishbone]) -> Iterator[Block]:
    for entry in causes_of(told.web, bone):
        chain = chain_of(told.web, bone, entry)
        if chain.whys:
            yield Items(
                (Item(entry.body.words, head="Cause:", under=tuple(_why(why) for why in chain.whys)),)
            )
            yield Items(tuple(Item(said, head="Read back:") for said in chain.read_back()))


def _why(why: rootcause.Why) -> Item:
    pieces = [
        Item(piece.text, head=f"{piece.kind.capitalize()} {piece.side}:", behind=_source(piece))
        for piece in why.evidence
    ]
    tests = [Item(answer, head=_TESTS[name]) for name, answer in why.tested if name in _TESTS]
    return Item(why.text, head="Why?", under=(*pieces, *tests, *map(_why, why.because)))
