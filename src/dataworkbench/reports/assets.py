"""The files that all pages of a run share, so that they work without a network."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Final

from dataworkbench.files import write_whole
from dataworkbench.workspace import shipped

OWN_ASSETS: Final[tuple[str, ...]] = ("report.css", "report.js", "index.js")
PLOTLY: Final = "plotly.min.js"
SHEET: Final = "sheet.css"
"""How the pages about single students look, which can also be printed one by one."""


def copy_assets(folder: Path) -> None:
    """Put Plotly's script and our own style and scripts into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / PLOTLY, (files("plotly") / "package_data" / PLOTLY).read_bytes())
    for name in OWN_ASSETS:
        write_whole(folder / name, (shipped("templates") / "report" / name).read_bytes())
    write_whole(folder / SHEET, (shipped("templates") / "sheets" / SHEET).read_bytes())
