"""The folder that a visitor's kernel is given: the workspace itself, or a copy with the rows of her schools alone."""

from __future__ import annotations

import asyncio
import hashlib
import json
import shutil
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from dataworkbench.files import file_fingerprint
from dataworkbench.publishing.staff.visitors import Visitor
from dataworkbench.warehouse import current_snapshot, open_workspace, write_scoped_snapshot
from dataworkbench.workspace import POLICY_FILE, SETTINGS_FILE, Workspace

CLOSED: Final = (
    "What teams write (goals, notes, causes, meetings) speaks of all schools together, so it is not shown where somebody "
    "sees single schools, and nothing can be written here. Ask the data office for a page of the whole district."
)
TAKEN_ALONG: Final = ("rubrics", "protocols", "sheets")
"""Folders of the workspace that hold the district's own forms and no student."""


def said_of(visitor: Visitor, names: Sequence[str]) -> str:
    """Return what a page says about the scope of its visitor, so that nobody takes a part for the whole."""
    if visitor.sees_all:
        return ""
    seen = " and ".join(names) if names else "no school that is in the data"
    return (
        f"You see {seen} alone. “All schools” and “the district” on this page mean that. What teams write (goals, "
        "notes, causes, meetings) is not shown here, also where the page says that there is none."
    )


class Scopes:
    """The folders of all visitors of one server. Each copy is made once for a scope, a snapshot and its rules."""

    def __init__(self, workspace: Workspace, folder: Path) -> None:
        self._workspace = workspace
        self._folder = folder
        self._turns: dict[str, asyncio.Lock] = {}

    async def folder_of(self, visitor: Visitor) -> Path:
        """Return the folder of a visitor's kernel, as of the data in use now."""
        if visitor.sees_all:
            return self._workspace.root
        name = self._name(visitor)
        async with self._turns.setdefault(name, asyncio.Lock()):
            made = self._folder / name
            if not made.is_dir():
                await asyncio.to_thread(make_scoped_workspace, self._workspace, visitor.schools, made)
            return made

    async def said_to(self, visitor: Visitor) -> str:
        """Return what pages say about the scope of a visitor; nothing to those who see the whole district."""
        if visitor.sees_all:
            return ""
        return said_of(visitor, await asyncio.to_thread(_names, await self.folder_of(visitor)))

    def _name(self, visitor: Visitor) -> str:
        info = current_snapshot(self._workspace)
        rules = [file_fingerprint(self._workspace.root / name) for name in (SETTINGS_FILE, POLICY_FILE)]
        told = json.dumps([sorted(visitor.schools), info.id if info else "", rules])
        return hashlib.sha256(told.encode()).hexdigest()[:24]


def _names(folder: Path) -> list[str]:
    if current_snapshot(Workspace(folder)) is None:
        return []
    district = open_workspace(folder)
    try:
        return [str(name) for name in district.schools["school_name"]]
    finally:
        district.close()


def make_scoped_workspace(workspace: Workspace, schools: tuple[str, ...] | str, made: Path) -> Workspace:
    """Make a workspace that holds what one snapshot says of some schools; it has its name when all of it is there.

    The settings and the policy are the district's. What teams write is closed.
    """
    if isinstance(schools, str):
        raise TypeError("a scope is a list of schools")
    made.parent.mkdir(parents=True, exist_ok=True)
    making = Workspace(Path(tempfile.mkdtemp(prefix=".making-", dir=made.parent)))
    try:
        (making.root / SETTINGS_FILE).write_text(_settings(workspace), encoding="utf-8")
        shutil.copyfile(workspace.root / POLICY_FILE, making.root / POLICY_FILE)
        for name in TAKEN_ALONG:
            if (workspace.root / name).is_dir():
                shutil.copytree(workspace.root / name, making.root / name)
        info = current_snapshot(workspace)
        if info is not None:
            write_scoped_snapshot(info, schools, making)
        making.root.rename(made)
    except BaseException:
        shutil.rmtree(making.root, ignore_errors=True)
        raise
    return Workspace(made)


def _settings(workspace: Workspace) -> str:
    """Return the district's settings with its records closed."""
    held: dict[str, Any] = tomllib.loads((workspace.root / SETTINGS_FILE).read_text(encoding="utf-8"))
    return "".join(
        f"{_toml(key)} = {_toml(value)}\n" for key, value in (held | {"records": {"closed": CLOSED}}).items()
    )


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_toml(key)} = {_toml(held)}" for key, held in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_toml(held) for held in value) + "]"
    if isinstance(value, float | bool):
        return repr(value).lower()
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
