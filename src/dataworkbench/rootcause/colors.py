"""The colours of bones: ready ones, and black or white for the words on them, whichever reads better."""

from __future__ import annotations

import re
from typing import Final

READY: Final = ("#1f4e8c", "#8a3b12", "#1d6b3a", "#7a1f5c", "#5b4a00", "#0b6770", "#8c1d2f", "#4b3a8f")
"""Colours in which white words read well, and that differ from their neighbours."""
LOOSE: Final = "#55595f"
"""The colour of causes that lie on no bone yet."""
DARK: Final = "#000000"
LIGHT: Final = "#ffffff"

_COLOR = re.compile(r"#[0-9a-f]{6}")


def color_at(place: int) -> str:
    """Return the ready colour of a bone by its place; below nought that of loose causes."""
    return READY[place % len(READY)] if place >= 0 else LOOSE


def known_color(said: str) -> str:
    """Return a colour in small letters; nothing where it is no colour such as ``#1f4e8c``."""
    held = said.strip().lower()
    return held if _COLOR.fullmatch(held) else ""


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG counts it, between 1 and 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def ink_on(color: str) -> str:
    """Return the colour of words on a colour: white or black; one of the two always has a contrast of 4.5 or more."""
    return LIGHT if contrast(color, LIGHT) >= contrast(color, DARK) else DARK


def line_of(color: str) -> str:
    """Return the colour for a thin line on white paper: the colour itself, or a darker one where it would be hard to see."""
    channels = [int(color[at : at + 2], 16) for at in (1, 3, 5)]
    while contrast("#" + "".join(f"{one:02x}" for one in channels), LIGHT) < 3:
        channels = [int(one * 0.9) for one in channels]
    return "#" + "".join(f"{one:02x}" for one in channels)


def _luminance(color: str) -> float:
    shares = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
