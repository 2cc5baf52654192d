"""A large file is read in pieces and says the same as if it had been read at once; what cannot be is refused."""

from __future__ import annotations

import datetime as dt
import gzip
import zipfile
from pathlib import Path

import polars as pl
import polars.selectors as cs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from dataworkbench.readers import ledger, pieces, read_files, source
from dataworkbench.schemas import TABLES
from dataworkbench.workspace import Settings

SAMPLES = Path(__file__).parents[2] / "sample_data"
TODAY = dt.date(2026, 11, 22)
SCORES = "student_id,subject,test_date,scale_score,level\n"


def both_ways(monkeypatch, folder: Path, *, piece: int, **told: str):
    """Read a folder as small files and as large ones."""
    at_once = read_files([folder], settings=Settings(**told), profile_folders=[], today=TODAY)
    with monkeypatch.context() as patch:
        patch.setattr(source, "LARGE_BYTES", -1)
        patch.setattr(pieces, "PIECE_BYTES", piece)
        in_pieces = read_files([folder], settings=Settings(**told), profile_folders=[], today=TODAY)
    return at_once, in_pieces


def plainly(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """The table with its types, whichever way it is held."""
    return frame.with_columns(cs.categorical().cast(pl.String)).cast(dict(TABLES[name].polars_schema))


def assert_the_same(at_once, in_pieces):
    assert at_once.files.rows() == in_pieces.files.rows()
    assert at_once.set_aside.rows() == in_pieces.set_aside.rows()
    assert at_once.left_empty.rows() == in_pieces.left_empty.rows()
    assert sorted(at_once.notes.rows()) == sorted(in_pieces.notes.rows())
    assert at_once.tables.keys() == in_pieces.tables.keys()
    for name, frame in at_once.tables.items():
        assert_frame_equal(plainly(frame, name), plainly(in_pieces.tables[name], name), check_row_order=False)


@pytest.mark.parametrize(
    "names",
    [
        ["attendance_totals_2024-25.csv", "student_programs_2024-25.csv"],
        ["state_summative_2024-25.csv", "cut_scores.csv"],
        ["exit_tickets_2026-27.csv.zip", "standards.csv"],
        ["attendance_2026-27.csv.zip", "calendar.csv"],
        ["survey_students_spring_2025-26.csv.zip", "survey_staff_spring_2025-26.csv"],
        ["interventions.csv", "intervention_sessions_2026-27.csv.zip"],
        ["observations_2026-27.csv.zip", "incidents_2025-26.csv", "time_log_2026-27.csv"],
        ["iready_ela_2026-27.csv.zip"],
    ],
)
def test_the_sample_districts_files_say_the_same_in_pieces(monkeypatch, tmp_path, names):
    for name in names:
        if name.endswith(".zip"):
            with zipfile.ZipFile(SAMPLES / name) as archive:
                archive.extractall(tmp_path)
        else:
            (tmp_path / name).write_bytes((SAMPLES / name).read_bytes())
    assert_the_same(*both_ways(monkeypatch, tmp_path, piece=20_000, school_year="2026-27"))


CELLS = st.one_of(
    st.sampled_from(
        [
            "",
            "7",
            "00123",
            "math",
            "abc",
            "2026-03-04",
            "3/4/2026",
            "411",
            '"a,b"',
            '"a\nb"',
            '"x ""y"""',
            '"',
            "é",
            " 9 ",
        ]
    ),
    st.text("ab,\n1é ", max_size=4),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.lists(CELLS, min_size=3, max_size=6), max_size=25),
    piece=st.integers(30, 400),
    end=st.sampled_from(["\n", "\r\n"]),
    codec=st.sampled_from(["utf-8", "utf-8-sig"]),
)
def test_any_rows_say_the_same_in_pieces(  # noqa: PLR0917 - fixtures and what is drawn
    monkeypatch, tmp_path_factory, rows, piece, end, codec
):
    folder = tmp_path_factory.mktemp("rows")
    text = SCORES + "".join(",".join(row) + "\n" for row in rows)
    (folder / "scores.csv").write_bytes(text.replace("\n", end).encode(codec))
    at_once, in_pieces = both_ways(monkeypatch, folder, piece=piece)
    assert in_pieces.files["rows_read"].to_list() == [
        in_pieces.files["rows_kept"][0] + in_pieces.set_aside.height
    ]
    if not any(
        cell == '"' for row in rows for cell in row
    ):  # a lone mark may close with another one far below
        assert in_pieces.files["rows_read"].to_list() == at_once.files["rows_read"].to_list()


