"""Twenty people write into the same records at once; then twenty writers are struck down. Is all there that was acknowledged?

    python benchmarks/twenty_clients.py --seconds 300 --changes 2000 --over sqlite
    python benchmarks/twenty_clients.py --kills 20 --over postgresql

Each person is a process of its own. It asks for what is new every 0.7 seconds, as a screen does, and adds causes, votes,
changes what others wrote, undoes, and writes several things at once, at moments of its own. Whatever it is told is kept it
notes down, and so does it all that it hears of. In the end both lists are held against the history.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import queue
import random
import secrets
import signal
import sqlite3
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "databases"))

from postgres import Cluster, running

from dataworkbench.errors import WorkbenchError
from dataworkbench.records import Cause, Check, ConflictError, Evidence, Fishbone, PostgreSQL, Records, Vote

FORK = multiprocessing.get_context("fork")
LOOKS = 0.7
AWKWARD = (
    "<script>alert(1)</script>",
    "שלום",
    "👩‍👧",
    "'; DROP TABLE versions; --",
    "x" * 10_000,
    "the bus comes late",
)


@dataclass
class Person:
    """One who writes: what was acknowledged (id, version, number, body), what was heard of, and how long each took."""

    kept: Records
    chance: random.Random
    log: Path
    name: str
    heard: list[int] = field(default_factory=list)
    late: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    looks: list[float] = field(default_factory=list)
    mine: list[Any] = field(default_factory=list)
    met: int = 0
    board: dict[str, Any] = field(default_factory=dict)

    def look(self) -> None:
        """Hear of what changed, as a screen does."""
        began = time.perf_counter()
        if self.kept.newest != max(self.heard, default=0):
            for entry in self.kept.changes(after=max(self.heard, default=0), restricted=True):
                self.board[entry.id] = entry
                self.heard.append(entry.number)
                self.late.append((datetime.now(UTC) - entry.written_at).total_seconds())
        self.looks.append(time.perf_counter() - began)

    def note(self, *entries: Any) -> None:
        """Note what was acknowledged, at once and on its own line."""
        with self.log.open("ab", buffering=0) as log:
            for entry in entries:
                told = [entry.id, entry.version, entry.number, entry.body.model_dump_json()]
                log.write(json.dumps(told).encode() + b"\n")

    def act(self) -> None:
        """Do one thing, and note what came of it."""
        what = self.chance.choices(
            (self.cause, self.vote, self.change, self.several, self.turn, self.undo), (40, 20, 20, 8, 6, 6)
        )
        began = time.perf_counter()
        self.note(*what[0]())
        self.waits.append(time.perf_counter() - began)

    def cause(self) -> Sequence[Any]:
        words = f"{self.chance.choice(AWKWARD)} {self.chance.random()}"
        name = f"cause-{secrets.token_hex(6)}"
        board = next(entry for entry in self.board.values() if isinstance(entry.body, Fishbone))
        sends = range(self.chance.choice((1, 1, 1, 2)))  # a browser that hears no answer sends again
        answers = [
            self.kept.add(Cause(words=words), id=name, by=self.name, follows=[board.id]) for _ in sends
        ]
        self.mine.append(answers[0])
        return answers

    def vote(self) -> Sequence[Any]:
        cause = self.one_of_all()
        return [self.kept.add(Vote(seat=self.name), by=self.name, follows=[cause.id])]

    def change(self) -> Sequence[Any]:
        cause = self.one_of_all(3)  # several at once at the newest
        while True:
            body = cause.body.model_copy(update={"words": f"{self.name} {self.chance.random()}"})
            try:
                return [self.kept.change(cause.id, body, seen=cause.version, by=self.name)]
            except ConflictError as met:
                self.met += 1
                cause = met.theirs

    def several(self) -> Sequence[Any]:
        cause = self.one_of_all()
        with self.kept.at_once() as turn:
            seen = turn.add(Evidence(words="seen on three days"), follows=[cause.id], by=self.name)
            return [seen, turn.add(Check(what="the bus log"), follows=[cause.id, seen.id], by=self.name)]

    def turn(self) -> Sequence[Any]:
        made = self.board.get(self.chance.choice(self.mine).id) if self.mine else None
        made = made or self.one_of_all()
        return [(self.kept.bring_back if made.is_withdrawn else self.kept.withdraw)(made.id, by=self.name)]

    def undo(self) -> Sequence[Any]:
        made = self.one_of_all()
        try:
            return [self.kept.undo(made.id, made.version, by=self.name)]
        except ConflictError:
            return []

    def one_of_all(self, most: int = 30) -> Any:
        """A cause as it stands on this screen, which may be behind."""
        causes = [entry for entry in self.board.values() if isinstance(entry.body, Cause)]
        return self.chance.choice(causes[-most:])


def a_person(place: Any, at: int, folder: Path) -> Person:
    chance = random.Random(at)  # noqa: S311 - the same acts each time
    return Person(Records(place), chance, folder / f"{at}.log", f"person {at}")


def take_part(person: Person, moments: Sequence[float], over: Any, told: Any) -> None:
    """Write at some moments, look in between, and tell at the end what was heard and how long things took."""
    began = time.monotonic()
    seen = began - LOOKS
    for moment in (began + moment for moment in moments):
        while True:
            if time.monotonic() >= seen + LOOKS:
                person.look()
                seen = time.monotonic()
            if time.monotonic() >= moment:
                break
            time.sleep(max(0.0, min(moment, seen + LOOKS) - time.monotonic()))
        person.act()
    told.put(None)
    while not over.wait(LOOKS):
        person.look()
    person.look()
    told.put({name: getattr(person, name) for name in ("heard", "late", "waits", "looks", "met")})


def play(place: Any, *, people: int, seconds: float, changes: int, seed: int = 5) -> dict[str, Any]:
    """Let people write into one place, hold what they were told against the history, and return the figures."""
    chance = random.Random(seed)  # noqa: S311 - the same moments each time
    kept = Records(place)
    fishbone = kept.add(Fishbone(problem="Absence in grade 4"))
    kept.add(Cause(words="there first"), follows=[fishbone.id])
    with tempfile.TemporaryDirectory() as name:
        folder, over, told = Path(name), FORK.Event(), FORK.Queue()
        moments = [
            sorted(chance.uniform(0, seconds) for _ in range(-(-changes // people))) for _ in range(people)
        ]
        clients = [
            FORK.Process(target=take_part, args=(a_person(place, at, folder), when, over, told), daemon=True)
            for at, when in enumerate(moments)
        ]
        began = time.monotonic()
        for client in clients:
            client.start()
        _all_told(told, clients)
        took = time.monotonic() - began
        over.set()
        ends = _all_told(told, clients)
        for client in clients:
            client.join()
        acknowledged = noted(folder)
    return held_against_history(kept, acknowledged, ends) | {"people": people, "seconds": round(took, 1)}


def _all_told(told: Any, clients: Sequence[Any]) -> list[Any]:
    """Return what each of the people tells next; where one of them has fallen, nobody waits for it."""
    heard: list[Any] = []
    while len(heard) < len(clients):
        with suppress(queue.Empty):
            heard.append(told.get(timeout=1))
        if any(client.exitcode for client in clients):
            raise RuntimeError("one of the people fell; what it said stands above")
    return heard


def noted(folder: Path) -> list[list[Any]]:
    """What was acknowledged, from the notes of all who wrote; the last line of one who was struck down may be cut off."""
    lines = [line for path in folder.glob("*.log") for line in path.read_bytes().splitlines(keepends=True)]
    return [json.loads(line) for line in lines if line.endswith(b"\n")]


def lost(kept: Records, acknowledged: Sequence[Sequence[Any]]) -> list[Sequence[Any]]:
    """What was acknowledged and is not in the history word for word."""
    there = {(e.id, e.version): (e.number, e.body.model_dump_json()) for e in kept.changes(restricted=True)}
    return [told for told in acknowledged if there.get((told[0], told[1])) != (told[2], told[3])]


def held_against_history(
    kept: Records, acknowledged: Sequence[Sequence[Any]], ends: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    numbers = [entry.number for entry in kept.changes(restricted=True)]
    return {
        "place": type(kept.database).__name__,
        "changes": len(numbers) - 2,
        "acknowledged": len({(told[0], told[1]) for told in acknowledged}),
        "lost": len(lost(kept, acknowledged)),
        "missed_by_a_screen": sum(end["heard"] != numbers for end in ends),
        "met_and_kept_aside": [sum(end["met"] for end in ends), len(kept.set_aside())],
        "act_ms": spread([wait for end in ends for wait in end["waits"]]),
        "look_ms": spread([wait for end in ends for wait in end["looks"]]),
        "heard_after_ms": spread([wait for end in ends for wait in end["late"]]),
        "written_twice": [name for name, many in Counter(numbers).items() if many > 1],
    }


def spread(seconds: Sequence[float]) -> dict[str, float]:
    """The middle, the hundredth that waited longest, and the longest, in milliseconds."""
    held = sorted(1000 * one for one in seconds)
    return {
        "p50": round(statistics.median(held), 1),
        "p99": round(held[int(len(held) * 0.99)], 1),
        "longest": round(held[-1], 1),
    }


def write_on(place: Any, folder: Path, at: int) -> None:
    """Write without end, sending again what was not acknowledged, as a browser does."""
    person = a_person(place, at, folder)
    for turn in range(1_000_000):
        name = f"cause-{secrets.token_hex(6)}"
        while True:
            try:
                person.note(person.kept.add(Cause(words=f"{at} {turn}"), id=name))
                break
            except WorkbenchError:
                time.sleep(0.05)


def strike_down(place: Any, *, kills: int, server: Cluster | None = None, seed: int = 7) -> dict[str, Any]:
    """Strike down writers at random moments, and now and then the server, and return what was acknowledged and what is there."""
    chance = random.Random(seed)  # noqa: S311 - the same moments each time
    kept = Records(place)
    kept.add(Cause(words="there first"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        writers = {at: _begin(place, folder, at) for at in range(4)}
        for at in range(kills):
            time.sleep(chance.uniform(0.02, 0.6))
            os.kill(writers.pop(at).pid, signal.SIGKILL)
            writers[at + 4] = _begin(place, folder, at + 4)
            if server is not None and at % 5 == 4:
                server.stop(signal.SIGKILL)
                time.sleep(chance.uniform(0, 0.3))
                server.start()
        for writer in writers.values():
            os.kill(writer.pid, signal.SIGKILL)
            writer.join()
        place.engine.dispose()
        acknowledged = noted(folder)
    told = {
        "place": type(place).__name__,
        "struck_down": kills + len(writers),
        "acknowledged": len(acknowledged),
    }
    sound = _is_sound(kept)
    after = kept.add(Cause(words="and writing goes on"))
    return told | {"lost": len(lost(kept, acknowledged)), "changes": after.number, "sound": sound}


def _begin(place: Any, folder: Path, at: int) -> Any:
    writer = FORK.Process(target=write_on, args=(place, folder, at), daemon=True)
    writer.start()
    return writer


def _is_sound(kept: Records) -> bool:
    if isinstance(kept.database, PostgreSQL):
        return kept.database.revision() != ""
    with closing(sqlite3.connect(kept.place)) as held:
        return held.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@contextmanager
def a_place(over: str) -> Iterator[tuple[Any, Cluster | None]]:
    """An empty place of one kind, with the server where there is one. It waits for the disk, as a district's does."""
    with tempfile.TemporaryDirectory() as folder:
        if over == "sqlite":
            yield Records(Path(folder) / "records.db").database, None
            return
        with running() as server:
            place = PostgreSQL(server.new(), Path(folder))
            yield place, server
            place.engine.dispose()


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    asked.add_argument("--over", choices=("sqlite", "postgresql"), default="sqlite")
    asked.add_argument("--people", type=int, default=20)
    asked.add_argument("--seconds", type=float, default=300)
    asked.add_argument("--changes", type=int, default=2000)
    asked.add_argument("--kills", type=int, default=0)
    said = asked.parse_args()
    with a_place(said.over) as (place, server):
        if said.kills:
            figures = strike_down(place, kills=said.kills, server=server)
        else:
            figures = play(place, people=said.people, seconds=said.seconds, changes=said.changes)
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
