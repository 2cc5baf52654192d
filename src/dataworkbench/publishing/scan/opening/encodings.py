"""What is folded into a text: address escapes, entities, letters by number, base64, hexadecimal, JSON and markup in a string."""

from __future__ import annotations

import base64
import binascii
import html
import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote_plus, unquote_to_bytes

import numpy as np

from dataworkbench.publishing.scan.opening.kinds import kind_of
from dataworkbench.publishing.scan.opening.pieces import Figures, Inner, Piece, Trouble, beside

_PERCENT: Final = re.compile(r"%[0-9A-Fa-f]{2}")
_ENTITY: Final = re.compile(r"&#?\w+;")
_ESCAPE: Final = re.compile(
    r"\\u\{([0-9A-Fa-f]{1,6})\}|\\u([0-9A-Fa-f]{4})|\\x([0-9A-Fa-f]{2})|\\([0-9A-Fa-f]{2,6}) ?"
)
_DATA_URL: Final = re.compile(r"data:([\w.+/-]*)((?:;[\w=.+-]+)*),([^\"'<>\s)\\]*)", re.IGNORECASE)
_BASE64: Final = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{16,}={0,2}(?![A-Za-z0-9+/_=-])")
_HEX: Final = re.compile(r"(?<![0-9A-Za-z])(?:[0-9A-Fa-f]{2}){8,}(?![0-9A-Za-z])")
_TAG: Final = re.compile(r"<[A-Za-z!/][^>]*>")
_ALIKE: Final = 0.85
_SHORTEST_ARRAY: Final = 24
_UNKNOWN_FROM: Final = 96
"""Bytes from which something in base64 that is neither text nor a known kind is a finding; fingerprints are shorter."""


def unfolded(text: str, place: str) -> Iterator[Piece]:
    """Give what is folded into a text, one layer of it."""
    urls = list(_DATA_URL.finditer(text)) if "data:" in text.lower() else []
    for match in urls:
        yield from _of_data_url(match, place)
    rest = _DATA_URL.sub(" ", text) if urls else text
    for said in {_plain(rest)} - {rest, ""}:
        yield Inner(
            beside(place, "with its escapes read"), "text.plain", said.encode("utf-8", errors="replace")
        )
    yield from _of_base64(rest, place)
    yield from _of_hex(rest, place)
    yield from _of_a_language(rest, place)


def _plain(text: str) -> str:
    """Return a text with its escapes read."""
    said = unquote_plus(text) if _PERCENT.search(text) else text
    said = html.unescape(said) if _ENTITY.search(said) else said
    return _ESCAPE.sub(_letter, said) if "\\" in said else said


def _letter(match: re.Match[str]) -> str:
    number = int(next(group for group in match.groups() if group), 16)
    return chr(number) if 0 < number < 0x110000 and not 0xD800 <= number < 0xE000 else match.group()


def _of_data_url(match: re.Match[str], place: str) -> Iterator[Piece]:
    kind, options, held = match.groups()
    where = beside(place, "an address that holds its data")
    content = unquote_to_bytes(held)
    if "base64" in options.lower():
        decoded = _decoded(content.decode("latin-1"))
        if decoded is None:
            yield Trouble(where, "unreadable", "holds data that could not be read")
            return
        content = decoded
    suffix = kind.rpartition("/")[2].partition("+")[0] or "txt"
    yield Inner(where, f"data.{ {'plain': 'txt', 'javascript': 'js'}.get(suffix, suffix) }", content)


def _decoded(held: str) -> bytes | None:
    text = held.strip().rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (ValueError, binascii.Error):
        return None


def _of_base64(text: str, place: str) -> Iterator[Piece]:
    for match in _BASE64.finditer(text):
        content = _decoded(match.group()) if _mixed(match.group()) else None
        if content is not None:
            yield from _of_bytes(content, beside(place, "base64"))


def _mixed(word: str) -> bool:
    """Whether a word could be base64: letters of both kinds, or letters and digits, not a word of a language or of a program."""
    return len({(c.isupper(), c.isdigit()) for c in word if c.isalnum()}) > 1


def _of_hex(text: str, place: str) -> Iterator[Piece]:
    for match in _HEX.finditer(text):
        content = bytes.fromhex(match.group())
        if _is_text(content):
            yield Inner(beside(place, "hexadecimal"), "text.plain", content)


def _of_bytes(content: bytes, where: str) -> Iterator[Piece]:
    if _is_text(content):
        yield Inner(where, "text.plain", content)
    elif kind_of("", content) != "unknown":
        yield Inner(where, "", content)
    elif (values := _numbers(content)) is not None:
        yield Figures(where, values)
    elif len(content) >= _UNKNOWN_FROM:
        yield Trouble(where, "unreadable", "holds data in base64 that could not be read")


def _is_text(content: bytes) -> bool:
    for encoding in ("utf-8", "utf-16-le"):
        try:
            said = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if said and sum(c.isprintable() or c.isspace() for c in said) == len(said) and _mostly_latin(said):
            return True
    return False


def _mostly_latin(said: str) -> bool:
    return sum(ord(c) < 0x250 for c in said) >= _ALIKE * len(said)


def _numbers(content: bytes) -> list[float] | None:
    """Return bytes as numbers where all of them look like figures in one of the usual types."""
    if len(content) < _SHORTEST_ARRAY:
        return None
    for kind, size in (("<f8", 8), ("<f4", 4)):
        if len(content) % size == 0:
            with np.errstate(all="ignore"):  # bytes that are no numbers may look like anything
                values = np.frombuffer(content, dtype=kind).astype("float64")
            size_of = np.abs(values)
            if np.isfinite(values).all() and bool(
                ((size_of == 0) | ((size_of > 1e-6) & (size_of < 1e9))).all()
            ):
                return list(values.tolist())
    return None


def _of_a_language(text: str, place: str) -> Iterator[Piece]:
    start = text.lstrip()[:1]
    if start in {"{", "["} and text.rstrip()[-1:] in {"}", "]"} and '"' in text:
        yield Inner(beside(place, "JSON in a text"), "maybe.json", text.encode("utf-8", errors="replace"))
    elif _TAG.search(text):
        yield Inner(beside(place, "markup in a text"), "inner.html", text.encode("utf-8", errors="replace"))
