"""Filters above something that is drawn from what they say. What is drawn is the caller's: it is handed in."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from html import escape
from typing import Any, Final

import ipywidgets
from IPython.core.formatters import DisplayFormatter

from dataworkbench.errors import WorkbenchError
from dataworkbench.panels.bar import FilterBar
from dataworkbench.panels.choices import Asked, Choice, choices_from
from dataworkbench.panels.state import FilterState
from dataworkbench.selection import Selection

PLOTLY: Final = "application/vnd.plotly.v1+json"

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
        self.drawing = ipywidgets.Output()
        super().__init__(children=[self.bar, self.drawing])
        self.bar.observe(lambda change: state.take(change["new"]), names="chosen")
        state.observe(lambda _: self.show(), names="selection")
        self.show()

    @property
    def selection(self) -> Selection:
        """What is chosen."""
        return self.state.selection

    def show(self) -> None:
        """Draw what is chosen, and say it."""
        self.bar.busy = True
        try:
            self.drawing.outputs = tuple(shown(_drawn(self._draw, self.state.selection)))
        finally:
            self.bar.set_trait("chosen", self.state.chosen)
            self.bar.sentence, self.bar.parameters = self.state.sentence, self.state.parameters
            self.bar.busy = False


def filters(
    district: Asked, *, draw: Draw, choices: Sequence[str] = FILTERS, selection: Selection | None = None
) -> FilterPanel:
    """Return filters over a district, with what ``draw`` makes of the selection below them.

    ``draw`` takes a :class:`Selection` and returns what is to be shown: one thing, or a list of things.
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
        return {PLOTLY: json.loads(thing.to_json())}, {}
    data, metadata = DisplayFormatter().format(thing)  # type: ignore[no-untyped-call]  # IPython's
    return data, metadata


def _drawn(draw: Draw, selection: Selection) -> Any:
    """Return what was drawn, or what the workbench says where it cannot be: that sentence is for the reader."""
    try:
        return draw(selection)
    except WorkbenchError as said:
        return _Said(str(said))


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
