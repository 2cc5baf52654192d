"""A PostgreSQL of the tests' own, from the system's packages: made in a folder, started on a free port, and stopped.

Another folder of tests takes it over by ``from postgres import postgresql`` in its ``conftest``.
"""

from __future__ import annotations

import os
import shutil
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


@dataclass(frozen=True)
class Cluster:
    """A running server."""

    folder: Path
    port: int
    _made: count = field(default_factory=count)

    def new(self) -> str:
        """The address of a new, empty database."""
        name = f"records_{next(self._made)}"
        self.do(f"CREATE DATABASE {name}")
        return self.url(name)

    def url(self, database: str) -> str:
        return f"postgresql://{ACCOUNT}@127.0.0.1:{self.port}/{database}"

    def socket_url(self, database: str) -> str:
        return f"postgresql://{ACCOUNT}@/{database}?host={self.folder}&port={self.port}"

    def do(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self.url(ACCOUNT), autocommit=True) as held:
            held.execute(statement)

    def drop(self, url: str) -> None:
        self.do(f"DROP DATABASE IF EXISTS {url.rpartition('/')[2]} WITH (FORCE)")


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
    server: subprocess.Popen[bytes] | None = None
    try:
        who = _own(folder)
        make = [there / "initdb", "-D", folder / "data", "-U", ACCOUNT, "-A", "trust", "-E", "UTF8"]
        subprocess.run([*make, "--locale=C", "--no-sync"], check=True, capture_output=True, cwd=folder, **who)
        cluster = Cluster(folder, _free_port())
        server = _start(there, cluster, settings, who)
        yield cluster
    finally:
        if server is not None:
            server.send_signal(2)  # SIGINT: close what is open, then stop
            server.wait(60)
        shutil.rmtree(folder, ignore_errors=True)


def _own(folder: Path) -> dict[str, object]:
    """Hand a folder to the account that the server runs under, and return how a program is started as that account."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return {}
    shutil.chown(folder, ACCOUNT, ACCOUNT)
    return {"user": ACCOUNT, "group": ACCOUNT, "extra_groups": []}


def _start(there: Path, cluster: Cluster, settings: tuple[str, ...], who: dict) -> subprocess.Popen[bytes]:
    told = (
        f"port={cluster.port}",
        "listen_addresses=127.0.0.1",
        f"unix_socket_directories={cluster.folder}",
        *settings,
    )
    options = [word for setting in told for word in ("-c", setting)]
    with (cluster.folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [there / "postgres", "-D", cluster.folder / "data", *options],
            stdout=log, stderr=log, cwd=cluster.folder, **who,
        )  # fmt: skip
    for _ in range(300):
        if server.poll() is not None:
            break
        try:
            cluster.do("SELECT 1")
        except Exception:  # noqa: BLE001 - it is not up yet, whatever it says
            time.sleep(0.1)
        else:
            return server
    raise RuntimeError((cluster.folder / "log").read_text("utf-8"))


def _free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Cluster]:
    """A server for all tests of one worker."""
    with running(*QUICK) as cluster:
        yield cluster
