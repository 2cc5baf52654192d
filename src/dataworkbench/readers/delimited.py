"""Delimited text: its delimiter, its header row, and its rows by a fast way and a careful one.

The fast way is taken where nothing is odd, and it proves that nothing was: lines and delimiters are counted and
must come out even. Otherwise the careful way reads line by line and sets aside what it cannot make out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import polars as pl

from dataworkbench.readers.decoding import Decoded
from dataworkbench.readers.dialects import plain_quotes
from dataworkbench.readers.headers import Headers, find_header, headers_of
from dataworkbench.readers.ledger import FAULTS_SCHEMA, ROW, Note
from dataworkbench.readers.texttable import LONGEST_CELL, SPACES, TextTable

DELIMITERS: Final = (",", "\t", ";", "|")
_NAMES: Final = {"\t": "a tab", ";": "a semicolon", "|": "a bar"}
HEAD_BYTES: Final = 1 << 18
MOST_LINES_IN_A_CELL: Final = 100


class Record(NamedTuple):
    """One record of a delimited file: its first and last line, and its cells (None where a quote never closes)."""

    first: int
    last: int
    cells: list[str] | None


@dataclass(frozen=True)
class Layout:
    """How a delimited file is laid out: delimiter, headers, and the last line of the header row (0 for none)."""

    delimiter: str
    headers: tuple[str, ...]
    repeated: frozenset[str]
    header_line: int
    notes: tuple[Note, ...]


def read_delimited(name: str, decoded: Decoded, vocabulary: Collection[str]) -> TextTable:
    """Return the table of a delimited file; one row is one record with the line on which it begins."""
    data, quoting = plain_quotes(decoded.data)
    layout = find_layout(data, vocabulary)
    return table_of(name, replace(decoded, data=data, notes=(*decoded.notes, *quoting)), layout)


def table_of(name: str, decoded: Decoded, layout: Layout) -> TextTable:
    """Return the table that some text holds, laid out as it is known to be; one row is one record with its line."""
    frame = read_fast(decoded.data, layout) if decoded.clean and layout.headers else None
    bad = pl.DataFrame(schema=FAULTS_SCHEMA)
    if frame is None:
        frame, bad = read_carefully(decoded.data, layout)
    if layout.header_line:
        frame = _without_unnamed_empty_columns(frame)
    return TextTable(
        name,
        frame,
        frame.height + bad.height,
        bad,
        layout.repeated,
        (*decoded.notes, *layout.notes),
        bool(layout.header_line),
    )


def find_layout(data: bytes, vocabulary: Collection[str]) -> Layout:
    """Return delimiter and headers, from the first lines of a file."""
    lines = _head_lines(data)
    delimiter = _find_delimiter(lines)
    records = [
        one
        for one in split_records(lines, delimiter)
        if one.cells and any(c.strip(SPACES) for c in one.cells)
    ]
    place = find_header([one.cells or [] for one in records], vocabulary)
    notes: list[Note] = []
    if delimiter in _NAMES:
        notes.append(
            Note("warning" if delimiter == ";" else "info", f"The cells are parted by {_NAMES[delimiter]}.")
        )
    if place is None:
        return _without_headers(delimiter, records, notes)
    header = records[place]
    found = headers_of([one.cells or [] for one in records], place, vocabulary)
    if place:
        notes.append(_above_the_headers(header.first, found))
    return Layout(delimiter, tuple(found.names), found.repeated, header.last, tuple(notes))


def _above_the_headers(line: int, found: Headers) -> Note:
    if found.joined:
        return Note(
            "warning",
            f"The headers stand in two rows, the second on line {line}; they were read together, such as '{found.joined}'.",
        )
    return Note(
        "warning", f"The headers stand on line {line}; the lines above it were passed over as a title."
    )


def _without_headers(delimiter: str, records: Sequence[Record], notes: list[Note]) -> Layout:
    width = max((len(one.cells or []) for one in records), default=0)
    return Layout(delimiter, tuple(f"column {n + 1}" for n in range(width)), frozenset(), 0, tuple(notes))


def _head_lines(data: bytes) -> list[str]:
    head = data[:HEAD_BYTES]
    if len(data) > HEAD_BYTES and b"\n" in head:
        head = head[: head.rindex(b"\n")]
    return _lines_of(head)[:400]


def _lines_of(data: bytes) -> list[str]:
    return [line.decode("utf-8", errors="replace") for line in byte_lines(data)]


def byte_lines(data: bytes) -> list[bytes]:
    """Return the lines of some text, whichever signs end them."""
    lines = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    if lines and not lines[-1]:
        lines.pop()
    return lines


def _find_delimiter(lines: Sequence[str]) -> str:
    def evenness(delimiter: str) -> tuple[int, int]:
        widths = [len(one.cells) for one in split_records(lines[:80], delimiter) if one.cells]
        wide = [width for width in widths if width > 1]
        if not wide:
            return 0, 0
        usual = max(set(wide), key=lambda width: (wide.count(width), width))
        return wide.count(usual), usual

    return max(DELIMITERS, key=evenness)


def split_records(lines: Sequence[str], delimiter: str) -> Iterator[Record]:
    """Yield the records of some lines. A quote that does not close within a hundred lines spoils its line only."""
    place = 0
    while place < len(lines):
        line = lines[place]
        if '"' not in line:
            yield Record(place + 1, place + 1, line.split(delimiter))
            place += 1
            continue
        cells, used = _quoted_record(lines, place, delimiter)
        yield Record(place + 1, place + used, cells)
        place += used


def _quoted_record(lines: Sequence[str], place: int, delimiter: str) -> tuple[list[str] | None, int]:
    text = lines[place]
    for used in range(1, MOST_LINES_IN_A_CELL + 1):
        cells = _split_quoted(text, delimiter)
        if cells is not None:
            return cells, used
        if place + used >= len(lines):
            break
        text += "\n" + lines[place + used]
    return None, 1


def _split_quoted(text: str, delimiter: str) -> list[str] | None:
    """Return the cells of a text in which quotes may stand, or None where one is left open."""
    cells: list[str] = []
    place = 0
    while True:
        cell = ""
        if text[place : place + 1] == '"':
            end = _closing_quote(text, place + 1)
            if end < 0:
                return None
            cell = text[place + 1 : end].replace('""', '"')
            place = end + 1
        stop = text.find(delimiter, place)
        cells.append(cell + (text[place:] if stop < 0 else text[place:stop]))
        if stop < 0:
            return cells
        place = stop + 1


def _closing_quote(text: str, place: int) -> int:
    while True:
        place = text.find('"', place)
        if place < 0 or text[place + 1 : place + 2] != '"':
            return place
        place += 2


def read_fast(data: bytes, layout: Layout) -> pl.DataFrame | None:
    """Return the rows as polars reads them, or None where the counts do not come out even."""
    names = list(layout.headers)
    ends = b"\n" if not data.endswith(b"\n") else b""
    lines = data.count(b"\n") + len(ends) - layout.header_line
    if lines <= 0:
        return pl.DataFrame(schema={ROW: pl.Int64, **dict.fromkeys(names, pl.String)})
    try:
        frame = pl.read_csv(
            data, has_header=False, skip_lines=layout.header_line, separator=layout.delimiter, infer_schema=False,
            schema=dict.fromkeys(names, pl.String), empty_string_is_null=False, truncate_ragged_lines=False,
        )  # fmt: skip
    except pl.exceptions.PolarsError:
        return None
    inside = _counted_inside(frame, "\n") if b'"' in data else None
    if frame.height + (int(inside.sum()) if inside is not None else 0) != lines:
        return None
    if not _delimiters_even(data, frame, layout) or _has_too_long_cell(frame):
        return None
    return _without_blank_rows(_with_lines(frame, inside, layout.header_line))


def _counted_inside(frame: pl.DataFrame, sign: str) -> pl.Series:
    return frame.select(
        pl.sum_horizontal(pl.all().str.count_matches(sign, literal=True).fill_null(0)).alias("n")
    )["n"]


def _delimiters_even(data: bytes, frame: pl.DataFrame, layout: Layout) -> bool:
    place = 0
    for _ in range(layout.header_line):
        place = data.index(b"\n", place) + 1
    there = data.count(layout.delimiter.encode(), place)
    inside = int(_counted_inside(frame, layout.delimiter).sum()) if b'"' in data else 0
    return there == frame.height * (frame.width - 1) + inside


def _has_too_long_cell(frame: pl.DataFrame) -> bool:
    longest = frame.select(pl.max_horizontal(pl.all().str.len_bytes().max())).item()
    return longest is not None and longest > LONGEST_CELL


def _with_lines(frame: pl.DataFrame, inside: pl.Series | None, header_line: int) -> pl.DataFrame:
    places = pl.int_range(1, frame.height + 1, dtype=pl.Int64, eager=True) + header_line
    if inside is not None and inside.sum():
        places = places + inside.cast(pl.Int64).cum_sum().shift(1, fill_value=0)
    return frame.insert_column(0, places.alias(ROW))


def _without_blank_rows(frame: pl.DataFrame) -> pl.DataFrame:
    first = frame.columns[1]
    maybe = frame[first].str.strip_chars(SPACES) == ""
    if not maybe.any():
        return frame
    blank = pl.all_horizontal(pl.exclude(ROW).str.strip_chars(SPACES) == "")
    return frame.filter(~blank)


def read_carefully(data: bytes, layout: Layout) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the rows that could be made out, and those that could not with the reason."""
    lines, spoiled = _decoded_lines(data)
    width = len(layout.headers)
    good: list[list[str]] = []
    places: list[int] = []
    bad: list[tuple[int, str, str, str, str]] = []
    for record in split_records(lines, layout.delimiter):
        if record.first <= layout.header_line or _is_blank(record):
            continue
        fault = _fault_of(record, width, spoiled)
        if fault is None:
            good.append((record.cells or [])[:width])
            places.append(record.first)
        else:
            bad.append((record.first, "", lines[record.first - 1][:60].replace("\0", "␀"), *fault))
    columns = [list(column) for column in zip(*good, strict=True)] if good else [[] for _ in range(width)]
    frame = pl.DataFrame(
        dict(zip(layout.headers, columns, strict=True)),
        schema=dict.fromkeys(layout.headers, pl.String),
    )
    return frame.insert_column(0, pl.Series(ROW, places, dtype=pl.Int64)), pl.DataFrame(
        bad, schema=FAULTS_SCHEMA, orient="row"
    )


