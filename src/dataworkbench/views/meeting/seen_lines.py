"""The figures of a meeting as one seat may see them: before a figure is shown nothing of what it holds, and no one else's guess."""

from __future__ import annotations

from typing import Any

from dataworkbench.records import Entry, Prediction, Seen
from dataworkbench.views.meeting.figures import newer_than
from dataworkbench.views.meeting.lines import Seer

Plain = dict[str, Any]


def figures(seer: Seer) -> list[Plain]:
    """Return the figures that the meeting looks at."""
    return [_figure(seer, held) for held in seer.board.of(Seen, follows=seer.meeting.id)]


def _figure(seer: Seer, held: Entry[Seen]) -> Plain:
    body, guesses = held.body, seer.board.of(Prediction, follows=held.id)
    read = [guess for guess in guesses if body.shown or guess.body.seat == seer.seat]
    return {
        **{name: value for name, value in seer.named(held).items() if name != "writer"},
        "title": body.title, "indicator": body.indicator, "snapshot": held.snapshot, "shown": body.shown,
        "predicted": len({guess.body.seat for guess in guesses}), "predictions": [seer.said(guess) for guess in read],
        **(_opened(body) if body.shown else _closed()), "newer": newer_than(seer.room.district, held.snapshot),
    }  # fmt: skip


def _opened(body: Seen) -> Plain:
    return {
        "has_drawing": bool(body.drawing), "words": list(body.words), "alt": body.alt, "table": [list(row) for row in body.table],
    }  # fmt: skip


def _closed() -> Plain:
    return {"has_drawing": False, "words": [], "alt": "", "table": []}
