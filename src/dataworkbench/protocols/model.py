"""What a protocol is: steps with their minutes, what the room shows in each, roles, and norms."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Annotated, Final, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Does = Literal[
    "welcome", "agenda", "predict", "look", "observe", "interpret", "fishbone", "whys", "decide", "actions", "talk", "close",
]  # fmt: skip
SHOWS: Final[Mapping[Does, str]] = {
    "welcome": "who is here, the roles and the norms",
    "agenda": "what to talk about, and what is open from earlier meetings",
    "predict": "a box for what each person expects, before the figure is shown",
    "look": "the figure alone, with nothing to write",
    "observe": "the figure, and a list for what is seen in it",
    "interpret": "what was seen, and a list for what it may mean",
    "fishbone": "the fishbone",
    "whys": "the chains of whys",
    "decide": "a list for decisions",
    "actions": "a list for who does what by when",
    "talk": "the question, and nothing else to fill in",
    "close": "what was decided, who does what, and what is left open",
}
"""What the room shows in a step, by the word that a protocol file uses for it."""

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000)]
Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=80)]
_CELL = "style='text-align:left;vertical-align:top;padding:.4em .7em'"


class Timed(BaseModel):
    """One step of a protocol, and how many minutes it has."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Line
    does: Does
    minutes: int = Field(ge=1, le=240)
    asks: Sentence
    tips: tuple[Sentence, ...] = ()


class Protocol(BaseModel):
    """A timed sequence of steps by which a team meets: for what, who has which role, by which norms."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Identifier
    title: Line
    purpose: Sentence
    source: str = ""
    roles: Mapping[Line, Sentence] = Field(min_length=1)
    norms: tuple[Sentence, ...] = Field(min_length=1)
    steps: tuple[Timed, ...] = Field(min_length=1, max_length=40)

    @property
    def minutes(self) -> int:
        """How long all steps take together."""
        return sum(step.minutes for step in self.steps)

    def tips(self, place: int, name: str) -> tuple[str, ...]:
        """Return the tips for a step that was made from this protocol; none where it has changed since."""
        fits = 0 <= place < len(self.steps) and self.steps[place].name == name
        return self.steps[place].tips if fits else ()

    def _repr_html_(self) -> str:
        head = "".join(
            f"<th scope='col' {_CELL}>{title}</th>" for title in ("Step", "Minutes", "What is asked")
        )
        rows = "".join(
            f"<tr><th scope='row' {_CELL}>{escape(step.name)}</th><td {_CELL}>{step.minutes}</td>"
            f"<td {_CELL}>{escape(step.asks)}</td></tr>"
            for step in self.steps
        )
        said = f"{escape(self.title)} ({self.minutes} minutes)"
        return (
            f"<section><p><strong>{said}</strong>. {escape(self.purpose)}</p>{_listed('Norms', self.norms)}"
            f"<div style='overflow-x:auto'><table><caption>{said}</caption><thead><tr>{head}</tr></thead><tbody>{rows}"
            "</tbody></table></div></section>"
        )


def _listed(heading: str, items: tuple[str, ...]) -> str:
    said = "".join(f"<li>{escape(item)}</li>" for item in items)
    return f"<p><strong>{heading}</strong></p><ul>{said}</ul>"


assert set(SHOWS) == set(get_args(Does))  # noqa: S101 - a word without its sentence is a slip of ours, found at import
