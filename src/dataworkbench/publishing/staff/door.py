"""Who somebody is: a key in a cookie that no script and no other site can use, or a token in an address, once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_server.auth.identity import IdentityProvider, User
from tornado import web

from dataworkbench.errors import WorkbenchError
from dataworkbench.publishing.staff.sessions import Session, Sessions, Tries
from dataworkbench.publishing.staff.visitors import Visitor, VisitorBook, read_visitors


@dataclass
class Guest(User):
    """Somebody who is signed in."""

    session: Session | None = None


class Guests:
    """Who may come in, read anew when the file has changed. Where it cannot be read, nobody may."""

    def __init__(self, path: Path | None, whole: VisitorBook) -> None:
        self._path = path
        self._book = whole
        self._seen: tuple[int, int, int] | None = None

    @property
    def book(self) -> VisitorBook:
        """Return who may look now."""
        if self._path is None:
            return self._book
        try:
            held = self._path.stat()
            seen = (held.st_mtime_ns, held.st_size, held.st_mode)
            if seen != self._seen:
                self._book, self._seen = read_visitors(self._path), seen
        except (OSError, WorkbenchError):
            self._book, self._seen = VisitorBook(), None
        return self._book

    def still(self, visitor: Visitor) -> bool:
        """Whether a visitor's entry is what it was when she signed in, and has not run out."""
        known = self.book.named(visitor.name)
        return known is not None and known.fingerprint == visitor.fingerprint


class Door(IdentityProvider):
    """Says who makes a request. It knows no password and no token of the server's own."""

    guests: Guests
    sessions: Sessions
    tries: Tries
    port: int = 0
    https: bool = False

    def get_user(self, handler: web.RequestHandler) -> User | None:
        """Return who is signed in; nobody where the entry was taken out, was changed, or has run out."""
        session = self._arriving(handler) or self.session_of(handler)
        return Guest(session.visitor.name, session=session) if session else None

    def _arriving(self, handler: web.RequestHandler) -> Session | None:
        """Sign in whoever opens a page with a token in its address; the page then goes on to the address without it."""
        if not getattr(handler, "takes_tokens", False) or handler.request.method != "GET":
            return None
        token = handler.get_query_argument("token", "")
        visitor = self.guests.book.with_token(token) if token else None
        if visitor is None:
            return None
        handler.arrived = True  # type: ignore[attr-defined]  # a mark of ours on the request
        return self.let_in(handler, visitor)

    def session_of(self, handler: web.RequestHandler) -> Session | None:
        """Return the sign-in that a request's cookie opens."""
        session = self.sessions.of(handler.get_cookie(self.cookie, "") or "")
        return self.valid(session)

    def valid(self, session: Session | None) -> Session | None:
        """Return a sign-in where it holds still."""
        held = self.sessions.still(session)
        if held is not None and not self.guests.still(held.visitor):
            self.sessions.end(held)
            return None
        return held

    def let_in(self, handler: web.RequestHandler, visitor: Visitor) -> Session:
        """Sign somebody in."""
        before = self.session_of(handler)
        if before is not None:
            self.sessions.end(before)
        key, session = self.sessions.begin(visitor)
        handler.set_cookie(self.cookie, key, path="/", httponly=True, samesite="Strict", secure=self.https)
        return session

    def let_out(self, handler: web.RequestHandler) -> Session | None:
        """Sign somebody out, and return the sign-in that ended."""
        session = self.session_of(handler)
        if session is not None:
            self.sessions.end(session)
        handler.set_cookie(
            self.cookie, "", path="/", httponly=True, samesite="Strict", secure=self.https, max_age=0
        )
        return session

    @property
    def cookie(self) -> str:
        """The name of the cookie; servers on other ports of this machine have others."""
        return "__Host-dataworkbench" if self.https else f"dataworkbench-{self.port}"

    def should_check_origin(self, _handler: Any) -> bool:
        """Return that every request from a page has to come from one of ours."""
        return True

    def is_token_authenticated(self, _handler: Any) -> bool:
        """Return that no token stands for a check of where a request comes from."""
        return False

    @property
    def auth_enabled(self) -> bool:
        """Return that nobody comes in unknown."""
        return True
