"""Pictures: the words in their chunks (text, EXIF, XMP), and bytes behind their end."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import Final

from dataworkbench.publishing.scan.opening.pieces import DATA, Flow, Piece, Run, Trouble, beside
from dataworkbench.publishing.scan.opening.texts import strings

_PNG_PLAIN: Final = frozenset(
    "IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB bKGD hIST pHYs sPLT tIME cICP acTL fcTL fdAT".split()  # noqa: SIM905 - names are read as a text
)
_MOST: Final = 20_000_000
_STANDALONE: Final = {0x01, *range(0xD0, 0xD8)}


def open_image(content: bytes, kind: str, place: str) -> Iterator[Piece]:
    """Give the words that a picture carries beside what it shows. What it shows is not read."""
    reader = {"png": _png, "jpeg": _jpeg, "gif": _gif, "webp": _webp}[kind]
    try:
        yield from reader(content, place)
    except (struct.error, IndexError, zlib.error):
        yield Trouble(place, "unreadable", "is a picture that breaks off")
        yield from strings(content, place)


def _png(content: bytes, place: str) -> Iterator[Piece]:
    at = 8
    while True:
        size, name = struct.unpack_from(">I4s", content, at)
        held = content[at + 8 : at + 8 + size]
        if len(held) < size:
            raise IndexError(size)
        at += 12 + size
        kind = name.decode("latin-1")
        if kind not in _PNG_PLAIN:
            yield from _chunk(held, beside(place, f"chunk {kind}"))
        if kind == "IEND":
            break
    yield from _behind(content[at:], place)


def _chunk(held: bytes, place: str) -> Iterator[Piece]:
    yield Trouble(place, "hidden part", "is a part of a picture that is not shown")
    yield Flow((Run(place, held.decode("utf-8", errors="replace")), Run(place, held.decode("latin-1"))), DATA)
    yield from strings(held, place)
    for start in range(len(held)):
        if held[start : start + 1] == b"\x78":
            unpacked = _inflated(held[start:])
            if unpacked:
                yield Flow((Run(place, unpacked.decode("utf-8", errors="replace")),), DATA)


def _inflated(held: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(held, _MOST)
    except zlib.error:
        return b""


def _jpeg(content: bytes, place: str) -> Iterator[Piece]:
    at = 2
    while True:
        if content[at] != 0xFF:
            raise IndexError(at)
        marker = content[at + 1]
        at += 2
        if marker == 0xD9:
            break
        if marker in _STANDALONE or marker == 0xFF:
            at -= marker == 0xFF
            continue
        (size,) = struct.unpack_from(">H", content, at)
        held = content[at + 2 : at + size]
        if len(held) < size - 2:
            raise IndexError(size)
        if marker == 0xFE or (0xE1 <= marker <= 0xEF and marker != 0xEE):
            yield from _chunk(held, beside(place, f"segment {marker:02X}"))
        at += size
        if marker == 0xDA:
            at = _after_scan(content, at)
    yield from _behind(content[at:], place)


def _after_scan(content: bytes, at: int) -> int:
    while True:
        at = content.index(b"\xff", at) if b"\xff" in content[at:] else len(content)
        if content[at + 1] not in (0, *range(0xD0, 0xD8)):
            return at
        at += 2


def _gif(content: bytes, place: str) -> Iterator[Piece]:
    flags = content[10]
    at = 13 + (3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0)
    while content[at] != 0x3B:
        if content[at] == 0x2C:
            local = content[at + 9]
            at += 11 + (3 * 2 ** ((local & 7) + 1) if local & 0x80 else 0)
            _, at = _blocks(content, at)
            continue
        label = content[at + 1]
        held, at = _blocks(content, at + 2)
        if label == 0xFE or (label == 0xFF and not held.startswith(b"NETSCAPE2.0")):
            yield from _chunk(held, beside(place, "a comment"))
    yield from _behind(content[at + 1 :], place)


def _blocks(content: bytes, at: int) -> tuple[bytes, int]:
    held = b""
    while content[at]:
        held += content[at + 1 : at + 1 + content[at]]
        at += 1 + content[at]
    return held, at + 1


def _webp(content: bytes, place: str) -> Iterator[Piece]:
    (size,) = struct.unpack_from("<I", content, 4)
    if len(content) < size + 8:
        raise IndexError(size)
    at = 12
    while at < size + 8:
        name, length = struct.unpack_from("<4sI", content, at)
        if name not in {b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"}:
            yield from _chunk(
                content[at + 8 : at + 8 + length], beside(place, f"chunk {name.decode('latin-1')}")
            )
        at += 8 + length + length % 2
    yield from _behind(content[size + 8 :], place)


def _behind(held: bytes, place: str) -> Iterator[Piece]:
    if held:
        yield from _chunk(held, beside(place, "bytes behind its end"))
