"""What an installed workbench carries with it, and that it needs no checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    out = tmp_path_factory.mktemp("wheel")
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert built.returncode == 0, built.stderr
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def names(wheel):
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def test_the_wheel_carries_every_notebook_and_template(names):
    kept = [
        path.relative_to(ROOT).as_posix()
        for folder in ("notebooks", "templates")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and ".ipynb_checkpoints" not in path.parts and "__pycache__" not in path.parts
    ]
    assert len(kept) > 10
    assert {f"dataworkbench/shipped/{name}" for name in kept} - set(names) == set()


def test_the_wheel_carries_nothing_that_is_not_the_workbench(names):
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.startswith("dataworkbench")} == set()
    assert [
        name for name in names if "__pycache__" in name or "/tests/" in name or "sample_data" in name
    ] == []


def test_the_wheel_says_that_it_is_typed_and_has_a_command(wheel, names):
    assert "dataworkbench/py.typed" in names
    with zipfile.ZipFile(wheel) as archive:
        entry = next(name for name in names if name.endswith("entry_points.txt"))
        assert "dataworkbench = dataworkbench.cli:main" in archive.read(entry).decode()


def test_an_installed_workbench_needs_no_checkout(wheel, tmp_path):
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    asked = (
        "import dataworkbench, sys; from dataworkbench.workspace import shipped;"
        "print(dataworkbench.__file__, shipped('notebooks'), shipped('templates'), sep='\\n')"
    )
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    told = subprocess.run(
        [sys.executable, "-c", asked], cwd=elsewhere, env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert [line for line in told.stdout.split() if not line.startswith(str(site))] == []


@pytest.mark.slow
def test_an_installed_workbench_makes_a_demo_in_an_empty_folder(wheel, tmp_path):
    site, empty = tmp_path / "site", tmp_path / "empty"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    empty.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "dataworkbench.cli", "demo", "--schools", "1", "--json"],
        cwd=empty, env={**os.environ, "PYTHONPATH": str(site)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout)["data"]
    assert Path(told["index"]).is_file()
    assert [one["state"] for one in told["pages"]["reports"]] == ["done"]
    assert [run["counts"]["done"] for run in told["stages"]] == [1] * 6
