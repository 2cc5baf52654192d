"""Leaks to plant in a copy of a clean site, one at a time; each says what it is, and which kind of finding it must be."""

from __future__ import annotations

import base64
import bz2
import gzip
import io
import json
import lzma
import re
import sqlite3
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import numpy as np
import pandas as pd
from made_site import png
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName

NAME = "Ottilie Noughton"
FOLDED_NAMES = ("ottilie", "noughton")


class Leak(NamedTuple):
    """One leak: what it is, the kinds of finding of which one must come, and what plants it."""

    what: str
    kinds: tuple[str, ...]
    plant: Callable[[Path], None]


LEAKS: list[Leak] = []


def leak(what: str, *kinds: str) -> Callable[[Callable[[Path], None]], Callable[[Path], None]]:
    """Put a way of leaking on the list."""

    def listed(plant: Callable[[Path], None]) -> Callable[[Path], None]:
        LEAKS.append(Leak(what, kinds, plant))
        return plant

    return listed


def in_page(site: Path, text: str, before: str = "</body>") -> None:
    page = site / "S001.html"
    said = page.read_text(encoding="utf-8")
    assert before in said
    page.write_text(said.replace(before, text + before, 1), encoding="utf-8")


def linked(site: Path, name: str, content: bytes | str) -> None:
    """Add a file to which a page leads."""
    path = site / "data" / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    in_page(site, f'<a href="data/{quote(name)}">more</a>')


def in_island(site: Path, key: str, value: object) -> None:
    in_page(site, f'<script type="application/json">{json.dumps({key: value})}</script>')


def changed_cell(site: Path, change: Callable[[str], str]) -> None:
    page = site / "S001.html"
    said = page.read_text(encoding="utf-8")
    shown = re.search(r'(<td data-cell="[^"]*enrollment[^"]*"[^>]*>)(\d+)(</td>)', said) or re.search(
        r'(<td data-cell="[^"]*"[^>]*>)(\d+)(</td>)', said
    )
    page.write_text(said[: shown.start(2)] + change(shown[2]) + said[shown.end(2) :], encoding="utf-8")


def hidden_cell(site: Path) -> str:
    said = (site / "S001.html").read_text(encoding="utf-8")
    return re.search(r'<td data-cell="([^"]*)" title="hidden"', said)[1]


def workbook(change: Callable[[Workbook], None]) -> bytes:
    book = Workbook()
    book.active.append(["group"])
    change(book)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def with_member(content: bytes, name: str, held: str) -> bytes:
    made = io.BytesIO(content)
    with zipfile.ZipFile(made, "a") as packed:
        packed.writestr(name, held)
    return made.getvalue()


# Names in pages


@leak("a name in the text of a page", "name")
def _(site):
    in_page(site, f"<p>{NAME} missed the test.</p>")


@leak("a name, family name first with a comma", "name")
def _(site):
    in_page(site, "<p>Noughton, Ottilie</p>")


@leak("a name in capitals", "name")
def _(site):
    in_page(site, "<p>OTTILIE NOUGHTON</p>")


@leak("a name with a middle initial", "name")
def _(site):
    in_page(site, "<p>Ottilie J. Noughton</p>")


@leak("a name without its accents and apostrophe", "name")
def _(site):
    in_page(site, "<p>Renee OShaughlin</p>")


@leak("one half of a hyphenated family name with the given name", "name")
def _(site):
    in_page(site, "<p>Wanjiru Quell</p>")


@leak("a family name alone in a sentence", "name")
def _(site):
    in_page(site, "<p>Ask the Noughton family.</p>")


@leak("two common words that are a student's name, both with capitals", "name")
def _(site):
    in_page(site, "<p>Thanks to Grace Park for this.</p>")


@leak("a member of staff's name", "name")
def _(site):
    in_page(site, "<p>Class of Carmela Dominguezova</p>")


@leak("a name split over two tags", "name")
def _(site):
    in_page(site, "<p><b>Ottilie</b> <i>Noughton</i></p>")


