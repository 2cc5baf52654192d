"""Workbooks and documents (XLSX, DOCX, ODS): their tables as rows, and the parts of them that readers do not see."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from typing import Final
from xml.etree import ElementTree as ET

from dataworkbench.publishing.scan.opening.pieces import (
    DATA,
    TEXT,
    Flow,
    Piece,
    Rows,
    Run,
    Said,
    Trouble,
    beside,
)

PLAIN_PARTS: Final = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|docProps/(app|core)\.xml|xl/(workbook|styles|sharedStrings|metadata)\.xml|xl/theme/theme\d+\.xml"
    r"|xl/_rels/workbook\.xml\.rels|xl/worksheets/sheet\d+\.xml|xl/worksheets/_rels/sheet\d+\.xml\.rels|xl/tables/table\d+\.xml"
)
"""The parts that a plain workbook is made of."""
_OFFICE: Final = ("xl/workbook.xml", "word/document.xml", "ppt/presentation.xml", "content.xml")
_BETWEEN_TAGS: Final = re.compile(r">([^<>]+)<")
_ATTRIBUTE: Final = re.compile(r"([\w:]+)\s*=\s*[\"']([^\"'<>]*)[\"']")
_ASIDE: Final = re.compile(r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?(?!xml ).*?\?>", re.DOTALL)
_PLAIN_ELEMENTS: Final = {
    "xl/worksheets/sheet": frozenset(
        [
            "worksheet",
            "sheetPr",
            "outlinePr",
            "pageSetUpPr",
            "tabColor",
            "dimension",
            "sheetViews",
            "sheetView",
            "selection",
            "pane",
            "sheetFormatPr",
            "cols",
            "col",
            "sheetData",
            "row",
            "c",
            "v",
            "f",
            "is",
            "t",
            "r",
            "rPr",
            "pageMargins",
            "pageSetup",
            "tableParts",
            "tablePart",
            "autoFilter",
        ]
    ),
    "xl/workbook.xml": frozenset(
        [
            "workbook",
            "workbookPr",
            "workbookProtection",
            "fileVersion",
            "bookViews",
            "workbookView",
            "sheets",
            "sheet",
            "definedNames",
            "calcPr",
        ]
    ),
}
"""The elements that a plain table needs, by the part that they stand in."""
_ELEMENT: Final = re.compile(rb"<(?:\w+:)?([A-Za-z]\w*)")
_FORMAT: Final = re.compile(rb"formatCode\s*=\s*[\"']([^\"'<>]*)")
_TELLS: Final = re.compile(rb"[1-9]|&quot;|\\\w")
_PROPERTY: Final = re.compile(rb"<(?:\w+:)?(\w+)[^>]*>([^<]+)<")
_PLAIN_PROPERTIES: Final = {b"creator", b"created", b"modified", b"lastModifiedBy"}
_SMALL: Final = re.compile(r"[A-Z]{0,3}\d{0,3}|\w{0,3}")
_CELL_PLACE: Final = re.compile(r"([A-Z]+)(\d+)")


def open_office(members: Mapping[str, bytes], place: str) -> Iterator[Piece]:
    """Give the parts of a workbook that readers do not see: each is a finding by itself."""
    if not any(name in members for name in _OFFICE):
        return
    if "xl/workbook.xml" not in members:
        yield Trouble(place, "unknown kind", "is a document that is not a plain workbook (XLSX)")
        return
    for name in members:
        if not PLAIN_PARTS.fullmatch(name):
            yield Trouble(
                beside(place, name), "hidden part", "is a part of a workbook that a plain table does not need"
            )
    book = members["xl/workbook.xml"]
    if re.search(rb"state\s*=\s*[\"'](very)?hidden", book, re.IGNORECASE):
        yield Trouble(beside(place, "xl/workbook.xml"), "hidden part", "names a sheet that is hidden")
    for name, held in members.items():
        if name.startswith("xl/worksheets/sheet") and re.search(
            rb"<(?:col|row)[^>]*\shidden\s*=\s*[\"'](1|true)", held
        ):
            yield Trouble(beside(place, name), "hidden part", "has a hidden row or column")
        if name.startswith("xl/worksheets/sheet") and re.search(rb"<(?:\w+:)?f[\s>]", held):
            yield Trouble(beside(place, name), "hidden part", "has a formula")
        yield from _beside_the_table(name, held, beside(place, name))
    names = re.findall(r"<(?:\w+:)?sheet\s[^>]*?name=\"([^\"]*)\"", book.decode("utf-8", errors="replace"))
    yield from (Said(beside(place, "the name of a sheet"), html.unescape(name)) for name in names)


def _beside_the_table(name: str, held: bytes, place: str) -> Iterator[Piece]:
    """Give what a part of a workbook holds beside cells: headers for printing, lists to choose from, formats with words, a title."""
    known = next((names for start, names in _PLAIN_ELEMENTS.items() if name.startswith(start)), None)
    there = {found.decode() for found in _ELEMENT.findall(held)}
    if known is not None and there - known:
        what = ", ".join(sorted(there - known)[:5])
        yield Trouble(place, "hidden part", f"holds what a plain table does not need: {what}")
    if name == "xl/styles.xml" and any(_TELLS.search(one) for one in _FORMAT.findall(held)):
        yield Trouble(place, "hidden part", "has a format of numbers with words or figures in it")
    if name == "docProps/core.xml":
        for element, said in _PROPERTY.findall(held):
            if element not in _PLAIN_PROPERTIES and said.strip():
                yield Trouble(place, "hidden part", "says more of itself than who wrote it and when")


def open_part(text: str, place: str) -> Iterator[Piece]:
    """Give the words of one part in markup of a workbook or a document, quickly: workbooks hold a great many small ones.

    Its numbers are read from its rows, and colors and places of cells are neither words nor numbers.
    """
    yield Flow(
        [Run(place, html.unescape(m.group(1))) for m in _BETWEEN_TAGS.finditer(text) if m.group(1).strip()],
        TEXT,
    )
    values = (m.groups() for m in _ATTRIBUTE.finditer(text))
    told = [
        Run(beside(place, f"attribute {name}"), html.unescape(value))
        for name, value in values
        if not _SMALL.fullmatch(value) and name != "rgb"
    ]
    yield Flow(told, DATA)
    yield Flow([Run(place, m.group()) for m in _ASIDE.finditer(text)], TEXT)


def workbook_rows(members: Mapping[str, bytes], place: str) -> Iterator[Piece]:
    """Give the sheets of a workbook as tables, hidden ones too."""
    if "xl/workbook.xml" not in members:
        return
    try:
        shared = _shared(members.get("xl/sharedStrings.xml", b""))
        for name, held in members.items():
            if name.startswith("xl/worksheets/sheet"):
                yield from _sheet(held, shared, beside(place, name))
    except (ET.ParseError, ValueError, IndexError):
        yield Trouble(place, "unreadable", "is a workbook that could not be read to its end")


def _shared(held: bytes) -> list[str]:
    if not held:
        return []
    return ["".join(node.itertext()) for node in _parse(held)]


def _parse(held: bytes) -> ET.Element:
    if b"<!DOCTYPE" in held[:2000] or b"<!ENTITY" in held:
        raise ValueError("declares entities")
    return ET.fromstring(held)  # noqa: S314 - entities are refused above


def _sheet(held: bytes, shared: list[str], place: str) -> Iterator[Piece]:
    table = [_row(node, shared) for node in _parse(held).iter() if _local(node) == "row"]
    top = next((i for i, row in enumerate(table[:20]) if "cell" in row), 0)
    for i, row in enumerate(table[:top]):
        yield Rows(beside(place, f"row {i + 1}"), [""] * len(row), [row])
    if table:
        yield Rows(place, [str(name) for name in table[top]], table[top + 1 :])


def _row(row: ET.Element, shared: list[str]) -> list[object]:
    cells: list[object] = []
    for cell in row:
        found = _CELL_PLACE.fullmatch(cell.get("r", ""))
        at = _column(found.group(1)) if found else len(cells)
        cells += [""] * (at - len(cells))
        cells.append(_value(cell, shared))
    return cells


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    if number > 16_384:
        raise ValueError("a column that no workbook has")
    return number - 1


def _value(cell: ET.Element, shared: list[str]) -> object:
    value = next((node.text or "" for node in cell if _local(node) == "v"), "")
    kind = cell.get("t", "n")
    if kind == "s":
        return shared[int(value)]
    if kind == "inlineStr":
        return "".join(cell.itertext())
    if kind == "n" and value:
        return float(value)
    return value


def _local(node: ET.Element) -> str:
    return str(node.tag).rpartition("}")[2]
