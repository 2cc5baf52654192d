"""The screen on which a team meets, for a cell of a notebook."""

from __future__ import annotations

from typing import TypeVar

from dataworkbench.panels.live import Desk, Live, live

T = TypeVar("T")


def meet(desk: Desk | T) -> Live | T:
    """Return the room in which a team meets; ``desk`` comes from ``dw.meeting_desk``.

    Several browsers can have the same meeting open, each with a notebook of its own: what one writes, the others see. A desk
    that was refused is handed on as it is: the sentence that says why.
    """
    return live(desk, "room")
