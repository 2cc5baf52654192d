"""Which number of a file is which number of the roster: chosen by its rate, told as a table, and refused where it fits nobody."""

from __future__ import annotations

import datetime as dt
import itertools
import tempfile
from pathlib import Path

import polars as pl
import pytest
from conftest import said
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dataworkbench.errors import WorkbenchError
from dataworkbench.intake import import_files
from dataworkbench.readers import read_files
from dataworkbench.workspace import SETTINGS_TEXT, Settings, new_workspace

TODAY = dt.date(2026, 11, 22)
ROSTER = "student_id,last_name,first_name,school_id,grade,local_number,state_student_id\n" + "".join(
    f"{n:05d},L,F,0042,03,{n + 7000},S{n}\n" for n in range(101, 121)
)
SCORES = "student_id,subject,test_date,scale_score,level\n"
DEMOGRAPHICS = "SIS ID,FederalRaceCategory,PrimaryLanguage,ELLStatus,SpecialEducation,LowIncome\n"
ATTENDANCE = "Student ID,School ID,Attendance Date,Attendance Code\n"
HASHES = [f"{n:032x}" for n in range(1000, 1030)]


def scores(*ids):
    return SCORES + "".join(f"{one},math,2026-03-04,411,2\n" for one in ids)


def demographics(*ids):
    return DEMOGRAPHICS + "".join(f"{one},White,English,,,0\n" for one in ids)


def attendance(*ids):
    return ATTENDANCE + "".join(f"{one},0042,2026-03-04,P\n" for one in ids)


def strangers(number):
    return [f"st{n}" for n in range(number)]


@pytest.mark.parametrize("names", [("a.csv", "b.csv"), ("b.csv", "a.csv")])
def test_without_a_roster_lists_of_students_are_compared_with_the_other_files_in_either_order(read, names):
    lists, facts = names
    reading = read({lists: demographics(*strangers(40)), facts: attendance(*HASHES)}, school_year="2025-26")
    message = said(reading, "refused")
    assert "Only 0 of 40 students in this file (0%) are known; at least 50% must be." in message
    assert f"'SIS ID' was compared with the 30 students of the other files ({facts})" in message
    assert "It holds 'st0', 'st1' and 38 more" in message
    assert "there numbers are written like '9999999999999999…'" in message
    assert HASHES[0] not in message  # what is said may go to the sender, who need not have it
    assert reading.files.filter(pl.col("file") == facts)["rows_kept"].to_list() == [30]
    assert reading.files.filter(pl.col("file") == lists)["rows_kept"].to_list() == [0]
    what = reading.notes.filter(pl.col("level") == "refused")["what_to_do"][0]
    assert "a roster that holds both numbers" in what
    assert "matched_from = 0.5" in what


def test_a_list_of_students_is_compared_with_attendance_that_was_imported_before(read):
    known = read({"attendance.csv": attendance(*HASHES)}, school_year="2025-26").tables
    reading = read({"students.csv": demographics(*strangers(40))}, school_year="2025-26", known=known)
    assert "the 30 students of the other files (the last import)" in said(reading, "refused")
    assert not reading.tables.get("students", pl.DataFrame()).height


def test_attendance_is_compared_with_a_list_of_students_that_was_imported_before(read):
    known = read({"students.csv": demographics(*strangers(40))}, school_year="2025-26").tables
    reading = read(
        {"attendance.csv": attendance(*HASHES)}, school_year="2025-26", known=known, roster_ids=strangers(40)
    )
    message = said(reading, "refused")
    assert "'Student ID' was compared with the 40 students of the roster (the last import)" in message
    assert "Only 0 of 30" in message


def test_without_a_roster_nobody_is_missing_from_it(read):
    facts = attendance(*strangers(10))
    reading = read({"a.csv": demographics(*strangers(40)), "b.csv": facts}, school_year="2025-26")
    assert reading.tables["students"].height == 40
    assert reading.set_aside.height == 0


