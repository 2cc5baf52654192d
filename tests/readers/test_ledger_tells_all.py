"""The ledger says all that is wrong with a file in one go, names the other line, and repeats no secret."""

from __future__ import annotations

import csv
import io

import polars as pl
import pytest

from dataworkbench.intake import import_files
from dataworkbench.readers import letters
from dataworkbench.readers.never_kept import kinds
from dataworkbench.workspace import new_workspace

SCORES = "student_id,subject,test_date,scale_score,level\n"
ATTENDANCE = "Student ID,School ID,School Year,Attendance Date,Attendance Code\n"
SECRETS = ("hunter2", "amy@example.org", "192.0.2.7", "(555) 010-4477", "123-45-6789")


def everything(reading):
    frames = [
        *reading.tables.values(),
        reading.files,
        reading.set_aside,
        reading.notes,
        reading.left_empty,
        reading.reasons,
    ]
    return "".join(frame.write_csv() for frame in frames)


def aside(reading, *columns):
    return reading.set_aside.select(*columns).rows()


def test_several_faults_of_one_row_count_as_one_row_and_are_all_told(read):
    reading = read({"a.csv": ATTENDANCE + "1,S1,2025-26,2025-09-02,A\n,S1,2025-26,soon,ZZ\n"})
    assert reading.files.select("rows_read", "rows_kept", "rows_set_aside").row(0) == (2, 1, 1)
    (row,) = reading.set_aside.to_dicts()
    assert (row["column"], row["value"], row["reason"]) == ("Attendance Date", "soon", "This is not a date.")
    assert row["also"] == (
        "Attendance Code (ZZ): Nobody has explained what this code means. | "
        "Student ID: There is no student number in this row."
    )  # fmt: skip


def test_a_cell_that_alone_would_have_been_left_empty_is_told_with_a_row_that_is_set_aside(read):
    reading = read({"scores.csv": SCORES.replace("level", "level,grade") + "1,math,soon,411,2,thirteenth\n"})
    ((column, also),) = aside(reading, "column", "also")
    assert column == "test_date"
    assert "grade (thirteenth)" in also
    assert reading.left_empty.height == 0


def test_one_fault_is_not_told_twice_as_a_missing_cell(read):
    reading = read({"scores.csv": SCORES + "1,math,soon,411,2\n"})
    assert aside(reading, "column", "also") == [("test_date", "")]


def test_reasons_are_counted_over_all_faults_with_their_first_lines(read):
    rows = "".join(f"{n},S1,2025-26,soon,ZZ\n" for n in range(1, 9)) + "9,S1,2025-26,2025-09-02,ZZ\n"
    reading = read({"a.csv": ATTENDANCE + rows})
    said = reading.reasons.select("column", "rows", "first_rows").rows()
    assert said == [("Attendance Code", 9, "2, 3, 4, 5, 6"), ("Attendance Date", 8, "2, 3, 4, 5, 6")]
    assert reading.files["rows_set_aside"][0] == 9


def test_rows_in_conflict_name_the_other_file_and_line_and_what_differs(read):
    reading = read({
        "a.csv": SCORES + "1,math,2026-03-04,411,2\n2,math,2026-03-04,400,2\n",
        "b.csv": SCORES + "5,math,2026-03-04,380,1\n1,math,2026-03-04,412,2\n",
    })  # fmt: skip
    said = {(file, row): reason for file, row, reason in aside(reading, "file", "row", "reason")}
    assert set(said) == {("a.csv", 2), ("b.csv", 3)}
    assert said["a.csv", 2].startswith("Line 3 of b.csv says something else for the same")
    assert said["b.csv", 3].startswith("Line 2 of a.csv says something else for the same")
    assert said["a.csv", 2].endswith(": scale score.")


def test_of_what_two_files_say_differently_of_a_student_the_first_word_counts_and_the_other_is_listed(read):
    head = "student_id,last_name,first_name,school_id,grade,ell\n"
    reading = read(
        {"a.csv": head + "1,Lee,Al,S1,03,Y\n2,Roy,Pat,S1,03,N\n", "b.csv": head + "1,Lee,Al,S1,03,N\n2,Roy,Pat,S1,03,N\n"},
        school_year="2025-26",
    )  # fmt: skip
    assert reading.tables["students"].filter(pl.col("student_id") == "1")["english_learner"].to_list() == [
        "Yes"
    ]
    assert (
        "b.csv",
        2,
        "english_learner",
        "No",
        "Line 2 of a.csv says 'Yes' of the same, and its word counts.",
    ) in (reading.left_empty.select("file", "row", "column", "value", "reason").rows())
    assert "The roster's word counts, else the first file's." in " ".join(reading.notes["message"])


