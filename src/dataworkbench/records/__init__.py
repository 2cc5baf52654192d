"""What teams write, with history: findings, goals, plans, meetings, causes, changes, reviews. Nothing is written over."""

from __future__ import annotations

from dataworkbench.records.at_once import AtOnce, held_by_all
from dataworkbench.records.backups import back_up, restore
from dataworkbench.records.bodies import (
    Action,
    Body,
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
from dataworkbench.records.cause_bodies import (
    Bone,
    Cause,
    Check,
    Evidence,
    Fishbone,
    Vote,
    Why,
)
from dataworkbench.records.database import PostgreSQL, database_of
from dataworkbench.records.entry import ConflictError, Entry, SetAside
from dataworkbench.records.erasing import Erasure
from dataworkbench.records.exporting import Exported, export, rebuild
from dataworkbench.records.keeping import Records, open_records
from dataworkbench.records.kinds import KINDS
from dataworkbench.records.meeting_bodies import (
    Decision,
    Interpretation,
    Meeting,
    MeetingNote,
    Member,
    Minutes,
    Observation,
    Prediction,
    Seat,
    Seen,
    Step,
    Team,
    Topic,
)

__all__ = [
    "KINDS",
    "Action",
    "AtOnce",
    "Body",
    "Bone",
    "Cause",
    "Change",
    "Check",
    "ConflictError",
    "Cycle",
    "Decision",
    "Entry",
    "Erasure",
    "Evidence",
    "Exported",
    "Figure",
    "Finding",
    "Fishbone",
    "Goal",
    "Grouping",
    "Hypothesis",
    "Interpretation",
    "LearnerGoal",
    "Meeting",
    "MeetingNote",
    "Member",
    "Milestone",
    "Minutes",
    "Observation",
    "Plan",
    "PostgreSQL",
    "Prediction",
    "Readiness",
    "Records",
    "Review",
    "Seat",
    "Seen",
    "SetAside",
    "Step",
    "StudentNote",
    "Team",
    "Topic",
    "Vote",
    "Why",
    "back_up",
    "database_of",
    "export",
    "held_by_all",
    "open_records",
    "rebuild",
    "restore",
]
