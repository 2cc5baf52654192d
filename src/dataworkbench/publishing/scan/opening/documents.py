"""PDF: the words in its streams and in what it says of itself, as far as they can be read without drawing it."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import Final

from dataworkbench.publishing.scan.opening.pieces import DATA, TEXT, Flow, Piece, Run, Trouble, beside

_STREAM: Final = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
_ARRAY: Final = re.compile(rb"\[((?:\\.|[^\]\\])*)\]\s*TJ", re.DOTALL)
_LITERAL: Final = re.compile(rb"\(((?:\\.|[^()\\]|\((?:\\.|[^()\\])*\))*)\)", re.DOTALL)
_HEX: Final = re.compile(rb"<([0-9A-Fa-f\s]{2,})>")
_CODED: Final = re.compile(rb"/Identity-H|/Encrypt\b|/Type0\b|/ToUnicode\b|/Differences\b")
_MOST: Final = 100_000_000


def open_pdf(content: bytes, place: str) -> Iterator[Piece]:
    """Give the words of a PDF. One whose letters are numbers of glyphs, or that is locked, is told as not readable."""
    streams = [_inflated(match.group(1)) for match in _STREAM.finditer(content)]
    whole = b"\n".join((content, *streams))
    yield Flow(
        (
            Run(beside(place, "its text"), _words(whole)),
            Run(beside(place, "its source"), whole.decode("latin-1")),
        ),
        TEXT,
    )
    yield Flow(
        (Run(beside(place, "its source"), whole.replace(b"\0", b"").decode("utf-8", errors="ignore")),), DATA
    )
    if _CODED.search(whole):
        yield Trouble(
            place,
            "unreadable",
            "is a PDF whose letters are coded, so its words could not be read for certain",
        )
    if b"%%EOF" not in content[-2000:]:
        yield Trouble(place, "unreadable", "is a PDF that breaks off")
    yield Trouble(place, "unknown kind", "is a PDF; the numbers in it can't be held against the release")


def _inflated(held: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(held, _MOST)
    except zlib.error:
        return held


def _words(held: bytes) -> str:
    """Return the strings of a PDF one after the other; pieces of one line that stand apart to be spaced are put together."""
    joined = _ARRAY.sub(lambda m: b"(" + b"".join(_strings(m.group(1))) + b")", held)
    return "\n".join(_decoded(text) for text in _strings(joined))


def _strings(held: bytes) -> list[bytes]:
    found = [(m.start(), m.group(1)) for m in _LITERAL.finditer(held)]
    found += [(m.start(), _from_hex(m.group(1))) for m in _HEX.finditer(held)]
    return [text for _, text in sorted(found)]


def _from_hex(held: bytes) -> bytes:
    digits = re.sub(rb"\s", b"", held)
    return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))


def _decoded(text: bytes) -> str:
    plain = re.sub(rb"\\([0-7]{1,3})", lambda m: bytes([int(m.group(1), 8) & 255]), text)
    plain = re.sub(rb"\\(.)", rb"\1", plain)
    if plain.startswith(b"\xfe\xff"):
        return plain[2:].decode("utf-16-be", errors="replace")
    return plain.decode("latin-1")