def test_of_three_rows_in_conflict_each_names_one_that_differs_from_it(read):
    rows = "1,math,2026-03-04,411,2\n1,math,2026-03-04,411,2\n1,math,2026-03-04,412,2\n"
    reading = read({"a.csv": SCORES + rows})
    assert [reason.split(" says")[0] for (reason,) in aside(reading, "reason")] == [
        "Line 4 of this file", "Line 4 of this file", "Line 2 of this file",
    ]  # fmt: skip


def test_a_row_said_again_names_the_line_that_says_it_already(read):
    rows = "1,math,2026-03-04,411,2\n2,math,2026-03-04,400,2\n1,math,2026-03-04,411,2\n"
    reading = read({"a.csv": SCORES + rows})
    assert aside(reading, "row", "reason") == [(4, "The row says the same as line 2 of this file.")]


def test_many_rows_in_conflict_are_one_reason_in_the_count(read):
    rows = "".join(f"{n},math,2026-03-04,411,2\n{n},math,2026-03-04,412,2\n" for n in range(20))
    reading = read({"a.csv": SCORES + rows})
    assert reading.reasons.select("rows").rows() == [(40,)]
    assert reading.reasons["reason"][0].startswith("Another line of this file says something else")


HEADERS = ["Password", "Parent e-mail", "TakenAtByIPAddress", "homePhone", "SSN"]


def test_secrets_are_dropped_from_any_file_by_their_headers_and_it_is_said(read):
    reading = read(
        {
            "a.csv": ATTENDANCE.strip()
            + ","
            + ",".join(HEADERS)
            + "\n1,S1,2025-26,2025-09-02,A,"
            + ",".join(SECRETS)
            + "\n"
        }
    )
    assert reading.tables["attendance"].height == 1
    said = " ".join(reading.notes["message"])
    assert all(f"'{header}'" in said for header in HEADERS)
    assert "Ask the sender to leave them out of the export" in " ".join(reading.notes["what_to_do"])
    assert not any(secret in everything(reading) for secret in SECRETS)


@pytest.mark.parametrize("secret", SECRETS[1:])
def test_secrets_are_dropped_by_what_most_cells_look_like_whatever_the_header_says(read, secret):
    rows = f"1,S1,2025-26,2025-09-02,A,{secret}\n2,S1,2025-26,2025-09-02,A,{secret}\n3,S1,2025-26,2025-09-02,A,?\n"
    reading = read({"a.csv": ATTENDANCE.strip() + ",Remark\n" + rows})
    assert "Not taken in" in " ".join(reading.notes["message"])
    assert secret not in everything(reading)


@pytest.mark.parametrize("header", ["Phoneme Segmentation Fluency", "Mobility", "num_logins", "ZIP", "User ID", "Shipped",
                                    "Do you have a phone of your own at home?", "How often do teachers answer by email"])  # fmt: skip
def test_a_header_that_only_looks_like_a_secret_keeps_its_cells(read, header):
    reading = read({"a.csv": ATTENDANCE.strip() + f",{header}\n1,S1,2025-26,2025-09-02,A,5\n"})
    assert "Not taken in" not in " ".join(reading.notes["message"])


def test_in_a_file_with_passwords_a_row_that_cannot_be_read_is_listed_without_its_text(read):
    reading = read(
        {"a.csv": ATTENDANCE.strip() + ",Password\n1,S1,2025-26,2025-09-02,A,hunter2\n2,hunter2,x\n"}
    )
    assert aside(reading, "row", "value") == [(3, "(not shown: the file holds passwords)")]
    assert "hunter2" not in everything(reading)


def test_an_address_that_slipped_into_another_column_is_not_repeated_by_the_ledger(read):
    reading = read(
        {"scores.csv": SCORES + "1,math,write to amy@example.org,411,2\n2,math,from 192.0.2.7,411,2\n"}
    )
    assert aside(reading, "value") == [("write to (an address)",), ("from (an address)",)]
    assert not any(secret in everything(reading) for secret in SECRETS)


