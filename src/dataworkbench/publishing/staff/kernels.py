"""Kernels of many visitors: each belongs to the sign-in that started it, and is told only the folder of its visitor.

A few kernels wait with the libraries loaded. They know no folder until they are handed to a visitor, so no data of
anybody's scope is in them; what they are told comes before the first cell of a page.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from jupyter_core.utils import ensure_async
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from jupyter_server.utils import ApiPath
from tornado.web import HTTPError

from dataworkbench.publishing.doorkeeper import FEWEST_OPEN, FULL, most_open
from dataworkbench.publishing.staff.sessions import Session
from dataworkbench.publishing.staff.warm import NOWHERE
from dataworkbench.workspace import ENVIRONMENT_VARIABLE, RECORDS_VARIABLE

WARM_VARIABLE: Final = "DATAWORKBENCH_WARM_KERNELS"
"""How many kernels wait with the libraries loaded; each takes about 150 megabytes, and a fifth of it where it is a copy."""
HANDED_ON: Final = (
    "PATH", "HOME", "USER", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TEMP", "TMP", "VIRTUAL_ENV", "SYSTEMROOT", "SYSTEMDRIVE",
    "APPDATA", "LOCALAPPDATA", "USERPROFILE", "PROGRAMDATA", "COMSPEC", "PATHEXT", "NUMBER_OF_PROCESSORS",
    "IPYTHONDIR", "PLOTLY_RENDERER", "DATAWORKBENCH_ERROR_LOG", "LD_LIBRARY_PATH", "SSL_CERT_FILE",
)  # fmt: skip
HANDED_ON_BEGINNINGS: Final = ("LC_", "JUPYTER_", "PYTHON", "XDG_", "OMP_", "OPENBLAS_", "MKL_")
FOR_ALL_OF_IT: Final = (
    RECORDS_VARIABLE,
    "PGHOST",
    "PGPORT",
    "PGUSER",
    "PGDATABASE",
    "PGPASSWORD",
    "PGPASSFILE",
)
"""What only the kernel of somebody who sees the whole district is told: where the records lie."""
OF_A_REQUEST: Final = (
    "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING", "SERVER_SOFTWARE", "SERVER_PROTOCOL", "SERVER_PORT", "SERVER_NAME",
    "VOILA_PREHEAT", "VOILA_BASE_URL", "VOILA_SERVER_URL", "VOILA_APP_PORT",
)  # fmt: skip
"""What Voila tells a kernel about the request; the whole address is not among it, which may hold a key."""
SECONDS_TO_TELL: Final = 20
_HAND_OVER: Final = (
    "import os, json\nos.environ.update(json.loads({told!r}))\nos.chdir({folder!r})\ndel json, os"
)


def bare_environment() -> dict[str, str]:
    """Return what every kernel may know of the surroundings of the server: no key, no folder of data."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in HANDED_ON or name.startswith(HANDED_ON_BEGINNINGS)
    }
    return {**kept, ENVIRONMENT_VARIABLE: NOWHERE}


def told_to(session: Session, folder: Path, asked: Mapping[str, str]) -> dict[str, str]:
    """Return what the kernel of a visitor is told besides: her folder, and what the page was asked for."""
    own = FOR_ALL_OF_IT if session.visitor.sees_all else ()
    return {
        **{name: os.environ[name] for name in own if name in os.environ},
        **{name: asked[name] for name in OF_A_REQUEST if name in asked},
        ENVIRONMENT_VARIABLE: str(folder),
    }


