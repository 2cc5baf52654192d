"""What teams wrote, by what follows from what: from a finding through goal, fishbone, cause, whys, hypothesis and change to its review.

Only what is about groups and about the team's own work is here. Notes about single students are not, and of a meeting
only what outlives it: no seats, steps, predictions or dots. A cause that was merged into another counts there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, TypeVar, cast

from dataworkbench.records import (
    Action,
    Body,
    Cause,
    Change,
    Check,
    Cycle,
    Decision,
    Entry,
    Evidence,
    Finding,
    Fishbone,
    Goal,
    Hypothesis,
    Meeting,
    Plan,
    Readiness,
    Records,
    Review,
    Team,
    Topic,
    Why,
)

B = TypeVar("B", bound=Body)

STAGE_OF: Final[Mapping[str, int]] = {
    "finding": 1, "goal": 2, "plan": 3, "action": 4, "fishbone": 5, "cause": 5, "why": 5, "hypothesis": 5, "change": 5,
    "review": 5,
}  # fmt: skip
"""The stage of the process in which something is written."""
_WOVEN: Final = (
    Cycle, Finding, Goal, Plan, Fishbone, Cause, Evidence, Check, Why, Hypothesis, Change, Action, Review, Readiness, Team,
    Meeting, Topic, Decision,
)  # fmt: skip
"""What has a place in the chains; the rest of a meeting is told in its minutes."""
_ORDER: Final = ("goal", "plan", "action", "fishbone", "cause", "why", "hypothesis", "change", "review")
"""In which order what follows from one entry is told."""
_NEXT: Final[Mapping[str, tuple[str, ...]]] = {
    "finding": ("goal",),
    "goal": ("plan",),
    "plan": ("fishbone", "cause", "hypothesis", "change"),
    "fishbone": ("cause", "why", "hypothesis"),
    "cause": ("hypothesis", "change"),
    "hypothesis": ("change",),
    "change": ("review",),
}
_GAPS: Final[Mapping[str, str]] = {
    "finding": "No goal yet: what is to change, by when, and who answers for it?",
    "goal": "No plan yet: how do we mean to get there?",
    "plan": "No cause examined and nothing changed yet.",
    "fishbone": "No cause of this fishbone has been followed further yet: which one do we ask why about?",
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

    def cycles_of(self, entry_id: str) -> tuple[str, ...]:
        """Return every cycle that an entry belongs to, not looking past one: one that was carried over belongs to several."""
        seen, ahead, found = {entry_id}, list(self.entries[entry_id].follows), []
        while ahead:
            name = ahead.pop(0)
            if name in seen or name not in self.entries:
                continue
            seen.add(name)
            if isinstance(self.entries[name].body, Cycle):
                found.append(name)
            else:
                ahead += self.entries[name].follows
        return tuple(found)

    def below(self, entry_id: str) -> list[Entry[Any]]:
        """Return everything that follows from an entry, step by step, each once; another cycle or meeting is not gone into."""
        seen, ahead, found = {entry_id}, [entry_id], []
        while ahead:
            for held in self.following(ahead.pop(0)):
                if held.id not in seen and not isinstance(held.body, Cycle | Meeting):
                    seen.add(held.id)
                    ahead.append(held.id)
                    found.append(held)
        return found

    def steps(self, entry_id: str) -> Iterator[Step]:
        """Give an entry and all that follows from it, each before its own followers, with what is missing said in its place.

        Of the causes on a fishbone come those that were followed further, or ruled out.
        """
        yield from self._steps(entry_id, set())

    def _steps(self, entry_id: str, seen: set[str]) -> Iterator[Step]:
        if entry_id in seen:
            return
        seen.add(entry_id)
        entry = self.entries[entry_id]
        yield Step(entry)
        for held in self._told_after(entry):
            yield from self._steps(held.id, seen)
        if not self._goes_on(entry):
            yield Step(entry, _GAPS[entry.kind])

    def _told_after(self, entry: Entry[Any]) -> list[Entry[Any]]:
        """Return what is told right after an entry, in order; an answer lower in a chain of whys comes after the one above it."""
        after = [held for held in self.following(entry.id) if held.kind in _ORDER and self._is_told(held)]
        whys = [held for held in after if isinstance(held.body, Why)]
        if whys:
            after = [held for held in after if not isinstance(held.body, Why) or not self._has_above(held)]
        if isinstance(entry.body, Why):
            after += [held for held in self.of(Why) if held.body.above == entry.id]
        return sorted(after, key=lambda held: _ORDER.index(held.kind))

    def _has_above(self, why: Entry[Why]) -> bool:
        """Return whether an answer lies below another one that stands, without going in a ring."""
        seen, above = {why.id}, why.body.above
        while above in self.entries:
            if above in seen:
                return False
            seen.add(above)
            above = getattr(self.entries[above].body, "above", "")
        return why.body.above in self.entries

    def _is_told(self, entry: Entry[Any]) -> bool:
        """Return whether an entry is worth a step of its own: a cause on a fishbone only once somebody did something about it."""
        body = entry.body
        if not isinstance(body, Cause) or not self.on_fishbone(entry):
            return True
        further = [held for held in self.following(entry.id) if held.kind in _ORDER]
        return bool(body.ruled_out or further)

    def on_fishbone(self, entry: Entry[Any]) -> bool:
        """Return whether a cause lies on a fishbone, and not by itself after a plan."""
        return any(
            name in self.entries and isinstance(self.entries[name].body, Fishbone) for name in entry.follows
        )

    def _goes_on(self, entry: Entry[Any]) -> bool:
        """Return whether the next link of the chain is there, or none is awaited."""
        if entry.kind not in _NEXT or (isinstance(entry.body, Cause) and entry.body.ruled_out):
            return True
        match entry.body:
            case Goal():
                after = self._beside(entry, Plan)
            case Plan() if self.upstream(entry.id, Hypothesis) is not None:
                return True
            case Fishbone():
                after = [held for held in self.following(entry.id) if self._is_told(held)]
            case Cause():
                after = self.below(entry.id)
            case _:
                after = self.following(entry.id)
        awaited = _NEXT[entry.kind]
        return any(
            held.kind in awaited and not (isinstance(held.body, Cause) and held.body.ruled_out)
            for held in after
        )

    def _beside(self, goal: Entry[Any], kind: type[Body]) -> list[Entry[Any]]:
        """Return what of a kind follows from a goal, or from the finding that it answers, as through a fishbone."""
        findings = [
            name
            for name in goal.follows
            if name in self.entries and isinstance(self.entries[name].body, Finding)
        ]
        held = [*self.following(goal.id), *(below for name in findings for below in self.below(name))]
        own = {
            other.id
            for name in findings
            for other in self.following(name)
            if isinstance(other.body, Goal) and other.id != goal.id
        }
        return [entry for entry in held if isinstance(entry.body, kind) and not own & set(entry.follows)]

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
    """Return what the teams of a district wrote, without what is about single students or lasts no longer than a meeting."""
    if kept is None:
        return Chains({}, {})
    found = {entry.id: entry for kind in _WOVEN for entry in kept.latest(kind)}
    found = {name: entry for name, entry in found.items() if not _is_hidden(found, entry)}
    targets = _merged(found)
    entries = {name: _led_on(entry, targets) for name, entry in found.items() if name not in targets}
    after: dict[str, dict[str, None]] = defaultdict(dict)
    for entry in entries.values():
        for name in entry.follows:
            after[name][entry.id] = None
    return Chains(entries, {name: tuple(held) for name, held in after.items()})


def _is_hidden(found: Mapping[str, Entry[Any]], entry: Entry[Any]) -> bool:
    """Return whether a cause is a card that was not turned over yet, so that only who wrote it may read it."""
    if not isinstance(entry.body, Cause):
        return False
    bones = (found[name].body for name in entry.follows if name in found)
    return any(isinstance(body, Fishbone) and body.phase == "cards" for body in bones)


def _merged(found: Mapping[str, Entry[Any]]) -> dict[str, str]:
    """Return for each cause that was merged the one at which it counts; where merges go in a ring, the first of them stands."""
    causes = {name: entry.body.merged_into for name, entry in found.items() if isinstance(entry.body, Cause)}
    targets = {}
    for name in causes:
        way = [name]
        while (into := causes[way[-1]]) in causes and into not in way:
            way.append(into)
        ring = way[way.index(into) :] if into in way else []
        end = next((held for held in causes if held in ring), way[-1])
        if end != name:
            targets[name] = end
    return targets


def _led_on(entry: Entry[Any], targets: Mapping[str, str]) -> Entry[Any]:
    """Return an entry that follows the causes at which those count that it follows."""
    if not any(name in targets for name in entry.follows):
        return entry
    return replace(entry, follows=tuple(dict.fromkeys(targets.get(name, name) for name in entry.follows)))
