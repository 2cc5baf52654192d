"""What teams write: findings, goals, causes, changes, actions and reviews, with history. Nothing is written over."""

from __future__ import annotations

from dataworkbench.records.bodies import (
    KINDS,
    Action,
    Body,
    Cause,
    Change,
    Cycle,
    Figure,
    Finding,
    Goal,
    Grouping,
    Hypothesis,
    LearnerGoal,
    Milestone,
    Plan,
    Readiness,
    Review,
    StudentNote,
)
from dataworkbench.records.entry import ConflictError, Entry, SetAside
from dataworkbench.records.keeping import Records, open_records

__all__ = [
    "KINDS",
    "Action",
    "Body",
    "Cause",
    "Change",
    "ConflictError",
    "Cycle",
    "Entry",
    "Figure",
    "Finding",
    "Goal",
    "Grouping",
    "Hypothesis",
    "LearnerGoal",
    "Milestone",
    "Plan",
    "Readiness",
    "Records",
    "Review",
    "SetAside",
    "StudentNote",
    "open_records",
]