def test_a_file_of_no_known_kind_keeps_its_secrets_to_itself_too(read):
    reading = read({"who.csv": "Login,Password,Mail\nann,hunter2,amy@example.org\n"})
    assert reading.files["rows_set_aside"].to_list() == [1]
    assert not any(secret in everything(reading) for secret in SECRETS)


def test_the_list_of_what_is_never_taken_in_names_what_the_page_about_bringing_data_promises():
    named = {kind.name for kind in kinds()}
    assert {"passwords", "user names", "e-mail addresses", "telephone numbers", "network addresses"} <= named


@pytest.fixture
def ledger(tmp_path):
    workspace = new_workspace(tmp_path / "district")
    rows = "1,S1,2025-26,2025-09-02,A\n1,S1,2025-26,2025-09-02,A\n2,S1,2025-26,=1+1,A\n3,S1,2025-26,Peña,ZZ\n"
    (workspace.inbox / "=attendance|<b>.csv").write_text(ATTENDANCE + rows, encoding="utf-8")
    folder = import_files(workspace).snapshot.folder / "ledger"
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


def test_every_file_of_the_ledger_opens_in_a_spreadsheet_with_its_accents_and_runs_nothing(ledger):
    tables = {name: text for name, text in ledger.items() if name.endswith(".csv")}
    assert set(tables) == {
        "files.csv",
        "reasons.csv",
        "set_aside.csv",
        "left_empty.csv",
        "notes.csv",
        "matching.csv",
        "unmatched.csv",
        "findings.csv",
    }
    for name, text in tables.items():
        assert text.startswith("\ufeff"), name
        for row in csv.reader(io.StringIO(text.removeprefix("\ufeff"))):
            assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row), (name, row)


def test_the_table_of_rows_set_aside_adds_up_to_the_table_of_files(ledger):
    read = {
        name: pl.read_csv(text.removeprefix("\ufeff").encode())
        for name, text in ledger.items()
        if name.endswith(".csv")
    }
    file = read["files.csv"].row(0, named=True)
    assert file["rows_read"] == file["rows_kept"] + file["rows_set_aside"] == 4
    assert read["set_aside.csv"].height == file["rows_set_aside"]
    assert read["set_aside.csv"]["row"].is_unique().all()


def test_the_letter_to_the_sender_says_what_came_in_why_not_and_what_to_do_and_no_cell(ledger):
    (letter,) = [text for name, text in ledger.items() if name.endswith(".md")]
    assert "| 4 | 1 | 3 |" in letter
    assert (
        "| 2 | Attendance Date | This is not a date. | Put the date right in the file, as 2026-03-04. | 4, 5 |"
        in letter
    )
    assert "## What to answer" in letter
    assert "Peña" not in letter
    assert "<b>" not in letter.replace("\\<b\\>", "")


def test_a_letter_about_a_clean_file_says_that_nothing_needs_to_be_done(read):
    reading = read({"a.csv": ATTENDANCE + "1,S1,2025-26,2025-09-02,A\n"})
    (letter,) = letters(reading.files, reading.reasons, reading.notes).values()
    assert "Everything in this file was taken in. Nothing needs to be done." in letter


def test_there_is_one_letter_for_each_file_that_was_handed_over_though_names_are_alike(read):
    reading = read(
        {
            "a b.csv": ATTENDANCE + "1,S1,2025-26,2025-09-02,A\n",
            "a?b.csv": SCORES + "1,math,2026-03-04,411,2\n",
        }
    )
    assert sorted(letters(reading.files, reading.reasons, reading.notes)) == [
        "letter_a_b.csv.md",
        "letter_a_b.csv_2.md",
    ]


def test_a_letter_says_a_whole_files_trouble_once_and_parts_what_only_the_workbench_can_answer(read):
    reading = read({"menu.csv": "dish,price\nsoup,3\nbread,1\n"})
    (letter,) = letters(reading.files, reading.reasons, reading.notes).values()
    assert letter.count("Nobody has told the workbench what this file is.") == 1
    assert (
        "Its headers are: dish, price. For whoever runs the workbench: Say once which column is which"
        in letter
    )
    assert "## Rows that could not be taken in" not in letter
    assert "| menu.csv |  | 2 | 0 | 2 |" in letter
