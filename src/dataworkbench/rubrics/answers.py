"""A team's own answers to a rubric: which level it gave each element, and what follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from dataworkbench.rubrics.model import Element, Rubric


@dataclass(frozen=True)
class SelfCheck:
    """A rubric with a team's answers: element id to level name. Elements may be left unanswered."""

    rubric: Rubric
    answers: Mapping[str, str]

    def at(self, level: str) -> tuple[Element, ...]:
        """Return the elements that were given one level."""
        self.rubric.score(level)
        return tuple(element for element in self.rubric.elements if self.answers.get(element.id) == level)

    @property
    def strengths(self) -> tuple[Element, ...]:
        """The elements at the highest level."""
        return self.at(self.rubric.level_names[-1])

    @property
    def to_work_on(self) -> tuple[Element, ...]:
        """The answered elements below the highest level, lowest first."""
        below = self.rubric.level_names[:-1]
        return tuple(element for level in below for element in self.at(level))

    @property
    def not_answered(self) -> tuple[Element, ...]:
        """The elements without an answer."""
        return tuple(element for element in self.rubric.elements if element.id not in self.answers)

    @property
    def sentence(self) -> str:
        """Return what the answers come to, in one sentence."""
        if not self.answers:
            return f"{self.rubric.title}: nothing has been answered yet."
        total, top = len(self.rubric.elements), self.rubric.level_names[-1]
        first = f" Lowest: {self.to_work_on[0].title}." if self.to_work_on else ""
        left = f" Not answered yet: {len(self.not_answered)}." if self.not_answered else ""
        return f"{len(self.strengths)} of {total} are at '{top}'.{first}{left}"

    def _repr_html_(self) -> str:
        cell = "style='text-align:left;vertical-align:top;padding:.3em .7em'"
        rows = "".join(
            f"<tr><th scope='row' {cell}>{escape(element.title)}</th><td {cell}>{escape(element.statement)}</td>"
            f"<td {cell}>{escape(self.answers.get(element.id, 'not answered yet'))}</td></tr>"
            for element in self.rubric.elements
        )
        return (
            f"<p>{escape(self.sentence)}</p><div style='overflow-x:auto'><table><caption>{escape(self.rubric.title)}</caption>"
            f"<thead><tr><th scope='col' {cell}>Element</th><th scope='col' {cell}>What it means</th>"
            f"<th scope='col' {cell}>Our answer</th></tr></thead><tbody>{rows}</tbody></table></div>"
        )


def answer(rubric: Rubric, answers: Mapping[str, str] | None = None) -> SelfCheck:
    """Return a rubric with a team's answers: ``answer(rubric, {"vision": "In place"})``.

    Raises
    ------
    NoSuchNameError
        Where an element or a level is not part of the rubric.

    """
    given = {rubric.element(name).id: level for name, level in (answers or {}).items()}
    for level in given.values():
        rubric.score(level)
    return SelfCheck(rubric, given)
