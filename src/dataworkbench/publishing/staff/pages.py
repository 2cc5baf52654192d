"""What a browser asks for: signing in and out, the list of pages, one page, and its kernel's end."""

from __future__ import annotations

import asyncio
from html import escape
from typing import Any, Final
from urllib.parse import quote, urlencode

from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.auth.login import LoginFormHandler
from jupyter_server.base.handlers import FileFindHandler, JupyterHandler
from jupyter_server.services.kernels.handlers import KernelHandler
from nbformat.v4 import new_markdown_cell
from tornado import web
from voila.shutdown_kernel_handler import VoilaShutdownKernelHandler
from voila.static_file_handler import MultiStaticFileHandler, TemplateStaticFileHandler
from voila.tornado.handler import TornadoVoilaHandler

from dataworkbench.errors import WorkbenchError
from dataworkbench.publishing.doorkeeper import most_open
from dataworkbench.publishing.staff.inside import Inside, StaticInside, place_of
from dataworkbench.publishing.staff.kernels import KernelsOf
from dataworkbench.publishing.staff.visitors import password_fits

FOR_THE_WHOLE_DISTRICT: Final = ("meeting",)
"""Pages that are about what teams write, which is closed to whoever sees single schools."""
NOT_IN: Final = "That name and that password do not belong together, or the entry has run out."
LONGEST_NAME: Final = 64
_CHECKED_AT_ONCE: Final = 2
_checking = asyncio.Semaphore(_CHECKED_AT_ONCE)


class SignIn(Inside, LoginFormHandler):
    """The page on which one signs in."""

    @allow_unauthenticated
    def get(self) -> None:
        """Show the form."""
        if self.current_user:
            self._redirect_safe(self.get_argument("next", default="/"))
        else:
            self._show("")

    @allow_unauthenticated
    async def post(self) -> None:
        """Take a name and a password."""
        name, place = self.get_body_argument("name", "").strip().lower()[:LONGEST_NAME], place_of(self)
        wait = self.door.tries.wait(name, place)
        if wait > 0:
            self.set_status(429)
            self.set_header("Retry-After", str(int(wait) + 1))
            self._show("There were too many tries. Wait a while, then try again.")
            return
        self.door.tries.count(name, place)
        visitor = self.door.guests.book.named(name)
        async with _checking:
            fits = await asyncio.to_thread(
                password_fits, visitor, self.get_body_argument("password", "", strip=False)
            )
        if visitor is None or not fits:
            self.set_status(401)
            self._show(NOT_IN)
            return
        self.door.tries.forget(name, place)
        self.door.let_in(self, visitor)
        self.log_of_access.note("signed in", who=visitor.name, place=place)
        self._redirect_safe(self.get_argument("next", default="/"))

    def _show(self, said: str) -> None:
        template = self.get_template("sign_in.html")
        action = "/login?" + urlencode({"next": self.get_query_argument("next", default="/")})
        self.finish(template.render(base_url="/", said=said, action=action, xsrf=self.xsrf_form_html()))


class SignOut(Inside, JupyterHandler):
    """Where one signs out; what was open is closed."""

    @web.authenticated
    async def post(self) -> None:
        """End the sign-in and its kernels."""
        self.note("signed out")
        self.door.let_out(self)
        await self.settings["sweep"]()
        self.redirect("/login", status=303)


class Page(Inside):
    """A page that one comes to by an address, which may hold a token the first time."""

    takes_tokens = True

    def goes_on(self) -> bool:
        """Whether somebody has just come in by a token: the browser goes on to the same address without it."""
        if not self.arrived:
            return False
        self.note("signed in", by="token")
        left = [(name, value.decode("utf-8", "replace")) for name, held in self.request.query_arguments.items()
                for value in held if name != "token"]  # fmt: skip
        address = quote(self.request.path) + ("?" + urlencode(left) if left else "")
        self.finish(self.get_template("going_on.html").render(base_url="/", address=address))
        return True

    def pages(self) -> list[str]:
        """Return the names of the pages that this visitor may open."""
        listed: tuple[str, ...] = self.settings["pages"]
        closed = () if self.signed_in.visitor.sees_all else FOR_THE_WHOLE_DISTRICT
        return [name for name in listed if name not in closed]


