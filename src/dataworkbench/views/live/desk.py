"""A desk that a live screen stands on: its parts show what a seat may see, and their acts write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final, Protocol
from zoneinfo import ZoneInfo

from dataworkbench.errors import WorkbenchError, no_such
from dataworkbench.records import ConflictError, held_by_all, open_records
from dataworkbench.views.district import Kept
from dataworkbench.views.live.board import Board
from dataworkbench.views.live.turn import LONGEST, Act, Turn, readable


class Part(Protocol):
    """A part of a screen: what it shows to a seat, and its acts and its heavy reads by name."""

    @property
    def name(self) -> str: ...
    @property
    def acts(self) -> Mapping[str, Act]: ...
    @property
    def fetches(self) -> Mapping[str, Act]: ...
    def show(self, board: Board, seat: str, /) -> dict[str, Any]: ...


class LiveDesk:
    """A desk over the records of a district. Many of them, one for each screen, stand on the same records.

    ``about`` names what drafts on this screen belong to, such as a meeting.
    """

    def __init__(self, district: Kept, parts: Sequence[Part], *, about: str = "") -> None:
        self.district = district
        self.parts = tuple(parts)
        self.about = about
        self.board = Board(open_records(district.workspace))
        self._acts = _gathered(part.acts for part in self.parts) | {"undo": _undo}
        self._fetches = _gathered(part.fetches for part in self.parts)

    def newest(self) -> int:
        """Return the number of the newest change in the records."""
        return self.board.refresh()

    def show(self, seat: str) -> dict[str, Any]:
        """Return what a seat may see, part by part, as plain values; ``now`` is the clock that all screens go by."""
        newest = self.board.refresh()
        shown = {part.name: part.show(self.board, seat) for part in self.parts}
        return {"newest": newest, "now": datetime.now(UTC).isoformat(), "about": self.about} | shown

    def act(self, seat: str, name: str, given: Mapping[str, Any]) -> list[tuple[str, int]]:
        """Do one act of a seat, and return what was written: entries with their versions. All of it is on disk then.

        Raises
        ------
        WorkbenchError
            Where the act is refused; its words are for the person.

        """
        turn = self._turn(seat, given)
        try:
            _named(self._acts, name, "act")(turn)
        except ConflictError as met:
            raise WorkbenchError(self._told(met)) from met
        if field := turn.given.get("field"):
            with suppress(
                WorkbenchError
            ):  # what was written stands; a draft that is left over is only offered once more
                self.board.kept.drop_draft(seat, self.about, str(field))
        return [(entry.id, entry.version) for entry in turn.wrote]

    def fetch(self, seat: str, name: str, given: Mapping[str, Any]) -> Any:
        """Return something that is read only when somebody asks for it, such as a drawing.

        Raises
        ------
        WorkbenchError
            Where it cannot be given; the words are for the person.

        """
        return _named(self._fetches, name, "thing to fetch")(self._turn(seat, given))

    def draft(self, seat: str, field: str, words: str) -> None:
        """Keep the words that somebody is typing, in the place of those before."""
        named = held_by_all(field)
        if words:
            self.board.kept.draft(seat, self.about, named, words[:LONGEST])
        else:
            self.board.kept.drop_draft(seat, self.about, named)

    def drafts(self, seat: str) -> dict[str, str]:
        """Return the words that a seat had typed and not sent, by field."""
        return self.board.kept.drafts(seat, self.about)

    def _told(self, met: ConflictError) -> str:
        """Return what happened where two changed the same thing, for the one whose words were not put in its place."""
        theirs = met.theirs
        at = theirs.written_at.astimezone(ZoneInfo(self.district.settings.timezone))
        who = theirs.by or "Somebody else"
        kept = " Yours is kept too." if met.yours is not None else ""
        return (
            f"{who} changed this at {at:%H:%M}, while you were writing.{kept} Theirs stands there now. Read it, and press "
            "again if yours is to take its place."
        )

    def _turn(self, seat: str, given: Mapping[str, Any]) -> Turn:
        self.board.refresh()
        return Turn(self.district, self.board, seat, readable(given))


_MOST_UNDONE: Final = 50
_NOTHING: Final = "There is nothing to undo here."


def _undo(turn: Turn) -> None:
    """Take back what one act wrote, last thing first; where somebody changed it since, that is told and nothing is undone."""
    pairs = _written_before(turn)
    for entry_id, version in pairs:
        now = turn.board.get(entry_id)
        if now is None:
            raise WorkbenchError(_NOTHING)
        if now.version == version and now.by != turn.who:
            raise WorkbenchError(
                f"{now.by or 'Somebody'} wrote this last. What others wrote is theirs to take back."
            )
    with turn.board.kept.at_once() as held:
        for entry_id, version in reversed(pairs):
            turn.wrote.append(held.undo(entry_id, version, by=turn.who))


def _written_before(turn: Turn) -> list[tuple[str, int]]:
    """Return what an act wrote, as the browser was told it: entries with their versions."""
    wrote = turn.given.get("wrote")
    if not isinstance(wrote, list) or not 0 < len(wrote) <= _MOST_UNDONE:
        raise WorkbenchError(_NOTHING)
    pairs = [tuple(pair) if isinstance(pair, list) else () for pair in wrote]
    if not all(len(pair) == 2 and isinstance(pair[0], str) and isinstance(pair[1], int) for pair in pairs):
        raise WorkbenchError(_NOTHING)
    return [(name, at) for name, at in pairs]


def _gathered(held: Any) -> dict[str, Act]:
    found: dict[str, Act] = {}
    for some in held:
        if twice := set(found) & set(some):
            message = f"two parts of a screen have an act called {sorted(twice)}"
            raise ValueError(message)
        found |= some
    return found


def _named(acts: Mapping[str, Act], name: str, kind: str) -> Act:
    if name not in acts:
        raise no_such(kind, held_by_all(name), acts)
    return acts[name]
