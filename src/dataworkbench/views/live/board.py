"""All that stands in the records, kept up to date by what changed since the last look."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, TypeVar, cast

from dataworkbench.records import Body, Entry, Records

B = TypeVar("B", bound=Body)


class Board:
    """The entries of a workspace as they stand, for one screen. It holds restricted ones too: who shows them, decides.

    A look costs as much as what changed since the look before.
    """

    def __init__(self, kept: Records) -> None:
        self.kept = kept
        self.newest = 0
        self._entries: dict[str, Entry[Any]] = {}
        self._after: dict[str, dict[str, None]] = defaultdict(dict)

    def refresh(self) -> int:
        """Take in what changed, and return the number of the newest change.

        Where the records stand before what was seen, as after a backup was put back, all is read anew.
        """
        there = self.kept.newest
        if there == self.newest:
            return self.newest
        if there < self.newest:
            self.newest = 0
            self._entries.clear()
            self._after.clear()
        for entry in self.kept.changes(after=self.newest, restricted=True):
            self._take(entry)
            self.newest = max(self.newest, entry.number)
        return self.newest

    def get(self, entry_id: str) -> Entry[Any] | None:
        """Return an entry as it stands, withdrawn or not; None where there is none."""
        return self._entries.get(entry_id)

    def of(self, kind: type[B], *, follows: str = "", withdrawn: bool = False) -> list[Entry[B]]:
        """Return the entries of a kind that stand, in the order in which they were added; only those after one, if named.

        Those that were taken back come only where they are asked for.
        """
        names = self._after.get(follows, {}) if follows else self._entries
        held = (self._entries[name] for name in names)
        return [
            cast("Entry[B]", entry)
            for entry in held
            if isinstance(entry.body, kind) and (withdrawn or not entry.is_withdrawn)
        ]

    def above(self, entry_id: str) -> Iterator[Entry[Any]]:
        """Give an entry and all that it follows from, step by step, the nearest first, each once."""
        seen: set[str] = set()
        ahead = [entry_id]
        while ahead:
            held = self.get(ahead.pop(0))
            if held is None or held.id in seen:
                continue
            seen.add(held.id)
            yield held
            ahead += held.follows

    def _take(self, entry: Entry[Any]) -> None:
        before = self._entries.get(entry.id)
        for name in before.follows if before is not None else ():
            if name not in entry.follows:
                self._after[name].pop(entry.id, None)
        self._entries[entry.id] = entry
        for name in entry.follows:
            self._after[name].setdefault(entry.id, None)
