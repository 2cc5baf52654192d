"""A fishbone as an SVG picture: text that stays text, nothing that runs, nothing fetched.

Each bone has a column of its own, and each cause lies on a twig that reaches the bone, so thirty causes stay readable.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from textwrap import wrap
from typing import TYPE_CHECKING, Final

from dataworkbench.rootcause.words import marks, summary

if TYPE_CHECKING:
    from dataworkbench.rootcause.model import Cause, Fishbone

COLUMN: Final = 260
STRIDE: Final = 276
HEAD: Final = 240
MARGIN: Final = 14
LABEL: Final = 34
LINE: Final = 17
SMALL: Final = 15
LETTERS: Final = 30
SMALL_LETTERS: Final = 36
SLANT: Final = 36

_STYLE: Final = "font-family='system-ui, -apple-system, Segoe UI, Roboto, Helvetica, Arial, sans-serif' font-size='13' fill='#1a1a1a'"


@dataclass(frozen=True)
class _Twig:
    """One cause as it is drawn: its lines, the small lines below them, and how high it is."""

    lines: tuple[str, ...]
    small: tuple[str, ...]
    struck: bool

    @property
    def height(self) -> int:
        return LINE * len(self.lines) + SMALL * len(self.small) + 12


@dataclass(frozen=True)
class _Bone:
    """One category with its twigs."""

    name: tuple[str, ...]
    twigs: tuple[_Twig, ...]

    @property
    def height(self) -> int:
        return LABEL + LINE * (len(self.name) - 1) + sum(twig.height for twig in self.twigs) + 24


def draw_fishbone(bones: Fishbone) -> str:
    """Return a fishbone as SVG text with a title and a description that hold every cause."""
    made = [_bone(bones, category) for category in bones.categories]
    above, below = made[0::2], made[1::2]
    head = _lines(bones.problem.text, 28)
    top = max([bone.height for bone in above] + [len(head) * LINE // 2 + 30])
    bottom = max([bone.height for bone in below] + [len(head) * LINE // 2 + 30])
    spine, height = MARGIN + top, 2 * MARGIN + top + bottom
    width = 2 * MARGIN + STRIDE * len(above) + HEAD
    parts = [
        f"<rect width='{width}' height='{height}' fill='#ffffff'/>",
        _line(MARGIN, spine, width - MARGIN - HEAD, spine, 4),
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
    twigs = tuple(_twig(cause) for cause in bones.causes if cause.category == category)
    return _Bone(_lines(category, 26), twigs)


def _twig(cause: Cause) -> _Twig:
    small = tuple(line for mark in marks(cause) for line in _lines(mark, SMALL_LETTERS))
    return _Twig(_lines(cause.text, LETTERS), small, bool(cause.ruled_out))


def _drawn(bone: _Bone, left: int, spine: int, *, up: bool) -> str:
    """Draw one bone with its label at the far end and its twigs between the label and the spine."""
    far = spine - bone.height if up else spine + bone.height
    label_height = LABEL + LINE * (len(bone.name) - 1) - 8
    box = far if up else far - label_height
    parts = [
        _line(left + COLUMN - SLANT, far, left + COLUMN, spine, 2),
        _label(bone.name, left, box, label_height),
    ]
    y = far + label_height + 12 if up else spine + 20
    for twig in bone.twigs:
        parts.append(_drawn_twig(twig, left, y, _bone_x(left, y + twig.height - 8, far, spine)))
        y += twig.height
    return "".join(parts)


def _bone_x(left: int, y: int, far: int, spine: int) -> float:
    """Return where the slanted bone is at the height ``y``."""
    return left + COLUMN - SLANT + SLANT * (y - far) / (spine - far)


def _drawn_twig(twig: _Twig, left: int, y: int, until: float) -> str:
    struck = " text-decoration='line-through'" if twig.struck else ""
    lines = _text(twig.lines, left, y + 12, LINE, struck)
    small = _text(twig.small, left, y + 12 + LINE * len(twig.lines), SMALL, " font-size='11' fill='#4a4a4a'")
    under = y + twig.height - 8
    return lines + small + f"<path d='M{left} {under} H{until:.0f}' stroke='#8a8a8a' fill='none'/>"


def _label(name: Sequence[str], left: int, top: int, height: int) -> str:
    box = f"<rect x='{left}' y='{top}' width='{COLUMN - SLANT}' height='{height}' rx='4' fill='#e8eef5' stroke='#2f4b6e'/>"
    return box + _text(name, left + 10, top + 18, LINE, " font-weight='600'")


def _head(lines: Sequence[str], left: int, spine: int) -> str:
    height = LINE * len(lines) + 24
    top = spine - height // 2
    box = f"<rect x='{left}' y='{top}' width='{HEAD}' height='{height}' rx='6' fill='#2f4b6e'/>"
    return box + _text(lines, left + 14, top + 24, LINE, " fill='#ffffff' font-weight='600'")


def _text(lines: Sequence[str], x: int, y: int, step: int, style: str) -> str:
    return "".join(
        f"<text x='{x}' y='{y + step * at}'{style}>{_safe(line)}</text>" for at, line in enumerate(lines)
    )


def _line(x1: int, y1: int, x2: int, y2: int, width: int) -> str:
    return f"<line x1='{x1}' y1='{y1}' x2='{x2}' y2='{y2}' stroke='#2f4b6e' stroke-width='{width}'/>"


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
