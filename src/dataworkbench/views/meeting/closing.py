"""The end of a meeting: it ends in the records, and then its minutes are written."""

from __future__ import annotations

from dataworkbench.errors import WorkbenchError
from dataworkbench.records import Meeting
from dataworkbench.views.live.turn import Turn
from dataworkbench.views.meeting import beginning
from dataworkbench.views.meeting.minutes_written import write_minutes
from dataworkbench.views.meeting.room import Room


def end_meeting(room: Room, turn: Turn) -> None:
    """End a meeting, and write its minutes and its recap into the workspace.

    Raises
    ------
    WorkbenchError
        Where the files cannot be written. The meeting has ended all the same, and all that was said is in the records.

    """
    with turn.at_once():
        turn.board.refresh()
        beginning.end_meeting(room, turn)
    meeting = turn.entry("meeting", Meeting)
    try:
        write_minutes(room.district, meeting.id, by=turn.who)
    except OSError as fault:
        raise WorkbenchError(
            "The meeting has ended, and all that was said is kept. Its minutes could not be written into the workspace "
            f"({fault.strerror or 'the folder cannot be written to'}): put that right, then end it once more, or print the recap from here."
        ) from fault
