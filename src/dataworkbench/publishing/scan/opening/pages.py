"""Pages and pictures in markup (HTML, SVG, XML): text, attributes, comments, scripts, styles, islands of data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Final

from dataworkbench.publishing.scan.opening.pieces import (
    CODE,
    DATA,
    STYLE,
    TEXT,
    Address,
    Flow,
    Inner,
    Piece,
    Run,
    Said,
    Script,
    beside,
)

CELL: Final = "data-cell"
KNOWN_AS: Final = "data-known"


def _each(names: str) -> frozenset[str]:
    return frozenset(names.split())


INLINE: Final = _each(
    "a abbr b bdi bdo big cite code data del dfn em font i ins kbd label mark q ruby s samp small span strong sub sup time tt u var wbr "
    "tspan textpath"
)
"""Elements that do not part a word from the next."""
VOID: Final = _each("area base br col embed hr img input link meta param source track wbr")
GEOMETRY: Final = _each(
    "rel type lang dir xmlns target rowspan colspan span tabindex width height x y x1 x2 y1 "
    "y2 cx cy r rx ry dx dy fx fy d points viewbox transform gradienttransform patterntransform stroke-width stroke-dasharray "
    "stroke-dashoffset stroke-miterlimit stroke-opacity fill-opacity opacity font-size font-weight offset refx refy markerwidth "
    "markerheight orient preserveaspectratio version textlength letter-spacing xmlns:xlink media sizes integrity "
    "aria-level aria-colindex aria-rowindex aria-colcount aria-rowcount "
    "maxlength size rows cols start fill stroke color bgcolor charset http-equiv"
)
"""Attributes whose numbers are places and sizes."""
ADDRESSES: Final = _each(
    "href src srcset action formaction data poster background cite ping manifest xlink:href"
)
"""Attributes that lead somewhere, or from which something is taken."""
SPELT: Final = _each("class style")
"""Attributes in which a number may stand right beside a letter."""
_DIGITS: Final = re.compile(r"\d+")
HARMLESS: Final = {"width=device-width, initial-scale=1", "width=device-width,initial-scale=1"}
ISLANDS: Final = ("json", "importmap")


class _Reader(HTMLParser):
    """Takes a page apart; what it finds lies in ``pieces`` when it is done."""

    def __init__(self, place: str) -> None:
        super().__init__(convert_charrefs=True)
        self.place = place
        self.pieces: list[Piece] = []
        self.flow: list[Run] = []
        self.open: list[tuple[str, str, str]] = []
        self.buffer: list[str] = []
        self.began = ""
        self.inside: dict[str, str] | None = None

    def here(self, what: str = "") -> str:
        line, column = self.getpos()
        return beside(self.place, f"line {line}, column {column + 1}" + (f", {what}" if what else ""))

    @property
    def cell(self) -> str:
        return self.open[-1][1] if self.open else ""

    @property
    def known_as(self) -> str:
        return self.open[-1][2] if self.open else ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in INLINE or CELL in given or KNOWN_AS in given:
            self.flush()
        cell, known_as = given.get(CELL, self.cell), given.get(KNOWN_AS, self.known_as)
        self.attributes(tag, given, cell, known_as)
        if tag in {"script", "style"}:
            self.inside = {"tag": tag, "type": given.get("type", ""), "cell": cell}
        if tag not in VOID:
            self.open.append((tag, cell, known_as))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        names = [name for name, _, _ in self.open]
        if tag not in names:
            return
        at = len(names) - 1 - names[::-1].index(tag)
        outer = self.open[at - 1][1:] if at else ("", "")
        if tag not in INLINE or outer != self.open[-1][1:]:
            self.flush()
        del self.open[at:]
        if tag in {"script", "style"}:
            self.inside = None

    def attributes(self, tag: str, given: dict[str, str], cell: str, known_as: str) -> None:
        runs = []
        for name, value in given.items():
            place = self.here(f"attribute {name} of <{tag}>")
            if name == CELL:
                self.pieces.append(Said(place, "", value))
            elif name == "srcdoc":
                self.pieces.append(Inner(place, "srcdoc.html", value.encode()))
            elif name in ADDRESSES:
                self.pieces.append(Address(place, value))
            elif name in SPELT:
                self.pieces.append(Said(place, _DIGITS.sub(r" \g<0> ", value), cell, known_as))
            elif name not in GEOMETRY and value not in HARMLESS:
                self.pieces.append(Said(place, value, cell, known_as))
            if name.startswith("on"):
                self.pieces.append(Script(place, value))
            runs.append(Run(place, value))
        if runs:
            self.pieces.append(Flow(tuple(runs), DATA))

    def handle_data(self, data: str) -> None:
        if self.inside is not None:
            self.pieces += _of_script(self.here(f"inside <{self.inside['tag']}>"), data, self.inside)
            return
        if not self.buffer:
            self.began = self.here(f"text of <{self.open[-1][0]}>" if self.open else "text")
        self.buffer.append(data)

    def handle_comment(self, data: str) -> None:
        self.aside("a comment", data)

    def handle_decl(self, decl: str) -> None:
        if decl.strip().lower() != "doctype html":
            self.aside("a declaration", decl)

    def handle_pi(self, data: str) -> None:
        if not data.startswith("xml "):
            self.aside("an instruction", data)

    def unknown_decl(self, data: str) -> None:
        self.aside("a marked section", data.removeprefix("CDATA["))

    def aside(self, what: str, text: str) -> None:
        place = self.here(what)
        self.pieces += [Flow((Run(place, text),), TEXT), Said(place, text, "")]

    def flush(self) -> None:
        text = "".join(self.buffer)
        self.buffer.clear()
        if text.strip():
            self.flow.append(Run(self.began, text))
            self.pieces.append(Said(self.began, text, self.cell, self.known_as))


def _of_script(place: str, text: str, element: dict[str, str]) -> Iterator[Piece]:
    if element["tag"] == "style":
        yield Script(place, text)
        yield Flow((Run(place, text),), STYLE)
    elif any(word in element["type"] for word in ISLANDS):
        yield Inner(place, "island.json", text.encode())
    elif element["type"] in {"", "text/javascript", "module", "application/javascript"}:
        yield Script(place, text)
        yield Flow((Run(place, text),), CODE)
    else:
        yield Inner(place, "island.html", text.encode())


def open_page(text: str, place: str) -> Iterator[Piece]:
    """Give what stands in a page: runs of text as one flow, each run and attribute for its numbers, scripts, islands."""
    reader = _Reader(place)
    reader.feed(text)
    reader.close()
    reader.flush()
    if reader.flow:
        yield Flow(tuple(reader.flow), TEXT)
    yield from reader.pieces
