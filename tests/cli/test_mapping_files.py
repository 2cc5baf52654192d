"""A profile made at the command line: what is shown, what is asked, what is kept, and how the command ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dataworkbench.cli import app
from dataworkbench.readers.profiles import load_profile
from dataworkbench.workspace import Workspace, new_workspace

SURE = (
    "Referral No,Pupil,Campus,Incident Date,What Happened\n"
    "R-1,00123,Alder,2025-10-13,Fighting\nR-2,00124,Alder,2025-10-14,Defiance\nR-3,,Birch,2025-10-15,Fighting\n"
)
UNSURE = (
    "Perm ID,Site,Att Day,Mark\n00123,0042,2025-09-02,P\n00124,0042,2025-09-02,A\n00125,0043,2025-09-02,X\n"
)
SAID = (
    "--set",
    "date=att day",
    "--set",
    "school_year=school_year_of:Att Day",
    "--set",
    "code=Mark",
    "--code",
    "absent:X=0.5",
)


@pytest.fixture
def place(tmp_path) -> Workspace:
    return new_workspace(tmp_path / "district", school_year="2025-26")


def typed(place: Workspace, text: str, *words: object, keys: str | None = None):
    file = place.inbox / "unknown_export.csv"
    file.write_text(text, encoding="utf-8")
    return CliRunner().invoke(app, ["map", str(file), "-w", str(place.root), *map(str, words)], input=keys)


def plain(text: str) -> str:
    return " ".join(text.replace("│", " ").split())


def kept(place: Workspace) -> list[str]:
    return sorted(path.name for path in place.mappings.iterdir())


def test_a_file_of_which_everything_is_sure_is_kept_without_a_question(place) -> None:
    done = typed(place, SURE.replace("R-3,,", "R-3,00125,"), "--yes")
    assert done.exit_code == 0, done.output
    assert kept(place) == ["unknown_export.yaml"]
    assert "3 rows read, 3 kept, 0 set aside" in done.stdout
    assert "Import the file: " in done.stdout


def test_rows_that_would_be_set_aside_end_the_command_with_1_and_are_explained(place) -> None:
    done = typed(place, SURE, "--yes")
    assert done.exit_code == 1
    assert "3 rows read, 2 kept, 1 set aside" in done.stdout
    assert "Why rows would be set aside" in done.stdout
    assert kept(place) == ["unknown_export.yaml"]


def test_what_is_not_sure_stops_yes_with_a_list_and_nothing_is_kept(place) -> None:
    done = typed(place, UNSURE, "--yes")
    assert done.exit_code == 2
    assert "Nobody has said what these mean for 'attendance code': 'X'." in done.stdout
    assert "'date' would be the column 'Att Day' (likely)" in done.stdout
    assert kept(place) == []


def test_what_was_typed_is_followed_in_any_spelling(place) -> None:
    done = typed(place, UNSURE, "--yes", "--title", "Marks from the web", "--name", "web_marks", *SAID)
    assert done.exit_code == 0, done.output
    profile = load_profile(place.mappings / "web_marks.yaml")
    assert profile.title == "Marks from the web"
    assert profile.tables[0].columns["date"].column == ("Att Day",)
    assert profile.tables[0].columns["absent"].values == {"P": "0", "A": "1", "X": "0.5"}


def test_the_file_is_read_by_the_next_import(place) -> None:
    typed(place, UNSURE, "--yes", *SAID)
    done = CliRunner().invoke(app, ["import", "-w", str(place.root), "--json"])
    told = json.loads(done.stdout)["data"]
    assert (told["rows_read"], told["rows_kept"], told["rows_set_aside"]) == (3, 3, 0)
    assert told["files"][0]["recognised_as"] == "Unknown export"


def test_json_without_yes_shows_the_proposal_and_keeps_nothing(place) -> None:
    done = typed(place, UNSURE, "--json")
    told = json.loads(done.stdout)
    assert done.exit_code == told["exit_code"] == 1
    assert told["data"]["proposal"]["kind"] == "attendance"
    assert told["data"]["saved"] is False
    assert kept(place) == []


def test_json_with_yes_gives_the_text_of_the_profile_and_where_it_lies(place) -> None:
    told = json.loads(typed(place, UNSURE, "--json", "--yes", *SAID).stdout)["data"]
    assert told["saved"] is True
    assert Path(told["profile"]).read_text(encoding="utf-8") == told["text"]
    assert told["trial"]["kept"] == 3


def test_a_dry_run_tries_and_keeps_nothing(place) -> None:
    done = typed(place, UNSURE, "--dry-run", *SAID)
    assert "Nothing was kept." in done.stdout
    assert "3 rows read, 3 kept" in done.stdout
    assert kept(place) == []


def test_a_column_can_be_named_by_the_words_that_the_tables_show(place) -> None:
    words = [one.replace("absent:", "attendance code:") for one in SAID]
    done = typed(place, UNSURE, "--dry-run", *words)
    assert words != list(SAID)
    assert "3 rows read, 3 kept" in done.stdout


def test_a_person_is_asked_what_is_open_one_thing_after_the_other(place) -> None:
    # school year, date, code as proposed; X is half a day; the title; keep
    done = typed(place, UNSURE, keys="\n\n\n2\nMarks\nyes\n")
    assert done.exit_code == 0, done.output
    assert "What does 'X' mean for attendance code" in done.stdout
    profile = load_profile(place.mappings / "unknown_export.yaml")
    assert profile.title == "Marks"
    assert profile.tables[0].columns["absent"].values["X"] == "0.5"


def test_a_person_can_correct_a_proposal_by_number_or_by_name(place) -> None:
    text = UNSURE.replace("Att Day", "Att Day,Entered Day").replace(",2025-09-02,", ",2025-09-02,2025-09-05,")
    done = typed(place, text, "--set", "school_year=current_year", keys="Entered Day\n\n2\n\nyes\n")
    assert done.exit_code == 0, done.output
    assert load_profile(place.mappings / "unknown_export.yaml").tables[0].columns["date"].column == (
        "Entered Day",
    )


def test_an_empty_line_never_chooses_what_a_code_means(place) -> None:
    done = typed(place, UNSURE, keys="\n\n\n\n\n3\n\nyes\n")
    assert done.exit_code == 0, done.output
    columns = load_profile(place.mappings / "unknown_export.yaml").tables[0].columns
    assert columns["absent"].values["X"] == "1"


def test_an_answer_that_is_none_is_asked_for_again(place) -> None:
    done = typed(place, UNSURE, keys="99\n\n\n\n2\n\nyes\n")
    assert "'99' is none of these" in done.stdout
    assert done.exit_code == 0


@pytest.mark.parametrize("keys", ["stop\n", "\n\nstop\n", "\n\n\n2\nMarks\nno\n", ""])
def test_whoever_stops_keeps_nothing(place, keys) -> None:
    done = typed(place, UNSURE, keys=keys)
    assert kept(place) == []
    assert "Nothing was kept" in plain(done.output)
    assert done.exit_code == (0 if keys.endswith("no\n") else 2)


def test_a_profile_of_the_same_name_is_asked_about_and_refused_to_scripts(place) -> None:
    typed(place, UNSURE, "--yes", *SAID)
    again = typed(place, UNSURE, "--yes", *SAID)
    assert again.exit_code == 2
    assert "There is a profile called 'unknown_export' already" in " ".join(
        again.stderr.replace("│", " ").split()
    )
    replaced = typed(place, UNSURE, "--yes", "--replace", *SAID)
    assert replaced.exit_code == 0
    assert kept(place) == ["unknown_export.yaml", "unknown_export.yaml.bak"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--set", "student"), "does not say where a column comes from"),
        (("--set", "colour=Mark"), "No column for 'Daily attendance' is called 'colour'"),
        (("--set", "date=Nowhere"), "No header is called 'Nowhere'"),
        (("--code", "absent=1"), "does not say what a code means"),
        (("--code", "absent:Q=1"), "No code in 'Mark' is called 'Q'"),
        (("--as", "lunches"), "No kind of file is called 'lunches'"),
        (("--dates", "year first"), "Dates are written 'month first' or 'day first'"),
        (("--sheet", "Other"), "No table in this file is called 'Other'"),
    ],
)  # fmt: skip
def test_what_cannot_be_followed_is_answered_with_what_can(place, words, said) -> None:
    done = typed(place, UNSURE, "--yes", *words)
    assert done.exit_code == 2
    assert said in plain(done.stderr)
    assert kept(place) == []


def test_without_a_file_the_command_says_how_to_go_on(place) -> None:
    done = CliRunner().invoke(app, ["map", "-w", str(place.root)])
    assert done.exit_code == 2
    assert "--browser" in done.stderr


def test_a_file_that_nobody_knows_is_answered_with_this_command(place) -> None:
    (place.inbox / "odd.csv").write_text("A1,B1\nx,y\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["import", "-w", str(place.root), "--json"])
    assert "dataworkbench map" in json.loads(done.stdout)["data"]["notes"][0]["what_to_do"]


def test_what_a_file_says_cannot_steer_the_terminal(place) -> None:
    done = typed(place, UNSURE.replace("Mark", "Mark\x1b[31m"), "--dry-run")
    assert "\x1b[31m" not in done.output
