"""A form to begin the next cycle from the one before: what is left open, each with a box to take it along."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Protocol, TypeVar, runtime_checkable

import ipywidgets

from dataworkbench.panels.fields import button, line, part, row
from dataworkbench.panels.keeping import Options, Told

T = TypeVar("T")
_WIDE = ipywidgets.Layout(width="100%", min_height="40px")


@runtime_checkable
class NextCycleDesk(Protocol):
    """What the form for the next cycle stands on."""

    @property
    def title(self) -> str: ...
    def team(self) -> str: ...
    def begins(self) -> str: ...
    def left_open(self) -> list[tuple[str, Options]]: ...
    def begin(self, name: str, /, *, starts: str, ends: str, team: str, taken: Sequence[str]) -> str: ...


class NextCycleState(Told):
    """A cycle that is being begun."""

    def __init__(self, desk: NextCycleDesk) -> None:
        super().__init__()
        self.desk = desk

    def begin(self, name: str, *, starts: str, ends: str, team: str, taken: Sequence[str]) -> bool:
        """Begin the cycle, and tell whether it has begun."""
        done = self.tried(lambda: self.desk.begin(name, starts=starts, ends=ends, team=team, taken=taken))
        self.message = done or self.message
        return done is not None


class NextCycleForm(ipywidgets.VBox):  # type: ignore[misc]  # ipywidgets brings no types of its own
    """A form to begin the next cycle; whatever is left open is taken along unless its box is emptied."""

    def __init__(self, desk: NextCycleDesk) -> None:
        self.state = NextCycleState(desk)
        self.name = line("Name of the next cycle", placeholder="such as School year 2027-28")
        self.starts, self.ends = (
            line("Begins on"),
            line("Ends on, if known", placeholder="such as 2028-07-31"),
        )
        self.team = line("The team, parted by commas")
        self.starts.value, self.team.value = desk.begins(), desk.team()
        self.boxes: dict[str, ipywidgets.Checkbox] = {}
        self.message = ipywidgets.HTML(layout=ipywidgets.Layout(width="100%"))
        fields = [row(self.name, self.starts, self.ends), row(self.team)]
        along = [self._boxes(title, options) for title, options in desk.left_open()]
        super().__init__(
            children=[part(desk.title, *fields), *along, row(button("Begin it", self.begin)), self.message]
        )
        self.state.observe(lambda _: self._say(), names="message")

    @property
    def taken(self) -> list[str]:
        """What is taken along so far."""
        return [name for name, box in self.boxes.items() if box.value]

    def begin(self) -> None:
        """Begin the cycle as it stands in the fields."""
        self.state.begin(
            self.name.value,
            starts=self.starts.value,
            ends=self.ends.value,
            team=self.team.value,
            taken=self.taken,
        )

    def _boxes(self, title: str, options: Options) -> ipywidgets.VBox:
        made = {
            name: ipywidgets.Checkbox(value=True, description=label, indent=False, layout=_WIDE)
            for label, name in options
        }
        self.boxes |= made
        return part(f"{title} to take along", *made.values())

    def _say(self) -> None:
        self.message.value = escape(self.state.message)


def write_next_cycle(desk: NextCycleDesk | T) -> NextCycleForm | T:
    """Return a form to begin the next cycle: ``dw.write_next_cycle(dw.next_cycle_desk(district))``."""
    return NextCycleForm(desk) if isinstance(desk, NextCycleDesk) else desk
