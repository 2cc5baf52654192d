"""What runs in the hub: who may come in, what each is given, and what is started for whom."""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from jupyterhub.auth import Authenticator
from jupyterhub.spawner import LocalProcessSpawner
from traitlets import List, Unicode

from dataworkbench.publishing.hub.entries import holds_still, may_come_in, visitor_of
from dataworkbench.publishing.staff.scopes import Scopes
from dataworkbench.publishing.staff.sessions import Tries
from dataworkbench.publishing.staff.visitors import VISITORS_FILE, read_visitors
from dataworkbench.workspace import ENVIRONMENT_VARIABLE, Workspace

VIEWER: Final = "dataworkbench.publishing.hub.viewer"
LONGEST_NAME: Final = 64


class VisitorsAuthenticator(Authenticator):  # type: ignore[misc]  # JupyterHub is only there where a hub runs
    """Lets in those of ``visitors.toml`` with their passwords. For districts without a sign-in of their own."""

    workspace = Unicode(help="The folder of the district.").tag(config=True)

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.tries = Tries()

    async def authenticate(self, handler: Any, data: dict[str, str]) -> str | None:
        """Return the name of somebody whose password fits; nobody else comes in, and nobody may try as often as she likes."""
        name, place = data["username"].strip().lower()[:LONGEST_NAME], str(handler.request.remote_ip)
        fits = await asyncio.to_thread(
            may_come_in, Path(self.workspace), self.tries, name, data["password"], place
        )
        return name if fits else None

    def check_allowed(self, username: str, _authentication: Any = None) -> bool:
        """Return whether somebody stands in the file; it is read each time, so that a line taken out counts at once."""
        return read_visitors(Path(self.workspace) / VISITORS_FILE).named(username) is not None


class WorkbenchSpawner(LocalProcessSpawner):  # type: ignore[misc]  # as above
    """Starts JupyterLab for coordinators, under accounts of their own, and the dashboards alone for everybody else.

    Viewers can run no code, so their servers share one account of the system.
    """

    workspace = Unicode(help="The folder of the district.").tag(config=True)
    scopes = Unicode(help="A folder for the copies with single schools.").tag(config=True)
    coordinators = List(Unicode(), help="Those who get JupyterLab.").tag(config=True)
    viewer_account = Unicode("", help="The system's account for viewers' servers; empty: the hub's own.").tag(
        config=True
    )

    environment: Any
    cmd: Any
    args: Any

    async def start(self) -> Any:
        """Start what this person is given. The folder follows from the district's file, never from what a browser sent."""
        visitor = visitor_of(Path(self.workspace), self.user.name)
        self.started_under = visitor.fingerprint
        self.is_coordinator = visitor.sees_all and self.user.name in self.coordinators
        folder = await Scopes(Workspace(Path(self.workspace)), Path(self.scopes)).folder_of(visitor)
        if not visitor.sees_all and self.viewer_account:
            await asyncio.to_thread(give, Path(self.scopes), folder, self.viewer_account)
        self.environment = {**self.environment, ENVIRONMENT_VARIABLE: str(folder)}
        self.cmd = ["jupyterhub-singleuser"] if self.is_coordinator else [sys.executable, "-P", "-m", VIEWER]
        self.args = []
        return await super().start()

    async def poll(self) -> int | None:
        """Return None while a server runs; one whose person was taken out of the file, or sees other schools now, is ended."""
        status: int | None = await super().poll()
        if status is None and self.started_under and not await self._holds_still():
            self.started_under = ""
            await self.stop(now=True)
            return 0
        return status

    async def _holds_still(self) -> bool:
        return await asyncio.to_thread(holds_still, Path(self.workspace), self.user.name, self.started_under)

    def make_preexec_fn(self, name: str) -> Callable[[], None] | None:
        """Return what changes to the account under which a server runs."""
        account = name if self.is_coordinator else self.viewer_account
        return super().make_preexec_fn(account) if account else None

    def user_env(self, env: dict[str, str]) -> dict[str, str]:
        """Return the surroundings of a server, with the home of its account."""
        account = self.user.name if self.is_coordinator else self.viewer_account
        held = pwd.getpwnam(account) if account else pwd.getpwuid(os.getuid())
        return {**env, "USER": held.pw_name, "HOME": held.pw_dir, "SHELL": "/usr/sbin/nologin"}

    def load_state(self, state: dict[str, Any]) -> None:
        """Remember, over a new start of the hub, what was started for this person."""
        super().load_state(state)
        self.is_coordinator = bool(state.get("is_coordinator"))
        self.started_under = str(state.get("started_under", ""))

    def get_state(self) -> dict[str, Any]:
        """Return what the hub has to remember."""
        own = {"is_coordinator": self.is_coordinator, "started_under": self.started_under}
        return {**super().get_state(), **own}

    is_coordinator = False
    started_under = ""
    """The fingerprint of the entry under which the server was started."""


def give(scopes: Path, folder: Path, account: str) -> None:
    """Let one account of the system read a copy, and walk through the folder above it; others still cannot."""
    held = pwd.getpwnam(account)
    os.chown(scopes, -1, held.pw_gid)
    scopes.chmod(0o710)
    for path in (folder, *folder.rglob("*")):
        shutil.chown(path, account, held.pw_gid)
