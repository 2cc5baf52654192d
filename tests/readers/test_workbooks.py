"""Excel workbooks: what people see is read, what is hidden is not."""

from __future__ import annotations

import datetime as dt
import io

import openpyxl
import pytest


def workbook(**sheets) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


HEAD = ["student_id", "subject", "test_date", "scale_score", "level"]


def test_numbers_and_dates_of_cells_become_what_they_show(read):
    rows = [
        HEAD,
        ["00123", "math", dt.date(2026, 3, 4), 411, "2"],
        ["00124", "math", dt.datetime(2026, 3, 5, 9, 30), 388.5, "1"],
    ]
    results = read({"scores.xlsx": workbook(Scores=rows)}).tables["results"]
    assert results.select("student_id", "scale_score").rows() == [("00123", 411.0), ("00124", 388.5)]
    assert [str(day) for day in results["test_date"]] == ["2026-03-04", "2026-03-05"]


def test_a_banner_above_the_headers_is_passed_over_and_rows_keep_their_numbers(read):
    rows = [
        ["Lincoln Unified School District"],
        [],
        ["Scores as of today", None, "page 1"],
        HEAD,
        ["1", "math", dt.date(2026, 3, 4), "x", "2"],
    ]
    reading = read({"scores.xlsx": workbook(Scores=rows)})
    assert reading.set_aside.select("row", "value").rows() == [(5, "x")]
    assert "row 4" in reading.notes.filter(reading.notes["level"] == "warning")["message"][0]


def test_a_cell_beside_the_table_does_not_change_it(read):
    rows = [[*HEAD, None, "note to self"], ["1", "math", dt.date(2026, 3, 4), 400, "2", None, "!"]]
    assert read({"scores.xlsx": workbook(Scores=rows)}).tables["results"].height == 1


def test_a_hidden_sheet_is_never_read(read):
    book = openpyxl.load_workbook(
        io.BytesIO(
            workbook(
                Scores=[HEAD, ["1", "math", dt.date(2026, 3, 4), 400, "2"]], Secret=[["ssn"], ["123-45-6789"]]
            )
        )
    )
    book["Secret"].sheet_state = "veryHidden"
    held = io.BytesIO()
    book.save(held)
    reading = read({"scores.xlsx": held.getvalue()})
    assert reading.files["file"].to_list() == ["scores.xlsx/Scores"]
    assert "1 hidden sheet" in " ".join(reading.notes["message"])
    assert all(
        "123-45" not in frame.write_csv()
        for frame in [*reading.tables.values(), reading.notes, reading.set_aside]
    )


def test_a_sheet_of_explanations_beside_a_known_one_is_no_question(read):
    reading = read(
        {
            "scores.xlsx": workbook(
                About=[["read me"], ["these are scores"]],
                Scores=[HEAD, ["1", "math", dt.date(2026, 3, 4), 400, "2"]],
            )
        }
    )
    assert "question" not in set(reading.notes["level"])
    assert reading.tables["results"].height == 1


@pytest.mark.parametrize("name", ["scores.xlsx", "scores.csv"])
def test_a_workbook_is_known_by_its_content_not_by_its_name(read, name):
    rows = [HEAD, ["1", "math", dt.date(2026, 3, 4), 400, "2"]]
    assert read({name: workbook(Scores=rows)}).tables["results"].height == 1


def test_a_damaged_workbook_is_refused_in_plain_words(read):
    whole = bytearray(workbook(Scores=[HEAD]))
    whole[100:400] = b"\0" * 300
    reading = read({"scores.xlsx": bytes(whole)})
    assert set(reading.notes["level"]) == {"refused"}


def test_an_identifier_that_excel_made_a_number_stays_as_it_is_shown(read):
    rows = [
        HEAD,
        [123, "math", dt.date(2026, 3, 4), 400, "2"],
        ["00124", "math", dt.date(2026, 3, 4), 400, "2"],
    ]
    reading = read({"scores.xlsx": workbook(Scores=rows)})
    assert reading.tables["results"]["student_id"].to_list() == ["123", "00124"]
    assert "not equally long" in " ".join(reading.notes["message"])
