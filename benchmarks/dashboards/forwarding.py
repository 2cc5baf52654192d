"""A line between a browser and a server on which it is seen when something comes from the server.

A browser that is drawing does not look at its messages, so their times are taken here: that is how long a dashboard
takes apart from the browser's own drawing. For each dashboard the same.
"""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from typing import Final

CHUNK: Final = 1 << 16


class Line:
    """Hands on what comes to a port of its own, and remembers when how many bytes came back."""

    def __init__(self, to: int) -> None:
        self.came: list[tuple[float, int]] = []
        self._to = to
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        threading.Thread(target=self._take, daemon=True).start()

    def last(self, since: float, until: float, small: int) -> float:
        """Return when the last bytes that belong to something large came, in milliseconds since 1970; ``since`` where none did."""
        return max((at for at, size in self.came if since < at <= until and size > small), default=since)

    def close(self) -> None:
        """Take nothing more."""
        self._listening.close()

    def _take(self) -> None:
        with suppress(OSError):
            while True:
                browser, _ = self._listening.accept()
                server = socket.create_connection(("127.0.0.1", self._to))
                for ends in ((browser, server, False), (server, browser, True)):
                    for end in ends[:2]:
                        end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    threading.Thread(target=self._hand_on, args=ends, daemon=True).start()

    def _hand_on(self, source: socket.socket, target: socket.socket, back: bool) -> None:
        with suppress(OSError):
            while held := source.recv(CHUNK):
                if back:
                    self.came.append((time.time() * 1000, len(held)))
                target.sendall(held)
        with suppress(OSError):
            target.shutdown(socket.SHUT_WR)