@pytest.mark.outside_data
@pytest.mark.parametrize("order", list(itertools.permutations(["studentdemographics", "studentattendance"])))
def test_the_demographics_of_contoso_and_its_attendance_speak_of_different_numbers(outside, order):
    paths = [outside / "attendance" / f"contoso_batch1_{name}.csv" for name in order]
    reading = read_files(paths, settings=Settings(school_year="2021-22"), profile_folders=[], today=TODAY)
    message = said(reading, "refused")
    assert "Only 0 of 100 students in this file (0%)" in message
    assert (
        "'SIS ID' was compared with the 600 students of the other files (contoso_batch1_studentattendance.csv)"
        in message
    )
    assert "'st1'" in message
    assert reading.tables["attendance"].height == 12_000
    assert reading.unmatched.filter(pl.col("value") == "st1").select("row", "column", "rows").rows() == [
        (2, "SIS ID", 1)
    ]
    assert reading.unmatched.height == 100


def test_the_share_that_must_match_is_the_districts_own_and_is_named(read):
    ids = [f"{n:05d}" for n in range(101, 105)] + strangers(16)
    files = {"roster.csv": ROSTER, "scores.csv": scores(*ids)}
    half = read(files, school_year="2025-26")
    assert "Only 4 of 20 students in this file (20%) are known; at least 50% must be." in said(
        half, "refused"
    )
    less = read(files, school_year="2025-26", matched_from=0.2)
    assert said(less, "refused") == ""
    assert less.tables["results"].height == 4
    more = read(
        {"roster.csv": ROSTER, "scores.csv": scores(*ids[:4], *ids[4:5])},
        school_year="2025-26",
        matched_from=0.9,
    )
    assert "at least 90% must be" in said(more, "refused")


def test_the_share_stands_in_the_settings_of_a_new_workspace(tmp_path):
    assert "\nmatched_from = 0.5\n" in SETTINGS_TEXT
    place = new_workspace(tmp_path / "ours")
    assert place.settings().matched_from == 0.5
    written = (place.root / "workbench.toml").read_text()
    (place.root / "workbench.toml").write_text(written.replace("matched_from = 0.5", "matched_from = 50"))
    with pytest.raises(WorkbenchError, match="matched_from"):
        place.settings()


