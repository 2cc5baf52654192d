"""One file in, its tables of text out; a file that is not what it says is refused by its content."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

import polars as pl

from dataworkbench.errors import FileRefusedError
from dataworkbench.readers.archives import Member, unpack_gzip, unpack_zip
from dataworkbench.readers.decoding import decode
from dataworkbench.readers.delimited import read_delimited
from dataworkbench.readers.entrance import shown_name
from dataworkbench.readers.ledger import ROW, Note
from dataworkbench.readers.pieces import FileState, open_large, state_of
from dataworkbench.readers.swelling import refuse_endless_lines
from dataworkbench.readers.texttable import TextTable
from dataworkbench.readers.workbooks import read_workbook

MOST_BYTES: Final = 2 << 30
"""The largest file that is taken into memory as a whole: a workbook, a zip, a Parquet file."""
LARGE_BYTES: Final = 64 << 20
"""From this size on a file of text is read in pieces, however large it is."""
TEXT_ENDINGS: Final = (".csv", ".txt", ".tsv", ".tab", ".psv", ".dat", "")
PASSED_OVER: Final = (".json", ".md", ".toml", ".yaml", ".yml", ".html", ".log", ".ini", ".py", ".ipynb")

_MAGIC: Final[tuple[tuple[bytes, str], ...]] = (
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"SQLite format 3", "a database"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"{\\rtf", "a text-processor document"),
    (b"<!DOCTYPE", "a web page"),
    (b"<!doctype", "a web page"),
    (b"<html", "a web page"),
    (b"<?xml", "an XML file"),
)
_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0"
_PACKED: Final = (b"\x1f\x8b", b"PK\x03\x04", b"PK\x05\x06", b"PAR1", _OLD_OFFICE)


@dataclass(frozen=True)
class Part:
    """One thing to be recognised: a whole file, or a member of a zip. ``group`` is shared by what came together.

    Of a large file of text ``data`` is empty and ``path`` says where it lies; it is read in pieces.
    """

    name: str
    data: bytes
    group: str
    notes: tuple[Note, ...] = ()
    path: Path | None = None


@dataclass(frozen=True)
class Opened:
    """A file that was opened: its hash and its parts, or why it was refused."""

    sha256: str
    parts: tuple[Part, ...] = ()
    notes: tuple[Note, ...] = field(default=())


def open_file(path: Path, label: str, group: str, *, only_look: bool = False) -> Opened:
    """Return the parts of a file: itself, or the members of a zip.

    ``label`` is the name that the ledger shows; ``group`` is the folder that the file was handed over in.
    ``only_look`` leaves a large file of text without a hash, because that needs the whole of it.
    """
    if _is_large_text(path):
        return Opened("" if only_look else content_hash(path), (Part(label, b"", group, path=path),))
    data = read_steadily(path)
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        parts, notes = _parts_of(data, label, group)
    except FileRefusedError as refused:
        return Opened(sha256, notes=(Note("refused", str(refused)),))
    return Opened(sha256, parts, notes)


def content_hash(path: Path) -> str:
    """Return the hash of a file's content; a file that has not changed is read for it once."""
    return _hash_of(path.resolve(), state_of(path))


@lru_cache(maxsize=512)
def _hash_of(path: Path, state: FileState) -> str:
    del state  # only tells one state of the file from another
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _is_large_text(path: Path) -> bool:
    """Return whether a file is large, and by its first bytes neither packed, nor a workbook, nor refused as no table."""
    try:
        if path.stat().st_size <= LARGE_BYTES:
            return False
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError:
        return False
    if head.startswith(_PACKED):
        return False
    _refuse_by_content(head)
    return True


def read_steadily(path: Path) -> bytes:
    """Return the bytes of a file; one that is still being written is refused."""
    try:
        before = path.stat()
        if before.st_size > MOST_BYTES:
            raise FileRefusedError(
                f"{shown_name(path.name)} is {before.st_size >> 30} GB; at most {MOST_BYTES >> 30} GB are read. Export fewer years at once."
            )
        data = path.read_bytes()
        after = path.stat()
    except OSError as fault:
        raise FileRefusedError(
            f"{shown_name(path.name)} cannot be opened: {fault.strerror}. Check that it is there and not in use."
        ) from fault
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or len(
        data
    ) != after.st_size:
        raise FileRefusedError(
            f"{shown_name(path.name)} changed while it was being read; it may still be uploading. Wait until it is whole, then try again."
        )
    return data


