"""A list of absences says nothing about the days that it does not list; only a calendar does."""

from __future__ import annotations

import datetime as dt
import math

import polars as pl
import pytest

from dataworkbench.intake import import_files
from dataworkbench.measures import measure
from dataworkbench.warehouse import open_workspace
from dataworkbench.workspace import new_workspace

LIST = "Student ID,School ID,Absence Date,Absence Code\n1,A,2025-09-03,U\n1,A,2025-09-05,T\n2,A,2025-09-05,E\n1,B,2025-09-04,A\n"
CALENDAR = "school_id,date,instructional_minutes\n" + "".join(
    f"A,2025-09-0{day},360\n" for day in range(1, 9)
)
STUDENTS = (
    "student_id,last_name,first_name,school_id,grade\n1,Nguyen,An,A,03\n2,Lee,Pat,A,03\n3,Roy,Kim,A,03\n"
)


def notes(reading, level):
    return " ".join(reading.notes.filter(pl.col("level") == level)["message"].to_list())


def test_without_a_calendar_a_list_of_absences_makes_no_attendance(read):
    reading = read({"list.csv": LIST})
    assert "attendance" not in reading.tables
    listed = reading.tables["attendance_events"]
    assert listed["absent"].to_list() == [1, 0, 1, 1]
    assert listed["status"].to_list() == ["absent", "tardy", "absent", "absent"]
    assert listed["excused"].to_list() == ["No", "NotSelected", "Yes", "NotSelected"]
    assert reading.files["rows_kept"][0] == 4
    assert "The days that it does not list are unknown" in notes(reading, "warning")


def test_with_a_calendar_the_listed_days_of_that_school_are_attendance_and_no_other_day_is_made_up(read):
    reading = read({"list.csv": LIST, "calendar.csv": CALENDAR})
    taken = reading.tables["attendance"]
    assert taken.select("student_id", "school_id", "absent").rows() == [
        ("1", "A", 1),
        ("1", "A", 0),
        ("2", "A", 1),
    ]
    assert "no calendar for school 'B'" in notes(reading, "warning")
    assert "counts as present" in notes(reading, "info")


def test_a_calendar_that_comes_later_is_enough(read):
    known = read({"list.csv": LIST}).tables
    taken = read({"calendar.csv": CALENDAR}, known=known).tables["attendance"]
    assert taken["date"].to_list() == [dt.date(2025, 9, 3), dt.date(2025, 9, 5), dt.date(2025, 9, 5)]


def test_daily_attendance_counts_before_a_list_of_absences(read):
    daily = "Student ID,School ID,Attendance Date,Attendance Code\n1,A,2025-09-03,P\n"
    reading = read({"list.csv": LIST, "calendar.csv": CALENDAR, "daily.csv": daily})
    day = reading.tables["attendance"].filter(student_id="1", date=dt.date(2025, 9, 3))
    assert day["absent"].to_list() == [0]


@pytest.fixture
def rate(tmp_path):
    """Import some files into a district of three students, and return the attendance rate of their school."""

    def rated(**files: str):
        workspace = new_workspace(tmp_path / "district")
        (workspace.root / "workbench.toml").write_text('school_year = "2025-26"\n', encoding="utf-8")
        for name, text in {
            "students": STUDENTS,
            "list": LIST.replace("1,B,2025-09-04,A\n", ""),
            **files,
        }.items():
            (workspace.inbox / f"{name}.csv").write_text(text, encoding="utf-8")
        import_files(workspace)
        return measure(open_workspace(workspace.root), "attendance_rate", by=["school_id"]).iloc[0]

    return rated


def test_the_rate_of_attendance_takes_the_days_of_the_calendar(rate):
    # the list ends on the fifth day of school; three students make fifteen days, of which two were missed
    assert rate(calendar=CALENDAR)["value"] == pytest.approx(13 / 15)


def test_a_list_of_absences_without_a_calendar_gives_no_rate_at_all(rate):
    found = rate()
    assert found["n"] == 0
    assert math.isnan(found["value"])
