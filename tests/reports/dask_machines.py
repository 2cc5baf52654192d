"""A scheduler and its workers as processes of their own on this machine, bound to it alone."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = "127.0.0.1"


@dataclass
class Machines:
    """The address of a scheduler, and the processes that were started."""

    address: str
    scheduler: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]]


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind((HERE, 0))
        return int(asked.getsockname()[1])


@contextmanager
def machines(
    scratch: Path, workers: int, *, options: Sequence[str] = (), before: Sequence[str] = (), **settings: str
) -> Iterator[Machines]:
    """Start them, and end them afterwards; ``before`` goes before the command of each worker."""
    address = f"tcp://{HERE}:{free_port()}"
    around = {**os.environ, **settings}
    began: list[subprocess.Popen[bytes]] = []

    def begin(*command: str) -> subprocess.Popen[bytes]:
        began.append(subprocess.Popen(command, stdout=log, stderr=log, env=around))
        return began[-1]

    python = (sys.executable, "-m")
    at = ("--host", HERE, "--no-dashboard")
    with (scratch / "dask.txt").open("wb") as log:
        try:
            port = address.rpartition(":")[2]
            scheduler = begin(*python, "distributed.cli.dask_scheduler", "--port", port, *at)
            worker = (*before, *python, "distributed.cli.dask_worker", address, *at)
            there = ("--local-directory", str(scratch / "dask"), *options)
            yield Machines(address, scheduler, [begin(*worker, *there) for _ in range(workers)])
        finally:
            for process in reversed(began):
                process.send_signal(signal.SIGINT)
            for process in reversed(began):
                process.wait(60)
