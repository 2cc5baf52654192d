"""One run at a time in one folder; the lock frees itself when the process that holds it ends, however it ends."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from dataworkbench.errors import WorkbenchError

LOCK_FILE: Final = ".lock"
LOOKS: Final = 5
SECONDS_PER_LOOK: Final = 0.1

if sys.platform == "win32":
    import msvcrt

    def _take(file: IO[bytes]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(file: IO[bytes]) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)


def is_held(folder: Path) -> bool:
    """Whether a run is at work in a folder at this moment."""
    if not (folder / LOCK_FILE).exists():
        return False
    with (folder / LOCK_FILE).open("ab") as file:
        try:
            _take(file)
        except OSError:
            return True
        return False


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Have the system's asking this process to end do what Ctrl-C does, so that what is at work is put away.

    Only the main thread can be asked; in any other this changes nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _end(number: int, _frame: object) -> None:
    signal.signal(number, signal.SIG_IGN)  # asked once more, it goes on putting away
    raise SystemExit(128 + number)


def _taken(file: IO[bytes]) -> bool:
    """Take a lock, and return whether it could be; somebody who only looks holds it for a moment."""
    for _ in range(LOOKS):
        try:
            _take(file)
        except OSError:
            time.sleep(SECONDS_PER_LOOK)
        else:
            return True
    return False


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder; stop where another run is at work in it."""
    with (folder / LOCK_FILE).open("ab") as file:
        if not _taken(file):
            raise WorkbenchError(
                f"Another run is at work in {folder}. Wait until it ends, or start a new run beside it."
            )
        yield
