"""Other ways to quote: dumps of databases write 'headers' so, and a backslash before a quotation mark in a cell.

Such text is turned into the usual kind before it is parted into cells; no line is added or taken away.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from dataworkbench.readers.ledger import Note

HEAD_BYTES: Final = 1 << 16
_SINGLE: Final = re.compile(rb"\s*'[^'\n]*'(?:([,;\t|])'[^'\n]*'){2,}\s*(?:\n|$)")
_ESCAPED: Final = re.compile(rb'[^"\\,;\t|\r\n](?:\\\\)*\\"[^",;\t|\r\n]')
_DOUBLE_CELL: Final = re.compile(rb'(?<![^,;\t|\n])"((?:[^"\\]|\\.|"")*)"(?=[,;\t|\r\n]|$)', re.DOTALL)
_SINGLE_CELL: Final = re.compile(rb"(?<![^,;\t|\n])'((?:[^'\\\n]|\\.|'')*)'(?=[,;\t|\r\n]|$)")
_BACKSLASHED: Final = re.compile(rb"\\(.)", re.DOTALL)


class Plain(NamedTuple):
    """Text with the usual quotation marks, and what was said about it."""

    data: bytes
    notes: tuple[Note, ...] = ()


def plain_quotes(data: bytes) -> Plain:
    """Return delimited text in which cells stand in double quotes and a quote inside is written twice.

    Text that is of the usual kind already comes back as it is.
    """
    single = _SINGLE.match(data[:HEAD_BYTES]) is not None
    escaped = b"\\" in data and b'\\"' in data and (single or _ESCAPED.search(data) is not None)
    if not single and not escaped:
        return Plain(data)
    data = _DOUBLE_CELL.sub(_usual, data)
    if single:
        data = _SINGLE_CELL.sub(_usual, data)
    said = (
        "Headers stand in single quotes"
        if single
        else "Quotation marks in cells have a backslash before them"
    )
    return Plain(data, (Note("info", f"{said}, as databases write them; the file was read so."),))


def _usual(found: re.Match[bytes]) -> bytes:
    single = found[0][:1] == b"'"
    inside = found[1].replace(b"''", b"'") if single else found[1].replace(b'""', b'"')
    inside = _BACKSLASHED.sub(rb"\1", inside)
    return b'"' + inside.replace(b'"', b'""') + b'"'
