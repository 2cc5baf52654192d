"""What teams wrote, by what follows from what: from a finding to its goal, its change and its review, and the cycle it belongs to.

Only what is about groups and about the team's own work is here. Notes about single students are not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeVar, cast

from dataworkbench.records import KINDS, Body, Cause, Cycle, Entry, Records

B = TypeVar("B", bound=Body)

STAGE_OF: Final[Mapping[str, int]] = {
    "finding": 1, "goal": 2, "plan": 3, "action": 4, "cause": 5, "hypothesis": 5, "change": 5, "review": 5,
}  # fmt: skip
"""The stage of the process in which something is written."""
_NEXT: Final[Mapping[str, tuple[str, ...]]] = {
    "finding": ("goal",),
    "goal": ("plan",),
    "plan": ("cause", "hypothesis", "change"),
    "cause": ("hypothesis", "change"),
    "hypothesis": ("change",),
    "change": ("review",),
}
_GAPS: Final[Mapping[str, str]] = {
    "finding": "No goal yet: what is to change, by when, and who answers for it?",
    "goal": "No plan yet: how do we mean to get there?",
    "plan": "No cause examined and nothing changed yet.",
    "cause": "Nothing is changed about this cause yet.",
    "hypothesis": "No change begun yet.",
    "change": "No review date yet: when do we look whether it worked?",
}


@dataclass(frozen=True)
class Step:
    """One step of a chain: an entry, or what is still missing after one."""

    entry: Entry[Any]
    missing: str = ""


@dataclass(frozen=True)
class Chains:
    """The entries that stand, by their identifiers, and what follows from each."""

    entries: Mapping[str, Entry[Any]]
    after: Mapping[str, tuple[str, ...]]

    def of(self, kind: type[B]) -> list[Entry[B]]:
        """Return the entries of a kind, in the order in which they were added."""
        return [cast("Entry[B]", entry) for entry in self.entries.values() if isinstance(entry.body, kind)]

    def following(self, entry_id: str) -> list[Entry[Any]]:
        """Return what follows from an entry."""
        return [self.entries[name] for name in self.after.get(entry_id, ())]

    def cycle_of(self, entry_id: str) -> str:
        """Return the cycle that an entry belongs to: the one that it follows, or that what it follows belongs to."""
        seen: set[str] = set()
        ahead = [entry_id]
        while ahead:
            name = ahead.pop(0)
            if name in seen or name not in self.entries:
                continue
            seen.add(name)
            if isinstance(self.entries[name].body, Cycle):
                return name
            ahead += self.entries[name].follows
        return ""

    def upstream(self, entry_id: str, kind: type[B]) -> Entry[B] | None:
        """Return the nearest entry of a kind from which one follows, step by step."""
        seen: set[str] = set()
        ahead = [entry_id]
        while ahead:
            name = ahead.pop(0)
            if name in seen or name not in self.entries:
                continue
            seen.add(name)
            if isinstance(self.entries[name].body, kind):
                return cast("Entry[B]", self.entries[name])
            ahead += self.entries[name].follows
        return None

    def steps(self, entry_id: str) -> Iterator[Step]:
        """Give an entry and all that follows from it, each before its own followers, with what is missing said in its place."""
        yield from self._steps(entry_id, set())

    def _steps(self, entry_id: str, seen: set[str]) -> Iterator[Step]:
        if entry_id in seen:
            return
        seen.add(entry_id)
        entry = self.entries[entry_id]
        yield Step(entry)
        order = ["goal", "plan", "action", "cause", "hypothesis", "change", "review"]
        after = [held for held in self.following(entry_id) if held.kind in order]
        for held in sorted(after, key=lambda held: order.index(held.kind)):
            yield from self._steps(held.id, seen)
        if not self._goes_on(entry):
            yield Step(entry, _GAPS[entry.kind])

    def _goes_on(self, entry: Entry[Any]) -> bool:
        """Return whether the next link of the chain is there, or none is awaited."""
        if entry.kind not in _NEXT or (isinstance(entry.body, Cause) and entry.body.ruled_out):
            return True
        after = [held for held in self.following(entry.id) if held.kind in _NEXT[entry.kind]]
        return any(not (isinstance(held.body, Cause) and held.body.ruled_out) for held in after)

    def current(self, today: date) -> Entry[Cycle] | None:
        """Return the cycle that runs today, else the one written last."""
        cycles = self.of(Cycle)
        running = [
            held for held in cycles
            if (held.body.starts or date.min) <= today <= (held.body.ends or date.max)
        ]  # fmt: skip
        found = running or cycles
        return found[-1] if found else None


def chains(kept: Records | None) -> Chains:
    """Return what the teams of a district wrote, without what is about single students."""
    if kept is None:
        return Chains({}, {})
    entries = {
        entry.id: entry for kind in KINDS.values() if not kind.ABOUT_STUDENTS for entry in kept.latest(kind)
    }
    after: dict[str, list[str]] = defaultdict(list)
    for entry in entries.values():
        for name in entry.follows:
            after[name].append(entry.id)
    return Chains(entries, {name: tuple(held) for name, held in after.items()})
