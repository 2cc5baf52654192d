"""The releases of a district: which there are, which is out, and which ever were."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from dataworkbench.errors import NothingToShowError, WorkbenchError, no_such
from dataworkbench.publishing.releases.private import add_line, read_lines
from dataworkbench.publishing.releases.release import FACTS_FILE, Release, read_release
from dataworkbench.publishing.releases.states import (
    content_of,
    require_unchanged,
    state_of,
    steps_of,
    was_released,
)
from dataworkbench.workspace import Workspace

HISTORY_FILE: Final = "history.jsonl"
LOCK_FILE: Final = ".lock"
CURRENT: Final = "current"


@contextmanager
def one_at_a_time(workspace: Workspace) -> Iterator[None]:
    """Hold the lock of a district's releases; stop where another command is at work on them."""
    workspace.releases.mkdir(exist_ok=True)
    lock = FileLock(workspace.releases / LOCK_FILE)
    try:
        lock.acquire(timeout=0)
    except Timeout as held:
        raise WorkbenchError(
            f"Another command is at work on the releases in {workspace.releases}. Nothing was changed; wait until it ends."
        ) from held
    try:
        yield
    finally:
        lock.release()


def list_releases(workspace: Workspace) -> list[Release]:
    """Return the releases of a district in the order in which they were made."""
    folders = [
        path.parent
        for path in workspace.releases.glob(f"*/{FACTS_FILE}")
        if not path.parent.name.startswith(".")
    ]
    return sorted(
        (read_release(folder) for folder in folders), key=lambda release: (release.facts.made, release.id)
    )


def find_release(workspace: Workspace, asked: str = "") -> Release:
    """Return the release of that name; without one, the latest that was made.

    Raises
    ------
    NoSuchNameError
        Where there is none of that name.
    NothingToShowError
        Where there is none at all.

    """
    there = list_releases(workspace)
    if not there:
        raise NothingToShowError(
            f"{workspace.root} holds no release yet. Make one with `dataworkbench release make`; it is a draft until somebody "
            "reviews and publishes it."
        )
    if not asked:
        return there[-1]
    found = [release for release in there if release.id == asked]
    if not found:
        raise no_such("release", asked, (release.id for release in there))
    return found[0]


def current_release(workspace: Workspace) -> Release | None:
    """Return the release that is out: the last one published that was not withdrawn. None where there is none."""
    out = [release for release in list_releases(workspace) if state_of(release) == "released"]
    return max(out, key=lambda release: steps_of(release)[-1].at, default=None)


def ever_released(workspace: Workspace) -> list[Release]:
    """Return every release that was ever out, first one first, withdrawn ones included: all that an attacker may know.

    Raises
    ------
    WorkbenchError
        Where one that was out is not there any more, or not as it was: what an attacker knows can't be left out.

    """
    there = {release.id: release for release in list_releases(workspace)}
    published = [line for line in history(workspace) if line["what"] == "released"]
    for line in published:
        gone = line["release"] not in there
        if gone or content_of(there[line["release"]]) != line["content"]:
            what = "its folder is gone" if gone else "its public part was changed since"
            raise WorkbenchError(
                f"The release {line['release']} was published, and {what}. What people have read can't be left out when a new "
                f"release is checked. Bring {workspace.releases / line['release']} back from a backup first."
            )
    known = [there[line["release"]] for line in published]
    known += [release for release in there.values() if was_released(release) and release not in known]
    for release in known:
        require_unchanged(release)
    return known


def history(workspace: Workspace) -> list[dict[str, Any]]:
    """Return what happened to the district's policy and releases, first things first; one entry is one happening."""
    return read_lines(workspace.releases / HISTORY_FILE)


def add_to_history(workspace: Workspace, told: dict[str, Any]) -> None:
    """Write down one happening."""
    workspace.releases.mkdir(exist_ok=True)
    add_line(workspace.releases / HISTORY_FILE, told)


def folder_for(workspace: Workspace, name: str) -> Path:
    """Return a folder for a release that is not there yet."""
    names = (name, *(f"{name}-{number}" for number in range(2, 1000)))
    return next(workspace.releases / free for free in names if not (workspace.releases / free).exists())
