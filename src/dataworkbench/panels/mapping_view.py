"""The mapping wizard in the browser: plain HTML controls with labels; what files say is only ever shown as text."""

from __future__ import annotations

from pathlib import Path

import anywidget
from traitlets import Dict

from dataworkbench.panels.mapping import Bench, MappingState

_STATIC = Path(__file__).parent / "static"


class MappingPanel(anywidget.AnyWidget):
    """A view of a mapping state: it shows what it is told and reports what was done; it decides nothing.

    What is done comes as a message each, because of several changes of one value a browser sends no more than the last.
    ``panel.state`` holds the draft; ``panel.state.take({"do": "open", "file": ...})`` does what a click does.
    """

    _esm = _STATIC / "mapping.js"
    _css = _STATIC / "mapping.css"

    shown: Dict[str, object] = Dict().tag(sync=True)

    def __init__(self, state: MappingState) -> None:
        self.state = state
        super().__init__(shown=state.shown)
        state.observe(lambda change: self.set_trait("shown", change["new"]), names="shown")
        self.on_msg(lambda _view, asked, _buffers: self.hear(asked))

    def hear(self, asked: object) -> None:
        """Do what a browser sent; what is no message of ours is passed over."""
        if not isinstance(asked, dict):
            return
        try:
            self.state.take(asked)
        except Exception:
            self.state.say(
                "Something went wrong in this step, and nothing was changed. Tell the data office; the log says more."
            )
            raise


def map_files(inbox: Bench) -> MappingPanel:
    """Return the wizard that makes profiles for files of an inbox that nobody knows."""
    return MappingPanel(MappingState(inbox))
