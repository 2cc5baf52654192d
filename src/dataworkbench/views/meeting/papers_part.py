"""The papers of a meeting on its screen: the recap as it would stand on one page, and the files that are written at the end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dataworkbench.errors import WorkbenchError
from dataworkbench.records import Entry, Meeting, Minutes
from dataworkbench.views.live.board import Board
from dataworkbench.views.live.turn import Act, Turn
from dataworkbench.views.meeting.minutes import minutes_of
from dataworkbench.views.meeting.minutes_read import read_meeting
from dataworkbench.views.meeting.minutes_written import folder_name, write_minutes
from dataworkbench.views.meeting.recap import recap_of
from dataworkbench.views.meeting.room import Room, iso


class PapersPart:
    """What can be taken along from the meeting before a seat. ``shown.papers`` is ``{written: null | {folder, files, at, day}}``.

    ``write_papers`` {} writes the minutes and the recap into the workspace; ``papers`` {} fetches them as they would be now:
    ``{name, html, markdown, minutes_html, minutes_markdown}``. Restricted notes stand in neither.
    """

    name = "papers"

    def __init__(self, room: Room) -> None:
        self._room = room

    @property
    def acts(self) -> Mapping[str, Act]:
        """What a seat may do, by name."""
        return {"write_papers": self._write}

    @property
    def fetches(self) -> Mapping[str, Act]:
        """What is read only when somebody asks for it, by name."""
        return {"papers": self._papers}

    def show(self, board: Board, seat: str, /) -> dict[str, Any]:
        """Return what was written of the meeting before a seat, and where it lies."""
        meeting = self._room.before(board, seat)
        held = board.of(Minutes, follows=meeting.id) if meeting is not None else []
        return {"written": self._line(held[-1]) if held else None}

    def _line(self, held: Entry[Minutes]) -> dict[str, Any]:
        body = held.body
        return {
            "folder": body.folder, "files": list(body.files), "at": self._room.at(body.written), "day": iso(body.written.date()),
        }  # fmt: skip

    def _write(self, turn: Turn) -> None:
        self._room.here(turn)
        turn.wrote.append(write_minutes(self._room.district, self._meeting(turn).id, by=turn.who))

    def _papers(self, turn: Turn) -> dict[str, str]:
        told = read_meeting(turn.board.kept, self._meeting(turn).id)
        short, whole = recap_of(told, self._room.district), minutes_of(told, self._room.district)
        return {
            "name": folder_name(told.meeting),
            "html": short.as_html(), "markdown": short.as_markdown(),
            "minutes_html": whole.as_html(), "minutes_markdown": whole.as_markdown(),
        }  # fmt: skip

    def _meeting(self, turn: Turn) -> Entry[Meeting]:
        found = self._room.before(turn.board, turn.seat)
        if found is None:
            raise WorkbenchError("You are in no meeting yet. Join one, or begin one.")
        return found
