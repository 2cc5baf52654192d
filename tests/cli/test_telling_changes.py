"""What an import would change, and what differs between two snapshots, as it is typed and told."""

from __future__ import annotations

import json

import polars as pl
import pytest
from typer.testing import CliRunner

from dataworkbench.cli import app
from dataworkbench.cli.changes import MOST_STUDENTS, change_listings, students_sentence
from dataworkbench.warehouse import changed_students, list_snapshots
from dataworkbench.workspace import new_workspace

HEAD = "student_id,last_name,first_name,school_id,grade,race,ell,swd,dob\n"
FIRST = "00123,Nguyen,An,0042,03,Asian,Y,N,2015-02-11\n00124,O'Neil,Sam,0042,03,White,N,N,2015-05-01\n"
LATER = "00124,O'Neil,Sam,0042,04,White,Y,N,2015-05-01\n00126,Roy,Pat,0042,03,White,N,N,2015-05-03\n"


def typed(*words):
    return CliRunner().invoke(app, [str(word) for word in words], env={"COLUMNS": "200"})


@pytest.fixture
def place(tmp_path):
    made = new_workspace(tmp_path / "district", school_year="2026-27")
    (made.inbox / "first.csv").write_text(HEAD + FIRST)
    typed("import", "-w", made.root)
    (made.inbox / "later.csv").write_text(HEAD + LATER)
    return made


def test_a_trial_names_the_students_who_would_be_new_and_changed_and_writes_nothing(place):
    before = sorted(place.root.rglob("*"))
    done = typed("import", "-w", place.root, "--dry-run")
    assert "1 student would be new, 0 gone, 1 changed." in done.stdout
    assert "00126" in done.stdout
    line = next(line for line in done.stdout.splitlines() if "english_learner" in line)
    assert line.split()[0] == "00124"
    assert line.split()[-2:] == ["No", "Yes"]
    assert "This was a trial: nothing was written." in done.stdout
    assert sorted(place.root.rglob("*")) == before


def test_a_trial_of_what_is_there_already_says_that_the_data_would_stay_as_they_are(place):
    (place.inbox / "later.csv").unlink()
    done = typed("import", "-w", place.root, "--dry-run")
    assert "The data in use would stay as they are." in done.stdout


def test_what_a_trial_said_is_what_the_import_does(place):
    tried = json.loads(typed("import", "-w", place.root, "--dry-run", "--json").stdout)["data"]
    done = json.loads(typed("import", "-w", place.root, "--json").stdout)["data"]
    assert tried["changes"] == done["changes"]
    assert tried["students"] == done["students"] == {"new": 1, "gone": 0, "changed": 1}


def test_two_snapshots_are_told_apart_by_table_and_by_student(place):
    typed("import", "-w", place.root)
    first, second = (info.id for info in list_snapshots(place))
    done = typed("snapshots", "diff", first, second, "-w", place.root)
    assert done.exit_code == 0
    assert f"From {first} to {second}, 3 tables differ." in done.stdout
    assert "1 student are new, 0 gone, 1 changed." not in done.stdout
    assert "1 student is new, 0 gone, 1 changed." in done.stdout
    told = json.loads(typed("snapshots", "diff", first, "-w", place.root, "--json").stdout)["data"]
    assert told["after"] == second
    assert {"student_id": "00124", "change": "changed", "school_year": "2026-27", "column": "english_learner",
            "before": "No", "after": "Yes"} in told["students_changed"]  # fmt: skip


def test_a_snapshot_beside_itself_differs_in_nothing(place):
    (info,) = list_snapshots(place)
    done = typed("snapshots", "diff", info.id, "-w", place.root)
    assert "hold the same." in done.stdout


def test_a_snapshot_that_is_not_there_is_answered_with_those_that_are(place):
    (info,) = list_snapshots(place)
    done = typed("snapshots", "diff", "of yesterday", "-w", place.root)
    assert done.exit_code == 2
    assert info.id in done.stderr.replace("\n", "")


def test_the_ledger_of_a_trial_is_written_where_it_is_asked_for(place, tmp_path):
    (place.inbox / "later.csv").write_text(HEAD + LATER + "00127,Lee\n")
    typed("import", "-w", place.root, "--dry-run", "--ledger", tmp_path / "out")
    assert "The row has 2 cells where there are 9 headers." in (tmp_path / "out" / "set_aside.csv").read_text(
        "utf-8-sig"
    )
    assert "00127" not in (tmp_path / "out" / "letter_later.csv.md").read_text("utf-8")


def test_a_long_list_of_students_is_cut_and_says_so():
    many = pl.DataFrame({"student_id": [f"{n:03}" for n in range(100)], "school_year": ["2025-26"] * 100})
    found = changed_students({}, {"students": many})
    (listing,) = change_listings(pl.DataFrame(), found)
    assert len(listing.rows) == MOST_STUDENTS
    assert "70 more with --json" in listing.title
    assert students_sentence(found) == "100 students are new, 0 gone, 0 changed."
