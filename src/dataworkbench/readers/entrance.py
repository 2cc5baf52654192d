"""What may come in at all: files and folders, not links or devices; and names that can be shown anywhere."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

UNKNOWN_SIGN: Final = "\N{REPLACEMENT CHARACTER}"
_KINDS: Final = (
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def shown_name(name: str) -> str:
    """Return a file's name as the ledger shows it.

    Line breaks, signs that turn the direction of writing, and bytes that are no letters become a question mark.
    """
    plain = "".join(sign if sign.isprintable() else UNKNOWN_SIGN for sign in name)
    return plain if plain.strip() else f"(a name of {len(plain)} spaces)"


def kept_name(name: str, *, most_bytes: int = 150) -> str:
    """Return a name under which a file can be kept on any disk; of a long one the end, with its ending."""
    plain = shown_name(name).replace("/", "_").replace("\\", "_")
    while len(plain.encode()) > most_bytes:
        plain = plain[max(1, (len(plain.encode()) - most_bytes) // 4) :]
    return plain


def why_not_opened(path: Path) -> str:
    """Return why a path is never opened, or "" where it is a file, a folder, or not there at all.

    Nothing is read to tell: a pipe would wait for ever, and a link may lead to any file of the machine.
    """
    try:
        mode = path.lstat().st_mode
    except OSError:
        return ""
    if stat.S_ISLNK(mode):
        return (
            f"This is a link to another place ('{shown_name(os.fspath(path.readlink()))}'), not a file. Links are not "
            "followed. Put the file itself here."
        )
    what = next((name for is_kind, name in _KINDS if is_kind(mode)), "")
    return (
        f"This is {what}, not a file. It was not opened. Put the exported file itself here." if what else ""
    )
