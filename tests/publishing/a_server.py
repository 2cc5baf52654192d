"""A server of a workspace's pages, for the time of a test: started as it is in use, and ended whatever happens."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dataworkbench.publishing import prepare
from dataworkbench.publishing.serve import Served, stop, wait_until_open
from dataworkbench.workspace import Workspace


def free_port() -> int:
    """Return a port on which nobody answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(workspace: Workspace, **how: Any) -> Iterator[tuple[Served, subprocess.Popen[bytes]]]:
    """Run the server of a workspace; ``how`` is what ``prepare`` is told besides."""
    ready = prepare(workspace, **{"port": free_port(), **how})
    process = ready.start()
    try:
        wait_until_open(ready, process)
        yield ready, process
    finally:
        stop(process)
        ready.remove()
