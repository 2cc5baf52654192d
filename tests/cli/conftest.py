"""A district of one school, copied for each test, and what is typed in it."""

from __future__ import annotations

import shutil

import polars as pl
import pytest
from typer.testing import CliRunner

from dataworkbench.cli import app
from dataworkbench.warehouse import write_snapshot
from dataworkbench.workspace import Workspace, new_workspace


@pytest.fixture(scope="session")
def one_school(tmp_path_factory):
    place = new_workspace(tmp_path_factory.mktemp("made") / "district", district="Cedar County")
    write_snapshot(place, {"schools": pl.DataFrame({"school_id": ["0101"], "school_name": ["Alder"]})})
    return place.root


@pytest.fixture
def workspace(one_school, tmp_path):
    return Workspace(shutil.copytree(one_school, tmp_path / "district").resolve())


@pytest.fixture
def typed(monkeypatch, workspace):
    monkeypatch.setenv("COLUMNS", "400")
    return lambda *words: CliRunner().invoke(app, [words[0], "-w", str(workspace.root), *words[1:]])
