"""Zip and gzip, opened with care: bounded while they are unpacked, and never written to disk."""

from __future__ import annotations

import gzip
import io
import re
import stat
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import IO, Final

from dataworkbench.errors import FileRefusedError
from dataworkbench.readers.entrance import shown_name
from dataworkbench.readers.ledger import Note, counted

MOST_UNPACKED: Final = 4 << 30
"""No archive is unpacked beyond this many bytes."""
MOST_SWELLING: Final = 200
"""An archive that unpacks to more than this many times its size is no archive of tables …"""
SWELLING_MATTERS_FROM: Final = 100 << 20
"""… once it is larger than this."""
MOST_MEMBERS: Final = 2_000
_LEAST_HEADER: Final = 30
_CHUNK: Final = 1 << 20
_JUNK: Final = re.compile(r"(^|/)(__MACOSX/|\._|\.DS_Store$|Thumbs\.db$|desktop\.ini$)")


@dataclass(frozen=True)
class Member:
    """One file of an archive: its name without folders, and its content."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Unpacked:
    """What an archive held, and what was said about it."""

    members: tuple[Member, ...]
    notes: tuple[Note, ...]


def unpack_gzip(data: bytes) -> bytes:
    """Return what a gzip file holds; a cut-off or endless one is refused."""
    try:
        raw = io.BytesIO(data)
        with gzip.GzipFile(fileobj=raw) as stream:
            return _bounded(stream, packed=len(data), used=raw.tell)
    except (EOFError, OSError, zlib.error) as fault:
        raise FileRefusedError(
            "The compressed file is cut off or damaged. Download it again and bring it whole."
        ) from fault


def unpack_zip(data: bytes) -> Unpacked:
    """Return the files of a zip. Refused are names that lead out of it, doubled names, and zips without an end."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = _checked_entries(archive)
            return _unpacked(archive, entries, packed=len(data))
    except zipfile.BadZipFile as fault:
        raise FileRefusedError(
            "The zip is cut off or damaged: its table of contents cannot be read. Download it again and bring it whole."
        ) from fault
    except (RuntimeError, NotImplementedError) as fault:
        raise FileRefusedError(
            "The zip is locked with a password or packed in a way that cannot be opened here."
        ) from fault
    except (EOFError, zlib.error) as fault:
        raise FileRefusedError(
            "A file inside the zip is damaged. Download it again and bring it whole."
        ) from fault


def _checked_entries(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    entries = [one for one in archive.infolist() if not one.is_dir()]
    if len(entries) > MOST_MEMBERS:
        raise FileRefusedError(f"The zip holds {len(entries):,} files; no district export does.")
    for one in entries:
        if _leads_out(one.orig_filename) or _leads_out(one.filename):
            raise FileRefusedError(
                f"The zip holds a file named '{shown_name(one.filename)}', which would be written outside its folder. "
                "Nothing of it was taken in. Ask who sent it for a new export."
            )
    wanted = [one for one in entries if not _JUNK.search(one.filename) and not is_link(one)]
    _refuse_what_swells(wanted)
    _refuse_what_overlaps(wanted)
    names = [_bare(one.filename).casefold() for one in wanted]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise FileRefusedError(
            f"The zip holds '{twice[0]}' more than once, so nobody can tell which is right. Make a new export."
        )
    return wanted


def is_link(one: zipfile.ZipInfo) -> bool:
    """Return whether a file of a zip is a link to another place, as the systems that make links mark it."""
    return stat.S_ISLNK(one.external_attr >> 16)


def _refuse_what_swells(entries: list[zipfile.ZipInfo]) -> None:
    """Refuse by what the table of contents says, before anything is unpacked; unpacking never goes beyond it."""
    whole = sum(one.file_size for one in entries)
    for one in entries:
        if one.file_size > SWELLING_MATTERS_FROM and one.file_size > MOST_SWELLING * max(
            one.compress_size, 1
        ):
            raise _swollen(one.file_size, one.compress_size)
    if whole > MOST_UNPACKED:
        raise _swollen(whole, sum(one.compress_size for one in entries))


def _swollen(size: int, packed: int) -> FileRefusedError:
    return FileRefusedError(
        f"The archive unpacks to more than {size >> 20:,} MB, far more than its {packed >> 10:,} KB can honestly hold. "
        "Nothing of it was taken in. Ask who sent it for the plain file."
    )


def _refuse_what_overlaps(entries: list[zipfile.ZipInfo]) -> None:
    placed = sorted(entries, key=lambda one: one.header_offset)
    for one, following in pairwise(placed):
        if one.header_offset + _LEAST_HEADER + one.compress_size > following.header_offset:
            raise FileRefusedError(
                "The zip is made so that several of its files lie on one another, as no program that packs exports "
                "does. Nothing of it was taken in. Ask who sent it for a new export."
            )


def _leads_out(name: str) -> bool:
    plain = name.replace("\\", "/")
    return plain.startswith("/") or bool(re.match(r"^[A-Za-z]:", plain)) or ".." in plain.split("/")


def _bare(name: str) -> str:
    return name.replace("\\", "/").rsplit("/", 1)[-1]


def _unpacked(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], *, packed: int) -> Unpacked:
    members = []
    left = MOST_UNPACKED
    for one in entries:
        with archive.open(one) as stream:
            content = _bounded(stream, packed=packed, most=left)
        left -= len(content)
        members.append(Member(shown_name(_bare(one.filename)), content))
    notes = []
    folders = sorted({one.filename.rsplit("/", 1)[0] for one in entries if "/" in one.filename})
    if folders:
        notes.append(
            Note("warning", f"The files lie in a folder inside the zip ('{folders[0]}'); they were read all the same.",
                 "Zip the files themselves, not the folder, when you send them on.")
        )  # fmt: skip
    links = [shown_name(one.filename) for one in archive.infolist() if is_link(one)]
    if links:
        notes.append(
            Note("question", f"The zip holds a link to another place ('{links[0]}'), not a file; links are not followed.",
                 "Ask who sent it for the file itself.")
        )  # fmt: skip
    junk = sum(1 for one in archive.infolist() if _JUNK.search(one.filename) and not one.is_dir())
    if junk:
        notes.append(
            Note(
                "info",
                f"{counted(junk, 'file', 'files')} that a computer puts into zips by itself {'was' if junk == 1 else 'were'} passed over.",
            )
        )
    return Unpacked(tuple(members), tuple(notes))


def _bounded(
    stream: IO[bytes] | gzip.GzipFile,
    *,
    packed: int,
    most: int = MOST_UNPACKED,
    used: Callable[[], int] | None = None,
) -> bytes:
    """Return the content of a stream; more than the bound is refused while it is read.

    ``used`` tells how much of the packed bytes has been read so far, so that one that swells is seen at once.
    """
    held = io.BytesIO()
    while chunk := stream.read(_CHUNK):
        held.write(chunk)
        size = held.tell()
        so_far = max(used() if used else packed, 1)
        if size > most or (size > SWELLING_MATTERS_FROM and size > MOST_SWELLING * so_far):
            raise _swollen(size, packed)
    return held.getvalue()
