"""The meeting as a part of a live screen: what it shows, and its acts and fetches by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from dataworkbench.views.live.board import Board
from dataworkbench.views.live.turn import Act, Turn
from dataworkbench.views.meeting import acting, beginning, closing, looking, saying, stepping
from dataworkbench.views.meeting.figures import figure_choices
from dataworkbench.views.meeting.room import Room
from dataworkbench.views.meeting.state import shown

RoomAct = Callable[[Room, Turn], object]

_OWN_TURN: Final[tuple[RoomAct, ...]] = (
    beginning.begin_meeting,
    beginning.join,
    closing.end_meeting,
    looking.add_figure,
)
"""Acts that hold a turn of writing of their own, or none while they work out a figure."""
_ACTS: Final[tuple[RoomAct, ...]] = (
    beginning.change_meeting, beginning.leave, beginning.reopen_meeting, beginning.add_team,
    stepping.go_to_step, stepping.finish_step, stepping.start_clock, stepping.pause_clock, stepping.give_minutes,
    saying.add_topic, saying.change_topic, saying.finish_topic, saying.add_observation, saying.change_observation,
    saying.add_interpretation, saying.change_interpretation, saying.add_decision, saying.change_decision,
    saying.add_finding, saying.change_finding, saying.add_note, saying.change_note, saying.take_back,
    acting.add_action, acting.change_action, acting.tick_action,
    looking.show_figure, looking.add_prediction, looking.change_prediction,
)  # fmt: skip


class MeetingPart:
    """The part of a screen on which a team holds its meeting; see ``state`` for what it shows and takes in."""

    name = "meeting"

    def __init__(self, room: Room) -> None:
        self.room = room
        self.acts: Mapping[str, Act] = {
            **{act.__name__: partial(act, room) for act in _OWN_TURN},
            **{act.__name__: partial(_in_one_turn, room, act) for act in _ACTS},
        }
        self.fetches: Mapping[str, Act] = {
            "figure_choices": lambda _: figure_choices(room.district),
            "drawing": looking.drawing,
        }

    def show(self, board: Board, seat: str, /) -> dict[str, Any]:
        """Return what the room shows to a seat."""
        return shown(self.room, board, seat)


def _in_one_turn(room: Room, act: RoomAct, turn: Turn) -> None:
    """Do an act in one turn of writing, from what stands at its beginning, so that two who press at once do not meet."""
    with turn.at_once():
        turn.board.refresh()
        act(room, turn)
