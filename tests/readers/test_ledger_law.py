"""The law of the ledger: whatever stands in a file, its rows read are its rows kept and its rows set aside."""

from __future__ import annotations

import csv
import datetime as dt
import io
import tempfile
from pathlib import Path

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dataworkbench.readers import read_files
from dataworkbench.readers.texttable import SPACES
from dataworkbench.schemas import TABLES
from dataworkbench.workspace import Settings

TODAY = dt.date(2026, 11, 22)
FEW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])

ids = st.sampled_from(["00123", "124", " 125 ", "126.0", "", "1E5", "Peña", "00123"])
days = st.sampled_from(
    ["2026-03-04", "03/04/2026", "3/25/2026", "46085", "2062-01-01", "", "soon", "2026-02-30"]
)
scores = st.sampled_from(["411", "0", "9999", "-1", "1,411", "", "N/A", "abc", "388.5"])
words = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=8)
schools = st.sampled_from(["0042", "0043", "Lincoln Elem.", ""])


def law_holds(reading) -> None:
    files = reading.files
    assert (files["rows_read"] == files["rows_kept"] + files["rows_set_aside"]).all(), files.rows()
    listed = dict(reading.set_aside.group_by("file").len().iter_rows())
    assert {file: n for file, n in files.select("file", "rows_set_aside").iter_rows() if n} == listed
    assert (
        reading.set_aside.select("file", "row").is_duplicated().any() is False or not reading.set_aside.height
    )
    for name, frame in reading.tables.items():
        assert frame.columns == list(TABLES[name].column_names)
        assert dict(frame.schema) == TABLES[name].polars_schema


def read_rows(files: dict[str, list[list[str]]], **kept: str):
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for name, rows in files.items():
            held = io.StringIO()
            csv.writer(held, lineterminator="\n").writerows(rows)
            path = Path(folder) / name
            path.write_text(held.getvalue(), encoding="utf-8", newline="")
            paths.append(path)
        return read_files(paths, settings=Settings(**kept), profile_folders=[], today=TODAY)


@FEW
@given(st.lists(st.tuples(ids, words, days, scores, words), min_size=1, max_size=12))
def test_rows_of_scores_are_kept_or_set_aside(rows):
    head = ["student_id", "subject", "test_date", "scale_score", "level"]
    reading = read_rows({"scores.csv": [head, *map(list, rows)]})
    law_holds(reading)
    blank = sum(1 for row in rows if not any(cell.strip(SPACES) for cell in row))
    assert reading.files["rows_read"].sum() == len(rows) - blank


@FEW
@given(st.lists(st.tuples(ids, words, words, schools, st.sampled_from(["3", "K", "x", ""])), min_size=1, max_size=10),
       st.lists(st.tuples(ids, words, days, scores, words), min_size=1, max_size=8))  # fmt: skip
def test_rows_of_a_roster_and_of_scores_are_kept_or_set_aside(roster, rows):
    files = {
        "roster.csv": [["student_id", "last_name", "first_name", "school_id", "grade"], *map(list, roster)],
        "scores.csv": [["student_id", "subject", "test_date", "scale_score", "level"], *map(list, rows)],
    }
    law_holds(read_rows(files, school_year="2025-26", date_order="month first"))


@FEW
@given(st.lists(st.tuples(ids, schools, days, st.sampled_from(["P", "A", "T", "H", "Q", ""])), min_size=1, max_size=12),
       st.lists(st.tuples(ids, schools, days, st.sampled_from(["P", "A"])), min_size=1, max_size=12))  # fmt: skip
def test_rows_of_two_attendance_files_that_overlap_are_kept_or_set_aside(one, other):
    head = ["Student ID", "School ID", "Attendance Date", "Attendance Code"]
    reading = read_rows(
        {"a.csv": [head, *map(list, one)], "b.csv": [head, *map(list, other)]}, date_order="month first"
    )
    law_holds(reading)
    attendance = reading.tables.get("attendance")
    if attendance is not None:
        assert not attendance.select("student_id", "school_id", "date").is_duplicated().any()


@FEW
@given(st.lists(st.tuples(ids, schools, days, st.sampled_from(["1", "0", "x"])), min_size=1, max_size=14))
def test_lessons_put_together_to_days_are_counted_line_by_line(rows):
    head = [
        "student_id",
        "school_id",
        "attendance_date",
        "AttendanceCode",
        "PresenceFlag",
        "attendance_status",
    ]
    lines = [
        [*row[:3], "P" if row[3] == "1" else "A", row[3], "Present" if row[3] == "1" else "Absent"]
        for row in rows
    ]
    law_holds(read_rows({"lessons.csv": [head, *lines]}, date_order="month first"))


@FEW
@given(
    st.lists(
        st.lists(st.sampled_from(["Agree", "Disagree", "", "what?"]), min_size=2, max_size=2),
        min_size=1,
        max_size=8,
    )
)
def test_wide_surveys_count_people_not_answers(answers):
    head = [
        "Timestamp",
        "Where do you work?",
        "Students in this school are asked to think hard.",
        "Students who get stuck get help from a teacher.",
    ]
    rows = [["4/14/2026 10:22:31", "Alder", *row] for row in answers]
    reading = read_rows({"staff.csv": [head, *rows]})
    law_holds(reading)
    responses = reading.tables.get("survey_responses")
    people = sum(1 for row in answers if {"Agree", "Disagree"} & set(row))
    assert (responses["respondent_id"].n_unique() if responses is not None else 0) == people
    assert reading.files["rows_kept"].sum() == people


@FEW
@given(st.binary(max_size=400))
def test_any_bytes_get_an_answer(content):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "anything.csv"
        path.write_bytes(content)
        reading = read_files([path], settings=Settings(), profile_folders=[], today=TODAY)
    law_holds(reading)
    assert reading.files.height >= 1
    assert reading.notes.filter(pl.col("level").is_in(["refused", "question"])).height >= 1


@FEW
@given(st.binary(max_size=200), st.integers(0, 300))
def test_a_roster_with_bytes_thrown_into_it_gets_an_answer(junk, place):
    text = b"student_id,last_name,first_name,school_id,grade\n" + b"".join(
        b"%d,A,B,7,03\n" % n for n in range(100, 120)
    )
    place = min(place, len(text))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "roster.csv"
        path.write_bytes(text[:place] + junk + text[place:])
        law_holds(
            read_files([path], settings=Settings(school_year="2025-26"), profile_folders=[], today=TODAY)
        )