def test_every_pair_that_was_tried_stands_in_a_table_with_its_rate(read):
    # of twenty students the file has 10 by the other number, of which one is unknown, and one by our own
    rows = (
        "".join(
            f"{n + 7000},{'00101' if n == 101 else f'X{n}'},math,2026-03-04,411\n" for n in range(101, 110)
        )
        + "1,Y,math,2026-03-04,400\n"
    )
    profile = (
        "name: marks\ntitle: Marks\nrecognise: {has: [number, code, mark]}\ntables:\n  - table: results\n    columns:\n"
        "      student_id: [code, number]\n      school_year: {school_year_of: on}\n      assessment_id: {always: ours}\n"
        "      test_date: on\n      subject: subject\n      scale_score: mark\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "marks.yaml").write_text(profile)
        reading = read(
            {"roster.csv": ROSTER, "marks.csv": "number,code,subject,on,mark\n" + rows},
            profiles=[Path(folder)],
            school_year="2025-26",
        )
    told = reading.matching.filter(pl.col("file") == "marks.csv").select(
        "column", "number", "tried", "matched", "rate", "chosen"
    )
    assert sorted(told.rows()) == [
        ("code", "local_number", 10, 0, 0.0, False),
        ("code", "state_student_id", 10, 0, 0.0, False),
        ("code", "student_id", 10, 1, 0.1, False),
        ("number", "local_number", 10, 9, 0.9, True),
        ("number", "state_student_id", 10, 0, 0.0, False),
        ("number", "student_id", 10, 0, 0.0, False),
    ]
    assert set(reading.matching["compared_with"]) == {"the roster (roster.csv)"}
    assert reading.unmatched.rows() == [("marks.csv", 11, "number", "1", 1)]
    assert reading.tables["results"].height == 9


def test_a_number_that_belongs_to_two_students_finds_nobody(read):
    twins = ROSTER.replace("00102,L,F,0042,03,7102", "00102,L,F,0042,03,7101")
    ids = [str(n + 7000) for n in range(101, 113)]
    reading = read({"roster.csv": twins, "scores.csv": scores(*ids)}, school_year="2025-26")
    assert not {"00101", "00102"} & set(reading.tables["results"]["student_id"])
    assert sorted(reading.set_aside.select("value", "reason").rows()) == [
        ("7101", "This number belongs to several students of the roster, so nobody can tell which is meant."),
        ("7102", "The student is not in the roster."),
    ]


def test_a_number_that_matched_nobody_is_told_once_with_how_many_rows_it_stands_in(read):
    twice = ATTENDANCE + "".join(
        f"{one},0042,2026-03-{day:02d},P\n" for one in ("00101", "00102", "st1") for day in (2, 3)
    )
    reading = read({"roster.csv": ROSTER, "attendance.csv": twice}, school_year="2025-26")
    assert reading.unmatched.rows() == [("attendance.csv", 6, "Student ID", "st1", 2)]


def test_the_ledger_of_an_import_holds_what_was_matched_and_what_was_not(tmp_path):
    place = new_workspace(tmp_path / "ours", school_year="2025-26")
    (place.inbox / "roster.csv").write_text(ROSTER)
    (place.inbox / "scores.csv").write_text(scores(*[f"{n:05d}" for n in range(101, 111)], "=st1"))
    done = import_files(place)
    ledger = done.snapshot.folder / "ledger"
    matching = pl.read_csv(ledger / "matching.csv").filter(pl.col("file") == "scores.csv").filter("chosen")
    assert matching.select("column", "number", "tried", "matched").rows() == [
        ("student_id", "student_id", 11, 10)
    ]
    assert (ledger / "unmatched.csv").read_text(encoding="utf-8-sig").splitlines() == [
        "file,row,column,value,rows", "scores.csv,12,student_id,'=st1,1"]  # fmt: skip


HEADERS = {"own": "{0:05d}", "other": "{1}", "state": "S{0}"}


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    columns=st.permutations(["own", "other", "state", "junk"]),
    order=st.permutations(["roster.csv", "marks.csv", "more.csv"]),
    known=st.fixed_dictionaries({name: st.integers(0, 12) for name in ("own", "other", "state")}),
    rows=st.randoms(use_true_random=False),
)
def test_whichever_order_files_columns_and_rows_have_the_same_column_is_chosen(columns, order, known, rows):
    lines = [_line(n, known) for n in range(101, 113)]

    def told(headers, shuffled, names):
        return _chosen(headers, shuffled, names)

    plain = told(["own", "other", "state", "junk"], lines, ["roster.csv", "marks.csv", "more.csv"])
    mixed = list(lines)
    rows.shuffle(mixed)
    assert told(columns, mixed, order) == plain
    best = max(known.values())
    assert known.get(plain[0], best) == best or best == 0


def _line(n, known):
    real = {"own": f"{n:05d}", "other": str(n + 7000), "state": f"S{n}"}
    held = {name: value if n - 101 < known[name] else f"{name}{n}x" for name, value in real.items()}
    return {**held, "junk": f"j{n}", "on": "2026-03-04", "mark": "400"}


def _chosen(headers, lines, names):
    text = (
        ",".join([*headers, "on", "mark"])
        + "\n"
        + "".join(",".join(line[name] for name in [*headers, "on", "mark"]) + "\n" for line in lines)
    )
    profile = (
        "name: marks\ntitle: Marks\nrecognise: {has: [own, other, state, junk]}\ntables:\n  - table: results\n    columns:\n"
        "      student_id: [own, other, state]\n      school_year: {school_year_of: on}\n      assessment_id: {always: ours}\n"
        "      test_date: on\n      scale_score: mark\n"
    )
    held = {"roster.csv": ROSTER, "marks.csv": text, "more.csv": scores("00101", "00102")}
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "marks.yaml").write_text(profile)
        for name in names:
            (Path(folder) / name).write_text(held[name])
        paths = [Path(folder) / name for name in names]
        reading = read_files(
            paths, settings=Settings(school_year="2025-26"), profile_folders=[Path(folder)], today=TODAY
        )
    told = reading.matching.filter((pl.col("file") == "marks.csv") & pl.col("chosen"))
    return told.select("column", "number", "matched").row(0)
