"""The 5 Whys as a part of a live screen: chains below a cause or a concern, read back upwards, tested, and what is done about them.

``show`` gives::

    {"about": id, "snapshot": id, "day": text,
     "tests": [{"name", "asks", "wanted"}],
     "starts": [{"id", "kind": "cause" | "finding" | "fishbone", "words", "bone", "dots", "ruled_out", "answers": number}],
     "chains": [{"start": id, "evidence": [Evidence], "whys": [Why], "back": [text], "remarks": [{"rule", "about", "text"}],
                 "hypotheses": [Hypothesis]}]}

    Why         {"id", "version", "words", "above", "by", "control", "evidence": [Evidence], "because": [Why], "below": number,
                 "is_last", "tests": [{"name", "answer", "state": "" | "passes" | "not yet"}], "passes": number, "is_root"}
    Evidence    see ``evidence_part.shown_evidence``
    Hypothesis  see ``hypotheses.shown_hypothesis``

The causes with the most dots come first among the starts, then concerns, then causes that were ruled out. ``back`` holds one sentence for each way from the concern down to a
last answer. ``below`` is how many answers lie below one. A chain is there for each start that has an answer, evidence or a hypothesis.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from dataworkbench.errors import WorkbenchError
from dataworkbench.measures import CATALOGUE
from dataworkbench.records import Cause, ConflictError, Entry, Finding, Fishbone, Hypothesis, Why
from dataworkbench.rootcause import ROOT_TESTS, WhyChain, escape_markdown
from dataworkbench.terms import Audience
from dataworkbench.views.causes.evidence_part import EvidencePart, shown_evidence
from dataworkbench.views.causes.fishbone_standing import cycle_now, cycle_of, find_fishbone
from dataworkbench.views.causes.fishbone_standing import standing as fishbone_standing
from dataworkbench.views.causes.hypotheses import (
    NOT_OF_A_GROUP,
    finding_of,
    shown_hypothesis,
    write_hypothesis,
)
from dataworkbench.views.causes.whys_acts import (
    ACTS,
    begin_whys,
    may_begin,
    refuse_what_is_hidden,
    start_named,
)
from dataworkbench.views.causes.whys_standing import (
    STARTS,
    Placed,
    Standing,
    standing,
    start_of,
    starts,
    words_of,
)
from dataworkbench.views.district import Kept
from dataworkbench.views.goals.figures_over_time import group_words, today_in
from dataworkbench.views.live.board import Board
from dataworkbench.views.live.desk import LiveDesk, Part
from dataworkbench.views.live.turn import Act, Turn
from dataworkbench.views.notes import Note, Together, for_staff, note, whole_day

WHAT: Final = "A team's whys"
_WANTED: Final = {name: wanted for name, _, wanted in ROOT_TESTS}


class WhysPart:
    """The whys of a meeting, a finding, a fishbone or a cause; without ``about`` of the newest fishbone of the cycle."""

    name = "whys"

    def __init__(self, district: Kept, *, about: str = "") -> None:
        self._district = district
        self._about = about

    @property
    def acts(self) -> Mapping[str, Act]:
        """What a seat may do, by name."""
        held = {act.__name__: _acting(act) for act in ACTS}
        return held | {
            "write_hypothesis": _acting(lambda turn: write_hypothesis(turn, self._meeting(turn.board))),
            "begin_whys": _acting(lambda turn: begin_whys(turn, self._concern_follows(turn.board))),
        }

    @property
    def fetches(self) -> Mapping[str, Act]:
        """What is read only when somebody asks for it, by name."""
        return {"whys_markdown": _markdown, "withdrawn_whys": _withdrawn, "hypothesis_choices": _choices}

    def show(self, board: Board, seat: str, /) -> dict[str, Any]:
        """Return what a seat may see of the chains, as plain values."""
        bones = self._bones(board)
        dots = _dots(board, bones, seat)
        there = [standing(board, start) for start in self._starts(board, bones, seat)]
        first = [_shown_start(held, dots) for held in there]
        order = sorted(range(len(first)), key=lambda at: _place(first[at]))
        return {
            "about": self._about, "snapshot": self._district.snapshot_id, "day": _day_of(self._district.snapshot_id),
            "tests": [{"name": name, "asks": asks, "wanted": wanted} for name, asks, wanted in ROOT_TESTS],
            "starts": [first[at] for at in order],
            "chains": [self._chain(board, there[at]) for at in order if there[at].whys or there[at].evidence or _hypotheses(board, there[at])],
        }  # fmt: skip

    def chains(self, board: Board) -> list[WhyChain]:
        """Return the chains that have an answer, as values."""
        found = (standing(board, start) for start in self._starts(board, self._bones(board), ""))
        return [held.chain for held in found if held.whys]

    def _chain(self, board: Board, held: Standing) -> dict[str, Any]:
        chain = held.chain
        return {
            "start": held.start.id,
            "evidence": [shown_evidence(piece, self._district) for piece in held.evidence],
            "whys": [self._shown(one) for one in held.whys],
            "back": list(chain.read_back()) if held.whys else [],
            "remarks": [{"rule": one.rule, "about": one.about, "text": one.text} for one in chain.remarks()] if held.whys else [],
            "hypotheses": [shown_hypothesis(board, one) for one in _hypotheses(board, held)],
        }  # fmt: skip

    def _shown(self, held: Placed) -> dict[str, Any]:
        """Return one answer with all below it as plain values."""
        body, below = held.entry.body, [self._shown(one) for one in held.below]
        tests = [_shown_test(name, body.tested.get(name, "")) for name in _WANTED]
        return {
            "id": held.entry.id, "version": held.entry.version, "words": body.words, "above": body.above, "by": held.entry.by,
            "control": body.control, "evidence": [shown_evidence(piece, self._district) for piece in held.evidence], "because": below,
            "below": sum(1 + one["below"] for one in below), "is_last": not below, "tests": tests,
            "passes": sum(test["state"] == "passes" for test in tests), "is_root": not below and held.as_said().passes,
        }  # fmt: skip

    def _bones(self, board: Board) -> Entry[Fishbone] | None:
        """Return the fishbone whose causes can be asked about; None where there is none."""
        held = board.get(self._about) if self._about else None
        if held is not None and isinstance(held.body, Cause):
            above = (board.get(name) for name in held.follows)
            return next((one for one in above if one is not None and isinstance(one.body, Fishbone)), None)
        return find_fishbone(board, self._about, today_in(self._district))

    def _starts(self, board: Board, bones: Entry[Fishbone] | None, seat: str) -> list[Entry[Any]]:
        """Return what a chain can begin with: of the fishbone, what this is about, and concerns that a chain was begun with here."""
        found = {held.id: held for held in starts(board, bones, seat)}
        about = board.get(self._about) if self._about else None
        own: list[Entry[Any] | None] = [about, *self._concerns(board), *self._loose(board)]
        own += [start_of(board, why) for why in board.of(Why)] if not self._about else []
        for held in own:
            if (
                held is not None
                and isinstance(held.body, STARTS)
                and not held.is_withdrawn
                and may_begin(board, held, seat)
            ):
                found.setdefault(held.id, held)
        return list(found.values())

    def _concerns(self, board: Board) -> list[Entry[Finding]]:
        """Return the concerns of this meeting or cycle; where there is none, those that belong to nothing."""
        after = self._concern_follows(board)
        if after:
            return board.of(Finding, follows=after)
        return [held for held in board.of(Finding) if not held.follows]

    def _meeting(self, board: Board) -> str:
        """Return the meeting that this is about; empty where it is about something else."""
        held = board.get(self._about) if self._about else None
        return held.id if held is not None and held.kind == "meeting" else ""

    def _loose(self, board: Board) -> list[Entry[Cause]]:
        """Return the causes of the cycle that lie on no fishbone, as those that were written at a desk."""
        cycle = self._concern_follows(board)
        there = [
            held for held in board.of(Cause) if cycle and cycle_of(board, held.id) == cycle_of(board, cycle)
        ]
        return [
            held
            for held in there
            if not any(isinstance(getattr(board.get(name), "body", None), Fishbone) for name in held.follows)
        ]

    def _concern_follows(self, board: Board) -> str:
        """Return what a concern that is begun here follows: the meeting that this is about, else the cycle."""
        held = board.get(self._about) if self._about else None
        if held is not None and held.kind in ("meeting", "cycle"):
            return held.id
        return cycle_of(board, self._about) or cycle_now(board, today_in(self._district))


def whys_desk(district: Kept, about: str = "", *, audience: Audience = "staff") -> LiveDesk | Note:
    """Return a desk on which a team asks why together, looks for evidence in the data, and says what it will do.

    ``about`` names a meeting, a finding, a fishbone or a cause; without it, it is the newest fishbone of the cycle.
    """
    parts: list[Part] = [WhysPart(district, about=about), EvidencePart(district)]
    return for_staff(audience, WHAT) or LiveDesk(district, parts, about=about or "whys")


def kept_whys(district: Kept, about: str = "", *, audience: Audience = "staff") -> Together | Note:
    """Return the chains that are kept, as they stand, to look at where nobody writes: in words, read back, with remarks."""
    refused = for_staff(audience, WHAT)
    if refused is not None:
        return refused
    desk = LiveDesk(district, [])
    desk.newest()
    found = WhysPart(district, about=about).chains(desk.board)
    return Together(tuple(found)) if found else note("No why has been answered yet.")


def _acting(act: Callable[[Turn], None]) -> Act:
    """Return an act that looks at the records as they stand while it writes, so that two at once see one another."""

    def do(turn: Turn) -> None:
        try:
            with turn.at_once():
                turn.board.refresh()
                refuse_what_is_hidden(turn)
                act(turn)
        except ConflictError as met:
            raise WorkbenchError(_told(met)) from met

    return do


def _told(met: ConflictError) -> str:
    who = met.theirs.by or "Somebody else"
    return (
        f"{who[:1].upper()}{who[1:]} changed this meanwhile; what it says now stands beside the field. Yours is kept, and still in "
        "the field: send it again to put it in place of theirs."
    )


def _markdown(turn: Turn) -> dict[str, str]:
    """Return one chain as Markdown, with its hypotheses."""
    held = standing(turn.board, start_named(turn))
    lines = [held.chain.as_markdown(), *_hypothesis_lines(turn.board, held)]
    return {"name": "whys.md", "type": "text/markdown", "text": "\n".join(lines)}


def _hypothesis_lines(board: Board, held: Standing) -> Iterator[str]:
    for one in _hypotheses(board, held):
        yield f"**Hypothesis.** {escape_markdown(shown_hypothesis(board, one)['sentence'])}\n"


def _withdrawn(turn: Turn) -> list[dict[str, str]]:
    """Return the answers of a chain that were taken back, without those that went along with one above."""
    start = start_named(turn)
    gone = {
        held.id: held
        for held in turn.board.kept.latest(Why, withdrawn=True)
        if held.is_withdrawn and start.id in held.follows
    }
    return [
        {"id": held.id, "words": held.body.words, "by": held.by}
        for held in gone.values()
        if held.body.above not in gone or gone[held.body.above].number > held.number
    ]  # fmt: skip


def _choices(turn: Turn) -> dict[str, Any]:
    """Return the measures by which a hypothesis can be checked, and what the form begins with: the finding's own."""
    finding = finding_of(turn.board, str(turn.given.get("start") or ""))
    measures = [[one.title, one.id] for one in CATALOGUE.values() if one.direction in ("higher", "lower")]
    if finding is None or finding.body.indicator not in CATALOGUE:
        return {"indicators": measures, "begin": {}}
    body = finding.body
    where = {name: held for name, held in body.where.items() if name not in NOT_OF_A_GROUP}
    begin = {
        "indicator": body.indicator,
        "group": group_words(turn.district, where),
        "now": body.figure.label,
    }
    return {"indicators": measures, "begin": begin}


