"""Forms to write a goal, a readiness check, or anything else that a team keeps; what they stand on is handed to them."""

from __future__ import annotations

from html import escape
from typing import TypeVar

import ipywidgets

from dataworkbench.panels.fields import button, line, part, pick, pick_again, row
from dataworkbench.panels.keeping import (
    GoalDesk,
    GoalState,
    ReadinessDesk,
    ReadinessState,
    WritingDesk,
    WritingState,
)

T = TypeVar("T")
"""What stands in the place of a desk that was refused, such as a sentence; it is handed on as it is."""

_DAY = "such as 2027-05-28"


class GoalForm(ipywidgets.VBox):  # type: ignore[misc]  # ipywidgets brings no types of its own
    """A form to write a goal: choose, look at the baseline, keep."""

    def __init__(self, desk: GoalDesk) -> None:
        self.state = GoalState(desk)
        self.indicator = pick("What we want to change", desk.indicators())
        self.whom = row()
        self.groups: dict[str, ipywidgets.Dropdown] = {}
        self.target = line("Aim", placeholder="such as 15")
        self.by, self.owner = (
            line("By", placeholder=_DAY),
            line("Who answers for it", placeholder="such as the grade 4 lead"),
        )
        self.milestones = line("Milestones, if any", placeholder="such as 2027-01-29: 20, 2027-03-12: 17")
        self.follows = pick("It follows from", desk.follows())
        self.unit, self.message = ipywidgets.Label(), _message()
        super().__init__(children=self._parts())
        self.indicator.observe(lambda _: self.show(), names="value")
        self.state.observe(lambda _: self._say(), names="message")
        self.show()

    @property
    def chosen(self) -> dict[str, str]:
        """The group that is chosen so far."""
        return {name: field.value for name, field in self.groups.items() if field.value}

    def look(self) -> None:
        """Show the baseline of the goal as it stands in the fields."""
        self.state.look(self.indicator.value, self.chosen, **self._typed())

    def keep(self) -> None:
        """Keep the goal that was looked at."""
        if self.state.keep(self.indicator.value, self.chosen, follows=self.follows.value, **self._typed()):
            self.target.value = self.milestones.value = ""

    def show(self) -> None:
        """Show the fields that fit the measure that is picked."""
        known = self.state.desk.groups(self.indicator.value)
        self.groups = {name: pick(label, options) for name, (label, options) in known.items()}
        self.whom.children = list(self.groups.values())
        unit = self.state.desk.unit(self.indicator.value)
        self.unit.value = f"Aim and milestones are written as {unit}."

    def _typed(self) -> dict[str, str]:
        return {
            "target": self.target.value, "by": self.by.value, "owner": self.owner.value, "milestones": self.milestones.value,
        }  # fmt: skip

    def _say(self) -> None:
        self.message.value = escape(self.state.message)

    def _parts(self) -> list[ipywidgets.Widget]:
        return [
            part("What, and for whom", row(self.indicator), self.whom),
            part("How far, by when, and who answers for it", self.unit, row(self.target, self.by, self.owner), row(self.milestones, self.follows)),
            row(button("Look at the baseline", self.look), button("Keep", self.keep)),
            self.message,
        ]  # fmt: skip


class ReadinessForm(ipywidgets.VBox):  # type: ignore[misc]  # ipywidgets brings no types of its own
    """A form to say how ready a team is for a stage."""

    def __init__(self, desk: ReadinessDesk) -> None:
        self.state = ReadinessState(desk)
        levels = [("not answered yet", ""), *((level, level) for level in desk.levels())]
        self.answers = {name: pick(title, levels) for name, title, _ in desk.asked()}
        for name, level in desk.before().items():
            if name in self.answers:
                self.answers[name].value = level
        self.message = _message()
        asked = [
            ipywidgets.VBox([row(self.answers[name]), ipywidgets.Label(statement)])
            for name, _, statement in desk.asked()
        ]
        super().__init__(children=[part(desk.title, *asked), row(button("Keep", self.keep)), self.message])
        self.state.observe(lambda _: self._say(), names="message")

    def keep(self) -> None:
        """Write the answers down."""
        self.state.keep({name: field.value for name, field in self.answers.items()})

    def _say(self) -> None:
        self.message.value = escape(self.state.message)


class WritingForm(ipywidgets.VBox):  # type: ignore[misc]  # ipywidgets brings no types of its own
    """A form to write down one thing at a time, and to tick off actions."""

    def __init__(self, desk: WritingDesk) -> None:
        self.state = WritingState(desk)
        self.kind = pick("What it is", desk.kinds())
        self.words = line("In words", placeholder="One sentence")
        self.who, self.day = (
            line("Who", placeholder="such as the attendance clerk"),
            line("By, from or on", placeholder=_DAY),
        )
        self.follows, self.undone = (
            pick("It follows from", desk.follows()),
            pick("Action", desk.open_actions()),
        )
        self.message = _message()
        super().__init__(
            children=[
                part("Write something down", row(self.kind, self.follows), row(self.words), row(self.who, self.day, button("Keep", self.keep))),
                part("Tick off an action", row(self.undone, button("It is done", self.tick_off))),
                self.message,
            ]
        )  # fmt: skip
        self.state.observe(lambda _: self._say(), names="message")

    def keep(self) -> None:
        """Write down what stands in the fields; what was written can be followed at once."""
        done = self.state.keep(
            self.kind.value,
            self.words.value,
            who=self.who.value,
            day=self.day.value,
            follows=self.follows.value,
        )
        if done:
            self.words.value = ""
            self._again()

    def tick_off(self) -> None:
        """Note that the picked action is done."""
        if self.state.tick_off(self.undone.value or ""):
            self._again()

    def _again(self) -> None:
        pick_again(self.follows, self.state.desk.follows())
        pick_again(self.undone, self.state.desk.open_actions())

    def _say(self) -> None:
        self.message.value = escape(self.state.message)


def write_goal(desk: GoalDesk | T) -> GoalForm | T:
    """Return a form to write a goal; ``desk`` is what it stands on: ``dw.write_goal(dw.goal_desk(district))``."""
    return GoalForm(desk) if isinstance(desk, GoalDesk) else desk


def write_readiness(desk: ReadinessDesk | T) -> ReadinessForm | T:
    """Return a form to say how ready a team is: ``dw.write_readiness(dw.readiness_desk(district, stage))``."""
    return ReadinessForm(desk) if isinstance(desk, ReadinessDesk) else desk


def write_down(desk: WritingDesk | T) -> WritingForm | T:
    """Return a form to write down what a team saw, does and finds: ``dw.write_down(dw.writing_desk(district))``."""
    return WritingForm(desk) if isinstance(desk, WritingDesk) else desk


def _message() -> ipywidgets.HTML:
    """Return a place for a sentence that may take several lines."""
    return ipywidgets.HTML(layout=ipywidgets.Layout(width="100%"))
