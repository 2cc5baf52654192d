"""Who is in a meeting: the seat of a browser, the meeting that it is in, and all who were there.

A seat has the identifier of its browser. It follows the meeting that it is in, and after that those it was in before.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

from dataworkbench.records import Entry, Meeting, Records, Seat
from dataworkbench.views.live.board import Board


@dataclass(frozen=True)
class Present:
    """One person of a meeting: their seat, name and role, and whether they are there now."""

    seat: str
    name: str
    role: str
    here: bool


def seat_of(board: Board, seat: str) -> Entry[Seat] | None:
    """Return the seat of a browser as it stands; None where it never joined a meeting."""
    held = board.get(seat)
    return held if held is not None and isinstance(held.body, Seat) else None


def meeting_of(board: Board, seat: str, fixed: str = "") -> Entry[Meeting] | None:
    """Return the meeting of a screen: the ``fixed`` one, else the one that the seat is in; None where it is in none."""
    name = fixed
    if not fixed:
        held = seat_of(board, seat)
        name = held.follows[0] if held is not None and held.follows and not held.is_withdrawn else ""
    found = board.get(name)
    return found if found is not None and isinstance(found.body, Meeting) and not found.is_withdrawn else None


def present(board: Board, meeting: str) -> list[Present]:
    """Return all who are or were in a meeting, as they were called there, in the order in which their seats were first taken."""
    return [_as_there(board, seat, meeting) for seat in board.of(Seat, follows=meeting, withdrawn=True)]


def is_in(seat: Entry[Seat], meeting: str) -> bool:
    """Whether a seat is in a meeting now."""
    return not seat.is_withdrawn and seat.follows[:1] == (meeting,)


def _as_there(board: Board, seat: Entry[Seat], meeting: str) -> Present:
    if seat.follows[:1] == (meeting,):
        return Present(seat.id, seat.body.name, seat.body.role, not seat.is_withdrawn)
    name, role = _then(board.kept, seat.id, seat.version, meeting)
    return Present(seat.id, name, role, False)


@functools.lru_cache(maxsize=1_000)
def _then(kept: Records, seat: str, _version: int, meeting: str) -> tuple[str, str]:
    """Return name and role of a seat in a meeting that it has left for another one; read once for each version of it."""
    there = [held for held in kept.history(seat) if held.follows[:1] == (meeting,)]
    return (there[-1].body.name, there[-1].body.role) if there else ("", "")
