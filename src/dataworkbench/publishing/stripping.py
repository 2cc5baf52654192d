"""Notebooks without what they showed, as they may be committed; and git told to take them in no other way."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from shutil import which
from typing import Any, Final

from dataworkbench.errors import WorkbenchError

FILTER: Final = "dataworkbench"
"""The name under which ``.gitattributes`` asks for the filter; each clone has to be told once what it does."""
_OF_A_RUN: Final = ("widgets", "papermill")
_OF_A_RUN_OF_A_CELL: Final = ("papermill", "execution", "ExecuteTime", "collapsed", "scrolled")
_INJECTED: Final = "injected-parameters"
_SECONDS: Final = 20


def stripped(text: str) -> str:
    """Return a notebook's text without outputs, counts, the state of widgets, and the parameters of a run.

    Raises
    ------
    WorkbenchError
        Where the text is no notebook: what can't be read can't be stripped, so it must not go on.

    """
    try:
        held = json.loads(text)
        held["cells"] = [_of_cell(cell) for cell in held["cells"] if not _is_injected(cell)]
        _without(held["metadata"], _OF_A_RUN)
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise WorkbenchError(
            "This is not a notebook of Jupyter's present format (4), so nothing could be taken out of it. "
            "Open it in JupyterLab and save it again."
        ) from fault
    return json.dumps(held, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _is_injected(cell: dict[str, Any]) -> bool:
    return _INJECTED in cell["metadata"].get("tags", [])


def _of_cell(cell: dict[str, Any]) -> dict[str, Any]:
    _without(cell["metadata"], _OF_A_RUN_OF_A_CELL)
    return {**cell, "outputs": [], "execution_count": None} if cell["cell_type"] == "code" else cell


def _without(metadata: dict[str, Any], names: tuple[str, ...]) -> None:
    for name in names:
        metadata.pop(name, None)


def is_in_git(folder: Path) -> bool:
    """Whether a folder lies in a working copy of git."""
    return which("git") is not None and _git(folder, "rev-parse", "--is-inside-work-tree") == "true"


def git_is_told(folder: Path) -> bool:
    """Whether this clone has been told to take notebooks in without their outputs."""
    return bool(_git(folder, "config", "--get", f"filter.{FILTER}.clean")) and _asks_for_it(folder)


def tell_git(folder: Path) -> bool:
    """Tell the clone in which a folder lies to strip notebooks when they are added; return whether there is a clone.

    The filter is required: where it fails, git refuses to add the notebook.
    """
    if not is_in_git(folder):
        return False
    command = f'"{Path(sys.executable).as_posix()}" -P -m dataworkbench.cli strip'
    for name, value in (("clean", command), ("smudge", "cat"), ("required", "true")):
        _git(folder, "config", f"filter.{FILTER}.{name}", value)
    return True


def _asks_for_it(folder: Path) -> bool:
    """Whether the folder's own attributes name the filter for a notebook in it."""
    return _git(folder, "check-attr", "filter", "notebooks/any.ipynb").endswith(f": {FILTER}")


def _git(folder: Path, *words: str) -> str:
    """Return what git answers; nothing where it has nothing to say, or can't."""
    done = subprocess.run(  # noqa: S603 - our own words, no shell
        ["git", "-C", str(folder), *words],  # noqa: S607 - the git that the person uses
        capture_output=True,
        text=True,
        check=False,
        timeout=_SECONDS,
    )
    return done.stdout.strip() if done.returncode == 0 else ""
