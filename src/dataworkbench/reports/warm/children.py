"""One report in a process of its own: begun, listened to, ended.

What a child says is a line that tells what became of its report, and a line with the questions that it asked.
"""

from __future__ import annotations

import os
import resource
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final, NoReturn

from dataworkbench.reports.jobs import FAILED, Job, Outcome
from dataworkbench.reports.warm.limits import (
    MEGABYTE,
    end_all,
    end_with,
    keep_orphans,
    limit_memory,
    memory_of,
)
from dataworkbench.reports.warm.shared import Questions, questions_from

LATE: Final = "late"
LARGE: Final = "large"
_AT_ONCE: Final = 65_536


class Child:
    """A process that makes one report; ``heard`` and ``ended`` are handles to wait at."""

    def __init__(self, job: Job, pid: int, heard: int) -> None:
        self.job = job
        self.pid = pid
        self.heard = heard
        self.ended = os.pidfd_open(pid)
        self._began = time.monotonic()
        self._most = memory_of(os.getpid(), alone=True) + job.memory * MEGABYTE
        self.asked: Questions = {}
        self._said = bytearray()
        self._stopped = ""

    def listen(self) -> bool:
        """Take in what it has said by now, and return whether it may say more."""
        with suppress(BlockingIOError):
            while said := os.read(self.heard, _AT_ONCE):
                self._said += said
            return False
        return True

    def look_after(self) -> None:
        """End it where it has taken more time or memory than its report may."""
        if self._stopped:
            return
        if time.monotonic() - self._began > self.job.seconds:
            self._stop(LATE)
        elif memory_of(self.pid) > self._most:
            self._stop(LARGE)

    def _stop(self, why: str) -> None:
        self._stopped = why
        end_all(self.pid)

    def said(self) -> bytes:
        """Return what it said, once it has ended; nothing where it did not come to its end by itself."""
        status, _ = self._end()
        return b"" if status or self._stopped else bytes(self._said)

    def _end(self) -> tuple[int, resource.struct_rusage]:
        """Return how it ended and what it used; nothing that it began goes on."""
        end_all(self.pid)
        _, status, used = os.wait4(self.pid, 0)
        self.listen()
        os.close(self.heard)
        os.close(self.ended)
        return status, used

    def outcome(self) -> Outcome:
        """Return what became of its report, once it has ended."""
        status, used = self._end()
        seconds = round(time.monotonic() - self._began, 2)
        told, self.asked = self._told()
        told = told or _lost(self.job, status, seconds, self._stopped)
        return replace(
            told, processor=round(used.ru_utime + used.ru_stime, 3), memory=round(used.ru_maxrss / 1024)
        )

    def _told(self) -> tuple[Outcome | None, Questions]:
        """Return what it said of its report, and what it asked; nothing where it did not come to that, or a cell wrote in between."""
        said = self._said.decode("utf-8", "replace")
        line, _, asked = said.partition("\n")
        if self._stopped or not said.endswith("\n"):
            return None, {}
        try:
            return replace(Outcome.from_line(line), slug=self.job.slug), questions_from(asked)
        except (ValueError, TypeError):
            return None, {}


def begin(job: Job, make: Callable[[], bytes]) -> Child:
    """Return a child of this process that works within the limits of a job, and says what ``make`` returned before it ends.

    Raises
    ------
    OSError
        Where the system lets no further process begin.

    """
    heard, said = os.pipe()
    pid = 0
    try:
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            _be_a_child(said, parent, job, make)
        os.set_blocking(heard, False)
        return Child(job, pid, heard)
    except OSError:
        os.close(heard)
        if pid:
            end_all(pid)
            os.waitpid(pid, 0)
        raise
    finally:
        os.close(said)


def _be_a_child(said: int, parent: int, job: Job, make: Callable[[], bytes]) -> NoReturn:
    try:
        _alone(said, parent, job)
        own = os.getpid()
        told = make()
        if os.getpid() == own:  # and no copy that a cell made of itself
            with os.fdopen(said, "wb") as answer:
                answer.write(told)
    finally:
        os._exit(0)


def _alone(said: int, parent: int, job: Job) -> None:
    """Be a process of one's own: nothing is shared with other reports but the memory that all began with."""
    end_with(parent)
    keep_orphans()
    os.setsid()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    nothing = os.open(os.devnull, os.O_RDWR)
    for place in (0, 1, 2):
        os.dup2(nothing, place)
    for handle in map(int, os.listdir("/proc/self/fd")):  # noqa: PTH208 - numbers are wanted, not paths
        if handle > 2 and handle != said:
            with suppress(OSError):  # the one that listed them is closed by now
                os.close(handle)
    limit_memory(job.memory)


def _lost(job: Job, status: int, seconds: float, stopped: str) -> Outcome:
    """Return the outcome of a report whose process ended without a word."""
    if stopped == LATE:
        said = f"The report took longer than {job.seconds} seconds and was stopped."
    elif stopped == LARGE:
        said = f"The report took more than {job.memory} MB of memory and was stopped."
    else:
        said = f"The calculation ended without a word{_how(status)}."
    return Outcome(job.slug, FAILED, seconds, message=said)


def _how(status: int) -> str:
    if not os.WIFSIGNALED(status):
        return ""
    number = os.WTERMSIG(status)
    if number == signal.SIGKILL:
        return ": it was ended from outside, most often because the machine's memory ran out. Try with fewer --workers"
    return f": a library broke down in it ({signal.Signals(number).name})"


def knows_children() -> bool:
    """Whether the system tells which processes a process began."""
    return Path(f"/proc/self/task/{os.getpid()}/children").exists()
