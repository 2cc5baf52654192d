"""Opening a file, and what is in it, and what is in that, to the last plain string; with an end to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from dataworkbench.publishing.scan.opening import (
    data,
    documents,
    encodings,
    images,
    kinds,
    offices,
    packages,
    pages,
    texts,
)
from dataworkbench.publishing.scan.opening.pieces import (
    CODE,
    DATA,
    STYLE,
    TEXT,
    Flow,
    Inner,
    Piece,
    Rows,
    Run,
    Said,
    Script,
    Trouble,
    beside,
)

DEEPEST: Final = 8
MOST_BYTES: Final = 1_000_000_000


@dataclass
class Allowance:
    """How much more may be opened: bytes, and texts that were opened before and need not be again."""

    left: int = MOST_BYTES
    seen: set[int] = field(default_factory=set)

    def take(self, content: bytes) -> bool:
        """Whether so much may still be opened."""
        self.left -= len(content)
        return self.left >= 0


def unfold(
    name: str, content: bytes, allowance: Allowance, place: str = "", depth: int = 0
) -> Iterator[Piece]:
    """Give everything in a file as plain texts and numbers, with the place where each stands.

    A part that lies too deep, unfolds to too much, or is of no known kind, is told as such: what was not looked into
    counts as found.
    """
    if depth > DEEPEST or not allowance.take(content):
        yield Trouble(place, "unreadable", "lies too deep, or unfolds to too much, to be looked into")
        return
    for piece in _opened(name, content, place):
        if isinstance(piece, Inner):
            yield from unfold(piece.name, piece.content, allowance, piece.place, depth + 1)
            continue
        yield piece
        for flow in _flows(piece):
            yield from (flow,) if flow is not piece else ()
            yield from _folded_in(flow, allowance, depth)


def _flows(piece: Piece) -> Iterator[Flow]:
    """Give the texts of a piece, each row of a table as one flow."""
    if isinstance(piece, Flow):
        yield piece
    elif isinstance(piece, Rows):
        yield Flow(tuple(Run(piece.place, str(name)) for name in piece.header), DATA)
        for number, row in enumerate(piece.rows, start=1):
            where = beside(piece.place, f"row {number}")
            yield Flow(tuple(Run(where, _said(value)) for value in row if value not in ("", None)), DATA)


def _said(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _folded_in(flow: Flow, allowance: Allowance, depth: int) -> Iterator[Piece]:
    for run in flow.runs:
        key = hash((flow.role, run.text))
        if len(run.text) < 6 or key in allowance.seen:
            continue
        allowance.seen.add(key)
        for piece in encodings.unfolded(run.text, run.place):
            if isinstance(piece, Inner):
                yield from unfold(piece.name, piece.content, allowance, piece.place, depth + 1)
            else:
                yield piece


def _opened(name: str, content: bytes, place: str) -> Iterator[Piece]:
    kind = kinds.kind_of(name, content)
    if kind in kinds.TEXTS:
        yield from _of_text(name, content, kind, place)
    elif kind == "zip":
        yield from packages.open_zip(content, place)
    elif kind in {"gzip", "bzip2", "xz"}:
        yield from packages.open_compressed(content, name, kind, place)
    elif kind in {"png", "jpeg", "gif", "webp"}:
        yield from images.open_image(content, kind, place)
    elif kind == "pdf":
        yield from documents.open_pdf(content, place)
    elif kind == "font":
        yield from texts.strings(content, place)
    else:
        yield from _unknown(kind, content, place)


def _unknown(kind: str, content: bytes, place: str) -> Iterator[Piece]:
    if kind == "data file":
        yield Trouble(place, "data file", "is a file of data; public pages hold none")
    else:
        yield Trouble(place, "unknown kind", "is of a kind that the scan does not know")
    text, certain = texts.as_text(content)
    if certain:
        yield Flow((Run(place, text),), TEXT)
    yield from texts.strings(content, place)


def _of_text(name: str, content: bytes, kind: str, place: str) -> Iterator[Piece]:
    text, certain = texts.as_text(content)
    if not certain:
        yield texts.not_text(place)
        yield from texts.strings(content, place)
    if kind == "json" and name == "maybe.json":
        yield from _perhaps_json(text, place)
        return
    yield from _READERS[kind](text, place)
    if kind == "plain" and name != kinds.PLAIN_NAME:
        yield from (Said(beside(place, f"line {i}"), line) for i, line in enumerate(text.splitlines(), 1))


def _perhaps_json(text: str, place: str) -> Iterator[Piece]:
    """Give what is in a text that looks like JSON; where it is none, it was searched as a text already."""
    found = list(data.open_json(text, place))
    if not (found and isinstance(found[0], Trouble)):
        yield from found


def _script(text: str, place: str) -> Iterator[Piece]:
    yield Script(place, text)
    yield Flow((Run(place, text),), CODE)


def _style(text: str, place: str) -> Iterator[Piece]:
    yield Script(place, text)
    yield Flow((Run(place, text),), STYLE)


def _plain(text: str, place: str) -> Iterator[Piece]:
    yield Flow(
        tuple(
            Run(f"{place}, line {i}" if place else f"line {i}", line)
            for i, line in enumerate(text.splitlines(), 1)
        ),
        TEXT,
    )


_READERS: Final[dict[str, Callable[[str, str], Iterator[Piece]]]] = {
    "page": pages.open_page,
    "office part": offices.open_part,
    "json": data.open_json,
    "json lines": data.open_json_lines,
    "csv": data.open_csv,
    "script": _script,
    "style": _style,
    "plain": _plain,
}
