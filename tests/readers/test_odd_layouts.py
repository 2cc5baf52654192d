"""Odd layouts: single quotes, backslashes, no headers, two rows of headers, sheets that one way cannot read."""

from __future__ import annotations

import datetime as dt
import gzip
import io

import openpyxl
import polars as pl
import pytest
from python_calamine import CalamineError, CalamineWorkbook

from dataworkbench.errors import WorkbenchError
from dataworkbench.readers import read_files
from dataworkbench.readers.dialects import plain_quotes
from dataworkbench.readers.headers import find_header, headers_of
from dataworkbench.readers.profiles import load_profile
from dataworkbench.workspace import Settings

DUMP = """
name: dump
title: Dump of incidents
recognise:
  has: [OID, PUPIL, DAY, SKL, NOTE]
blank_words: ["NULL"]
tables:
  - table: incidents
    columns:
      incident_id: OID
      student_id: PUPIL
      school_id: SKL
      school_year: {school_year_of: DAY}
      date: DAY
      location: NOTE
"""
LISTED = """
name: listed
title: List without headers
recognise: {file_name: pupils_}
headers: [pupil, "", campus, day, ref]
tables:
  - table: incidents
    columns: {incident_id: ref, student_id: pupil, school_id: campus, school_year: {school_year_of: day}, date: day}
"""


def said(reading, level):
    return " ".join(reading.notes.filter(pl.col("level") == level)["message"].to_list())


@pytest.fixture
def mapping(tmp_path):
    folder = tmp_path / "mappings"
    folder.mkdir()

    def put(text: str):
        (folder / "mine.yaml").write_text(text)
        return folder

    return put


def incidents(reading):
    return reading.tables["incidents"].sort("incident_id").select("incident_id", "location").rows()


def test_headers_in_single_quotes_and_quotation_marks_after_a_backslash_are_read_as_meant(read, mapping):
    file = (
        "'OID','PUPIL','DAY','SKL','NOTE'\n"
        '"1","7","2026-03-04","0042","CALLED \\"FEW MINUTES LATE\\", THEN CAME"\n'
        '"2","7","2026-03-05","0042","ends so\\\\"\n'
        '"3","7","2026-03-06","0042","NULL"\n'
    )
    reading = read({"x.csv": file}, profiles=[mapping(DUMP)])
    assert incidents(reading) == [
        ("1", 'CALLED "FEW MINUTES LATE", THEN CAME'),
        ("2", "ends so\\"),
        ("3", None),
    ]
    assert "single quotes" in said(reading, "info")
    assert reading.files["rows_kept"].to_list() == [3]


def test_quotation_marks_after_a_backslash_are_read_as_meant_under_plain_headers_too(read, mapping):
    file = '"OID","PUPIL","DAY","SKL","NOTE"\n"1","7","2026-03-04","0042","yelling \\"NO\\" at the teacher, twice"\n'
    reading = read({"x.csv": file}, profiles=[mapping(DUMP)])
    assert incidents(reading) == [("1", 'yelling "NO" at the teacher, twice')]
    assert "a backslash before them" in said(reading, "info")


def test_values_in_single_quotes_lose_them_and_keep_the_apostrophe_inside(read, mapping):
    file = "'OID','PUPIL','DAY','SKL','NOTE'\n'1','7','2026-03-04','0042','O\\'Neil''s, room'\n"
    assert incidents(read({"x.csv": file}, profiles=[mapping(DUMP)])) == [("1", "O'Neil's, room")]


@pytest.mark.parametrize(
    "text",
    [
        b'a,b\n"C:\\dir\\",2\n',
        b"a,b,c\n'tis,O'Neil,3\n",
        b'name,size,n\nbolt,6\\",3\n',
        b'a,b\n"said ""no"" twice",2\n',
    ],
)
def test_text_that_is_quoted_as_usual_is_left_as_it_is(text):
    assert plain_quotes(text).data == text


def test_lines_keep_their_numbers_when_quotes_are_turned(read, mapping):
    file = (
        "'OID','PUPIL','DAY','SKL','NOTE'\n"
        '"1","7","2026-03-04","0042","two\nlines \\"here\\""\n'
        '"2","7","someday","0042",""\n'
    )
    reading = read({"x.csv": file}, profiles=[mapping(DUMP)])
    assert reading.set_aside["row"].unique().to_list() == [4]


