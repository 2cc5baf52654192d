"""What a screen is told about a fishbone: plain values, and nothing that the seat may not see."""

from __future__ import annotations

from typing import Any, Final

from dataworkbench.measures import CATALOGUE
from dataworkbench.records import Cause, Check, Entry, Evidence, Finding, Fishbone, Seat
from dataworkbench.rootcause import (
    CATEGORY_SETS,
    LOOSE_COLOR,
    PROMPTS,
    READY,
    Remark,
    chips,
    ink_on,
    line_of,
    on_cause,
    on_whole,
    spoken,
)
from dataworkbench.rootcause import Cause as SaidCause
from dataworkbench.rootcause import Fishbone as Drawn
from dataworkbench.views.causes.fishbone_acts import MOST_BONES, MOST_VOTES
from dataworkbench.views.causes.fishbone_standing import Held, Standing, cycle_of, fishbones_of, meeting_of
from dataworkbench.views.live.board import Board
from dataworkbench.views.notes import whole_day

SET_TITLES: Final = {"schools": "The schools' eight", "four_p": "The four Ps", "six_m": "The six Ms"}
_MOST_FINDINGS: Final = 20


def shown_fishbone(board: Board, now: Standing, seat: str) -> dict[str, Any]:
    """Return a fishbone as a screen is told of it, for one seat."""
    body, drawn = now.entry.body, now.drawn()
    said = dict(zip((held.entry.id for held in now.causes), drawn.causes, strict=True))
    return {
        "id": now.entry.id,
        "version": now.entry.version,
        "problem": _problem(now, drawn),
        "phase": body.phase,
        "votes_each": body.votes_each,
        "dots_left": body.votes_each - now.spent.get(seat, 0),
        "dots_beyond": now.beyond.get(seat, 0),
        "bones": [_bone(drawn, name) for name in now.names],
        "loose": {"color": LOOSE_COLOR, "ink": ink_on(LOOSE_COLOR), "line": line_of(LOOSE_COLOR)},
        "causes": [_cause(held, said[held.entry.id], seat) for held in now.causes],
        "cards_of_others": now.cards_of_others,
        "people_voting": len(now.spent),
        "candidates": _candidates(now),
        "remarks": [_remark(held) for held in on_whole(drawn)] if body.phase != "cards" else [],
        "people": [held.body.name for held in board.of(Seat, follows=meeting_of(board, now.entry) or "-")],
    }


def nothing_yet(board: Board, cycle: str) -> dict[str, Any]:
    """Return what a screen is told where there is no fishbone.

    These are the findings that one could begin from, and the fishbones of the cycle that one could go on with, newest first.
    """
    findings = [held for held in board.of(Finding) if not cycle or cycle_of(board, held.id) == cycle]
    return {
        "id": "",
        "findings": [
            {"id": held.id, "concern": held.body.concern, "indicator": held.body.indicator}
            for held in reversed(findings[-_MOST_FINDINGS:])
        ],
        "earlier": [
            {"id": held.id, "problem": held.body.problem, "day": f"{held.written_at:%Y-%m-%d}"}
            for held in reversed(fishbones_of(board, cycle)[-_MOST_FINDINGS:])
        ],
    }


def choices() -> dict[str, Any]:
    """Return what there is to choose from: sets of bones, colours, and indicators that evidence can be read from."""
    sets = [
        {"name": name, "title": SET_TITLES[name], "bones": list(bones)}
        for name, bones in CATEGORY_SETS.items()
    ]
    listed = sorted((held.title, held.id) for held in CATALOGUE.values())
    return {
        "sets": sets,
        "colors": list(READY),
        "indicators": [list(pair) for pair in listed],
        "most_bones": MOST_BONES,
        "most_votes": MOST_VOTES,
    }


def _problem(now: Standing, drawn: Drawn) -> dict[str, Any]:
    body, stated = now.entry.body, drawn.problem
    return {
        "text": stated.text,
        "number": stated.number,
        "group": stated.group,
        "time": stated.time,
        "indicator": stated.indicator,
        "indicator_title": _title(stated.indicator),
        "figure": body.seen,
        "figure_title": now.figure,
        "remarks": [_remark(held) for held in stated.remarks()],
    }


def _bone(drawn: Drawn, name: str) -> dict[str, Any]:
    color = drawn.color(name)
    return {
        "name": name,
        "color": color,
        "ink": ink_on(color),
        "line": line_of(color),
        "asks": PROMPTS.get(name, "What belongs here?"),
    }


def _cause(held: Held, said: SaidCause, seat: str) -> dict[str, Any]:
    body = held.entry.body
    return {
        "id": held.entry.id,
        "version": held.entry.version,
        "words": body.words,
        "bone": said.category,
        "control": body.control,
        "ruled_out": body.ruled_out,
        "own": body.seat == seat,
        "dots": said.votes,
        "mine": [vote.id for vote in held.dots if vote.body.seat == seat],
        "said": spoken(said),
        "chips": [list(pair) for pair in chips(said)],
        "remarks": [_remark(one) for one in on_cause(said)],
        "told": {"words": body.evidence, "kind": body.evidence_kind} if body.evidence else None,
        "evidence": [_evidence(piece) for piece in held.evidence],
        "checks": [_check(check) for check in held.checks],
        "merged": [_merged(other) for other in held.merged],
    }


def _evidence(entry: Entry[Evidence]) -> dict[str, Any]:
    body = entry.body
    return {
        "id": entry.id, "version": entry.version, "words": body.words, "kind": body.kind, "side": body.side,
        "source": body.source, "indicator": body.indicator, "indicator_title": _title(body.indicator),
        "figure": body.figure.label, "against": body.against.label, "caveat": body.caveat,
        "day": whole_day(entry.snapshot[:10]) if body.kind == "data" else "",
    }  # fmt: skip


def _check(entry: Entry[Check]) -> dict[str, Any]:
    body = entry.body
    return {
        "id": entry.id, "version": entry.version, "what": body.what, "who": body.who,
        "by": body.by.isoformat() if body.by else "", "found": body.found,
    }  # fmt: skip


def _merged(entry: Entry[Cause]) -> dict[str, Any]:
    return {"id": entry.id, "version": entry.version, "words": entry.body.words}


def _candidates(now: Standing) -> list[str]:
    """Return the causes with the most dots that were not ruled out: the ones to ask why about."""
    voted = [held for held in now.causes if held.dots and not held.entry.body.ruled_out]
    return [held.entry.id for held in sorted(voted, key=lambda held: -len(held.dots))[:3]]


def _remark(held: Remark) -> dict[str, str]:
    return {"rule": held.rule, "about": held.about, "text": held.text}


def _title(indicator: str) -> str:
    return CATALOGUE[indicator].title if indicator in CATALOGUE else indicator


def withdrawn_causes(board: Board, entry: Entry[Fishbone]) -> list[Entry[Cause]]:
    """Return the causes of a fishbone that were taken back."""
    held = board.kept.following(entry.id, withdrawn=True)
    return [one for one in held if isinstance(one.body, Cause) and one.is_withdrawn]
