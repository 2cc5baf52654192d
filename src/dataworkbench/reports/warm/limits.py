"""What a process that makes a report may use, and whom it takes along when it ends. For Linux."""

from __future__ import annotations

import ctypes
import os
import re
import resource
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

MEGABYTE: Final = 1024 * 1024
_HELD: Final = re.compile(r"^Rss(?:Anon|Shmem):\s+(\d+) kB$", re.MULTILINE)
_PR_SET_PDEATHSIG: Final = 1
_PR_SET_CHILD_SUBREAPER: Final = 36
MOST_GENERATIONS: Final = 1_000
"""How often what is left behind is looked for, while it begins more."""
HARMLESS_THREADS: Final = ("jemalloc_bg_thd", "polars-ooc")
"""Threads that begin with the import of a library, only clear memory up, and hold no lock that a copy would miss."""


def can_fork() -> bool:
    """Whether this process can be copied: on Linux, while no library works in threads.

    A copy inherits memory and no threads, so what a thread was at would never come to its end there.
    """
    if sys.platform != "linux" or not hasattr(os, "pidfd_open"):
        return False
    others = [task for task in Path("/proc/self/task").iterdir() if task.name != str(os.getpid())]
    return all(_name(task).startswith(HARMLESS_THREADS) for task in others)


def _name(task: Path) -> str:
    try:
        return (task / "comm").read_text(encoding="utf-8").strip()
    except (FileNotFoundError, ProcessLookupError):  # the thread has ended meanwhile
        return HARMLESS_THREADS[0]


def end_with(parent: int) -> None:
    """Have the system end this process when its parent ends, however that ends."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before that was said
        os._exit(1)


def keep_orphans() -> None:
    """Have processes whose own parent ended become children of this one, so that it can end them."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def _prctl(what: int, value: int) -> None:
    ctypes.CDLL(None, use_errno=True).prctl(what, value, 0, 0, 0)


def limit_memory(megabytes: int) -> None:
    """Let this process ask for so much memory beyond what it has; more is refused to it as a MemoryError."""
    here = _in_use("/proc/self/status", "VmData:")
    _, allowed = resource.getrlimit(resource.RLIMIT_DATA)
    most = here + megabytes * MEGABYTE
    if allowed != resource.RLIM_INFINITY:
        most = min(most, allowed)
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold the district's data


def _in_use(path: str, line: str) -> int:
    for told in Path(path).read_text(encoding="utf-8").splitlines():
        if told.startswith(line):
            return int(told.split()[1]) * 1024
    return 0


def memory_of(pid: int, *, alone: bool = False) -> int:
    """Return how many bytes of memory a process has, with all that it began unless ``alone``; 0 where it has ended.

    What a copy has in common with the process that it was copied from is counted.
    """
    return sum(_held(one) for one in (pid, *(() if alone else began_by(pid))))


def _held(pid: int) -> int:
    """Return the bytes that a process holds in memory, without files that it only looks into."""
    with suppress(FileNotFoundError, ProcessLookupError):
        told = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
        return sum(int(size) for size in _HELD.findall(told)) * 1024
    return 0


def began_by(pid: int) -> Iterator[int]:
    """Yield the processes that a process began, and those that they began."""
    for child in _children(pid):
        yield child
        yield from began_by(child)


def _children(pid: int) -> list[int]:
    found: list[int] = []
    with suppress(FileNotFoundError, ProcessLookupError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            with suppress(FileNotFoundError, ProcessLookupError):
                found += map(int, (task / "children").read_text(encoding="utf-8").split())
    return found


def end_all(pid: int) -> None:
    """End a process at once, and all that it began."""
    for one in (pid, *began_by(pid)):
        with suppress(ProcessLookupError, PermissionError):
            os.kill(one, signal.SIGKILL)


def end_orphans(but: set[int]) -> None:
    """End what was left behind by reports that have ended; ``but`` are the reports that are still being made.

    What a report leaves behind stays its own until it ends (see ``keep_orphans``), and then comes to this process.
    """
    for _ in range(MOST_GENERATIONS):
        orphans = set(_children(os.getpid())) - but
        if not orphans:
            return
        for orphan in orphans:
            end_all(orphan)
            with suppress(ChildProcessError):
                os.waitpid(orphan, 0)
