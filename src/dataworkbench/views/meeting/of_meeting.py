"""A part that is about one thing, such as a fishbone, as the part of the meeting that is before each seat."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dataworkbench.views.live.board import Board
from dataworkbench.views.live.desk import Part
from dataworkbench.views.live.turn import Act, Turn
from dataworkbench.views.meeting.room import Room


class OfMeeting:
    """A part that is made for whichever meeting a seat is in. ``make`` gives the part about a meeting, by its name."""

    def __init__(self, room: Room, make: Callable[[str], Part]) -> None:
        self._room = room
        self._make = make
        self._made: dict[str, Part] = {}
        like = self._about("")
        self.name = like.name
        self.acts: Mapping[str, Act] = {name: self._handing_on("acts", name) for name in like.acts}
        self.fetches: Mapping[str, Act] = {name: self._handing_on("fetches", name) for name in like.fetches}

    def show(self, board: Board, seat: str, /) -> dict[str, Any]:
        """Return what the part shows to a seat of its meeting."""
        return self._of(board, seat).show(board, seat)

    def _handing_on(self, kind: str, name: str) -> Act:
        def do(turn: Turn) -> object:
            held: Mapping[str, Act] = getattr(self._of(turn.board, turn.seat), kind)
            return held[name](turn)

        return do

    def _of(self, board: Board, seat: str) -> Part:
        meeting = self._room.before(board, seat)
        return self._about(meeting.id if meeting is not None else "")

    def _about(self, meeting: str) -> Part:
        if meeting not in self._made:
            self._made[meeting] = self._make(meeting)
        return self._made[meeting]
