"""Excel workbooks: the sheets that people see, as tables of text with the rows' numbers in the sheet."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Collection, Sequence
from typing import Final

import polars as pl
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum, ZipError

from dataworkbench.errors import FileRefusedError
from dataworkbench.readers.archives import MOST_SWELLING, SWELLING_MATTERS_FROM
from dataworkbench.readers.headers import find_header, fold, tidy_headers
from dataworkbench.readers.ledger import FAULTS_SCHEMA, ROW, Note
from dataworkbench.readers.texttable import LONGEST_CELL, TextTable

MOST_WORKBOOK_BYTES: Final = 512 << 20


def read_workbook(name: str, data: bytes, vocabulary: Collection[str]) -> list[TextTable]:
    """Return a table for each sheet that can be seen and is not empty. Hidden sheets are never read."""
    _check_size(data)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    except PasswordError as fault:
        raise FileRefusedError("The workbook is locked with a password. Save it without one and bring it again.") from fault
    except (CalamineError, ZipError) as fault:
        raise FileRefusedError("The workbook is damaged or of a kind that cannot be opened. Save it as .xlsx or CSV.") from fault
    shown = [s.name for s in book.sheets_metadata if s.visible == SheetVisibleEnum.Visible and s.typ == SheetTypeEnum.WorkSheet]
    tables = [_read_sheet(name, book, sheet, vocabulary) for sheet in shown]
    hidden = sum(1 for s in book.sheets_metadata if s.visible != SheetVisibleEnum.Visible)
    filled = [table for table in tables if table.headers]
    if hidden and filled:
        filled[0] = filled[0].with_note(Note("info", f"{hidden} hidden sheet(s) were not read."))
    return filled


def _check_size(data: bytes) -> None:
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        declared = sum(one.file_size for one in archive.infolist())
    swollen = declared > SWELLING_MATTERS_FROM and declared > MOST_SWELLING * len(data)
    if declared > MOST_WORKBOOK_BYTES or swollen:
        raise FileRefusedError(
            f"The workbook unpacks to {declared >> 20:,} MB, more than a workbook of a district holds. Bring it as CSV."
        )


def _read_sheet(name: str, book: CalamineWorkbook, sheet: str, vocabulary: Collection[str]) -> TextTable:
    label = f"{name}/{sheet}"
    try:
        cells = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    except (CalamineError, ValueError) as fault:
        empty = pl.DataFrame(schema={ROW: pl.Int64, "column 1": pl.String})
        return TextTable(label, empty, 0, notes=(Note("warning", f"The sheet cannot be read: {fault}.", "Save it as CSV."),), headed=False)
    return _as_table(label, [[_as_text(value) for value in row] for row in cells], vocabulary)


def _as_text(value: object) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value)


def _as_table(label: str, rows: list[list[str]], vocabulary: Collection[str]) -> TextTable:
    filled = [place for place, row in enumerate(rows) if any(cell.strip() for cell in row)]
    first = find_header([rows[place] for place in filled], vocabulary) if filled else None
    if first is None:
        return _headless(label, [rows[p] for p in filled], [p + 1 for p in filled])
    header = filled[first]
    names, repeated = tidy_headers(_untangled(rows, header))
    body = filled[first + 1 :]
    notes = []
    if first:
        notes.append(
            Note("warning", f"The headers stand in row {header + 1} of the sheet; the rows above it were passed over as a title.",
                 "If the rows above it belong to the headers, put all of a header into one row.")
        )  # fmt: skip
    return _assembled(label, names, repeated, [rows[p] for p in body], [p + 1 for p in body], notes)


def _untangled(rows: Sequence[Sequence[str]], header: int) -> list[str]:
    """Return the headers; an empty one at the end, where nothing stands below either, is left out."""
    names = list(rows[header])
    while names and not names[-1].strip() and not any(len(row) >= len(names) and row[len(names) - 1].strip() for row in rows[header + 1 :]):
        names.pop()
    return names


def _headless(label: str, rows: list[list[str]], places: list[int]) -> TextTable:
    width = max((len(row) for row in rows), default=0)
    note = Note("question", "No row of headers was found in this sheet.", "Put the headers in one row above the data.")
    names = [f"column {n + 1}" for n in range(width)]
    made = _assembled(label, names, frozenset(), rows, places, [note] if rows else [])
    return TextTable(label, made.frame, made.rows_read, made.bad, frozenset(), made.notes, headed=False)


def _assembled(
    label: str, names: list[str], repeated: frozenset[str], rows: list[list[str]], places: list[int], notes: list[Note]
) -> TextTable:
    width = len(names)
    long = [max(map(len, row), default=0) > LONGEST_CELL for row in rows]
    good = [(row + [""] * width)[:width] for row, bad in zip(rows, long, strict=True) if not bad]
    columns = [list(column) for column in zip(*good, strict=True)] if good else [[] for _ in names]
    frame = pl.DataFrame(dict(zip(names, columns, strict=True)), schema=dict.fromkeys(names, pl.String))
    kept = [place for place, bad in zip(places, long, strict=True) if not bad]
    frame = frame.insert_column(0, pl.Series(ROW, kept, dtype=pl.Int64))
    bad_rows = [
        (place, "", "", f"A cell is longer than {LONGEST_CELL:,} signs.", "Look at what happened to this row.")
        for place, bad in zip(places, long, strict=True)
        if bad
    ]
    bad_frame = pl.DataFrame(bad_rows, schema=FAULTS_SCHEMA, orient="row")
    empty = [n for n in names if fold(n).startswith("column") and n.startswith("column ") and frame[n].eq("").all()]
    frame = frame.drop(empty) if len(empty) < width else frame
    return TextTable(label, frame, len(rows), bad_frame, repeated, tuple(notes))
