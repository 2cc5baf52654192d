"""Who is signed in, and how often somebody has tried to be: kept in the server's memory, gone when it ends."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from dataworkbench.publishing.staff.visitors import Visitor

Clock = Callable[[], float]

FREE_TRIES: Final = 5
LONGEST_WAIT: Final = 900.0
"""Seconds. Each try after the free ones doubles the wait, up to this."""
MOST_REMEMBERED: Final = 10_000
TRIES_A_MINUTE: Final = 30
"""How many passwords are checked in a minute for one place, under whatever names."""


@dataclass(frozen=True)
class Session:
    """One sign-in: whose it is, and until when."""

    key: str = field(repr=False)
    visitor: Visitor
    ends: float


class Sessions:
    """All who are signed in. Only hashes of their keys are kept."""

    def __init__(self, hours: float, clock: Clock = time.monotonic) -> None:
        self._seconds = hours * 3600
        self._clock = clock
        self._held: dict[str, Session] = {}

    def begin(self, visitor: Visitor) -> tuple[str, Session]:
        """Return a new key, for the browser alone, and the session that it opens."""
        self._forget_ended()
        key = secrets.token_urlsafe(32)
        session = Session(_hash(key), visitor, self._clock() + self._seconds)
        self._held[session.key] = session
        return key, session

    def of(self, key: str) -> Session | None:
        """Return the session that a key opens, where it has not ended."""
        return self.still(self._held.get(_hash(key)))

    def still(self, session: Session | None) -> Session | None:
        """Return a session where it is one of these and has not ended."""
        if session is None or self._held.get(session.key) is not session or session.ends <= self._clock():
            return None
        return session

    def end(self, session: Session) -> None:
        """End a session: its key opens nothing any more."""
        self._held.pop(session.key, None)

    def _forget_ended(self) -> None:
        now = self._clock()
        self._held = {key: held for key, held in self._held.items() if held.ends > now}


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


class Tries:
    """How often a sign-in was tried, for a name and a place each, whether there is such a name or not."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._failed: OrderedDict[tuple[str, str], tuple[int, float]] = OrderedDict()
        self._recent: OrderedDict[str, list[float]] = OrderedDict()

    def wait(self, name: str, place: str) -> float:
        """Return for how many seconds nobody may try under this name from this place; 0 where somebody may now."""
        now = self._clock()
        _, until = self._failed.get((name, place), (0, now))
        recent = self._within_a_minute(place)
        crowd = recent[0] + 60 - now if len(recent) >= TRIES_A_MINUTE else 0.0
        return max(0.0, until - now, crowd)

    def count(self, name: str, place: str) -> None:
        """Count a try before it is checked, so that many at the same time are counted too."""
        now = self._clock()
        self._recent[place] = [*self._within_a_minute(place), now]
        self._recent.move_to_end(place)
        before, _ = self._failed.pop((name, place), (0, 0.0))
        tries = before + 1
        wait = min(LONGEST_WAIT, 2.0 ** min(tries - FREE_TRIES, 20)) if tries >= FREE_TRIES else 0.0
        self._failed[name, place] = (tries, now + wait)
        for held in (self._failed, self._recent):
            while len(held) > MOST_REMEMBERED:
                held.popitem(last=False)

    def forget(self, name: str, place: str) -> None:
        """Forget what failed, once somebody is in."""
        self._failed.pop((name, place), None)

    def _within_a_minute(self, place: str) -> list[float]:
        return [at for at in self._recent.get(place, []) if at > self._clock() - 60]
