"""A small district in which a team meets."""

from __future__ import annotations

import pytest
from team_room import Team

from dataworkbench.warehouse import open_workspace
from dataworkbench.workspace import new_workspace


@pytest.fixture
def empty(tmp_path):
    """A district without data and without anything written."""
    return open_workspace(new_workspace(tmp_path / "empty", district="Hollowbrook").root)


@pytest.fixture
def team(empty):
    return Team(empty)
