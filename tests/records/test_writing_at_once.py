"""Several processes write at once, and one is killed in the middle: nothing that was acknowledged is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from written import a_goal

from dataworkbench.records import Action, Goal, Records

COUNT_UP = """
import sys
from dataworkbench.records import ConflictError, Goal, Records
kept, name, turns = Records(__import__("pathlib").Path(sys.argv[1])), sys.argv[2], int(sys.argv[3])
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
import sys
from dataworkbench.records import Action, Records
kept = Records(__import__("pathlib").Path(sys.argv[1]))
for at in range(100000):
    print(kept.add(Action(what=f"{sys.argv[2]} {at}")).id, flush=True)
"""


def start(code: str, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", code, *words], stdout=subprocess.PIPE, text=True)


def test_two_processes_that_count_up_the_same_figure_lose_no_step(tmp_path: Path) -> None:
    kept = Records(tmp_path / "records.db")
    name = kept.add(a_goal(0.0)).id
    counting = [start(COUNT_UP, str(kept.path), name, "40") for _ in range(2)]
    assert [one.wait(120) for one in counting] == [0, 0]
    assert kept.entry(name).body.target == 80
    assert [e.body.target for e in kept.history(name)] == list(range(81))


def test_processes_that_begin_at_once_make_one_database(tmp_path: Path) -> None:
    writers = [start(WRITE_ON, str(tmp_path / "records.db"), str(at)) for at in range(4)]
    first = [one.stdout.readline().strip() for one in writers]
    for one in writers:
        one.kill()
        one.communicate()
    there = {e.id for e in Records(tmp_path / "records.db").latest(Action)}
    assert set(first) <= there


def test_a_process_that_is_killed_while_it_writes_loses_nothing_it_was_told_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "records.db"
    told: list[str] = []
    for turns in (1, 4, 9, 16, 25):
        writer = start(WRITE_ON, str(path), "x")
        told += [writer.stdout.readline().strip() for _ in range(turns)]
        os.kill(writer.pid, signal.SIGKILL)
        rest, _ = writer.communicate()
        told += [line for line in rest.split("\n")[:-1] if line]
    kept = Records(path)
    there = {e.id for e in kept.latest(Action)}
    assert len(told) >= 55
    assert set(told) - there == set()
    assert len(there) - len(told) <= 5
    assert kept.add(a_goal()) in kept.latest(Goal)
