"""`dataworkbench scan`: what it says, and how it ends."""

from __future__ import annotations

import json
from datetime import date

import polars as pl
import pytest
from made_site import made_site, small_release
from typer.testing import CliRunner

from dataworkbench.cli import app
from dataworkbench.publishing.scan import read_roster
from dataworkbench.warehouse import District, district_from_frames, write_snapshot
from dataworkbench.workspace import new_workspace

TABLES = {
    "schools": pl.DataFrame({"school_id": ["S001"], "school_name": ["Alder Elementary"]}),
    "students": pl.DataFrame({"student_id": ["ZQSTU000417"], "school_year": ["2025-26"]}),
    "identities": pl.DataFrame(
        {
            "student_id": ["ZQSTU000417"], "given_name": ["Ottilie"], "family_name": ["Noughton"],
            "birth_date": [date(2013, 3, 16)], "state_student_id": ["0012002461"], "local_number": ["0040501"],
        }
    ),
    "staff": pl.DataFrame({"staff_id": ["ZQADU00005"], "school_id": ["S001"], "staff_name": ["Dominguezova, Carmela"]}),
}  # fmt: skip


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    place = new_workspace(tmp_path_factory.mktemp("scanned") / "district")
    write_snapshot(place, TABLES)
    made_site(small_release(place.root / "releases"))
    return place


def typed(*words):
    return CliRunner().invoke(app, ["scan", *(str(word) for word in words)])


@pytest.fixture
def site(workspace):
    return next((workspace.root / "releases").iterdir()) / "site"


def test_a_clean_site_is_done_and_says_against_what_it_was_held(workspace, site):
    done = typed(site, "-w", workspace.root)
    assert done.exit_code == 0, done.output
    assert "and the release 2026-10-01_0900-aaaaaa: 0 findings." in " ".join(done.stdout.split())


def test_a_leak_needs_a_person_and_is_told_without_the_name(workspace, site, tmp_path):
    leak = site / "note.txt"
    leak.write_text("Ottilie Noughton, Carmela Dominguezova, 12002461, 2013-03-16")
    try:
        done = typed(site, "-w", workspace.root, "--json", "--in-full", tmp_path / "found.tsv")
    finally:
        leak.unlink()
    assert done.exit_code == 1
    told = json.loads(done.stdout)
    assert {f["kind"] for f in told["data"]["findings"]} >= {"name", "id", "birth date"}
    assert not any(
        word in done.output.lower() for word in ("noughton", "dominguezova", "12002461", "2013-03-16")
    )
    assert "noughton" in (tmp_path / "found.tsv").read_text()
    assert "dominguezova" in (tmp_path / "found.tsv").read_text()


def test_a_folder_without_a_release_says_that_its_numbers_were_not_held_against_anything(workspace, tmp_path):
    (tmp_path / "slides").mkdir()
    (tmp_path / "slides" / "a.html").write_text("<p>41.7% were absent</p>")
    done = typed(tmp_path / "slides", "-w", workspace.root)
    assert done.exit_code == 0
    assert "not held against anything" in " ".join(done.stdout.split())


def test_a_folder_that_is_not_there_is_not_a_clean_one(workspace, tmp_path):
    assert typed(tmp_path / "nowhere", "-w", workspace.root).exit_code == 2


def test_the_roster_holds_students_and_staff():
    district: District = district_from_frames(TABLES)
    people = read_roster(district).people
    assert {(p.given, p.family) for p in people} == {("Ottilie", "Noughton"), ("Carmela", "Dominguezova")}
