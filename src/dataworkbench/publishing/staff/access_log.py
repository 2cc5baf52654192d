"""Who looked at what, when and from where: one line of JSON each, readable by its owner alone.

No student stands in it: addresses are logged without what is chosen in them, and only pages that are there by their name.
"""

from __future__ import annotations

import json
import logging
import os
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any, Final

ACCESS_LOG: Final = "access.jsonl"
MOST_BYTES: Final = 2_000_000
FILES_KEPT: Final = 12


class _PrivateFile(RotatingFileHandler):
    """A log that is begun anew when it is long, each part of it closed to others."""

    def _open(self) -> Any:
        return os.fdopen(_closed_to_others(self.baseFilename), "a", encoding="utf-8")


def _closed_to_others(path: str) -> int:
    return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)


class AccessLog:
    """The log of one workspace."""

    def __init__(self, path: Path, *, most_bytes: int = MOST_BYTES) -> None:
        self._file = _PrivateFile(path, maxBytes=most_bytes, backupCount=FILES_KEPT, encoding="utf-8")

    def note(self, what: str, **more: object) -> None:
        """Write one line: what happened, and what is known of it."""
        told = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "what": what, **more}
        line = json.dumps(told, ensure_ascii=True)
        self._file.emit(logging.LogRecord("access", logging.INFO, "", 0, line, None, None))

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
