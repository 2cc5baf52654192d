"""The server: Voila with doors of its own. Only what is listed here can be asked for."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import tornado.ioloop
import tornado.web
from traitlets import Unicode
from voila.app import Voila

from dataworkbench.publishing.staff import copies, pages
from dataworkbench.publishing.staff.access_log import AccessLog
from dataworkbench.publishing.staff.door import Door, Guests
from dataworkbench.publishing.staff.inside import place_of
from dataworkbench.publishing.staff.kernels import bare_environment, wanted_warm
from dataworkbench.publishing.staff.scopes import Scopes
from dataworkbench.publishing.staff.sessions import Sessions, Tries
from dataworkbench.publishing.staff.sockets import Socket, StaffConnection
from dataworkbench.publishing.staff.visitors import VisitorBook
from dataworkbench.workspace import Workspace

KERNEL: Final = r"(?P<kernel_id>\w+-\w+-\w+-\w+-\w+)"
LOOK_EVERY: Final = 10_000
"""Milliseconds between two looks at whose sign-in has ended."""
MOST_IN_A_BODY: Final = 65_536
MOST_IN_THE_HEAD: Final = 32_768
REFUSALS: Final = frozenset({400, 401, 403, 404, 405, 413, 429, 500, 503})


class StaffVoila(Voila):  # type: ignore[misc]  # Voila carries no types
    """Voila for those who were let in, each with kernels of their own."""

    surroundings = Unicode("", help="The file that says what is served to whom.").tag(config=True)

    def init_settings(self) -> dict[str, Any]:
        """Return the settings of the server, with who may come in and what is written about it."""
        held = json.loads(Path(self.surroundings).read_text(encoding="utf-8"))
        settings: dict[str, Any] = super().init_settings()
        self.visitors_door(held)
        self.voila_configuration.prelaunch_hook = pages.say_the_scope
        settings |= {
            "allow_remote_access": False,
            "local_hostnames": hostnames(held["address"]),
            "login_url": "/login",
            "kernel_websocket_connection_class": StaffConnection,
            "websocket_max_message_size": held["most_in_a_message"],
            "xsrf_cookie_kwargs": {"samesite": "Strict", "secure": bool(held["address"])},
            "log_function": note_refusals,
            "access_log": AccessLog(Path(held["access_log"])),
            "scopes": Scopes(Workspace(Path(held["workspace"])), Path(held["scopes"])),
            "pages": tuple(held["pages"]),
            "has_names": bool(held["visitors"]),
            "sweep": self.sweep,
        }
        return settings

    def visitors_door(self, held: dict[str, Any]) -> None:
        """Tell the door who may come in: those of the file, or whoever has the token."""
        whole = VisitorBook.model_validate(held["whole"])
        guests = Guests(Path(held["visitors"]) if held["visitors"] else None, whole)
        door: Door = self.identity_provider
        door.guests, door.tries = guests, Tries()
        door.sessions = Sessions(guests.book.hours)
        door.port, door.https = self.port, bool(held["address"])

    def init_handlers(self) -> list[Any]:
        """Return what can be asked for, and by whom it is answered."""
        return [
            (r"/login", pages.SignIn),
            (r"/logout", pages.SignOut),
            (r"/(?:voila/tree/?)?", pages.Start),
            (r"/voila/render/(.*)", pages.Dashboard, self._for_pages()),
            (rf"/api/kernels/{KERNEL}", pages.KernelOfMine),
            (rf"/api/kernels/{KERNEL}/channels", Socket),
            (r"/voila/api/shutdown/([\w-]+)", pages.EndOfMine),
            (r"/voila/templates/(.*)", pages.TemplateFiles),
            (r"/voila/static/(.*)", pages.StaticFiles, {"paths": self.static_paths}),
            (r"/voila/labextensions/(.*)", pages.LabExtensions, {"path": self.labextensions_path}),
        ]

    def _for_pages(self) -> dict[str, Any]:
        return {
            "template_paths": self.template_paths,
            "config": self.config,
            "voila_configuration": self.voila_configuration,
        }

    async def sweep(self) -> None:
        """Close what belongs to sign-ins that have ended: those of people who went, were taken out, or ran out of time."""
        door: Door = self.identity_provider
        for socket in list(Socket.open_ones):
            if door.valid(socket.session) is None:
                socket.close(code=4403, reason="signed out")
        await self.kernel_manager.end_where(lambda session: door.valid(session) is None)

    def listen(self) -> None:
        """Answer on the one port until the end."""
        self.app.listen(
            self.port,
            self.ip,
            max_body_size=MOST_IN_A_BODY,
            max_header_size=MOST_IN_THE_HEAD,
            idle_connection_timeout=600,
        )
        if copies.can_copy() and wanted_warm():
            copies.begin(bare_environment())
        self.ioloop = tornado.ioloop.IOLoop.current()
        self.ioloop.add_callback(self.kernel_manager.fill)
        looking = tornado.ioloop.PeriodicCallback(self.sweep, LOOK_EVERY)
        looking.start()
        try:
            self.ioloop.start()
        finally:
            looking.stop()
            self.kernel_manager.stop_filling()
            self.stop()
            copies.end()


def hostnames(address: str) -> list[str]:
    """Return the names by which a browser may ask for this server."""
    named = urlsplit(address).hostname if address else None
    return ["localhost", "127.0.0.1", *([named.lower()] if named else [])]


def note_refusals(handler: tornado.web.RequestHandler) -> None:
    """Write down that somebody was refused, and what kind of thing was asked for; never the address itself."""
    if handler.get_status() not in REFUSALS:
        return
    door: Door = handler.settings["identity_provider"]
    session = door.session_of(handler)
    log: AccessLog = handler.settings["access_log"]
    who = session.visitor.name if session else ""
    log.note(
        "refused", who=who, place=place_of(handler), status=handler.get_status(), kind=type(handler).__name__
    )


main: Callable[..., None] = StaffVoila.launch_instance
