"""A demo fills an empty folder and nothing else, and does not do its work twice."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from dataworkbench.cli import app, trial
from dataworkbench.workspace import Workspace


@pytest.fixture
def typed(monkeypatch):
    monkeypatch.setenv("COLUMNS", "300")
    return lambda *words: CliRunner().invoke(app, ["demo", *(str(word) for word in words)])


@pytest.fixture
def made(tmp_path):
    """A folder in which a demo was made before."""
    folder = tmp_path / "sample"
    (folder / "reports").mkdir(parents=True)
    held = {
        "schools": 2,
        "pages": 2,
        "index": "reports/index.html",
        "notebooks": {"00_start_here": "reports/a.html"},
    }
    (folder / "demo.json").write_text(json.dumps({**held, "minutes": 2.0, "whole": True}))
    return folder


def test_a_folder_that_holds_anything_is_left_alone(typed, tmp_path):
    (tmp_path / "letter.txt").write_text("mine")
    done = typed(tmp_path)
    assert done.exit_code == 2
    assert "nothing in it was touched" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_workspace_of_somebody_s_own_is_left_alone(typed, tmp_path):
    assert CliRunner().invoke(app, ["new", str(tmp_path / "ours")]).exit_code == 0
    assert typed(tmp_path / "ours").exit_code == 2


def test_a_second_demo_only_says_where_things_are(typed, made, monkeypatch):
    monkeypatch.setattr(trial, "try_out", lambda *_, **__: pytest.fail("made it again"))
    done = typed(made)
    assert done.exit_code == 0
    assert (made / "reports" / "index.html").as_uri() in done.stdout


def test_a_demo_with_missing_pages_says_so_each_time(typed, made):
    held = json.loads((made / "demo.json").read_text())
    (made / "demo.json").write_text(json.dumps({**held, "whole": False}))
    done = typed(made)
    assert done.exit_code == 3
    assert "could not be made" in done.stdout


def test_a_demo_that_was_broken_off_is_gone_on_with(tmp_path):
    place = Workspace(tmp_path / "sample")
    trial._prepare(place)
    trial._prepare(place)
    assert (place.root / "exports").is_dir()
    assert place.settings().date_order == "month first"


def test_what_tells_the_planted_truths_is_not_imported(tmp_path):
    place = Workspace(tmp_path / "sample")
    trial._prepare(place)
    for name in ("oneroster.zip", "truths.json", "cast.json"):
        (place.root / "exports" / name).touch()
    assert [path.name for path in trial.exports(place)] == ["oneroster.zip"]


def test_the_numbered_notebooks_are_run_in_order():
    names = trial.numbered_notebooks()
    assert names[0] == "00_start_here"
    assert names == sorted(names)
    assert "school_report" not in names
