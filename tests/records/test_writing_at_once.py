"""Several processes write at once, and one is killed in the middle: nothing that was acknowledged is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

import pytest
from sqlalchemy import event
from written import a_goal

from dataworkbench.errors import WorkbenchError
from dataworkbench.records import Action, Goal, Records
from dataworkbench.records.database import Database, PostgreSQL, SQLite
from dataworkbench.records.database.turns import PATIENCE

OPENED = """
import sys
from pathlib import Path
from dataworkbench.records import Action, ConflictError, Goal, PostgreSQL, Records
def opened(place):
    return Records(PostgreSQL(place, Path("backups")) if "://" in place else Path(place))
"""
COUNT_UP = """
kept, name, turns = opened(sys.argv[1]), sys.argv[2], int(sys.argv[3])
for _ in range(turns):
    while True:
        now = kept.entry(name)
        try:
            kept.change(name, now.body.model_copy(update={"target": now.body.target + 1}), seen=now.version)
            break
        except ConflictError:
            pass
"""
WRITE_ON = """
kept = opened(sys.argv[1])
for at in range(100000):
    print(kept.add(Action(what=f"{sys.argv[2]} {at}")).id, flush=True)
"""


def start(code: str, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", OPENED + code, *words], stdout=subprocess.PIPE, text=True)


def address(place: Database) -> str:
    return (
        place.place if isinstance(place, SQLite) else place.engine.url.render_as_string(hide_password=False)
    )


def test_two_processes_that_count_up_the_same_figure_lose_no_step(place) -> None:
    kept = Records(place)
    name = kept.add(a_goal(0.0)).id
    counting = [start(COUNT_UP, address(place), name, "40") for _ in range(2)]
    assert [one.wait(120) for one in counting] == [0, 0]
    assert kept.entry(name).body.target == 80
    assert [e.body.target for e in kept.history(name)] == list(range(81))


def test_processes_that_begin_at_once_make_one_database(place) -> None:
    writers = [start(WRITE_ON, address(place), str(at)) for at in range(4)]
    first = [one.stdout.readline().strip() for one in writers]
    for one in writers:
        one.kill()
        one.communicate()
    there = {e.id for e in Records(place).latest(Action)}
    assert set(first) <= there


def test_a_process_that_is_killed_while_it_writes_loses_nothing_it_was_told_is_kept(place) -> None:
    told: list[str] = []
    for turns in (1, 4, 9, 16, 25):
        writer = start(WRITE_ON, address(place), "x")
        told += [writer.stdout.readline().strip() for _ in range(turns)]
        os.kill(writer.pid, signal.SIGKILL)
        rest, _ = writer.communicate()
        told += [line for line in rest.split("\n")[:-1] if line]
    kept = Records(place)
    there = {e.id for e in kept.latest(Action)}
    assert len(told) >= 55
    assert set(told) - there == set()
    assert len(there) - len(told) <= 5
    assert kept.add(a_goal()) in kept.latest(Goal)


def test_who_asks_for_what_came_after_a_change_misses_none_that_was_still_being_written(place) -> None:
    """A lower number that is committed after a higher one would be passed over for good by whoever saw the higher one."""
    Records(place).add(Action(what="there first"))
    reader, slow, quick = Records(place), Records(place), Records(place)
    heard: list[int] = []

    def look() -> None:
        heard.extend(entry.number for entry in reader.changes(after=max(heard, default=0)))

    with slow.at_once() as turn:
        turn.add(Action(what="slow"))
        other = threading.Thread(target=quick.add, args=(Action(what="quick"),))
        other.start()
        other.join(0.5)
        assert other.is_alive()
        look()
    other.join()
    look()
    assert heard == [entry.number for entry in reader.changes()]
    assert [entry.body.what for entry in reader.latest(Action)] == ["there first", "slow", "quick"]


def test_who_reads_waits_for_nobody_who_writes(place) -> None:
    kept = Records(place)
    kept.add(Action(what="there"))
    with kept.at_once() as turn:
        turn.add(Action(what="being written"))
        assert Records(place).newest == 1
        assert [entry.body.what for entry in Records(place).latest(Action)] == ["there"]


def test_a_writer_who_waits_too_long_is_told_so_and_writes_nothing(place) -> None:
    kept, other = Records(place), Records(impatient(place))
    kept.add(Action(what="there"))
    with kept.at_once() as turn:
        turn.add(Action(what="being written"))
        with pytest.raises(WorkbenchError, match=r"(locked|lock timeout).*Nothing was written"):
            other.add(Action(what="too late"))
    assert [entry.body.what for entry in kept.latest(Action)] == ["there", "being written"]


def impatient(place: Database) -> Database:
    """The same place for somebody who waits for half a second."""
    if isinstance(place, SQLite):
        held = SQLite(place.path)

        @event.listens_for(held.engine, "connect")
        def _wait_less(connection, _) -> None:
            connection.execute("PRAGMA busy_timeout = 500")

        return held
    held = PostgreSQL(address(place) + "?application_name=impatient", place.backups)

    @event.listens_for(held.engine, "before_cursor_execute", retval=True)
    def _wait_less_too(_, __, statement, words, *___):
        return statement.replace(f"'{PATIENCE}s'", "'500ms'"), words

    return held
