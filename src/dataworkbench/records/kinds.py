"""Every kind of thing that a team writes, by its name in the database, and how older formats become newer ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from dataworkbench.records.bodies import (
    Action,
    Body,
    Change,
    Cycle,
    Finding,
    Goal,
    Grouping,
    Hypothesis,
    LearnerGoal,
    Plan,
    Readiness,
    Review,
    StudentNote,
)
from dataworkbench.records.cause_bodies import Cause, Check, Evidence, Fishbone, Vote, Why, cause_2
from dataworkbench.records.meeting_bodies import (
    Decision,
    Interpretation,
    Meeting,
    MeetingNote,
    Minutes,
    Observation,
    Prediction,
    Seat,
    Seen,
    Step,
    Team,
    Topic,
)

KINDS: Final[Mapping[str, type[Body]]] = MappingProxyType(
    {
        body.KIND: body
        for body in (
            Cycle, Finding, Goal, Plan, Cause, Hypothesis, Change, Action, Review, Readiness, Grouping, StudentNote,
            LearnerGoal, Team, Meeting, Step, Seat, Seen, Prediction, Observation, Interpretation, Topic, Decision,
            MeetingNote, Minutes, Fishbone, Evidence, Vote, Check, Why,
        )
    }
)  # fmt: skip
"""Every kind of body by its name in the database."""

UPGRADES: Final[Mapping[tuple[str, int], Callable[[dict[str, Any]], dict[str, Any]]]] = MappingProxyType(
    {("cause", 1): cause_2}
)
"""How a body of one kind and format becomes one of the next format."""
