"""Where a release stands: draft, reviewed, released or withdrawn, with who decided it, when and why."""

from __future__ import annotations

import getpass
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dataworkbench.errors import WorkbenchError
from dataworkbench.files import file_fingerprint, fingerprint
from dataworkbench.publishing.releases.private import add_line, read_lines
from dataworkbench.publishing.releases.release import (
    CELLS_FILE,
    FACTS_FILE,
    POLICY_COPY,
    RUBRICS_FILE,
    Release,
)

State = Literal["draft", "reviewed", "released", "withdrawn"]
STATES_FILE: Final = "states.jsonl"
_FOLLOWS: Final[Mapping[State, tuple[State, ...]]] = {
    "draft": (),
    "reviewed": ("draft", "reviewed"),
    "released": ("reviewed",),
    "withdrawn": ("draft", "reviewed", "released"),
}
"""From which states each can be reached; what was withdrawn stays so."""


@dataclass(frozen=True)
class Step:
    """One decision about a release: what it became, when (UTC), who decided it and why."""

    state: State
    at: datetime
    who: str
    why: str
    content: str
    """Fingerprint of the public part as it was then."""
    site: str = ""
    """Fingerprint of the pages, where they were made."""


def account() -> str:
    """Return the name of the account on this machine under which the command runs."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return f"account {os.getuid()}" if hasattr(os, "getuid") else "an account without a name"


def content_of(release: Release) -> str:
    """Return the fingerprint of the public part of a release."""
    there = [release.folder / name for name in (FACTS_FILE, CELLS_FILE, POLICY_COPY)]
    there += [path for path in (release.folder / RUBRICS_FILE,) if path.exists()]
    return fingerprint("".join(file_fingerprint(path) for path in there))


def folder_fingerprint(folder: Path) -> str:
    """Return the fingerprint of all files in a folder, by their paths; '' where there is none."""
    if not folder.is_dir():
        return ""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return fingerprint(
        "".join(f"{path.relative_to(folder).as_posix()}\n{file_fingerprint(path)}\n" for path in files)
    )


def steps_of(release: Release) -> list[Step]:
    """Return what was decided about a release, first things first.

    Raises
    ------
    WorkbenchError
        Where the list of decisions was changed by other means.

    """
    return [_step(entry) for entry in read_lines(release.private / STATES_FILE)]


def state_of(release: Release) -> State:
    """Return the state in which a release is; "draft" before anything was decided about it."""
    steps = steps_of(release)
    return steps[-1].state if steps else "draft"


def was_released(release: Release) -> bool:
    """Return whether a release was ever out, whatever became of it later: what was read once stays known."""
    return any(step.state == "released" for step in steps_of(release))


def require_unchanged(release: Release) -> None:
    """Return nothing where the public part of a release is as it was when it was made.

    Raises
    ------
    WorkbenchError
        Where a file was changed since.

    """
    steps = steps_of(release)
    if not steps:
        raise WorkbenchError(
            f"Nothing is written down about the release {release.id}, not even who made it. Make it again."
        )
    if any(step.content != content_of(release) for step in steps):
        raise WorkbenchError(
            f"The public part of the release {release.id} is not what was made: {FACTS_FILE}, {CELLS_FILE}, {POLICY_COPY} or {RUBRICS_FILE} was "
            "changed since. Nothing is done with it. Bring it back from a backup, or make a new release."
        )


def write_step(
    release: Release,
    state: State,
    *,
    why: str = "",
    who: str = "",
    now: datetime | None = None,
    site: str = "",
) -> Step:
    """Write down what became of a release, and return it.

    Raises
    ------
    WorkbenchError
        Where the release can't become that from what it is, or was changed since it was made.

    """
    steps = steps_of(release)
    if steps or state != "draft":
        require_unchanged(release)
        require_step(release, state)
    at = (now or datetime.now(UTC)).astimezone(UTC)
    told = {
        "state": state, "at": at.isoformat(timespec="seconds"), "who": who or account(), "why": why,
        "content": content_of(release), "site": site,
    }  # fmt: skip
    add_line(release.private / STATES_FILE, told)
    return _step(told)


def require_step(release: Release, state: State) -> None:
    """Return nothing where a release can become this from what it is.

    Raises
    ------
    WorkbenchError
        Where it can't; the text says which step comes first.

    """
    now = state_of(release)
    if now in _FOLLOWS[state]:
        return
    if state == "released" and now == "draft":
        what = "It is a draft, and nobody has reviewed it. Look at `dataworkbench release review` first."
    elif now == "withdrawn":
        what = "It was withdrawn, and stays so. Make a new release."
    else:
        what = f"It is {now} already."
    raise WorkbenchError(f"The release {release.id} can't become {state}. {what}")


def when_text(at: datetime, zone: str) -> str:
    """Return a time as the district's clocks show it."""
    try:
        return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"
    except (ZoneInfoNotFoundError, ValueError):
        return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _step(entry: Mapping[str, Any]) -> Step:
    return Step(
        entry["state"],
        datetime.fromisoformat(entry["at"]),
        entry["who"],
        entry["why"],
        entry["content"],
        entry.get("site", ""),
    )
