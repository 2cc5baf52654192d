"""Records in a folder of their own."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from written import NOON

from dataworkbench.records import open_records
from dataworkbench.workspace import Workspace, new_workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return new_workspace(tmp_path / "district")


@pytest.fixture
def kept(workspace: Workspace):
    ticks = iter(NOON + timedelta(minutes=at) for at in range(10_000))
    return open_records(workspace, clock=lambda: next(ticks))