def test_a_file_without_headers_is_read_by_place_where_a_profile_names_its_columns(read, mapping):
    folder = mapping(LISTED)
    file = "00123,,0042,2026-03-04,17\n00124,,0042,2026-03-05,18\n"
    reading = read({"pupils_2026.csv": file}, profiles=[folder])
    assert reading.tables["incidents"].sort("incident_id").select("incident_id", "student_id").rows() == [
        ("17", "00123"),
        ("18", "00124"),
    ]
    assert "5 columns were named by their place" in said(reading, "info")
    assert not reading.notes.filter(pl.col("level") == "question").height


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("pupils_2026.csv", "00123,0042,2026-03-04,17"),
        ("pupils_2026.csv", "00123,,0042,2026-03-04,17,9"),
        ("others.csv", "00123,,0042,2026-03-04,17"),
    ],
)
def test_a_file_of_another_name_or_width_is_not_read_by_place(read, mapping, name, row):
    reading = read({name: f"{row}\n{row}\n"}, profiles=[mapping(LISTED)])
    assert not reading.tables
    assert f"It has {row.count(',') + 1} columns, and its first row is written like 99999" in said(
        reading, "question"
    )
    assert "00123" not in said(reading, "question")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("recognise: {file_name: pupils_}", "recognise: {}"), "known by its name"),
        (("ref]", "pupil]"), "a name of its own"),
    ],
)
def test_a_profile_without_headers_that_cannot_be_followed_says_so(mapping, change, words):
    with pytest.raises(WorkbenchError, match=words):
        load_profile(mapping(LISTED.replace(*change)) / "mine.yaml")


GRADES = """
name: grades
title: Grades
recognise: {has: [Pupil no, Maths mark, Science mark, Day]}
tables:
  - table: results
    for_each: {pattern: "{item} mark"}
    columns: {student_id: Pupil no, school_year: {school_year_of: Day}, assessment_id: {always: ours}, subject: {always: "{item}"}, test_date: Day, scale_score: "{item} mark"}
"""


def marks(reading):
    return sorted(reading.tables["results"].select("student_id", "subject", "scale_score").rows())


def test_repeated_headers_are_told_apart_by_the_names_of_groups_above_them(read, mapping):
    file = "Pupil,Maths,,Science,\nno,mark,Note,mark,Note\n7,411,a,388,b\n"
    text = GRADES.replace(", Day]", "]").replace("school_year_of: Day", "current_year: true").replace("test_date: Day, ", "")  # fmt: skip
    reading = read({"x.csv": file}, profiles=[mapping(text)], school_year="2025-26")
    assert marks(reading) == [("7", "Maths", 411), ("7", "Science", 388)]
    assert "read together, such as 'Pupil no'" in said(reading, "warning")


def test_merged_cells_above_the_headers_are_read_with_them_and_it_is_said(read, mapping):
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["Pupil", "Maths", None, "Science", None], ["no", "mark", "day", "mark", "day"], ["007", 411, None, 388, None]):  # fmt: skip
        sheet.append(row)
    sheet["A2"], sheet["C2"], sheet["E2"] = "no", "note", "note"
    sheet.merge_cells("B1:C1")
    sheet.merge_cells("D1:E1")
    held = io.BytesIO()
    book.save(held)
    text = GRADES.replace(", Day]", "]").replace("school_year_of: Day", "current_year: true").replace("test_date: Day, ", "")  # fmt: skip
    reading = read({"x.xlsx": held.getvalue()}, profiles=[mapping(text)], school_year="2025-26")
    assert marks(reading) == [("007", "Maths", 411), ("007", "Science", 388)]
    assert "row 1 and row 2" in said(reading, "warning")


def test_two_rows_of_headers_that_nobody_knows_are_joined_only_where_that_is_certain():
    merged = headers_of(
        [["Student", "", "Score"], ["id", "grade", "math"]], 1, (), ["Student", "Student", "Score"]
    )
    assert merged.names == ["Student id", "Student grade", "Score math"]
    repeated = headers_of([["", "A", "", "B", ""], ["no", "x", "y", "x", "y"]], 1, ())
    assert (repeated.names, repeated.repeated) == (["no", "A x", "A y", "B x", "B y"], frozenset())
    title = headers_of([["Report", "", "Spring"], ["id", "grade", "math"]], 1, ())
    assert (title.names, title.joined) == (["id", "grade", "math"], "")


