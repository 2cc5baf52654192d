"""What teams write: findings, goals, causes, changes, actions and reviews, with history. Nothing is written over."""

from __future__ import annotations

from dataworkbench.records.backups import back_up, restore
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
from dataworkbench.records.exporting import Exported, export, rebuild
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
    "Exported",
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
    "back_up",
    "export",
    "open_records",
    "rebuild",
    "restore",
]
