"""One run at a time in one folder; the lock frees itself when the process that holds it ends, however it ends."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from dataworkbench.errors import WorkbenchError

LOCK_FILE = ".lock"

if sys.platform == "win32":
    import msvcrt

    def _take(file: IO[bytes]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(file: IO[bytes]) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder; stop where another run is at work in it."""
    with (folder / LOCK_FILE).open("ab") as file:
        try:
            _take(file)
        except OSError as held:
            raise WorkbenchError(
                f"Another run is at work in {folder}. Wait until it ends, or start a new run beside it."
            ) from held
        yield
