"""Grouping: students with what they need next in, groups with reasons out. It knows no district and draws nothing."""

from dataworkbench.grouping.explaining import (
    asked_in_words,
    contradiction_in_words,
    demand_in_words,
    met_in_words,
    proved_in_words,
    why_here,
    wish_in_words,
)
from dataworkbench.grouping.history import Earlier, group_levels, times_in_lowest, times_together
from dataworkbench.grouping.model import (
    Contradiction,
    Demand,
    Group,
    Grouped,
    Learner,
    Lost,
    Wishes,
    wishes_from,
)
from dataworkbench.grouping.points import lost_points
from dataworkbench.grouping.solving import form_groups

__all__ = [
    "Contradiction",
    "Demand",
    "Earlier",
    "Group",
    "Grouped",
    "Learner",
    "Lost",
    "Wishes",
    "asked_in_words",
    "contradiction_in_words",
    "demand_in_words",
    "form_groups",
    "group_levels",
    "lost_points",
    "met_in_words",
    "proved_in_words",
    "times_in_lowest",
    "times_together",
    "why_here",
    "wish_in_words",
    "wishes_from",
]
