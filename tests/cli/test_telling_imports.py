"""How an import is told, and when it wants a person."""

from __future__ import annotations

import json
from dataclasses import replace

import polars as pl
import pytest

from dataworkbench.cli.answers import ExitCode
from dataworkbench.cli.importing import checked, imported
from dataworkbench.cli.remarks import MOST_REASONS
from dataworkbench.cli.telling import Voice
from dataworkbench.intake import Import
from dataworkbench.warehouse import SnapshotInfo

FILES = {
    "file": pl.String, "given": pl.String, "sha256": pl.String, "recognised_as": pl.String, "tables": pl.List(pl.String),
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


CHANGES = pl.DataFrame({"table": ["students"], "new": [1], "gone": [0], "changed": [0], "same": [0]})
WHY = {"file": pl.String, "column": pl.String, "reason": pl.String, "what_to_do": pl.String, "rows": pl.Int64, "first_rows": pl.String}  # fmt: skip


def an_import(*, files=(), aside=(), why=(), notes=(), findings=(), snapshot=True, dry_run=False):
    info = (
        SnapshotInfo("2026-11-22_080000-abc123", "2026-11-22T08:00:00+00:00", "abc", {}) if snapshot else None
    )
    return Import(
        files=pl.DataFrame(list(files), schema=FILES, orient="row"),
        set_aside=pl.DataFrame(list(aside), schema=ASIDE, orient="row"),
        reasons=pl.DataFrame(list(why), schema=WHY, orient="row"),
        notes=pl.DataFrame(list(notes), schema=NOTES, orient="row"),
        findings=pl.DataFrame(list(findings), schema=FINDINGS, orient="row"),
        changes=CHANGES,
        snapshot=info,
        dry_run=dry_run,
    )


ONE_FILE = ("roster.zip", "roster.zip", "aa", "OneRoster 1.2", ["students"], 1204, 1203, 1)
ONE_WHY = ("roster.zip", "grades", "There is no grade level 99.", "Ask the registrar.", 1, "17")
ONE_ASIDE = ("roster.zip", 17, "grades", "99", "There is no grade level 99.", "Ask the registrar.")


def test_a_clean_import_wants_nobody():
    answer = imported(an_import(files=[(*ONE_FILE[:5], 10, 10, 0)]))
    assert answer.code == ExitCode.DONE
    assert "Read 1 file with 10 rows." in answer.sentences


def story(answer, title):
    """The entries of one story of an answer."""
    return next((list(one.entries) for one in answer.stories if one.title == title), [])


TO_ANSWER, TO_KNOW = "What to answer or to put right", "Only to know"


def a_file(name, read, kept, *, given="", known="Plain list of scores"):
    return (name, given or name, name, known, [], read, kept, read - kept)


def test_a_row_set_aside_wants_a_person_and_is_shown_with_its_line():
    answer = imported(an_import(files=[ONE_FILE], aside=[ONE_ASIDE], why=[ONE_WHY]))
    assert answer.code == ExitCode.NEEDS_A_PERSON
    assert "1,203 rows kept, 1 row set aside." in answer.sentences
    assert story(answer, TO_ANSWER) == [
        ("roster.zip", [("1 row (line 17), grades: There is no grade level 99.", "Ask the registrar.")])
    ]


def test_many_rows_with_one_reason_are_told_once_with_their_number():
    why = ("roster.zip", "", "The class is not known.", "Bring it.", 1200, "2, 3, 4, 5, 6")
    answer = imported(an_import(files=[ONE_FILE], aside=[ONE_ASIDE] * 30, why=[why]))
    assert story(answer, TO_ANSWER) == [
        ("roster.zip", [("1,200 rows (lines 2, 3, 4, 5, 6, …): The class is not known.", "Bring it.")])
    ]
    assert any("set_aside.csv" in step for step in answer.next_steps)


def test_a_file_with_many_reasons_shows_the_first_and_says_where_the_others_stand():
    why = [("roster.zip", "", f"Reason {n}.", "Mend it.", 1, "2") for n in range(MOST_REASONS + 3)]
    ((_, items),) = story(imported(an_import(files=[ONE_FILE], why=why)), TO_ANSWER)
    assert items[MOST_REASONS:] == [("3 more reasons in reasons.csv.", "")]


def test_what_a_question_says_of_a_whole_file_is_not_said_again_of_its_rows():
    note = ("a.csv", "question", "Nobody has told what this is. Its headers are: x.", "Map it.")
    dates = ("b.csv", "question", "Dates such as '03/04/2026' have two readings.", "Say which.")
    why = [("a.csv", "", "Nobody has told what this is.", "Map it.", 3, "2, 3, 4"),
           ("b.csv", "day", "The date has two readings.", "Answer the question about this file.", 1, "2")]  # fmt: skip
    answer = imported(
        an_import(files=[a_file("a.csv", 3, 0), a_file("b.csv", 1, 0)], notes=[note, dates], why=why)
    )
    assert story(answer, TO_ANSWER) == [("a.csv", [note[2:]]), ("b.csv", [dates[2:]])]


def test_files_with_the_same_trouble_share_an_entry():
    notes = [(name, "refused", "A set of changes.", "Export the whole.") for name in ("z/a.csv", "z/b.csv")]
    files = [a_file(name, 2, 0, given="z.zip") for name in ("z/a.csv", "z/b.csv")]
    assert story(imported(an_import(files=files, notes=notes, snapshot=False)), TO_ANSWER) == [
        ("z/a.csv, z/b.csv", [("A set of changes.", "Export the whole.")])
    ]


def test_rows_that_need_nobody_and_warnings_are_only_told():
    why = (
        "a.csv",
        "",
        "The row says the same as another line.",
        "Nothing needs to be done; it was kept once.",
        1,
        "3",
    )
    warned = ("a.csv", "warning", "The cells are parted by a tab.", "")
    answer = imported(an_import(files=[a_file("a.csv", 2, 1)], notes=[warned], why=[why]))
    assert story(answer, TO_ANSWER) == []
    assert [item[0] for item in story(answer, TO_KNOW)[0][1]] == [
        "The cells are parted by a tab.", "1 row (line 3): The row says the same as another line."]  # fmt: skip


SIX = [
    a_file("whole.csv", 5, 5), a_file("part.csv", 5, 4), a_file("asks.csv", 2, 0), a_file("pdf.csv", 0, 0, known=""),
    a_file("lost.csv", 2, 0), a_file("codes.csv", 9, 0),
    a_file("r.zip/orgs.csv", 2, 2, given="r.zip", known="OneRoster 1.1, orgs"),
    a_file("r.zip/users.csv", 3, 3, given="r.zip", known="OneRoster 1.1, users"),
]  # fmt: skip
SIX_NOTES = [("asks.csv", "question", "Which is it?", "Say so."), ("pdf.csv", "refused", "This is a PDF.", "Bring the table.")]  # fmt: skip
SIX_ASIDE = [(name, row, "", "", "Why.", to_do) for name, rows, to_do in (
    ("part.csv", 1, "Mend it."), ("asks.csv", 2, "Say so."), ("lost.csv", 2, "Mend it."),
    ("codes.csv", 9, "Nothing needs to be done.")) for row in range(rows)]  # fmt: skip


def test_the_first_lines_say_how_many_files_came_in_whole_in_part_and_not():
    answer = imported(an_import(files=SIX, notes=SIX_NOTES, aside=SIX_ASIDE))
    assert answer.sentences[:2] == [
        "Read 7 files (8 with what zips and workbooks hold) with 28 rows.",
        "Of 7 files, 2 came in whole, 1 in part, 1 waits for an answer, 2 cannot be taken in as they are, 1 holds nothing to take in.",
    ]
    would = imported(an_import(files=SIX[1:3], notes=SIX_NOTES[:1], aside=SIX_ASIDE[:3], dry_run=True))
    assert would.sentences[1] == "Of 2 files, 1 would come in only in part, 1 waits for an answer."


def test_a_roster_of_several_files_is_one_line_of_the_table_and_whole_files_come_first():
    (table,) = imported(an_import(files=SIX, notes=SIX_NOTES, aside=SIX_ASIDE)).listings
    assert [(row[0], row[2]) for row in table.rows] == [
        ("whole.csv", "whole"), ("r.zip (2 inside)", "whole"), ("part.csv", "in part"), ("asks.csv", "waits for an answer"),
        ("pdf.csv", "not taken in"), ("lost.csv", "not taken in"), ("codes.csv", "nothing to take in")]  # fmt: skip
    assert table.rows[1] == ("r.zip (2 inside)", "OneRoster 1.1", "whole", "5", "5", "0")


def test_without_a_snapshot_it_is_said_how_the_ledger_can_be_had(tmp_path):
    refused = an_import(files=SIX[3:4], notes=SIX_NOTES[1:], snapshot=False)
    assert any("the same with --ledger and a folder" in step for step in imported(refused).next_steps)
    assert str(tmp_path / "set_aside.csv") in imported(refused, tmp_path).next_steps[0]


def test_paragraphs_are_indented_and_nothing_in_them_steers_the_terminal(capsys):
    steering = ("a.csv", "question", "Is \x1b[31m this [bold]red[/bold]?", "Say so.")
    Voice("import").tell(imported(an_import(files=SIX[:1], notes=[("whole.csv", *steering[1:])])))
    shown = capsys.readouterr().out
    assert "\x1b" not in shown
    assert "    Is \ufffd[31m this [bold]red[/bold]?" in shown
    assert "      → Say so." in shown


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


def test_where_files_were_imported_before_what_still_waits_does_not_stop_a_nightly_job():
    again = (
        "roster.zip",
        "info",
        "This file was imported before, byte for byte. It changes nothing.",
        "Nothing.",
    )
    answer = imported(an_import(files=SIX[3:4], notes=[again, SIX_NOTES[1]], snapshot=False))
    assert answer.code == ExitCode.NEEDS_A_PERSON
    assert "Nothing of the files that were not there yet was brought in" in " ".join(answer.sentences)


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


def test_findings_are_told_where_the_data_would_change_and_not_again_where_they_stay():
    finding = ("problem", "performance_levels", "Two levels.", 2, "a, b", "Look.")
    told = imported(an_import(findings=[finding]))
    assert story(told, "In the district's data") == [
        ("problem, in performance levels", [("Two levels. For example: a, b.", "Look.")])
    ]
    same = an_import(findings=[finding])
    stays = imported(replace(same, changes=CHANGES.with_columns(new=pl.lit(0, dtype=pl.Int64))))
    assert story(stays, "In the district's data") == []
