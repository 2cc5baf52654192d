"""What a hub starts for a viewer: the dashboards and nothing else, behind the hub's own sign-in.

It is no Jupyter server. There is no address for files, terminals, sessions, contents or a kernel that somebody chooses;
over the line to a kernel a page may send what its widgets need and no code. The hub says who asks, and only whoever may
use this server comes in.
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.base.handlers import FileFindHandler, JupyterHandler
from jupyter_server.services.kernels.handlers import KernelHandler
from jupyterhub.singleuser.extension import JupyterHubIdentityProvider
from tornado import web
from voila.app import Voila
from voila.shutdown_kernel_handler import VoilaShutdownKernelHandler
from voila.static_file_handler import MultiStaticFileHandler, TemplateStaticFileHandler
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from dataworkbench.publishing.doorkeeper import FULL
from dataworkbench.publishing.quiet_errors import LOG_VARIABLE
from dataworkbench.publishing.serve import prepare
from dataworkbench.publishing.staff.access_log import ACCESS_LOG, AccessLog
from dataworkbench.publishing.staff.app import KERNEL
from dataworkbench.publishing.staff.sockets import StaffConnection
from dataworkbench.workspace import ENVIRONMENT_VARIABLE

MOST_OPEN: Final = 6
"""How many pages one viewer may have open; the hub says how much memory they may take."""
HUB_ONLY: Final = ("JUPYTERHUB_", "JPY_")
"""What the hub tells this server, a key among it; no kernel is told."""


class HubVoila(Voila):  # type: ignore[misc]  # Voila carries no types
    """Voila below one user's address of a hub."""

    def init_settings(self) -> dict[str, Any]:
        """Return the settings of the server."""
        settings: dict[str, Any] = super().init_settings()
        hub_auth = self.identity_provider.hub_auth
        # each of these takes its value from the surroundings when it is first asked for
        for name in hub_auth.trait_names():
            getattr(hub_auth, name)
        for name in [name for name in os.environ if name.startswith(HUB_ONLY)]:
            del os.environ[name]
        settings |= {
            "allow_unauthenticated_access": False,
            "allow_remote_access": True,  # the hub's proxy stands in front; this server answers on 127.0.0.1 alone
            "cookie_secret": os.urandom(32),
            "kernel_websocket_connection_class": StaffConnection,
            "log_function": lambda _handler: None,
            "pages": tuple(sorted(path.stem for path in Path(self.root_dir).glob("*.ipynb"))),
            "access_log": AccessLog(Path(os.environ[LOG_VARIABLE]).with_name(ACCESS_LOG)),
        }
        return settings

    def init_handlers(self) -> list[Any]:
        """Return all that can be asked for, and by whom it is answered."""
        own = self.base_url.rstrip("/")
        found = [
            (r"/?", Start),
            (r"/voila/render/(.*)", Dashboard, {
                "template_paths": self.template_paths, "config": self.config,
                "voila_configuration": self.voila_configuration,
            }),
            (rf"/api/kernels/{KERNEL}", KernelHandler),
            (rf"/api/kernels/{KERNEL}/channels", VoilaKernelWebsocketHandler),
            (r"/voila/api/shutdown/([\w-]+)", VoilaShutdownKernelHandler),
            (r"/voila/templates/([^/]+/static/.*)", TemplateStaticFileHandler),
            (r"/voila/static/(.*)", MultiStaticFileHandler, {"paths": self.static_paths}),
            (r"/voila/labextensions/(.*)", Scripts, {"path": self.labextensions_path}),
            *self.identity_provider.get_handlers(),
        ]  # fmt: skip
        return [(own + path, *more) for path, *more in found]


def _pages(handler: web.RequestHandler) -> tuple[str, ...]:
    """Return the names of the pages that are served here."""
    held: tuple[str, ...] = handler.settings["pages"]
    return held


def _filled(handler: JupyterHandler, name: str, **told: Any) -> str:
    """Return a template of the dashboards, filled in."""
    template = handler.settings["voila_jinja2_env"].get_template(name)
    return str(template.render(base_url=handler.base_url, **told))


class Start(JupyterHandler):
    """The list of pages."""

    @web.authenticated
    def get(self) -> None:
        """Show the list."""
        listed = [
            {"type": "notebook", "name": f"{name}.ipynb", "path": f"{name}.ipynb"} for name in _pages(self)
        ]
        self.finish(_filled(self, "tree.html", contents={"content": listed}, who=""))

    def write_error(self, status_code: int, **_fault: Any) -> None:
        """Say that something cannot be shown, and none of what went wrong."""
        self.finish(_filled(self, "error.html", status_code=status_code))


class Dashboard(TornadoVoilaHandler):  # type: ignore[misc]  # Voila carries no types
    """One page."""

    @web.authenticated
    async def get(self, path: str = "") -> None:
        """Show the page."""
        name = path.removesuffix(".ipynb")
        if name not in _pages(self) or path != f"{name}.ipynb":
            raise web.HTTPError(404)
        if len(list(self.kernel_manager.list_kernel_ids())) >= MOST_OPEN:
            raise web.HTTPError(503, reason="Full", log_message=FULL)
        self.settings["access_log"].note("opened", who=self.current_user.username, page=name)
        made: Any = super().get(path)
        await made

    def write_error(self, status_code: int, **_fault: Any) -> None:
        """Say that something cannot be shown, and none of what went wrong."""
        self.finish(_filled(self, "error.html", status_code=status_code))


class Scripts(FileFindHandler):
    """Scripts of widgets, which came with the packages."""

    @allow_unauthenticated
    async def get(self, path: str, include_body: bool = True) -> None:
        """Return a file."""
        await super().get(path, include_body)


def main() -> None:
    """Lay out a private folder for the workspace that the hub named, and serve it below the hub's address."""
    hub = {name: value for name, value in os.environ.items() if name.startswith(HUB_ONLY)}
    address = urlsplit(hub["JUPYTERHUB_SERVICE_URL"])
    workspace = Path(os.environ[ENVIRONMENT_VARIABLE])
    os.umask(0o077)
    served = prepare(workspace, port=int(address.port or 0), token="not-used-" + os.urandom(12).hex())
    _below_the_hub(
        served.folder / "config" / "voila.json", hub["JUPYTERHUB_SERVICE_PREFIX"], str(address.hostname)
    )
    kept = {name: value for name, value in served.env.items() if not name.startswith(HUB_ONLY)}
    os.environ.clear()
    os.environ.update({**kept, **hub})
    os.chdir(tempfile.gettempdir())
    try:
        HubVoila.launch_instance(
            [f"--Voila.config_file_paths={served.folder / 'config'}", str(served.folder / "dashboards")]
        )
    finally:
        served.remove()


def _below_the_hub(path: Path, prefix: str, host: str) -> None:
    """Change the settings of a server that stands alone to those of one below a hub's address."""
    held = json.loads(path.read_text(encoding="utf-8"))
    voila = held["Voila"]
    headers = voila["tornado_settings"]["headers"]
    parts = headers["Content-Security-Policy"].split("; ")
    headers["Content-Security-Policy"] = "; ".join(
        "connect-src 'self' data: blob:" if part.startswith("connect-src") else part for part in parts
    )
    provider = f"{JupyterHubIdentityProvider.__module__}.{JupyterHubIdentityProvider.__name__}"
    voila |= {"ip": host, "base_url": prefix, "server_url": prefix, "identity_provider_class": provider}
    del held["VoilaConfiguration"]["multi_kernel_manager_class"]
    del held["StaffVoila"]
    path.write_text(json.dumps(held), encoding="utf-8")


if __name__ == "__main__":
    main()
