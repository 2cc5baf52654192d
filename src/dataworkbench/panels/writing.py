"""Screens on which a team writes a fishbone and chains of whys together, for a cell of a notebook."""

from __future__ import annotations

from typing import TypeVar

from dataworkbench.panels.live import Desk, Live, live

T = TypeVar("T")


def write_fishbone(desk: Desk | T) -> Live | T:
    """Return the screen on which a team writes a fishbone together; ``desk`` comes from ``dw.fishbone_desk``.

    What one writes, the others see on their screens within two seconds. A desk that was refused is handed on as it is: the
    sentence that says why.
    """
    return live(desk, "fishbone")


def write_whys(desk: Desk | T) -> Live | T:
    """Return the screen on which a team asks why together; ``desk`` comes from ``dw.whys_desk``.

    A desk that was refused is handed on as it is: the sentence that says why.
    """
    return live(desk, "whys")
