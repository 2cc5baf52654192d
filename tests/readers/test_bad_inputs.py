"""Each of the third-party bad files is answered as its table of cases says, and none of them crashes the reader."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from dataworkbench.readers import read_files
from dataworkbench.workspace import Settings

pytestmark = pytest.mark.outside_data

# file -> rows kept, lines set aside, where it is said (a level of notes, "row" for the row's reason, "" where there is
# nothing to say), words that are said, and words of what to do
CASES = {
    "00_good_students.csv": (3, [], "", "", ""),
    "02_utf16le.csv": (3, [], "info", "The file is in UTF-16 (what Excel calls 'Unicode text'); it was read as such.", ""),
    "04_mixed_encoding.csv": (2, [4], "row", "some letters are in another encoding than the rest of the file", "Export the file again as UTF-8."),
    "06_nul_bytes.csv": (2, [3], "row", "there are zero bytes in it, which no text has", "Export the file again as UTF-8."),
    "08_header_only.csv": (0, [], "refused", "The file has headers and no rows. It was not taken in", "bring it with its rows"),
    "10_missing_required_col.csv": (0, [2, 3, 4], "refused", "it lacks the column 'school_id'.", "Export it with that column"),
    "12_duplicate_header.csv": (0, [2, 3, 4], "refused", "The header 'last_name' stands more than once.", "Export it with that column"),
    "14_title_rows.csv": (3, [], "warning", "The headers stand on line 4; the lines above it were passed over as a title.", ""),
    "16_ragged_short.csv": (3, [5], "row", "The row has 2 cells where there are 9 headers.", "Put the row right in the file."),
    "18_newline_in_quotes.csv": (4, [], "", "", ""),
    "20_semicolon.csv": (3, [], "warning", "The cells are parted by a semicolon.", ""),
    "22_cr_only.csv": (3, [], "", "", ""),
    "24_leading_zero_lost.csv": (3, [], "warning", "'123', '124' are shorter than 5 figures. A spreadsheet may have taken zeros away", "Export the column as text. Nothing was padded."),
    "26_float_id.csv": (2, [2], "row", "The identifier has become a decimal number; a spreadsheet does that.", "so that 00123 does not become 123.0"),
    "28_duplicate_id_conflict.csv": (4, [], "question", "in two schools without dates: 00123. Are they in both?", "Leave the wrong row out, or bring entry and exit dates."),
    "30_whitespace_id.csv": (3, [], "warning", "Spaces around 1 identifier in 'student_id' were taken away.", ""),
    "32_nfd_names.csv": (3, [], "", "", ""),
    "34_ambiguous_dates.csv": (0, [2, 3], "question", "can be read with the month or with the day first", 'Write date_order = "month first" or "day first"'),
    "36_excel_serial_date.csv": (0, [2], "question", "46085 is 2026-03-04. Are they?", "write `excel_day_numbers: true`"),
    "38_future_date.csv": (0, [2], "row", "The date lies in the future.", "Put the date right in the file."),
    "40_score_thousands.csv": (0, [2, 3], "question", "Do they part thousands or decimals?", 'Write `numbers: "1,234.5"` or'),
    "42_out_of_range.csv": (0, [2, 3, 4], "row", "The score stands for something else, such as a missing score.", "Leave the cell empty where there is no score"),
    "46_renamed_school.csv": (3, [], "question", "names such as 'Lincoln Elem.'. Which number is meant by each name?", "Write the answer under `values` of school_id"),
    "48_race_unknown.csv": (3, [], "question", "codes that nobody has explained: '2+', 'W'. They were taken as 'Not reported'.", "Write what each code means"),
    "52_overlap_enrollment.csv": (2, [4], "row", "The exit lies before the entry.", "Put the dates right in the file."),
    "54_html_in_name.csv": (3, [], "", "", ""),
    "56_long_field.csv": (2, [3], "row", "A cell is longer than 32,767 signs, which no spreadsheet can hold.", "Look at what happened to this row."),
    "58_pickle.csv": (0, [], "refused", "a Python pickle, which can run programs. It is never opened. Export the table as CSV", ""),
    "60_pdf_renamed.csv": (0, [], "refused", "this is a PDF, whatever its name says. Export the table as CSV or Excel.", ""),
    "62_null_names.csv": (3, [], "", "", ""),
    "71_or_zipslip.zip": (0, [], "refused", "which would be written outside its folder. Nothing of it was taken in. Ask who sent it", ""),
    "73_or_manifest_missing.zip": (3, [], "question", "There is no manifest.csv, so nobody can tell", "Ask for an export with its manifest."),
    "75_or_subfolder.zip": (8, [], "warning", "The files lie in a folder inside the zip ('export')", "Zip the files themselves"),
    "77_or_orphan_org.zip": (7, [2], "row", "The person has no role in an org that is in orgs.csv.", "Bring the roster as a whole, with all its schools."),
    "79_or_password_col.zip": (8, [], "warning", "passwords ('password'). The workbench keeps none of these.", "Ask the sender to leave them out"),
    "81_or_delta_without_base.zip": (0, None, "refused", "a set of changes (delta: users) to a roster that is not at hand", "Export the whole roster (bulk)"),
    "83_truncated.zip": (0, [], "refused", "The zip is cut off or damaged: its table of contents cannot be read. Download it again", ""),
    "95_multi_sheet.xlsx": (0, [2], "question", "Its headers are: student_id, grade.", "run `dataworkbench map` with this file"),
    "97_merged_two_row_header.xlsx": (0, [3], "warning", "The headers stand in row 1 and row 2 of the sheet; they were read together", "put all of a header into one row"),
}  # fmt: skip


def reading_of(outside, *names, **settings):
    paths = [outside / "bad_inputs" / name for name in names]
    return read_files(
        paths,
        settings=Settings(**{"school_year": "2026-27", **settings}),
        profile_folders=[],
        today=dt.date(2026, 11, 22),
    )


def said_in(reading, where):
    """Pairs of what was said and what to do: by notes of a level, or by the reasons of rows."""
    if where == "row":
        return reading.set_aside.select("reason", "what_to_do").rows()
    return reading.notes.filter(pl.col("level") == where).select("message", "what_to_do").rows()


@pytest.mark.parametrize("name", CASES)
def test_a_bad_file_is_answered_as_the_cases_say(outside, name):
    kept, lines, where, words, to_do = CASES[name]
    reading = reading_of(outside, name)
    assert reading.files["rows_kept"].sum() == kept
    if lines is not None:
        assert reading.set_aside["row"].to_list() == lines
    if where:
        said = said_in(reading, where)
        assert any(words in message and to_do in what for message, what in said), said
    else:
        assert reading.notes.filter(pl.col("level") != "info").height == 0


def test_every_case_of_the_table_has_its_answer_here(outside):
    table = (outside / "bad_inputs" / "CASES.tsv").read_text(encoding="utf-8").splitlines()[1:]
    elsewhere = {
        "44_orphan_fk.csv",
        "50_attendance_over.csv",
        "91_same_file_twice.csv",
        "93_changing_while_read.csv",
    }
    assert {line.split("\t")[0] for line in table} == set(CASES) | elsewhere


def test_every_bad_file_together_gets_an_answer_and_the_sums_hold(outside):
    names = sorted(path.name for path in (outside / "bad_inputs").iterdir())
    reading = reading_of(outside, *names)
    assert set(names) <= set(reading.files["given"])
    assert (reading.files["rows_read"] == reading.files["rows_kept"] + reading.files["rows_set_aside"]).all()


def test_identifiers_and_schools_stay_text_with_their_zeros(outside):
    tables = reading_of(outside, "00_good_students.csv").tables
    assert tables["students"]["student_id"].to_list() == ["00123", "00124", "00125"]
    assert sorted(set(tables["enrollments"]["school_id"])) == ["0042", "0043"]


def test_accents_survive_every_encoding(outside):
    for name in ("00_good_students.csv", "02_utf16le.csv", "32_nfd_names.csv"):
        names = reading_of(outside, name).tables["identities"]["family_name"].to_list()
        assert names[-1] == "Peña", name


def test_people_called_null_and_none_keep_their_names(outside):
    identities = reading_of(outside, "62_null_names.csv").tables["identities"]
    assert identities["family_name"].to_list() == ["Null", "None", "NA"]
    assert identities["given_name"].to_list() == ["Na", "True", "Nan"]


def test_an_identifier_with_spaces_is_the_identifier_without(outside):
    ids = reading_of(outside, "30_whitespace_id.csv").tables["students"]["student_id"].to_list()
    assert ids == ["00123", "00124", "00125"]


def test_unknown_codes_count_as_not_reported_and_are_not_dropped(outside):
    students = reading_of(outside, "48_race_unknown.csv").tables["students"]
    assert students["race_ethnicity"].to_list() == ["Not reported", "Not reported", "Hispanic or Latino"]


def test_html_in_a_name_is_kept_as_it_is_written(outside):
    identities = reading_of(outside, "54_html_in_name.csv").tables["identities"]
    assert identities["given_name"][1] == "<img src=x onerror=alert(1)>"


def test_dates_are_read_once_the_district_has_answered(outside):
    reading = reading_of(outside, "34_ambiguous_dates.csv", date_order="month first")
    assert [str(day) for day in reading.tables["results"]["test_date"]] == ["2026-03-04", "2026-05-06"]
    reading = reading_of(outside, "34_ambiguous_dates.csv", date_order="day first")
    assert [str(day) for day in reading.tables["results"]["test_date"]] == ["2026-04-03", "2026-06-05"]


def test_a_student_who_is_not_in_the_roster_is_set_aside(outside):
    reading = reading_of(outside, "00_good_students.csv", "44_orphan_fk.csv", school_year="2025-26")
    assert reading.set_aside.select("file", "row", "value", "reason", "what_to_do").rows() == [
        ("44_orphan_fk.csv", 2, "99999", "The student is not in the roster.",
         "Bring a roster with this student; the row is taken in when the files are imported again.")
    ]  # fmt: skip


def test_days_that_do_not_add_up_are_set_aside_and_no_days_are_no_rate(outside):
    reading = reading_of(outside, "00_good_students.csv", "50_attendance_over.csv")
    assert reading.set_aside.select("row", "reason", "what_to_do").rows() == [
        (
            2,
            "The days do not add up: there are more days absent or present than enrolled, or fewer than none.",
            "Put the days right in the file.",
        ),
        (4, "There is no number of days enrolled in this row.", "Fill it in, or leave the row out."),
    ]
    assert reading.tables["attendance_totals"].select(
        "student_id", "days_enrolled", "days_absent"
    ).rows() == [("00124", 0.0, 0.0)]


def test_an_identifier_that_lost_its_zeros_is_never_joined_in_silence(outside):
    reading = reading_of(outside, "24_leading_zero_lost.csv", "00_good_students.csv")
    assert {"123", "00123"} <= set(reading.tables["students"]["student_id"])


def test_a_password_is_nowhere_in_what_comes_out(outside):
    reading = reading_of(outside, "79_or_password_col.zip")
    everything = [
        *reading.tables.values(),
        reading.files,
        reading.set_aside,
        reading.notes,
        reading.left_empty,
    ]
    assert all("hunter2" not in frame.write_csv() for frame in everything)


def test_a_hidden_sheet_is_never_read(outside):
    reading = reading_of(outside, "95_multi_sheet.xlsx")
    everything = [
        *reading.tables.values(),
        reading.files,
        reading.set_aside,
        reading.notes,
        reading.left_empty,
    ]
    assert all("123-45-6789" not in frame.write_csv() for frame in everything)
    assert reading.files["file"].to_list() == ["95_multi_sheet.xlsx/Read me", "95_multi_sheet.xlsx/Roster"]


def test_the_same_bytes_twice_are_read_once(outside):
    reading = reading_of(outside, "00_good_students.csv", "91_same_file_twice.csv")
    assert reading.files["rows_read"].to_list() == [3, 0]
    said = "This file is the same, byte for byte, as 00_good_students.csv; it was read once."
    assert reading.notes["message"][-1] == said


def test_a_file_that_grows_while_it_is_read_is_refused(outside, tmp_path, monkeypatch):
    path = tmp_path / "93_changing_while_read.csv"
    path.write_bytes((outside / "bad_inputs" / path.name).read_bytes())
    original = type(path).read_bytes

    def growing(self):
        held = original(self)
        with self.open("ab") as file:
            file.write(b"00199,Late,Row,0042,03,White,N,N,2015-01-01\n")
        return held

    monkeypatch.setattr(type(path), "read_bytes", growing)
    reading = read_files([path], settings=Settings(), profile_folders=[])
    assert reading.notes["message"].to_list() == [
        (
            "93_changing_while_read.csv changed while it was being read; it may still be uploading. Wait until it is whole, "
            "then try again."
        )
    ]
    assert not reading.tables
