"""The desk that a team meets at: all parts of its screen in one place. For staff."""

from __future__ import annotations

from collections.abc import Sequence

from dataworkbench.errors import WorkbenchError, no_such
from dataworkbench.records import Entry, Meeting
from dataworkbench.terms import Audience
from dataworkbench.views.causes.evidence_part import EvidencePart
from dataworkbench.views.causes.fishbone_part import FishbonePart
from dataworkbench.views.causes.whys_part import WhysPart
from dataworkbench.views.district import Kept
from dataworkbench.views.goals.desk import kept_of, writer
from dataworkbench.views.live.desk import LiveDesk, Part
from dataworkbench.views.meeting.beginning import cycle_now
from dataworkbench.views.meeting.figures import seen_of
from dataworkbench.views.meeting.of_meeting import OfMeeting
from dataworkbench.views.meeting.papers_part import PapersPart
from dataworkbench.views.meeting.part import MeetingPart
from dataworkbench.views.meeting.room import Room
from dataworkbench.views.notes import Note, for_staff
from dataworkbench.views.pictures import Picture


def meeting_desk(
    district: Kept, meeting: str = "", *, cycle: str = "", school: str = "", audience: Audience = "staff", today: str = "",
) -> LiveDesk | Note:  # fmt: skip
    """Return the desk that a team meets at: with one meeting before it, or with all there are, to join or to begin one.

    ``cycle`` and ``school`` (by name or identifier) are what a new meeting is about where nothing else is said.

    Raises
    ------
    NoSuchNameError
        Where there is no such meeting, cycle or school.

    """
    refused = for_staff(audience, "The team's meeting")
    if refused is not None:
        return refused
    held = district.school(school) if school else ""
    room = Room(district, meeting, cycle, held, today)
    desk = LiveDesk(district, parts_of(room), about=meeting)
    desk.newest()
    cycle_now(room, desk.board)
    if meeting and room.before(desk.board, "") is None:
        raise no_such("meeting", meeting, (entry.id for entry in desk.board.of(Meeting)))
    return desk


def parts_of(room: Room) -> Sequence[Part]:
    """Return the parts of a meeting's screen. Whatever else belongs on it is added here."""
    district = room.district
    return (
        MeetingPart(room),
        OfMeeting(room, lambda meeting: FishbonePart(district, about=meeting)),
        OfMeeting(room, lambda meeting: WhysPart(district, about=meeting)),
        EvidencePart(district),
        PapersPart(room),
    )


def bring_to_meeting(
    district: Kept,
    picture: Picture,
    *,
    meeting: str = "",
    title: str = "",
    by: str = "",
    audience: Audience = "staff",
) -> str | Note:
    """Freeze a figure of a notebook for a meeting, hidden until it is shown there, and return what was done in a sentence.

    Without a name it is the one meeting that has not ended.

    Raises
    ------
    WorkbenchError
        Where there is none, or several.

    """
    refused = for_staff(audience, "The team's meeting")
    if refused is not None:
        return refused
    kept = kept_of(district)
    found = _open_meeting(kept.latest(Meeting), meeting)
    seen = seen_of(picture, title=title)
    kept.add(seen, by=writer(by), snapshot=district.snapshot_id, follows=[found.id])
    return f"'{seen.title}' is ready for {found.body.name}. It is hidden there until somebody shows it."


def _open_meeting(meetings: list[Entry[Meeting]], asked: str) -> Entry[Meeting]:
    if asked:
        named = [held for held in meetings if asked in (held.id, held.body.name)]
        if not named:
            raise no_such("meeting", asked, (held.id for held in meetings))
        return named[-1]
    going_on = [held for held in meetings if held.body.ended is None]
    if len(going_on) != 1:
        names = ", ".join(f"{held.body.name} ({held.id})" for held in going_on) or "none"
        raise WorkbenchError(
            f'Which meeting is this figure for? Those that have not ended: {names}. Name one: meeting="...".'
        )
    return going_on[0]
