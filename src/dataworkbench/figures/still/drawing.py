"""A whole figure as SVG: grid, shapes, marks, words, legend, in the order in which they lie on one another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Any, Final

from dataworkbench.figures.still.known import can_be_drawn, is_axis
from dataworkbench.figures.still.marks import (
    bars,
    dot,
    dots,
    hatching,
    labels,
    lines,
    path_of,
    stroke,
    whiskers,
    widest,
)
from dataworkbench.figures.still.places import ENDS, LINE, Axis, lines_of, number, places, ticks, words

WIDTH: Final = 640
"""How wide a drawing is, in pixels: what a sheet of A4 and of Letter has room for between its margins."""

LEGEND_ROW: Final = 20
SWATCH: Final = 30
BETWEEN: Final = 6


def still_svg(data: Sequence[Mapping[str, Any]], layout: Mapping[str, Any], name: str) -> str:
    """Return a figure as an SVG drawing; '' where it is not one of the house's kinds, or asks for what is not drawn here.

    ``name`` is the figure's own on its page. The drawing holds the numbers that the figure holds, and no script. It is
    hidden from those who read with their ears: what they are told stands beside it.
    """
    traces = list(data)
    if not can_be_drawn(traces, layout):
        return ""
    axes = places(layout, WIDTH)
    parts = [
        *_grids(layout, axes),
        *_shapes(layout, axes, below=True),
        *_traces(traces, axes, name),
        *_shapes(layout, axes, below=False),
        *_axes(layout, axes),
        *_notes(layout, axes),
        *_legend(traces, layout, axes),
    ]
    return (
        f'<svg class="still" viewBox="0 0 {WIDTH} {number(layout["height"])}" aria-hidden="true" focusable="false">'
        f"{''.join(parts)}</svg>"
    )


def _seen_axes(layout: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, axis in layout.items():
        if is_axis(name) and axis.get("visible", True):
            yield name[0] + name[5:], axis


def _across(name: str, axis: Mapping[str, Any], axes: Mapping[str, Axis]) -> Axis:
    """Return the axis that another one stands on."""
    other = "y" if name[0] == "x" else "x"
    return axes[axis.get("anchor") or (other if other in axes else f"paper {other}")]


def _grids(layout: Mapping[str, Any], axes: Mapping[str, Axis]) -> Iterator[str]:
    for name, axis in _seen_axes(layout):
        own, other = axes[name], _across(name, axis, axes)
        look = stroke({"color": axis.get("gridcolor", "#e3e7eb"), "width": 1})
        if axis.get("showgrid", True):
            path = "".join(
                _rule(own.at(value), other, lying=name[0] == "y")
                for value, _ in ticks(axis)
                if _is_within(own, value)
            )
            yield f'<path d="{path}" fill="none"{look}/>' if path else ""
        if axis.get("showline"):
            line = stroke({"color": axis.get("linecolor", "#444444"), "width": 1})
            yield f'<path d="{_rule(other.begins, own, lying=name[0] == "x")}" fill="none"{line}/>'


def _is_within(axis: Axis, value: float) -> bool:
    low, high = sorted((axis.begins, axis.ends))
    return low - 0.5 <= axis.at(value) <= high + 0.5


def _rule(at: float, along: Axis, *, lying: bool) -> str:
    ends = number(along.begins), number(along.ends)
    return f"M{ends[0]},{number(at)}H{ends[1]}" if lying else f"M{number(at)},{ends[0]}V{ends[1]}"


def _axes(layout: Mapping[str, Any], axes: Mapping[str, Axis]) -> Iterator[str]:
    """Yield what is written at the axes."""
    for name, axis in _seen_axes(layout):
        own, other = axes[name], _across(name, axis, axes)
        font = {**layout.get("font", {}), **axis.get("tickfont", {})}
        look = {"size": font.get("size", 12), "colour": font.get("color", "#1b1f24")}
        for value, said in ticks(axis):
            if not said or not _is_within(own, value):
                continue
            if name[0] == "x":
                yield words(said, own.at(value), other.begins + 2 + look["size"], **look, anchor="middle")
                continue
            inside = axis.get("ticklabelposition") == "inside"
            lower = (0.7 - len(lines_of(said)) * LINE / 2 + LINE / 2 - 0.35) * look["size"]
            at = own.at(value) + lower
            yield words(
                said, other.begins + (0 if inside else -4), at, **look, anchor="start" if inside else "end"
            )  # fmt: skip
        yield from _title(name, axis, own, other)


def _title(name: str, axis: Mapping[str, Any], own: Axis, other: Axis) -> Iterator[str]:
    title = axis.get("title") or {}
    if title.get("text") and name[0] == "x":
        font = title.get("font", {})
        yield words(
            title["text"], (own.begins + own.ends) / 2, other.begins + 34, size=font.get("size", 14),
            colour=font.get("color", "#1b1f24"), anchor="middle",
        )  # fmt: skip


def _traces(traces: Sequence[Mapping[str, Any]], axes: Mapping[str, Axis], name: str) -> Iterator[str]:
    upper: list[str] = []
    for place, trace in enumerate(traces):
        x, y = axes[trace.get("xaxis", "x")], axes[trace.get("yaxis", "y")]
        if trace["type"] == "bar":
            pattern = f"{name}-hatched-{place}"
            yield hatching(trace, pattern)
            yield _group("bars", bars(trace, x, y, pattern))
            yield _group("whiskers", whiskers(trace, x, y))
            continue
        if "lines" in trace["mode"]:
            yield _group("lines", lines(trace, x, y))
        upper.append(_group("whiskers", whiskers(trace, x, y)))
        if "markers" in trace["mode"]:
            upper.append(_group("dots", dots(trace, x, y)))
        if "text" in trace["mode"]:
            upper += labels(trace, x, y)
    yield from upper


def _group(kind: str, marks: Iterable[str]) -> str:
    inside = "".join(marks)
    return f'<g class="{kind}">{inside}</g>' if inside else ""


def _shapes(layout: Mapping[str, Any], axes: Mapping[str, Axis], *, below: bool) -> Iterator[str]:
    for shape in layout.get("shapes", ()):
        if (shape.get("layer") == "below") is not below:
            continue
        x, y = _of(shape, "x", axes), _of(shape, "y", axes)
        look = f'fill="{escape(shape.get("fillcolor", "none"))}"{stroke(shape.get("line", {}), "#444444")}/>'
        if shape.get("type") == "path":
            yield f'<path d="{path_of(shape["path"], x, y)}" {look}'
            continue
        left, right, top, bottom = (
            number(one) for one in (x.at(shape["x0"]), x.at(shape["x1"]), y.at(shape["y0"]), y.at(shape["y1"]))
        )  # fmt: skip
        if shape.get("type") == "line":
            yield f'<path d="M{left},{top}L{right},{bottom}" {look}'
        else:
            yield f'<path d="M{left},{top}H{right}V{bottom}H{left}Z" {look}'


def _of(held: Mapping[str, Any], way: str, axes: Mapping[str, Axis]) -> Axis:
    ref = held.get(f"{way}ref", way)
    return axes[f"paper {way}" if ref == "paper" else ref]


def _notes(layout: Mapping[str, Any], axes: Mapping[str, Axis]) -> Iterator[str]:
    for note in layout.get("annotations", ()):
        font = {**layout.get("font", {}), **note.get("font", {})}
        size, pad = font.get("size", 12), note.get("borderpad", 1)
        x = _of(note, "x", axes).at(note["x"]) + note.get("xshift", 0)
        y = _of(note, "y", axes).at(note["y"]) - note.get("yshift", 0)
        high = len(lines_of(note["text"])) * size * LINE + 2 * pad
        top = y - {"top": 0, "middle": high / 2, "bottom": high}[note.get("yanchor", "middle")]
        anchor = note.get("xanchor", "center")
        if "bgcolor" in note:
            wide = widest(note["text"], size) + 2 * pad
            left = x - {"left": 0, "center": wide / 2, "right": wide}[anchor]
            edge = stroke({"color": note.get("bordercolor", "none"), "width": note.get("borderwidth", 1)})
            yield (
                f'<rect x="{number(left)}" y="{number(top)}" width="{number(wide)}" height="{number(high)}" '
                f'fill="{escape(note["bgcolor"])}"{edge}/>'
            )
        inner = x + {"left": pad, "center": 0, "right": -pad}[anchor]
        yield words(
            note["text"], inner, top + pad + size, size=size, colour=font.get("color", "#1b1f24"), anchor=ENDS[anchor]
        )  # fmt: skip


def _legend(
    traces: Sequence[Mapping[str, Any]], layout: Mapping[str, Any], axes: Mapping[str, Axis]
) -> Iterator[str]:
    """Yield a line for each trace that has a name to be told: a swatch of its look, and the name."""
    if not layout.get("showlegend"):
        return
    legend = layout.get("legend", {})
    size = legend.get("font", {}).get("size", 13)
    left, top = axes["paper x"].at(legend.get("x", 0)), axes["paper y"].at(legend.get("y", 1)) + BETWEEN
    colour = layout.get("font", {}).get("color", "#1b1f24")
    for trace in traces:
        if not trace.get("showlegend", True) or not trace.get("name"):
            continue
        middle = top + LEGEND_ROW / 2
        yield _swatch(trace, left + 5, middle)
        yield words(trace["name"], left + SWATCH + 10, middle + 0.35 * size, size=size, colour=colour)
        top += LEGEND_ROW + (len(lines_of(trace["name"])) - 1) * size * LINE


def _swatch(trace: Mapping[str, Any], left: float, middle: float) -> str:
    marker = trace.get("marker", {})
    if trace["type"] == "bar":
        colour = marker.get("color")
        fill = colour[0] if isinstance(colour, list) else colour or "#444444"
        if "pattern" in marker:
            fill = marker["pattern"].get("bgcolor", "#ffffff")
        return (
            f'<rect x="{number(left + 9)}" y="{number(middle - 6)}" width="12" height="12" fill="{escape(fill)}"'
            f"{stroke(marker.get('line', {'width': 0}))}/>"
        )
    line = (
        f'<path d="M{number(left)},{number(middle)}h{SWATCH}" fill="none"{stroke(trace.get("line", {}))}/>'
        if "lines" in trace["mode"]
        else ""
    )
    return line + (dot(marker, 0, left + SWATCH / 2, middle) if "markers" in trace["mode"] else "")
