"""What a file is opened into: words, numbers, rows, files inside it, and what could not be opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

CODES: Final = "codes"
"""What texts in data say that they are: codes and words, and never figures."""
TEXT: Final = "text"
DATA: Final = "data"
CODE: Final = "code"
STYLE: Final = "style"
NAME: Final = "name"
ROLES: Final = (TEXT, DATA, CODE, STYLE, NAME)
"""What a text is: words for readers, a value in data or in an attribute, a program, a style sheet, the name of a file."""


@dataclass(frozen=True, slots=True)
class Run:
    """A text that stands in one place."""

    place: str
    text: str


@dataclass(frozen=True, slots=True)
class Flow:
    """Texts that a reader or a program takes one after the other, so that a name may begin in one and end in the next."""

    runs: Sequence[Run]
    role: str = TEXT


@dataclass(frozen=True, slots=True)
class Said:
    """A text in which every number must be accounted for; ``cell`` is the released cell that it says it shows."""

    place: str
    text: str
    cell: str = ""
    known_as: str = ""
    """What the page says that a number is, where it is no figure: an axis, a band of the policy, a code in data."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Numbers in data; ``cell`` is the released cell that they belong to, where the data say so. ``field`` is their name."""

    place: str
    values: Sequence[float]
    cell: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class Rows:
    """A table: ``header`` names its columns, each row has one text or number for each of them."""

    place: str
    header: Sequence[str]
    rows: Sequence[Sequence[object]]


@dataclass(frozen=True, slots=True)
class Inner:
    """A file inside a file, still to be opened; ``name`` tells its kind where its content does not."""

    place: str
    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Script:
    """A program or a style sheet, as it stands."""

    place: str
    text: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that is a finding by itself, or that could not be looked into; ``kind`` is one of ``finding.KINDS``."""

    place: str
    kind: str
    what: str


@dataclass(frozen=True, slots=True)
class Address:
    """Where an element of a page leads, or takes something from."""

    place: str
    text: str


Piece = Flow | Said | Figures | Rows | Inner | Script | Address | Trouble


def beside(place: str, inner: str) -> str:
    """Return the place of something inside a place."""
    return f"{place}, {inner}" if place else inner
