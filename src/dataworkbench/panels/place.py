"""The place of one part of a page in the browser: its figures stay there and are handed new data."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import anywidget
from traitlets import Tuple, Unicode

PLOTLY: Final = "application/vnd.plotly.v1+json"
HTML: Final = "text/html"

_STYLE: Final = re.compile(r' style="([^"]*)"')
_STATIC: Final = Path(__file__).parent / "static"


class Place(anywidget.AnyWidget):
    """A part of a page: Plotly figures and words, which go to the browser in one message.

    ``outputs`` holds what is shown as a notebook cell would hold it. A browser that has drawn a figure is handed the new data
    and changes it, where an output of a notebook is taken away and drawn anew.
    """

    _esm = _STATIC / "place.js"
    _css = _STATIC / "place.css"

    outputs = Tuple()
    told = Unicode("[]").tag(sync=True)

    def __init__(self, outputs: Sequence[Mapping[str, Any]] = ()) -> None:
        super().__init__(outputs=tuple(outputs), told=_told(outputs))
        self.observe(lambda change: self.set_trait("told", _told(change["new"])), names="outputs")
        self.on_msg(lambda _widget, asked, _buffers: self.hear(asked))

    def __repr__(self) -> str:
        return f"A part of a page, alive in a browser: {len(self.outputs)} figures and texts"

    def hear(self, asked: Any) -> None:
        """Hand Plotly's own script to a page that has none."""
        if isinstance(asked, dict) and asked.get("ask") == "plotly":
            from plotly.offline import get_plotlyjs  # noqa: PLC0415 - five megabytes, which nearly every page has already

            self.send({"plotly": get_plotlyjs()})


def fits(outputs: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether a place can show these: figures of Plotly with words, and nothing that runs in the page."""
    kinds = [set(output["data"]) for output in outputs]
    plain = all(PLOTLY in kind or (HTML in kind and kind <= {HTML, "text/plain"}) for kind in kinds)
    return plain and any(PLOTLY in kind for kind in kinds) and not any(map(_runs, outputs))


def _runs(output: Mapping[str, Any]) -> bool:
    return "<script" in str(output["data"].get(HTML, "")).lower()


def _told(outputs: Sequence[Mapping[str, Any]]) -> str:
    """Return what the browser is told: each figure as its data and layout, each text as its markup."""
    return json.dumps([_part(output["data"]) for output in outputs], separators=(",", ":"))


def _part(data: Mapping[str, Any]) -> dict[str, Any]:
    return {"figure": data[PLOTLY]} if PLOTLY in data else _words(str(data[HTML]))


def _words(markup: str) -> dict[str, Any]:
    """Return markup with each style said once and a mark where it stood: in a table every cell carries one."""
    styles: dict[str, int] = {}
    if ' style="~' in markup:
        return {"html": markup}
    short = _STYLE.sub(lambda found: f' style="~{styles.setdefault(found[1], len(styles))}"', markup)
    return {"html": short, "styles": list(styles)} if styles else {"html": markup}
