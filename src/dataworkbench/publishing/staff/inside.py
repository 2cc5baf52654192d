"""What every request has in common: whose it is, which kernels it can reach, and how a refusal looks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from jupyter_server.auth.decorator import allow_unauthenticated
from tornado import web

from dataworkbench.publishing.staff.access_log import AccessLog
from dataworkbench.publishing.staff.door import Door, Guest
from dataworkbench.publishing.staff.kernels import KernelsOf, StaffKernels
from dataworkbench.publishing.staff.scopes import Scopes
from dataworkbench.publishing.staff.sessions import Session

if TYPE_CHECKING:
    from tornado.web import RequestHandler
else:
    RequestHandler = object

__all__ = ["Inside", "StaticInside", "allow_unauthenticated", "host_is_ours", "place_of"]


def host_is_ours(handler: web.RequestHandler) -> bool:
    """Whether a request names this server by a name of its own; a page elsewhere may have pointed its name here."""
    name = handler.request.host.rsplit(":", 1)[0] if ":" in handler.request.host else handler.request.host
    return name.lower() in handler.settings["local_hostnames"]


def place_of(handler: web.RequestHandler) -> str:
    """Return where a request comes from: what the proxy says where one stands in front, else the other end of the line."""
    door: Door = handler.settings["identity_provider"]
    forwarded = handler.request.headers.get_list("X-Forwarded-For") if door.https else []
    said = forwarded[-1].split(",")[-1].strip() if forwarded else ""
    return (said or handler.request.remote_ip or "")[:64]


class Inside(RequestHandler):
    """A request to a server of ours."""

    takes_tokens = False
    arrived = False

    @property
    def door(self) -> Door:
        """Who says who somebody is."""
        return cast("Door", self.settings["identity_provider"])

    @property
    def log_of_access(self) -> AccessLog:
        """Where it is written who looked at what."""
        return cast("AccessLog", self.settings["access_log"])

    @property
    def scopes(self) -> Scopes:
        """The folders of all visitors."""
        return cast("Scopes", self.settings["scopes"])

    @property
    def everybodys_kernels(self) -> StaffKernels:
        """All kernels; for counting and ending alone."""
        return cast("StaffKernels", self.settings["kernel_manager"])

    @property
    def signed_in(self) -> Session:
        """The sign-in that this request belongs to; there is none without one."""
        guest = self.current_user
        if not isinstance(guest, Guest) or guest.session is None:
            raise web.HTTPError(403)
        return guest.session

    @property
    def kernel_manager(self) -> Any:
        """The kernels that this request can reach: its visitor's own."""
        return KernelsOf(self.signed_in, self.everybodys_kernels)

    def check_host(self) -> bool:
        """Whether the request names this server by a name of its own."""
        return host_is_ours(self)

    def get_template(self, name: str) -> Any:
        """Return a template of the dashboards."""
        return self.settings["voila_jinja2_env"].get_template(name)

    def write_error(self, status_code: int, **_fault: Any) -> None:
        """Say that something cannot be shown, in words for the number and none of what went wrong."""
        self.set_header("Content-Type", "text/html; charset=utf-8")
        template = self.get_template("error.html")
        self.finish(template.render(status_code=status_code, base_url="/"))

    def note(self, what: str, **more: object) -> None:
        """Write into the log of access who did something, and from where."""
        self.log_of_access.note(what, who=self.signed_in.visitor.name, place=place_of(self), **more)


class StaticInside(web.StaticFileHandler):
    """Files that came with the packages; they hold no data, and are shown to nobody who is not signed in all the same."""

    def prepare(self) -> None:
        """Refuse whoever is not signed in."""
        door: Door = self.settings["identity_provider"]
        if not host_is_ours(self) or door.session_of(self) is None:
            raise web.HTTPError(403)
