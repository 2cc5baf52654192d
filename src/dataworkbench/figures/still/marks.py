"""The marks of a still drawing: bars, lines, dots with their intervals, and the text at them; as Plotly places them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any, Final

from dataworkbench.figures.still.places import Axis, lines_of, number, words

DASHES: Final[Mapping[str, tuple[int, ...]]] = {
    "dot": (1, 1), "dash": (3, 3), "longdash": (5, 5), "dashdot": (3, 1, 1, 1), "longdashdot": (5, 2, 2, 2),
}  # fmt: skip
SYMBOLS: Final[Mapping[str, str]] = {
    "square": "M1,1H-1V-1H1Z",
    "diamond": "M1.3,0L0,1.3L-1.3,0L0,-1.3Z",
    "cross": "M1.2,.4H.4V1.2H-.4V.4H-1.2V-.4H-.4V-1.2H.4V-.4H1.2Z",
    "triangle-up": "M-1.155,.5H1.155L0,-1Z",
    "triangle-down": "M-1.155,-.5H1.155L0,1Z",
    "hexagon": "M.866,-.5V.5L0,1L-.866,.5V-.5L0,-1Z",
    "star": "M.315,-.433H1.331L.508,.165L.823,1.133L0,.535L-.823,1.133L-.508,.165L-1.331,-.433H-.315L0,-1.4Z",
    "line-ns": "M0,1.4V-1.4",
}
"""Each for a radius of one, with the same points as Plotly's own."""

ON_ITS_CENTRE: Final = 0.35
"""How far below its centre the base of a line of text stands, in heights of its letters."""


def at_place(held: Any, place: int, otherwise: Any = None) -> Any:
    """Return what holds for one mark: the same for all, or one of a list."""
    if isinstance(held, list | tuple):
        return held[place] if place < len(held) else otherwise
    return otherwise if held is None else held


def stroke(line: Mapping[str, Any], otherwise: str = "none") -> str:
    """Return how a line looks, as attributes."""
    wide = line.get("width", 2)
    colour = line.get("color", otherwise)
    if not wide or colour == "none":
        return ' stroke="none"'
    dash = DASHES.get(line.get("dash", ""))
    broken = f' stroke-dasharray="{",".join(number(part * max(wide, 3)) for part in dash)}"' if dash else ""
    return f' stroke="{escape(colour)}" stroke-width="{number(wide)}"{broken}'


def bars(trace: Mapping[str, Any], x: Axis, y: Axis, pattern: str) -> Iterator[str]:
    """Yield lying bars and what is written inside them; ``pattern`` names the hatching where there is one."""
    marker = trace.get("marker", {})
    font = trace.get("insidetextfont", {})
    for place, (length, middle) in enumerate(zip(trace["x"], trace["y"], strict=True)):
        if length is None:
            continue
        base, half = at_place(trace.get("base"), place, 0), at_place(trace.get("width"), place, 1) / 2
        left, right = sorted((x.at(base), x.at(base + length)))
        top, bottom = sorted((y.at(middle - half), y.at(middle + half)))
        fill = f"url(#{pattern})" if "pattern" in marker else at_place(marker.get("color"), place, "#444444")
        yield (
            f'<rect x="{number(left)}" y="{number(top)}" width="{number(right - left)}" height="{number(bottom - top)}" '
            f'fill="{escape(fill)}"{stroke(marker.get("line", {"width": 0}))}/>'
        )
        said = at_place(trace.get("text"), place, "") if trace.get("textposition") == "inside" else ""
        if said:
            size = font.get("size", 12)
            base_of_text = (top + bottom) / 2 + ON_ITS_CENTRE * size
            yield words(
                said, (left + right) / 2, base_of_text, size=size, colour=font.get("color", "#000000"), anchor="middle"
            )  # fmt: skip


def hatching(trace: Mapping[str, Any], name: str) -> str:
    """Return the pattern of hatched bars; '' where they are not."""
    pattern = trace.get("marker", {}).get("pattern")
    if not pattern:
        return ""
    size = pattern.get("size", 8)
    wide = number(size * pattern.get("solidity", 0.3))
    return (
        f'<pattern id="{name}" width="{size}" height="{size}" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<rect width="{size}" height="{size}" fill="{escape(pattern.get("bgcolor", "#ffffff"))}"/>'
        f'<path d="M0,0V{size}" stroke="{escape(pattern.get("fgcolor", "#444444"))}" stroke-width="{wide}"/></pattern>'
    )


def lines(trace: Mapping[str, Any], x: Axis, y: Axis) -> Iterator[str]:
    """Yield the unbroken stretches of a line, and what it encloses where it is filled."""
    stretches: list[list[str]] = [[]]
    for across, up in zip(trace["x"], trace["y"], strict=True):
        if across is None or up is None:
            stretches.append([])
        else:
            stretches[-1].append(f"{number(x.at(across))},{number(y.at(up))}")
    filled = trace.get("fill") == "toself"
    inside = escape(trace.get("fillcolor", "none")) if filled else "none"
    seen = f' opacity="{number(trace["opacity"])}"' if "opacity" in trace else ""
    look = stroke(trace.get("line", {})) + seen
    for stretch in stretches:
        if len(stretch) > 1:
            yield f'<path d="M{"L".join(stretch)}{"Z" if filled else ""}" fill="{inside}"{look}/>'


