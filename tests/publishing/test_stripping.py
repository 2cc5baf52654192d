"""Notebooks go into git without what they showed; tried with git itself."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from typer.testing import CliRunner

from dataworkbench.cli import app
from dataworkbench.errors import WorkbenchError
from dataworkbench.publishing.stripping import stripped
from dataworkbench.workspace import new_workspace, shipped

MARKER = "Tell-Tale Noughton"
SOURCE = Path(__file__).parents[2] / "src"


def shown_notebook():
    cell = nbformat.v4.new_code_cell(
        "district.schools", execution_count=7, metadata={"papermill": {"duration": 2, "exception": MARKER}}
    )
    cell.outputs = [nbformat.v4.new_output("display_data", data={"text/html": f"<td>{MARKER}</td>"})]
    injected = nbformat.v4.new_code_cell(f"student = '{MARKER}'", metadata={"tags": ["injected-parameters"]})
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Título"), injected, cell])
    made.metadata["widgets"] = {
        "application/vnd.jupyter.widget-state+json": {"state": {"a": {"state": {"value": MARKER}}}}
    }
    made.metadata["papermill"] = {"parameters": {"student": MARKER}}
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.writes(made)


def test_outputs_state_of_widgets_and_parameters_of_a_run_are_gone_and_the_rest_is_there():
    text = stripped(shown_notebook())
    assert MARKER not in text
    kept = nbformat.reads(text, as_version=4)
    nbformat.validate(kept)
    assert [cell.source for cell in kept.cells] == ["# Título", "district.schools"]
    assert kept.metadata.kernelspec.name == "python3"


def test_stripping_twice_is_stripping_once():
    once = stripped(shown_notebook())
    assert stripped(once) == once


@pytest.mark.parametrize("path", sorted(shipped("notebooks").glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_notebook_that_came_with_the_workbench_keeps_every_cell(path):
    before, after = (
        nbformat.reads(text, as_version=4)
        for text in (path.read_text("utf-8"), stripped(path.read_text("utf-8")))
    )
    assert [cell.source for cell in before.cells] == [cell.source for cell in after.cells]


@pytest.mark.parametrize(
    "text", ["", "{}", "not a notebook", '{"worksheets": []}', "[]", '{"cells": [1], "metadata": {}}']
)
def test_what_is_no_notebook_is_refused(text):
    with pytest.raises(WorkbenchError, match="not a notebook"):
        stripped(text)


def test_notebooks_are_stripped_where_they_lie(tmp_path):
    path = tmp_path / "a.ipynb"
    path.write_text(shown_notebook(), encoding="utf-8")
    assert CliRunner().invoke(app, ["strip", str(path)]).exit_code == 0
    assert MARKER not in path.read_text(encoding="utf-8")


@pytest.fixture
def git(tmp_path, monkeypatch):
    """A clone of its own, whatever the person's own settings of git are."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "none"))
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", str(tmp_path / "none"))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(SOURCE), os.environ.get("PYTHONPATH", ""))))
    folder = tmp_path / "clone"
    folder.mkdir()

    def run(*words, ok=True):
        done = subprocess.run(["git", "-C", str(folder), *words], capture_output=True, text=True, check=False)
        assert not ok or done.returncode == 0, done.stderr
        return done

    run("init", "-q")
    run("config", "user.email", "team@example.org")
    run("config", "user.name", "team")
    run.folder = folder
    return run


def test_a_notebook_is_committed_without_what_it_showed_and_stays_as_it_is_on_disk(git):
    done = CliRunner().invoke(app, ["new", str(git.folder / "district")])
    assert done.exit_code == 0
    notebook = git.folder / "district" / "notebooks" / "own.ipynb"
    notebook.write_text(shown_notebook(), encoding="utf-8")
    git("add", "-A")
    git("commit", "-qm", "first")
    committed = git("show", "HEAD:district/notebooks/own.ipynb").stdout
    assert "district.schools" in committed
    assert MARKER not in committed
    assert MARKER in notebook.read_text(encoding="utf-8")
    assert git("status", "--porcelain").stdout == ""
    everything = subprocess.run(
        ["git", "-C", str(git.folder), "grep", "-I", MARKER, "HEAD"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert everything.stdout == ""


def test_what_is_no_notebook_any_more_is_not_taken_in(git):
    CliRunner().invoke(app, ["new", str(git.folder / "district")])
    (git.folder / "district" / "notebooks" / "broken.ipynb").write_text(
        f"{{ half a notebook, {MARKER}", encoding="utf-8"
    )
    assert git("add", "-A", ok=False).returncode != 0
    assert git("ls-files").stdout == ""


def test_git_sees_nothing_of_a_workspace_but_settings_mappings_and_notebooks(git):
    place = new_workspace(git.folder / "district")
    for name in (
        "inbox/roster.csv", "raw/abc-roster.csv", "snapshots/1/tables.duckdb", "snapshots/1/parquet/students.parquet", "records.db",
        "records.db-wal", "logs/dashboards.txt", "backups/records.db", "meetings/1.html", "reports/1/pages/a.html",
        "releases/1/private/decisions.parquet", "releases/1/cells.parquet", "notebooks/grades.csv", "notebooks/.ipynb_checkpoints/a.ipynb",
        "found.tsv", "mappings/sample.csv",
    ):  # fmt: skip
        path = place.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    for name in ("mappings/own.yaml", "notebooks/own.py", "notebooks/dashboards/a.py"):
        (place.root / name).parent.mkdir(parents=True, exist_ok=True)
        (place.root / name).write_text("x")
    git("add", "-A")
    assert git("ls-files").stdout.split() == [
        "district/.gitattributes", "district/.gitignore", "district/mappings/own.yaml", "district/notebooks/dashboards/a.py",
        "district/notebooks/own.py", "district/policy.toml", "district/publication.toml", "district/workbench.toml",
    ]  # fmt: skip


def test_a_clone_that_was_not_told_is_noticed_and_can_be_told(git, monkeypatch):
    place = new_workspace(git.folder / "district")
    look = ["doctor", "-w", str(place.root), "--json"]
    looks = {l["what"]: l["state"] for l in json.loads(CliRunner().invoke(app, look).stdout)["data"]["looks"]}
    assert looks["Notebooks in git"] == "missing"
    monkeypatch.chdir(place.root)
    assert CliRunner().invoke(app, ["strip", "--install"]).exit_code == 0
    looks = {l["what"]: l["state"] for l in json.loads(CliRunner().invoke(app, look).stdout)["data"]["looks"]}
    assert looks["Notebooks in git"] == "ready"


def test_a_workspace_that_has_such_a_file_keeps_it(tmp_path):
    (tmp_path / ".gitignore").write_text("mine")
    new_workspace(tmp_path)
    assert (tmp_path / ".gitignore").read_text() == "mine"


def test_the_filter_reads_and_writes_as_git_asks():
    text = shown_notebook()
    done = subprocess.run(
        [sys.executable, "-P", "-m", "dataworkbench.cli", "strip"],
        input=text, capture_output=True, text=True, check=True, encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
    )  # fmt: skip
    assert done.stdout == stripped(text)
