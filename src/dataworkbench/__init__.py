"""An analytics workbench for the data teams of schools. Notebook cells use what is named here."""

from __future__ import annotations

from dataworkbench import views
from dataworkbench.disclosure import for_audience
from dataworkbench.figures import plot_counts, plot_gaps, plot_means, plot_rates, plot_trend
from dataworkbench.measures import (
    catalogue,
    change,
    gap,
    indicator,
    intervention_outcomes,
    left_out,
    measure,
    mismatch,
    observer_agreement,
    risk_ratio,
    run_chart,
    student_list,
)
from dataworkbench.panels import filters, write_fishbone, write_whys
from dataworkbench.rootcause import fishbone, from_json, hypothesis, problem, to_json, whys
from dataworkbench.rubrics import answer, rubric, rubrics
from dataworkbench.selection import Selection, select
from dataworkbench.sentences import describe, what_was_run
from dataworkbench.tables import table_of
from dataworkbench.views import (
    about_page,
    due_list,
    goal_board,
    groups_by_need,
    latest_test,
    list_students,
    look_at,
    plot_time_use,
    student_heading,
    student_history,
    student_standards,
    student_supports,
    student_words,
    table_of_professional_learning,
    table_of_staff,
    what_is_not_there,
    what_is_there,
)
from dataworkbench.warehouse import district_from_frames, open_workspace

__version__ = "0.1.0"

__all__ = [
    "Selection",
    "about_page",
    "answer",
    "catalogue",
    "change",
    "describe",
    "district_from_frames",
    "due_list",
    "filters",
    "fishbone",
    "for_audience",
    "from_json",
    "gap",
    "goal_board",
    "groups_by_need",
    "hypothesis",
    "indicator",
    "intervention_outcomes",
    "latest_test",
    "left_out",
    "list_students",
    "look_at",
    "measure",
    "mismatch",
    "observer_agreement",
    "open_workspace",
    "plot_counts",
    "plot_gaps",
    "plot_means",
    "plot_rates",
    "plot_time_use",
    "plot_trend",
    "problem",
    "risk_ratio",
    "rubric",
    "rubrics",
    "run_chart",
    "select",
    "student_heading",
    "student_history",
    "student_list",
    "student_standards",
    "student_supports",
    "student_words",
    "table_of",
    "table_of_professional_learning",
    "table_of_staff",
    "to_json",
    "views",
    "what_is_not_there",
    "what_is_there",
    "what_was_run",
    "whys",
    "write_fishbone",
    "write_whys",
]
