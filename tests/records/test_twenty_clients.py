"""Twenty people at once, and writers struck down in the middle: all that was acknowledged is there, in both databases."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from postgres import programs

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "twenty_clients.py"

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the script forks its people off")


def figures(engine: str, *asked: str) -> dict[str, Any]:
    if engine == "postgresql" and programs() is None:
        pytest.skip("no PostgreSQL is installed")
    done = subprocess.run(
        [sys.executable, SCRIPT, "--over", engine, *asked], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    print(done.stdout)
    return json.loads(done.stdout)


def check_nothing_is_missing(told: dict[str, Any], *, acts: int) -> None:
    assert told["lost"] == 0
    assert told["missed_by_a_screen"] == 0
    assert told["written_twice"] == []
    assert told["changes"] == told["acknowledged"] >= 0.95 * acts
    met, kept = told["met_and_kept_aside"]
    assert met == kept


def check_all_outlived(told: dict[str, Any], *, kills: int) -> None:
    assert told["lost"] == 0
    assert told["sound"]
    assert told["struck_down"] >= kills
    assert told["changes"] > told["acknowledged"] > 0


def test_people_who_write_at_once_lose_nothing_and_every_screen_hears_of_all(engine: str) -> None:
    told = figures(engine, "--people", "10", "--seconds", "3", "--changes", "100")
    check_nothing_is_missing(told, acts=100)


def test_writers_and_servers_that_are_struck_down_lose_nothing_they_acknowledged(engine: str) -> None:
    check_all_outlived(figures(engine, "--kills", "5"), kills=5)


@pytest.mark.thorough
def test_twenty_people_make_two_thousand_changes_in_five_minutes_and_lose_none(engine: str) -> None:
    told = figures(engine, "--people", "20", "--seconds", "300", "--changes", "2000")
    check_nothing_is_missing(told, acts=2000)
    assert told["heard_after_ms"]["p50"] < 2000


@pytest.mark.thorough
def test_twenty_kills_at_random_moments_lose_nothing_that_was_acknowledged(engine: str) -> None:
    check_all_outlived(figures(engine, "--kills", "20"), kills=20)
