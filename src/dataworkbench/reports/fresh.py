"""A process that makes one report after another in fresh kernels: ``python -m dataworkbench.reports.fresh``.

For systems on which a process cannot be copied. A job comes on each line, and its outcome goes out as a line.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread
from typing import IO

import psutil  # type: ignore[import-untyped]  # has no types of its own

from dataworkbench.reports.execute import execute
from dataworkbench.reports.jobs import KERNEL, Job, Outcome
from dataworkbench.reports.left_behind import MARK, end_marked


def main() -> None:
    """Answer jobs until nobody is there to ask."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    _keep_to_itself()
    asked: SimpleQueue[str] = SimpleQueue()
    Thread(target=_listen, args=(asked,), name="asked", daemon=True).start()
    while True:
        _answer(answers, execute(Job.from_line(asked.get()), engine=KERNEL))


def _keep_to_itself() -> None:
    """Have what this process says go into the log, and what a kernel says beside its cells' outputs nowhere.

    A kernel inherits both outputs of the process. Whatever a cell or a library writes there past Python, and the story of
    a break-down, can hold a student's name.
    """
    sys.stdout = sys.stderr = os.fdopen(
        os.dup(sys.stderr.fileno()), "w", buffering=1, encoding="utf-8", errors="replace"
    )
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for handle in (1, 2):
        os.dup2(nowhere, handle)


def _listen(asked: SimpleQueue[str]) -> None:
    """Hand on what is asked; once nobody is there to ask, end, in the middle of a report too, with the kernel that runs it."""
    for line in sys.stdin:
        asked.put(line)
    for one in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            one.kill()
    if MARK in os.environ:
        end_marked(os.environ, but=os.getpid())
    os._exit(0)


def _answer(answers: IO[str], outcome: Outcome) -> None:
    answers.write(outcome.to_line() + "\n")
    answers.flush()


if __name__ == "__main__":
    sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]  # jsonschema works without it, and it takes seconds to load
    main()
