"""Lets no more people in than the machine can serve; Voila asks it before it starts a kernel."""

from __future__ import annotations

import os
from typing import Any, Final

from tornado.web import HTTPError

MOST_VARIABLE: Final = "DATAWORKBENCH_MOST_DASHBOARDS"
MOST_OPEN: Final = 12
FULL: Final = (
    "Too many dashboards are open at once. Close one that nobody looks at, or try again in a few minutes."
)


def refuse_when_full(request: Any, **_asked: Any) -> None:
    """Refuse to open one more dashboard where as many are open as the machine is meant to serve."""
    most = int(os.environ.get(MOST_VARIABLE, MOST_OPEN))
    if len(list(request.kernel_manager.list_kernel_ids())) >= most:
        raise HTTPError(503, FULL, reason=FULL)
