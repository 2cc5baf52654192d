"""A fishbone as an SVG picture: text that stays text, nothing that runs, nothing fetched.

Each bone has a column of its own, and each cause lies on a twig that reaches the bone, so thirty causes stay readable.
Dots, evidence, control and checks stand as signs below the words, each with a word of its own and not by colour alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from textwrap import wrap
from typing import TYPE_CHECKING, Final

from dataworkbench.rootcause.colors import ink_on, line_of
from dataworkbench.rootcause.words import LOOSE, chips, details, summary

if TYPE_CHECKING:
    from dataworkbench.rootcause.model import Cause, Fishbone

COLUMN: Final = 260
STRIDE: Final = 276
HEAD: Final = 240
MARGIN: Final = 14
LABEL: Final = 34
LINE: Final = 17
SMALL: Final = 15
SIGNS: Final = 20
LETTERS: Final = 30
SMALL_LETTERS: Final = 36
SLANT: Final = 36
MOST_DOTS: Final = 8
SPINE: Final = "#2f4b6e"

_STYLE: Final = "font-family='system-ui, -apple-system, Segoe UI, Roboto, Helvetica, Arial, sans-serif' font-size='13' fill='#1a1a1a'"
_SIGN: Final[Mapping[str, tuple[str, str]]] = {
    "for": ("#e2f2e7", "#1d6b3a"), "against": ("#fbe3e3", "#9c1c1c"), "none": ("#ffffff", "#6b6f76"),
    "ours": ("#dfe9f7", "#1f4e8c"), "influence": ("#ffffff", "#1f4e8c"), "outside": ("#ececec", "#55595f"),
    "check": ("#fff2c4", "#7a5900"), "checked": ("#ffffff", "#7a5900"), "out": ("#ececec", "#55595f"),
}  # fmt: skip
"""The paper and the rim of each sign; the words on them are nearly black."""


@dataclass(frozen=True)
class _Sign:
    """One sign below the words of a cause: its kind, its word, and where it stands in the rows of signs."""

    kind: str
    word: str
    x: int
    row: int

    @property
    def width(self) -> int:
        return _sign_width(self.word)


@dataclass(frozen=True)
class _Twig:
    """One cause as it is drawn: its lines, its dots, its signs, the small lines below them, and how high it is."""

    lines: tuple[str, ...]
    dots: int
    signs: tuple[_Sign, ...]
    small: tuple[str, ...]
    struck: bool

    @property
    def rows(self) -> int:
        return max([sign.row + 1 for sign in self.signs] + [1 if self.dots else 0])

    @property
    def height(self) -> int:
        return LINE * len(self.lines) + SIGNS * self.rows + SMALL * len(self.small) + 12


@dataclass(frozen=True)
class _Bone:
    """One category with its colour and its twigs."""

    name: tuple[str, ...]
    color: str
    twigs: tuple[_Twig, ...]

    @property
    def height(self) -> int:
        return LABEL + LINE * (len(self.name) - 1) + sum(twig.height for twig in self.twigs) + 24


def draw_fishbone(bones: Fishbone) -> str:
    """Return a fishbone as SVG text with a title and a description that hold every cause."""
    made = [_bone(bones, category) for category in bones.bones]
    above, below = made[0::2], made[1::2]
    head = _lines(bones.problem.text, 28)
    top = max([bone.height for bone in above] + [len(head) * LINE // 2 + 30])
    bottom = max([bone.height for bone in below] + [len(head) * LINE // 2 + 30])
    spine, height = MARGIN + top, 2 * MARGIN + top + bottom
    width = 2 * MARGIN + STRIDE * len(above) + HEAD
    parts = [
        f"<rect width='{width}' height='{height}' fill='#ffffff'/>",
        _line((MARGIN, spine), (width - MARGIN - HEAD, spine), 4, SPINE),
        *(_drawn(bone, MARGIN + STRIDE * at, spine, up=True) for at, bone in enumerate(above)),
        *(_drawn(bone, MARGIN + STRIDE * at, spine, up=False) for at, bone in enumerate(below)),
        _head(head, width - MARGIN - HEAD, spine),
    ]
    return _framed(bones, width, height, "".join(parts))


def _framed(bones: Fishbone, width: int, height: int, inside: str) -> str:
    said = summary(bones)
    mark = hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:10]
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' role='img' aria-labelledby='fishbone-{mark}-title fishbone-{mark}-desc' "
        f"viewBox='0 0 {width} {height}' width='{width}' height='{height}' "
        f"style='max-width:100%;min-width:1000px;height:auto' {_STYLE}>"
        f"<title id='fishbone-{mark}-title'>{_safe('Fishbone: ' + bones.problem.text)}</title>"
        f"<desc id='fishbone-{mark}-desc'>{_safe(said)}</desc>{inside}</svg>"
    )


def _bone(bones: Fishbone, category: str) -> _Bone:
    twigs = tuple(_twig(cause) for cause in bones.on(category))
    return _Bone(_lines(category or LOOSE, 26), bones.color(category), twigs)


def _twig(cause: Cause) -> _Twig:
    small = tuple(line for said in details(cause) for line in _lines(said, SMALL_LETTERS))
    signs = tuple(_placed([held for held in chips(cause) if held[0] != "out"], _dots_width(cause.votes)))
    return _Twig(_lines(cause.text, LETTERS), cause.votes, signs, small, bool(cause.ruled_out))


def _placed(signs: Sequence[tuple[str, str]], start: int) -> Iterator[_Sign]:
    """Give each sign a place: one after the other, in a new row where the column ends."""
    x, row = start, 0
    for kind, word in signs:
        if x and x + _sign_width(word) > COLUMN - SLANT - 6:
            x, row = 0, row + 1
        yield _Sign(kind, word, x, row)
        x += _sign_width(word) + 5


def _sign_width(word: str) -> int:
    return round(6.6 * len(word)) + 12


def _dots_width(votes: int) -> int:
    return 13 * min(votes, MOST_DOTS) + (24 if votes > MOST_DOTS else 0) + (6 if votes else 0)


def _drawn(bone: _Bone, left: int, spine: int, *, up: bool) -> str:
    """Draw one bone with its label at the far end and its twigs between the label and the spine."""
    far = spine - bone.height if up else spine + bone.height
    label_height = LABEL + LINE * (len(bone.name) - 1) - 8
    box = far if up else far - label_height
    parts = [
        _line((left + COLUMN - SLANT, far), (left + COLUMN, spine), 3, line_of(bone.color)),
        _label(bone, left, box, label_height),
    ]
    y = far + label_height + 12 if up else spine + 20
    for twig in bone.twigs:
        parts.append(_drawn_twig(twig, bone.color, (left, y), _bone_x(left, y + twig.height - 8, far, spine)))
        y += twig.height
    return "".join(parts)


def _bone_x(left: int, y: int, far: int, spine: int) -> float:
    """Return where the slanted bone is at the height ``y``."""
    return left + COLUMN - SLANT + SLANT * (y - far) / (spine - far)


def _drawn_twig(twig: _Twig, color: str, at: tuple[int, int], until: float) -> str:
    left, y = at
    struck = " text-decoration='line-through' fill='#55595f'" if twig.struck else ""
    lines = _text(twig.lines, left, y + 12, LINE, struck)
    row = y + LINE * len(twig.lines)
    small_at = row + SIGNS * twig.rows + 12
    small = _text(twig.small, left, small_at, SMALL, " font-size='11' fill='#4a4a4a'")
    under = y + twig.height - 8
    path = f"<path d='M{left} {under} H{until:.0f}' stroke='{line_of(color)}' fill='none'/>"
    return lines + _dots(twig.dots, line_of(color), left, row) + _signs(twig.signs, left, row) + small + path


def _dots(votes: int, color: str, left: int, top: int) -> str:
    drawn = "".join(
        f"<circle cx='{left + 6 + 13 * at}' cy='{top + 10}' r='5' fill='{color}'/>"
        for at in range(min(votes, MOST_DOTS))
    )
    more = _text(
        [f"+{votes - MOST_DOTS}"],
        left + 13 * MOST_DOTS + 2,
        top + 14,
        LINE,
        " font-size='11' font-weight='700'",
    )
    return drawn + (more if votes > MOST_DOTS else "")


def _signs(signs: Sequence[_Sign], left: int, top: int) -> str:
    return "".join(
        f"<rect x='{left + sign.x}' y='{top + SIGNS * sign.row + 2}' width='{sign.width}' height='16' rx='8' "
        f"fill='{_SIGN[sign.kind][0]}' stroke='{_SIGN[sign.kind][1]}'/>"
        + _text([sign.word], left + sign.x + 6, top + SIGNS * sign.row + 14, LINE, " font-size='11'")
        for sign in signs
    )


def _label(bone: _Bone, left: int, top: int, height: int) -> str:
    box = f"<rect x='{left}' y='{top}' width='{COLUMN - SLANT}' height='{height}' rx='4' fill='{bone.color}' stroke='{line_of(bone.color)}'/>"
    return box + _text(
        bone.name, left + 10, top + 18, LINE, f" font-weight='600' fill='{ink_on(bone.color)}'"
    )


def _head(lines: Sequence[str], left: int, spine: int) -> str:
    height = LINE * len(lines) + 24
    top = spine - height // 2
    box = f"<rect x='{left}' y='{top}' width='{HEAD}' height='{height}' rx='6' fill='{SPINE}'/>"
    return box + _text(lines, left + 14, top + 24, LINE, " fill='#ffffff' font-weight='600'")


def _text(lines: Sequence[str], x: int, y: int, step: int, style: str) -> str:
    return "".join(
        f"<text x='{x}' y='{y + step * at}'{style}>{_safe(line)}</text>" for at, line in enumerate(lines)
    )


def _line(start: tuple[int, int], end: tuple[int, int], width: int, color: str) -> str:
    return f"<line x1='{start[0]}' y1='{start[1]}' x2='{end[0]}' y2='{end[1]}' stroke='{color}' stroke-width='{width}'/>"


def _lines(text: str, letters: int) -> tuple[str, ...]:
    return tuple(wrap(text, letters)) or ("",)


def _safe(text: str) -> str:
    """Return text for inside an SVG element: escaped, and without the characters that XML forbids."""
    return escape(
        "".join(
            char
            for char in text
            if char >= " " and not "\ud800" <= char <= "\udfff" and char not in "\ufffe\uffff"
        )
    )
