"""What a page was made from, in a few letters: the same letters, the same page."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from functools import cache
from importlib.metadata import requires, version
from pathlib import Path
from typing import Any, Final

from packaging.requirements import Requirement

from dataworkbench.files import file_fingerprint, fingerprint
from dataworkbench.workspace import shipped

NOTED_PACKAGES: Final[tuple[str, ...]] = (
    "dataworkbench",
    "papermill",
    "plotly",
    "pandas",
    "duckdb",
    "ipykernel",
)
"""Packages whose versions a run writes down, because the pages rest on them."""
OWN_FILES: Final[tuple[str, ...]] = ("rubrics/**/*", "protocols/**/*", "sheets/**/*", "notebooks/**/*.py")
"""What a team writes for itself in its workspace and a notebook may read, beside settings, policy and records."""
_SET_ANEW: Final = frozenset({"kernelspec", "language_info"})
_TIMES: Final = frozenset({"execution"})


def package_versions() -> dict[str, str]:
    """Return the versions of the packages that a page rests on most."""
    return {name: version(name) for name in NOTED_PACKAGES}


def needed_versions() -> dict[str, str]:
    """Return the versions of all packages that the workbench asks for, and of Python."""
    asked = [Requirement(text) for text in requires("dataworkbench") or ()]
    needed = [one.name for one in asked if one.marker is None or one.marker.evaluate({"extra": ""})]
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    return {"dataworkbench": version("dataworkbench"), "python": python} | {
        name: version(name) for name in needed
    }


@cache
def code_fingerprint() -> str:
    """Return letters that change with the workbench's own code, the page templates, or a package that pages rest on."""
    top = Path(__file__).parents[1]
    template = shipped("templates") / "report"
    files = sorted([*top.rglob("*.py"), *(path for path in template.rglob("*") if path.is_file())])
    own = [f"{path.name} {fingerprint(path.read_bytes())}" for path in files]
    others = [f"{name} {number}" for name, number in sorted(needed_versions().items())]
    return fingerprint("\n".join([*own, *others]))


def notebook_fingerprint(text: str) -> str:
    """Return letters that change with what a notebook says and does, and not with what it showed when it was last saved."""
    held = json.loads(text)
    if "cells" not in held:
        return fingerprint(text)
    about = {name: value for name, value in held.get("metadata", {}).items() if name not in _SET_ANEW}
    return inputs_fingerprint({"about": about, "cells": [_what_is_run(cell) for cell in held["cells"]]})


def _what_is_run(cell: Mapping[str, Any]) -> dict[str, Any]:
    kept = {
        name: value for name, value in cell.items() if name not in {"outputs", "execution_count", "metadata"}
    }
    about = {name: value for name, value in cell.get("metadata", {}).items() if name not in _TIMES}
    return {**kept, "source": "".join(cell["source"]), "metadata": about}


def own_files(workspace: Path) -> list[Path]:
    """Return the files that a team wrote for itself and a notebook may read, in order."""
    found = {path for pattern in OWN_FILES for path in workspace.glob(pattern) if path.is_file()}
    return sorted(path for path in found if not _is_hidden(path.relative_to(workspace)))


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") or part == "__pycache__" for part in path.parts)


def own_files_fingerprint(workspace: Path) -> str:
    """Return letters that change with any of the files that a team wrote for itself."""
    return inputs_fingerprint(
        {path.relative_to(workspace).as_posix(): file_fingerprint(path) for path in own_files(workspace)}
    )


def inputs_fingerprint(parts: Mapping[str, Any]) -> str:
    """Return letters that change with any of the things a page is made from."""
    return fingerprint(json.dumps(parts, sort_keys=True, ensure_ascii=True, default=str))
