"""A small site built from the made-up release as a site is: every kind of file that one holds, and nothing that must not be there."""

from __future__ import annotations

import json
import struct
import zlib
from datetime import date
from html import escape
from pathlib import Path

import pandas as pd
from made_release import facts, made_cells
from openpyxl import Workbook

from dataworkbench.policy import DEFAULT_POLICY_TEXT
from dataworkbench.publishing.releases import Release, write_release
from dataworkbench.publishing.scan import Person, Roster
from dataworkbench.workspace import shipped

PEOPLE = (
    Person("Ottilie", "Noughton", ("ZQSTU000417", "0012002461", "0040501"), date(2013, 3, 16)),
    Person(
        "Renée Ann",
        "O\N{RIGHT SINGLE QUOTATION MARK}Shaughlin",
        ("ZQSTU000418", "0012002462", "0040502"),
        date(2012, 11, 4),
    ),
    Person("Wanjiru", "Ibarra-Quell", ("ZQSTU000419", "0012002463", "0040503"), date(2014, 1, 23)),
    Person("Grace", "Park", ("ZQSTU000420", "0012002464", "0040504"), date(2026, 9, 30)),
    Person("Carmela", "Dominguezova", ("ZQADU00005",)),
)
"""Made-up people. The fourth has two common words for a name, and was born on the day of the data: neither is a finding."""
ROSTER = Roster(PEOPLE)

_COLUMNS = ("cell", "school", "grade", "group", "year", "figure", "size", "value", "low", "high")
_STYLE = (shipped("templates") / "site" / "site.css").read_text(encoding="utf-8")


def small_release(folder: Path) -> Release:
    """The made-up release with the cells of one year and one grade, so that a site of it is quickly looked into."""
    cells = made_cells()
    kept = cells[(cells["school_year"] == "2025-26") & cells["grade_level"].isin(["", "03"])]
    return write_release(folder / facts().id, facts(), kept, DEFAULT_POLICY_TEXT)


def made_site(release: Release) -> Path:
    """Write the site of a release into its folder."""
    site = release.site
    (site / "data").mkdir(parents=True)
    cells = release.cells()
    table = _table(cells, {school.school_id: school.name for school in release.facts.schools})
    (site / "style.css").write_text(_STYLE)
    (site / "picture.png").write_bytes(png())
    (site / "data" / "figures.json").write_text(json.dumps(island(table)))
    table.to_csv(site / "data" / "figures.csv", index=False)
    _workbook(table, site / "data" / "figures.xlsx")
    links = "".join(
        f'<li><a href="{s.school_id}.html">{escape(s.name)}</a></li>' for s in release.facts.schools
    )
    (site / "index.html").write_text(
        _page(release, table[table["school"] == ""], f"<ul>{links}</ul>"), encoding="utf-8"
    )
    for school in release.facts.schools:
        rows = table[table["school"] == school.name]
        (site / f"{school.school_id}.html").write_text(
            _page(release, rows, f"<h2>{escape(school.name)}</h2>"), encoding="utf-8"
        )
    return site


def island(table: pd.DataFrame) -> dict[str, object]:
    """Released rows as they stand in a page."""
    return {"columns": list(_COLUMNS), "rows": json.loads(table.to_json(orient="values"))}


def png(*chunks: tuple[bytes, bytes]) -> bytes:
    """A picture of one point, with more chunks where they are asked for."""
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)),
        *chunks,
        (b"IDAT", zlib.compress(b"\0\0")),
        (b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(held)) + name + held + struct.pack(">I", zlib.crc32(name + held))
        for name, held in parts
    )


def _table(cells: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "cell": cells["cell"], "school": cells["school_id"].map(names).fillna(""), "grade": cells["grade_level"],
            "group": cells["subgroup"], "year": cells["school_year"], "figure": cells["label"], "size": cells["n_label"],
            "value": cells["value"], "low": cells["low"], "high": cells["high"],
        }
    )  # fmt: skip


def _workbook(table: pd.DataFrame, path: Path) -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(["Figures of Tiny District, data as of 2026-09-30"])
    sheet.append(list(_COLUMNS))
    for row in table.itertuples(index=False):
        sheet.append([None if pd.isna(value) else value for value in row])
    book.save(path)


def _page(release: Release, table: pd.DataFrame, top: str) -> str:
    facts = release.facts
    rows = "".join(
        f'<tr><th scope="row">{escape(row.year)}, grade {row.grade or "all"}, {row.group or "all students"}</th>'
        f'<td data-cell="{escape(row.cell)}" title="{escape(row.figure)}">{escape(row.figure)}</td>'
        f'<td data-cell="{escape(row.cell)}">{escape(row.size)}</td></tr>'
        for row in table.itertuples(index=False)
    )
    bars = "".join(
        f'<rect data-cell="{escape(row.cell)}" x="0" y="{12 * i}" width="{0 if pd.isna(row.value) else 100 * row.value:.1f}" '
        f'height="10"><title>{escape(row.figure)}</title></rect>'
        for i, row in enumerate(table.itertuples(index=False))
    )
    bands = "".join(f"<li>{band.smallest}: {100 * band.ends:.0f}%</li>" for band in facts.bands)
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(facts.district)}</title><link rel="stylesheet" href="style.css"></head>
<body><h1>{escape(facts.district)}</h1><p>Data as of September 30, 2026. School years 2024-25 and 2025-26.</p>{top}
<p>We will grant each park a rose in May. Grace: the park is open.</p>
<img src="picture.png" alt="A square"><p data-known="counts">{len(facts.schools)} schools</p>
<svg viewBox="0 0 200 400" role="img"><title>Figures</title><g data-known="axis"><text x="0">0%</text><text x="50">25%</text>
<text x="100">50%</text></g>{bars}</svg>
<table>{rows}</table><ul data-known="bands">{bands}</ul>
<p>{escape(facts.requirement)} {escape(facts.bands_source)}</p>
<p><a href="data/figures.csv">CSV</a> <a href="data/figures.xlsx">Excel</a> <a href="data/figures.json">JSON</a></p>
<script type="application/json">{json.dumps(island(table)).replace("<", chr(92) + "u003c")}</script></body></html>
"""
