"""Filters above something that is drawn from what they say. What is drawn is the caller's: it is handed in."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from html import escape
from typing import Any

import ipywidgets
from IPython.core.formatters import DisplayFormatter
from plotly.basedatatypes import BaseFigure
from plotly.utils import PlotlyJSONEncoder

from dataworkbench.errors import WorkbenchError
from dataworkbench.panels.bar import FilterBar
from dataworkbench.panels.choices import Asked, Choice, choices_from
from dataworkbench.panels.place import PLOTLY, Place, fits
from dataworkbench.panels.state import FilterState
from dataworkbench.selection import Selection

Draw = Callable[[Selection], Any]

FILTERS = ("school_year", "school_id", "grade_level", "subject", "subgroup_type")
"""The filters of a panel, unless others are asked for."""


class FilterPanel(ipywidgets.VBox):  # type: ignore[misc]  # ipywidgets brings no types of its own
    """A filter bar, and below it what ``draw`` gives for the selection.

    ``panel.state.selection`` is what is chosen; setting it draws anew. Put ``panel.selection`` into another cell
    to go on with the same choice.
    """

    def __init__(self, state: FilterState, draw: Draw) -> None:
        self.state = state
        self._draw = draw
        self.bar = FilterBar(choices=[choice.as_state() for choice in state.choices])
        self.drawing = ipywidgets.VBox()
        super().__init__(children=[self.bar, self.drawing])
        self.bar.observe(lambda change: state.take(change["new"]), names="chosen")
        state.observe(lambda _: self.show(), names="selection")
        self.show()

    @property
    def selection(self) -> Selection:
        """What is chosen."""
        return self.state.selection

    def show(self) -> None:
        """Draw what is chosen, and say it. Each part goes to the browser when it is made; one that is as it was stays."""
        self.bar.busy = True
        try:
            used = 0
            for used, thing in enumerate(_drawn(self._draw, self.state.selection), 1):
                self._put(used - 1, tuple(shown(thing)))
            for place in self.drawing.children[used:]:
                place.outputs = ()
        finally:
            with self.bar.hold_sync():
                self.bar.set_trait("chosen", self.state.chosen)
                self.bar.sentence, self.bar.parameters = self.state.sentence, self.state.parameters
                self.bar.busy = False

    @property
    def outputs(self) -> tuple[dict[str, Any], ...]:
        """What is drawn, one part after the other, as a notebook cell would hold it."""
        return tuple(output for place in self.drawing.children for output in place.outputs)

    def _put(self, number: int, outputs: tuple[dict[str, Any], ...]) -> None:
        """Show one part of what is drawn, in the place on the page that it had before where that can show it."""
        there = self.drawing.children
        kind = Place if fits(outputs) else ipywidgets.Output
        if number < len(there) and isinstance(there[number], kind):
            there[number].outputs = outputs
        else:
            self.drawing.children = (*there[:number], kind(outputs=outputs), *there[number + 1 :])


def filters(
    district: Asked, *, draw: Draw, choices: Sequence[str] = FILTERS, selection: Selection | None = None
) -> FilterPanel:
    """Return filters over a district, with what ``draw`` makes of the selection below them.

    ``draw`` takes a :class:`Selection` and returns what is to be shown: one thing, or several, each of which may be a list
    of things that belong together. Where it gives them one by one (``yield``), the first is seen while the next is made.
    """
    held = choices_from(district, choices)
    return FilterPanel(FilterState(held, _with_year(selection or Selection(), held, district)), draw)


def shown(things: Any) -> Iterable[dict[str, Any]]:
    """Give notebook outputs for one thing or a list of things, as a cell would show them."""
    for thing in things if isinstance(things, (list, tuple)) else [things]:
        data, metadata = _bundle(thing)
        if data:
            yield {"output_type": "display_data", "data": data, "metadata": metadata}


def _bundle(thing: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return how a thing shows itself. A Plotly figure goes as data alone: the browser has what draws it."""
    if hasattr(thing, "to_plotly_json"):
        return {PLOTLY: _figure(thing)}, {}
    data, metadata = _formatter().format(thing)  # type: ignore[no-untyped-call]  # IPython's
    return data, metadata


def _figure(thing: Any) -> dict[str, Any]:
    """Return a figure as plain values. Plotly's own way copies every part of it twice before, which takes five times as long."""
    if not isinstance(thing, BaseFigure) or thing.frames:
        return dict(json.loads(thing.to_json()))
    parts = {"data": thing._data, "layout": thing._layout}  # noqa: SLF001 - they are only read
    return dict(json.loads(PlotlyJSONEncoder().encode(parts)))


@cache
def _formatter() -> DisplayFormatter:
    return DisplayFormatter()


def _drawn(draw: Draw, selection: Selection) -> Iterator[Any]:
    """Give what is drawn, or what the workbench says where it cannot be: that sentence is for the reader."""
    try:
        things = draw(selection)
        yield from things if isinstance(things, (list, tuple, Iterator)) else [things]
    except WorkbenchError as said:
        yield _Said(str(said))


class _Said:
    """A sentence, shown in the place of a picture."""

    def __init__(self, text: str) -> None:
        self.text = text

    def _repr_html_(self) -> str:
        return f"<p role='status'>{escape(self.text)}</p>"


def _with_year(selection: Selection, held: Sequence[Choice], district: Asked) -> Selection:
    offered = {choice.field: choice.values for choice in held}
    if "school_year" in selection or district.school_year not in offered.get("school_year", ()):
        return selection
    return selection.but(school_year=district.school_year)