def _hypotheses(board: Board, held: Standing) -> list[Entry[Hypothesis]]:
    names = (held.start.id, *(one.entry.id for one in held.walk()))
    found = {one.id: one for name in names for one in board.of(Hypothesis, follows=name)}
    return sorted(found.values(), key=lambda one: one.number)


def _dots(board: Board, bones: Entry[Fishbone] | None, seat: str) -> dict[str, int]:
    if bones is None:
        return {}
    return {held.entry.id: len(held.dots) for held in fishbone_standing(board, bones, seat).causes}


def _shown_start(held: Standing, dots: Mapping[str, int]) -> dict[str, Any]:
    body = held.start.body
    is_cause = isinstance(body, Cause)
    return {
        "id": held.start.id, "kind": body.KIND, "words": words_of(body), "bone": body.bone if isinstance(body, Cause) else "",
        "dots": dots.get(held.start.id, 0) if is_cause else 0, "ruled_out": body.ruled_out if isinstance(body, Cause) else "",
        "answers": sum(1 for _ in held.walk()),
    }  # fmt: skip


def _place(start: Mapping[str, Any]) -> tuple[int, int]:
    """Return where a start is offered: the causes with the most dots, then concerns, then causes that were ruled out."""
    is_cause = start["kind"] == "cause"
    return (2 if start["ruled_out"] else 0 if is_cause else 1, -int(start["dots"]))


def _shown_test(name: str, answer: str) -> dict[str, str]:
    state = "" if answer in ("", "not known") else "passes" if answer == _WANTED[name] else "not yet"
    return {"name": name, "answer": answer, "state": state}


def _day_of(snapshot: str) -> str:
    return whole_day(snapshot[:10]) if snapshot else ""
