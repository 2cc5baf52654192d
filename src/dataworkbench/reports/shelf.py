"""The runs of a workspace: listed, found, and given a folder and a number."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from dataworkbench.errors import WorkbenchError, no_such
from dataworkbench.reports.manifest import is_begun, load_run, number_of
from dataworkbench.reports.record import RECORD_FILE, RunRecord
from dataworkbench.workspace import Workspace

_MOST_OF_ONE_SECOND: Final = 1_000


def list_runs(workspace: Workspace, notebook: str = "") -> list[RunRecord]:
    """Return the runs of a workspace, newest first; ``notebook`` keeps those of one notebook."""
    runs = [load_run(folder) for folder in _folders(workspace) if is_begun(folder)]
    chosen = [run for run in runs if notebook in {"", run.notebook}]
    return sorted(chosen, key=lambda run: (run.number, run.run_id), reverse=True)


def find_run(workspace: Workspace, asked: str) -> RunRecord:
    """Return the run of a name."""
    names = [folder.name for folder in _folders(workspace)]
    if asked not in names:
        raise no_such("run", asked, names)
    return load_run(workspace.reports / asked)


def latest_run(workspace: Workspace, notebook: str, each: str) -> RunRecord | None:
    """Return the newest run of a notebook for each of what; None where there is none."""
    return next((run for run in list_runs(workspace, notebook) if run.each == each), None)


def next_number(workspace: Workspace) -> int:
    """Return the number of the next run: one more than any has. The clock has no say, since it can be set back."""
    return 1 + max(map(number_of, _folders(workspace)), default=0)


def new_folder(workspace: Workspace, notebook: str) -> Path:
    """Return a new folder for a run, named by the time and the notebook."""
    workspace.reports.mkdir(parents=True, exist_ok=True)
    name = f"{datetime.now(UTC):%Y-%m-%dT%H%M%S}Z-{notebook}"
    for number in range(1, _MOST_OF_ONE_SECOND):
        folder = workspace.reports / (name if number == 1 else f"{name}-{number}")
        try:
            folder.mkdir()
        except FileExistsError:
            continue
        return folder
    raise WorkbenchError(f"No free folder for the run could be made in {workspace.reports}.")


def _folders(workspace: Workspace) -> list[Path]:
    return sorted(path.parent for path in workspace.reports.glob(f"*/{RECORD_FILE}"))
