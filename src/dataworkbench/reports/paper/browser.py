"""One Chromium without a window, spoken to in its DevTools protocol over two pipes.

Pipes and not a port: nobody else on the machine can join in, and the browser ends by itself when this process does,
however that comes. The protocol is JSON; each message ends with a zero byte.
"""

from __future__ import annotations

import fcntl
import json
import os
import select
import shutil
import signal
import tempfile
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Self

from dataworkbench.errors import WorkbenchError

Message = dict[str, Any]

CHUNK: Final = 1 << 20
ABOVE_ALL_TAKEN: Final = 10
READS, WRITES = 3, 4
"""The two numbers under which Chromium looks for its pipes."""

SWITCHES: Final = (
    "--headless", "--remote-debugging-pipe", "--no-first-run", "--no-default-browser-check", "--disable-gpu",
    "--disable-dev-shm-usage", "--disable-extensions", "--disable-sync", "--disable-background-networking",
    "--disable-component-update", "--disable-default-apps", "--disable-breakpad", "--no-pings", "--mute-audio",
    "--metrics-recording-only", "--disable-domain-reliability", "--disable-client-side-phishing-detection",
    "--font-render-hinting=none", "--force-color-profile=srgb",
    "--disable-features=OptimizationHints,MediaRouter,DialMediaRouteProvider,Translate",
    "--host-resolver-rules=MAP * ~NOTFOUND", "--proxy-server=http://127.0.0.1:9", "--proxy-bypass-list=<-loopback>",
)  # fmt: skip
"""What keeps it small, silent and off the network: no name is found, and the only way out leads to a closed door."""


class BrowserLostError(WorkbenchError):
    """The browser ended, or did not answer in time; it has to be started anew."""


class RefusedError(WorkbenchError):
    """The browser answered that it can't do what it was asked for."""


class Browser:
    """A running Chromium; it is ended by ``end``, at the latest when this process ends."""

    def __init__(self, program: Path) -> None:
        self._home = tempfile.mkdtemp(prefix="dwb-paper-")
        self._number = 0
        self._rest = b""
        self._waiting: deque[Message] = deque()
        try:
            self.process, self._to, self._from = _start(program, self._home)
        except OSError:
            shutil.rmtree(self._home, ignore_errors=True)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_how: object) -> None:
        self.end()

    def end(self) -> None:
        """End the browser and all that it started, and take its folder away."""
        for end in (self._to, self._from):
            with suppress(OSError):
                os.close(end)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(self.process, 0)
        shutil.rmtree(self._home, ignore_errors=True)

    def tell(self, method: str, asked: Mapping[str, Any] | None = None, *, page: str = "") -> int:
        """Send a message and return its number; its answer comes later."""
        self._number += 1
        message: Message = {"id": self._number, "method": method, "params": dict(asked or {})}
        if page:
            message["sessionId"] = page
        try:
            _write_all(self._to, json.dumps(message).encode() + b"\0")
        except OSError as fault:
            raise BrowserLostError("The browser ended.") from fault
        return self._number

    def hear(self, until: float) -> Message:
        """Return the next message of the browser.

        Raises
        ------
        BrowserLostError
            Where the browser ended, or said nothing before ``until`` (of ``time.monotonic``).

        """
        while not self._waiting:
            left = until - time.monotonic()
            if left <= 0 or not select.select([self._from], [], [], left)[0]:
                raise BrowserLostError("The browser did not answer in time.")
            read = os.read(self._from, CHUNK)
            if not read:
                raise BrowserLostError("The browser ended.")
            *whole, self._rest = (self._rest + read).split(b"\0")
            self._waiting.extend(json.loads(one) for one in whole)
        return self._waiting.popleft()

    def ask(
        self,
        method: str,
        asked: Mapping[str, Any] | None = None,
        *,
        page: str = "",
        until: float,
        meanwhile: Callable[[Message], None],
    ) -> Message:
        """Return the answer to a message; whatever else is heard before it is handed to ``meanwhile``."""
        number = self.tell(method, asked, page=page)
        while True:
            heard = self.hear(until)
            if heard.get("id") != number:
                meanwhile(heard)
            elif "error" in heard:
                raise RefusedError(f"The browser refused {method}: {heard['error'].get('message', '')}")
            else:
                result: Message = heard["result"]
                return result


def _start(program: Path, home: str) -> tuple[int, int, int]:
    """Start a browser and return its process, the pipe to it and the pipe from it."""
    theirs_in, to = os.pipe()
    come_from, theirs_out = os.pipe()
    high = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, ABOVE_ALL_TAKEN) for end in (theirs_in, theirs_out)]
    os.close(theirs_in)
    os.close(theirs_out)
    try:
        process = os.posix_spawn(
            program, _command(program, home), _surroundings(home), file_actions=_ends(high), setpgroup=0
        )
    except OSError:
        os.close(to)
        os.close(come_from)
        raise
    finally:
        for end in high:
            os.close(end)
    return process, to, come_from


def _ends(high: Sequence[int]) -> list[tuple[int, ...] | tuple[int, int, str, int, int]]:
    silent = [(os.POSIX_SPAWN_OPEN, end, os.devnull, os.O_RDWR, 0) for end in (0, 1, 2)]
    return [
        *silent,
        (os.POSIX_SPAWN_DUP2, high[0], READS),
        (os.POSIX_SPAWN_DUP2, high[1], WRITES),
    ]


def _command(program: Path, home: str) -> list[str]:
    """Return the command; the browser's own walls stay up but where root runs it, who cannot have them."""
    bare = ("--no-sandbox",) if os.geteuid() == 0 else ()
    return [str(program), *SWITCHES, *bare, f"--user-data-dir={home}", "about:blank"]


def _surroundings(home: str) -> dict[str, str]:
    kept = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "FONTCONFIG_PATH", "FONTCONFIG_FILE", "HOME")
    return {"HOME": home, **{name: os.environ[name] for name in kept if name in os.environ}, "TZ": "UTC"}


def _write_all(end: int, content: bytes) -> None:
    left = memoryview(content)
    while left:
        left = left[os.write(end, left) :]
