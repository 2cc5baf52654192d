"""Files that a reader never sees half written, their fingerprints, and names for them."""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

_LONGEST_NAME: Final = 40


def write_whole(path: Path, content: str | bytes) -> str:
    """Write a file so that at each moment it is either the old one or the new one; return its fingerprint.

    The content goes to a temporary file in the same folder, is flushed to the disk, and then takes the name.
    """
    held = content.encode("utf-8") if isinstance(content, str) else content
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(6)}.part")
    try:
        with temporary.open("xb") as file:
            file.write(held)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return fingerprint(held)


def fingerprint(content: str | bytes) -> str:
    """Return the SHA-256 of a content, in hexadecimal letters."""
    return hashlib.sha256(content.encode("utf-8") if isinstance(content, str) else content).hexdigest()


def file_fingerprint(path: Path) -> str:
    """Return the SHA-256 of a file; '' where there is no such file."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return ""


def slug_for(title: str, parameters: Mapping[str, Any]) -> str:
    """Return a file name for somebody's thing: small Latin letters, digits and hyphens, then eight letters of a hash.

    The letters are made from the parameters, so two schools of one name get two files; the name never holds a dot,
    a slash or a colon, so no title can lead out of the folder or to an address.
    """
    letters = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    readable = re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:_LONGEST_NAME].strip("-")
    tail = fingerprint(json.dumps(parameters, sort_keys=True, default=str))[:8]
    return f"{readable or 'report'}-{tail}"
