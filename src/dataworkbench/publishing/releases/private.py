"""What stays in the house: files that their owner alone can read, and lists of what happened to which lines are only added."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pandas as pd

from dataworkbench.errors import WorkbenchError
from dataworkbench.files import fingerprint

_OWN_FILE: Final = 0o600
_LINKS: Final = ("previous", "entry")


def write_private(path: Path, content: str | bytes) -> None:
    """Write a new file that only its owner can read."""
    held = content.encode("utf-8") if isinstance(content, str) else content
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWN_FILE), "wb") as file:
        file.write(held)
        file.flush()
        os.fsync(file.fileno())


def write_private_frame(path: Path, frame: pd.DataFrame) -> None:
    """Write a frame as a Parquet file that only its owner can read."""
    held = io.BytesIO()
    frame.to_parquet(held, index=False)
    write_private(path, held.getvalue())


def add_line(path: Path, told: Mapping[str, Any]) -> None:
    """Add what happened to the end of a list, linked to the line before it, and make sure that it is on the disk.

    A line that was broken off by a power cut never counted; it is cut off first.
    """
    before = read_lines(path)
    _cut_what_was_broken_off(path)
    linked = {**told, "previous": before[-1]["entry"] if before else ""}
    line = json.dumps(linked | {"entry": _link(linked)}, ensure_ascii=False) + "\n"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, _OWN_FILE), "wb") as file:
        file.write(line.encode("utf-8"))
        file.flush()
        os.fsync(file.fileno())


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Return what happened, first things first; nothing where there is no such list.

    Raises
    ------
    WorkbenchError
        Where a line was changed, taken out or put in by other means.

    """
    if not path.is_file():
        return []
    lines = path.read_bytes().split(b"\n")[:-1]
    try:
        entries: list[dict[str, Any]] = [json.loads(line) for line in lines]
    except ValueError as fault:
        raise _was_changed(path) from fault
    previous = ""
    for entry in entries:
        linked = {name: value for name, value in entry.items() if name != "entry"}
        if linked.get("previous") != previous or entry.get("entry") != _link(linked):
            raise _was_changed(path)
        previous = entry["entry"]
    return entries


def without_links(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a line tells, without what links it to the others."""
    return {name: value for name, value in entry.items() if name not in _LINKS}


def _link(linked: Mapping[str, Any]) -> str:
    return fingerprint(json.dumps(linked, sort_keys=True, ensure_ascii=False))


def _cut_what_was_broken_off(path: Path) -> None:
    if path.is_file() and not (held := path.read_bytes()).endswith(b"\n") and held:
        os.truncate(path, held.rfind(b"\n") + 1)


def _was_changed(path: Path) -> WorkbenchError:
    return WorkbenchError(
        f"{path} is not as the workbench wrote it: a line was changed, taken out or put in. Bring the file back from a backup "
        "before anything more is decided; until then nothing is reviewed, published or withdrawn."
    )
