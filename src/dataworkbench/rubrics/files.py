"""Rubrics are files: the ones that came with the workbench, and the district's own beside them.

The district's own lie in the folder ``rubrics`` of its workspace. One with the same id goes before ours.
YAML is read by its 1.2 rules, so that ``No`` stays a word.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from dataworkbench.errors import FileRefusedError, no_such
from dataworkbench.rubrics.model import Rubric
from dataworkbench.workspace import Workspace, shipped

OWN_FOLDER = "rubrics"


def rubric(name: str, workspace: Workspace | None = None) -> Rubric:
    """Return the rubric of an id, the district's own before the one that came with the workbench."""
    found = _all(workspace)
    if name not in found:
        raise no_such("rubric", name, found)
    return found[name][0]


def rubrics(workspace: Workspace | None = None) -> pd.DataFrame:
    """Return the rubrics there are.

    One row is one rubric: its id, title, what it is for, how many elements, its levels, and whose it is.
    """
    rows = [
        {
            "rubric": held.id,
            "title": held.title,
            "purpose": held.purpose,
            "elements": len(held.elements),
            "levels": ", ".join(held.level_names),
            "whose": whose,
        }
        for held, whose in _all(workspace).values()
    ]
    return pd.DataFrame(rows, columns=["rubric", "title", "purpose", "elements", "levels", "whose"])


def read_rubric(path: Path) -> Rubric:
    """Return the rubric in a file.

    Raises
    ------
    FileRefusedError
        Where the file is not YAML, or holds something that is not part of a rubric; it names every such place.

    """
    try:
        return Rubric.model_validate(_yaml(path))
    except ValidationError as fault:
        said = "; ".join(f"{_place(error['loc'])}: {error['msg']}" for error in fault.errors())
        raise FileRefusedError(
            f"{path.name} is not a rubric that can be used: {said}. Put it right, or compare it with one that came "
            "with the workbench."
        ) from fault


def _all(workspace: Workspace | None) -> dict[str, tuple[Rubric, str]]:
    found = _folder(shipped("templates") / "rubrics", "came with the workbench")
    if workspace is not None:
        found |= _folder(workspace.root / OWN_FOLDER, "the district's own")
    return dict(sorted(found.items()))


def _folder(folder: Path, whose: str) -> dict[str, tuple[Rubric, str]]:
    read = [read_rubric(path) for path in sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")])]
    return {held.id: (held, whose) for held in read}


def _yaml(path: Path) -> Any:
    try:
        return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except (YAMLError, UnicodeDecodeError) as fault:
        said = " ".join(str(fault).split())
        raise FileRefusedError(
            f"{path.name} cannot be read as YAML: {said}. Often a colon or a comma in a sentence is the reason: "
            'put the sentence in "quotes".'
        ) from fault


def _place(loc: tuple[int | str, ...]) -> str:
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in loc) or "the file"
