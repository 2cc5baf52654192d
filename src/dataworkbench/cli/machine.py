"""Looks at the machine and at a workspace. Nothing is changed, installed or fetched."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Final, Literal

from packaging.requirements import Requirement

from dataworkbench.errors import WorkbenchError
from dataworkbench.workspace import FOLDERS, Workspace, shipped

State = Literal["ready", "missing", "optional"]
PACKAGE: Final = "dataworkbench"
OLDEST_PYTHON: Final = (3, 11)
ROOMY: Final = 2 * 1024**3
BROWSERS: Final = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
)
BROWSER_PLACES: Final = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)


@dataclass(frozen=True)
class Look:
    """One thing that was looked at: what was found, and where it is not ready, how to get it."""

    what: str
    state: State
    found: str
    how_to_get: str = ""


def look_at_machine(port: int) -> list[Look]:
    """Return what the machine has and lacks; one entry is one thing."""
    return [look() for look in (_python, _packages, _shipped, _folder, _disk, _workers, _browser)] + [
        _port(port)
    ]


def look_at_workspace(place: Workspace) -> list[Look]:
    """Return how a workspace is; one entry is one thing."""
    looks = [
        _reads("Settings", place.settings, "workbench.toml can be read"),
        _reads("Disclosure policy", place.policy, "policy.toml can be read"),
        _folders(place),
        *_git(place),
    ]
    whole = all(look.state == "ready" for look in (*looks, _packages()))
    return [*looks, _data(place)] if whole else looks


def _git(place: Workspace) -> list[Look]:
    """Look whether git, where it keeps this workspace, takes notebooks in without their outputs."""
    from dataworkbench.publishing.stripping import git_is_told, is_in_git  # noqa: PLC0415 - needed here alone

    if not is_in_git(place.root):
        return []
    if git_is_told(place.root):
        return [Look("Notebooks in git", "ready", "git takes them in without their outputs")]
    how = "In the workspace, type: dataworkbench strip --install"
    return [Look("Notebooks in git", "missing", "git would take in what they showed, names too", how)]


def find_browser() -> Path | None:
    """Return a Chromium, Chrome or Edge on this machine, or None: PDFs of reports and tests of pages use it."""
    on_path = (shutil.which(name) for name in BROWSERS)
    places = (place for place in BROWSER_PLACES if Path(place).is_file())
    found = next((name for name in on_path if name), None) or next(places, None)
    return Path(found) if found else None


def _python() -> Look:
    found = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info >= OLDEST_PYTHON:
        return Look("Python", "ready", f"{found} in {sys.prefix}")
    return Look("Python", "missing", found, "Install Python 3.11 or newer and make the environment anew.")


def _packages() -> Look:
    lacking = [text for text in _needed() if not _fits(text)]
    if lacking:
        how = "Install the workbench again in this environment; the README says how."
        return Look("Python packages", "missing", f"missing or too old: {', '.join(lacking)}", how)
    return Look("Python packages", "ready", f"{len(_needed())} packages, workbench {version(PACKAGE)}")


def _needed() -> list[str]:
    asked = (Requirement(text) for text in requires(PACKAGE) or [])
    return [str(need) for need in asked if need.marker is None or need.marker.evaluate({"extra": ""})]


def _fits(text: str) -> bool:
    need = Requirement(text)
    try:
        return need.specifier.contains(version(need.name), prereleases=True)
    except PackageNotFoundError:
        return False


def _shipped() -> Look:
    try:
        notebooks = len(list(shipped("notebooks").glob("*.ipynb")))
        shipped("templates")
    except WorkbenchError as fault:
        return Look("Notebooks and templates", "missing", "not installed", str(fault))
    return Look("Notebooks and templates", "ready", f"{notebooks} notebooks came with the workbench")


def _folder() -> Look:
    here = Path.cwd()
    if os.access(here, os.W_OK):
        return Look("This folder", "ready", f"{here} can be written to")
    return Look("This folder", "missing", f"{here} cannot be written to", "Go to a folder of your own first.")


def _disk() -> Look:
    free = shutil.disk_usage(tempfile.gettempdir()).free
    found = f"{free / 1024**3:.1f} GB free for temporary files"
    if free > ROOMY:
        return Look("Disk", "ready", found)
    return Look("Disk", "optional", found, "Two gigabytes free are comfortable for a district's reports.")


def _workers() -> Look:
    cores = os.cpu_count() or 1
    if "fork" in multiprocessing.get_all_start_methods():
        return Look("Many reports at once", "ready", f"{cores} processors, quick start of workers")
    how = "Nothing to do: reports are made all the same, each a few seconds later than on Linux or macOS."
    return Look("Many reports at once", "optional", f"{cores} processors, slower start of workers", how)


def _browser() -> Look:
    found = find_browser()
    if found:
        return Look("Chromium, Chrome or Edge", "ready", str(found))
    from dataworkbench.reports.paper.finding import how_to_get_chromium  # noqa: PLC0415 - asked for where none is found

    how = f"Reports are made all the same. {how_to_get_chromium()}"
    return Look("Chromium, Chrome or Edge", "optional", "none found", how)


def _port(port: int) -> Look:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        taken = probe.connect_ex(("127.0.0.1", port)) == 0
    if not taken:
        return Look("Port for dashboards", "ready", f"{port} is free")
    how = f"Something is running there already. Close it, or name another: --port {port + 1}."
    return Look("Port for dashboards", "optional", f"{port} is taken", how)


def _reads(what: str, read: Callable[[], object], found: str) -> Look:
    try:
        read()
    except WorkbenchError as fault:
        return Look(what, "missing", "cannot be used", str(fault))
    return Look(what, "ready", found)


def _folders(place: Workspace) -> Look:
    folders = [place.root / name for name in FOLDERS]
    closed = [folder.name for folder in folders if not (folder.is_dir() and os.access(folder, os.W_OK))]
    if not closed:
        return Look("Workspace folders", "ready", f"{place.root} can be written to")
    how = f"Make these folders in {place.root}, or ask whoever owns it for the right to write there."
    return Look("Workspace folders", "missing", f"not there, or closed: {', '.join(closed)}", how)


def _data(place: Workspace) -> Look:
    from dataworkbench.warehouse import open_workspace  # noqa: PLC0415  the packages are looked at before it is loaded

    try:
        district = open_workspace(str(place.root))
    except WorkbenchError as fault:
        return Look("Data", "missing", "none in use", str(fault))
    rows = sum(district.counts.values())
    return Look(
        "Data", "ready", f"snapshot {district.snapshot_id}: {rows:,} rows, {len(district.schools)} schools"
    )
