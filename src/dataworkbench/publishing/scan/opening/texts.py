"""Bytes read as text, and the readable strings in bytes that are no text."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Final

from dataworkbench.publishing.scan.opening.pieces import DATA, Flow, Piece, Run, Trouble, beside

_ASCII: Final = re.compile(rb"[\x20-\x7e\xc2-\xf4\x80-\xbf]{4,}")
_WIDE: Final = re.compile(rb"(?:[\x20-\x7e\xa1-\xff]\x00){4,}")
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def as_text(content: bytes) -> tuple[str, bool]:
    """Return bytes as text, and whether they are text for certain."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content.decode(encoding, errors="replace"), True
    try:
        return content.decode("utf-8"), b"\x00" not in content
    except UnicodeDecodeError:
        return content.decode("latin-1"), False


def strings(content: bytes, place: str) -> Iterator[Piece]:
    """Give the readable strings in bytes, in one byte a letter and in two."""
    found = [m.group().decode("utf-8", errors="ignore") for m in _ASCII.finditer(content)]
    found += [m.group().decode("utf-16-le", errors="ignore") for m in _WIDE.finditer(content)]
    if found:
        yield Flow(tuple(Run(beside(place, "a readable string"), text) for text in found), DATA)


def not_text(place: str) -> Trouble:
    """Return what to say where a text file holds bytes that are no text."""
    return Trouble(
        place, "unreadable", "holds bytes that are not text (UTF-8), so it could not be read for certain"
    )
