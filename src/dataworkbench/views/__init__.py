"""Views: what several rooms make together, for a notebook or a panel: where to look, goals, students, a whole page."""

from __future__ import annotations

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
    "Glance",
    "Goal",
    "Leads",
    "Note",
    "Picture",
    "Screened",
    "about_page",
    "administrations",
    "at_a_glance",
    "attendance",
    "data_health",
    "due_list",
    "find_leads",
    "goal_board",
    "goal_frame",
    "groups_by_need",
    "latest_test",
    "list_not_growing",
    "list_students",
    "look_at",
    "measures_for_goals",
    "next_steps",
    "note",
    "overview",
    "place_name",
    "plain_table",
    "plot_counts",
    "plot_gaps",
    "plot_interventions",
    "plot_levels",
    "plot_means",
    "plot_rates",
    "plot_survey",
    "plot_time_use",
    "plot_trend",
    "professional_learning",
    "screen_causes",
    "shown",
    "standards_checks",
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
