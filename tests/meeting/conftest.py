"""A small district in which a team meets."""

from __future__ import annotations

import pytest
from team_room import Team, a_district


@pytest.fixture
def empty(tmp_path):
    """A district of which two schools are known and nothing else, and in which nothing was written."""
    return a_district(tmp_path / "empty")


@pytest.fixture
def team(empty):
    return Team(empty)
