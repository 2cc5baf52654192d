"""The house style: colours that colour-blind readers tell apart, large type, a white page, nothing but the figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import plotly.graph_objects as go

from dataworkbench.figures.words import in_lines, safe, wrapped

INK: Final = "#1b1f24"
QUIET: Final = "#57606a"
GRID: Final = "#e3e7eb"
BLUE: Final = "#0072b2"
PALE: Final = "#d6eaf5"
RUST: Final = "#c04f00"
SERIES: Final = (BLUE, RUST, "#007a5a", "#a6467f", "#5a3a00", INK, "#5b4bb5", "#1f2a78")
"""Colours for lines and dots, after Okabe and Ito, darkened until each stands out from white by 3 to 1 or more."""

SYMBOLS: Final = ("circle", "square", "diamond", "triangle-up", "cross", "star", "triangle-down", "hexagon")
DASHES: Final = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot", "solid", "dash")

FONT: Final = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif'
SIDE: Final = 20
_TITLE_WIDTH: Final = 38
_NOTE_WIDTH: Final = 54
_TITLE_LINE, _SUBTITLE_LINE, _NOTE_LINE = 24, 19, 17

CONFIG: Final[Mapping[str, Any]] = {"displayModeBar": False, "responsive": True, "displaylogo": False}
"""What a page hands to plotly.js beside the figure."""

_BUTTONS: Final = (
    "zoom", "pan", "select", "lasso", "zoomIn", "zoomOut", "autoScale", "resetScale", "toImage", "hoverClosest",
    "hoverCompare", "toggleSpikelines",
)  # fmt: skip


def figure(
    traces: Sequence[Mapping[str, Any]],
    *,
    title: str,
    subtitle: str = "",
    alt: str,
    plot_height: int,
    axes: Mapping[str, Any],
    notes: Sequence[str] = (),
    legend_rows: int = 0,
    annotations: Sequence[Mapping[str, Any]] = (),
    shapes: Sequence[Mapping[str, Any]] = (),
    left: int = SIDE,
) -> go.Figure:
    """Return a figure in the house style. Heights are in pixels; the width follows the page."""
    head = _head(title, subtitle)
    legend_height = 21 * legend_rows + 14 if legend_rows else 0
    axis_height = 40
    foot, foot_height = _notes(notes, below=axis_height + legend_height, left=left)
    top, bottom = head["height"], axis_height + legend_height + foot_height + 8
    layout: dict[str, Any] = {
        "template": go.layout.Template(),
        "title": head["title"],
        "font": {"family": FONT, "size": 14, "color": INK},
        "paper_bgcolor": "#ffffff",
        "plot_bgcolor": "#ffffff",
        "margin": {"l": left, "r": SIDE, "t": top, "b": bottom, "pad": 0, "autoexpand": False},
        "height": top + plot_height + bottom,
        "autosize": True,
        "barmode": "overlay",
        "dragmode": False,
        "hovermode": "closest",
        "hoverlabel": {"bgcolor": "#ffffff", "bordercolor": QUIET, "font": {"color": INK, "size": 14}, "align": "left"},
        "showlegend": legend_rows > 0,
        "legend": {
            "orientation": "v", "x": 0, "xanchor": "left", "y": -axis_height / plot_height, "yanchor": "top",
            "font": {"size": 13}, "itemclick": False, "itemdoubleclick": False, "tracegroupgap": 0,
        },
        "modebar": {"remove": list(_BUTTONS), "bgcolor": "rgba(0,0,0,0)", "color": "rgba(0,0,0,0)"},
        "meta": {"alt": alt},
        **axes,
    }  # fmt: skip
    marks = {"annotations": [*annotations, *foot], "shapes": list(shapes)}
    layout |= {name: held for name, held in marks.items() if held}
    return drawn_as_told([steady(trace) for trace in traces], steady(layout))


def drawn_as_told(traces: Sequence[Mapping[str, Any]], layout: Mapping[str, Any]) -> go.Figure:
    """Return a Plotly figure that takes its parts as they are.

    Plotly would check every one of them, each time: that takes ten times as long as all the rest, and what it checks is
    written in this room and not by a user. A test has Plotly check every kind of figure.
    """
    return go.Figure(data=list(traces), layout=dict(layout), _validate=False)


def steady(held: Any) -> Any:
    """Return the same with ten digits of each number: sums that were added in another order draw the same figure."""
    if isinstance(held, float):
        return float(f"{held:.10g}")
    if isinstance(held, Mapping):
        return {name: steady(value) for name, value in held.items()}
    return [steady(value) for value in held] if isinstance(held, list | tuple) else held


def _head(title: str, subtitle: str) -> dict[str, Any]:
    lines = wrapped(title, _TITLE_WIDTH, most=4)
    under = wrapped(subtitle, _NOTE_WIDTH, most=2) if subtitle else []
    height = 18 + _TITLE_LINE * len(lines) + _SUBTITLE_LINE * len(under) + (20 if under else 12)
    said: dict[str, Any] = {
        "text": "<b>" + "<br>".join(safe(line) for line in lines) + "</b>",
        "x": 0, "xref": "container", "xanchor": "left", "y": 1, "yref": "container", "yanchor": "top",
        "pad": {"l": SIDE, "t": 14}, "font": {"size": 18, "color": INK},
    }  # fmt: skip
    if under:
        said["subtitle"] = {
            "text": "<br>".join(safe(line) for line in under),
            "font": {"size": 13, "color": QUIET},
        }
    return {"title": said, "height": height}


def _notes(notes: Sequence[str], *, below: int, left: int) -> tuple[list[dict[str, Any]], int]:
    lines = [line for note in notes for line in wrapped(note, _NOTE_WIDTH, most=5)]
    if not lines:
        return [], 0
    note = {
        "text": "<br>".join(safe(line) for line in lines), "x": 0, "xref": "paper", "xanchor": "left", "align": "left",
        "y": 0, "yref": "paper", "yanchor": "top", "yshift": -below, "xshift": SIDE - left - 3, "showarrow": False,
        "font": {"size": 12, "color": QUIET},
    }  # fmt: skip
    return [note], _NOTE_LINE * len(lines) + 8


def calm_panel(title: str, said: str) -> go.Figure:
    """Return a figure without axes that says in words why there is nothing to draw."""
    lines = wrapped(said, 36, most=14)
    nothing = {"visible": False, "fixedrange": True}
    note = {
        "text": in_lines(said, 36, most=14), "x": 0, "xref": "paper", "xanchor": "left", "align": "left", "y": 1,
        "yref": "paper", "yanchor": "top", "showarrow": False, "font": {"size": 15, "color": INK},
        "bordercolor": GRID, "borderwidth": 1, "borderpad": 12, "bgcolor": "#f6f8fa", "xshift": 14, "yshift": -14,
    }  # fmt: skip
    return figure(
        [], title=title, alt=f"{title} {said}", plot_height=22 * len(lines) + 44,
        axes={"xaxis": nothing, "yaxis": nothing}, annotations=[note],
    )  # fmt: skip


_RAMP: Final = ("#7a3200", "#a8560f", "#c77a2e", "#6b7078", "#4690c2", "#1f6fa5", "#00436b")
_PICKS: Final[Mapping[int, tuple[int, ...]]] = {
    1: (5,), 2: (1, 5), 3: (1, 3, 5), 4: (0, 2, 4, 6), 5: (0, 2, 3, 4, 6), 6: (0, 1, 2, 4, 5, 6), 7: (0, 1, 2, 3, 4, 5, 6),
}  # fmt: skip


def ramp(steps: int) -> list[str]:
    """Return colours for ordered steps, from rust over grey to blue; with more than seven steps colours repeat."""
    picks = _PICKS.get(steps, tuple(place * 7 // steps for place in range(steps)))
    return [_RAMP[pick] for pick in picks]


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG 2 defines it: 1 for the same, 21 for black on white."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def ink_on(colour: str) -> str:
    """Return the colour in which text on a colour is easiest to read: white or near black."""
    return max(("#ffffff", INK), key=lambda ink: contrast(ink, colour))


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def share_axis(**more: Any) -> dict[str, Any]:
    """Return an axis from 0 to 100 percent."""
    return {
        "range": [0, 1], "tickvals": [0, 0.25, 0.5, 0.75, 1], "ticktext": ["0%", "25%", "50%", "75%", "100%"],
        "gridcolor": GRID, "zeroline": False, "fixedrange": True, "tickfont": {"size": 13, "color": QUIET}, **more,
    }  # fmt: skip
