"""Views: what several rooms make together, for a notebook or a panel: where to look, goals, students, a whole page."""

from __future__ import annotations

from dataworkbench.views.agreement_pages import plot_agreement, table_of_agreement
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
from dataworkbench.views.cycles import cycle, readiness
from dataworkbench.views.due import due, due_frame
from dataworkbench.views.figures_over_time import figure_of
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
from dataworkbench.views.groups import groups_by_need, next_steps
from dataworkbench.views.health import data_health, what_is_not_there, what_is_there
from dataworkbench.views.leads import Leads, find_leads
from dataworkbench.views.learning_pages import plot_learning_growth, table_of_learning_growth
from dataworkbench.views.ledger import (
    plot_ledger,
    table_of_fidelity,
    table_of_outcomes,
    what_worked,
    who_stopped,
)
from dataworkbench.views.notes import Note, note, plain_table
from dataworkbench.views.pages import attendance, overview
from dataworkbench.views.participation_pages import compare_printed, compare_schools
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
    table_of_professional_learning,
    table_of_staff,
)
from dataworkbench.views.reading import Reader, verdict_of
from dataworkbench.views.reviews import table_of_changes
from dataworkbench.views.rigor import list_on_track, plot_on_track, ways_to_raise_rigor
from dataworkbench.views.rubric_pages import (
    SharedPage,
    plot_rubric,
    plot_rubric_over_time,
    share_rubric,
    table_of_rubric,
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
from dataworkbench.views.supports import list_not_growing
from dataworkbench.views.thread import Thread, thread
from dataworkbench.views.writing_desks import ReadinessDesk, WritingDesk, readiness_desk, writing_desk

__all__ = [
    "Administration",
    "Glance",
    "GoalDesk",
    "GoalSeen",
    "Leads",
    "Note",
    "Picture",
    "Reader",
    "ReadinessDesk",
    "Screened",
    "SharedPage",
    "Thread",
    "WritingDesk",
    "about_page",
    "administrations",
    "at_a_glance",
    "attendance",
    "check_goal",
    "compare_printed",
    "compare_schools",
    "cycle",
    "data_health",
    "due",
    "due_frame",
    "figure_of",
    "find_leads",
    "goal_board",
    "goal_desk",
    "goal_frame",
    "goals_seen",
    "groups_by_need",
    "latest_test",
    "list_not_growing",
    "list_on_track",
    "list_students",
    "look_at",
    "measures_for_goals",
    "next_steps",
    "note",
    "overview",
    "place_name",
    "plain_table",
    "plot_agreement",
    "plot_counts",
    "plot_gaps",
    "plot_goals",
    "plot_interventions",
    "plot_learning_growth",
    "plot_ledger",
    "plot_levels",
    "plot_means",
    "plot_on_track",
    "plot_rates",
    "plot_rubric",
    "plot_rubric_over_time",
    "plot_survey",
    "plot_time_use",
    "plot_trend",
    "professional_learning",
    "readiness",
    "readiness_desk",
    "screen_causes",
    "share_rubric",
    "shown",
    "standards_checks",
    "student_heading",
    "student_history",
    "student_profile",
    "student_standards",
    "student_supports",
    "student_words",
    "table_of_agreement",
    "table_of_changes",
    "table_of_fidelity",
    "table_of_learning_growth",
    "table_of_outcomes",
    "table_of_professional_learning",
    "table_of_rubric",
    "table_of_staff",
    "take_in_goals",
    "thread",
    "time_use",
    "verdict_of",
    "ways_to_raise_rigor",
    "what_is_not_there",
    "what_is_there",
    "what_worked",
    "who_stopped",
    "writing_desk",
    "years_with_growth",
]
