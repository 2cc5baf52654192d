"""Numbers that stand where no reader looks first: in names, formats, codes, style sheets, letters that are numbers."""

from __future__ import annotations

import csv
import io
import re
import shutil
import warnings
from collections import defaultdict

import openpyxl
import pytest
from made_site import ROSTER, small_release
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from dataworkbench.publishing.releases.release import COPY_MARK
from dataworkbench.publishing.scan import scan_site
from dataworkbench.publishing.site import build_site


def _in_page(said, before="</main>"):
    def change(path, cell):
        text = path.read_text(encoding="utf-8")
        assert before in text
        path.write_text(text.replace(before, said.format(cell=cell) + before, 1), encoding="utf-8")

    return change


def _in_words(pair):
    def change(path, _):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace('id="words">{', f'id="words">{{{pair},', 1), encoding="utf-8")

    return change


def _in_workbook(change_book):
    def change(path, cell):
        book = openpyxl.load_workbook(path)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            change_book(book, cell)
            book.save(path)

    return change


def _in_csv(column, value):
    def change(path, cell):
        head, *rows = csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig")))
        for row in rows:
            if row[0] == cell:
                row[head.index(column)] = value
        held = io.StringIO()
        csv.writer(held).writerows([head, *rows])
        path.write_text(held.getvalue(), encoding="utf-8-sig")

    return change


def _in_column(book, cell, column, value):
    sheet = book["Figures"]
    place = next(row for row in range(2, sheet.max_row + 1) if sheet.cell(row, 1).value == cell)
    at = next(c for c in range(1, sheet.max_column + 1) if sheet.cell(1, c).value == column)
    sheet.cell(place, at, value)


def _instead(text):
    return lambda path, _: path.write_text(text, encoding="utf-8")


PAGE, BOOK, TABLE, STYLE = (
    "en/schools/alder*.html",
    "downloads/alder*.xlsx",
    "downloads/alder*.csv",
    "shared/site.css",
)
ODD = {
    "a text in data": ("figure", PAGE, _in_words('"note":"17 students"')),
    "a key in data": ("figure", PAGE, _in_words('"is 17":"x"')),
    "the id of an element": ("figure", PAGE, _in_page('<p id="seen-17">x</p>')),
    "the class of an element": ("figure", PAGE, _in_page('<p class="n17">x</p>')),
    "the style of an element": ("figure", PAGE, _in_page('<p style="width:17px">x</p>')),
    "the end of an address": ("figure", PAGE, _in_page('<a href="../index.html?n=17">x</a>')),
    "a place in a page": ("figure", PAGE, _in_page('<a href="#17">x</a>')),
    "digits above the line": ("figure", PAGE, _in_page("<p>\u00b9\u2077 students</p>")),
    "a half as one letter": ("figure", PAGE, _in_page("<p>\u00bd of them</p>")),
    "a Roman seven as one letter": ("figure", PAGE, _in_page("<p>\u2166 students</p>")),
    "a digit in a ring, for a hidden figure": ("hidden figure", PAGE, _in_page('<p data-cell="{cell}">\u2466</p>')),
    "the hidden figure is the grade": ("hidden figure", PAGE, _in_page('<p data-cell="{cell}">3</p>')),
    "the hidden figure is the grade, in a table's value": ("hidden figure", TABLE, _in_csv("value", "3")),
    "the hidden figure is the grade, in a table's label": ("hidden figure", TABLE, _in_csv("label", "3")),
    "the hidden figure is the grade, in a workbook": ("hidden figure", BOOK, _in_workbook(lambda book, cell: _in_column(book, cell, "value", 3))),
    "what a style sheet writes": ("script", STYLE, _instead('td.as-hidden::after{content:"7"}')),
    "a style sheet in a page": ("script", PAGE, _in_page("<style>td{{width:17px}}</style>")),
    "a heading of a workbook for printing": ("hidden part", BOOK, _in_workbook(lambda book, _: setattr(book["Figures"].oddHeader.left, "text", "17"))),
    "a name for a place in a workbook": ("hidden part", BOOK, _in_workbook(lambda book, _: book.defined_names.add(DefinedName("seen", attr_text="17")))),
    "a format of numbers in a workbook": ("hidden part", BOOK, _in_workbook(lambda book, _: setattr(book["Figures"]["P2"], "number_format", '"17 of them"'))),
    "a list to choose from in a workbook": ("hidden part", BOOK, _in_workbook(lambda book, _: book["Figures"].add_data_validation(DataValidation(type="list", formula1='"17,18"')))),
    "the title of a workbook": ("hidden part", BOOK, _in_workbook(lambda book, _: setattr(book.properties, "title", "17"))),
    "the name of a sheet": ("figure", BOOK, _in_workbook(lambda book, _: setattr(book["Figures"], "title", "17 of them"))),
    "beside the heads of columns": ("figure", BOOK, _in_workbook(lambda book, _: book["Figures"].__setitem__("Z1", "17 students"))),
    "a link that leads elsewhere": ("link", PAGE, _in_page('<a href="https://example.org/">x</a>')),
    "a picture from elsewhere": ("link", PAGE, _in_page('<img alt="" src="//example.org/x.png">')),
    "a page from elsewhere in a page": ("link", PAGE, _in_page('<iframe src="https://example.org/"></iframe>')),
    "a link to a file that is not there": ("link", PAGE, _in_page('<a href="../../../private/true.html">x</a>')),
    "nothing in a page": ("", PAGE, _in_page("<p>x</p>")),
    "nothing in a workbook": ("", BOOK, _in_workbook(lambda _book, _: None)),
    "nothing in a table": ("", TABLE, _in_csv("subgroup", "English learner")),
}  # fmt: skip
"""Where a number or an address is put, the kind of finding that it must be, the file that is changed, and how."""


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    made = small_release(tmp_path_factory.mktemp("odd"))
    build_site(made, made.site)
    return made


