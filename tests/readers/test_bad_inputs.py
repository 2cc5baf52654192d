"""Each of the third-party bad files is answered as its table of cases says, and none of them crashes the reader."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from dataworkbench.readers import read_files
from dataworkbench.workspace import Settings

pytestmark = pytest.mark.outside_data

# file -> rows kept, lines set aside, level that must be said (or ""), words that must be said
CASES = {
    "00_good_students.csv": (3, [], "", ""),
    "02_utf16le.csv": (3, [], "info", "UTF-16"),
    "04_mixed_encoding.csv": (2, [4], "", ""),
    "06_nul_bytes.csv": (2, [3], "", ""),
    "08_header_only.csv": (0, [], "refused", "no rows"),
    "10_missing_required_col.csv": (0, [2, 3, 4], "refused", "'school_id' (the nearest header is"),
    "12_duplicate_header.csv": (0, [2, 3, 4], "refused", "'last_name' stands more than once"),
    "14_title_rows.csv": (3, [], "warning", "line 4"),
    "16_ragged_short.csv": (3, [5], "", ""),
    "18_newline_in_quotes.csv": (4, [], "", ""),
    "20_semicolon.csv": (3, [], "warning", "semicolon"),
    "22_cr_only.csv": (3, [], "", ""),
    "24_leading_zero_lost.csv": (3, [], "warning", "not equally long"),
    "26_float_id.csv": (2, [2], "", ""),
    "28_duplicate_id_conflict.csv": (4, [], "question", "two schools"),
    "30_whitespace_id.csv": (3, [], "warning", "spaces"),
    "32_nfd_names.csv": (3, [], "", ""),
    "34_ambiguous_dates.csv": (0, [2, 3], "question", "day first"),
    "36_excel_serial_date.csv": (0, [2], "question", "46085 is 2026-03-04"),
    "38_future_date.csv": (0, [2], "", ""),
    "40_score_thousands.csv": (0, [2, 3], "question", "thousands or decimals"),
    "42_out_of_range.csv": (0, [2, 3, 4], "", ""),
    "46_renamed_school.csv": (3, [], "question", "Lincoln Elem."),
    "48_race_unknown.csv": (3, [], "question", "'2+'"),
    "52_overlap_enrollment.csv": (2, [4], "", ""),
    "54_html_in_name.csv": (3, [], "", ""),
    "56_long_field.csv": (2, [3], "", ""),
    "58_pickle.csv": (0, [], "refused", "pickle"),
    "60_pdf_renamed.csv": (0, [], "refused", "PDF"),
    "62_null_names.csv": (3, [], "", ""),
    "71_or_zipslip.zip": (0, [], "refused", "outside its folder"),
    "73_or_manifest_missing.zip": (3, [], "question", "no manifest.csv"),
    "75_or_subfolder.zip": (8, [], "warning", "in a folder inside the zip"),
    "77_or_orphan_org.zip": (7, [2], "", ""),
    "79_or_password_col.zip": (8, [], "warning", "password"),
    "81_or_delta_without_base.zip": (0, None, "refused", "set of changes"),
    "83_truncated.zip": (0, [], "refused", "cut off"),
    "95_multi_sheet.xlsx": (0, [2], "question", "student_id, grade"),
    "97_merged_two_row_header.xlsx": (0, [3], "warning", "row 2"),
}


def reading_of(outside, *names, **settings):
    paths = [outside / "bad_inputs" / name for name in names]
    return read_files(
        paths,
        settings=Settings(**{"school_year": "2026-27", **settings}),
        profile_folders=[],
        today=dt.date(2026, 11, 22),
    )


@pytest.mark.parametrize("name", CASES)
def test_a_bad_file_is_answered_as_the_cases_say(outside, name):
    kept, lines, level, words = CASES[name]
    reading = reading_of(outside, name)
    assert reading.files["rows_kept"].sum() == kept
    if lines is not None:
        assert reading.set_aside["row"].to_list() == lines
    if level:
        said = reading.notes.filter(pl.col("level") == level)["message"].to_list()
        assert any(words in message for message in said), said


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
    assert reading.set_aside.select("file", "row", "value").rows() == [("44_orphan_fk.csv", 2, "99999")]


def test_days_that_do_not_add_up_are_set_aside_and_no_days_are_no_rate(outside):
    reading = reading_of(outside, "00_good_students.csv", "50_attendance_over.csv")
    assert reading.set_aside["row"].to_list() == [2, 4]
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
    assert "same, byte for byte" in reading.notes["message"][-1]
