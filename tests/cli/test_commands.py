"""Commands as they are typed: what they say, and the code they leave with."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import polars as pl
import pytest
from typer.testing import CliRunner

from dataworkbench.cli import app
from dataworkbench.warehouse import current_snapshot, list_snapshots, write_snapshot
from dataworkbench.workspace import find_workspace, new_workspace

SCHOOLS = pl.DataFrame({"school_id": ["0101"], "school_name": ["Alder"]})


@pytest.fixture
def typed(monkeypatch):
    """Type a command; wide enough that no line is broken."""
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.delenv("DATAWORKBENCH_WORKSPACE", raising=False)
    return lambda *words: CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
def workspace(tmp_path):
    return new_workspace(tmp_path / "district", district="Mulberry")


def test_new_makes_a_workspace_and_says_where(typed, tmp_path):
    done = typed("new", tmp_path / "ours", "--district", "Ours")
    assert done.exit_code == 0
    assert "Made a workspace for Ours" in done.stdout
    assert find_workspace(tmp_path / "ours").settings().district == "Ours"


def test_an_error_is_told_without_a_traceback_and_ends_with_2(typed, workspace):
    done = typed("new", workspace.root)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert "is a workspace already" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_mistyped_option_ends_with_2(typed):
    assert typed("report", "--onyl", "Alder").exit_code == 2


def test_json_is_all_that_stands_on_standard_output(typed, tmp_path):
    told = json.loads(typed("new", tmp_path / "ours", "--json").stdout)
    assert told["command"] == "new"
    assert told["exit_code"] == 0
    assert told["data"]["workspace"] == str(tmp_path / "ours")


def test_an_error_is_json_too_where_json_was_asked_for(typed, tmp_path):
    done = typed("check", "-w", tmp_path, "--json")
    told = json.loads(done.stdout)
    assert (done.exit_code, told["exit_code"]) == (2, 2)
    assert "is not a workspace" in told["error"]["message"]
    assert done.stderr == ""


def test_names_cannot_colour_or_steer_the_terminal(typed, tmp_path):
    done = typed("new", tmp_path / "ours", "--district", "[red]A[/red] \x1b]0;title\x07")
    assert "[red]A[/red]" in done.stdout
    assert "\x1b" not in done.stdout


def test_a_workspace_without_data_says_what_to_do(typed, workspace):
    done = typed("check", "-w", workspace.root)
    assert done.exit_code == 2
    assert "dataworkbench import" in done.stderr


def test_the_snapshot_in_use_is_marked(typed, workspace):
    write_snapshot(workspace, {"schools": SCHOOLS})
    later = write_snapshot(workspace, {"schools": SCHOOLS}, sources=[{"sha256": "b"}])
    told = typed("snapshots", "list", "-w", workspace.root).stdout
    (line,) = [line for line in told.splitlines() if line.rstrip().endswith("in use")]
    assert later.id in line


def test_one_can_go_back_to_an_earlier_snapshot(typed, workspace):
    earlier = write_snapshot(workspace, {"schools": SCHOOLS})
    write_snapshot(workspace, {"schools": SCHOOLS}, sources=[{"sha256": "b"}])
    assert typed("snapshots", "use", earlier.id, "-w", workspace.root).exit_code == 0
    assert current_snapshot(workspace).id == earlier.id
    assert len(list_snapshots(workspace)) == 2


def test_a_snapshot_that_is_not_there_is_answered_with_those_that_are(typed, workspace):
    there = write_snapshot(workspace, {"schools": SCHOOLS})
    done = typed("snapshots", "use", "2001", "-w", workspace.root, "--json")
    assert there.id in json.loads(done.stdout)["error"]["message"]


def test_ctrl_c_ends_with_130_and_no_traceback(typed, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("dataworkbench.cli.workspaces.find_workspace", interrupted)
    done = typed("snapshots", "list")
    assert done.exit_code == 130
    assert done.stderr == "Stopped.\n"
    assert "Traceback" not in done.stderr


def in_a_shell(*words, **more):
    """Run the program in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "dataworkbench.cli", *words],
        capture_output=True,
        text=True,
        check=False,
        **more,
    )


def test_the_program_says_its_version():
    done = in_a_shell("--version")
    assert done.returncode == 0
    assert done.stdout.startswith("dataworkbench 0.")


def test_help_does_not_wait_for_the_rooms():
    asked = "import sys, dataworkbench.cli; print([m for m in ('pandas', 'polars', 'duckdb', 'plotly') if m in sys.modules])"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_a_fault_of_the_workbench_ends_with_70_and_says_so(tmp_path):
    broken = tmp_path / "sitecustomize.py"
    broken.write_text("import dataworkbench.workspace as w\nw.new_workspace = lambda *a, **k: 1 / 0\n")
    done = in_a_shell("new", str(tmp_path / "x"), env={**os.environ, "PYTHONPATH": str(tmp_path)})
    assert done.returncode == 70
    assert "This is a fault in the workbench" in done.stderr


def test_text_that_a_console_cannot_show_does_not_stop_the_program(tmp_path):
    env = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = in_a_shell("new", str(tmp_path / "x"), "--district", "Écoles", env=env)
    assert done.returncode == 0
