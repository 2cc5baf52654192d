"""The fields and buttons that forms are made of: each with a label above it, as wide as the page allows."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import ipywidgets

_WIDE = ipywidgets.Layout(width="auto", min_width="220px", flex="1 1 260px")
_STYLE = {"description_width": "initial"}


def line(label: str, *, placeholder: str = "") -> ipywidgets.Text:
    """Return a line to write on."""
    return ipywidgets.Text(description=label, placeholder=placeholder, layout=_WIDE, style=_STYLE)


def pick(label: str, options: Sequence[str] | Sequence[tuple[str, str]]) -> ipywidgets.Dropdown:
    """Return a list to pick one from."""
    return ipywidgets.Dropdown(description=label, options=list(options), layout=_WIDE, style=_STYLE)


def button(label: str, act: Callable[[], object]) -> ipywidgets.Button:
    """Return a button that does one thing."""
    made = ipywidgets.Button(description=label, layout=ipywidgets.Layout(width="auto"))
    made.on_click(lambda _: act())
    return made


def row(*children: ipywidgets.Widget) -> ipywidgets.Box:
    """Return fields side by side, one below the other where the page is narrow."""
    layout = ipywidgets.Layout(display="flex", flex_flow="row wrap", align_items="flex-end", width="100%")
    return ipywidgets.Box(children=list(children), layout=layout)


def part(title: str, *children: ipywidgets.Widget) -> ipywidgets.VBox:
    """Return fields under a heading."""
    return ipywidgets.VBox([ipywidgets.Label(title), *children])


def pick_again(field: ipywidgets.Dropdown, options: Sequence[str] | Sequence[tuple[str, str]]) -> None:
    """Give a list new options and keep what was picked where it is still there, else pick the first."""
    values = [option[1] if isinstance(option, tuple) else option for option in options]
    kept = field.value
    field.options = list(options)
    if values:
        field.value = kept if kept in values else values[0]
