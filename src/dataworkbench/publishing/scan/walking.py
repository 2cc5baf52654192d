"""The files of a folder that is meant for the public, and what is odd about them before they are opened."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from dataworkbench.publishing.scan.opening.pieces import Trouble

MOST_BYTES: Final = 300_000_000
EXPECTED_ALONE: Final = frozenset(
    {"index.html", "robots.txt", "favicon.ico", "404.html", ".nojekyll", "LICENSE", "LICENSE.txt"}
)
"""Files to which no page has to lead."""


def files_in(folder: Path) -> Iterator[tuple[str, Path | Trouble]]:
    """Give each file of a folder by its path in it; a link, a device and a file that is too large come as what is wrong with them."""
    for at, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted((*names, *(f for f in folders if Path(at, f).is_symlink()))):
            path = Path(at, name)
            yield path.relative_to(folder).as_posix(), _what(path, folder)


def _what(path: Path, folder: Path) -> Path | Trouble:
    if path.is_symlink():
        inside = path.resolve().is_relative_to(folder.resolve())
        return Trouble(
            "", "link", f"is a link that leads {'elsewhere in the folder' if inside else 'out of the folder'}"
        )
    if not path.is_file():
        return Trouble("", "unknown kind", "is neither a file nor a folder")
    if path.stat().st_size > MOST_BYTES:
        return Trouble("", "unreadable", "is larger than a file that is looked into")
    return path


def is_led_to(name: str, others: str) -> bool:
    """Whether a file's name stands in what the pages say."""
    base = name.rpartition("/")[2]
    return base in EXPECTED_ALONE or base in others
