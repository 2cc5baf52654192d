"""A PostgreSQL of the tests' own, from the system's packages: made in a folder, started on a free port, and stopped.

Another folder of tests takes it over by ``from postgres import postgresql`` in its ``conftest``.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest

ACCOUNT = "postgres"
"""The account that the server runs under where the tests run as root, which it refuses."""
QUICK = ("fsync=off", "full_page_writes=off")
"""For tests, where the machine does not lose its power."""


@dataclass
class Cluster:
    """A server of our own: its folder, its port, and the process once it was started."""

    folder: Path
    port: int
    programs: Path
    settings: tuple[str, ...]
    who: dict[str, object]
    server: subprocess.Popen[bytes] | None = None
    _made: count = field(default_factory=count)

    def new(self) -> str:
        """The address of a new, empty database."""
        name = f"records_{next(self._made)}"
        self.do(f"CREATE DATABASE {name}")
        return self.url(name)

    def url(self, database: str) -> str:
        return f"postgresql://{ACCOUNT}@127.0.0.1:{self.port}/{database}"

    def do(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self.url(ACCOUNT), autocommit=True) as held:
            held.execute(statement)

    def drop(self, url: str) -> None:
        self.do(f"DROP DATABASE IF EXISTS {url.rpartition('/')[2]} WITH (FORCE)")

    def start(self) -> None:
        """Start the server and wait until it answers; after a kill, what is left of the one before has to go first."""
        told = (
            f"port={self.port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={self.folder}", *self.settings,
        )  # fmt: skip
        options = [word for setting in told for word in ("-c", setting)]
        command = [self.programs / "postgres", "-D", self.folder / "data", *options]
        for _ in range(600):
            if self.server is None or self.server.poll() is not None:
                with (self.folder / "log").open("ab") as log:
                    self.server = subprocess.Popen(
                        command, stdout=log, stderr=log, cwd=self.folder, **self.who
                    )
            try:
                self.do("SELECT 1")
            except Exception:  # noqa: BLE001 - it is not up yet, whatever it says
                time.sleep(0.1)
            else:
                return
        raise RuntimeError((self.folder / "log").read_text("utf-8"))

    def stop(self, how: int = signal.SIGINT) -> None:
        """Stop the server: with SIGINT it closes what is open, with SIGKILL it is struck down as by an accident."""
        if self.server is not None:
            self.server.send_signal(how)
            self.server.wait(60)


def programs() -> Path | None:
    """The folder of the newest server's programs; None where none is installed."""
    held = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda at: int(at.parts[-3]))
    beside = shutil.which("initdb")
    found = [path.parent for path in held] + ([Path(beside).resolve().parent] if beside else [])
    return next((folder for folder in reversed(found) if (folder / "postgres").is_file()), None)


@contextmanager
def running(*settings: str) -> Iterator[Cluster]:
    """A server that runs while the block does."""
    there = programs()
    if there is None:
        pytest.skip("no PostgreSQL is installed; on Debian and Ubuntu: sudo apt-get install postgresql")
    pytest.importorskip("psycopg", reason="the package psycopg is not installed")
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    cluster = Cluster(folder, _free_port(), there, settings, _own(folder))
    try:
        make = [there / "initdb", "-D", folder / "data", "-U", ACCOUNT, "-A", "trust", "-E", "UTF8"]
        subprocess.run(
            [*make, "--locale=C", "--no-sync"], check=True, capture_output=True, cwd=folder, **cluster.who
        )
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _own(folder: Path) -> dict[str, object]:
    """Hand a folder to the account that the server runs under, and return how a program is started as that account."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return {}
    shutil.chown(folder, ACCOUNT, ACCOUNT)
    return {"user": ACCOUNT, "group": ACCOUNT, "extra_groups": []}


def _free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Cluster]:
    """A server for all tests of one worker."""
    with running(*QUICK) as cluster:
        yield cluster
