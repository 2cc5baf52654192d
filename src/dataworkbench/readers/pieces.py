"""A large file of delimited text, read in pieces: each text is kept once, and a row holds the number of its text.

So a file of many millions of rows takes a fraction of its size in memory. A piece is read by the quickest way that
proves that nothing in it is odd; where something is, by a slower one, down to line by line.
"""

from __future__ import annotations

import io
from collections import deque
from collections.abc import Collection, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Final, NamedTuple

import polars as pl

from dataworkbench.errors import FileRefusedError
from dataworkbench.readers.decoding import Decoded, decode, looks_like_utf16
from dataworkbench.readers.delimited import (
    Layout,
    byte_lines,
    find_layout,
    read_carefully,
    read_fast,
    table_of,
)
from dataworkbench.readers.dialects import plain_quotes
from dataworkbench.readers.ledger import FAULTS_SCHEMA, ROW, Note, faults
from dataworkbench.readers.swelling import endless, refuse_endless_lines
from dataworkbench.readers.texttable import LONGEST_CELL, TextTable, texts_of

PIECE_BYTES: Final = 1 << 25
SMALL_PIECE_BYTES: Final = 1 << 16
"""A piece in which something is odd is cut into smaller ones, down to this size."""
HEAD_BYTES: Final = 1 << 20
LONGEST_LINE: Final = 1 << 27
"""No line of a table is so many bytes long; a file with such a line is refused before memory fills up."""
_AT_ONCE: Final = 2
_PARTS: Final = 8
_CUTS_TRIED: Final = 200
_PIECES_FOR_A_CELL: Final = 4


_NONE_BAD: Final = pl.DataFrame(schema=FAULTS_SCHEMA)


class FileState(NamedTuple):
    """By what a file is seen to have changed: its size, and when it was written."""

    size: int
    written: int


class Piece(NamedTuple):
    """The rows of one piece with their lines in it, those that could not be read, and how many lines it has."""

    rows: pl.DataFrame
    bad: pl.DataFrame
    lines: int
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class LargeText:
    """A large delimited file that was looked at and not read yet; what came in a zip is there as bytes."""

    name: str
    source: Path | bytes
    layout: Layout
    state: FileState
    notes: tuple[Note, ...] = ()

    def whole(self, headers: Collection[str]) -> TextTable:
        """Return the file with some of its columns; one row is one record, with the line on which it begins."""
        return _read_whole(self, [name for name in self.layout.headers if name in set(headers)])


def state_of(path: Path) -> FileState:
    """Return by what it can be seen later whether a file has changed."""
    told = path.stat()
    return FileState(told.st_size, told.st_mtime_ns)


def _state_of_source(source: Path | bytes) -> FileState:
    return state_of(source) if isinstance(source, Path) else FileState(len(source), 0)


def _opened(source: Path | bytes) -> IO[bytes]:
    return source.open("rb") if isinstance(source, Path) else io.BytesIO(source)


def open_large(name: str, source: Path | bytes, vocabulary: Collection[str]) -> TextTable:
    """Return the first rows of a large file, with the way to the whole of it."""
    state = _state_of_source(source)
    with _opened(source) as file:
        head = file.read(HEAD_BYTES)
    _refuse_what_has_no_lines(name, head)
    refuse_endless_lines(head)
    head = head[: head.rindex(b"\n") + 1]
    decoded = _plainly_quoted(decode(head))
    layout = find_layout(decoded.data, vocabulary)
    large = LargeText(name, source, layout, state, decoded.notes)
    return replace(table_of(name, decoded, layout), large=large)


def _plainly_quoted(decoded: Decoded) -> Decoded:
    data, notes = plain_quotes(decoded.data)
    return replace(decoded, data=data, notes=(*decoded.notes, *notes))


def _refuse_what_has_no_lines(name: str, head: bytes) -> None:
    if looks_like_utf16(head):
        raise FileRefusedError(
            f"{name} is in UTF-16 and too large to be turned into UTF-8 here. Save it as 'CSV UTF-8' and bring it again."
        )
    if b"\n" not in head:
        raise endless("first line", len(head))