def _decoded_lines(data: bytes) -> tuple[list[str], dict[int, str]]:
    """Return the lines as text, and what is wrong with those that are not text."""
    lines: list[str] = []
    spoiled: dict[int, str] = {}
    for number, line in enumerate(byte_lines(data), start=1):
        try:
            lines.append(line.decode("utf-8"))
        except UnicodeDecodeError:
            lines.append(line.decode("utf-8", errors="replace"))
            spoiled[number] = "some letters are in another encoding than the rest of the file"
        if b"\0" in line:
            spoiled[number] = "there are zero bytes in it, which no text has"
    return lines, spoiled


def _is_blank(record: Record) -> bool:
    return record.cells is not None and not any(cell.strip(SPACES) for cell in record.cells)


def _fault_of(record: Record, width: int, spoiled: dict[int, str]) -> tuple[str, str] | None:
    if spoiled:
        for line in range(record.first, record.last + 1):
            if line in spoiled:
                return f"The row cannot be read: {spoiled[line]}.", "Export the file again as UTF-8."
    cells = record.cells
    if cells is None:
        return "A quotation mark is opened in this row and never closed.", "Put the row right in the file."
    if len(cells) < width:
        return (
            f"The row has {len(cells)} cells where there are {width} headers.",
            "Put the row right in the file.",
        )
    if len(cells) > width and any(cell.strip(SPACES) for cell in cells[width:]):
        return (
            f"The row has {len(cells)} cells where there are {width} headers.",
            "Put cells that hold commas in quotation marks.",
        )
    if max(map(len, cells), default=0) > LONGEST_CELL:
        return (
            f"A cell is longer than {LONGEST_CELL:,} signs, which no spreadsheet can hold.",
            "Look at what happened to this row.",
        )
    return None


def _without_unnamed_empty_columns(frame: pl.DataFrame) -> pl.DataFrame:
    unnamed = [name for name in frame.columns if name.startswith("column ")]
    empty = [name for name in unnamed if frame[name].str.strip_chars(SPACES).eq("").all()]
    return frame.drop(empty) if len(empty) < frame.width - 1 else frame
