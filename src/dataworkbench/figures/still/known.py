"""Which figures can be drawn still: those that say nothing but what is known here, so that nothing is left out in silence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

TRACE: Final = frozenset(
    {
        "type", "mode", "orientation", "x", "y", "base", "width", "marker", "line", "error_x", "error_y", "text",
        "textposition", "textfont", "textangle", "insidetextanchor", "insidetextfont", "constraintext", "cliponaxis",
        "connectgaps", "hoverinfo", "hovertext", "name", "showlegend", "legendgroup", "fill", "fillcolor", "xaxis",
        "yaxis", "uid", "opacity",
    }
)  # fmt: skip
MARKER: Final = frozenset({"color", "line", "size", "symbol", "opacity", "pattern"})
LAYOUT: Final = frozenset(
    {
        "annotations", "autosize", "barmode", "dragmode", "font", "height", "hoverlabel", "hovermode", "legend", "margin",
        "meta", "modebar", "paper_bgcolor", "plot_bgcolor", "shapes", "showlegend", "template", "title",
    }
)  # fmt: skip
AXIS: Final = frozenset(
    {
        "type", "range", "tickvals", "ticktext", "tickfont", "nticks", "tickformat", "separatethousands", "gridcolor",
        "showgrid", "zeroline", "fixedrange", "showline", "linecolor", "visible", "domain", "anchor", "title",
        "automargin", "ticks", "ticklabelposition", "ticklabelstandoff", "ticklabeloverflow",
    }
)  # fmt: skip
ANNOTATION: Final = frozenset(
    {
        "text", "x", "y", "xref", "yref", "xanchor", "yanchor", "xshift", "yshift", "align", "font", "showarrow",
        "bgcolor", "bordercolor", "borderwidth", "borderpad",
    }
)  # fmt: skip
SHAPE: Final = frozenset(
    {"type", "path", "x0", "x1", "y0", "y1", "xref", "yref", "line", "fillcolor", "layer"}
)
KINDS: Final = {"bar": frozenset({""}), "scatter": frozenset({"lines", "markers", "text"})}


def can_be_drawn(data: list[Any], layout: Mapping[str, Any]) -> bool:
    """Return whether a figure is one of the house's, and asks for nothing that a still drawing leaves out."""
    margin = layout.get("margin") or {}
    return (
        margin.get("autoexpand") is False
        and layout.get("barmode") == "overlay"
        and isinstance(layout.get("height"), int | float)
        and not _template(layout)
        and all(_axis(held) if is_axis(name) else name in LAYOUT for name, held in layout.items())
        and all(map(_trace, data))
        and all(set(note) <= ANNOTATION and not note.get("showarrow", True) for note in layout.get("annotations", ()))
        and all(set(shape) <= SHAPE for shape in layout.get("shapes", ()))
    )  # fmt: skip


def is_axis(name: str) -> bool:
    """Return whether a part of a layout is an axis."""
    return name.startswith(("xaxis", "yaxis"))


def _template(layout: Mapping[str, Any]) -> bool:
    held = layout.get("template") or {}
    return any(held.get(part) for part in ("data", "layout"))


def _axis(axis: Mapping[str, Any]) -> bool:
    if not axis.get("visible", True):
        return True
    ticked = "tickvals" in axis or ("nticks" in axis and axis.get("tickformat", ".0%") == ".0%")
    fits = set(axis) <= AXIS and len(axis.get("range", ())) == 2 and not axis.get("zeroline")
    return fits and ticked and axis.get("type", "linear") in {"linear", "log"}


def _trace(trace: Mapping[str, Any]) -> bool:
    kind, modes = trace.get("type", ""), set(trace.get("mode", "").split("+"))
    lists = all(isinstance(trace.get(name, []), list) for name in ("x", "y"))
    return (
        set(trace) <= TRACE
        and set(trace.get("marker", {})) <= MARKER
        and kind in KINDS
        and modes <= KINDS[kind]
        and lists
        and (kind != "bar" or trace.get("orientation") == "h")
        and trace.get("fill", "toself") == "toself"
        and ("opacity" not in trace or modes == {"lines"})
    )
