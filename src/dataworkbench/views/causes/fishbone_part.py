"""The fishbone as a part of a live screen: what it shows to a seat, and what a seat may do.

``show`` gives, where there is no fishbone yet::

    {"id": "", "findings": [{"id", "concern", "indicator"}], "earlier": [{"id", "problem", "day"}], "can_go_on": bool,
     "start": {"problem", "group", "time", "indicator"}}

and else::

    {"id", "version", "phase": "cards" | "cluster" | "examine" | "vote", "votes_each", "dots_left", "dots_beyond",
     "problem": {"text", "number", "group", "time", "indicator", "indicator_title", "figure", "figure_title", "remarks"},
     "bones": [{"name", "color", "ink", "line", "asks"}], "loose": {"color", "ink", "line"},
     "causes": [{"id", "version", "words", "bone", "control", "ruled_out", "own", "dots", "mine": [vote ids], "said",
                 "chips": [[kind, word]], "remarks", "told", "evidence": [...], "checks": [...], "merged": [...]}],
     "cards_of_others", "people_voting", "candidates": [cause ids], "remarks", "people": [names]}

``bone`` of a cause is empty where it lies on none, also where its bone was taken off. ``said`` is the whole cause as it is
read aloud. A remark is ``{"rule", "about", "text"}``. While ``phase`` is ``cards`` there are only the seat's own causes,
and ``cards_of_others`` says how many more there are.

Each act names the ``fishbone`` and, where it is about one, the ``cause``; what is changed comes with ``was``, the fields as
the writer saw them, with ``changes`` (the entry) and ``seen`` (its version), so that two who change the same are told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from dataworkbench.errors import NothingToShowError, WorkbenchError
from dataworkbench.records import Cause, Entry, Finding, Fishbone, Meeting
from dataworkbench.rootcause import Fishbone as Drawn
from dataworkbench.rootcause import Problem
from dataworkbench.terms import Audience
from dataworkbench.views.causes import cause_acts, fishbone_acts
from dataworkbench.views.causes.evidence_part import EvidencePart
from dataworkbench.views.causes.fishbone_shown import choices, nothing_yet, shown_fishbone, withdrawn_causes
from dataworkbench.views.causes.fishbone_standing import (
    cycle_now,
    cycle_of,
    find_fishbone,
    may_see,
    standing,
)
from dataworkbench.views.district import Kept
from dataworkbench.views.goals.figures_over_time import today_in
from dataworkbench.views.live.board import Board
from dataworkbench.views.live.desk import LiveDesk, Part
from dataworkbench.views.live.turn import Act, Turn
from dataworkbench.views.notes import Note, for_staff, note

WHAT: Final = "A team's fishbone"

_ACTS: Final[Mapping[str, Callable[[Turn, Entry[Fishbone]], None]]] = {
    act.__name__: act
    for act in (
        fishbone_acts.change_problem, fishbone_acts.set_phase, fishbone_acts.set_votes, fishbone_acts.choose_bones,
        fishbone_acts.add_bone, fishbone_acts.rename_bone, fishbone_acts.color_bone, fishbone_acts.move_bone,
        fishbone_acts.remove_bone, cause_acts.add_cause, cause_acts.change_cause, cause_acts.move_cause,
        cause_acts.control_cause, cause_acts.merge_cause, cause_acts.split_cause, cause_acts.rule_out_cause,
        cause_acts.take_back_cause, cause_acts.bring_back_cause, cause_acts.add_cause_evidence,
        cause_acts.change_cause_evidence, cause_acts.take_back_cause_evidence, cause_acts.add_check,
        cause_acts.change_check, cause_acts.take_back_check, cause_acts.vote, cause_acts.unvote,
    )
}  # fmt: skip


class FishbonePart:
    """The fishbone of a meeting or a finding, or the one that is named; without ``about`` the newest of the cycle.

    ``start`` is what the form for a new one begins with.
    """

    name = "fishbone"

    def __init__(self, district: Kept, *, about: str = "", start: Problem | None = None) -> None:
        self._district = district
        self._about = about
        self._start = start

    @property
    def acts(self) -> Mapping[str, Act]:
        """What a seat may do, by name."""
        held = {name: self._acting(act) for name, act in _ACTS.items()}
        return held | {
            "begin_fishbone": self._begin,
            "take_up_fishbone": self._take_up,
            "bring_back_withdrawn": self._bring_back,
        }

    @property
    def fetches(self) -> Mapping[str, Act]:
        """What is read only when somebody asks for it, by name."""
        return {
            "fishbone_choices": lambda _turn: choices(),
            "fishbone_start": lambda turn: self._nothing_yet(turn.board),
            "withdrawn_causes": self._withdrawn,
            "export_svg": self._exporting("fishbone.svg", "image/svg+xml", Drawn.as_svg),
            "export_markdown": self._exporting("fishbone.md", "text/markdown", Drawn.as_markdown),
            "export_mermaid": self._exporting("fishbone.mmd", "text/plain", Drawn.as_mermaid),
        }

    def show(self, board: Board, seat: str, /) -> dict[str, Any]:
        """Return what a seat may see of the fishbone, as plain values."""
        found = self.find(board)
        if found is not None:
            return shown_fishbone(board, standing(board, found, seat), seat)
        told = self._nothing_yet(board)
        return told | {"can_go_on": bool(told["earlier"]) and self._meeting(board) is not None}

    def find(self, board: Board) -> Entry[Fishbone] | None:
        """Return the fishbone that this part is about; None where there is none yet."""
        return find_fishbone(board, self._about, today_in(self._district), of_cycle=False)

    def _acting(self, act: Callable[[Turn, Entry[Fishbone]], None]) -> Act:
        def do(turn: Turn) -> None:
            with turn.at_once():
                turn.board.refresh()
                act(turn, self._asked(turn))

        return do

    def _exporting(self, name: str, kind: str, make: Callable[[Drawn], str]) -> Act:
        def fetch(turn: Turn) -> dict[str, str]:
            drawn = standing(turn.board, self._asked(turn), turn.seat).drawn()
            return {"name": name, "type": kind, "text": make(drawn)}

        return fetch

    def _begin(self, turn: Turn) -> None:
        with turn.at_once():
            turn.board.refresh()
            fishbone_acts.begin_fishbone(turn, self._about, self._cycle(turn.board))

    def _take_up(self, turn: Turn) -> None:
        """Go on in a meeting with a fishbone that was begun before it."""
        meeting = self._meeting(turn.board)
        if meeting is None:
            raise WorkbenchError("Only a meeting takes up a fishbone of an earlier one.")
        entry = turn.entry("fishbone", Fishbone)
        turn.change(entry, entry.body, follows=tuple(dict.fromkeys((*entry.follows, meeting.id))))

    def _withdrawn(self, turn: Turn) -> list[dict[str, str]]:
        """Return the causes that were taken back and that this seat may see."""
        bones = self._asked(turn)
        held = withdrawn_causes(turn.board, bones)
        return [
            {"id": one.id, "words": one.body.words}
            for one in held
            if may_see(bones.body, one.body, turn.seat)
        ]

    def _bring_back(self, turn: Turn) -> None:
        """Bring back a cause that was taken back."""
        bones, held = self._asked(turn), turn.board.get(str(turn.given.get("cause") or ""))
        if held is None or not isinstance(held.body, Cause) or bones.id not in held.follows:
            raise WorkbenchError("This card is not among those that were taken back.")
        if not may_see(bones.body, held.body, turn.seat):
            raise WorkbenchError("This card is not among those that were taken back.")
        turn.wrote.append(turn.board.kept.bring_back(held.id, by=turn.who))

    def _asked(self, turn: Turn) -> Entry[Fishbone]:
        """Return the fishbone that the screen had before its eyes, else the one that this part is about."""
        held = turn.board.get(str(turn.given.get("fishbone") or ""))
        found = held if held is not None and isinstance(held.body, Fishbone) else self.find(turn.board)
        if found is None or found.is_withdrawn:
            raise NothingToShowError("There is no fishbone here yet. Begin one with a problem first.")
        return found

    def _meeting(self, board: Board) -> Entry[Any] | None:
        """Return the meeting that this part is about; None where it is about something else."""
        held = board.get(self._about) if self._about else None
        return held if held is not None and isinstance(held.body, Meeting) else None

    def _cycle(self, board: Board) -> str:
        return cycle_of(board, self._about) or cycle_now(board, today_in(self._district))

    def _nothing_yet(self, board: Board) -> dict[str, Any]:
        """Return what the form for a new fishbone begins with, and the findings that it may follow."""
        return nothing_yet(board, self._cycle(board)) | {"start": self._started(board)}

    def _started(self, board: Board) -> dict[str, str]:
        """Return what the form for a new fishbone begins with: the finding that it is about, or what the page hands in."""
        held = board.get(self._about) if self._about else None
        if held is not None and isinstance(held.body, Finding):
            return {
                "problem": held.body.concern,
                "indicator": held.body.indicator,
                "group": "",
                "time": "",
                "number": "",
            }
        start = self._start or Problem("")
        return {
            "problem": start.text, "indicator": start.indicator, "group": start.group, "time": start.time, "number": start.number,
        }  # fmt: skip


def fishbone_desk(
    district: Kept, about: str = "", *, start: Problem | str = "", audience: Audience = "staff"
) -> LiveDesk | Note:
    """Return a desk on which a team writes a fishbone together.

    ``about`` names a meeting, a finding or a fishbone; without it, it is the newest fishbone of the cycle. ``start`` is the
    concern that the form for a new one begins with.
    """
    stated = Problem(start) if isinstance(start, str) else start
    parts: list[Part] = [FishbonePart(district, about=about, start=stated), EvidencePart(district)]
    return for_staff(audience, WHAT) or LiveDesk(district, parts, about=about or "fishbone")


def kept_fishbone(district: Kept, about: str = "", *, audience: Audience = "staff") -> Drawn | Note:
    """Return the fishbone that is kept, as it stands, to look at where nobody writes: its picture, its words, its remarks.

    Cards are not in it while each person still writes their own.
    """
    if refused := for_staff(audience, WHAT):
        return refused
    desk = LiveDesk(district, [])
    desk.newest()
    found = FishbonePart(district, about=about).find(desk.board)
    if found is None:
        return note("No fishbone is kept yet.")
    now = standing(desk.board, found, "")
    if not now.causes and now.cards_of_others:
        return note(
            f"The team is still writing cards, {now.cards_of_others} so far; they are laid on the table together."
        )
    return now.drawn()
