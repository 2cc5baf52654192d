"""What processes that make reports find around them: a workspace, one snapshot, no habits of a user."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from dataworkbench.reports.warm.asking import environment_of_a_worker
from dataworkbench.workspace import ENVIRONMENT_VARIABLE

SNAPSHOT_VARIABLE: Final = "DATAWORKBENCH_SNAPSHOT"


@contextmanager
def surroundings(workspace: Path, snapshot: str) -> Iterator[Mapping[str, str]]:
    """Give the environment of processes that make reports on this machine, with private folders while it lasts.

    ``PLOTLY_RENDERER`` lets a figure leave its data in the notebook instead of five megabytes of script.
    """
    private = tempfile.mkdtemp(prefix="dwb-")
    try:
        yield environment_of_a_worker(
            {
                ENVIRONMENT_VARIABLE: str(workspace),
                SNAPSHOT_VARIABLE: snapshot,
                "IPYTHONDIR": private,
                "JUPYTER_CONFIG_DIR": private,
                "JUPYTER_RUNTIME_DIR": private,
                "JUPYTER_NO_CONFIG": "1",
                "JUPYTER_PREFER_ENV_PATH": "1",
            }
        )
    finally:
        shutil.rmtree(private, ignore_errors=True)
