"""Views: what several rooms make together, for a notebook or a panel: where to look, goals, students, a whole page."""

from __future__ import annotations

from dataworkbench.views.agreement_pages import plot_agreement, table_of_agreement
from dataworkbench.views.alignment import describe_alignment, table_of_alignment
from dataworkbench.views.causes import Screened, screen_causes
from dataworkbench.views.choosing import (
    Administration,
    about_page,
    administrations,
    latest_test,
    look_at,
    place_name,
    standards_checks,
    years_with_growth,
)
from dataworkbench.views.class_time import plot_time_use
from dataworkbench.views.classes import find_student, list_classes
from dataworkbench.views.context import table_of_context
from dataworkbench.views.criteria import CriteriaPage, criteria_of_element, criteria_of_standard
from dataworkbench.views.cycles import cycle, readiness
from dataworkbench.views.definitions import list_between, why_not_the_states
from dataworkbench.views.due import due, due_frame
from dataworkbench.views.family_sheets import conference_sheet, learning_contract
from dataworkbench.views.figures_over_time import figure_of
from dataworkbench.views.flags import (
    flag_rule,
    list_flagged,
    list_unnoticed,
    plot_flags,
    table_of_flag_checks,
)
from dataworkbench.views.forming import Groups, form_groups
from dataworkbench.views.glance import Glance, at_a_glance
from dataworkbench.views.goal_desk import GoalDesk, goal_desk, take_in_goals
from dataworkbench.views.goal_pictures import plot_goals
from dataworkbench.views.goals import (
    GoalSeen,
    check_goal,
    goal_board,
    goal_frame,
    goals_seen,
    measures_for_goals,
)
from dataworkbench.views.group_history import grouping_history, keep_groups
from dataworkbench.views.growth_pages import (
    list_growth,
    plot_fifths,
    plot_transitions,
    table_of_growth,
    table_of_points,
    typical_growth,
)
from dataworkbench.views.health import data_health, what_is_not_there, what_is_there
from dataworkbench.views.leading_and_lagging import what_is_moving, where_we_stand
from dataworkbench.views.leads import Leads, find_leads
from dataworkbench.views.learning_pages import plot_learning_growth, table_of_learning_growth
from dataworkbench.views.ledger import (
    plot_ledger,
    table_of_fidelity,
    table_of_outcomes,
    what_worked,
    who_stopped,
)
from dataworkbench.views.lessons import plot_survey_shift, plot_tickets, table_of_gains
from dataworkbench.views.mastery_pages import mastery_rule, plot_rules
from dataworkbench.views.mismatches import plot_mismatch
from dataworkbench.views.notes import Note, note, plain_table
from dataworkbench.views.on_track import list_on_track, plot_on_track, ways_to_raise_rigor
from dataworkbench.views.pages import attendance, overview
from dataworkbench.views.participation_pages import compare_printed, compare_schools
from dataworkbench.views.pictures import (
    Picture,
    plot_counts,
    plot_gaps,
    plot_interventions,
    plot_levels,
    plot_means,
    plot_pairs,
    plot_rates,
    plot_ratios,
    plot_survey,
    plot_trend,
)
from dataworkbench.views.planning_list import planning_list
from dataworkbench.views.process import professional_learning, time_use
from dataworkbench.views.process_pages import table_of_professional_learning
from dataworkbench.views.profile_sheet import student_profile
from dataworkbench.views.progress_pages import list_progress, plot_progress, progress_rule
from dataworkbench.views.reading import Reader, verdict_of
from dataworkbench.views.reviews import table_of_changes
from dataworkbench.views.rigor import rigor_and_relevance, table_of_rigor
from dataworkbench.views.risk import risk_ratios
from dataworkbench.views.rubric_pages import (
    SharedPage,
    plot_rubric,
    plot_rubric_over_time,
    share_rubric,
    table_of_rubric,
)
from dataworkbench.views.run_pages import plot_run_chart
from dataworkbench.views.sheets import Sheet, Sheets, print_sheets
from dataworkbench.views.shown import shown
from dataworkbench.views.staff_pages import table_of_staff
from dataworkbench.views.standings import standings
from dataworkbench.views.strengths import plot_strengths, strongest_first, tests_with_parts
from dataworkbench.views.student_pages import (
    list_students,
    student_heading,
    student_history,
    student_standards,
    student_supports,
    student_words,
)
from dataworkbench.views.supports import list_not_growing
from dataworkbench.views.targets import list_ready_for_more, list_targets, ready_for_more
from dataworkbench.views.thread import Thread, thread
from dataworkbench.views.writing_desks import ReadinessDesk, WritingDesk, readiness_desk, writing_desk
from dataworkbench.views.years import consistent_over_years, gaps_over_years, shares_beside_means

