"""The most important bad files, made by the tests themselves, so that they are tried on any machine."""

from __future__ import annotations

import gzip
import os

import polars as pl
import pytest

from dataworkbench.errors import FileRefusedError
from dataworkbench.readers import source
from dataworkbench.readers.source import read_steadily

SCORES = "student_id,subject,test_date,scale_score,level\n"


def messages(reading, level):
    return " ".join(reading.notes.filter(pl.col("level") == level)["message"].to_list())


def test_a_row_in_another_encoding_is_set_aside_and_the_others_are_kept(read, students):
    spoiled = students.encode() + "00126,Peña,Zoë,0043,KG,White,N,N,2019-09-30\n".encode("cp1252")
    reading = read({"roster.csv": spoiled}, school_year="2026-27")
    assert reading.set_aside["row"].to_list() == [5]
    assert reading.tables["students"].height == 3


def test_a_whole_file_from_windows_is_read_with_its_accents_and_a_warning(read, students):
    reading = read({"roster.csv": students.encode("cp1252")}, school_year="2026-27")
    assert reading.tables["identities"]["given_name"][2] == "Zoë"
    assert "Windows-1252" in messages(reading, "warning")


def test_a_whole_file_from_an_old_macintosh_is_read_with_its_accents(read, students):
    reading = read({"roster.csv": students.encode("mac_roman")}, school_year="2026-27")
    assert reading.tables["identities"]["family_name"][2] == "Peña"
    assert "Mac Roman" in messages(reading, "warning")


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-8-sig"])
def test_a_unicode_text_of_excel_is_read(read, students, codec):
    reading = read({"roster.csv": students.encode(codec)}, school_year="2026-27")
    assert reading.tables["identities"]["given_name"][2] == "Zoë"


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_line_numbers_are_those_of_the_file_whatever_ends_the_lines(read, students, end):
    text = (students + "00127,Lee\n").replace("\n", end)
    reading = read({"roster.csv": text}, school_year="2026-27")
    assert reading.set_aside["row"].to_list() == [5]
    assert reading.tables["students"].height == 3


def test_line_numbers_count_line_breaks_inside_of_cells(read):
    text = SCORES + '1,"ma\nth",2026-03-04,411,2\n2,math,2026-03-04,abc,2\n'
    reading = read({"scores.csv": text})
    assert reading.set_aside.select("row", "value").rows() == [(4, "abc")]


def test_a_quote_that_is_never_closed_spoils_its_own_row_only(read):
    rows = "".join(f"{n},math,2026-03-04,411,2\n" for n in range(10, 250))
    reading = read({"scores.csv": SCORES + '1,"math,2026-03-04,411,2\n' + rows})
    assert reading.set_aside["row"].to_list() == [2]
    assert reading.tables["results"].height == 240


def test_cells_with_commas_and_doubled_quotes_are_one_cell(read, students):
    text = students + '00130,"Smith, ""Jr""",Al,0042,03,White,N,N,2015-01-01\n'
    reading = read({"roster.csv": text}, school_year="2026-27")
    assert reading.tables["identities"]["family_name"][3] == 'Smith, "Jr"'


def test_commas_at_the_ends_of_rows_are_no_fault(read):
    text = SCORES.strip() + ",\n" + "1,math,2026-03-04,411,2,\n2,math,2026-03-04,400,2,\n"
    reading = read({"scores.csv": text})
    assert reading.tables["results"].height == 2


def test_blank_lines_are_no_rows(read, students):
    reading = read({"roster.csv": students.replace("\n", "\n\n") + "\n,,,,,,,,\n"}, school_year="2026-27")
    assert reading.files["rows_read"][0] == 3


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path, students, monkeypatch):
    path = tmp_path / "roster.csv"
    path.write_text(students)
    original = type(path).read_bytes

    def growing(self):
        data = original(self)
        with self.open("a") as file:
            file.write("00199,Late,Row,0042,03,White,N,N,2015-01-01\n")
        os.utime(self, ns=(1, 1))
        return data

    monkeypatch.setattr(type(path), "read_bytes", growing)
    with pytest.raises(FileRefusedError, match="changed while it was being read"):
        read_steadily(path)


