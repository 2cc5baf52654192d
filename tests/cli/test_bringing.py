"""Files in through the command line, on a small made-up district."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from dataworkbench.cli import app
from dataworkbench.samples import make_district
from dataworkbench.workspace import new_workspace


def typed(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture(scope="module")
def district(tmp_path_factory):
    """A workspace and what its first import said."""
    folder = tmp_path_factory.mktemp("bringing")
    make_district(folder / "exports", schools=1, students_per_school=30)
    place = new_workspace(folder / "district")
    for path in (folder / "exports").iterdir():
        if path.suffix != ".json":
            path.rename(place.inbox / path.name)
    return place, typed("import", "-w", place.root, "--json")


def test_the_inbox_is_imported_and_every_row_is_accounted_for(district):
    told = json.loads(district[1].stdout)["data"]
    assert told["rows_read"] == told["rows_kept"] + told["rows_set_aside"]
    assert told["rows_kept"] > 1000
    assert told["changed"]


def test_rows_that_were_set_aside_end_the_import_with_1(district):
    told = json.loads(district[1].stdout)["data"]
    assert told["rows_set_aside"] > 0
    assert district[1].exit_code == 1


def test_the_same_files_again_change_nothing(district):
    again = typed("import", "-w", district[0].root, "--json")
    told = json.loads(again.stdout)["data"]
    assert not told["changed"]
    assert told["rows_kept"] == 0


def test_a_trial_writes_nothing(district, tmp_path):
    place = new_workspace(tmp_path / "other")
    done = typed("import", *district[0].inbox.glob("calendar.csv"), "-w", place.root, "--dry-run")
    assert "nothing was written" in done.stdout
    assert list(place.snapshots.iterdir()) == []
    assert list(place.raw.iterdir()) == []


def test_check_looks_through_the_data_in_use(district):
    done = typed("check", "-w", district[0].root, "--json")
    told = json.loads(done.stdout)
    assert told["data"]["snapshot"]
    pressing = [one for one in told["data"]["findings"] if one["level"] != "info"]
    assert done.exit_code == (1 if pressing else 0)


def test_a_file_that_is_no_table_is_refused_with_what_to_do(district, tmp_path):
    picture = tmp_path / "photo.csv"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8)
    done = typed("import", picture, "-w", district[0].root, "--json")
    notes = json.loads(done.stdout)["data"]["notes"]
    assert done.exit_code == 2
    assert [note["level"] for note in notes if note["file"] == "photo.csv"] == ["refused"]
    assert "picture" in notes[0]["message"]


def test_an_empty_inbox_says_where_files_go(tmp_path):
    place = new_workspace(tmp_path / "empty")
    done = typed("import", "-w", place.root)
    assert done.exit_code == 2
    assert "inbox" in done.stderr