@leak("a name with a tag inside a word", "name")
def _(site):
    in_page(site, "<p>Otti<b>lie</b> Nought<i>on</i></p>")


@leak("a name in two cells of a table", "name")
def _(site):
    in_page(site, "<table><tr><td>Ottilie</td><td>Noughton</td></tr></table>")


@leak("a name with a letter in it that cannot be seen", "name")
def _(site):
    in_page(site, "<p>Otti\u200blie Nought\u00adon</p>")


@leak("a name in an attribute", "name")
def _(site):
    in_page(site, f'<span title="{NAME}">x</span>')


@leak("a name in the text alternative of a picture", "name")
def _(site):
    in_page(site, f'<img src="picture.png" alt="Scores of {NAME}">')


@leak("a name in a comment", "name")
def _(site):
    in_page(site, f"<!-- checked with {NAME} -->")


@leak("a name in a template element", "name")
def _(site):
    in_page(site, f"<template><p>{NAME}</p></template>")


@leak("a name in a page inside an attribute (srcdoc)", "name")
def _(site):
    in_page(site, '<iframe srcdoc="&lt;p&gt;Ottilie &lt;b&gt;Noughton&lt;/b&gt;&lt;/p&gt;"></iframe>')


@leak("a name in a style sheet's comment", "name")
def _(site):
    (site / "style.css").write_text((site / "style.css").read_text() + f"/* {NAME} */")


@leak("a name in a style sheet's content, by number of letters", "name")
def _(site):
    spelt = "".join(f"\\{ord(c):04x} " for c in NAME)
    (site / "style.css").write_text((site / "style.css").read_text() + f'b::after{{content:"{spelt}"}}')


@leak("a name in a script", "name")
def _(site):
    in_page(site, f'<script>const last = "{NAME}";</script>')


@leak("a script that did not come with the workbench", "script")
def _(site):
    in_page(site, "<script>fetch(location)</script>")


@leak("a name in the text of a drawing (SVG)", "name")
def _(site):
    linked(site, "drawing.svg", f'<svg xmlns="http://www.w3.org/2000/svg"><desc>{NAME}</desc></svg>')


# Names folded into something


@leak("a name in entities", "name")
def _(site):
    in_page(site, "<p>" + "".join(f"&#{ord(c)};" for c in NAME) + "</p>")


@leak("a name in entities of entities", "name")
def _(site):
    in_page(site, "<p>" + "".join(f"&amp;#x{ord(c):x};" for c in NAME) + "</p>")


@leak("a name in \\u escapes", "name")
def _(site):
    in_page(
        site,
        '<script type="application/json">{"a": "' + "".join(f"\\u{ord(c):04x}" for c in NAME) + '"}</script>',
    )


@leak("a name in \\u escapes in a JSON text in a JSON text", "name")
def _(site):
    inner = '{"a": "' + "".join(f"\\u{ord(c):04x}" for c in NAME) + '"}'
    in_island(site, "state", json.dumps({"inner": inner}))


@leak("a name in an address", "name")
def _(site):
    in_page(site, '<a href="S002.html?q=Ottilie%20Noughton">x</a>')


@leak("a name in an address, every letter escaped", "name")
def _(site):
    in_page(site, f'<a href="S002.html#{"".join(f"%{ord(c):02X}" for c in NAME)}">x</a>')


@leak("a name in base64", "name")
def _(site):
    in_island(site, "note", base64.b64encode(NAME.encode()).decode())


@leak("a name in base64 of a packed text", "name")
def _(site):
    in_island(site, "note", base64.b64encode(gzip.compress(f"{NAME} and others".encode())).decode())


@leak("a name in hexadecimal", "name")
def _(site):
    in_island(site, "note", NAME.encode().hex())


