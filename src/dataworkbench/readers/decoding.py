"""From bytes to UTF-8: which encoding a file has, and which of its lines cannot be read in it."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Final

from dataworkbench.readers.ledger import Note

_BOMS: Final[tuple[tuple[bytes, str, str], ...]] = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
_VALID_MULTIBYTE: Final = re.compile(
    rb"[\xc3-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_NEAR: Final = re.compile(rb"([\x00-\x7f])([\x80-\xff])(?=[\x00-\x7f])")
_LETTERS: Final = "áàâäãåæçéèêëíìîïñóòôöõøœúùûüýÿßÁÀÂÄÅÇÉÈÊËÍÌÎÏÑÓÒÔÖÚÙÛÜ"
_SIGNS: Final = "\u2018\u2019\u201c\u201d\u2013\u2014…•·°®™©"
_AFTER_LETTERS: Final = "\u2019\u201d…®™°"
_NOT_IN_CP1252: Final = b"\x81\x8d\x8f\x90\x9d"
_ZERO_SHARE: Final = 0.3


@dataclass(frozen=True)
class Decoded:
    """Bytes that are UTF-8 with the line ends of today, as far as ``clean`` says so.

    ``clean`` is False where some lines cannot be decoded or hold NUL bytes, or where line ends are mixed.
    """

    data: bytes
    clean: bool
    notes: tuple[Note, ...] = ()


def decode(data: bytes) -> Decoded:
    """Return the bytes as UTF-8, with what had to be said about them."""
    data, notes = _without_bom(data)
    if not notes and looks_like_utf16(data):
        wide = "utf-16-le" if data[1:2] == b"\0" else "utf-16-be"
        data, notes = _from_wide(data, wide, "UTF-16")
    data, more, valid = _from_single_byte(data)
    data, ends_clean = _one_line_end(data)
    clean = valid and ends_clean and b"\0" not in data
    return Decoded(data, clean, (*notes, *more))


def _without_bom(data: bytes) -> tuple[bytes, tuple[Note, ...]]:
    for bom, codec, name in _BOMS:
        if data.startswith(bom):
            body = data[len(bom) :]
            return (body, ()) if codec == "utf-8" else _from_wide(body, codec, name)
    return data, ()


def _from_wide(data: bytes, codec: str, name: str) -> tuple[bytes, tuple[Note, ...]]:
    text = data.decode(codec, errors="replace")
    note = Note("info", f"The file is in {name} (what Excel calls 'Unicode text'); it was read as such.")
    return text.encode("utf-8", errors="replace"), (note,)


def looks_like_utf16(data: bytes) -> bool:
    """Return whether every second byte is mostly zero, as in text of two bytes a sign."""
    head = data[:2000]
    if len(head) < 4 or len(data) % 2:
        return False
    zeros = max(head[0::2].count(0), head[1::2].count(0))
    return zeros > _ZERO_SHARE * len(head) and min(head[0::2].count(0), head[1::2].count(0)) == 0


def _from_single_byte(data: bytes) -> tuple[bytes, tuple[Note, ...], bool]:
    """Return UTF-8, notes, and whether every line could be decoded."""
    if data.isascii():
        return data, (), True
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return data, (), True
    if _VALID_MULTIBYTE.search(data):
        return data, (), False
    codec, name = _which_single_byte(data)
    text = data.decode(codec, errors="replace")
    note = Note(
        "warning",
        f"The file is not in UTF-8; it was read as {name}.",
        "Look at a few names with accents. If they are wrong, save the file as 'CSV UTF-8' and bring it again.",
    )
    return text.encode("utf-8"), (note,), True


def _which_single_byte(data: bytes) -> tuple[str, str]:
    """Windows or old Macintosh: the one in which more of the odd bytes are letters and signs that people write."""
    windows, mac = ("cp1252", "Windows-1252"), ("mac_roman", "Mac Roman")
    if any(byte in data for byte in (bytes([one]) for one in _NOT_IN_CP1252)):
        return mac
    found = _NEAR.findall(data[:2_000_000])
    likely = {
        codec: sum(_plausible(before, odd.decode(codec, errors="replace")) for before, odd in found)
        for codec, _ in (windows, mac)
    }
    return mac if likely["mac_roman"] > likely["cp1252"] else windows


def _plausible(before: bytes, sign: str) -> int:
    """Return how well a sign fits after another: letters follow letters, dashes and opening quotes do not."""
    if before.isalpha():
        return 2 if sign in _LETTERS else 1 if sign in _AFTER_LETTERS else -1
    return 1 if sign in _LETTERS or sign in _SIGNS else -1


def _one_line_end(data: bytes) -> tuple[bytes, bool]:
    """Return the bytes with old-Macintosh line ends made new, and whether the line ends are of one kind."""
    returns = data.count(b"\r")
    if not returns or returns == data.count(b"\r\n"):
        return data, True
    if b"\n" not in data:
        return data.replace(b"\r", b"\n"), True
    return data, False
