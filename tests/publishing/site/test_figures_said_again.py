"""A figure that an earlier release said, and this one only repeats, does not pass for one of today."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from made_release import facts, made_cells
from openpyxl import load_workbook

from dataworkbench.policy import DEFAULT_POLICY_TEXT
from dataworkbench.publishing.releases import write_release
from dataworkbench.publishing.scan import Roster, scan_site
from dataworkbench.publishing.site import build_site

MARK = "\N{DAGGER}"
OLD = "enrollment|2025-26|||||||"
"""The enrollment of the district: the figure that is repeated."""


@pytest.fixture(scope="module", name="release")
def _release(tmp_path_factory):
    cells = made_cells()
    old = (cells["cell"] == OLD) | (cells["status"] == "suppressed")
    assert (cells["cell"] == OLD).sum() == 1
    cells.loc[old, "since"] = "2026-05-01_0900-bbbbbb"
    return write_release(tmp_path_factory.mktemp("again") / facts().id, facts(), cells, DEFAULT_POLICY_TEXT)


@pytest.fixture(scope="module", name="site")
def _site(release) -> Path:
    return build_site(release, release.site)


def soup(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


@pytest.mark.parametrize("language", ["en", "es"])
def test_in_tables_it_has_a_mark_and_no_other_figure_has(site, language):
    marked = {
        td["data-cell"]
        for page in (site / language).rglob("*.html")
        for td in soup(page).select("td[data-cell]")
        if MARK in td.text
    }
    assert marked == {OLD}


def test_what_is_hidden_has_no_mark_whenever_it_was_hidden_first(site):
    for page in (site / "en").rglob("*.html"):
        for td in soup(page).select("td.as-hidden"):
            assert td.text == "hidden"


def test_the_page_says_below_the_table_what_the_mark_means(site):
    pages = [
        page for page in (site / "en").rglob("*.html") if soup(page).select_one(f'td[data-cell="{OLD}"]')
    ]
    told = [soup(page).select_one("ul.why") for page in pages]
    assert pages
    assert any(MARK in one.text and "published before" in one.text for one in told)
    assert "published before" in (site / "en" / "how-to-read.html").read_text(encoding="utf-8")


def test_the_script_is_given_the_mark_with_the_label(site):
    given = [
        row
        for page in (site / "en").rglob("*.html")
        for held in soup(page).select('script[type="application/json"]')
        if isinstance(table := json.loads(held.string), dict)
        for row in table.get("rows", [])
    ]
    assert {row[0] for row in given if MARK in str(row[2])} == {OLD}


def test_downloads_say_it_in_a_column(site):
    rows = [
        row
        for path in (site / "downloads").glob("*.csv")
        for row in csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines())
    ]
    assert {row["cell"] for row in rows if row["repeated"] == "yes"} == {OLD}
    assert {row["repeated"] for row in rows} == {"yes", ""}
    assert all(row["label"].count(MARK) == 0 for row in rows)
    book = load_workbook(next((site / "downloads").glob("*.xlsx")))
    assert any("repeated" in [cell.value for cell in sheet[1]] for sheet in book)


def test_a_site_with_it_is_clean_by_the_scan(site, release):
    assert scan_site(site, release, Roster(())) == []
