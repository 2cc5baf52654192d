"""The filter bar in the browser: plain HTML controls with labels, so that a keyboard is enough."""

from __future__ import annotations

from pathlib import Path

import anywidget
from traitlets import Bool, Dict, List, Unicode

_STATIC = Path(__file__).parent / "static"


class FilterBar(anywidget.AnyWidget):
    """A view of a filter state: it shows what it is told and reports what was clicked; it decides nothing."""

    _esm = _STATIC / "filters.js"
    _css = _STATIC / "filters.css"

    choices: List[dict[str, object]] = List().tag(sync=True)
    chosen: Dict[str, list[str]] = Dict().tag(sync=True)
    sentence = Unicode().tag(sync=True)
    parameters = Unicode().tag(sync=True)
    busy = Bool(default_value=False).tag(sync=True)
