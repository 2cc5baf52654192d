from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from made_up_district import PARAMETERS, Roll, notebook_of

from dataworkbench.workspace import Workspace, new_workspace


@pytest.fixture
def roll() -> Roll:
    return Roll()


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return new_workspace(tmp_path / "district", district="Cedar County")


@pytest.fixture
def keep_notebook(workspace: Workspace) -> Callable[..., Path]:
    def keep(*cells: str, name: str = "school_report", parameters: str | None = PARAMETERS) -> Path:
        path = workspace.notebooks / f"{name}.ipynb"
        nbformat.write(notebook_of(*cells, parameters=parameters), path)
        return path

    return keep
