"""Rubrics as files: elements, levels and look-fors, read, shown and answered."""

from __future__ import annotations

from dataworkbench.rubrics.answers import SelfCheck, answer
from dataworkbench.rubrics.cycle import ImprovementCycle, PlannedChange, improve
from dataworkbench.rubrics.files import read_rubric, rubric, rubrics
from dataworkbench.rubrics.model import Element, Level, Rubric

__all__ = [
    "Element",
    "ImprovementCycle",
    "Level",
    "PlannedChange",
    "Rubric",
    "SelfCheck",
    "answer",
    "improve",
    "read_rubric",
    "rubric",
    "rubrics",
]
