"""Workbooks and texts that are small on disk and huge once opened: told before they are opened."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final

import numpy as np

from dataworkbench.errors import FileRefusedError
from dataworkbench.readers.ledger import Note

MOST_CELLS: Final = 40_000_000
"""A sheet that stretches over more cells, empty ones too, is not opened: a reader holds a place for each."""
MOST_SIGNS: Final = 2 << 30
"""Nor is one whose texts, repeated wherever cells point to them, come to more signs than this."""
MOST_COLUMNS: Final = 16_384
"""As many columns as a spreadsheet can hold."""
LONGEST_HEADER_LINE: Final = 4 << 20
LONGEST_LINE: Final = 32 << 20
_CHUNK: Final = 4 << 20
_MOST_OF_A_TAG: Final = 4096
_CELL: Final = re.compile(rb'<(?:\w+:)?c\b[^<>]*?\br="([A-Za-z]{1,3})(\d{1,7})"')
_SHARED: Final = re.compile(rb'<(?:\w+:)?c\b[^<>]*?\bt="s"[^<>]*>\s*<(?:\w+:)?v>(\d{1,9})<')
_REPEATED: Final = re.compile(rb'number-(rows|columns)-repeated="(\d{1,9})"')
_ODS_PARTS: Final = re.compile(
    rb"<table:table-row\b[^<>]*>|</table:table-row>|<table:(?:covered-)?table-cell\b[^<>]*>|</table:table>"
)
_TEXTS: Final = "xl/sharedStrings.xml"


def check_workbook(data: bytes) -> tuple[Note, ...]:
    """Return what is to be said about a workbook before it is opened; one that would swell, or is damaged, is refused."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return ()
    try:
        return _checked(data)
    except (zipfile.BadZipFile, zlib.error, EOFError) as fault:
        raise FileRefusedError(
            "The workbook is damaged: a part of it cannot be unpacked. Download it again, or save it anew as .xlsx or CSV."
        ) from fault
    except (RuntimeError, NotImplementedError) as fault:
        raise FileRefusedError(
            "The workbook is locked with a password or packed in a way that cannot be opened here. Save it as CSV."
        ) from fault


def _checked(data: bytes) -> tuple[Note, ...]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        texts = _lengths_of_texts(archive, names)
        for name in names:
            if name != _TEXTS:  # a workbook may name any of its parts as a sheet
                _check_sheet(archive, name, texts)
        if "content.xml" in names:
            _check_open_document(archive)
        return _said_of(names)


def _said_of(names: list[str]) -> tuple[Note, ...]:
    notes = []
    if any(name.casefold().endswith("vbaproject.bin") or name.startswith("Basic/") for name in names):
        notes.append(
            Note("info", "The workbook holds macros. They were not run, and never are; only cells were read.")
        )
    if any("externallinks/" in name.casefold() for name in names):
        notes.append(
            Note("info", "Cells of this workbook point to other workbooks. Those were not opened; what the cells showed "
                 "when the workbook was last saved was read.", "Save it with values only, if it must show the newest numbers.")
        )  # fmt: skip
    return tuple(notes)


