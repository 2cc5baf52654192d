"""Which indicators lead and which lag: what can still be changed this year, and what tells how a year went."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

from dataworkbench.errors import no_such

Word = Literal["leading", "lagging", "context"]


class Timing(NamedTuple):
    """Whether an indicator leads or lags, and why in a line. Context is neither: it says of whom the rest speaks."""

    word: Word
    why: str


def _many(word: Word, whys: Mapping[str, str]) -> dict[str, Timing]:
    return {name: Timing(word, why) for name, why in whys.items()}


TIMING: Final[Mapping[str, Timing]] = MappingProxyType(
    {
        **_many("context", {
            "enrollment": "It says who is here.",
            "student_share": "It says who is here.",
            "disability_identification": "It follows from decisions of several years.",
            "not_reported": "It says how well the students are known.",
            "staff_count": "It says who works here.",
            "staff_new": "It says who works here.",
            "classes_by_learning_model": "It says how learning is organized.",
            "students_by_learning_model": "It says how learning is organized.",
            "classroom_visits": "It says how much was looked at.",
        }),
        **_many("lagging", {
            "chronic_absence": "It sums up the days of a year; of this year it is known only so far.",
            "severe_absence": "It sums up the days of a year.",
            "absence_bands": "It sums up the days of a year.",
            "proficiency": "A whole test tells what was learned before it.",
            "mean_score": "A whole test tells what was learned before it.",
            "performance_levels": "A whole test tells what was learned before it.",
            "mean_growth_percentile": "It comes with the year's last test.",
            "growth_target_met": "It is known when the year's last test is.",
            "mean_gain": "It is known when the year's last test is.",
            "median_growth_percentile": "It comes with the year's last test.",
            "level_transitions": "It compares two tests a year apart.",
            "level_transitions_in_year": "It compares the first test of a year with the last.",
            "value_table_points": "It compares two tests a year apart.",
            "staff_stayed": "It is known when the next year begins.",
            "student_mobility": "It sums up the comings and goings of a year.",
            "came_late": "It sums up the comings of a year.",
            "left_early": "It sums up the goings of a year.",
            "rubric_level": "Practice shows after what was learned about it.",
            "rubric_mean": "Practice shows after what was learned about it.",
            "intervention_goal_met": "It is known when the turn has ended.",
            "intervention_change": "It is known when the turn has ended.",
            "intervention_endings": "It is known when the turn has ended.",
        }),
        **_many("leading", {
            "attendance_rate": "It is known month by month, and days still to come can be won.",
            "exit_ticket_gain": "It is known after the lesson.",
            "exit_ticket_shift": "It is known after the lesson.",
            "exit_ticket_own_gain": "It is known after the lesson.",
            "exit_ticket_normalised_change": "It is known after the lesson.",
            "exit_ticket_before": "It is known after the lesson.",
            "exit_ticket_after": "It is known after the lesson.",
            "unit_before_after": "It is known when the unit ends.",
            "unit_gain": "It is known when the unit ends.",
            "taught_before_assessed": "The order of teaching can be changed before the next check.",
            "standards_taught_and_assessed": "The order of teaching can be changed before the next check.",
            "time_lost": "A timetable can be kept from next week on.",
            "class_minutes": "Time is used anew each day.",
            "standards_mastery": "It is known standard by standard, long before the year's last test.",
            "incident_rate": "It is known day by day, and what is done about it shows within weeks.",
            "removal_rate": "It is known day by day, and each removal is a decision.",
            "incidents_per_student": "It is known day by day.",
            "flag_attendance": "It asks for a look while there is time.",
            "flag_behavior": "It asks for a look while there is time.",
            "flag_course": "It asks for a look while there is time.",
            "flag_any": "It asks for a look while there is time.",
            "flag_states": "It asks for a look while there is time.",
            "unnoticed_need": "It can be answered this week.",
            "survey_top_box": "How people see it changes before results do.",
            "survey_top_box_without_neutral": "How people see it changes before results do.",
            "survey_answers": "How people see it changes before results do.",
            "survey_response_rate": "It can be raised while the survey is open.",
            "interventions_started": "What is begun comes before what it brings.",
            "intervention_dose": "Whether the plan is kept is known while it runs.",
            "intervention_fidelity": "Whether the plan is kept is known while it runs.",
        }),
    }
)  # fmt: skip
"""Every indicator of the catalogue, by its identifier."""


def timing(id: str) -> Timing:  # noqa: A002 - the catalogue's own word
    """Return whether an indicator leads or lags, and why."""
    if id not in TIMING:
        raise no_such("indicator with a place in time", id, TIMING, most=len(TIMING))
    return TIMING[id]
