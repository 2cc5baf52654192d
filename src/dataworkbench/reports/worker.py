"""A process that makes one report after another: a job on each line in, an outcome on each line out.

It is started by ``crew`` and ends when the process that started it does. Where
the system allows it, the libraries are loaded once and each report is made in a fork of this process, which spares
the seconds of a fresh kernel. A fork inherits memory and no threads, so it is only made while no library of this
process has begun to work in threads; else each report gets a kernel of its own, which takes longer and is the same.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path
from typing import IO, Final

from dataworkbench.reports.execute import execute
from dataworkbench.reports.jobs import FAILED, FORKED, KERNEL, Job, Outcome

HARMLESS_THREADS: Final = ("jemalloc_bg_thd", "polars-ooc")
"""Threads that begin with the import of a library, only clear memory up, and hold no lock that a fork would miss."""


def main() -> None:
    """Answer jobs until nobody is there to ask."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(
        sys.stderr.fileno(), sys.stdout.fileno()
    )  # what a library prints belongs into the log, not among answers
    for line in sys.stdin:
        job = Job.from_line(line)
        if job.engine == KERNEL or not can_fork():
            _answer(answers, execute(job, engine=KERNEL))
        else:
            _answer(answers, in_a_fork(job))


def _answer(answers: IO[str], outcome: Outcome) -> None:
    answers.write(outcome.to_line() + "\n")
    answers.flush()


def can_fork() -> bool:
    """Whether a report can be made in a fork of this process: on Linux, while no library works in threads."""
    tasks = Path("/proc/self/task")
    if not hasattr(os, "fork") or not tasks.is_dir():
        return False
    others = [task for task in tasks.iterdir() if task.name != str(os.getpid())]
    return all(_name(task).startswith(HARMLESS_THREADS) for task in others)


def _name(task: Path) -> str:
    try:
        return (task / "comm").read_text(encoding="utf-8").strip()
    except FileNotFoundError:  # the thread has ended meanwhile
        return HARMLESS_THREADS[0]


def in_a_fork(job: Job) -> Outcome:
    """Return what became of a report that is made in a fork of this process, also where the fork ends in silence."""
    began = time.monotonic()
    heard, said = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(heard)
        signal.alarm(job.seconds)  # the system ends the fork then, whatever it is at
        with os.fdopen(said, "w", encoding="utf-8") as answers:
            _answer(answers, execute(job, engine=FORKED))
            os._exit(0)
    os.close(said)
    with os.fdopen(heard, encoding="utf-8") as answers:
        line = answers.readline()
    _, status = os.waitpid(child, 0)
    return Outcome.from_line(line) if line.endswith("\n") else _lost(job, status, time.monotonic() - began)


def _lost(job: Job, status: int, seconds: float) -> Outcome:
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGALRM:
        said = f"The report took longer than {job.seconds} seconds and was stopped."
    else:
        said = (
            "The calculation ended without a word, most often because the memory ran out. "
            "Try again with fewer reports at a time (--workers 1)."
        )
    return Outcome(job.slug, FAILED, round(seconds, 2), message=said)
