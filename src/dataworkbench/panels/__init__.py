"""Widgets: filters, forms, and screens that several people write on at once. The only room that knows ipywidgets; what it draws is handed to it."""

from __future__ import annotations

from dataworkbench.panels.choices import Choice, choices_from
from dataworkbench.panels.filtering import FILTERS, FilterPanel, filters
from dataworkbench.panels.keeping import GoalState, ReadinessState, WritingState
from dataworkbench.panels.keeping_forms import (
    GoalForm,
    ReadinessForm,
    WritingForm,
    write_down,
    write_goal,
    write_readiness,
)
from dataworkbench.panels.live import live
from dataworkbench.panels.mapping import MappingState
from dataworkbench.panels.mapping_view import MappingPanel, map_files
from dataworkbench.panels.next_cycle import NextCycleForm, NextCycleState, write_next_cycle
from dataworkbench.panels.room import meet
from dataworkbench.panels.state import FilterState
from dataworkbench.panels.writing import write_fishbone, write_whys

__all__ = [
    "FILTERS",
    "Choice",
    "FilterPanel",
    "FilterState",
    "GoalForm",
    "GoalState",
    "MappingPanel",
    "MappingState",
    "NextCycleForm",
    "NextCycleState",
    "ReadinessForm",
    "ReadinessState",
    "WritingForm",
    "WritingState",
    "choices_from",
    "filters",
    "live",
    "map_files",
    "meet",
    "write_down",
    "write_fishbone",
    "write_goal",
    "write_next_cycle",
    "write_readiness",
    "write_whys",
]
