"""The walk from an import to public pages, as it is typed."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dataworkbench.cli import app
from dataworkbench.workspace import new_workspace

sys.path.append(str(Path(__file__).parents[1] / "publishing" / "releases"))
from small_workspace import small_district, workspace_with

LITTLE = 'indicators = ["enrollment"]\nbreakdowns = ["district", "school", "subgroup", "school x subgroup"]\nsubgroup_types = ["Race and ethnicity"]\n'


@pytest.fixture
def typed(monkeypatch):
    monkeypatch.setenv("COLUMNS", "300")
    return lambda *words: CliRunner().invoke(app, ["release", *(str(word) for word in words)])


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    made = workspace_with(tmp_path_factory.mktemp("typed") / "d", small_district(2, students=120))
    (made.root / "publication.toml").write_text(LITTLE, encoding="utf-8")
    return made


def test_the_walk_of_the_readme_ends_with_a_folder_of_pages(typed, place, tmp_path):
    made = typed("make", "-w", place.root, "--json")
    assert made.exit_code == 0, made.stdout
    name = json.loads(made.stdout)["data"]["id"]
    seen = typed("review", "-w", place.root)
    assert seen.exit_code == 1
    assert "--approve" in seen.stdout
    assert "What will be public" in seen.stdout
    too_early = typed("publish", "-w", place.root, "--to", tmp_path / "out")
    assert too_early.exit_code == 2
    assert "nobody has reviewed it" in too_early.stderr
    assert not (tmp_path / "out").exists()
    assert (
        typed(
            "review", name, "-w", place.root, "--approve", "--why", "Looked at with the principals"
        ).exit_code
        == 0
    )
    out = typed("publish", "-w", place.root, "--to", tmp_path / "out")
    assert out.exit_code == 0, out.stderr
    assert (tmp_path / "out" / "index.html").is_file()
    assert not list((tmp_path / "out").rglob("private"))
    shown = typed("show", "-w", place.root)
    assert "Looked at with the principals" in shown.stdout
    listed = json.loads(typed("list", "-w", place.root, "--json").stdout)
    assert listed["data"]["current"] == name
    checked = typed("check", "-w", place.root)
    assert checked.exit_code == 0, checked.stdout
    assert "0 not." in checked.stdout
    assert typed("withdraw", name, "-w", place.root).exit_code == 2
    back = typed("withdraw", name, "-w", place.root, "--why", "A file was wrong")
    assert back.exit_code == 1, "its copy lies still where it was put"
    assert "out" in back.stdout
    assert "take them down at the web host" in back.stdout


def test_a_workspace_without_a_release_says_how_to_make_one(typed, tmp_path):
    empty = new_workspace(tmp_path / "d")
    listed = typed("list", "-w", empty.root)
    assert listed.exit_code == 0
    assert "release make" in listed.stdout
    for command in ("review", "show", "check", "publish"):
        done = typed(command, "-w", empty.root)
        assert done.exit_code == 2, command
        assert "no release yet" in done.stderr
    made = typed("make", "-w", empty.root)
    assert made.exit_code == 2
    assert "holds no data yet" in made.stderr


def test_the_rules_and_their_changes_are_shown_and_can_not_be_set_here(typed, tmp_path):
    place = new_workspace(tmp_path / "d")
    assert "first seen" in typed("policy", "-w", place.root).stdout
    policy = place.root / "policy.toml"
    policy.write_text(
        policy.read_text(encoding="utf-8").replace("minimum_group = 10", "minimum_group = 12"),
        encoding="utf-8",
    )
    assert "minimum_group was 10, is 12" in typed("policy", "-w", place.root).stdout
    for command in ("make", "review", "publish", "policy"):
        helped = typed(command, "--help").stdout
        assert not {"--minimum", "--policy", "--width", "--breakdown", "--indicator"} & set(helped.split()), (
            command
        )
