"""A mail server on this machine, as small as the talk that is tested: it keeps what it is sent, and what was said to it."""

from __future__ import annotations

import base64
import contextlib
import socketserver
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

USER, PASSWORD = "reports", "pass word"


@dataclass
class Post:
    """What a server received: whole messages, to whom each went, and every line that was said to it."""

    messages: list[bytes] = field(default_factory=list)
    receivers: list[str] = field(default_factory=list)
    lines: list[bytes] = field(default_factory=list)
    encrypted: bool = False
    port: int = 0


class Talk(socketserver.StreamRequestHandler):
    """One talk by the rules of RFC 5321, with STARTTLS and AUTH where the server has a certificate or a user."""

    timeout = 10

    def handle(self) -> None:
        self.secure = self.server.security == "ssl"
        with contextlib.suppress(OSError):
            self.say("220 here")
            while (line := self.rfile.readline()) and self.answer(line):
                pass

    def answer(self, line: bytes) -> bool:
        post: Post = self.server.post
        post.lines.append(line)
        words = line.decode("utf-8", "replace").split()
        command = words[0].upper() if words else ""
        if command == "EHLO":
            offers = ["250-here", *self.offers(), "250 8BITMIME"]
            self.say("\r\n".join(offers))
        elif command == "STARTTLS":
            self.say("220 go on")
            self.encrypt()
        elif command == "AUTH":
            given = base64.b64decode(words[2]).decode().split("\0")[1:]
            self.say("235 welcome" if given == [USER, PASSWORD] else f"535 not {given}")
        elif command == "RCPT":
            refused = "nobody@" in line.decode()
            post.receivers += [] if refused else [words[1]]
            self.say("550 not here" if refused else "250 fine")
        elif command == "DATA":
            self.say("354 go on")
            held = b""
            while (part := self.rfile.readline()) not in (b".\r\n", b""):
                held += part.removeprefix(b".") if part.startswith(b"..") else part
            post.messages.append(held)
            post.encrypted = self.secure
            self.say("250 kept")
        else:
            self.say("221 bye" if command == "QUIT" else "250 fine")
        return command != "QUIT"

    def offers(self) -> list[str]:
        if self.server.security == "starttls" and not self.secure:
            return ["250-STARTTLS"]
        return ["250-AUTH PLAIN"]

    def encrypt(self) -> None:
        self.connection = self.server.context.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)
        self.secure = True

    def say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def get_request(self):
        connection, address = super().get_request()
        connection.settimeout(10)
        if self.security == "ssl":
            connection = self.context.wrap_socket(connection, server_side=True)
        return connection, address

    def handle_error(self, request, client_address) -> None:
        """A talk that breaks off is part of what is tested."""


@contextlib.contextmanager
def mail_server(security: str = "none", certificate: Path | None = None) -> Iterator[Post]:
    """A server on 127.0.0.1 as long as it is needed."""
    with Server(("127.0.0.1", 0), Talk) as server:
        server.post, server.security = Post(port=server.server_address[1]), security
        if certificate:
            server.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            server.context.load_cert_chain(certificate)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server.post
        finally:
            server.shutdown()
            thread.join()
