"""The meetings of a district as a list, and the recap of the last one. For staff."""

from __future__ import annotations

import pandas as pd

from dataworkbench.records import Action, Decision, Entry, Meeting, Minutes
from dataworkbench.tables import DisplayTable
from dataworkbench.terms import Audience
from dataworkbench.views.district import Kept
from dataworkbench.views.goals.board import records_of
from dataworkbench.views.live.board import Board
from dataworkbench.views.meeting.recap import Recap, recap
from dataworkbench.views.meeting.series import in_order, own_actions
from dataworkbench.views.notes import Note, for_staff, note, plain_table, whole_day

NO_MEETING = "No meeting has been written down yet. Open the notebook 'meeting' and begin one."


def latest_recap(district: Kept, *, audience: Audience = "staff") -> Recap | Note:
    """Return the recap of the last meeting that was held; where there is none, a sentence on how to begin one. For staff."""
    refused = for_staff(audience, "The recap of a meeting")
    if refused is not None:
        return refused
    kept = records_of(district)
    if kept is None or not kept.latest(Meeting):
        return note(NO_MEETING)
    return recap(district)


def list_meetings(district: Kept, *, audience: Audience = "staff") -> DisplayTable | Note:
    """Return the meetings, the newest first, as a table to read; for staff.

    One row is one meeting: its day and name, how many decisions and actions came of it and how many of those are open, and the folder of
    its minutes.
    """
    refused = for_staff(audience, "The list of meetings")
    if refused is not None:
        return refused
    kept = records_of(district)
    if kept is None or not kept.latest(Meeting):
        return note(NO_MEETING)
    board = Board(kept)
    board.refresh()
    rows = pd.DataFrame([_row(board, held) for held in reversed(in_order(board.of(Meeting)))])
    titles = {
        "on": "Day",
        "name": "Meeting",
        "decided": "Decisions",
        "agreed": "Actions",
        "open": "Still open",
        "folder": "Minutes",
    }
    return plain_table(rows, titles, caption="Our meetings", figures=("decided", "agreed", "open"))


def _row(board: Board, meeting: Entry[Meeting]) -> dict[str, object]:
    actions: list[Entry[Action]] = own_actions(board, meeting)
    written = board.of(Minutes, follows=meeting.id)
    return {
        "on": whole_day(meeting.body.on.isoformat()), "name": meeting.body.name, "decided": len(board.of(Decision, follows=meeting.id)),
        "agreed": len(actions), "open": sum(held.body.done is None for held in actions),
        "folder": written[-1].body.folder if written else "not written yet",
    }  # fmt: skip
