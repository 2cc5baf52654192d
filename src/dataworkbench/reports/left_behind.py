"""What the reports of one worker began, found again by a mark in its surroundings and ended.

A process that leaves the family of the one that began it, and outlives it, has no other trace of where it came from.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

import psutil  # type: ignore[import-untyped]  # has no types of its own

MARK: Final = "DATAWORKBENCH_WORKER"
MOST_GENERATIONS: Final = 20


def marked(environment: Mapping[str, str]) -> dict[str, str]:
    """Return surroundings with a mark that no other worker has."""
    return {**environment, MARK: secrets.token_hex(8)}


def end_marked(environment: Mapping[str, str], *, but: int = 0) -> None:
    """End every process that was begun with a mark, but for one."""
    for _ in range(MOST_GENERATIONS):
        left = [one for one in psutil.process_iter() if one.pid != but and _has(one, environment[MARK])]
        if not left:
            return
        for one in left:
            with suppress(psutil.Error):
                one.kill()
        psutil.wait_procs(left, timeout=1)


def _has(process: psutil.Process, mark: str) -> bool:
    with suppress(psutil.Error, OSError):
        return bool(process.environ().get(MARK) == mark and process.status() != psutil.STATUS_ZOMBIE)
    return False
