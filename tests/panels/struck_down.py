"""What a browser was told, heard on its wire, and what stands in the records, read without touching them.

An act counts as acknowledged from the moment at which the answer that says ``wrote`` came to the browser.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_NUMBERED = re.compile(r"_(\d+)_\d+$")
ASKED_BY_BROWSER, TOLD_BY_KERNEL = "shell", "iopub"


def read(frame: Any) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """Return what one frame of a notebook's socket holds: its channel, its header, its content; empty where it holds none."""
    if isinstance(frame, str):
        held = json.loads(frame)
        return held.get("channel", ""), held.get("header", {}), held.get("content", {})
    count = int.from_bytes(frame[:8], "little")
    at = [int.from_bytes(frame[8 * place : 8 * place + 8], "little") for place in range(1, count + 1)]
    channel, header, _parent, _metadata, content = (frame[at[n] : at[n + 1]] for n in range(5))
    return channel.decode(), json.loads(header), json.loads(content)


@dataclass
class Letter:
    """One act as a browser sent it, and what it was answered."""

    name: str
    given: dict[str, Any]
    wrote: list[tuple[str, int]] | None = None
    refused: str = ""

    @property
    def is_answered(self) -> bool:
        return self.wrote is not None or bool(self.refused)

    @property
    def words(self) -> str:
        """The words that it adds; empty where it adds none."""
        return str(self.given.get("words") or "") if self.name.startswith("add_") else ""


@dataclass
class Wire:
    """What went over the wire between one browser and its kernels."""

    letters: dict[str, Letter] = field(default_factory=dict)
    typed: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """What each field held after each message that says so, in the order in which they were sent; it begins empty."""
    kept: dict[str, int] = field(default_factory=dict)
    """Which of them was the last that the kernel said it had kept."""
    kernel: int = 0
    """The process of the kernel that answered last."""
    shown: dict[str, Any] = field(default_factory=dict)
    _acts: dict[str, str] = field(default_factory=dict)
    _drafts: dict[str, tuple[str, int]] = field(default_factory=dict)

    def listen(self, page: Any) -> None:
        """Hear every socket that a page opens, also after it was loaded anew."""
        page.on("websocket", self._hear)

    def _hear(self, socket: Any) -> None:
        socket.on("framesent", self._sent)
        socket.on("framereceived", self._received)

    def _sent(self, frame: Any) -> None:
        asked, _header = _talk(frame, ASKED_BY_BROWSER)
        tag, given = asked.get("tag"), asked.get("given") or {}
        if asked.get("ask") == "act":
            self.letters.setdefault(asked["mark"], Letter(asked["name"], given))
            self._acts[tag] = asked["mark"]
            if given.get("field"):
                self._drafts[tag] = (given["field"], self._type(given["field"], ""))
        elif asked.get("ask") == "draft":
            self._drafts[tag] = (asked["name"], self._type(asked["name"], given["words"]))

    def _type(self, name: str, words: str) -> int:
        self.typed[name].append(words)
        return len(self.typed[name]) - 1

    def _received(self, frame: Any) -> None:
        told, header = _talk(frame, TOLD_BY_KERNEL)
        if not told.get("tag"):
            return
        if found := _NUMBERED.search(header["msg_id"]):
            self.kernel = int(found[1])
        self.shown = told.get("shown", self.shown)
        if mark := self._acts.get(told["tag"]):
            letter = self.letters[mark]
            letter.wrote = [(name, version) for name, version in told["wrote"]] if "wrote" in told else None
            letter.refused = "" if "wrote" in told else told.get("refused", "")
        if told["tag"] in self._drafts and "refused" not in told:
            name, place = self._drafts[told["tag"]]
            self.kept[name] = max(place, self.kept.get(name, -1))

    def may_stand(self, name: str) -> set[str]:
        """Return what may stand on disk as the words of a field: what was kept last, or anything that was sent after it."""
        sent, last = self.typed[name], self.kept.get(name, -1)
        return set(sent[max(last, 0) :]) | ({""} if last < 0 else set())


def _talk(frame: Any, way: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what a screen and its kernel say to each other in a frame, and the frame's header; empty where it is other talk."""
    channel, header, content = read(frame)
    if channel != way or header.get("msg_type") != "comm_msg":
        return {}, header
    data = content.get("data", {})
    held = data.get("content") if data.get("method") == "custom" else None
    return (held if isinstance(held, dict) else {}), header


@dataclass(frozen=True)
class OnDisk:
    """What stands in the file of the records at one moment. It is opened for reading only."""

    path: Path

    def versions(self) -> dict[str, list[tuple[int, str, dict[str, Any]]]]:
        """Return the versions of every entry, oldest first: number within the entry, what was done, body."""
        found: dict[str, list[tuple[int, str, dict[str, Any]]]] = defaultdict(list)
        for entry, version, what, body in self._rows(
            "SELECT entry_id, version, what, body FROM versions ORDER BY number"
        ):
            found[entry].append((version, what, json.loads(body)))
        return dict(found)

    def drafts(self, seat: str) -> dict[str, str]:
        """Return the words that a seat was typing, by field."""
        return dict(self._rows("SELECT field, words FROM drafts WHERE seat = ?", seat))

    def faults(self) -> list[str]:
        """Return what is wrong with the file: what SQLite finds, entries with a gap between versions, links to nothing."""
        found = [said for (said,) in self._rows("PRAGMA integrity_check") if said != "ok"]
        found += [f"foreign key: {row}" for row in self._rows("PRAGMA foreign_key_check")]
        gaps = self._rows(
            "SELECT e.id, e.version, group_concat(v.version) FROM entries e LEFT JOIN versions v ON v.entry_id = e.id "
            "GROUP BY e.id HAVING count(v.version) <> e.version OR min(v.version) <> 1 OR max(v.version) <> e.version"
        )
        return found + [f"{entry} stands at {at} and has the versions {there}" for entry, at, there in gaps]

    def _rows(self, question: str, *told: str) -> Iterator[Any]:
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=30)) as held:
            yield from held.execute(question, told).fetchall()