@leak("a name in an address that holds its data", "name")
def _(site):
    in_page(
        site,
        f'<img alt="" src="data:image/svg+xml;base64,{base64.b64encode(f"<svg><title>{NAME}</title></svg>".encode()).decode()}">',
    )


@leak("a name in UTF-16", "name")
def _(site):
    linked(site, "more.txt", f"{NAME}\n".encode("utf-16"))


# Names in data


@leak("a name in JSON, given and family name apart", "name")
def _(site):
    in_island(site, "rows", [{"given_name": "Ottilie", "grade": None, "family_name": "Noughton"}])


@leak("a family name as a value in JSON", "name")
def _(site):
    in_island(site, "last", ["noughton"])


@leak("a name as a key in JSON", "name")
def _(site):
    in_island(site, "by student", {NAME: None})


@leak("a name in a table (CSV)", "name")
def _(site):
    linked(site, "more.csv", "first,last\nOttilie,Noughton\n")


@leak("a name in the state of a widget in a page", "name")
def _(site):
    state = {
        "version_major": 2,
        "state": {"abc": {"model_name": "SelectModel", "state": {"_options_labels": ["All", NAME]}}},
    }
    in_page(site, f'<script type="application/vnd.jupyter.widget-state+json">{json.dumps(state)}</script>')


@leak("a name in the metadata of a notebook", "name")
def _(site):
    linked(
        site,
        "more.ipynb",
        json.dumps(
            {"cells": [], "metadata": {"authors": [{"name": NAME}]}, "nbformat": 4, "nbformat_minor": 5}
        ),
    )


@leak("a name in a notebook's parameters", "name")
def _(site):
    linked(
        site,
        "run.ipynb",
        json.dumps(
            {
                "cells": [],
                "metadata": {"papermill": {"parameters": {"student": NAME}}},
                "nbformat": 4,
                "nbformat_minor": 5,
            }
        ),
    )


@leak("a name in a notebook's output", "name")
def _(site):
    cell = {"cell_type": "code", "source": "x", "metadata": {}, "execution_count": None, "outputs": [
        {"output_type": "display_data", "metadata": {}, "data": {"text/html": ["<td>Ottilie</td>", "<td>Noughton</td>"]}}]}  # fmt: skip
    linked(
        site, "out.ipynb", json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    )


@leak("a name in a file's name", "name")
def _(site):
    linked(site, "Ottilie_Noughton.txt", "nothing")


@leak("a name in a folder's name, written as one word", "name")
def _(site):
    (site / "ottilienoughton").mkdir()
    (site / "ottilienoughton" / "more.txt").write_text("nothing")
    in_page(site, '<a href="more.txt">x</a>')


# Workbooks and packed files


@leak("a name in a workbook's cell", "name")
def _(site):
    linked(site, "more.xlsx", workbook(lambda book: book.active.append(["Ottilie", "Noughton"])))


@leak("a hidden sheet", "hidden part")
def _(site):
    def hide(book):
        book.create_sheet("raw").sheet_state = "hidden"

    linked(site, "more.xlsx", workbook(hide))


@leak("a name in a hidden sheet", "name")
def _(site):
    def hide(book):
        sheet = book.create_sheet("raw")
        sheet.append([NAME])
        sheet.sheet_state = "veryHidden"

    linked(site, "more.xlsx", workbook(hide))


@leak("a name in a comment of a workbook", "name")
def _(site):
    def comment(book):
        book.active["A1"].comment = Comment(f"this is {NAME}", "")

    linked(site, "more.xlsx", workbook(comment))


@leak("a name in a defined name of a workbook", "name")
def _(site):
    def define(book):
        book.defined_names["Ottilie_Noughton"] = DefinedName("Ottilie_Noughton", attr_text="Sheet!$A$1")

    linked(site, "more.xlsx", workbook(define))


@leak("a name as the author of a workbook", "name")
def _(site):
    def sign(book):
        book.properties.creator = NAME

    linked(site, "more.xlsx", workbook(sign))