@pytest.fixture(scope="module")
def found(release, tmp_path_factory):
    """What is found in a site with a changed copy of one of its files for each odd place, by the name of that copy."""
    site = tmp_path_factory.mktemp("planted") / "site"
    shutil.copytree(release.site, site)
    cells = release.cells()
    hidden = cells[(cells["status"] == "suppressed") & (cells["school_id"] == "S001")]["cell"].iloc[0]
    for where, (_, pattern, change) in ODD.items():
        path = next(release.site.glob(pattern))
        copy = site / path.relative_to(release.site).with_name(_name(where) + path.suffix)
        shutil.copy(path, copy)
        change(copy, hidden)
    by_file = defaultdict(set)
    for finding in scan_site(site, release, ROSTER):
        if finding.kind != "stray file":
            by_file[finding.file.rpartition("/")[2].partition(".")[0]].add(finding.kind)
    return by_file


def _name(where):
    return re.sub(r"[^a-z]+", "-", where.lower())


@pytest.mark.parametrize("where", ODD)
def test_a_number_in_an_odd_place_and_an_address_elsewhere_are_found(found, where):
    kind = ODD[where][0]
    assert ({kind} if kind else set()) <= found[_name(where)]
    assert kind or not found[_name(where)]


def test_a_number_in_the_name_of_a_file_or_in_a_plain_text_is_found(release, tmp_path):
    site = tmp_path / "site"
    shutil.copytree(release.site, site)
    (site / "robots.txt").write_text("17 of them", encoding="utf-8")
    (site / "alder-17-students.html").write_text("<p>x</p>", encoding="utf-8")
    (site / COPY_MARK).write_text(f"{release.id}\n", encoding="utf-8")
    told = {(finding.file, finding.kind) for finding in scan_site(site, release, ROSTER)}
    page = "alder-17-students.html"
    assert told == {("robots.txt", "figure"), (page, "figure"), (page, "stray file")}
    (site / COPY_MARK).write_text(f"{release.id}\n17 students\n", encoding="utf-8")
    assert COPY_MARK in {finding.file for finding in scan_site(site, release, ROSTER)}


def test_a_number_that_is_all_of_a_schools_id_excuses_no_figure(tmp_path):
    made = small_release(tmp_path)
    numbered = made.facts.model_copy(
        update={"schools": (made.facts.schools[0].model_copy(update={"school_id": "117"}),)}
    )
    (made.folder / "release.json").write_text(numbered.model_dump_json(), encoding="utf-8")
    cells = made.cells()
    cells = cells[cells["school_id"].isin(["", "S001"])].replace({"school_id": {"S001": "117"}})
    cells["cell"] = [re.sub(r"\|S001\|", "|117|", cell) for cell in cells["cell"]]
    cells.to_parquet(made.folder / "cells.parquet", index=False)
    release = type(made)(made.folder, numbered)
    build_site(release, release.site)
    assert scan_site(release.site, release, ROSTER) == []
    _in_page("<p>117 students</p>")(next(release.site.glob(PAGE)), "")
    assert [finding.kind for finding in scan_site(release.site, release, ROSTER)] == ["figure"]
