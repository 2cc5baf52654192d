"""Packed files: zip with every member, also one that stands there twice; gzip, bzip2 and xz."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import IO, Final

from dataworkbench.publishing.scan.opening.offices import open_office, workbook_rows
from dataworkbench.publishing.scan.opening.pieces import (
    DATA,
    NAME,
    Flow,
    Inner,
    Piece,
    Run,
    Said,
    Trouble,
    beside,
)

MOST_BYTES: Final = 400_000_000
"""Bytes that one packed file may unfold to."""
_FAULTS: Final = (
    OSError,
    EOFError,
    RuntimeError,
    NotImplementedError,
    ValueError,
    zlib.error,
    lzma.LZMAError,
    zipfile.BadZipFile,
)


def open_zip(content: bytes, place: str) -> Iterator[Piece]:
    """Give every member of a zip, its names and comments, and what is odd about it."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            yield from _beside_members(packed, content, place)
            members: dict[str, bytes] = {}
            for info, held in _members(packed):
                where = beside(place, info.filename)
                yield Flow((Run(where, info.filename),), NAME)
                if held is None:
                    yield Trouble(where, "unreadable", "is packed, and could not be unpacked to its end")
                    continue
                members.setdefault(info.filename, held)
                yield Inner(where, _inner_name(packed, info.filename), held)
            yield from open_office(members, place)
            yield from workbook_rows(members, place)
    except _FAULTS:
        yield Trouble(place, "unreadable", "is a packed file that could not be opened")


def _inner_name(packed: zipfile.ZipFile, name: str) -> str:
    """Return the name by which a member is opened: the markup of a workbook is searched for words; its sheets are read as rows."""
    is_markup = name.endswith((".xml", ".rels", ".vml"))
    return "part.office" if is_markup and "[Content_Types].xml" in packed.namelist() else name


def _beside_members(packed: zipfile.ZipFile, content: bytes, place: str) -> Iterator[Piece]:
    infos = packed.infolist()
    for name, times in Counter(info.filename for info in infos).items():
        if times > 1:
            yield Trouble(
                beside(place, name),
                "hidden part",
                "stands twice in one packed file, so that one of the two is not seen",
            )
    for text in (packed.comment, *(info.comment for info in infos), *(info.extra for info in infos)):
        said = text.decode("utf-8", errors="replace")
        yield Flow((Run(beside(place, "a comment of the packed file"), said),), DATA)
    if packed.comment:
        yield Said(
            beside(place, "a comment of the packed file"), packed.comment.decode("utf-8", errors="replace")
        )
    if not content.startswith((b"PK\x03\x04", b"PK\x05\x06")) or _unlisted(content, infos):
        yield Trouble(place, "hidden part", "holds bytes that its list of contents does not name")


def _unlisted(content: bytes, infos: list[zipfile.ZipInfo]) -> bool:
    """Whether there are more beginnings of members than the list names: a member that was left behind or taken off the list."""
    packed = sum(info.compress_size for info in infos)
    headers = sum(
        30 + 46 + 2 * len(info.filename.encode()) + 2 * len(info.extra) + len(info.comment) + 24
        for info in infos
    )
    return len(content) > packed + headers + 22 + 65_536


def _members(packed: zipfile.ZipFile) -> Iterator[tuple[zipfile.ZipInfo, bytes | None]]:
    left = MOST_BYTES
    for info in packed.infolist():
        if info.is_dir():
            continue
        try:
            with packed.open(info) as member:
                held = _at_most(member, left)
        except _FAULTS:
            held = None
        left -= len(held or b"")
        yield info, held


def _at_most(file: IO[bytes], most: int) -> bytes:
    held = file.read(most + 1)
    if len(held) > most:
        raise ValueError("unfolds to more than is looked into")
    return held


def open_compressed(content: bytes, name: str, kind: str, place: str) -> Iterator[Piece]:
    """Give the file in a gzip, bzip2 or xz file, and the name that it remembers."""
    opener = {"gzip": gzip.open, "bzip2": bz2.open, "xz": lzma.open}[kind]
    try:
        with opener(io.BytesIO(content), "rb") as opened:  # type: ignore[operator]  # three libraries with one habit
            held = _at_most(opened, MOST_BYTES)
    except _FAULTS:
        yield Trouble(place, "unreadable", "is packed, and could not be unpacked to its end")
        return
    if kind == "gzip":
        yield Flow(
            (
                Run(
                    beside(place, "the name it was packed under"),
                    content[10:300].split(b"\0")[0].decode("latin-1"),
                ),
            ),
            NAME,
        )
    yield Inner(beside(place, "unpacked"), PurePosixPath(name).stem, held)
