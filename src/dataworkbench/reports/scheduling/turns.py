"""Runs of one notebook that take turns: where one is at work, the next one waits, stops, or runs beside it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from dataworkbench.errors import WorkbenchError, no_such
from dataworkbench.files import slug_for
from dataworkbench.workspace import Workspace

BESIDE: Final = "beside"
WAIT: Final = "wait"
REFUSE: Final = "refuse"
IF_BUSY: Final = (BESIDE, WAIT, REFUSE)
"""What a run does where an earlier one of the same notebook is still at work."""


def check_if_busy(if_busy: str) -> None:
    """Stop where the word is none of ``IF_BUSY``."""
    if if_busy not in IF_BUSY:
        raise no_such("way to go on where a run is at work", if_busy, IF_BUSY)


@contextmanager
def taking_turns(
    workspace: Workspace, notebook: str, each: str, *, if_busy: str = BESIDE, minutes: float = 180
) -> Iterator[None]:
    """Hold the turn of a workspace's runs of one notebook; it is given back when the process ends, however it ends.

    ``if_busy`` is one of ``IF_BUSY``; ``minutes`` is the longest wait.

    Raises
    ------
    WorkbenchError
        Where an earlier run is still at work and this one may not run beside it. Nothing has been made then.

    """
    check_if_busy(if_busy)
    lock = FileLock(_lock_file(workspace, notebook, each))
    try:
        lock.acquire(timeout=60 * minutes if if_busy == WAIT else 0)
    except Timeout as busy:
        if if_busy != BESIDE:
            raise WorkbenchError(_still_at_work(notebook, each, if_busy, minutes)) from busy
    try:
        yield
    finally:
        lock.release()


def _lock_file(workspace: Workspace, notebook: str, each: str) -> Path:
    workspace.reports.mkdir(parents=True, exist_ok=True)
    return workspace.reports / f".{slug_for(f'{notebook} {each}', {'notebook': notebook, 'each': each})}.lock"


def _still_at_work(notebook: str, each: str, if_busy: str, minutes: float) -> str:
    waited = f" after {minutes:g} minutes of waiting" if if_busy == WAIT else ""
    return (
        f"A run of {notebook} for each {each} is still at work{waited}, so this one was not begun. Look at how far the earlier "
        "run is, or begin one beside it with --if-busy beside."
    )
