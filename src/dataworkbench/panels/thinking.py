"""What a team has written so far into a fishbone or a chain of whys, apart from how the form looks.

A verb that the fishbone refuses leaves it as it was, and what it said becomes the message.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from traitlets import HasTraits, Instance, Unicode

from dataworkbench.errors import WorkbenchError
from dataworkbench.rootcause import Fishbone, WhyChain


class FishboneState(HasTraits):
    """One fishbone that is being written, and what the form says about the last step."""

    fishbone = Instance(Fishbone)
    message = Unicode()

    def do(self, verb: str, *words: str, **more: Any) -> bool:
        """Do one verb of the fishbone, and tell whether it was done: ``do("add", "Students", "...")``."""
        done = _tried(self, lambda: getattr(self.fishbone, verb)(*words, **more))
        if isinstance(done, Fishbone):
            self.fishbone = done
        return done is not None


class WhysState(HasTraits):
    """One chain of whys that is being written, and what the form says about the last step."""

    chain = Instance(WhyChain)
    message = Unicode()

    def do(self, verb: str, *words: str, **more: Any) -> bool:
        """Do one verb of the chain, and tell whether it was done: ``do("because", "...", of="...")``."""
        done = _tried(self, lambda: getattr(self.chain, verb)(*words, **more))
        if isinstance(done, WhyChain):
            self.chain = done
        return done is not None


def _tried(state: FishboneState | WhysState, step: Callable[[], object]) -> object | None:
    """Return what a step gave, or None where it was refused; the refusal is for the person at the form."""
    try:
        done = step()
    except WorkbenchError as said:
        state.message = str(said)
        return None
    state.message = ""
    return done
