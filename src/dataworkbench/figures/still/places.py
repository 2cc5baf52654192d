"""Where things stand in a still drawing: axes that turn values into places, their ticks, and the words on them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape, unescape
from typing import Any, Final

LINE: Final = 1.3
"""The height of a line of text, in heights of its letters."""

ENDS: Final = {"left": "start", "center": "middle", "right": "end"}
MARKED: Final = re.compile(r"(</?[bi]>)")
STEPS: Final = (2, 5, 10)


@dataclass(frozen=True)
class Axis:
    """An axis: from which value to which, and the places of these two."""

    low: float
    high: float
    begins: float
    ends: float
    is_log: bool = False

    def at(self, value: Any) -> float:
        """Return the place of a value."""
        seen = math.log10(value) if self.is_log else float(value)
        return self.begins + (seen - self.low) / (self.high - self.low) * (self.ends - self.begins)


def places(layout: Mapping[str, Any], wide: float) -> dict[str, Axis]:
    """Return each axis of a layout by the name that traces call it by, and the plot's own two as ``paper x`` and ``paper y``."""
    margin, height = layout["margin"], layout["height"]
    left, right = margin.get("l", 0), wide - margin.get("r", 0)
    top, bottom = margin.get("t", 0), height - margin.get("b", 0)
    found = {"paper x": Axis(0, 1, left, right), "paper y": Axis(0, 1, bottom, top)}
    for name, axis in layout.items():
        if name.startswith(("xaxis", "yaxis")):
            first, last = axis.get("domain", (0, 1))
            whole = found[f"paper {name[0]}"]
            low, high = axis.get("range", (0, 1))
            log = axis.get("type") == "log"
            found[name[0] + name[5:]] = Axis(low, high, whole.at(first), whole.at(last), log)
    return found


def ticks(axis: Mapping[str, Any]) -> list[tuple[float, str]]:
    """Return the ticks of an axis, each with what is written at it."""
    if "tickvals" in axis:
        values = list(axis["tickvals"])
        return list(zip(values, axis.get("ticktext") or map(str, values), strict=True))
    low, high = sorted(axis["range"])
    rough = (high - low) / axis["nticks"]
    base = 10 ** math.floor(math.log10(rough))
    step = base * next(one for one in STEPS if one * base >= rough * (1 - 1e-9))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    return [(place * step, _number(place * step, digits, axis)) for place in range(first, last + 1)]


def _number(value: float, digits: int, axis: Mapping[str, Any]) -> str:
    if axis.get("tickformat") == ".0%":
        return f"{value:.0%}"
    comma = "," if axis.get("separatethousands") else ""
    return f"{value:{comma}.{digits}f}".replace("-", "\N{MINUS SIGN}")


def number(value: float) -> str:
    """Return a place as short as it can be written, to a hundredth of a pixel."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def lines_of(markup: str) -> list[str]:
    """Return the lines of a text in Plotly's markup."""
    return re.split(r"<br\s*/?>", markup)


def words(
    markup: str, x: float, y: float, *, size: float, colour: str, anchor: str = "start", bold: bool = False
) -> str:
    """Return a text whose first line has its base at ``y``; its few marks are kept, and all else in it is text."""
    held = lines_of(markup)
    inside = (
        _inside(markup)
        if len(held) == 1
        else "".join(
            f'<tspan x="{number(x)}" y="{number(y + place * size * LINE)}">{_inside(line)}</tspan>'
            for place, line in enumerate(held)
        )
    )
    heavy = ' font-weight="600"' if bold else ""
    return (
        f'<text x="{number(x)}" y="{number(y)}" font-size="{number(size)}" fill="{escape(colour)}" '
        f'text-anchor="{anchor}"{heavy}>{inside}</text>'
    )


def _inside(line: str) -> str:
    """Return a line whose bold and italic words are marked, and everything else is letters."""
    if "<" not in line:
        return escape(unescape(line), quote=False)
    said = []
    for part in MARKED.split(line):
        match part:
            case "<b>":
                said.append('<tspan font-weight="600">')
            case "<i>":
                said.append('<tspan font-style="italic">')
            case "</b>" | "</i>":
                said.append("</tspan>")
            case _:
                said.append(escape(unescape(re.sub(r"<[^>]*>", "", part)), quote=False))
    inside = "".join(said)
    return inside + "</tspan>" * (inside.count("<tspan") - inside.count("</tspan>"))
