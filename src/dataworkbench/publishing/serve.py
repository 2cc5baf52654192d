"""Open dashboards in a browser, on this machine only, for those who have the address with its token."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import webbrowser
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from dataworkbench.errors import NothingToShowError, WorkbenchError
from dataworkbench.publishing.quiet_errors import LOG_VARIABLE
from dataworkbench.publishing.settings import ADDRESS, TEMPLATE, voila_settings
from dataworkbench.publishing.staff.access_log import ACCESS_LOG
from dataworkbench.publishing.staff.visitors import (
    VISITORS_FILE,
    Visitor,
    VisitorBook,
    read_visitors,
    token_hash,
)
from dataworkbench.workspace import ENVIRONMENT_VARIABLE, Workspace, find_workspace, shipped

DASHBOARDS: Final = "dashboards"
LOG: Final = "dashboards.txt"
SHORTEST_TOKEN: Final = 16
SECONDS_TO_START: Final = 90
WHOEVER_HAS_THE_ADDRESS: Final = "address"
"""The name of the one visitor of a server that has one token."""
LONGEST_DAY: Final = 24.0
"""Hours after which whoever has the address opens it again."""
MOST_BY_NAME: Final = 1_000_000
MOST_BY_ADDRESS: Final = 10_000_000
"""Bytes in one message from a page; whoever brings files does it at an address of her own."""
NOT_HANDED_ON: Final = ("JUPYTER", "VOILA", "IPYTHON")
"""Whatever a user has set for Jupyter must not reach a server that others look at."""

STAGES: Final = "0?_*.ipynb"
MEETING: Final = "meeting"
"""The page on which a team meets; it is served beside the dashboards and the pages of the stages."""
CHOOSE: Final = """\
import dataworkbench as dw
from dataworkbench.panels import address

address.choose(globals(), dw.open_workspace(workspace))
"""
"""The cell that a stage page has and its notebook has not: what the address chooses, and the form to change it."""

KERNEL: Final = """\
c = get_config()
c.InteractiveShellApp.extensions = ["dataworkbench.publishing.quiet_errors", "dataworkbench.publishing.staff.warm"]
c.HistoryManager.enabled = False
"""


@dataclass(frozen=True)
class Served:
    """A server that is ready to be started: its command, its surroundings, its address, its private folder."""

    command: tuple[str, ...]
    env: Mapping[str, str] = field(repr=False)
    url: str = field(repr=False)
    folder: Path
    port: int
    log: Path
    dashboards: tuple[str, ...]
    by_name: bool = False
    """Whether people sign in by name; else whoever has the address may look."""

    def start(self) -> subprocess.Popen[bytes]:
        """Start the server and return its process; what it says goes to the log."""
        with self.log.open("ab") as log:
            return subprocess.Popen(  # noqa: S603 - our own command, no shell
                self.command,
                env=dict(self.env),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def remove(self) -> None:
        """Remove the private folder."""
        shutil.rmtree(self.folder, ignore_errors=True)


def prepare(
    workspace: Workspace | Path | str = "", *, port: int = 8866, token: str | None = None, only: str = ""
) -> Served:
    """Return a server for the dashboards of a workspace, ready to be started.

    Copies of the dashboards, of the stage notebooks and of the meeting alone lie in a private folder: the ones that came
    with the workbench, and the team's own, which go before those of the same name. Nothing else can be reached.
    A stage page has a form at its top that says what it is about.
    ``only`` names one notebook, such as a coordinator's tool or ``"meeting"``; then it alone is served.
    Where the workspace says in ``visitors.toml`` who may look, people sign in by name, and each sees what she may. Whoever
    brings a ``token`` or names one notebook opens a server for those who have its address alone.

    Raises
    ------
    NothingToShowError
        Where there is no dashboard.
    WorkbenchError
        Where the token is too short to keep anybody out, or the port is taken.

    """
    place = workspace if isinstance(workspace, Workspace) else find_workspace(workspace)
    book = _visitors(place) if token is None and not only else None
    key = "" if book else _token(token)
    found = {only: find_notebook(place, only)} if only else _all_pages(place)
    _refuse_taken_port(port)
    private = Path(tempfile.mkdtemp(prefix="dwb-"))
    _fill(private, found, _surroundings(place, private, tuple(found), key, book), port=port)
    return Served(
        command=_command(private),
        env=_environment(private, place),
        url=_url(book, port, key, only),
        folder=private,
        port=port,
        log=_log_file(place),
        dashboards=tuple(found),
        by_name=book is not None,
    )


def serve(
    workspace: Workspace | Path | str = "",
    *,
    port: int = 8866,
    token: str | None = None,
    open_browser: bool = True,
    only: str = "",
    tell: Callable[[str], object] | None = None,
) -> int:
    """Start the dashboards, say their address, and stay until they are stopped; return the server's exit code."""
    served = prepare(workspace, port=port, token=token, only=only)
    for ending in (signal.SIGINT, signal.SIGTERM):  # however this is ended, it ends the server with it
        signal.signal(ending, signal.default_int_handler)
    process = served.start()
    try:
        wait_until_open(served, process)
        (tell or _say)(_opened(served, only))
        if open_browser:
            webbrowser.open(served.url)
        return process.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        stop(process)
        served.remove()


