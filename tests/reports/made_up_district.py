"""A district as far as a plan looks at it, and notebooks to run."""

from __future__ import annotations

from dataclasses import dataclass, field

import nbformat
import pandas as pd

from dataworkbench.policy import DisclosurePolicy
from dataworkbench.workspace import Settings


@dataclass
class Roll:
    """A district as far as a plan looks at it."""

    snapshot_id: str = "2026-01-31-a"
    name: str = "Cedar County"
    school_years: list[str] = field(default_factory=lambda: ["2024-25", "2025-26"])
    schools: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(
            {"school_id": ["0101", "0102", "0103"], "school_name": ["Alder", "Birch", "Élan & Söhne"]}
        )
    )
    settings: Settings = field(default_factory=Settings)
    policy: DisclosurePolicy = field(default_factory=DisclosurePolicy)


PARAMETERS = 'workspace: str = ""\nschool: str = ""  # as in the schools file\naudience: str = "staff"\nfewest: int = 10'


def notebook_of(*cells: str, parameters: str | None = PARAMETERS) -> nbformat.NotebookNode:
    """A notebook; a cell that begins with `#` and a blank is words, the others are code."""
    made = nbformat.v4.new_notebook()
    made.metadata["kernelspec"] = {"name": "some-other-kernel", "language": "python", "display_name": "x"}
    if parameters is not None:
        cell = nbformat.v4.new_code_cell(parameters)
        cell.metadata["tags"] = ["parameters"]
        made.cells.append(cell)
    for text in cells:
        new = nbformat.v4.new_markdown_cell if text.startswith("# ") else nbformat.v4.new_code_cell
        made.cells.append(new(text))
    for number, cell in enumerate(made.cells):
        cell["id"] = f"cell-{number}"
    return made
