"""Views: what several rooms make together, for a notebook or a panel: where to look, goals, students, a whole page."""

from __future__ import annotations

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
from dataworkbench.views.classes import find_student, list_classes
from dataworkbench.views.family_sheets import conference_sheet, learning_contract
from dataworkbench.views.forming import Groups, form_groups
from dataworkbench.views.glance import Glance, at_a_glance
from dataworkbench.views.goals import Goal, due_list, goal_board, goal_frame, measures_for_goals
from dataworkbench.views.group_history import grouping_history, keep_groups
from dataworkbench.views.health import data_health, what_is_not_there, what_is_there
from dataworkbench.views.leads import Leads, find_leads
from dataworkbench.views.notes import Note, note, plain_table
from dataworkbench.views.pages import attendance, overview
from dataworkbench.views.pictures import (
    Picture,
    plot_counts,
    plot_gaps,
    plot_interventions,
    plot_levels,
    plot_means,
    plot_rates,
    plot_survey,
    plot_trend,
)
from dataworkbench.views.planning_list import planning_list
from dataworkbench.views.process import professional_learning, time_use
from dataworkbench.views.process_pages import (
    plot_time_use,
    table_of_agreement,
    table_of_professional_learning,
    table_of_staff,
)
from dataworkbench.views.profile_sheet import student_profile
from dataworkbench.views.sheets import Sheet, Sheets, print_sheets
from dataworkbench.views.shown import shown
from dataworkbench.views.standings import standings
from dataworkbench.views.student_pages import (
    list_students,
    student_heading,
    student_history,
    student_standards,
    student_supports,
    student_words,
)
from dataworkbench.views.supports import list_not_growing, table_of_outcomes
from dataworkbench.views.targets import list_ready_for_more, list_targets, ready_for_more

__all__ = [
    "Administration",
    "Glance",
    "Goal",
    "Groups",
    "Leads",
    "Note",
    "Picture",
    "Sheet",
    "Sheets",
    "about_page",
    "administrations",
    "at_a_glance",
    "attendance",
    "conference_sheet",
    "data_health",
    "due_list",
    "find_leads",
    "find_student",
    "form_groups",
    "goal_board",
    "goal_frame",
    "grouping_history",
    "keep_groups",
    "latest_test",
    "learning_contract",
    "list_classes",
    "list_not_growing",
    "list_ready_for_more",
    "list_students",
    "list_targets",
    "look_at",
    "measures_for_goals",
    "note",
    "overview",
    "place_name",
    "plain_table",
    "planning_list",
    "plot_counts",
    "plot_gaps",
    "plot_interventions",
    "plot_levels",
    "plot_means",
    "plot_rates",
    "plot_survey",
    "plot_time_use",
    "plot_trend",
    "print_sheets",
    "professional_learning",
    "ready_for_more",
    "shown",
    "standards_checks",
    "standings",
    "student_heading",
    "student_history",
    "student_profile",
    "student_standards",
    "student_supports",
    "student_words",
    "table_of_agreement",
    "table_of_outcomes",
    "table_of_professional_learning",
    "table_of_staff",
    "time_use",
    "what_is_not_there",
    "what_is_there",
    "years_with_growth",
]
