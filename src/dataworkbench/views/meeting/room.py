"""What all parts of a meeting need: the district, the clock and the zone, and which meeting is before a seat."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dataworkbench.errors import WorkbenchError
from dataworkbench.protocols import Protocol, Shelf, shelf
from dataworkbench.records import Entry, Meeting
from dataworkbench.views.district import Kept
from dataworkbench.views.goals.figures_over_time import today_in
from dataworkbench.views.live.board import Board
from dataworkbench.views.live.turn import Turn
from dataworkbench.views.meeting.seats import meeting_of
from dataworkbench.views.notes import whole_day

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Room:
    """A room in which a district's teams meet: for one ``meeting`` or for any, of one ``cycle`` and ``school`` where they are named."""

    district: Kept
    meeting: str = ""
    cycle: str = ""
    school: str = ""
    said_today: str = ""
    now: Clock = lambda: datetime.now(UTC)
    shelf: Shelf = field(init=False)
    zone: ZoneInfo = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "shelf", shelf(self.district.workspace))
        object.__setattr__(self, "zone", _zone(self.district.settings.timezone))

    @property
    def today(self) -> date:
        """Today in the district's time zone, or the day that was said."""
        if self.said_today:
            return today_in(self.district, self.said_today)
        return self.now().astimezone(self.zone).date()

    def protocol(self, name: str) -> Protocol | None:
        """Return the protocol of a name as its file is now; None where there is none any more."""
        return self.shelf.held.get(name)

    def before(self, board: Board, seat: str) -> Entry[Meeting] | None:
        """Return the meeting that is before a seat: the one of this room, else the one that the seat joined last."""
        return meeting_of(board, seat, self.meeting)

    def at(self, moment: datetime | None) -> str:
        """Return a time of the day in the district's zone, as 2:05 pm; empty where there is none."""
        if moment is None:
            return ""
        local = moment.astimezone(self.zone)
        return f"{local.hour % 12 or 12}:{local:%M} {'am' if local.hour < 12 else 'pm'}"

    def here(self, turn: Turn) -> Entry[Meeting]:
        """Return the meeting that a turn is about.

        Raises
        ------
        WorkbenchError
            Where the seat is in none, or has not said who it is.

        """
        found = self.before(turn.board, turn.seat)
        if found is None:
            raise WorkbenchError("You are in no meeting yet. Join one, or begin one.")
        if not turn.who:
            raise WorkbenchError("Say who you are first: write your name to join the meeting.")
        return found

    def going_on(self, turn: Turn) -> Entry[Meeting]:
        """Return the meeting that a turn is about, which has not ended.

        Raises
        ------
        WorkbenchError
            Where it has.

        """
        found = self.here(turn)
        if found.body.ended is not None:
            raise WorkbenchError(
                f"{found.body.name} ended at {self.at(found.body.ended)}. Reopen it to write in it, or begin another meeting."
            )
        return found


def day_words(day: date | None) -> str:
    """Return a day as people read it, as November 26, 2026; empty where there is none."""
    return whole_day(f"{day:%B} {day.day}, {day.year}") if day is not None else ""


def iso(moment: date | datetime | None) -> str:
    """Return a day or a moment as browsers read it; empty where there is none."""
    if isinstance(moment, datetime):
        return moment.astimezone(UTC).isoformat()
    return moment.isoformat() if moment is not None else ""


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as fault:
        raise WorkbenchError(
            f"The time zone '{name}' in workbench.toml is not known, so the room cannot tell the time. Write it as in America/Chicago."
        ) from fault
