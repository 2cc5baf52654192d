"""Files to take along: numbers as numbers, no formula, the same bytes, and nothing hidden inside."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
import zipfile

import openpyxl
import pytest
from hostile_names import NAMES
from hypothesis import given
from hypothesis import strategies as st

from dataworkbench.publishing.site.downloads import HEADER, begins_a_formula, plain

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")


def csv_rows(path):
    content = path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def files(site, ending):
    return sorted((site / "downloads").glob(f"*.{ending}"))


def test_a_file_holds_every_cell_once_with_the_figures_it_was_released_with(site, release):
    rows = {row["cell"]: row for row in csv_rows(site / "downloads" / "all-schools-and-the-district.csv")}
    cells = release.cells()
    assert len(rows) == len(cells)
    for held in cells.to_dict("records"):
        row = rows[held["cell"]]
        assert (row["label"], row["status"]) == (held["label"], held["status"])
        for name in ("value", "low", "high"):
            assert (row[name] == "") == (held[name] != held[name])
            assert row[name] == "" or float(row[name]) == pytest.approx(held[name], abs=1e-6)


def test_the_file_of_a_school_holds_its_cells_and_no_others(site, release):
    for path in files(site, "csv"):
        if path.stem != "all-schools-and-the-district":
            rows = csv_rows(path)
            (school,) = {row["school_id"] for row in rows}
            assert len(rows) == (release.cells()["school_id"] == school).sum()


def test_workbook_and_plain_text_say_the_same(site):
    for path in files(site, "xlsx"):
        sheet = openpyxl.load_workbook(path)["Figures"]
        head, *body = [[cell.value for cell in row] for row in sheet.iter_rows()]
        assert tuple(head) == HEADER
        rows = csv_rows(path.with_suffix(".csv"))
        assert [row["cell"] for row in rows] == [row[0] for row in body]
        for text, row in zip(rows, body, strict=True):
            for name in ("value", "low", "high"):
                number = row[HEADER.index(name)]
                assert (number is None and text[name] == "") or float(text[name]) == number
                assert number is None or isinstance(number, int | float)


def test_a_workbook_holds_words_and_numbers_alone(hostile_site):
    for path in files(hostile_site, "xlsx"):
        book = openpyxl.load_workbook(path)
        kinds = {
            cell.data_type
            for sheet in book
            for row in sheet.iter_rows()
            for cell in row
            if cell.value is not None
        }
        assert kinds <= {"s", "n"}, path
        with zipfile.ZipFile(path) as parts:
            names = parts.namelist()
            everything = b"".join(parts.read(name) for name in names)
        assert not [
            name
            for name in names
            if "external" in name.lower() or "pivot" in name.lower() or "calc" in name.lower()
        ]
        assert b"<f>" not in everything
        assert b"<f " not in everything
        assert b"hyperlink" not in b"".join(
            part for part in everything.split(b"<") if part.startswith(b"hyperlink")
        )


def test_a_workbook_tells_neither_who_made_it_nor_when(site):
    for path in files(site, "xlsx"):
        with zipfile.ZipFile(path) as parts:
            core = parts.read("docProps/core.xml").decode()
            assert {info.date_time for info in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert "creator" not in core
        assert core.count("1980-01-01T00:00:00Z") == 2


def test_a_workbook_explains_itself_in_both_languages(site):
    book = openpyxl.load_workbook(files(site, "xlsx")[0])
    assert book.sheetnames == ["Read me", "Léame", "Figures"]
    told = {row[0].value: row[1].value for row in book["Read me"].iter_rows()}
    assert told["Chronic absence"].startswith("The share of students who missed a tenth.")
    assert told["hidden"] == "Known, but not published, so that no student can be recognised."


@pytest.mark.parametrize(
    "text",
    [
        "=1",
        "+1",
        "-1",
        "@x",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "\uff1d1",
        "\uff0b1",
        "\uff0d1",
        "\uff201",
        "\u200b=1",
        "\u202e=1",
    ],
)
def test_a_text_that_begins_like_a_formula_is_told(text):
    assert begins_a_formula(text)
    assert plain(text) == f"'{text}"


@pytest.mark.parametrize(
    "text", ["Alder", "12%", "at most 5%", "", "\N{MINUS SIGN}3.5", "a=b", "1-2", "'=1", "É"]
)
def test_any_other_text_stays_as_it_is(text):
    assert plain(text) == text


@given(
    st.text(max_size=30)
    | st.builds(
        "{}{}{}".format,
        st.text(" \t\u200b\u00a0", max_size=3),
        st.sampled_from("=+-@\uff1d\uff0b\uff0d\uff20"),
        st.text(max_size=5),
    )
)
def test_no_text_is_written_so_that_its_first_letter_begins_a_formula(text):
    import unicodedata

    first = unicodedata.normalize("NFKC", plain(text)).strip().lstrip("\u200b")[:1]
    assert first not in {"=", "+", "-", "@"}


def test_no_field_of_a_plain_file_begins_like_a_formula(hostile_site):
    texts = {value for path in files(hostile_site, "csv") for row in csv_rows(path) for name, value in row.items()
             if name not in {"value", "low", "high"}}  # fmt: skip
    assert not [text for text in texts if text[:1] in "=+-@\t\r\n" and text]
    assert any(text.startswith("'=cmd") for text in texts)
    assert any(len(text) == 10_000 for text in texts)


@pytest.mark.slow
@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_hostile_files_without_a_formula(hostile_site, tmp_path):
    named = [
        p
        for ending in ("csv", "xlsx")
        for p in files(hostile_site, ending)
        if p.stem.startswith(("all-schools", "cmd-c-calc"))
    ]
    assert len(named) == 4
    for path in named:
        target = tmp_path / path.suffix[1:] / path.stem
        subprocess.run(
            [OFFICE, "--headless", f"-env:UserInstallation=file://{tmp_path}/office", "--convert-to", "fods", "--outdir", str(target), str(path)],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip
        (made,) = target.iterdir()
        text = made.read_text(encoding="utf-8")
        assert "table:formula" not in text
        assert "Not an English learner" in text
    assert len(NAMES) > 20
