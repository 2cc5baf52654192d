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
from dataworkbench.views.criteria import CriteriaPage, criteria_of_element, criteria_of_standard
from dataworkbench.views.glance import Glance, at_a_glance
from dataworkbench.views.goals import Goal, due_list, goal_board, goal_frame, measures_for_goals
from dataworkbench.views.groups import groups_by_need, next_steps
from dataworkbench.views.growth_pages import (
    list_growth,
    plot_fifths,
    plot_transitions,
    table_of_growth,
    table_of_points,
    typical_growth,
)
from dataworkbench.views.health import data_health, what_is_not_there, what_is_there
from dataworkbench.views.leads import Leads, find_leads
from dataworkbench.views.lessons import plot_survey_shift, plot_tickets, table_of_gains
from dataworkbench.views.mastery_pages import mastery_rule, plot_rules
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
from dataworkbench.views.process import professional_learning, time_use
from dataworkbench.views.process_pages import (
    plot_time_use,
    table_of_agreement,
    table_of_professional_learning,
    table_of_staff,
)
from dataworkbench.views.progress_pages import list_progress, plot_progress, progress_rule
from dataworkbench.views.run_pages import plot_run_chart
from dataworkbench.views.shown import shown
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

__all__ = [
    "Administration",
    "CriteriaPage",
    "Glance",
    "Goal",
    "Leads",
    "Note",
    "Picture",
    "about_page",
    "administrations",
    "at_a_glance",
    "attendance",
    "criteria_of_element",
    "criteria_of_standard",
    "data_health",
    "due_list",
    "find_leads",
    "goal_board",
    "goal_frame",
    "groups_by_need",
    "latest_test",
    "list_growth",
    "list_not_growing",
    "list_progress",
    "list_students",
    "look_at",
    "mastery_rule",
    "measures_for_goals",
    "next_steps",
    "note",
    "overview",
    "place_name",
    "plain_table",
    "plot_counts",
    "plot_fifths",
    "plot_gaps",
    "plot_interventions",
    "plot_levels",
    "plot_means",
    "plot_progress",
    "plot_rates",
    "plot_rules",
    "plot_run_chart",
    "plot_survey",
    "plot_survey_shift",
    "plot_tickets",
    "plot_time_use",
    "plot_transitions",
    "plot_trend",
    "professional_learning",
    "progress_rule",
    "shown",
    "standards_checks",
    "student_heading",
    "student_history",
    "student_profile",
    "student_standards",
    "student_supports",
    "student_words",
    "table_of_agreement",
    "table_of_gains",
    "table_of_growth",
    "table_of_outcomes",
    "table_of_points",
    "table_of_professional_learning",
    "table_of_staff",
    "time_use",
    "typical_growth",
    "what_is_not_there",
    "what_is_there",
    "years_with_growth",
]