@leak("a name in a workbook's pivot cache", "name")
def _(site):
    cache = f'<pivotCacheRecords><r><s v="{NAME}"/><n v="34"/></r></pivotCacheRecords>'
    linked(
        site,
        "more.xlsx",
        with_member(
            (site / "data" / "figures.xlsx").read_bytes(), "xl/pivotCache/pivotCacheRecords1.xml", cache
        ),
    )


@leak("a pivot cache without any name", "hidden part")
def _(site):
    cache = '<pivotCacheRecords><r><n v="34"/></r></pivotCacheRecords>'
    linked(
        site,
        "more.xlsx",
        with_member(
            (site / "data" / "figures.xlsx").read_bytes(), "xl/pivotCache/pivotCacheRecords1.xml", cache
        ),
    )


@leak("a formula in a workbook", "hidden part")
def _(site):
    linked(site, "more.xlsx", workbook(lambda book: book.active.append(["=1+1"])))


@leak("a member that stands twice in a workbook", "hidden part")
def _(site):
    with pd.option_context("mode.copy_on_write", True):  # zipfile warns of the second one
        linked(
            site,
            "more.xlsx",
            with_member((site / "data" / "figures.xlsx").read_bytes(), "docProps/app.xml", "<x/>"),
        )


@leak("a number in a workbook that was not released", "figure", "hidden figure")
def _(site):
    path = site / "data" / "figures.xlsx"
    book = load_workbook(path)
    book.active.cell(row=4, column=8).value = 0.123
    book.save(path)


@leak("a name in a document (DOCX)", "name")
def _(site):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        packed.writestr(
            "word/document.xml",
            "<w:p xmlns:w='w'><w:r><w:t>Ottilie </w:t></w:r><w:r><w:t>Noughton</w:t></w:r></w:p>",
        )
    linked(site, "more.docx", made.getvalue())


@leak("a packed text in a packed folder", "name")
def _(site):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("inner/list.txt.gz", gzip.compress(NAME.encode()))
    linked(site, "more.zip", made.getvalue())


@leak("a name in the name that a packed file remembers", "name")
def _(site):
    made = io.BytesIO()
    with gzip.GzipFile("ottilie-noughton.txt", "wb", fileobj=made) as packed:
        packed.write(b"nothing")
    linked(site, "more.gz", made.getvalue())


@leak("a name in a file packed by bzip2", "name")
def _(site):
    linked(site, "more.bz2", bz2.compress(NAME.encode()))


@leak("a name in a file packed by xz", "name")
def _(site):
    linked(site, "more.xz", lzma.compress(NAME.encode()))


@leak("a packed file that breaks off", "unreadable")
def _(site):
    linked(site, "more.gz", gzip.compress(b"nothing" * 1000)[:-20])


@leak("a packed file that unfolds to more than can be looked into", "unreadable")
def _(site):
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    held = b"".join([packer.compress(b"\0" * 1_000_000) for _ in range(6)]) + packer.flush()
    linked(site, "more.gz", held)


# Pictures, papers, files of data


@leak("a name in a picture's text (PNG)", "name")
def _(site):
    (site / "picture.png").write_bytes(png((b"tEXt", b"Author\0" + NAME.encode())))


@leak("a name in a picture's packed text (PNG)", "name")
def _(site):
    (site / "picture.png").write_bytes(png((b"zTXt", b"Author\0\0" + zlib.compress(NAME.encode()))))


@leak("a name behind the end of a picture", "name")
def _(site):
    (site / "picture.png").write_bytes(png() + NAME.encode())


@leak("a picture that breaks off", "unreadable")
def _(site):
    (site / "picture.png").write_bytes(png()[:-6])


@leak("a name in a photograph's EXIF", "name")
def _(site):
    linked(site, "photo.jpg", jpeg(b"\xff\xe1", b"Exif\0\0MM\0*\0\0\0\x08" + NAME.encode()))


