"""Acts on the figures that a meeting looks at: choose and freeze one, predict, show it to all; and the drawing of one."""

from __future__ import annotations

from collections.abc import Mapping

from dataworkbench.errors import WorkbenchError
from dataworkbench.records import Entry, Prediction, Seen
from dataworkbench.views.live.turn import Turn
from dataworkbench.views.meeting import figures
from dataworkbench.views.meeting.room import Room

_TITLE = 300


def add_figure(room: Room, turn: Turn) -> None:
    """Freeze a figure for the meeting, as the data are now. Nobody sees it until it is shown, not even who chose it."""
    meeting = room.going_on(turn)
    held = turn.board.get(str(turn.given.get("id") or ""))
    if held is not None:
        turn.wrote.append(turn.entry("id", Seen))
        return
    frozen = figures.freeze(
        room.district, turn.text("indicator", what="The measure"), _names(turn.given.get("by") or []), _where(turn.given.get("where") or {}),
        title=turn.text("title", most=_TITLE, empty=True),
    )  # fmt: skip
    turn.add(frozen, meeting.id, snapshot=room.district.snapshot_id)


def show_figure(room: Room, turn: Turn) -> None:
    """Show a figure to all; from then on the predictions are read by all, and no more are taken."""
    held = _figure(room, turn)
    turn.change(held, held.body.model_copy(update={"shown": True}))


def add_prediction(room: Room, turn: Turn) -> None:
    """Write down what one person expects to see; others read it when the figure is shown."""
    figure = _figure(room, turn)
    _refuse_late(figure.body)
    turn.add(Prediction(words=turn.text("words", what="What you expect"), seat=turn.seat), figure.id)


def change_prediction(room: Room, turn: Turn) -> None:
    """Change one's own prediction, as long as the figure is not shown."""
    room.going_on(turn)
    held = turn.entry("prediction", Prediction)
    if held.body.seat != turn.seat:
        raise WorkbenchError("There is nothing here that could be taken back or changed.")
    figure = turn.board.get(held.follows[0]) if held.follows else None
    if figure is not None and isinstance(figure.body, Seen):
        _refuse_late(figure.body)
    turn.change(held, held.body.model_copy(update={"words": turn.text("words", what="What you expect")}))


def drawing(turn: Turn) -> str:
    """Return the drawing of a figure as the text of Plotly's JSON.

    Raises
    ------
    WorkbenchError
        Where it is not shown yet, or has no drawing.

    """
    held = turn.entry("figure", Seen)
    if not held.body.shown:
        raise WorkbenchError("This figure is not shown yet. Write down first what you expect to see.")
    if not held.body.drawing:
        raise WorkbenchError("This figure has no drawing; its numbers stand in the table.")
    return held.body.drawing


def _figure(room: Room, turn: Turn) -> Entry[Seen]:
    """Return the figure that a turn names, of the meeting that it is about."""
    meeting, held = room.going_on(turn), turn.entry("figure", Seen)
    if meeting.id not in held.follows:
        raise WorkbenchError("This figure belongs to another meeting than the one that you are in.")
    return held


def _refuse_late(figure: Seen) -> None:
    if figure.shown:
        raise WorkbenchError(
            "The figure is shown already. What you see in it now belongs with the observations."
        )


def _names(given: object) -> list[str]:
    if not isinstance(given, list) or len(given) > 10:
        raise WorkbenchError("By what to compare is sent as a list of names.")
    return [str(name) for name in given]


def _where(given: object) -> dict[str, tuple[str, ...]]:
    if not isinstance(given, Mapping) or len(given) > 20:
        raise WorkbenchError("Whom a figure is about is sent as names with their values.")
    return {
        str(name): tuple(str(value) for value in (values if isinstance(values, list) else [values]) if value)
        for name, values in given.items()
    }
