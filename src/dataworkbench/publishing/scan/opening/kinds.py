"""Which kind a file is, by its content first and by its name second."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Final

_SIGNS: Final[tuple[tuple[bytes, int, str], ...]] = (
    (b"PK\x03\x04", 0, "zip"),
    (b"PK\x05\x06", 0, "zip"),
    (b"\x1f\x8b", 0, "gzip"),
    (b"BZh", 0, "bzip2"),
    (b"\xfd7zXZ\x00", 0, "xz"),
    (b"\x89PNG\r\n\x1a\n", 0, "png"),
    (b"\xff\xd8\xff", 0, "jpeg"),
    (b"GIF8", 0, "gif"),
    (b"WEBP", 8, "webp"),
    (b"%PDF-", 0, "pdf"),
    (b"PAR1", 0, "data file"),
    (b"ARROW1", 0, "data file"),
    (b"FEA1", 0, "data file"),
    (b"DUCK", 8, "data file"),
    (b"SQLite format 3\x00", 0, "data file"),
    (b"\x89HDF", 0, "data file"),
    (b"\x93NUMPY", 0, "data file"),
    (b"RDX", 0, "data file"),
    (b"wOF2", 0, "font"),
    (b"wOFF", 0, "font"),
    (b"\x00\x01\x00\x00", 0, "font"),
    (b"OTTO", 0, "font"),
    (b"\x00\x00\x01\x00", 0, "icon"),
    (b"\xd0\xcf\x11\xe0", 0, "old office"),
)
_BY_NAME: Final[dict[str, str]] = {
    ".html": "page", ".htm": "page", ".xhtml": "page", ".svg": "page", ".xml": "page", ".rels": "page", ".vml": "page",
    ".xsd": "page", ".office": "office part", ".rdf": "page", ".json": "json", ".ipynb": "json", ".map": "json", ".webmanifest": "json", ".geojson": "json",
    ".jsonl": "json lines", ".ndjson": "json lines",
    ".js": "script", ".mjs": "script", ".css": "style", ".csv": "csv", ".tsv": "csv",
    ".txt": "plain", ".md": "plain", ".toml": "plain", ".yaml": "plain", ".yml": "plain", ".ini": "plain",
    ".parquet": "data file", ".arrow": "data file", ".feather": "data file", ".duckdb": "data file", ".db": "data file",
    ".sqlite": "data file", ".pkl": "data file", ".pickle": "data file", ".npy": "data file", ".rds": "data file",
    ".sav": "data file", ".dta": "data file",
}  # fmt: skip
PLAIN_NAME: Final = "text.plain"
"""The name of a text that was folded into another; nothing in it can pass for a file."""
TEXTS: Final = frozenset({"page", "office part", "json", "json lines", "script", "style", "csv", "plain"})


def kind_of(name: str, content: bytes) -> str:
    """Return the kind of a file: one that an opener knows, or "unknown"."""
    if name == PLAIN_NAME:
        return "plain"
    for sign, at, kind in _SIGNS:
        if content.startswith(sign, at):
            return kind
    by_name = _BY_NAME.get(PurePosixPath(name.lower()).suffix, "")
    if by_name:
        return by_name
    start = content[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype", b"<html", b"<svg", b"<?xml")):
        return "page"
    return "unknown"
