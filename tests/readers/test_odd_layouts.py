"""Odd layouts: single quotes, backslashes, no headers, two rows of headers, sheets that one way cannot read."""

from __future__ import annotations

import polars as pl
import pytest

from dataworkbench.errors import WorkbenchError
from dataworkbench.readers.dialects import plain_quotes
from dataworkbench.readers.profiles import load_profile

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
    [("pupils_2026.csv", "00123,0042,2026-03-04,17"), ("others.csv", "00123,,0042,2026-03-04,17")],
)
def test_a_file_of_another_name_or_width_is_not_read_by_place(read, mapping, name, row):
    reading = read({name: f"{row}\n{row}\n"}, profiles=[mapping(LISTED)])
    assert not reading.tables
    assert f"It has {row.count(',') + 1} columns, and its first row is: 00123" in said(reading, "question")


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
