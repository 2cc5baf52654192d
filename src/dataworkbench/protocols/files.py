"""Protocols are files: the ones that came with the workbench, and the district's own beside them.

The district's own lie in the folder ``protocols`` of its workspace. One with the same name goes before ours.
One that cannot be read is told and left out, so that a slip in one file keeps no team from meeting.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pandas as pd
from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from dataworkbench.errors import FileRefusedError, no_such
from dataworkbench.protocols.faults import faults_in
from dataworkbench.protocols.model import Protocol
from dataworkbench.workspace import Workspace, shipped

OWN_FOLDER: Final = "protocols"
_LARGEST: Final = 200_000
"""Bytes. A protocol is a page or two; a file that is larger is something else."""
_COLUMNS: Final = ["protocol", "title", "minutes", "steps", "purpose", "whose"]


@dataclass(frozen=True)
class Shelf:
    """The protocols that can be used, by their names, whose each is, and what is wrong with those that cannot be used."""

    held: Mapping[str, Protocol]
    whose: Mapping[str, str] = field(default_factory=dict)
    faults: tuple[str, ...] = ()


def protocol(name: str, workspace: Workspace | None = None) -> Protocol:
    """Return the protocol of a name, the district's own before the one that came with the workbench.

    Raises
    ------
    NoSuchNameError
        Where there is none of that name.
    FileRefusedError
        Where the district has a file of that name that cannot be used.

    """
    if workspace is not None:
        for path in _files(workspace.root / OWN_FOLDER):
            if path.stem == name:
                return read_protocol(path)
    found = shelf(workspace).held
    if name not in found:
        raise no_such("protocol", name, found)
    return found[name]


def protocols(workspace: Workspace | None = None) -> pd.DataFrame:
    """Return the protocols that can be used.

    One row is one protocol: its name, title, minutes in all, how many steps, what it is for, and whose it is.
    """
    found = shelf(workspace)
    rows = [
        (name, held.title, held.minutes, len(held.steps), held.purpose, found.whose[name])
        for name, held in found.held.items()
    ]
    return pd.DataFrame(rows, columns=_COLUMNS)


def shelf(workspace: Workspace | None = None) -> Shelf:
    """Return all protocols there are, and in sentences which files cannot be used and why."""
    held, whose, faults = _read_folder(shipped("templates") / "protocols", "came with the workbench")
    if workspace is not None:
        own, ours, wrong = _read_folder(workspace.root / OWN_FOLDER, "the district's own")
        held, whose, faults = held | own, whose | ours, [*faults, *wrong]
    order = sorted(held, key=lambda name: held[name].title.casefold())
    return Shelf({name: held[name] for name in order}, whose, tuple(faults))


def read_protocol(path: Path) -> Protocol:
    """Return the protocol in a file.

    Raises
    ------
    FileRefusedError
        Where the file is not YAML, or holds something that is not part of a protocol; it names every such place by its line.

    """
    read = _yaml(path)
    try:
        found = Protocol.model_validate(read)
    except ValidationError as fault:
        said = " ".join(faults_in(fault, read))
        raise FileRefusedError(
            f"{path.name} is not a protocol that can be used. {said} Put it right, or compare it with one that came with "
            "the workbench."
        ) from fault
    if found.name != path.stem:
        raise FileRefusedError(
            f"{path.name} calls itself '{found.name}'. The file and the name in it are to be the same: call the file "
            f"{found.name}.yaml, or write name: {path.stem}."
        )
    return found


def _read_folder(folder: Path, whose: str) -> tuple[dict[str, Protocol], dict[str, str], list[str]]:
    held, faults = {}, []
    for path in _files(folder):
        try:
            read = read_protocol(path)
            held[read.name] = read
        except FileRefusedError as refused:
            faults.append(str(refused))
    return held, dict.fromkeys(held, whose), faults


def _files(folder: Path) -> Iterator[Path]:
    """Give the files of a folder that may hold a protocol, by name."""
    yield from (path for path in sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")]) if path.is_file())


def _yaml(path: Path) -> Any:
    """Return what a file holds by the rules of YAML 1.2, with the line of each part, so that ``No`` stays a word."""
    try:
        if path.stat().st_size > _LARGEST:
            raise FileRefusedError(
                f"{path.name} is larger than a protocol can be. Is it another kind of file? A protocol is a page or two of text."
            )
        return YAML(typ="rt", pure=True).load(path.read_text(encoding="utf-8-sig"))
    except (YAMLError, UnicodeDecodeError, OSError, RecursionError) as fault:
        raise FileRefusedError(
            f"{path.name} cannot be read as YAML{_at(fault)}: {_said(fault)}. Often a colon in a sentence is the reason: "
            'put the sentence in "quotes".'
        ) from fault


def _at(fault: Exception) -> str:
    mark = fault.problem_mark if isinstance(fault, MarkedYAMLError) else None
    return f", line {mark.line + 1}" if mark is not None else ""


def _said(fault: Exception) -> str:
    said = fault.problem if isinstance(fault, MarkedYAMLError) and fault.problem else str(fault)
    return " ".join(str(said).split())[:300].rstrip(".")
