"""What processes that make reports find around them: a workspace, one snapshot, one thread a library, no habits of a user."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from dataworkbench.workspace import ENVIRONMENT_VARIABLE, POLICY_VARIABLE, SNAPSHOT_VARIABLE

ONE_THREAD: Final = (
    "DATAWORKBENCH_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS",
)  # fmt: skip
"""Settings that keep a library to one thread: reports are made side by side already, and sums come out the same."""
_PRIVATE: Final = ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR")


@contextmanager
def surroundings(workspace: Path, snapshot: str, policy: str) -> Iterator[Mapping[str, str]]:
    """Give the environment of processes that make reports on this machine, with a private folder while it lasts.

    ``policy`` is the fingerprint of the one that the run began under. ``PLOTLY_RENDERER`` lets a figure leave its data in the notebook instead of five megabytes of script. With
    ``EAGER_IMPORT`` all rooms are loaded at once, before the first copy is made.
    """
    private = tempfile.mkdtemp(prefix="dwb-")
    try:
        yield {
            **os.environ,
            **dict.fromkeys(ONE_THREAD, "1"),
            **dict.fromkeys(_PRIVATE, private),
            ENVIRONMENT_VARIABLE: str(workspace),
            SNAPSHOT_VARIABLE: snapshot,
            POLICY_VARIABLE: policy,
            "EAGER_IMPORT": "1",
            "JUPYTER_NO_CONFIG": "1",
            "JUPYTER_PREFER_ENV_PATH": "1",
            "PLOTLY_RENDERER": "plotly_mimetype",
            "PYTHONHASHSEED": "0",
        }
    finally:
        shutil.rmtree(private, ignore_errors=True)
