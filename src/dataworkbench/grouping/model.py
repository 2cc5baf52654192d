"""What is asked of a grouping, and what comes back: plain values that know no district and no solver."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from dataworkbench.errors import WorkbenchError, no_such

WORTH: Final[Mapping[str, int]] = {"need": 10, "level": 4, "balance": 4, "last": 1}
"""What a lost point of each wish counts, unless the reader says otherwise."""


@dataclass(frozen=True, order=True)
class Learner:
    """One student to be placed.

    ``need`` is the next standard, empty where it is not known, and ``step`` its place in the learning sequence; ``level`` is a
    score to spread in mixed groups, not a number where unknown; ``marks`` are the subgroups that groups can be balanced
    by, as (type, subgroup).
    """

    student_id: str
    need: str = ""
    step: int = 0
    level: float = field(default=math.nan, compare=False)
    marks: tuple[tuple[str, str], ...] = ()

    def mark(self, kind: str) -> str:
        """Return the student's subgroup of a type; empty where it is not known."""
        return dict(self.marks).get(kind, "")


class Wishes(BaseModel):
    """What a team asks of a grouping. Sizes and pairs hold always; the rest is met as far as it can be, by its worth."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    by: Literal["need", "mixed"] = "need"
    groups: Annotated[int, Field(ge=0)] = 0
    smallest: Annotated[int, Field(ge=1)] = 3
    largest: Annotated[int, Field(ge=1)] = 6
    apart: tuple[tuple[str, str], ...] = ()
    together: tuple[tuple[str, str], ...] = ()
    balance: tuple[str, ...] = ()
    last: tuple[tuple[str, ...], ...] = ()
    worth: Mapping[Literal["need", "level", "balance", "last"], Annotated[int, Field(ge=0, le=100)]] = {}

    @model_validator(mode="after")
    def _sizes_in_order(self) -> Self:
        if self.smallest > self.largest:
            raise ValueError(
                f"the smallest group ({self.smallest}) is larger than the largest ({self.largest})"
            )
        return self

    def worth_of(self, wish: str) -> int:
        """Return what a lost point of a wish counts."""
        said: dict[str, int] = {str(name): value for name, value in self.worth.items()}
        return said.get(wish, WORTH[wish])


def wishes_from(asked: Mapping[str, object]) -> Wishes:
    """Return wishes from a mapping, such as a notebook's parameter.

    Raises
    ------
    WorkbenchError
        Where a wish is not known or has a value that it cannot have; the text names every such place.

    """
    unknown = [name for name in asked if name not in Wishes.model_fields]
    if unknown:
        raise no_such("wish for groups", str(unknown[0]), Wishes.model_fields)
    try:
        return Wishes.model_validate(dict(asked))
    except ValidationError as fault:
        said = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'sizes'}: {e['msg']}" for e in fault.errors())
        raise WorkbenchError(f"The wishes for groups cannot be followed: {said}.") from fault


@dataclass(frozen=True)
class Group:
    """One group: the standard it works on (empty in mixed groups), and who is in it, in order of identifier."""

    need: str
    members: tuple[str, ...]


@dataclass(frozen=True)
class Lost:
    """What became of one wish: its worth, how many points it lost, for how many of how many it was met, and what one point is."""

    wish: str
    worth: int
    points: int
    met: int
    of: int
    point_is: str


@dataclass(frozen=True)
class Demand:
    """Something that has to hold: a number of groups, a size, or a pair."""

    kind: Literal["groups", "smallest", "largest", "apart", "together"]
    number: int = 0
    pair: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Grouped:
    """Groups that hold every demand. ``proved`` says that no others lose fewer points; else ``gap`` is how many fewer could be."""

    groups: tuple[Group, ...]
    lost: tuple[Lost, ...]
    proved: bool
    gap: int = 0

    @property
    def points(self) -> int:
        """What all wishes together lost, each point counted at its worth."""
        return sum(held.worth * held.points for held in self.lost)


@dataclass(frozen=True)
class Contradiction:
    """Demands that cannot all hold: none can be left out of ``core`` without solving it; giving up one of ``relax`` is enough.

    ``students`` is how many were to be placed. Where ``decided`` is false the time ran out before it was known.
    """

    students: int
    core: tuple[Demand, ...]
    relax: tuple[Demand, ...]
    decided: bool = True


def in_order(learners: Sequence[Learner]) -> list[Learner]:
    """Return learners in the order of their identifiers, so that the order in which they came plays no part."""
    ordered = sorted(learners, key=lambda held: held.student_id)
    ids = [held.student_id for held in ordered]
    twice = sorted({held for held in ids if ids.count(held) > 1})
    if twice:
        raise WorkbenchError(f"A student can be placed only once; listed twice: {', '.join(twice)}.")
    return ordered


def demands_of(wishes: Wishes, ids: Sequence[str]) -> tuple[Demand, ...]:
    """Return what has to hold, in a fixed order.

    Raises
    ------
    WorkbenchError
        Where a pair names somebody who is not to be placed, or one student twice.

    """
    known = set(ids)
    sizes = [Demand("groups", wishes.groups)] if wishes.groups else []
    sizes += [Demand("smallest", wishes.smallest), Demand("largest", wishes.largest)]
    pairs = []
    for kind, asked in (("apart", wishes.apart), ("together", wishes.together)):
        for pair in sorted({tuple(sorted(pair)) for pair in asked}):
            strangers = [held for held in pair if held not in known]
            if strangers:
                raise WorkbenchError(
                    f"A pair names '{strangers[0]}', who is not among the students to be placed. Take identifiers from the list."
                )
            if pair[0] == pair[1]:
                raise WorkbenchError(f"A pair names one student twice: '{pair[0]}'.")
            pairs.append(Demand("apart" if kind == "apart" else "together", pair=(pair[0], pair[1])))
    return (*sizes, *pairs)