__all__ = [
    "Administration",
    "CriteriaPage",
    "Glance",
    "GoalDesk",
    "GoalSeen",
    "Groups",
    "Leads",
    "Note",
    "Picture",
    "Reader",
    "ReadinessDesk",
    "Screened",
    "SharedPage",
    "Sheet",
    "Sheets",
    "Thread",
    "WritingDesk",
    "about_page",
    "administrations",
    "at_a_glance",
    "attendance",
    "check_goal",
    "compare_printed",
    "compare_schools",
    "conference_sheet",
    "consistent_over_years",
    "criteria_of_element",
    "criteria_of_standard",
    "cycle",
    "data_health",
    "describe_alignment",
    "due",
    "due_frame",
    "figure_of",
    "find_leads",
    "find_student",
    "flag_rule",
    "form_groups",
    "gaps_over_years",
    "goal_board",
    "goal_desk",
    "goal_frame",
    "goals_seen",
    "grouping_history",
    "keep_groups",
    "latest_test",
    "learning_contract",
    "list_between",
    "list_classes",
    "list_flagged",
    "list_growth",
    "list_not_growing",
    "list_on_track",
    "list_progress",
    "list_ready_for_more",
    "list_students",
    "list_targets",
    "list_unnoticed",
    "look_at",
    "mastery_rule",
    "measures_for_goals",
    "note",
    "overview",
    "place_name",
    "plain_table",
    "planning_list",
    "plot_agreement",
    "plot_counts",
    "plot_fifths",
    "plot_flags",
    "plot_gaps",
    "plot_goals",
    "plot_interventions",
    "plot_learning_growth",
    "plot_ledger",
    "plot_levels",
    "plot_means",
    "plot_mismatch",
    "plot_on_track",
    "plot_pairs",
    "plot_progress",
    "plot_rates",
    "plot_ratios",
    "plot_rubric",
    "plot_rubric_over_time",
    "plot_rules",
    "plot_run_chart",
    "plot_strengths",
    "plot_survey",
    "plot_survey_shift",
    "plot_tickets",
    "plot_time_use",
    "plot_transitions",
    "plot_trend",
    "print_sheets",
    "professional_learning",
    "progress_rule",
    "readiness",
    "readiness_desk",
    "ready_for_more",
    "rigor_and_relevance",
    "risk_ratios",
    "screen_causes",
    "share_rubric",
    "shares_beside_means",
    "shown",
    "standards_checks",
    "standings",
    "strongest_first",
    "student_heading",
    "student_history",
    "student_profile",
    "student_standards",
    "student_supports",
    "student_words",
    "table_of_agreement",
    "table_of_alignment",
    "table_of_changes",
    "table_of_context",
    "table_of_fidelity",
    "table_of_flag_checks",
    "table_of_gains",
    "table_of_growth",
    "table_of_learning_growth",
    "table_of_outcomes",
    "table_of_points",
    "table_of_professional_learning",
    "table_of_rigor",
    "table_of_rubric",
    "table_of_staff",
    "take_in_goals",
    "tests_with_parts",
    "thread",
    "time_use",
    "typical_growth",
    "verdict_of",
    "ways_to_raise_rigor",
    "what_is_moving",
    "what_is_not_there",
    "what_is_there",
    "what_worked",
    "where_we_stand",
    "who_stopped",
    "why_not_the_states",
    "writing_desk",
    "years_with_growth",
]