def _opened(served: Served, only: str) -> str:
    what = "The page is" if only else "The dashboards are"
    if served.by_name:
        return f"{what} open at {served.url} for those in {VISITORS_FILE}, who sign in by name."
    return f"{what} open at {served.url}\nKeep this address to yourself: it opens them."


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a server; it ends its kernels."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until_open(served: Served, process: subprocess.Popen[bytes]) -> None:
    """Wait until the server answers on its port."""
    end = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < end:
        if process.poll() is not None:
            raise WorkbenchError(
                f"The dashboards could not be opened. What the server said is in {served.log}."
            )
        with socket.socket() as probe:
            if probe.connect_ex((ADDRESS, served.port)) == 0:
                return
        time.sleep(0.1)
    raise WorkbenchError(
        f"The dashboards did not open within {SECONDS_TO_START} seconds. What the server said is in {served.log}."
    )


def find_dashboards(workspace: Workspace) -> dict[str, Path]:
    """Return the dashboards of a workspace by name; the team's own go before those that came with the workbench."""
    folders = (shipped("notebooks") / DASHBOARDS, workspace.notebooks / DASHBOARDS)
    found = {path.stem: path for folder in folders for path in sorted(folder.glob("*.ipynb"))}
    if not found:
        raise NothingToShowError(f"There is no dashboard yet. Put notebooks into {folders[1]}.")
    return found


def find_stages(workspace: Workspace) -> dict[str, Path]:
    """Return the notebooks of the stages by name; a team's own copy goes before the one that came with the workbench."""
    names = sorted(path.stem for path in shipped("notebooks").glob(STAGES))
    return {name: find_notebook(workspace, name) for name in names}


def _all_pages(workspace: Workspace) -> dict[str, Path]:
    """Return every page that is served where no single one is named."""
    return find_dashboards(workspace) | find_stages(workspace) | {MEETING: find_notebook(workspace, MEETING)}


def find_notebook(workspace: Workspace, name: str) -> Path:
    """Return a notebook by its name: the team's own, else the one that came with the workbench."""
    for folder in (workspace.notebooks, shipped("notebooks")):
        if (folder / f"{name}.ipynb").is_file():
            return folder / f"{name}.ipynb"
    raise NothingToShowError(f"There is no notebook called '{name}' in {workspace.notebooks}.")


def _visitors(workspace: Workspace) -> VisitorBook | None:
    """Return who may look, where the workspace says so."""
    path = workspace.root / VISITORS_FILE
    if not path.is_file():
        return None
    book = read_visitors(path)
    if not book.visitor:
        raise NothingToShowError(
            f"{path} names nobody who may look. Add somebody with `dataworkbench visitors add`, or delete the file to open "
            "the dashboards by one address."
        )
    return book


def _url(book: VisitorBook | None, port: int, key: str, only: str) -> str:
    if book is not None:
        return f"{book.address or f'http://{ADDRESS}:{port}'}/"
    return f"http://{ADDRESS}:{port}/{f'voila/render/{only}.ipynb' if only else ''}?token={key}"


def _surroundings(
    workspace: Workspace, private: Path, pages: tuple[str, ...], key: str, book: VisitorBook | None
) -> dict[str, Any]:
    """Return what the server is told: who may come in, to see what, and where that is written down."""
    whoever = Visitor(name=WHOEVER_HAS_THE_ADDRESS, schools="all", token=token_hash(key))
    return {
        "workspace": str(workspace.root),
        "scopes": str(private / "scopes"),
        "pages": pages,
        "access_log": str(_log_file(workspace).with_name(ACCESS_LOG)),
        "visitors": str(workspace.root / VISITORS_FILE) if book else "",
        "whole": {} if book else VisitorBook(hours=LONGEST_DAY, visitor=(whoever,)).model_dump(mode="json"),
        "address": book.address if book else "",
        "most_in_a_message": MOST_BY_NAME if book else MOST_BY_ADDRESS,
    }