def dots(trace: Mapping[str, Any], x: Axis, y: Axis) -> Iterator[str]:
    """Yield the dots of a trace."""
    marker = trace.get("marker", {})
    for place, (across, up) in enumerate(zip(trace["x"], trace["y"], strict=True)):
        if across is not None and up is not None:
            yield dot(marker, place, x.at(across), y.at(up))


def dot(marker: Mapping[str, Any], place: int, across: float, up: float) -> str:
    """Return one dot, in the shape, size and colour that its marker says."""
    symbol = str(at_place(marker.get("symbol"), place, "circle"))
    radius = at_place(marker.get("size"), place, 6) / 2
    colour = at_place(marker.get("color"), place, "#444444")
    held = marker.get("line", {"width": 0})
    edge = {
        "width": at_place(held.get("width"), place, 0),
        "color": at_place(held.get("color"), place, colour),
    }
    if symbol.endswith("-open"):
        symbol, inside, edge = symbol.removesuffix("-open"), "none", {**edge, "width": edge["width"] or 1}
    else:
        inside = escape(colour)
    seen = f' opacity="{number(marker["opacity"])}"' if "opacity" in marker else ""
    look = f'fill="{inside}"{stroke(edge)}{seen}/>'
    if symbol == "circle":
        return f'<circle cx="{number(across)}" cy="{number(up)}" r="{number(radius)}" {look}'
    where = f'transform="translate({number(across)},{number(up)}) scale({number(radius)})"'
    return f'<path d="{SYMBOLS[symbol]}" {where} vector-effect="non-scaling-stroke" {look}'


def whiskers(trace: Mapping[str, Any], x: Axis, y: Axis) -> Iterator[str]:
    """Yield the interval of each mark as a line with two ends."""
    for way in ("error_x", "error_y"):
        held = trace.get(way)
        if not held:
            continue
        more = held.get("array", [])
        less = held.get("arrayminus", more)
        cap, look = held.get("width", 4), stroke({"color": held["color"], "width": held.get("thickness", 2)})
        found = []
        for across, up, above, below in zip(trace["x"], trace["y"], more, less, strict=True):
            if None in (across, up) or not (above or below):
                continue
            found.append(
                _lying(x.at(across + _start(trace) - below), x.at(across + _start(trace) + above), y.at(up), cap)
                if way == "error_x"
                else _upright(x.at(across), y.at(up - below), y.at(up + above), cap)
            )  # fmt: skip
        if found:
            yield f'<path d="{"".join(found)}" fill="none"{look}/>'


def _start(trace: Mapping[str, Any]) -> float:
    base = trace.get("base")
    return base if isinstance(base, int | float) else 0


def _lying(low: float, high: float, y: float, cap: float) -> str:
    left, right, top, bottom = (number(one) for one in (low, high, y - cap, y + cap))
    ends = f"M{left},{top}V{bottom}M{right},{top}V{bottom}" if cap else ""
    return f"M{left},{number(y)}H{right}{ends}"


def _upright(x: float, low: float, high: float, cap: float) -> str:
    bottom, top, left, right = (number(one) for one in (low, high, x - cap, x + cap))
    ends = f"M{left},{bottom}H{right}M{left},{top}H{right}" if cap else ""
    return f"M{number(x)},{bottom}V{top}{ends}"


def labels(trace: Mapping[str, Any], x: Axis, y: Axis) -> Iterator[str]:
    """Yield the texts at the points of a trace."""
    font, marker = trace.get("textfont", {}), trace.get("marker", {})
    for place, (across, up) in enumerate(zip(trace["x"], trace["y"], strict=True)):
        said = at_place(trace.get("text"), place, "")
        if not said or across is None or up is None:
            continue
        radius = at_place(marker.get("size"), place, 6) / 1.6 + 1 if "markers" in trace["mode"] else 0
        size, colour = (
            at_place(font.get("size"), place, 14),
            at_place(font.get("color"), place, "#1b1f24"),
        )
        side, _, way = str(at_place(trace.get("textposition"), place, "middle center")).partition(" ")
        base = y.at(up) + _below(side, radius, size, len(lines_of(said)))
        away = {"left": -radius, "right": radius}.get(way, 0)
        anchor = {"left": "end", "right": "start"}.get(way, "middle")
        yield words(said, x.at(across) + away, base, size=size, colour=colour, anchor=anchor)


def _below(side: str, radius: float, size: float, count: int) -> float:
    """Return how far below its point the base of a label's first line stands."""
    more = (count - 1) * size * 1.3
    if side == "top":
        return -radius - 0.2 * size - more
    if side == "bottom":
        return radius + 0.85 * size
    return ON_ITS_CENTRE * size - more / 2


def path_of(path: str, x: Axis, y: Axis) -> str:
    """Return a shape's path (of M, L, H, V and Z) with its values turned into places."""
    found = []
    for part in (
        path.replace("M", "|M").replace("L", "|L").replace("H", "|H").replace("V", "|V").split("|")[1:]
    ):
        closed = part.endswith("Z")
        numbers: Sequence[float] = [float(one) for one in part[1:].removesuffix("Z").split(",")]
        match part[0]:
            case "H":
                placed = number(x.at(numbers[0]))
            case "V":
                placed = number(y.at(numbers[0]))
            case _:
                placed = f"{number(x.at(numbers[0]))},{number(y.at(numbers[1]))}"
        found.append(f"{part[0]}{placed}{'Z' if closed else ''}")
    return "".join(found)


def widest(markup: str, size: float) -> float:
    """Return about how wide a text is: no letter is measured, so it is a little more than most texts are."""
    return max(len(line) for line in lines_of(markup)) * size * 0.56 + math.ceil(size / 2)
