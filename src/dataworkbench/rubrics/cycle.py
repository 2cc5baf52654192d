"""From a self-check to a change that is looked at again: strengths, weaknesses, changes, a plan, and whether it worked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from html import escape
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from dataworkbench.errors import WorkbenchError
from dataworkbench.rubrics.answers import SelfCheck, answer
from dataworkbench.rubrics.model import Element, Rubric, Text

MOST_CHANGES: Final = 3
"""A team that changes more than this at once can follow none of it."""

Worked = Literal["", "yes", "partly", "no"]
_NEXT: Final[Mapping[str, str]] = {
    "yes": "It helped: keep it.",
    "partly": "It helped in part: keep what did, and change the rest.",
    "no": "It did not help: think again about what to change.",
}
_CELL: Final = "style='text-align:left;vertical-align:top;padding:.3em .7em'"


class PlannedChange(BaseModel):
    """One change that a team has decided on: which action it is about, who does what by when, and later what came of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    change: Text
    action: str = ""
    goal: str = ""
    who: str = ""
    by: date | None = None
    worked: Worked = ""
    learned: str = ""

    @property
    def lacks(self) -> tuple[str, ...]:
        """What the plan still lacks: a goal, somebody who does it, a day."""
        there = (("a goal", self.goal), ("somebody who does it", self.who), ("a day", self.by))
        return tuple(name for name, given in there if not given)

    def next_step(self, today: date) -> str:
        """Return what is to be done next, in a sentence."""
        if self.worked:
            return _NEXT[self.worked]
        if self.lacks:
            return f"Still open: {', '.join(self.lacks)}."
        if self.by is not None and self.by <= today:
            return "The day has come: look whether learning improved."
        return "Under way."


@dataclass(frozen=True)
class ImprovementCycle:
    """A team's self-check on a rubric, the changes it has decided on, and what came of them."""

    check: SelfCheck
    changes: tuple[PlannedChange, ...]
    today: date

    @property
    def strengths(self) -> tuple[Element, ...]:
        """The actions at the highest level."""
        return self.check.strengths

    @property
    def weaknesses(self) -> tuple[tuple[str, Element], ...]:
        """The actions below the highest level, each with its level, lowest first."""
        return tuple((self.check.answers[one.id], one) for one in self.check.to_work_on)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a friend would say about the plan."""
        said = []
        if len(self.changes) > MOST_CHANGES:
            said.append(
                f"{len(self.changes)} changes at once are hard to follow. Choose one to {MOST_CHANGES}, and keep the others for later."
            )
        if self.check.to_work_on and not self.changes:
            said.append(
                f"No change is planned yet. Name one to {MOST_CHANGES}: to use a strength more, or to mend a weakness."
            )
        return tuple(said)

    def as_value(self) -> dict[str, Any]:
        """Return the same as plain values, which can be kept in a file or a record."""
        return {
            "rubric": self.check.rubric.id, "version": self.check.rubric.version, "answers": dict(self.check.answers),
            "changes": [change.model_dump(mode="json") for change in self.changes],
        }  # fmt: skip

    def _repr_html_(self) -> str:
        strong = _listed("Strengths", [one.title for one in self.strengths])
        weak = _listed("To work on", [f"{one.title} ({level.lower()})" for level, one in self.weaknesses])
        remarks = "".join(f"<p>{escape(text)}</p>" for text in self.remarks)
        return f"<p>{escape(self.check.sentence)}</p>{strong}{weak}{_plan(self.changes, self.check.rubric, self.today)}{remarks}"


def improve(
    rubric: Rubric,
    answers: Mapping[str, str] | None = None,
    changes: Sequence[Mapping[str, Any]] = (),
    *,
    today: date | None = None,
) -> ImprovementCycle:
    """Return a team's cycle on a rubric: its strengths and weaknesses, the changes it plans, and what came of them.

    ``changes`` are typed as ``{"change": ..., "action": ..., "goal": ..., "who": ..., "by": "2027-03-01", "worked": "yes"}``,
    where ``action`` is an element of the rubric and ``worked`` is left out until the day has come.

    Raises
    ------
    WorkbenchError
        Where a change cannot be read; it is named by its place.
    NoSuchNameError
        Where an action or a level is not part of the rubric.

    """
    planned = tuple(_read(given, place, rubric) for place, given in enumerate(changes, start=1))
    return ImprovementCycle(answer(rubric, answers), planned, today or datetime.now(UTC).date())


def _read(given: Mapping[str, Any], place: int, rubric: Rubric) -> PlannedChange:
    try:
        read = PlannedChange.model_validate(given)
    except ValidationError as fault:
        said = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in fault.errors())
        raise WorkbenchError(
            f"Change {place} cannot be read: {said}. A change has change, action, goal, who, by, worked, learned."
        ) from fault
    return read.model_copy(update={"action": rubric.element(read.action).id}) if read.action else read


def _listed(heading: str, items: Sequence[str]) -> str:
    said = ", ".join(items) if items else "none named yet"
    return f"<p><strong>{escape(heading)}:</strong> {escape(said)}</p>"


def _plan(changes: Sequence[PlannedChange], rubric: Rubric, today: date) -> str:
    if not changes:
        return ""
    titles = ("What we change", "Action", "Goal", "Who", "By", "What next", "What we learned")
    head = "".join(f"<th scope='col' {_CELL}>{escape(title)}</th>" for title in titles)
    rows = "".join(_plan_row(one, rubric, today) for one in changes)
    table = f"<table><caption>The plan</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    return f"<div style='overflow-x:auto'>{table}</div>"


def _plan_row(one: PlannedChange, rubric: Rubric, today: date) -> str:
    action = rubric.element(one.action).title if one.action else ""
    by = one.by.isoformat().replace("-", "\N{NON-BREAKING HYPHEN}") if one.by else ""
    cells = (action, one.goal, one.who, by, one.next_step(today), one.learned)
    said = "".join(f"<td {_CELL}>{escape(cell)}</td>" for cell in cells)
    return f"<tr><th scope='row' {_CELL}>{escape(one.change)}</th>{said}</tr>"
