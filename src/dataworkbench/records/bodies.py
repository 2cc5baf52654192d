"""What a team writes around the loop, from a finding to its review: one frozen model a kind, each with its format.

A body holds words, figures as they were seen, and days. Who wrote it, when, and what it follows from stand beside it
in its ``Entry``. A field that is added gets a default; a field that is renamed or dropped gets a new ``FORMAT`` and a
step in ``kinds.UPGRADES``, so that what was written earlier can always be read.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, StringConstraints


def _storable(text: str) -> str:
    """Return text that every database can hold: a NUL or half a character becomes the sign for an unreadable one."""
    return text.replace("\x00", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode("utf-8")


Words = Annotated[str, AfterValidator(_storable)]
Said = Annotated[Words, StringConstraints(strip_whitespace=True, min_length=1)]
"""Words that must not be empty."""
Where = Mapping[str, tuple[Words, ...]]
"""Whom something is about: the columns of a measure with the values that were chosen, as in a Selection."""
Number = Annotated[float, Field(allow_inf_nan=False)]


class Part(BaseModel):
    """A part of a body."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Body(Part):
    """What one entry says. ``KIND`` names it in the database; ``ABOUT_STUDENTS`` where it speaks of single students."""

    KIND: ClassVar[str]
    FORMAT: ClassVar[int] = 1
    ABOUT_STUDENTS: ClassVar[bool] = False

    @property
    def is_restricted(self) -> bool:
        """Whether only those who ask for restricted notes are given this."""
        return False


class Figure(Part):
    """A figure as it was seen: its value with n and interval, and the snapshot it is from.

    ``at`` says which time it is of (a school year, a time of the year), ``on`` the day up to which its data went.
    """

    value: Number | None = None
    low: Number | None = None
    high: Number | None = None
    n: int | None = None
    label: Words = ""
    on: date | None = None
    at: Where = {}
    snapshot: Words = ""


class Milestone(Part):
    """How far a goal is to be on one day, in the unit of its indicator."""

    by: date
    value: Number


class Cycle(Body):
    """One time through the five stages."""

    KIND: ClassVar[str] = "cycle"

    name: Said
    school_id: Words = ""
    starts: date | None = None
    ends: date | None = None
    team: tuple[Words, ...] = ()


class Finding(Body):
    """What a team saw: a concern in a sentence, with the indicator, the group and the figure as it was shown."""

    KIND: ClassVar[str] = "finding"

    concern: Said
    indicator: Words = ""
    indicator_version: int = 1
    where: Where = {}
    figure: Figure = Figure()


class Goal(Body):
    """What is to change: an indicator in one version of its definition, for whom, from where to where, by when."""

    KIND: ClassVar[str] = "goal"

    indicator: Said
    indicator_version: int = 1
    where: Where = {}
    baseline: Figure = Figure()
    target: Number
    direction: Literal["higher", "lower"]
    by: date
    owner: Words = ""
    milestones: tuple[Milestone, ...] = ()
    words: Words = ""


class Plan(Body):
    """How a team means to reach a goal."""

    KIND: ClassVar[str] = "plan"

    words: Said
    owner: Words = ""
    by: date | None = None


class Hypothesis(Body):
    """If we change something, then something will follow, for a reason; measured by something on a day.

    ``indicator`` names the measure where it is one of the workbench's, ``group`` whom it is measured in; ``now`` is where it
    stands and ``aim`` where it is to be, as the team says it. It follows the why and the cause that it comes from.
    """

    KIND: ClassVar[str] = "hypothesis"

    change: Said
    then: Said
    because: Said
    measured_by: Said
    by: date
    indicator: Words = ""
    group: Words = ""
    now: Words = ""
    aim: Words = ""


class Change(Body):
    """What is changed: an intervention for a group, or a strategy, from a day on."""

    KIND: ClassVar[str] = "change"

    words: Said
    strategy: Words = ""
    where: Where = {}
    starts: date | None = None
    owner: Words = ""


class Action(Body):
    """What one person will do by one day, for a student or a group; ``done`` is the day on which it was."""

    KIND: ClassVar[str] = "action"

    whom: Words = ""
    what: Said
    who: Words = ""
    by: date | None = None
    done: date | None = None


class Review(Body):
    """When it is looked at whether something worked, and, once ``held``, what was found and decided.

    ``verdict`` is worked out from the figures; ``words`` are the team's own.
    """

    KIND: ClassVar[str] = "review"

    of: Words = ""
    on: date
    held: date | None = None
    verdict: Words = ""
    words: Words = ""
    figure: Figure = Figure()
    decision: Literal["", "keep", "change", "stop"] = ""
    who: Words = ""


class Readiness(Body):
    """A team's own answers about the inputs for success of one stage: element to level."""

    KIND: ClassVar[str] = "readiness"

    rubric: Said
    stage: int
    answers: Mapping[str, Words]


class Grouping(Body):
    """Groups of students as they were made on one day, by which rules and why."""

    KIND: ClassVar[str] = "grouping"
    ABOUT_STUDENTS: ClassVar[bool] = True

    name: Said
    section_id: Words = ""
    school_year: Words = ""
    made_on: date
    rules: Mapping[str, JsonValue] = {}
    groups: tuple[tuple[Words, ...], ...]
    why: tuple[Words, ...] = ()


class StudentNote(Body):
    """What somebody said about one student. A restricted note is given only to those who ask for restricted ones."""

    KIND: ClassVar[str] = "student_note"
    ABOUT_STUDENTS: ClassVar[bool] = True

    student_id: Said
    said_by: Words = ""
    kind: Literal["ordinary", "restricted"] = "ordinary"
    words: Said

    @property
    def is_restricted(self) -> bool:
        """Whether only those who ask for restricted notes are given this."""
        return self.kind == "restricted"


class LearnerGoal(Body):
    """A goal in the learner's own words, and the teacher's judgement beside it."""

    KIND: ClassVar[str] = "learner_goal"
    ABOUT_STUDENTS: ClassVar[bool] = True

    student_id: Said
    words: Said
    judgement: Words = ""
