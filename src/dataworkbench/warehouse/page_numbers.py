"""Numbers for pages about one student: they stand where a name or an identifier would give the student away.

A number is made from the identifier with a key that stays in the workspace. Without the key nobody can go back from a
number to a student, not even by trying every identifier there could be; with it the same student has the same number
in every run.
"""

from __future__ import annotations

import base64
import hmac
import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from dataworkbench.errors import WorkbenchError
from dataworkbench.workspace import Workspace

KEY_FILE: Final = Path("private") / "page-numbers.key"
PREFIX: Final = "page-"
_LETTERS: Final = 12
_KEY_BYTES: Final = 32


def page_numbers(workspace: Workspace, students: Iterable[str]) -> dict[str, str]:
    """Return the page number of each student, such as ``page-k7m2xa4q9p3f``; the key is made where there is none yet."""
    key = _key(workspace)
    return {student: _number(key, student) for student in students}


def student_of_number(workspace: Workspace, number: str, students: Iterable[str]) -> str:
    """Return which of these students has a page number; '' where none has."""
    if not (workspace.root / KEY_FILE).is_file():
        return ""
    key = _key(workspace)
    return next((student for student in students if hmac.compare_digest(_number(key, student), number)), "")


def _number(key: bytes, student: str) -> str:
    made = base64.b32encode(hmac.digest(key, student.encode(), "sha256")).decode().lower()
    return PREFIX + made[:_LETTERS]


def _key(workspace: Workspace) -> bytes:
    path = workspace.root / KEY_FILE
    if not path.is_file():
        _make_key(path)
    key = path.read_bytes()
    if len(key) != _KEY_BYTES:
        raise WorkbenchError(
            f"{path} is not as the workbench wrote it. Bring it back from a backup; or delete it, and pages about one student "
            "get new numbers with the next run."
        )
    return key


def _make_key(path: Path) -> None:
    """Write a new key that only its owner can read; where somebody else was first, theirs stays."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secrets.token_bytes(_KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(temporary, path)
    except FileExistsError:
        pass
    except OSError:  # a disk without links
        if not path.exists():
            temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
