"""What a team writes while it looks for causes: the fishbone, its causes and what is known of them, and the whys below."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar, Literal

from pydantic import Field

from dataworkbench.records.bodies import Body, Figure, Part, Said, Where, Words

Control = Literal["", "ours", "influence", "outside"]
EvidenceKind = Literal["data", "observation", "opinion", "none"]
Phase = Literal["cards", "cluster", "examine", "vote"]


class Bone(Part):
    """One category of a fishbone, with the colour that the team gave it."""

    name: Said
    color: Words = ""


class Fishbone(Body):
    """A concern with the bones that causes are put on. It follows the finding; its causes follow it.

    While ``phase`` is ``cards``, each person sees only the causes that they wrote. ``votes_each`` is how many dots each
    person has; no more than that are counted.
    """

    KIND: ClassVar[str] = "fishbone"

    problem: Said
    indicator: Words = ""
    group: Words = ""
    time: Words = ""
    number: Words = ""
    seen: Words = ""
    bones: tuple[Bone, ...] = ()
    phase: Phase = "cards"
    votes_each: int = 3


class Cause(Body):
    """What a team believes lies behind a concern, and how it knows. One that was ruled out stays, with the reason.

    ``bone`` is empty for a card that was not put on a bone yet. ``merged_into`` names the cause that says the same: this
    one is then shown no more, and its votes and evidence count there. ``seat`` is the one who wrote the card.
    """

    KIND: ClassVar[str] = "cause"
    FORMAT: ClassVar[int] = 2

    words: Said
    bone: Words = ""
    evidence: Words = ""
    evidence_kind: Literal["", "data", "observation", "opinion"] = ""
    control: Control = ""
    ruled_out: Words = ""
    merged_into: Words = ""
    seat: Words = ""


class Evidence(Body):
    """What speaks for a cause or a why, or against it. It follows that cause or why.

    Where it is a figure, ``indicator``, ``where``, ``figure`` and ``caveat`` say what was computed, of whom, on which
    snapshot, and what it cannot tell.
    """

    KIND: ClassVar[str] = "evidence"

    words: Said
    kind: EvidenceKind = "opinion"
    side: Literal["for", "against"] = "for"
    source: Words = ""
    indicator: Words = ""
    where: Where = Field(default_factory=dict)
    figure: Figure = Figure()
    against: Figure = Figure()
    caveat: Words = ""


class Vote(Body):
    """One dot that one person put on one cause. It follows the cause."""

    KIND: ClassVar[str] = "vote"

    seat: Said


class Check(Body):
    """What will be looked up before anybody acts on a cause: by whom, by when, and what was found. It follows the cause."""

    KIND: ClassVar[str] = "check"

    what: Said
    who: Words = ""
    by: date | None = None
    found: Words = ""


class Why(Body):
    """One answer to "why?". It follows the cause that the chain begins with; ``above`` is the answer that it lies below.

    ``tested`` holds the answers to the tests of a root, by the name of the test: ``yes``, ``no`` or ``not known``.
    """

    KIND: ClassVar[str] = "why"

    words: Said
    above: Words = ""
    control: Control = ""
    tested: Mapping[str, Literal["yes", "no", "not known"]] = {}


def cause_2(body: dict[str, Any]) -> dict[str, Any]:
    """Return a cause of format 1 in format 2, where ``control`` is one of a few words; others are kept as evidence."""
    known = {
        "in our control": "ours",
        "we can influence it": "influence",
        "outside our control": "outside",
        "": "",
    }
    said = str(body.get("control", ""))
    if said in known:
        return body | {"control": known[said]}
    kept = f"{body.get('evidence', '')} In whose control: {said}.".strip()
    return body | {"control": "", "evidence": kept}
