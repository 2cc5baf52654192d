"""JupyterLab is opened for this machine only, and a team's own notebooks are left alone."""

from __future__ import annotations

import pytest

from dataworkbench.cli import asking
from dataworkbench.cli.opening import copy_notebooks, lab_command
from dataworkbench.workspace import new_workspace


@pytest.fixture
def place(tmp_path, monkeypatch):
    shipped = tmp_path / "shipped"
    shipped.mkdir()
    (shipped / "00_start_here.ipynb").write_text("{}")
    (shipped / "dashboards").mkdir()
    monkeypatch.setattr("dataworkbench.cli.opening.shipped", lambda _: shipped)
    return new_workspace(tmp_path / "district")


def test_an_empty_folder_gets_the_notebooks_that_came_with_the_workbench(place):
    assert [path.name for path in copy_notebooks(place)] == ["00_start_here.ipynb"]
    assert (place.notebooks / "00_start_here.ipynb").is_file()


def test_a_team_s_own_notebook_is_never_overwritten(place):
    (place.notebooks / "00_start_here.ipynb").write_text("ours")
    assert copy_notebooks(place) == []
    assert (place.notebooks / "00_start_here.ipynb").read_text() == "ours"


def test_lab_answers_this_machine_only_and_asks_the_network_for_nothing(place):
    command = lab_command(place, port=8899, browser=False)
    assert "--ServerApp.ip=127.0.0.1" in command
    assert "--ServerApp.port=8899" in command
    assert "--LabApp.news_url=None" in command
    assert "--LabApp.extension_manager=readonly" in command
    assert "--no-browser" in command
    assert not any("token" in word for word in command)


def test_a_command_is_spelled_so_that_it_can_be_typed_from_here(tmp_path, monkeypatch):
    program = tmp_path / ".venv" / "bin" / "dataworkbench"
    program.parent.mkdir(parents=True)
    program.touch(mode=0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(asking.sys, "argv", [str(program), "demo"])
    assert asking.command_line("lab") == ".venv/bin/dataworkbench lab"
    monkeypatch.setenv("PATH", str(program.parent))
    assert asking.command_line("lab") == "dataworkbench lab"
