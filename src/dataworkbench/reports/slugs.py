"""Names of files for names of people's things: readable, and two never the same on any file system."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from dataworkbench.files import fingerprint

LONGEST = 40


def slug_for(title: str, parameters: Mapping[str, Any]) -> str:
    """Return a file name for a report: small Latin letters, digits and hyphens, then eight letters of a hash.

    The letters are made from the parameters, so two schools of one name get two files; the name never holds a dot,
    a slash or a colon, so no title can lead out of the folder or to an address.
    """
    letters = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    readable = re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:LONGEST].strip("-")
    tail = fingerprint(json.dumps(parameters, sort_keys=True, default=str))[:8]
    return f"{readable or 'report'}-{tail}"