def _read_whole(large: LargeText, wanted: list[str]) -> TextTable:
    books = {name: pl.Categories.random() for name in wanted}
    pieces = list(_read_pieces(large, books))
    if _state_of_source(large.source) != large.state:
        raise FileRefusedError(
            f"{large.name} changed while it was being read; it may still be uploading. Wait until it is whole, then try again."
        )
    kinds: dict[str, pl.DataType] = {name: pl.Categorical(book) for name, book in books.items()}
    frame = pl.concat([pl.DataFrame(schema={ROW: pl.Int64(), **kinds}), *(piece.rows for piece in pieces)])
    bad = pl.concat([pl.DataFrame(schema=FAULTS_SCHEMA), *(piece.bad for piece in pieces)])
    frame, long = _without_long_cells(frame, wanted)
    bad = pl.concat([bad, long])
    notes = dict.fromkeys(
        (*large.notes, *large.layout.notes, *(note for one in pieces for note in one.notes))
    )
    return TextTable(
        large.name, frame, frame.height + bad.height, bad, large.layout.repeated, tuple(notes), bool(large.layout.header_line)
    )  # fmt: skip


def _read_pieces(large: LargeText, books: dict[str, pl.Categories]) -> Iterator[Piece]:
    """Yield the pieces in their order, each with the lines of the whole file; a few are read at once."""
    line = 0
    with _opened(large.source) as file, ThreadPoolExecutor(_AT_ONCE) as crew:
        waiting: deque[Future[Piece]] = deque()
        for number, data in enumerate(cut_into_pieces(file, PIECE_BYTES)):
            layout = replace(large.layout, header_line=0) if number else large.layout
            waiting.append(crew.submit(_read_piece, data, layout, books))
            if len(waiting) > _AT_ONCE:
                yield _moved(piece := waiting.popleft().result(), line)
                line += piece.lines
        for one in waiting:
            yield _moved(piece := one.result(), line)
            line += piece.lines


def _moved(piece: Piece, line: int) -> Piece:
    """Return a piece whose lines are counted from the beginning of the file."""
    rows = piece.rows.with_columns(pl.col(ROW) + line)
    bad = piece.bad.with_columns(pl.col("row") + line) if piece.bad.height else piece.bad
    return piece._replace(rows=rows, bad=bad)


def cut_into_pieces(file: IO[bytes], size: int) -> Iterator[bytes]:
    """Yield a file in pieces that end with a line, outside of quotation marks as far as that can be told."""
    held = b""
    while block := file.read(size):
        held += block + _rest_of_line(file, block)
        cut = _end_of_rows(held, whole_cells=len(held) < _PIECES_FOR_A_CELL * size)
        if cut:
            yield held if cut == len(held) else held[:cut]
            held = held[cut:]
    if held:
        yield held


def _rest_of_line(file: IO[bytes], block: bytes) -> bytes:
    if block.endswith(b"\n"):
        return b""
    rest = file.readline(LONGEST_LINE)
    if len(rest) == LONGEST_LINE and not rest.endswith(b"\n"):
        raise endless("line somewhere in it", LONGEST_LINE)
    return rest


def _end_of_rows(held: bytes, *, whole_cells: bool) -> int:
    """Return where the last whole row ends: a line end with an even number of quotation marks before it.

    Without ``whole_cells`` the last line end is taken, where no other is found: a quotation mark was never closed.
    """
    last = cut = len(held) if held.endswith(b"\n") else held.rfind(b"\n") + 1
    quotes = held.count(b'"', 0, cut)
    for _ in range(_CUTS_TRIED):
        if quotes % 2 == 0 or not cut:
            break
        earlier = held.rfind(b"\n", 0, held.rfind(b'"', 0, cut)) + 1
        quotes -= held.count(b'"', earlier, cut)
        cut = earlier
    even = cut if quotes % 2 == 0 else 0
    return even if even or whole_cells else last


def _read_piece(data: bytes, layout: Layout, books: dict[str, pl.Categories]) -> Piece:
    decoded = _plainly_quoted(decode(data))
    return _read_decoded(decoded.data, layout, books, clean=decoded.clean)._replace(notes=decoded.notes)


