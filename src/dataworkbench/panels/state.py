"""What a reader has chosen in a panel, apart from how the panel looks: it can be set and read without a browser."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from traitlets import HasTraits, Instance, TraitError, Tuple, validate

from dataworkbench.errors import no_such
from dataworkbench.panels.choices import Choice
from dataworkbench.selection import Selection

_NAMES: Final = {"school_id": "school"}


class FilterState(HasTraits):
    """One selection, and the filters that it was chosen from."""

    selection = Instance(Selection)
    choices = Tuple()

    def __init__(self, choices: Iterable[Choice], selection: Selection | None = None) -> None:
        super().__init__(choices=tuple(choices), selection=selection or Selection())

    @validate("selection")
    def _is_there(self, proposal: Mapping[str, Any]) -> Selection:
        """Refuse a value that is not on offer, and fill in what must always be chosen."""
        asked: Selection = proposal["value"]
        for choice in self.choices:
            for value in asked.get(choice.field, ()):
                if value not in choice.values:
                    raise no_such(choice.label.lower(), value, choice.values)
            if choice.one and len(asked.get(choice.field, ())) > 1:
                raise TraitError(f"Of {choice.plural} one can be chosen at a time.")
        empty = [choice for choice in self.choices if choice.needed and choice.field not in asked]
        return asked.but(**{choice.field: choice.values[0] for choice in empty})

    def choose(self, field: str, values: Iterable[str]) -> None:
        """Choose values of one filter; none means all."""
        self.selection = self.selection.but(**{field: tuple(values)})

    def take(self, chosen: Mapping[str, Any]) -> None:
        """Take over what a browser sent; values that are not on offer are left out."""
        kept = {choice.field: _offered(choice, chosen.get(choice.field)) for choice in self.choices}
        self.selection = self.selection.but(**kept)

    @property
    def chosen(self) -> dict[str, list[str]]:
        """What is chosen in each filter, for the browser."""
        return {choice.field: list(self.selection.get(choice.field, ())) for choice in self.choices}

    @property
    def sentence(self) -> str:
        """Return what is shown, in one sentence, such as 'Showing 2025-26, 3 of 8 schools'."""
        parts = [
            part for part in (_part(choice, self.chosen[choice.field]) for choice in self.choices) if part
        ]
        return f"Showing {', '.join(parts)}." if parts else "Showing everything."

    @property
    def parameters(self) -> str:
        """Return the selection as lines for the parameters cell of a notebook, so that it can be run as a report.

        Notebooks call the choice of schools ``school``; identifiers are parted by ``|``.
        """
        held = self.selection.as_parameters()
        return "\n".join(
            f'{_NAMES.get(name, name)}: str = "{_quoted(value)}"' for name, value in held.items() if value
        )


def _offered(choice: Choice, sent: Any) -> tuple[str, ...]:
    wanted = {value for value in sent if isinstance(value, str)} if isinstance(sent, list) else set()
    kept = tuple(value for value in choice.values if value in wanted)
    return kept[:1] if choice.one else kept


def _part(choice: Choice, chosen: list[str]) -> str:
    labels = dict(choice.options)
    if choice.one:
        return f"{'' if choice.needed else choice.label.lower() + ' '}{labels[chosen[0]]}" if chosen else ""
    if not chosen:
        return f"all {len(choice.options)} {choice.plural}" if len(choice.options) > 2 else _few(choice)
    named = f" ({', '.join(labels[value] for value in chosen)})" if len(chosen) <= 3 else ""
    return f"{len(chosen)} of {len(choice.options)} {choice.plural}{named}"


def _few(choice: Choice) -> str:
    """Return one or two options as a person would say them."""
    return " and ".join(label for _, label in choice.options)


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')