class StaffKernels(AsyncMappingKernelManager):
    """All kernels of one server: whose each is, and those that wait for somebody."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.owners: dict[str, Session] = {}
        self._waiting: list[str] = []
        self._opening: list[Session] = []
        self._filling: asyncio.Task[None] | None = None
        self.cold_starts = 0

    def open_ones(self, session: Session | None = None) -> int:
        """Return how many pages are open or being opened: all, or those of one sign-in."""
        held = [owner for kernel, owner in self.owners.items() if kernel in self._kernels]
        return len([owner for owner in [*held, *self._opening] if session is None or owner is session])

    @contextmanager
    def place_for(self, session: Session, *, most_each: int) -> Iterator[None]:
        """Keep a place for a page that is being opened; refuse where there is none."""
        if self.open_ones() >= most_open() or self.open_ones(session) >= most_each:
            raise HTTPError(503, FULL, reason="Full")
        self._opening.append(session)
        try:
            yield
        finally:
            self._placed(session)

    def _placed(self, session: Session) -> None:
        with suppress(ValueError):
            self._opening.remove(session)

    async def start_for(self, session: Session, told: dict[str, str], *, kernel_name: str, path: str) -> str:
        """Return the kernel of a visitor: one that waited, where there is one, else a new one."""
        kernel_id = await self._take_waiting(told, path)
        if not kernel_id:
            self.cold_starts += 1
            env = {**bare_environment(), **told}
            kernel_id = await self.start_kernel(kernel_name=kernel_name, path=ApiPath(path), env=env)
        self.owners[kernel_id] = session
        self._placed(session)
        self.fill()
        return kernel_id

    async def _take_waiting(self, told: Mapping[str, str], path: str) -> str:
        while self._waiting:
            kernel_id = self._waiting.pop(0)
            if kernel_id in self._kernels and await self._hand_over(kernel_id, told, path):
                return kernel_id
            if kernel_id in self._kernels:
                await self.shutdown_kernel(kernel_id, now=True)
        return ""

    async def _hand_over(self, kernel_id: str, told: Mapping[str, str], path: str) -> bool:
        """Tell a kernel whose it is now; say whether it has understood. Where it has not, it is not used."""
        kernel = self.get_kernel(kernel_id)
        if not await ensure_async(kernel.is_alive()):
            return False
        client = kernel.client()
        client.start_channels(iopub=False, stdin=False, hb=False, control=False)
        code = _HAND_OVER.format(told=json.dumps(dict(told)), folder=self.cwd_for_path(path))
        try:
            reply = await ensure_async(
                client.execute(code, silent=True, store_history=False, reply=True, timeout=SECONDS_TO_TELL)
            )
        except TimeoutError:
            return False
        finally:
            client.stop_channels()
        return bool(reply["content"]["status"] == "ok")

    def fill(self) -> None:
        """Start kernels that wait for somebody, one after the other, while nothing else is asked for."""
        if self._filling is None or self._filling.done():
            self._filling = asyncio.ensure_future(self._fill())

    async def _fill(self) -> None:
        while len(self._waiting) < wanted_warm() and self.open_ones() + len(self._waiting) < most_open():
            kernel_id = await self.start_kernel(
                kernel_name="python3", path=ApiPath(""), env=bare_environment()
            )
            self._waiting.append(kernel_id)

    async def cull_kernel_if_idle(self, kernel_id: str) -> None:
        """End a kernel that nobody looks at any more; those that wait for somebody go on waiting."""
        if kernel_id not in self._waiting:
            await super().cull_kernel_if_idle(kernel_id)

    def remove_kernel(self, kernel_id: str) -> Any:
        """Forget a kernel, and whose it was."""
        self.owners.pop(kernel_id, None)
        if kernel_id in self._waiting:
            self._waiting.remove(kernel_id)
        return super().remove_kernel(kernel_id)

    async def end_where(self, ended: Callable[[Session], bool]) -> None:
        """End the kernels of sign-ins that hold no longer."""
        for kernel_id in [kernel for kernel, owner in self.owners.items() if ended(owner)]:
            if kernel_id in self._kernels:
                await self.shutdown_kernel(kernel_id, now=True)

    def stop_filling(self) -> None:
        """Start no more kernels that wait."""
        if self._filling is not None:
            self._filling.cancel()


def wanted_warm() -> int:
    """Return how many kernels are to wait: what was set, else two, and none where few pages may be open."""
    if said := os.environ.get(WARM_VARIABLE):
        return max(0, int(said))
    return 2 if most_open() >= FEWEST_OPEN else 0


@dataclass(frozen=True)
class KernelsOf:
    """The kernels of one sign-in: what a request of hers can reach. Others are not there for it."""

    session: Session
    all: StaffKernels
    folder: Path = Path()

    @property
    def notebook_data(self) -> dict[str, Any]:
        """Which notebooks were run before anybody came: none."""
        return {}

    def get_pool_size(self, _notebook: str) -> int:
        """Return how many kernels have run a notebook before anybody came: none."""
        return 0

    async def start_kernel(self, *, kernel_name: str, path: str, env: Mapping[str, str]) -> str:
        """Return a new kernel of this visitor's, which is told her folder whatever the request said."""
        told = told_to(self.session, self.folder, env)
        return await self.all.start_for(self.session, told, kernel_name=kernel_name, path=path)

    def get_kernel(self, kernel_id: str) -> Any:
        """Return one of this visitor's kernels."""
        return self.all.get_kernel(self._own(kernel_id))

    def kernel_model(self, kernel_id: str) -> Any:
        """Return what is told of one of this visitor's kernels."""
        return self.all.kernel_model(self._own(kernel_id))

    async def shutdown_kernel(self, kernel_id: str) -> None:
        """End one of this visitor's kernels."""
        await self.all.shutdown_kernel(self._own(kernel_id))

    def _own(self, kernel_id: str) -> str:
        """Return the id where the kernel is this visitor's; nobody learns whether another's is there."""
        owner = self.all.owners.get(kernel_id)
        if owner is None or owner.key != self.session.key:
            raise HTTPError(404, "There is no such kernel.")
        return kernel_id
