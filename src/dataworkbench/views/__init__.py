"""Views: what several rooms make together, for a notebook or a panel: where to look, goals, students, a whole page."""

from __future__ import annotations

from dataworkbench.views.causes.evidence import Look, look_for_evidence
from dataworkbench.views.causes.fishbone_part import fishbone_desk, kept_fishbone
from dataworkbench.views.causes.ledger import (
    plot_ledger,
    table_of_fidelity,
    table_of_outcomes,
    what_worked,
    who_stopped,
)
from dataworkbench.views.causes.on_track import list_on_track, plot_on_track, ways_to_raise_rigor
from dataworkbench.views.causes.reviews import table_of_changes
from dataworkbench.views.causes.screens import Screened, screen_causes
from dataworkbench.views.causes.whys_part import kept_whys, whys_desk
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
from dataworkbench.views.cycle.before_page import what_worked_before
from dataworkbench.views.cycle.cycles import cycle, readiness
from dataworkbench.views.cycle.due import due, due_frame
from dataworkbench.views.cycle.next_cycle import NextCycleDesk, next_cycle_desk
from dataworkbench.views.cycle.owners import overdue_by_owner
from dataworkbench.views.cycle.reading import Reader, verdict_of
from dataworkbench.views.cycle.summary import cycle_summary
from dataworkbench.views.cycle.thread import Thread, thread
from dataworkbench.views.cycle.writing_desks import ReadinessDesk, WritingDesk, readiness_desk, writing_desk
from dataworkbench.views.goals.agreement import plot_agreement, table_of_agreement
from dataworkbench.views.goals.board import (
    GoalSeen,
    check_goal,
    goal_board,
    goal_frame,
    goals_seen,
    measures_for_goals,
)
from dataworkbench.views.goals.desk import GoalDesk, goal_desk, take_in_goals
from dataworkbench.views.goals.figures_over_time import figure_of
from dataworkbench.views.goals.learning import plot_learning_growth, table_of_learning_growth
from dataworkbench.views.goals.participation import compare_printed, compare_schools
from dataworkbench.views.goals.pictures import plot_goals
from dataworkbench.views.goals.rubrics import (
    SharedPage,
    plot_rubric,
    plot_rubric_over_time,
    share_rubric,
    table_of_rubric,
)
from dataworkbench.views.growth.criteria import CriteriaPage, criteria_of_element, criteria_of_standard
from dataworkbench.views.growth.lessons import plot_survey_shift, plot_tickets, table_of_gains
from dataworkbench.views.growth.mastery import mastery_rule, plot_rules
from dataworkbench.views.growth.progress import list_progress, plot_progress, progress_rule
from dataworkbench.views.growth.runs import plot_run_chart
from dataworkbench.views.growth.supports import list_not_growing
from dataworkbench.views.growth.tests import (
    list_growth,
    plot_fifths,
    plot_transitions,
    table_of_growth,
    table_of_points,
    typical_growth,
)
from dataworkbench.views.health import data_health, what_is_not_there, what_is_there
from dataworkbench.views.meeting.desk import bring_to_meeting, meeting_desk
from dataworkbench.views.meeting.listing import latest_recap, list_meetings
from dataworkbench.views.meeting.minutes import minutes
from dataworkbench.views.meeting.minutes_written import write_minutes
from dataworkbench.views.meeting.recap import Recap, recap
from dataworkbench.views.notes import Note, note, plain_table
from dataworkbench.views.pages import attendance, overview
from dataworkbench.views.paper import Paper
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
from dataworkbench.views.shown import shown
from dataworkbench.views.situation.alignment import describe_alignment, table_of_alignment
from dataworkbench.views.situation.class_time import plot_time_use
from dataworkbench.views.situation.context import table_of_context
from dataworkbench.views.situation.definitions import list_between, why_not_the_states
from dataworkbench.views.situation.flags import (
    flag_rule,
    list_flagged,
    list_unnoticed,
    plot_flags,
    table_of_flag_checks,
)
from dataworkbench.views.situation.glance import Glance, at_a_glance
from dataworkbench.views.situation.leading_and_lagging import what_is_moving, where_we_stand
from dataworkbench.views.situation.leads import Leads, find_leads
from dataworkbench.views.situation.mismatches import plot_mismatch
from dataworkbench.views.situation.process import professional_learning, time_use
from dataworkbench.views.situation.rigor import rigor_and_relevance, table_of_rigor
from dataworkbench.views.situation.risk import risk_ratios
from dataworkbench.views.situation.staff import table_of_staff
from dataworkbench.views.situation.strengths import plot_strengths, strongest_first, tests_with_parts
from dataworkbench.views.situation.took_part import table_of_professional_learning
from dataworkbench.views.situation.years import consistent_over_years, gaps_over_years, shares_beside_means
from dataworkbench.views.students.classes import find_student, list_classes
from dataworkbench.views.students.family_sheets import conference_sheet, learning_contract
from dataworkbench.views.students.forming import Groups, form_groups
from dataworkbench.views.students.group_history import grouping_history, keep_groups
from dataworkbench.views.students.pages import (
    list_students,
    student_heading,
    student_history,
    student_standards,
    student_supports,
    student_words,
)
from dataworkbench.views.students.planning_list import planning_list
from dataworkbench.views.students.profile_sheet import student_profile
from dataworkbench.views.students.sheets import Sheet, Sheets, print_sheets
from dataworkbench.views.students.standings import standings
from dataworkbench.views.students.targets import list_ready_for_more, list_targets, ready_for_more
from dataworkbench.views.students.teachers import teacher_classes, teacher_plan, teacher_students

__all__ = [
    "Administration",
    "CriteriaPage",
    "Glance",
    "GoalDesk",
    "GoalSeen",
    "Groups",
    "Leads",
    "Look",
    "NextCycleDesk",
    "Note",
    "Paper",
    "Picture",
    "Reader",
    "ReadinessDesk",
    "Recap",
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
    "bring_to_meeting",
    "check_goal",
    "compare_printed",
    "compare_schools",
    "conference_sheet",
    "consistent_over_years",
    "criteria_of_element",
    "criteria_of_standard",
    "cycle",
    "cycle_summary",
    "data_health",
    "describe_alignment",
    "due",
    "due_frame",
    "figure_of",
    "find_leads",
    "find_student",
    "fishbone_desk",
    "flag_rule",
    "form_groups",
    "gaps_over_years",
    "goal_board",
    "goal_desk",
    "goal_frame",
    "goals_seen",
    "grouping_history",
    "keep_groups",
    "kept_fishbone",
    "kept_whys",
    "latest_recap",
    "latest_test",
    "learning_contract",
    "list_between",
    "list_classes",
    "list_flagged",
    "list_growth",
    "list_meetings",
    "list_not_growing",
    "list_on_track",
    "list_progress",
    "list_ready_for_more",
    "list_students",
    "list_targets",
    "list_unnoticed",
    "look_at",
    "look_for_evidence",
    "mastery_rule",
    "measures_for_goals",
    "meeting_desk",
    "minutes",
    "next_cycle_desk",
    "note",
    "overdue_by_owner",
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
    "recap",
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
    "teacher_classes",
    "teacher_plan",
    "teacher_students",
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
    "what_worked_before",
    "where_we_stand",
    "who_stopped",
    "why_not_the_states",
    "whys_desk",
    "write_minutes",
    "writing_desk",
    "years_with_growth",
]