@leak("a name in a photograph's XMP, in two bytes a letter", "name")
def _(site):
    linked(site, "photo.jpg", jpeg(b"\xff\xe1", b"http://ns.adobe.com/xap/1.0/\0" + NAME.encode("utf-16-le")))


@leak("a name in a GIF's comment", "name")
def _(site):
    linked(site, "move.gif", b"GIF89a\1\0\1\0\0\0\0!\xfe" + bytes([len(NAME)]) + NAME.encode() + b"\0;")


@leak("a name in a WEBP's XMP", "name")
def _(site):
    chunk = b"XMP " + struct.pack("<I", len(NAME)) + NAME.encode() + b"\0" * (len(NAME) % 2)
    linked(site, "photo.webp", b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk)


def jpeg(marker: bytes, held: bytes) -> bytes:
    return b"\xff\xd8" + marker + struct.pack(">H", len(held) + 2) + held + b"\xff\xd9"


@leak("a name in a PDF's packed text, its letters set apart", "name")
def _(site):
    packed = zlib.compress(b"BT [(Otti) -20 (lie Nought) 15 (on)] TJ ET")
    linked(
        site, "more.pdf", b"%PDF-1.4\n1 0 obj<</Length 9>>stream\n" + packed + b"\nendstream endobj\n%%EOF"
    )


@leak("a name in what a PDF says of itself", "name")
def _(site):
    linked(site, "more.pdf", b"%PDF-1.4\n1 0 obj<</Author (Ottilie Noughton)>>endobj\n%%EOF")


@leak("a database", "data file")
def _(site):
    path = site / "data" / "more.db"
    with sqlite3.connect(path) as base:
        base.execute("create table t (a)")
    linked(site, "more.db", path.read_bytes())


@leak("the release's own cells as Parquet", "data file")
def _(site):
    linked(site, "cells.parquet", pd.DataFrame({"a": [1]}).to_parquet())


@leak("a file of a kind that nobody knows", "unknown kind")
def _(site):
    linked(site, "more.xyz", b"\x07\x08\x09 nothing")


@leak("a file to which no page leads", "stray file")
def _(site):
    (site / "data" / "old.txt").write_text("nothing")


@leak("a hidden file", "stray file", "unknown kind")
def _(site):
    (site / ".DS_Store").write_bytes(b"\0\0\0\1Bud1")


@leak("a link that leads out of the folder", "link")
def _(site):
    (site / "raw").symlink_to(site.parent / "private", target_is_directory=True)


@leak("a text that is not text", "unreadable")
def _(site):
    linked(site, "more.txt", b"caf\xe9 \xff")


# Identifiers, birth dates, addresses


@leak("a student's identifier in text", "id")
def _(site):
    in_page(site, "<p>zqstu000417</p>")


@leak("a student's identifier as the id of an element", "id")
def _(site):
    in_page(site, '<p id="row_ZQSTU000417">x</p>')


@leak("a state's number without its leading zeros", "id")
def _(site):
    in_page(site, '<p id="s12002461">x</p>'.replace("s12", "s-12"))


@leak("a local number with its leading zeros", "id")
def _(site):
    in_page(site, '<p class="n-0040501">x</p>')


@leak("a short number in a field that says it is an identifier", "id")
def _(site):
    in_island(site, "student_id", 40501)


@leak("short numbers in a list of nothing but identifiers", "id")
def _(site):
    in_island(site, "y", ["40501", "40502", "40503"])


@leak("identifiers as numbers in a typed array", "id")
def _(site):
    held = base64.b64encode(np.array([40501, 40502, 40503], dtype="<i4").tobytes()).decode()
    in_island(site, "customdata", {"dtype": "i4", "bdata": held})


@leak("a birth date, year first", "birth date")
def _(site):
    in_page(site, '<p data-x="2013-03-16">x</p>')


@leak("a birth date as it is written in the United States", "birth date")
def _(site):
    in_page(site, "<p>born 3/16/13</p>")


