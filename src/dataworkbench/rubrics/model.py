"""What a rubric is: levels from first to last, elements, and what to look for at each level."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from dataworkbench.errors import no_such
from dataworkbench.rubrics.display import element_html, rubric_html
from dataworkbench.terms import STAGES

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Who = Literal["learners", "educators", "everyone"]
Purpose = Literal["observation", "readiness", "self-check"]
Focus = Literal["rigor", "relevance"]


class Level(BaseModel):
    """One level of a rubric."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Text
    meaning: str = ""


class Element(BaseModel):
    """One thing that is looked at, with what it looks like at each level."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Identifier
    title: Text
    group: str = ""
    stage: int | None = Field(
        default=None, ge=1, le=5, description="The stage it prepares, where it prepares one."
    )
    about: tuple[Focus, ...] = Field(
        default=(), description="Whether it tells of rigor, of relevance, or of both."
    )
    statement: Text
    levels: Mapping[str, Text] = {}
    look_fors: Mapping[Who, Mapping[str, tuple[Text, ...]]] = {}
    questions: tuple[Text, ...] = ()

    @property
    def part(self) -> str:
        """The part of the rubric it belongs to: its group, else the name of its stage."""
        return self.group or (STAGES[self.stage] if self.stage else "")

    def named_levels(self) -> set[str]:
        """Return the levels that the element says something about."""
        return set(self.levels).union(*(set(held) for held in self.look_fors.values()))

    def _repr_html_(self) -> str:
        return element_html(self)


class Rubric(BaseModel):
    """A rubric: its levels, lowest first, and its elements. The score of a level is its place, 1 the lowest."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Identifier
    version: int = Field(default=1, ge=1)
    title: Text
    purpose: Purpose
    statement: Text
    source: str = ""
    levels: tuple[Level, ...] = Field(min_length=2)
    elements: tuple[Element, ...] = Field(min_length=1)
    reflection: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        _refuse_twice("level", (level.name for level in self.levels))
        _refuse_twice("element", (element.id for element in self.elements))
        for element in self.elements:
            unknown = sorted(element.named_levels() - set(self.level_names))
            if unknown:
                raise ValueError(
                    f"the element '{element.id}' names the level '{unknown[0]}'; the levels are {', '.join(self.level_names)}"
                )
        return self

    @property
    def level_names(self) -> tuple[str, ...]:
        """The names of the levels, lowest first."""
        return tuple(level.name for level in self.levels)

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts of the rubric (groups, or stages), in order; empty where it has none."""
        return tuple(dict.fromkeys(element.part for element in self.elements if element.part))

    def element(self, asked: str) -> Element:
        """Return one element by its id or its title."""
        for element in self.elements:
            if asked in (element.id, element.title):
                return element
        raise no_such(f"element of {self.id}", asked, (element.id for element in self.elements))

    def score(self, level: str) -> int:
        """Return the score of a level: 1 is the lowest."""
        if level not in self.level_names:
            raise no_such(f"level of {self.id}", level, self.level_names)
        return self.level_names.index(level) + 1

    def only(self, *, part: str | None = None, stage: int | None = None) -> Rubric:
        """Return the same rubric with the elements of one part, or of one stage."""
        kept = tuple(
            element
            for element in self.elements
            if (part is None or element.part == part) and (stage is None or element.stage == stage)
        )
        if not kept:
            there = (
                self.parts if part is not None else sorted({str(e.stage) for e in self.elements if e.stage})
            )
            raise no_such(f"part of {self.id}", str(part if part is not None else stage), there)
        return self.model_copy(update={"elements": kept})

    def _repr_html_(self) -> str:
        return rubric_html(self)


def _refuse_twice(kind: str, names: Iterable[str]) -> None:
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise ValueError(f"the {kind} '{twice[0]}' is there twice")
