"""When a student is flagged: the cut points of a district, read from the part ``[flags]`` of ``workbench.toml``.

A flag asks a person to look; it is no score and no forecast. Attendance, behaviour and course performance each have their
own, and a rule may leave one of them out.
"""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

_FROZEN = ConfigDict(frozen=True, extra="forbid")
_SHARE = Field(gt=0, le=1)


class AttendanceFlag(BaseModel):
    """Flagged from a share of days missed on, or below a share of days attended; exactly one of the two is given."""

    model_config = _FROZEN

    missed_from: Annotated[float, _SHARE] | None = None
    attended_below: Annotated[float, _SHARE] | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.missed_from is None) is (self.attended_below is None):
            raise ValueError("give either missed_from or attended_below, and not both")
        return self

    @property
    def said(self) -> str:
        """The rule in words."""
        if self.missed_from is not None:
            return f"missed {_percent(self.missed_from)} or more of the days enrolled"
        return f"attended less than {_percent(self.attended_below or 0)} of the days enrolled"


class BehaviorFlag(BaseModel):
    """Flagged by how many incidents, by incidents of one kind, by days out of class, or by a mark for behaviour."""

    model_config = _FROZEN

    incidents_from: Annotated[int, Field(ge=1)] | None = None
    of_kind_from: dict[str, Annotated[int, Field(ge=1)]] = {}
    days_removed_from: Annotated[float, Field(gt=0)] | None = None
    marks: tuple[str, ...] = ()
    mark_subject: str = "Behavior"

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not (self.reads_incidents or self.marks):
            raise ValueError("give at least one of incidents_from, of_kind_from, days_removed_from and marks")
        return self

    @property
    def reads_incidents(self) -> bool:
        """Whether the rule asks the incident log."""
        return bool(self.incidents_from or self.of_kind_from or self.days_removed_from)

    @property
    def said(self) -> str:
        """The rule in words."""
        parts = [f"{_many(self.incidents_from, 'incident')} or more"] if self.incidents_from else []
        parts += [
            f"{_many(n, 'incident')} or more of the kind '{kind}'" for kind, n in self.of_kind_from.items()
        ]
        if self.days_removed_from:
            parts.append(f"{_many(self.days_removed_from, 'day')} or more out of class")
        if self.marks:
            parts.append(f"a mark of {' or '.join(self.marks)} in {self.mark_subject}")
        return ", or ".join(parts)


class CourseFlag(BaseModel):
    """Flagged by marks in classes, by the lowest level on the latest whole test, or by either."""

    model_config = _FROZEN

    mark_below: float | None = None
    marks: tuple[str, ...] = ()
    courses_from: Annotated[int, Field(ge=1)] = 1
    lowest_level: bool = False
    subjects: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not (self.reads_marks or self.lowest_level):
            raise ValueError("give at least one of mark_below, marks and lowest_level")
        return self

    @property
    def reads_marks(self) -> bool:
        """Whether the rule asks for marks in classes."""
        return self.mark_below is not None or bool(self.marks)

    @property
    def said(self) -> str:
        """The rule in words."""
        named = f" in {' or '.join(self.subjects)}" if self.subjects else ""
        ways = [f"below {self.mark_below:g}"] if self.mark_below is not None else []
        ways += [f"of {' or '.join(self.marks)}"] if self.marks else []
        courses = f" in {self.courses_from} or more classes" if self.courses_from > 1 else ""
        parts = [f"a mark {' or '.join(ways)}{named or ''}{courses}"] if ways else []
        if self.lowest_level:
            parts.append(f"the lowest level on the year's latest test{named or ' in any subject'}")
        return ", or ".join(parts)


class FlagRules(BaseModel):
    """A district's rule for its early-warning flags."""

    model_config = _FROZEN

    rule: str = "to begin with"
    title: str = "A rule to begin with"
    source: str = (
        "Absence after EDFacts and Attendance Works; incidents after the highest band of AcumenEd's ABC points; the rest our "
        "own. No rule fits every district: hold it against your own past before it decides anything."
    )
    fewest_days: Annotated[int, Field(ge=0)] = 20
    attendance: AttendanceFlag | None = AttendanceFlag(missed_from=0.10)
    behavior: BehaviorFlag | None = BehaviorFlag(incidents_from=3, days_removed_from=1)
    course: CourseFlag | None = CourseFlag(marks=("F",), lowest_level=True)

    @property
    def said(self) -> dict[str, str]:
        """Each flag that the rule has, with what it says."""
        held = {"Attendance": self.attendance, "Behavior": self.behavior, "Course": self.course}
        return {name: flag.said for name, flag in held.items() if flag is not None}


def _percent(share: float) -> str:
    return f"{share * 100:g}%"


def _many(n: float, word: str) -> str:
    return f"{n:g} {word}" if n == 1 else f"{n:g} {word}s"