@leak("a birth date in words", "birth date")
def _(site):
    in_page(site, "<p>March 16th, 2013</p>")


@leak("a birth date in Spanish", "birth date")
def _(site):
    in_page(site, "<p>16 de marzo de 2013</p>")


@leak("a birth date in thousandths of a second", "birth date")
def _(site):
    in_island(site, "x", 1363392000000)


@leak("an address in a link", "e-mail")
def _(site):
    in_page(site, '<a href="mailto:office%40school.example">write to us</a>')


# Figures


@leak("a figure that is not released, in a sentence", "figure")
def _(site):
    in_page(site, "<p>Of our students, 41.7% were absent.</p>")


@leak("a released figure outside its place", "figure")
def _(site):
    in_page(site, "<p>Students: 137</p>")


@leak("a cell's figure that is off by one", "figure")
def _(site):
    changed_cell(site, lambda figure: str(int(figure) + 1))


@leak("a cell's figure with more decimals than were released", "figure")
def _(site):
    changed_cell(site, lambda figure: f"{figure}.4")


@leak("a figure in the place of a hidden one", "hidden figure")
def _(site):
    in_page(site, f'<span data-cell="{hidden_cell(site)}">7</span>')


@leak("a figure in an attribute of the place of a hidden one", "hidden figure")
def _(site):
    in_page(site, f'<span data-cell="{hidden_cell(site)}" data-n="7">hidden</span>')


@leak("a figure in the tooltip of a hidden bar", "hidden figure")
def _(site):
    in_page(site, f'<svg><rect data-cell="{hidden_cell(site)}"><title>7 of 12</title></rect></svg>')


@leak("a hidden figure in the data of a page", "hidden figure")
def _(site):
    in_page(site, f'<script type="application/json">[{{"cell": "{hidden_cell(site)}", "n": 7}}]</script>')


@leak("a hidden figure in a column of the data of a page", "hidden figure")
def _(site):
    in_page(
        site, f'<script type="application/json">{{"cell": ["{hidden_cell(site)}"], "value": [0.07]}}</script>'
    )


@leak("a hidden figure in a download (CSV)", "hidden figure")
def _(site):
    path = site / "data" / "figures.csv"
    lines = path.read_text().splitlines()
    at = next(i for i, line in enumerate(lines) if ",hidden," in line)
    lines[at] = lines[at].removesuffix(",,") + "0.07,,"
    path.write_text("\n".join(lines))


@leak("a figure of another cell in a row of the data", "figure")
def _(site):
    path = site / "data" / "figures.json"
    held = json.loads(path.read_text())
    rows = [row for row in held["rows"] if row[7] is not None]
    one = rows[0]
    one[7] = next(row[7] for row in rows if row[7] != one[7])
    path.write_text(json.dumps(held))


@leak("true scores in base64, as a figure's program keeps them", "figure")
def _(site):
    held = base64.b64encode(np.array([412.0, 388.0, 455.0, 501.5]).tobytes()).decode()
    in_island(site, "x", {"dtype": "f8", "bdata": held})


@leak("true scores in base64 without their type", "figure")
def _(site):
    in_island(site, "x", base64.b64encode(np.array([412.0, 388.0, 455.0, 501.5]).tobytes()).decode())


@leak("a typed array of a type that nobody knows", "unreadable")
def _(site):
    in_island(site, "x", {"dtype": "q7", "bdata": "AAAA"})


@leak("a figure of a cell that is not in the release", "unknown cell")
def _(site):
    in_page(site, '<span data-cell="chronic_absence|2023-24|||||||">x</span>')


@leak("a figure in a comment", "figure")
def _(site):
    in_page(site, "<!-- really 6 of 17 -->")


@leak("a number that passes for a mark on an axis", "figure")
def _(site):
    in_page(site, '<svg><g data-known="axis"><text>37%</text></g></svg>')


@leak("a number that passes for a band of the policy", "figure")
def _(site):
    in_page(site, '<p data-known="bands">37</p>')
