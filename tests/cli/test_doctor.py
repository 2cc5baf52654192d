"""The doctor names what is missing and how to get it."""

from __future__ import annotations

import json
import socket

import pytest
from typer.testing import CliRunner

from dataworkbench.cli import app, machine
from dataworkbench.workspace import new_workspace


@pytest.fixture
def looks(monkeypatch, tmp_path):
    """What the doctor saw, by name, and its exit code."""
    monkeypatch.delenv("DATAWORKBENCH_WORKSPACE", raising=False)
    monkeypatch.chdir(tmp_path)

    def look(*words):
        done = CliRunner().invoke(app, ["doctor", "--json", *(str(word) for word in words)])
        return {one["what"]: one for one in json.loads(done.stdout)["data"]["looks"]}, done.exit_code

    return look


def test_a_machine_that_has_everything_is_fine(looks):
    seen, code = looks()
    assert code == 0
    assert seen["Python packages"]["state"] == "ready"
    assert seen["Workspace"]["state"] == "optional"


def test_a_missing_package_is_named(looks, monkeypatch):
    monkeypatch.setattr(
        machine, "requires", lambda _: ["duckdb>=1.4", "no-such-package>=1", 'only-tests; extra == "test"']
    )
    seen, code = looks()
    assert code == 1
    assert "no-such-package" in seen["Python packages"]["found"]
    assert "only-tests" not in seen["Python packages"]["found"]
    assert seen["Python packages"]["how_to_get"]


def test_a_package_that_is_too_old_is_named(looks, monkeypatch):
    monkeypatch.setattr(machine, "requires", lambda _: ["duckdb>=999"])
    assert "duckdb>=999" in looks()[0]["Python packages"]["found"]


def test_a_taken_port_is_told_with_another_one(looks):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        seen, code = looks("--port", port)
    assert code == 0
    assert str(port + 1) in seen["Port for dashboards"]["how_to_get"]


def test_without_a_browser_it_says_how_to_get_one(looks, monkeypatch):
    monkeypatch.setattr(machine.shutil, "which", lambda _: None)
    monkeypatch.setattr(machine, "BROWSER_PLACES", ())
    seen, code = looks()
    assert code == 0
    assert "apt-get install chromium" in seen["Chromium, Chrome or Edge"]["how_to_get"]


def test_a_workspace_without_data_wants_an_import(looks, tmp_path):
    new_workspace(tmp_path / "d")
    seen, code = looks("-w", tmp_path / "d")
    assert code == 1
    assert "dataworkbench import" in seen["Data"]["how_to_get"]


def test_a_broken_policy_is_found(looks, tmp_path):
    place = new_workspace(tmp_path / "d")
    (place.root / "policy.toml").write_text("minimum_group = 1")
    seen, code = looks("-w", place.root)
    assert code == 1
    assert seen["Disclosure policy"]["state"] == "missing"


def test_a_folder_that_was_deleted_is_named(looks, tmp_path):
    place = new_workspace(tmp_path / "d")
    place.raw.rmdir()
    assert "raw" in looks("-w", place.root)[0]["Workspace folders"]["found"]