def test_names_of_groups_are_not_joined_where_the_headers_are_known_without_them(read):
    file = "Who,,,What,\nstudent_id,subject,test_date,scale_score,level\n7,math,2026-03-04,411,2\n"
    assert read({"x.csv": file}).tables["results"]["scale_score"].to_list() == [411]


def test_headers_are_the_row_that_names_most_columns_though_a_row_of_data_holds_known_words():
    rows = [
        ["Entity Name", "Attribute", "Type", "Constraint"],
        ["attendance", "", "", ""],
        ["", "student_id", "date", ""],
    ]
    assert find_header(rows, {"studentid", "date"}) == 0  # fmt: skip


def test_empty_headers_over_cells_get_a_name_by_their_place_and_do_no_harm(read):
    file = "student_id,,subject,test_date,scale_score,\n7,x,math,2026-03-04,411,\n"
    reading = read({"x.csv": file})
    assert reading.tables["results"]["scale_score"].to_list() == [411]


def test_a_column_asked_for_under_two_headers_alike_is_refused_and_fillers_alike_are_not(read):
    good = "student_id,Filler,subject,test_date,Filler,scale_score\n7,,math,2026-03-04,,411\n"
    assert read({"x.csv": good}).tables["results"].height == 1
    bad = good.replace("Filler", "scale_score", 1)
    assert "stands more than once" in said(read({"x.csv": bad}), "refused")


@pytest.mark.parametrize("name", ["x.csv.gz", "x.gz"])
def test_a_file_squeezed_with_gzip_is_read_like_the_file(read, name):
    file = b"student_id,subject,test_date,scale_score\n7,math,2026-03-04,411\n"
    assert read({name: gzip.compress(file)}).tables["results"]["scale_score"].to_list() == [411]


def test_a_parquet_file_is_recognised_by_its_columns(read):
    held = io.BytesIO()
    pl.DataFrame({"student_id": ["007"], "subject": ["math"], "test_date": [dt.date(2026, 3, 4)], "scale_score": [411.5]}).write_parquet(held)  # fmt: skip
    results = read({"x.parquet": held.getvalue()}).tables["results"]
    assert results.select("student_id", "test_date", "scale_score").rows() == [
        ("007", dt.date(2026, 3, 4), 411.5)
    ]


@pytest.mark.outside_data
def test_a_sheet_that_the_fast_reader_cannot_make_out_is_read_the_slow_way(outside):
    path = outside / "gradebook" / "ExcelGradeBook.xlsx"
    with pytest.raises((CalamineError, ValueError)):
        CalamineWorkbook.from_path(path).get_sheet_by_name("Data Entry").to_python()
    reading = read_files([path], settings=Settings(), profile_folders=[])
    sheets = {row["file"].split("/")[-1]: row for row in reading.files.iter_rows(named=True)}
    assert len(sheets) == 5
    assert sheets["Data Entry"]["rows_read"] == 25
    assert not reading.notes.filter(pl.col("message").str.contains("cannot be read")).height


@pytest.mark.outside_data
def test_a_table_of_definitions_has_the_headers_in_its_first_line(outside):
    reading = read_files(
        [outside / "attendance" / "contoso_metadata.csv"], settings=Settings(), profile_folders=[]
    )
    assert reading.files["recognised_as"].to_list() == ["Description of columns"]
    assert reading.set_aside["row"][0] == 2


@pytest.mark.outside_data
@pytest.mark.parametrize("name", ["fake_x2_assessments", "bad_x2_assessments", "attendance_dump"])
def test_headers_in_single_quotes_of_a_school_system_lose_them(outside, name):
    path = outside / "sis_fixtures" / f"fixtures__{name}.csv"
    reading = read_files([path], settings=Settings(), profile_folders=[])
    assert "single quotes" in said(reading, "info")
    assert "'local_id'" not in " ".join(reading.notes["message"])
    row = reading.files.row(0, named=True)
    assert row["rows_read"] == path.read_text().count("\n") - 1
    assert row["rows_read"] == row["rows_kept"] + row["rows_set_aside"]
