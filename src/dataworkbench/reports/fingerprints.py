"""What a page was made from, in a few letters: the same letters, the same page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from dataworkbench.files import fingerprint
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


def package_versions() -> dict[str, str]:
    """Return the versions of the packages that a page rests on."""
    return {name: version(name) for name in NOTED_PACKAGES}


@cache
def code_fingerprint() -> str:
    """Return letters that change with the workbench's own code, the page templates, or a package that pages rest on."""
    top = Path(__file__).parents[1]
    template = shipped("templates") / "report"
    files = sorted([*top.rglob("*.py"), *(path for path in template.rglob("*") if path.is_file())])
    own = [f"{path.name} {fingerprint(path.read_bytes())}" for path in files]
    others = [f"{name} {number}" for name, number in sorted(package_versions().items())]
    return fingerprint("\n".join([*own, *others]))


def inputs_fingerprint(parts: Mapping[str, Any]) -> str:
    """Return letters that change with any of the things a page is made from."""
    return fingerprint(json.dumps(parts, sort_keys=True, ensure_ascii=True, default=str))
