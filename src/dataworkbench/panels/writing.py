"""Forms to write a fishbone or a chain of whys together: fields above, the picture and its remarks below."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets

from dataworkbench.errors import WorkbenchError
from dataworkbench.panels.fields import button, line, part, pick, pick_again, row
from dataworkbench.panels.filtering import shown
from dataworkbench.panels.thinking import FishboneState, WhysState
from dataworkbench.rootcause import PROMPTS, Fishbone, Problem, WhyChain, fishbone, from_json, to_json, whys

_KINDS = [("an opinion", "opinion"), ("something we saw", "observation"), ("data", "data")]
_SIDES = [("for it", "for"), ("against it", "against")]


class FishboneForm(ipywidgets.VBox):  # type: ignore[misc]  # ipywidgets brings no types of its own
    """A form over a fishbone; ``form.fishbone`` is what was written so far."""

    def __init__(self, start: Fishbone, save: Callable[[Fishbone], object] | None) -> None:
        self.state = FishboneState(fishbone=start)
        self._save = save
        self.category = pick("Bone", start.categories)
        self.prompt = ipywidgets.Label()
        self.text = line("Cause", placeholder="What may lie behind it?")
        self.which = pick("Which cause", [])
        self.said = line("What we know", placeholder="A figure, a visit, a talk")
        self.kind, self.side = pick("It is", _KINDS), pick("It speaks", _SIDES)
        self.message, self.drawing = ipywidgets.Label(), ipywidgets.Output()
        super().__init__(children=[*self._parts(), self.message, self.drawing])
        self.category.observe(lambda _: self._ask(), names="value")
        self.state.observe(lambda _: self.show())
        self.show()

    @property
    def fishbone(self) -> Fishbone:
        """What was written so far."""
        return self.state.fishbone

    def add(self) -> None:
        """Add the cause on the line to the bone that is picked."""
        if self.state.do("add", self.category.value, self.text.value):
            self.text.value = ""

    def vote(self, votes: int) -> None:
        """Add votes to the cause that is picked, or take them away."""
        self._about("vote", votes=votes)

    def add_evidence(self) -> None:
        """Add what is known to the cause that is picked."""
        if self._about("evidence", self.said.value, kind=self.kind.value, side=self.side.value):
            self.said.value = ""

    def rule_out(self) -> None:
        """Rule the picked cause out, for the reason on the line."""
        if self._about("rule_out", self.said.value):
            self.said.value = ""

    def keep(self) -> None:
        """Hand the fishbone to what keeps it."""
        if self._save is not None:
            self._save(self.fishbone)
            self.state.message = "Kept."

    def show(self) -> None:
        """Show the fishbone as it is now."""
        pick_again(self.which, [cause.text for cause in self.fishbone.causes])
        self.message.value = self.state.message
        self.drawing.outputs = tuple(shown(self.fishbone))
        self._ask()

    def _about(self, verb: str, *words: str, **more: object) -> bool:
        if self.which.value is None:
            self.state.message = "Add a cause first, then pick it."
            return False
        return self.state.do(verb, self.which.value, *words, **more)

    def _ask(self) -> None:
        self.prompt.value = PROMPTS.get(self.category.value, "What belongs here?")

    def _parts(self) -> list[ipywidgets.Widget]:
        parts = [
            part("Add a cause", row(self.category, self.text, button("Add", self.add)), self.prompt),
            part(
                "Look at a cause",
                row(
                    self.which,
                    button("One vote more", lambda: self.vote(1)),
                    button("One vote less", lambda: self.vote(-1)),
                ),
                row(self.said, self.kind, self.side),
                row(
                    button("Add what we know", self.add_evidence),
                    button("Rule out for this reason", self.rule_out),
                ),
            ),
        ]
        return [*parts, button("Keep", self.keep)] if self._save is not None else parts


class WhysForm(ipywidgets.VBox):  # type: ignore[misc]  # ipywidgets brings no types of its own
    """A form over a chain of whys; ``form.chain`` is what was written so far."""

    def __init__(self, start: WhyChain, save: Callable[[WhyChain], object] | None) -> None:
        self.state = WhysState(chain=start)
        self._save = save
        self.of = pick("Why", [])
        self.text = line("Because", placeholder="What makes that so?")
        self.said = line("How we know")
        self.kind = pick("It is", _KINDS)
        self.message, self.drawing = ipywidgets.Label(), ipywidgets.Output()
        buttons = [button("Add the answer", self.add), button("Add what we know", self.add_evidence)]
        kept = [button("Keep", self.keep)] if save is not None else []
        fields = [row(self.of, self.text, buttons[0]), row(self.said, self.kind, buttons[1], *kept)]
        super().__init__(children=[part("Ask why, once more", *fields), self.message, self.drawing])
        self.state.observe(lambda _: self.show())
        self.show()

    @property
    def chain(self) -> WhyChain:
        """What was written so far."""
        return self.state.chain

    def add(self) -> None:
        """Add the answer on the line below the one that is picked."""
        said = " ".join(self.text.value.split())
        if self.state.do("because", said, of=self.of.value):
            self.text.value = ""
            self.of.value = said

    def add_evidence(self) -> None:
        """Add what is known to the answer that is picked."""
        if self.state.do("evidence", self.of.value, self.said.value, kind=self.kind.value):
            self.said.value = ""

    def keep(self) -> None:
        """Hand the chain to what keeps it."""
        if self._save is not None:
            self._save(self.chain)
            self.state.message = "Kept."

    def show(self) -> None:
        """Show the chain as it is now."""
        pick_again(self.of, [self.chain.concern, *(why.text for _, why in self.chain.walk())])
        self.message.value = self.state.message
        self.drawing.outputs = tuple(shown(self.chain))


def write_fishbone(
    start: Fishbone | Problem | str, *, save: Callable[[Fishbone], object] | None = None
) -> FishboneForm:
    """Return a form to write a fishbone together; ``save`` is handed what was written when somebody presses Keep.

    It begins with a fishbone, with the problem at its head, or with the text that ``to_json`` made of an earlier one.
    """
    return FishboneForm(_fishbone(start), save)


def write_whys(
    start: WhyChain | Fishbone | str, *, save: Callable[[WhyChain], object] | None = None
) -> WhysForm:
    """Return a form to ask why together; ``save`` is handed what was written when somebody presses Keep.

    It begins with a chain, with a concern in words, or with a fishbone: then with its cause that has the most votes.
    """
    return WhysForm(_chain(start), save)


def _fishbone(start: Fishbone | Problem | str) -> Fishbone:
    if isinstance(start, Fishbone):
        return start
    if isinstance(start, str) and start.lstrip().startswith("{"):
        return _fishbone_kept(from_json(start))
    return fishbone(start)


def _fishbone_kept(kept: object) -> Fishbone:
    if not isinstance(kept, Fishbone):
        raise WorkbenchError(
            "This text holds something else than a fishbone. Take the one that was kept as a fishbone."
        )
    return kept


def _chain(start: WhyChain | Fishbone | str) -> WhyChain:
    if isinstance(start, WhyChain):
        return start
    if isinstance(start, Fishbone):
        first = start.candidates(1)
        return whys(first[0].text if first else start.problem.text)
    return whys(start)


def text_to_keep(form: FishboneForm | WhysForm) -> str:
    """Return what was written in a form as JSON, for a file or a parameters cell."""
    return to_json(form.fishbone if isinstance(form, FishboneForm) else form.chain)