def _parts_of(data: bytes, label: str, group: str) -> tuple[tuple[Part, ...], tuple[Note, ...]]:
    if data[:2] == b"\x1f\x8b":
        return (Part(label, unpack_gzip(data), group),), ()
    if data[:4] in (b"PK\x03\x04", b"PK\x05\x06") and not _is_workbook(data):
        unpacked = unpack_zip(data)
        members = tuple(_member_part(one, label) for one in unpacked.members)
        if not members:
            raise FileRefusedError("The zip is empty. Ask who sent it for a new export.")
        return members, unpacked.notes
    return (Part(label, data, group),), ()


def _member_part(member: Member, label: str) -> Part:
    data = member.data
    name = member.name
    if data[:2] == b"\x1f\x8b":
        data, name = unpack_gzip(data), name.removesuffix(".gz")
    return Part(f"{label}/{name}", data, label)


def _is_workbook(data: bytes) -> bool:
    """Return whether a zip is an .xlsx, .xlsm, .xlsb or .ods, by the names that such files hold."""
    tail = data[-65_536:]
    return any(
        name in tail for name in (b"xl/workbook", b"xl/worksheets", b"mimetypeapplication/vnd.oasis")
    ) or (data[30:38] == b"mimetype" and b"opendocument.spreadsheet" in data[:120])


def read_part(part: Part, vocabulary: Collection[str]) -> list[TextTable]:
    """Return the tables of a part: one for a delimited file, one for each filled sheet of a workbook."""
    if part.path is not None:
        return [open_large(part.name, part.path, vocabulary)]
    data = part.data
    if len(data) > LARGE_BYTES and not data.startswith(_PACKED):
        _refuse_by_content(data)
        return [open_large(part.name, data, vocabulary)]
    if not data.strip(b"\0 \r\n\t"):
        raise FileRefusedError(
            "The file is empty. Export it again, and look whether it holds rows before you bring it."
        )
    if data[:4] == b"PAR1":
        return [_read_parquet(part.name, data)]
    if data[:4] == _OLD_OFFICE or _is_zip(data):
        return read_workbook(part.name, data, vocabulary)
    _refuse_by_content(data)
    refuse_endless_lines(data)
    return [read_delimited(part.name, decode(data), vocabulary)]


def _is_zip(data: bytes) -> bool:
    if data[:4] != b"PK\x03\x04":
        return False
    if not _is_workbook(data):
        raise FileRefusedError("A zip inside a zip is not opened. Unpack it and bring the files.")
    return True


def _refuse_by_content(data: bytes) -> None:
    for magic, what in _MAGIC:
        if data.lstrip()[: len(magic)] == magic:
            raise FileRefusedError(
                f"By its content this is {what}, whatever its name says. Export the table as CSV or Excel."
            )
    if data[:1] == b"\x80" and data[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05"):
        raise FileRefusedError(
            "By its content this is a Python pickle, which can run programs. It is never opened. Export the table as CSV or Excel."
        )
    head = data[:4096]
    odd = sum(1 for byte in head if byte < 9 or 13 < byte < 32)
    if odd > 0.3 * len(head) and head.count(0) < 0.2 * len(head):
        raise FileRefusedError(
            "By its content this is not a table of text. Export the table as CSV or Excel."
        )


def _read_parquet(name: str, data: bytes) -> TextTable:
    try:
        frame = pl.read_parquet(io.BytesIO(data))
    except pl.exceptions.PolarsError as fault:
        raise FileRefusedError("The Parquet file is damaged. Make it again.") from fault
    flat = frame.select(
        [_text_of(frame[column]) for column in frame.columns if not frame[column].dtype.is_nested()]
    )
    lines = pl.int_range(1, flat.height + 1, dtype=pl.Int64, eager=True).alias(ROW)
    return TextTable(name, flat.insert_column(0, lines), flat.height)


def _text_of(values: pl.Series) -> pl.Series:
    if values.dtype.is_float():
        whole = values.is_null() | (values == values.round(0)) & (values.abs() < 1e15)
        if whole.all():
            values = values.cast(pl.Int64, strict=False)
    if values.dtype == pl.Boolean:
        values = values.replace_strict({True: "TRUE", False: "FALSE"}, return_dtype=pl.String)
    return values.cast(pl.String).fill_null("")


def is_passed_over(name: str) -> bool:
    """Return whether a file is of a kind that never holds a district's tables."""
    return name.casefold().endswith(PASSED_OVER) or name.startswith((".", "~$"))