def test_a_file_that_is_written_anew_while_it_is_read_is_refused_though_it_is_as_long(
    tmp_path, students, monkeypatch
):
    path = tmp_path / "roster.csv"
    path.write_text(students)
    original = type(path).read_bytes

    def rewritten(self):
        data = original(self)
        os.utime(self, ns=(1, 1))
        return data

    monkeypatch.setattr(type(path), "read_bytes", rewritten)
    with pytest.raises(FileRefusedError, match="changed while it was being read"):
        read_steadily(path)


def test_a_row_that_lacks_only_cells_that_may_be_empty_is_a_short_row_all_the_same(read):
    reading = read({"scores.csv": SCORES + "1,math,2026-03-04,411,2\n2,math,2026-03-04,400\n"})
    assert reading.set_aside.select("row", "reason").rows() == [
        (3, "The row has 4 cells where there are 5 headers.")
    ]


def test_a_file_that_is_too_large_is_refused_before_it_is_read(read, students, monkeypatch):
    monkeypatch.setattr(source, "MOST_BYTES", 10)
    reading = read({"roster.csv": students}, school_year="2026-27")
    assert "roster.csv is 0 GB" in messages(reading, "refused")


def test_a_file_that_is_not_there_gets_an_answer(read, students, tmp_path):
    reading = read({"roster.csv": students}, school_year="2026-27")
    assert reading.files.height == 1
    from dataworkbench.readers import read_files
    from dataworkbench.workspace import Settings

    reading = read_files([tmp_path / "none.csv"], settings=Settings(), profile_folders=[])
    assert reading.files["file"].to_list() == ["none.csv"]
    assert "cannot be opened" in messages(reading, "refused")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        b"\x80\x04K\x01.",
        b"%PDF-1.7 ...",
        b"\x89PNG\r\n\x1a\n\0\0",
        b"<html><body>",
        b"\xff\xd8\xff\xe0\0\x10JFIF",
        b"\x7fELF\x02\x01",
    ],
)
def test_what_is_no_table_is_refused_by_its_content_and_does_not_crash(read, content):
    reading = read({"attendance.csv": content})
    assert reading.notes["level"].to_list() == ["refused"]
    assert not reading.tables


def test_a_gzipped_file_is_read_and_a_cut_off_one_is_refused(read, students):
    packed = gzip.compress(students.encode())
    assert read({"roster.csv.gz": packed}, school_year="2026-27").tables["students"].height == 3
    assert "cut off or damaged" in messages(read({"cut.csv.gz": packed[:-20]}), "refused")


def test_notes_beside_the_data_are_passed_over_calmly(read):
    reading = read({"truths.json": "{}", "README.md": "# hello\n"})
    assert set(reading.notes["level"]) == {"info"}
    assert reading.files["rows_read"].to_list() == [0, 0]


def test_headers_may_be_spelled_with_other_case_spaces_and_underscores(read, students):
    head, rows = students.split("\n", 1)
    odd = head.upper().replace("_", " ") + "\n" + rows
    assert read({"roster.csv": odd}, school_year="2026-27").tables["students"].height == 3


def test_an_empty_export_does_not_count_as_a_roster_of_nobody(read, students):
    reading = read({"roster.csv": students.split("\n")[0] + "\n"}, school_year="2026-27")
    assert "no rows" in messages(reading, "refused")
    assert not reading.tables


def test_a_header_that_is_needed_and_stands_twice_stops_the_file(read):
    reading = read(
        {"scores.csv": "student_id,subject,test_date,scale_score,scale_score\n1,math,2026-03-04,411,2\n"}
    )
    assert "'scale_score' stands more than once" in messages(reading, "refused")
    assert reading.files.select("rows_read", "rows_set_aside").row(0) == (1, 1)


def test_a_date_header_that_stands_twice_stops_the_file(read):
    reading = read(
        {
            "scores.csv": "student_id,subject,test_date,test_date,scale_score\n1,math,2026-03-04,2026-03-05,411\n"
        }
    )
    assert "'test_date' stands more than once" in messages(reading, "refused")


def test_an_empty_folder_gets_an_answer(tmp_path):
    from dataworkbench.readers import read_files
    from dataworkbench.workspace import Settings

    (tmp_path / "inbox").mkdir()
    reading = read_files([tmp_path / "inbox"], settings=Settings(), profile_folders=[])
    assert reading.notes.select("file", "message").rows() == [("inbox", "The folder is empty.")]


def test_without_a_school_year_nobody_guesses_one(read, students):
    reading = read({"roster.csv": students})
    assert "which school year" in messages(reading, "question")
    assert reading.files["rows_set_aside"][0] == 3
