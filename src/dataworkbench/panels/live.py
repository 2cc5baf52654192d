"""A screen that several people write on at once: it shows what its desk shows, and hands on what somebody does."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar, runtime_checkable

import anywidget
from traitlets import Unicode

from dataworkbench.errors import WorkbenchError
from dataworkbench.panels.bundling import bundle, styles

T = TypeVar("T")
"""What stands in the place of a desk that was refused, such as a sentence; it is handed on as it is."""

_STATIC: Final = Path(__file__).parent / "static" / "team"
_SEAT: Final = re.compile(r"seat-[0-9a-f]{12}")
_REMEMBERED: Final = 200


@runtime_checkable
class Desk(Protocol):
    """What a live screen stands on."""

    def newest(self) -> int: ...
    def show(self, seat: str, /) -> dict[str, Any]: ...
    def act(self, seat: str, name: str, given: Mapping[str, Any], /) -> list[tuple[str, int]]: ...
    def fetch(self, seat: str, name: str, given: Mapping[str, Any], /) -> Any: ...
    def draft(self, seat: str, field: str, words: str, /) -> None: ...
    def drafts(self, seat: str, /) -> dict[str, str]: ...


class Live(anywidget.AnyWidget):
    """One screen. Nothing of what it shows is kept in its state, so none of it is saved with a notebook.

    The browser asks, with a tag; the answer bears the same tag. ``wrote`` comes only when it is on disk.
    """

    _esm = bundle(_STATIC, "entry.js")
    _css = styles(_STATIC)
    part = Unicode().tag(sync=True)

    def __init__(self, desk: Desk, part: str) -> None:
        self.desk = desk
        self.answers = Answers(desk)
        super().__init__(part=part)
        self.on_msg(lambda _widget, content, _buffers: self.hear(content))

    def __repr__(self) -> str:
        return f"A screen for several people, alive in a browser: {self.part}"

    def hear(self, asked: Any) -> None:
        """Answer what a browser asks."""
        if not isinstance(asked, dict):
            return
        try:
            self.send(self.answers.to(asked))
        except Exception:
            said = "Something went wrong here, and nothing was written. Try again; if it stays so, tell the data office."
            self.send({"tag": asked.get("tag"), "refused": said})
            raise


class Answers:
    """What one screen is answered. An act that is sent again, because its answer was late, gets the answer it got."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._given: OrderedDict[str, dict[str, Any]] = OrderedDict()

    def to(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Return the answer to what a browser asks."""
        mark = f"{asked.get('seat')} {asked.get('mark')}" if asked.get("mark") else ""
        if mark in self._given:
            return answer(self.desk, {**asked, "ask": "look"}) | self._given[mark]
        told = answer(self.desk, asked)
        if mark:
            self._given[mark] = {name: told[name] for name in ("wrote", "refused") if name in told}
            while len(self._given) > _REMEMBERED:
                self._given.popitem(last=False)
        return told


def answer(desk: Desk, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answer to what a browser asks: what it may see, what was written, what was fetched, or a refusal."""
    told: dict[str, Any] = {"tag": asked.get("tag"), "now": datetime.now(UTC).isoformat()}
    try:
        told |= _done(desk, asked)
    except WorkbenchError as said:
        told["refused"] = str(said)
    try:
        told |= _looked(desk, asked)
    except WorkbenchError as said:
        if "wrote" not in told:  # what was written stands, and the next look shows it
            told["refused"] = str(said)
    return told


def _done(desk: Desk, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Do what is asked beyond looking."""
    seat, name, given = _seat(asked), str(asked.get("name") or ""), asked.get("given")
    held = given if isinstance(given, dict) else {}
    match asked.get("ask"):
        case "act":
            return {"wrote": [list(pair) for pair in desk.act(seat, name, held)]}
        case "fetch":
            return {"got": desk.fetch(seat, name, held)}
        case "draft":
            desk.draft(seat, name, str(held.get("words") or ""))
            return {}
        case "drafts":
            return {"got": desk.drafts(seat)}
        case "plotly":
            return {"got": _plotly()}
        case _:
            return {}


def _looked(desk: Desk, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the seat may see now, where it asked for that and has not seen it yet."""
    if asked.get("ask") not in ("look", "act") or asked.get("seen") == desk.newest():
        return {}
    return {"shown": desk.show(_seat(asked))}


def _plotly() -> str:
    """Return Plotly's own script; it is loaded late, because most screens of a meeting show no figure."""
    from plotly.offline import get_plotlyjs  # noqa: PLC0415 - see above

    return str(get_plotlyjs())


def _seat(asked: Mapping[str, Any]) -> str:
    seat = str(asked.get("seat") or "")
    if not _SEAT.fullmatch(seat):
        raise WorkbenchError("This screen has lost its place. Reload the page.")
    return seat


def live(desk: Desk | T, part: str) -> Live | T:
    """Return the screen for one part of a desk, such as ``"room"`` or ``"fishbone"``."""
    return Live(desk, part) if isinstance(desk, Desk) else desk