def _read_decoded(data: bytes, layout: Layout, books: dict[str, pl.Categories], *, clean: bool) -> Piece:
    """Return the rows of a piece: as a whole where nothing is odd, else in smaller ones, so that little is read slowly."""
    plain = _read_plain(data, layout, books) if clean else None
    if plain is not None:
        return Piece(plain, _NONE_BAD, plain.height + layout.header_line)
    rows, bad = read_fast(data, layout) if clean else None, _NONE_BAD
    if rows is None and len(data) > SMALL_PIECE_BYTES:
        return _read_smaller(data, layout, books)
    if rows is None:
        rows, bad = read_carefully(data, layout)
    kept = rows.select(ROW, *(pl.col(name).cast(pl.Categorical(book)) for name, book in books.items()))
    return Piece(kept, bad, len(byte_lines(data)))


def _read_smaller(data: bytes, layout: Layout, books: dict[str, pl.Categories]) -> Piece:
    line, found = 0, []
    size = max(len(data) // _PARTS, SMALL_PIECE_BYTES // 2)
    for number, part in enumerate(cut_into_pieces(io.BytesIO(data), size)):
        inside = replace(layout, header_line=0) if number else layout
        piece = _moved(_read_decoded(part, inside, books, clean=_is_clean(part)), line)
        line += piece.lines
        found.append(piece)
    return Piece(pl.concat([one.rows for one in found]), pl.concat([one.bad for one in found]), line)


def _is_clean(data: bytes) -> bool:
    """Return whether a part of some text is UTF-8 with line ends of one kind, and has no zero bytes."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return b"\0" not in data and data.count(b"\r") == data.count(b"\r\n")


def _read_plain(data: bytes, layout: Layout, books: dict[str, pl.Categories]) -> pl.DataFrame | None:
    """Return the rows of a piece in which nothing is quoted or odd, so that each line is one of them; else None.

    Too long rows are an error of the reading itself. In a short one the last column is empty; where it ever is,
    delimiters are counted.
    """
    if b'"' in data or not layout.headers:
        return None
    names = layout.headers
    last = {names[-1]: pl.Categorical(pl.Categories.random())}
    wanted = {name: pl.Categorical(book) for name, book in books.items()}
    schema = dict.fromkeys(names, pl.String) | last | wanted
    try:
        frame = pl.read_csv(data, has_header=False, skip_lines=layout.header_line, separator=layout.delimiter,
                            schema=schema, empty_string_is_null=False)  # fmt: skip
    except pl.exceptions.PolarsError:
        return None
    if frame[names[-1]].null_count() and not _even(data, frame, layout):
        return None
    kept = frame.select(list(books)) if books else frame.select(names[-1])
    if not kept.filter(pl.all_horizontal(pl.all().is_null())).is_empty():
        return None
    places = pl.int_range(1, frame.height + 1, dtype=pl.Int64, eager=True) + layout.header_line
    return kept.insert_column(0, places.alias(ROW))


def _even(data: bytes, frame: pl.DataFrame, layout: Layout) -> bool:
    place = 0
    for _ in range(layout.header_line):
        place = data.index(b"\n", place) + 1
    return data.count(layout.delimiter.encode(), place) == frame.height * (frame.width - 1)


def _without_long_cells(frame: pl.DataFrame, names: list[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the rows without those that hold a cell no spreadsheet can hold, and what is said about these."""
    long = pl.Series(values=[], dtype=pl.Int64)
    for name in names:
        texts, places = texts_of(frame[name])
        odd = texts.str.len_bytes() > LONGEST_CELL
        if odd.any():
            long = pl.concat([long, frame[ROW].filter(odd.gather(places).fill_null(value=False))])
    found = faults(long.unique().sort(), column="", values=None,
                   reason=f"A cell is longer than {LONGEST_CELL:,} signs, which no spreadsheet can hold.",
                   what_to_do="Look at what happened to this row.")  # fmt: skip
    return (frame.filter(~pl.col(ROW).is_in(long.implode())) if long.len() else frame), found