@pytest.mark.parametrize("piece", [60, 97, 1000])
def test_cells_with_line_breaks_and_commas_are_whole_whichever_way_the_file_is_cut(
    monkeypatch, tmp_path, piece
):
    rows = [f'{n},"ma, ""th""\nor so",2026-03-04,{400 + n},2\n' for n in range(40)]
    (tmp_path / "scores.csv").write_text(SCORES + "".join(rows))
    at_once, in_pieces = both_ways(monkeypatch, tmp_path, piece=piece)
    assert in_pieces.tables["results"]["subject"].cast(pl.String).unique().to_list() == ['ma, "th"\nor so']
    assert_the_same(at_once, in_pieces)


def test_faults_far_down_in_a_large_file_are_told_with_their_line(monkeypatch, tmp_path):
    rows = [f"{n},math,2026-03-04,{300 + n % 400},2\n" for n in range(5000)]
    rows[4000] = "7,math,2026-03-04,abc,2\n"
    rows[4500] = "8,math,2026-03-04\n"
    rows[4600] = "9,math,2026-03-05,400,2,extra\n"
    rows[4700] = "\n"
    (tmp_path / "scores.csv").write_text(SCORES + "".join(rows))
    at_once, in_pieces = both_ways(monkeypatch, tmp_path, piece=3000)
    assert in_pieces.set_aside["row"].to_list() == [4002, 4502, 4602]
    assert in_pieces.files["rows_read"].to_list() == [4999]
    assert_the_same(at_once, in_pieces)


def test_odd_rows_in_a_large_file_are_found_in_ever_smaller_pieces_and_told_with_their_line(
    monkeypatch, tmp_path
):
    monkeypatch.setattr(pieces, "SMALL_PIECE_BYTES", 200)
    rows = [f"{n},math,2026-03-04,{300 + n % 400},2\n" for n in range(3000)]
    rows[1000] = "7,math,2026-03-04\n"
    rows[1500] = '8,"ma\nth",2026-03-04,400,2\n'
    rows[2000] = "9,math,2026-03-05,4\x0000,2\n"
    rows[2500] = "10,math,2026-03-05,400,2\r11,math,2026-03-05,400,2\n"
    rows[2900] = "12,math,2026-03-04,abc,2\n"
    (tmp_path / "scores.csv").write_text(SCORES + "".join(rows), newline="")
    at_once, in_pieces = both_ways(monkeypatch, tmp_path, piece=20_000)
    assert in_pieces.set_aside["row"].to_list() == [1002, 2003, 2904]
    assert_the_same(at_once, in_pieces)


def test_a_large_file_from_windows_keeps_its_accents(monkeypatch, tmp_path):
    rows = [f"{n},{'Español' if n > 900 else 'math'},2026-03-04,411,2\n" for n in range(1000)]
    (tmp_path / "scores.csv").write_bytes((SCORES + "".join(rows)).encode("cp1252"))
    at_once, in_pieces = both_ways(monkeypatch, tmp_path, piece=3000)
    assert_the_same(at_once, in_pieces)
    assert "Windows-1252" in " ".join(in_pieces.notes["message"])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (SCORES.encode("utf-16"), "is in UTF-16 and too large"),
        (b"student_id,subject" * 100, "without an end, so it is no table"),
        (b"a,b\r1,2\r" * 100, "without an end, so it is no table"),
    ],
    ids=["UTF-16", "one line", "old Macintosh"],
)
def test_what_cannot_be_read_in_pieces_is_refused_with_what_to_do(monkeypatch, tmp_path, content, said):
    (tmp_path / "scores.csv").write_bytes(content)
    monkeypatch.setattr(source, "LARGE_BYTES", 10)
    reading = read_files([tmp_path], settings=Settings(), profile_folders=[], today=TODAY)
    refused = reading.notes.filter(pl.col("level") == "refused")["message"].to_list()
    assert len(refused) == 1
    assert said in refused[0]


