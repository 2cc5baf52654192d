"""Files as systems export them: delimited text and zip archives, the same bytes for the same content."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import polars as pl

FIXED_TIME: Final = (2026, 11, 13, 18, 0, 0)
"""The time that every member of an archive bears, so that archives don't differ from run to run."""

BOM: Final = "\ufeff".encode()


def delimited(frame: pl.DataFrame, *, header: bool = True, vendor: bool = False) -> bytes:
    """Return a frame as comma-separated text; ``vendor`` text has a byte-order mark and Windows line ends."""
    held = io.BytesIO()
    frame.write_csv(held, include_header=header, line_terminator="\r\n" if vendor else "\n")
    return (BOM if vendor and header else b"") + held.getvalue()


def write_table(
    folder: Path, name: str, frame: pl.DataFrame, *, zipped: bool = False, vendor: bool = False
) -> None:
    """Write one frame as ``name``, or as ``name.zip`` that holds it."""
    write_parts(folder, name, [frame], zipped=zipped, vendor=vendor)


def write_parts(
    folder: Path, name: str, parts: Iterable[pl.DataFrame], *, zipped: bool = False, vendor: bool = False
) -> None:
    """Write frames one after the other into one file, holding one at a time in memory."""
    texts = (delimited(part, header=at == 0, vendor=vendor) for at, part in enumerate(parts))
    if not zipped:
        with (folder / name).open("wb") as plain:
            plain.writelines(texts)
        return
    with (
        zipfile.ZipFile(folder / f"{name}.zip", "w") as archive,
        archive.open(_member(name), "w", force_zip64=True) as inside,
    ):
        for text in texts:
            inside.write(text)


def write_archive(folder: Path, name: str, members: Mapping[str, pl.DataFrame]) -> None:
    """Write frames as the members of one zip archive."""
    with zipfile.ZipFile(folder / name, "w") as archive:
        for member, frame in members.items():
            archive.writestr(_member(member), delimited(frame))


def write_json(folder: Path, name: str, content: object) -> None:
    """Write plain values as JSON that people can read."""
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    (folder / name).write_text(text, encoding="utf-8", newline="\n")


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, date_time=FIXED_TIME)
    member.compress_type = zipfile.ZIP_DEFLATED
    member.external_attr = 0o644 << 16
    member.create_system = 3
    return member
