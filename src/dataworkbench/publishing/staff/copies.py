"""Kernels that are copies of a prepared process (``prepared``), for Jupyter to start, watch and end as any other."""

from __future__ import annotations

import asyncio
import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Any, Final

from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from dataworkbench.publishing.staff.prepared import DESCRIPTOR

LAUNCHER: Final = "ipykernel_launcher"
SECONDS_TO_COPY: Final = 30
_PREPARED: Final = "dataworkbench.publishing.staff.prepared"


def can_copy() -> bool:
    """Return whether processes can be copied and watched here: on Linux; elsewhere each kernel is started by itself."""
    return sys.platform == "linux" and hasattr(os, "pidfd_open")


class Copy:
    """A kernel that is a copy, looked after as ``subprocess`` looks after its own."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._watch = os.pidfd_open(pid)
        self._looking = select.poll()
        self._looking.register(self._watch, select.POLLIN)
        self._ended = False

    def poll(self) -> int | None:
        """Return None while it runs."""
        if not self._ended and self._looking.poll(0):
            self._end()
        return 0 if self._ended else None

    def wait(self) -> int:
        """Return when it has ended."""
        if not self._ended:
            self._looking.poll()
            self._end()
        return 0

    def send_signal(self, number: int) -> None:
        """Send it a signal; one that has ended takes none."""
        if self.poll() is None:
            signal.pidfd_send_signal(self._watch, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)

    def _end(self) -> None:
        os.close(self._watch)
        self._ended = True


class Prepared:
    """The prepared process, and the line to it."""

    def __init__(self, env: Mapping[str, str]) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                (sys.executable, "-P", "-m", _PREPARED),
                env={**env, DESCRIPTOR: str(theirs.fileno())},
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
            )
        ours.settimeout(SECONDS_TO_COPY)
        self._line = ours
        self._answers = ours.makefile("rb")
        self._asking = Lock()

    def copy(self, arguments: Sequence[str], env: Mapping[str, str], folder: str) -> Copy | None:
        """Return a kernel; None where the prepared process has none to give, and one has to be started by itself."""
        asked = {"arguments": list(arguments), "env": dict(env), "folder": folder}
        try:
            with self._asking:
                self._line.sendall(json.dumps(asked).encode() + b"\n")
                answer = self._answers.readline()
            return Copy(int(answer)) if answer else None
        except OSError:
            self.end()
            return None

    def end(self) -> None:
        """End it."""
        self._line.close()
        self._process.terminate()
        self._process.wait()


class Copied(LocalProvisioner):
    """Starts a kernel as a copy where there is something to copy, else as Jupyter does."""

    prepared: Prepared | None = None

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Start a kernel and return how it is spoken to."""
        copied = await asyncio.to_thread(self._copied, cmd, kwargs)
        if copied is None:
            return await super().launch_kernel(cmd, **kwargs)
        self.process = copied  # type: ignore[assignment]  # it does what Jupyter asks of a process of its own
        self.pid = self.pgid = copied.pid
        self.cwd = kwargs.get("cwd")
        return self.connection_info

    def _copied(self, cmd: Sequence[str], told: Mapping[str, Any]) -> Copy | None:
        if self.prepared is None or LAUNCHER not in cmd:
            return None
        arguments = cmd[cmd.index(LAUNCHER) + 1 :]
        folder = told.get("cwd")
        return self.prepared.copy(arguments, told["env"], str(folder or "/"))


class Copying(KernelProvisionerFactory):
    """Hands Jupyter a way of starting kernels: as copies of one prepared process."""

    prepared: Prepared | None = None

    def create_provisioner_instance(self, kernel_id: str, kernel_spec: Any, parent: Any) -> Any:
        """Return what starts and ends one kernel."""
        made = Copied(kernel_id=kernel_id, kernel_spec=kernel_spec, parent=parent)
        made.prepared = self.prepared
        return made


def begin(env: Mapping[str, str]) -> Copying:
    """Have kernels of this process be copies from now on; ``env`` is what the prepared process may know."""
    KernelProvisionerFactory.clear_instance()  # Jupyter may have asked for its own already
    copying = Copying.instance()
    copying.prepared = Prepared(env)
    return copying


def end() -> None:
    """Make no more copies."""
    if Copying.initialized() and (prepared := Copying.instance().prepared) is not None:
        Copying.instance().prepared = None
        prepared.end()
