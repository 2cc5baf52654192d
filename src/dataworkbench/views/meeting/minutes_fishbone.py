"""The fishbone in the minutes: the drawing, each cause with its votes and evidence, what was ruled out, the whys read back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from dataworkbench import rootcause
from dataworkbench.records import Check, Entry, Evidence, Fishbone
from dataworkbench.rootcause import ROOT_TESTS, draw_fishbone, marks
from dataworkbench.views.causes.evidence_words import with_range
from dataworkbench.views.causes.fishbone_standing import Held, Standing, standing
from dataworkbench.views.causes.whys_standing import standing as chain_below
from dataworkbench.views.causes.whys_standing import starts
from dataworkbench.views.meeting.minutes_read import Told
from dataworkbench.views.paper import Block, Drawn, Item, Items, Part, Said

FEW_BONES: Final = 4
"""So many bones can be read on paper held upright; for more it is turned."""
LOOSE: Final = "on no bone yet"
_TESTS: Final = {name: asked for name, asked, _ in ROOT_TESTS}


def fishbone_parts(told: Told) -> Iterator[Part]:
    """Give the parts about each fishbone that a meeting worked on."""
    for bone in told.fishbones:
        stands = standing(told.board, bone, "")
        yield Part("Why: the fishbone", tuple(_fishbone(stands)))
        if bone.body.phase != "cards":
            yield Part("Causes, most votes first", tuple(_causes(stands)), level=3)
            yield Part("Ruled out, and why", tuple(_ruled_out(stands)), level=3)
            yield Part("Asked why, and read back", tuple(_whys(told, bone)), level=3)


def _fishbone(stands: Standing) -> Iterator[Block]:
    body = stands.entry.body
    yield Said(body.problem)
    about = [part for part in (body.number, body.group, body.time, stands.figure) if part]
    if about:
        yield Said("; ".join(about), "quiet")
    count = len(stands.causes) + stands.cards_of_others
    if body.phase == "cards":
        cards = f"{count} {'card was' if count == 1 else 'cards were'}"
        yield Said(f"{cards} written and not turned over, so what stands on them is still private.", "quiet")
    elif count:
        value = stands.drawn()
        yield Drawn(draw_fishbone(value), f"Fishbone: {body.problem}", wide=len(value.bones) > FEW_BONES)
    else:
        yield Said("No cause was named yet.", "quiet")


def _causes(stands: Standing) -> Iterator[Block]:
    open_ones = [held for held in stands.causes if not held.entry.body.ruled_out]
    items = [
        Item(
            held.entry.body.words,
            behind="; ".join([held.entry.body.bone or LOOSE, *_marks(stands, held)]),
            under=_below(held),
        )
        for held in sorted(open_ones, key=lambda held: -len(held.dots))
    ]
    if items:
        yield Items(tuple(items))


def _marks(stands: Standing, held: Held) -> list[str]:
    """Return the short remarks about a cause, without what is told at length below it."""
    at_length = ("to check:", "checked:", "ruled out:")
    return [said for said in marks(held.as_said(stands.names)) if not said.startswith(at_length)]


def _below(held: Held) -> tuple[Item, ...]:
    body = held.entry.body
    own = (
        [Item(body.evidence, head=f"{(body.evidence_kind or 'opinion').capitalize()} for:")]
        if body.evidence
        else []
    )
    return (*own, *map(_evidence, held.evidence), *(_check(check.body) for check in held.checks))


def _evidence(piece: Entry[Evidence]) -> Item:
    """Return a piece of evidence; a figure that its words do not tell stands with n and its likely range, and what it cannot tell."""
    body = piece.body
    is_told = not body.figure.label or body.figure.label in body.words
    words = body.words if is_told else f"{body.words.rstrip(' .')}. {with_range(body.figure)}."
    data = f"data of {piece.snapshot}" if piece.snapshot and body.kind == "data" else ""
    head = "Looked for, and not found:" if body.kind == "none" else f"{body.kind.capitalize()} {body.side}:"
    under = (Item(body.caveat),) if body.caveat else ()
    return Item(
        words,
        head=head,
        behind="; ".join(part for part in (body.source, data) if part),
        under=under,
    )


def _check(body: Check) -> Item:
    behind = ", ".join(part for part in (body.who, f"by {body.by.isoformat()}" if body.by else "") if part)
    if body.found:
        return Item(f"{body.what} Found: {body.found}", head="Checked:", behind=behind)
    return Item(body.what, head="To check:", behind=behind)


def _ruled_out(stands: Standing) -> Iterator[Block]:
    items = [
        Item(
            held.entry.body.words,
            behind=held.entry.body.bone or LOOSE,
            under=(Item(held.entry.body.ruled_out, head="Because:"), *_below(held)),
        )
        for held in stands.causes
        if held.entry.body.ruled_out
    ]
    if items:
        yield Items(tuple(items))


def _whys(told: Told, bone: Entry[Fishbone]) -> Iterator[Block]:
    for start in starts(told.board, bone, ""):
        chain = chain_below(told.board, start).chain
        if chain.whys:
            yield Items(
                (Item(chain.concern, head="Why is it that:", under=tuple(_why(why) for why in chain.whys)),)
            )
            yield Items(tuple(Item(said, head="Read back:") for said in chain.read_back()))


def _why(why: rootcause.Why) -> Item:
    pieces = [
        Item(piece.text, head=f"{piece.kind.capitalize()} {piece.side}:", behind=_source(piece))
        for piece in why.evidence
    ]
    tests = [Item(answer, head=_TESTS[name]) for name, answer in why.tested if name in _TESTS]
    return Item(why.text, head="Because:", under=(*pieces, *tests, *map(_why, why.because)))


def _source(piece: Any) -> str:
    data = f"data of {piece.snapshot}" if piece.snapshot and piece.kind == "data" else ""
    return "; ".join(part for part in (piece.source, data) if part)