@pytest.mark.parametrize("packed", ["scores.zip", "scores.csv.gz"])
def test_a_large_file_in_a_zip_says_the_same_in_pieces(monkeypatch, tmp_path, packed):
    rows = [f"{n},math,2026-03-04,{300 + n % 400},2\n" for n in range(2000)]
    rows[1500] = "7,math,2026-03-04,abc,2\n"
    content = (SCORES + "".join(rows)).encode()
    if packed.endswith(".gz"):
        (tmp_path / packed).write_bytes(gzip.compress(content))
    else:
        with zipfile.ZipFile(tmp_path / packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("scores.csv", content)
    at_once, in_pieces = both_ways(monkeypatch, tmp_path, piece=3000)
    assert in_pieces.set_aside["row"].to_list() == [1502]
    assert any(isinstance(kind, pl.Categorical) for kind in in_pieces.tables["results"].dtypes)
    assert_the_same(at_once, in_pieces)


def test_a_line_without_an_end_is_refused_before_memory_fills_up(monkeypatch, tmp_path):
    (tmp_path / "scores.csv").write_bytes(SCORES.encode() + b"7,math," + b"9" * 50_000)
    monkeypatch.setattr(source, "LARGE_BYTES", 10)
    monkeypatch.setattr(pieces, "PIECE_BYTES", 1000)
    monkeypatch.setattr(pieces, "LONGEST_LINE", 10_000)
    reading = read_files([tmp_path], settings=Settings(), profile_folders=[], today=TODAY)
    assert "has a line somewhere in it of more than" in " ".join(reading.notes["message"])
    assert reading.tables == {}


def test_a_large_file_that_changes_while_it_is_read_is_refused(monkeypatch, tmp_path):
    path = tmp_path / "scores.csv"
    path.write_text(SCORES + "7,math,2026-03-04,411,2\n")
    monkeypatch.setattr(source, "LARGE_BYTES", 10)
    opened = pieces.open_large("scores.csv", path, frozenset({"studentid", "scalescore"}))
    path.write_text(SCORES + "7,math,2026-03-04,411,2\n8,math,2026-03-04,411,2\n")
    with pytest.raises(source.FileRefusedError, match="changed while it was being read"):
        opened.large.whole(["student_id"])


def test_of_a_large_file_that_nobody_knows_the_first_rows_are_listed_and_all_are_counted(
    monkeypatch, tmp_path
):
    (tmp_path / "odd.csv").write_text("x,y\n" + "1,2\n" * 500)
    monkeypatch.setattr(ledger, "MOST_LISTED", 20)
    _, in_pieces = both_ways(monkeypatch, tmp_path, piece=100)
    assert in_pieces.files.select("rows_read", "rows_kept", "rows_set_aside").rows() == [(500, 0, 500)]
    assert in_pieces.set_aside["row"].to_list() == list(range(2, 22))
    assert "the first 20 are listed, 480 more are not" in " ".join(in_pieces.notes["message"])


def test_passwords_in_a_large_file_are_not_read_and_it_is_said(monkeypatch, tmp_path):
    rows = "".join(f"{n},math,2026-03-04,411,2,hunter{n}\n" for n in range(300))
    (tmp_path / "scores.csv").write_text(SCORES.strip() + ",Password\n" + rows + "7,hunter2\n")
    at_once, in_pieces = both_ways(monkeypatch, tmp_path, piece=500)
    assert "hunter" not in in_pieces.set_aside.write_csv()
    assert "passwords ('Password')" in " ".join(in_pieces.notes["message"])
    assert at_once.files.rows() == in_pieces.files.rows()


def test_an_address_is_not_read_from_a_large_file_even_where_a_profile_asks_for_it(monkeypatch, tmp_path):
    (tmp_path / "passes.yaml").write_text(
        "name: passes\ntitle: Passes\nrecognise: {has: [Pass No, Pupil, Site, Day]}\ntables:\n  - table: incidents\n    columns:\n"
        "      {incident_id: Pass No, student_id: Pupil, school_id: Site, school_year: {school_year_of: Day}, date: Day, location: Contact Email}\n"
    )
    rows = "".join(f"{n},{n},S1,2025-09-02,home{n}@example.org\n" for n in range(300))
    (tmp_path / "passes.csv").write_text("Pass No,Pupil,Site,Day,Contact Email\n" + rows)
    for size in (1 << 30, -1):
        monkeypatch.setattr(source, "LARGE_BYTES", size)
        reading = read_files(
            [tmp_path / "passes.csv"], settings=Settings(), profile_folders=[tmp_path], today=TODAY
        )
        assert reading.tables["incidents"].height == 300
        assert reading.tables["incidents"]["location"].null_count() == 300
        assert "e-mail addresses ('Contact Email')" in " ".join(reading.notes["message"])


def test_an_unknown_large_file_is_counted_and_asked_about(monkeypatch, tmp_path):
    (tmp_path / "odd.csv").write_text("x,y\n" + "1,2\n" * 500)
    at_once, in_pieces = both_ways(monkeypatch, tmp_path, piece=100)
    assert in_pieces.files.select("rows_read", "rows_set_aside").rows() == [(500, 500)]
    assert_the_same(at_once, in_pieces)
