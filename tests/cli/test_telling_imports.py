"""How an import is told, and when it wants a person."""

from __future__ import annotations

import json

import polars as pl
import pytest

from dataworkbench.cli.answers import ExitCode
from dataworkbench.cli.importing import MOST_ROWS, checked, imported
from dataworkbench.cli.telling import Voice
from dataworkbench.intake import Import
from dataworkbench.warehouse import SnapshotInfo

FILES = {
    "file": pl.String, "sha256": pl.String, "recognised_as": pl.String, "tables": pl.List(pl.String),
    "rows_read": pl.Int64, "rows_kept": pl.Int64, "rows_set_aside": pl.Int64,
}  # fmt: skip
ASIDE = {
    "file": pl.String, "row": pl.Int64, "column": pl.String, "value": pl.String, "reason": pl.String,
    "what_to_do": pl.String,
}  # fmt: skip
NOTES = {"file": pl.String, "level": pl.String, "message": pl.String, "what_to_do": pl.String}
FINDINGS = {
    "level": pl.String, "table": pl.String, "message": pl.String, "n": pl.Int64, "examples": pl.String,
    "what_to_do": pl.String,
}  # fmt: skip


def an_import(*, files=(), aside=(), notes=(), findings=(), snapshot=True, dry_run=False):
    info = (
        SnapshotInfo("2026-11-22_080000-abc123", "2026-11-22T08:00:00+00:00", "abc", {}) if snapshot else None
    )
    return Import(
        files=pl.DataFrame(list(files), schema=FILES, orient="row"),
        set_aside=pl.DataFrame(list(aside), schema=ASIDE, orient="row"),
        notes=pl.DataFrame(list(notes), schema=NOTES, orient="row"),
        findings=pl.DataFrame(list(findings), schema=FINDINGS, orient="row"),
        changes=pl.DataFrame(),
        snapshot=info,
        dry_run=dry_run,
    )


ONE_FILE = ("roster.zip", "aa", "OneRoster 1.2", ["students"], 1204, 1203, 1)
ONE_ASIDE = ("roster.zip", 17, "grades", "99", "There is no grade level 99.", "Ask the registrar.")


def test_a_clean_import_wants_nobody():
    answer = imported(an_import(files=[(*ONE_FILE[:4], 10, 10, 0)]))
    assert answer.code == ExitCode.DONE
    assert "Read 1 file with 10 rows." in answer.sentences


def test_a_row_set_aside_wants_a_person_and_is_shown_with_its_line():
    answer = imported(an_import(files=[ONE_FILE], aside=[ONE_ASIDE]))
    assert answer.code == ExitCode.NEEDS_A_PERSON
    assert "1,203 rows kept, 1 row set aside." in answer.sentences
    (listing,) = [part for part in answer.listings if part.title == "Rows set aside"]
    assert listing.rows == [
        ("roster.zip", "17", "grades", "There is no grade level 99.", "Ask the registrar.")
    ]


def test_a_long_list_says_how_much_of_it_is_not_printed():
    answer = imported(an_import(files=[ONE_FILE], aside=[ONE_ASIDE] * (MOST_ROWS + 3)))
    assert any(f"the first {MOST_ROWS}; 3 more" in part.title for part in answer.listings)
    assert any("set_aside.csv" in step for step in answer.next_steps)


def test_files_that_cannot_be_used_and_change_nothing_end_with_2():
    refused = ("photo.png", "refused", "This is a picture.", "Bring the table it shows.")
    answer = imported(an_import(notes=[refused], snapshot=False))
    assert answer.code == ExitCode.NOT_STARTED
    assert any("Nothing of the files was brought in" in sentence for sentence in answer.sentences)


def test_a_question_about_one_file_does_not_hide_that_the_others_came_in():
    question = ("dates.csv", "question", "Is 03/04 the third of April?", "Say so in workbench.toml.")
    assert imported(an_import(files=[ONE_FILE], notes=[question])).code == ExitCode.NEEDS_A_PERSON


def test_files_imported_before_are_counted():
    again = (
        "roster.zip",
        "info",
        "This file was imported before, byte for byte. It changes nothing.",
        "Nothing.",
    )
    answer = imported(an_import(notes=[again], snapshot=False))
    assert answer.code == ExitCode.DONE
    assert "1 file had been imported before." in answer.sentences[0]


def test_a_trial_says_that_nothing_was_written():
    answer = imported(an_import(files=[ONE_FILE], snapshot=False, dry_run=True))
    assert "This was a trial: nothing was written." in answer.sentences
    assert answer.code == ExitCode.DONE


@pytest.mark.parametrize(
    ("level", "code"),
    [("info", ExitCode.DONE), ("caution", ExitCode.NEEDS_A_PERSON), ("problem", ExitCode.NEEDS_A_PERSON)],
)
def test_a_finding_wants_a_person_unless_it_is_only_told(level, code):
    finding = (level, "attendance", "Two days in the summer.", 2, "2026-07-04", "Look at the calendar.")
    assert imported(an_import(findings=[finding])).code == code
    assert checked(pl.DataFrame([finding], schema=FINDINGS, orient="row"), "s1").code == code


def test_what_a_script_gets_holds_the_whole_ledger(capsys):
    answer = imported(an_import(files=[ONE_FILE], aside=[ONE_ASIDE] * 50))
    Voice("import", as_json=True).tell(answer)
    told = json.loads(capsys.readouterr().out)
    assert len(told["data"]["set_aside"]) == 50
    assert told["data"]["rows_read"] == told["data"]["rows_kept"] + told["data"]["rows_set_aside"]
