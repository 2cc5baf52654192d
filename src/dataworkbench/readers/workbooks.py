"""Excel workbooks: the sheets that people see, as tables of text with the rows' numbers in the sheet."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

import polars as pl
from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
    ZipError,
)

from dataworkbench.errors import FileRefusedError
from dataworkbench.readers.archives import MOST_SWELLING, SWELLING_MATTERS_FROM
from dataworkbench.readers.headers import Headers, find_header, headers_of
from dataworkbench.readers.ledger import ROW, Note, counted, faults
from dataworkbench.readers.slowsheets import Merged, read_sheet_slowly
from dataworkbench.readers.swelling import check_workbook
from dataworkbench.readers.texttable import LONGEST_CELL, TextTable

MOST_WORKBOOK_BYTES: Final = 512 << 20


class Line(NamedTuple):
    """One filled row of a sheet, with its number."""

    place: int
    cells: list[str]


def read_workbook(name: str, data: bytes, vocabulary: Collection[str]) -> list[TextTable]:
    """Return a table for each sheet that can be seen and is not empty. Hidden sheets are never read."""
    _check_size(data)
    said = check_workbook(data)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    except PasswordError as fault:
        raise FileRefusedError(
            "The workbook is locked with a password. Save it without one and bring it again."
        ) from fault
    except (CalamineError, ZipError) as fault:
        raise FileRefusedError(
            "The workbook is damaged or of a kind that cannot be opened. Save it as .xlsx or CSV."
        ) from fault
    shown = [
        s.name
        for s in book.sheets_metadata
        if s.visible == SheetVisibleEnum.Visible and s.typ == SheetTypeEnum.WorkSheet
    ]
    tables = [_read_sheet(name, book, sheet, vocabulary, data) for sheet in shown]
    hidden = sum(1 for s in book.sheets_metadata if s.visible != SheetVisibleEnum.Visible)
    filled = [table for table in tables if table.headers]
    if hidden and filled:
        filled[0] = filled[0].with_note(
            Note("info", f"{counted(hidden, 'hidden sheet was', 'hidden sheets were')} not read.")
        )
    for note in said if filled else ():
        filled[0] = filled[0].with_note(note)
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


def _read_sheet(
    name: str, book: CalamineWorkbook, sheet: str, vocabulary: Collection[str], data: bytes
) -> TextTable:
    label = f"{name}/{sheet}"
    try:
        held = book.get_sheet_by_name(sheet)
        cells: Sequence[Sequence[object]] = held.to_python(skip_empty_area=False)
        merged = tuple(held.merged_cell_ranges or ())
    except (CalamineError, ValueError):
        another_way = read_sheet_slowly(data, sheet)
        if another_way is None:
            return _unreadable(label)
        cells, merged = another_way
    return _as_table(label, [[_as_text(value) for value in row] for row in cells], vocabulary, merged)


def _unreadable(label: str) -> TextTable:
    empty = pl.DataFrame(schema={ROW: pl.Int64, "column 1": pl.String})
    said = "The sheet is damaged or written in a way that cannot be read."
    return TextTable(label, empty, 0, notes=(Note("refused", said, "Save the sheet as CSV and bring that."),), headed=False)  # fmt: skip


def _as_text(value: object) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        return (
            value.date().isoformat()
            if value.time() == dt.time()
            else value.isoformat(sep=" ", timespec="seconds")
        )
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value)


def _as_table(
    label: str, rows: list[list[str]], vocabulary: Collection[str], merged: Sequence[Merged] = ()
) -> TextTable:
    filled = [
        Line(place, row) for place, row in enumerate(rows, start=1) if any(cell.strip() for cell in row)
    ]
    first = find_header([line.cells for line in filled], vocabulary) if filled else None
    if first is None:
        return _headless(label, filled)
    header, body = filled[first], filled[first + 1 :]
    above = filled[first - 1] if first else Line(0, [])
    plain = _untangled(header.cells, body)
    groups = _groups(above, merged, len(plain))
    found = headers_of([above.cells, plain], 1, vocabulary, groups)
    table = _assembled(label, found.names, body, found.repeated)
    if not first:
        return table
    return table.with_note(_above_the_headers(above.place, header.place, found))


def _groups(above: Line, merged: Sequence[Merged], width: int) -> list[str] | None:
    """Return a row with each merged name written over all its columns, or None where nothing is merged in it."""
    spans = [(left, right) for (top, left), (_, right) in merged if top + 1 == above.place and right > left]
    if not spans:
        return None
    groups = [*above.cells, *[""] * width][:width]
    for left, right in spans:
        groups[left : right + 1] = [above.cells[left]] * (min(right + 1, width) - left)
    return groups


def _above_the_headers(above: int, place: int, found: Headers) -> Note:
    if found.joined:
        return Note(
            "warning",
            f"The headers stand in row {above} and row {place} of the sheet; they were read together, such as '{found.joined}'.",
            "If that is not what they mean, put all of a header into one row.",
        )
    return Note(
        "warning",
        f"The headers stand in row {place} of the sheet; the rows above it were passed over as a title.",
        "If the rows above it belong to the headers, put all of a header into one row.",
    )


def _untangled(header: Sequence[str], body: Sequence[Line]) -> list[str]:
    """Return the headers; an empty one at the end, where nothing stands below either, is left out."""
    used = max((n for line in body for n, cell in enumerate(line.cells, start=1) if cell.strip()), default=0)
    named = max((n for n, cell in enumerate(header, start=1) if cell.strip()), default=0)
    return list(header[: max(used, named)])


def _headless(label: str, lines: Sequence[Line]) -> TextTable:
    names = [f"column {n + 1}" for n in range(max((len(line.cells) for line in lines), default=0))]
    return replace(_assembled(label, names, lines), headed=False)


def _assembled(
    label: str, names: list[str], lines: Sequence[Line], repeated: frozenset[str] = frozenset()
) -> TextTable:
    width = len(names)
    long = {line.place for line in lines if max(map(len, line.cells), default=0) > LONGEST_CELL}
    good = [Line(line.place, (line.cells + [""] * width)[:width]) for line in lines if line.place not in long]
    columns = [list(column) for column in zip(*(line.cells for line in good), strict=True)] or [
        [] for _ in names
    ]
    frame = pl.DataFrame(dict(zip(names, columns, strict=True)), schema=dict.fromkeys(names, pl.String))
    frame = frame.insert_column(0, pl.Series(ROW, [line.place for line in good], dtype=pl.Int64))
    empty = [name for name in names if name.startswith("column ") and frame[name].eq("").all()]
    frame = frame.drop(empty) if len(empty) < width else frame
    reason = f"A cell is longer than {LONGEST_CELL:,} signs."
    bad = faults(
        pl.Series(sorted(long), dtype=pl.Int64),
        column="",
        values=None,
        reason=reason,
        what_to_do="Look at what happened to this row.",
    )
    return TextTable(label, frame, len(lines), bad, repeated)