class Start(Page, JupyterHandler):
    """The list of pages."""

    @web.authenticated
    async def get(self) -> None:
        """Show the list."""
        if self.goes_on():
            return
        scope = await self.scopes.said_to(self.signed_in.visitor)
        listed = [
            {"type": "notebook", "name": f"{name}.ipynb", "path": f"{name}.ipynb"} for name in self.pages()
        ]
        who = self.signed_in.visitor.name if self.settings["has_names"] else ""
        template = self.get_template("tree.html")
        self.finish(
            template.render(
                base_url="/", contents={"content": listed}, xsrf=self.xsrf_form_html(), who=who, scope=scope
            )
        )


class Dashboard(Page, TornadoVoilaHandler):  # type: ignore[misc]  # Voila carries no types
    """One page, made by a kernel that knows this visitor's folder."""

    folder: Any = None
    scope = ""
    """What the page says about what this visitor sees."""

    @property
    def kernel_manager(self) -> Any:
        """The kernels of this visitor, who is given her folder."""
        return KernelsOf(self.signed_in, self.everybodys_kernels, self.folder)

    @web.authenticated
    async def get(self, path: str = "") -> None:
        """Show the page."""
        if self.goes_on():
            return
        name = path.removesuffix(".ipynb")
        if name not in self.pages() or path != f"{name}.ipynb":
            raise web.HTTPError(404)
        visitor = self.signed_in.visitor
        with self.everybodys_kernels.place_for(self.signed_in, most_each=self._most_each()):
            try:
                self.folder = await self.scopes.folder_of(visitor)
                self.scope = await self.scopes.said_to(visitor)
            except (WorkbenchError, OSError) as fault:
                raise web.HTTPError(500) from fault
            self.note("opened", page=name, schools="all" if visitor.sees_all else list(visitor.schools))
            made: Any = super().get(path)
            await made

    def _most_each(self) -> int:
        """Return how many pages one sign-in may have open: a third of all where people come by name."""
        return max(3, most_open() // 3) if self.settings["has_names"] else most_open()


def say_the_scope(request: Dashboard, notebook: Any, **_asked: Any) -> Any:
    """Return a notebook with a line at its top that says what this visitor sees; Voila asks for it before it starts a kernel."""
    if request.scope:
        line = f'<p class="dw-scope" role="note">{escape(request.scope)}</p>'
        notebook.cells.insert(0, new_markdown_cell(line))
    return notebook


class KernelOfMine(Inside, KernelHandler):
    """What is told of a kernel, and its end."""


class EndOfMine(Inside, VoilaShutdownKernelHandler):  # type: ignore[misc]  # Voila carries no types
    """The end of a kernel when its page is closed."""


class TemplateFiles(StaticInside, TemplateStaticFileHandler):  # type: ignore[misc]  # Voila carries no types
    """Scripts and styles of the templates."""

    def parse_url_path(self, url_path: str) -> Any:
        """Return the path of a file; an address that is none of a template's is not there."""
        parts = url_path.split("/")
        if parts[1:2] != ["static"] or ".." in parts:
            raise web.HTTPError(404)
        return super().parse_url_path(url_path)


class StaticFiles(StaticInside, MultiStaticFileHandler):  # type: ignore[misc]  # Voila carries no types
    """Scripts and styles of Voila."""


class LabExtensions(Inside, FileFindHandler):
    """Scripts of widgets."""

    async def get(self, path: str, include_body: bool = True) -> None:
        """Return a file to somebody who is signed in."""
        if self.current_user is None:
            raise web.HTTPError(403)
        await super().get(path, include_body)

    def write_error(self, status_code: int, **_fault: Any) -> None:
        """Say that there is no such file."""
        self.finish(str(status_code))
