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
from dataworkbench.views.definitions import list_between, why_not_the_states
from dataworkbench.views.flags import (
    flag_rule,
    list_flagged,
    list_unnoticed,
    plot_flags,
    table_of_flag_checks,
)
from dataworkbench.views.glance import Glance, at_a_glance
from dataworkbench.views.goals import Goal, due_list, goal_board, goal_frame, measures_for_goals
from dataworkbench.views.groups import groups_by_need, next_steps
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
    plot_ratios,
    plot_survey,
    plot_trend,
)
from dataworkbench.views.process import professional_learning, time_use
from dataworkbench.views.process_pages import (
    plot_time_use,
    table_of_agreement,
    table_of_professional_learning,
    table_of_staff,
)
from dataworkbench.views.risk import risk_ratios
from dataworkbench.views.shown import shown
from dataworkbench.views.standing import what_is_moving, where_we_stand
from dataworkbench.views.strengths import plot_strengths, strongest_first, tests_with_parts
from dataworkbench.views.student_pages import (
    list_students,
    student_heading,
    student_history,
    student_profile,
    student_standards,
    student_supports,
    student_words,
)
from dataworkbench.views.supports import list_not_growing, table_of_outcomes
from dataworkbench.views.years import consistent_over_years, gaps_over_years, shares_beside_means

__all__ = [
    "Administration",
    "Glance",
    "Goal",
    "Leads",
    "Note",
    "Picture",
    "about_page",
    "administrations",
    "at_a_glance",
    "attendance",
    "consistent_over_years",
    "data_health",
    "due_list",
    "find_leads",
    "flag_rule",
    "gaps_over_years",
    "goal_board",
    "goal_frame",
    "groups_by_need",
    "latest_test",
    "list_between",
    "list_flagged",
    "list_not_growing",
    "list_students",
    "list_unnoticed",
    "look_at",
    "measures_for_goals",
    "next_steps",
    "note",
    "overview",
    "place_name",
    "plain_table",
    "plot_counts",
    "plot_flags",
    "plot_gaps",
    "plot_interventions",
    "plot_levels",
    "plot_means",
    "plot_rates",
    "plot_ratios",
    "plot_strengths",
    "plot_survey",
    "plot_time_use",
    "plot_trend",
    "professional_learning",
    "risk_ratios",
    "shares_beside_means",
    "shown",
    "standards_checks",
    "strongest_first",
    "student_heading",
    "student_history",
    "student_profile",
    "student_standards",
    "student_supports",
    "student_words",
    "table_of_agreement",
    "table_of_flag_checks",
    "table_of_outcomes",
    "table_of_professional_learning",
    "table_of_staff",
    "tests_with_parts",
    "time_use",
    "what_is_moving",
    "what_is_not_there",
    "what_is_there",
    "where_we_stand",
    "why_not_the_states",
    "years_with_growth",
]