def _token(given: str | None) -> str:
    if given is None:
        return secrets.token_urlsafe(24)
    if len(given) < SHORTEST_TOKEN or not given.replace("-", "").replace("_", "").isalnum():
        raise WorkbenchError(
            f"A token needs at least {SHORTEST_TOKEN} letters, digits, - or _. Leave it out, and one is made for you."
        )
    return given


def _refuse_taken_port(port: int) -> None:
    with socket.socket() as probe:
        if probe.connect_ex((ADDRESS, port)) == 0:
            raise WorkbenchError(
                f"Port {port} is taken by another program. Name another one, such as {port + 1}."
            )


def _fill(private: Path, dashboards: Mapping[str, Path], told: Mapping[str, Any], *, port: int) -> None:
    """Lay out the private folder; only its owner can look into it (mkdtemp makes it so)."""
    folder = private / DASHBOARDS
    profile = private / "ipython" / "profile_default"
    for place in (folder, private / "config", private / "runtime", profile):
        place.mkdir(parents=True)
    shutil.copytree(shipped("templates") / TEMPLATE, private / "data" / "voila" / "templates" / TEMPLATE)
    for name, path in dashboards.items():
        (folder / f"{name}.ipynb").write_text(ready_to_serve(path), encoding="utf-8")
    surroundings = private / "config" / "staff.json"
    surroundings.write_text(json.dumps(told), encoding="utf-8")
    settings = voila_settings(
        folder=folder,
        runtime=private / "runtime",
        port=port,
        surroundings=surroundings,
        address=told["address"],
    )
    (private / "config" / "voila.json").write_text(json.dumps(settings), encoding="utf-8")
    (profile / "ipython_kernel_config.py").write_text(KERNEL, encoding="utf-8")


def ready_to_serve(path: Path) -> str:
    """Return a notebook's text without what an earlier run of it showed; a stage notebook can be told what to look at."""
    held = json.loads(path.read_text(encoding="utf-8"))
    for cell in held["cells"]:
        if cell["cell_type"] == "code":
            cell.update(outputs=[], execution_count=None)
    if path.match(STAGES):
        held["cells"] = list(_with_choice(held["cells"]))
    elif path.stem == MEETING:
        held["cells"] = [
            cell for cell in held["cells"] if "remove-cell" not in cell["metadata"].get("tags", [])
        ]
    held["metadata"] = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}
    return json.dumps(held)


def _with_choice(cells: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Give the cells of a stage notebook, without those for the parameters box, and with the choice after the box."""
    for cell in cells:
        tags = cell["metadata"].get("tags", [])
        if "remove-cell" not in tags:
            yield cell
        if "parameters" in tags:
            yield {
                "cell_type": "code", "id": "choose", "metadata": {}, "outputs": [], "execution_count": None, "source": CHOOSE,
            }  # fmt: skip


def _command(private: Path) -> tuple[str, ...]:
    """Return the command; settings stand in files, so that a list of processes does not show them."""
    config = f"--Voila.config_file_paths={private / 'config'}"
    return (sys.executable, "-P", "-m", "dataworkbench.publishing.staff", config, str(private / DASHBOARDS))


def _environment(private: Path, workspace: Workspace) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(NOT_HANDED_ON)}
    return {
        **kept,
        ENVIRONMENT_VARIABLE: str(workspace.root),
        LOG_VARIABLE: str(_log_file(workspace)),
        "JUPYTER_NO_CONFIG": "1",
        "JUPYTER_PREFER_ENV_PATH": "1",
        "JUPYTER_DATA_DIR": str(private / "data"),
        "JUPYTER_RUNTIME_DIR": str(private / "runtime"),
        "IPYTHONDIR": str(private / "ipython"),
        "PLOTLY_RENDERER": "plotly_mimetype",
    }


def _log_file(workspace: Workspace) -> Path:
    """Return the log of the dashboards; only its owner may read it."""
    folder = workspace.root / "logs"
    folder.mkdir(exist_ok=True)
    log = folder / LOG
    log.touch(mode=0o600)
    return log


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
