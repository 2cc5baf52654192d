"""An IPython extension for kernels that wait for a visitor: what every page needs is loaded before anybody has asked."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any, Final

from dataworkbench.workspace import ENVIRONMENT_VARIABLE

NOWHERE: Final = "nowhere"
"""What a kernel that waits is told for a workspace: a name that is none, so that it can open nothing."""

LOADED: Final = (
    "dataworkbench.warehouse",
    "dataworkbench.views",
    "dataworkbench.panels",
    "dataworkbench.figures",
    "dataworkbench.tables",
    "dataworkbench.panels.address",
    "plotly.io",
)


def load_ipython_extension(_shell: Any) -> None:
    """Load the libraries, in a kernel that waits; IPython calls this. No workspace is opened."""
    for name in LOADED if os.environ.get(ENVIRONMENT_VARIABLE) == NOWHERE else ():
        import_module(name)