def _pieces(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """Yield a part of a workbook in pieces; each begins with the end of the one before, so that no tag is cut."""
    with archive.open(name) as stream:
        before = b""
        while chunk := stream.read(_CHUNK):
            piece = before + chunk
            cut = max(piece.rfind(b"<", len(piece) - _MOST_OF_A_TAG), 0) if len(piece) > _MOST_OF_A_TAG else 0
            cut = cut or len(piece)
            yield piece[:cut]
            before = piece[cut:]
        yield before


def _check_sheet(archive: zipfile.ZipFile, name: str, texts: np.ndarray | None) -> None:
    rows, columns, signs = [0, 0], [0, 0], 0
    for piece in _pieces(archive, name):
        _refuse_definitions(piece)
        found = _CELL.findall(piece)
        if found:
            rows = _stretched(rows, (int(row) for _, row in found))
            columns = _stretched(
                columns, (_column_number(letters) for letters in {letters for letters, _ in found})
            )
        if texts is not None:
            signs += _signs_of(piece, texts)
    cells = (rows[1] - rows[0] + 1) * (columns[1] - columns[0] + 1) if rows[1] else 0
    if rows[1] * columns[1] > MOST_CELLS and cells > 0:
        raise _too_wide(rows[1] * columns[1])
    if signs > MOST_SIGNS:
        raise FileRefusedError(
            f"The texts of the workbook come to more than {MOST_SIGNS >> 30} GB once each cell holds its own. No workbook "
            "of a district does. Nothing of it was taken in. Bring it as CSV."
        )


def _stretched(ends: list[int], found: Iterator[int]) -> list[int]:
    numbers = list(found)
    return [min([*([ends[0]] if ends[0] else []), *numbers]), max(ends[1], *numbers)]


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _too_wide(cells: int) -> FileRefusedError:
    return FileRefusedError(
        f"A sheet of the workbook stretches over {cells:,} cells, far more than a table of a district. A cell far away "
        "from the others may be filled by mistake. Copy the table into a new workbook, or bring it as CSV."
    )


def _lengths_of_texts(archive: zipfile.ZipFile, names: list[str]) -> np.ndarray | None:
    """Return how long each shared text is, where the longest is so long that repeating it could matter."""
    if _TEXTS not in names:
        return None
    size = archive.getinfo(_TEXTS).file_size
    cells = sum(archive.getinfo(name).file_size for name in names if name != _TEXTS) // 20
    for piece in _pieces(archive, _TEXTS):
        _refuse_definitions(piece)
    if size * max(cells, 1) <= MOST_SIGNS:
        return None
    text = archive.read(_TEXTS)
    ends = np.array(
        [found.start() for found in re.finditer(rb"</(?:\w+:)?si>|<(?:\w+:)?si/>", text)], dtype=np.int64
    )
    return np.diff(ends, prepend=0)


def _refuse_definitions(piece: bytes) -> None:
    if b"<!ENTITY" in piece or b"<!DOCTYPE" in piece:
        raise FileRefusedError(
            "The workbook defines words that unfold into other words, as no spreadsheet program writes it. Nothing of it "
            "was taken in. Open it in a spreadsheet program that you trust, and bring the table as CSV."
        )


def _signs_of(piece: bytes, texts: np.ndarray) -> int:
    places = np.array(_SHARED.findall(piece), dtype="S9")
    if not places.size:
        return 0
    numbers = places.astype(np.int64)
    return int(texts[numbers[numbers < texts.size]].sum())


def _check_open_document(archive: zipfile.ZipFile) -> None:
    """Refuse an OpenDocument sheet whose filled cells or rows are repeated until they fill a memory."""
    rows, width, total = 1, 0, 0
    for piece in _pieces(archive, "content.xml"):
        for tag in _ODS_PARTS.findall(piece):
            times = {what: int(number) for what, number in _REPEATED.findall(tag)}
            if tag.startswith(b"<table:table-row"):
                rows, width = times.get(b"rows", 1), 0
            elif tag == b"</table:table-row>":
                total += rows * width
            elif tag == b"</table:table>":
                total = 0
            elif not tag.endswith(b"/>") or b"office:value" in tag:
                width += times.get(b"columns", 1)
            if total + rows * width > MOST_CELLS:
                raise _too_wide(total + rows * width)


def refuse_endless_lines(data: bytes) -> None:
    """Refuse a text whose first line, or any other one, is longer than a line of a table can be."""
    first = _line_end(data, 0, LONGEST_HEADER_LINE)
    if first < 0 and len(data) > LONGEST_HEADER_LINE:
        raise endless("first line", LONGEST_HEADER_LINE)
    columns = 1 + max(
        data.count(sign, 0, first if first >= 0 else len(data)) for sign in (b",", b"\t", b";", b"|")
    )
    if columns > MOST_COLUMNS:
        raise FileRefusedError(
            f"The first line of the file has {columns:,} cells; a table has at most {MOST_COLUMNS:,} columns. Export it "
            "with one row for each student, and the columns that are needed."
        )
    for place in range(0, len(data) - LONGEST_LINE, LONGEST_LINE):
        if _line_end(data, place, LONGEST_LINE) < 0:
            raise endless("line somewhere in it", LONGEST_LINE)


def _line_end(data: bytes, place: int, most: int) -> int:
    ends = [found for sign in (b"\n", b"\r") if (found := data.find(sign, place, place + most)) >= 0]
    return min(ends, default=-1)


def endless(which: str, most: int) -> FileRefusedError:
    """Return why a text with a line that does not end is refused."""
    return FileRefusedError(
        f"The file has a {which} of more than {most >> 20} MB without an end, so it is no table of text. "
        "Export it again as CSV, with one line for each row."
    )
