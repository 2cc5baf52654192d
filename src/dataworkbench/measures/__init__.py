"""Tables in, indicators out: each figure with whom it counts, how many were left out, and its interval.

An indicator is a definition (``catalogue``); ``measure`` asks a district for one by any of its dimensions. The district is
seen through ``Asked`` alone: its settings, whether it has a table, and answers to SQL over the canonical tables.
"""

from __future__ import annotations

from dataworkbench.measures.alignment import curriculum_alignment, porter_index
from dataworkbench.measures.asking import left_out, measure, student_list
from dataworkbench.measures.catalogue import CATALOGUE, catalogue, choices_for, indicator
from dataworkbench.measures.causes import concern_to_screen, screened
from dataworkbench.measures.changes import change
from dataworkbench.measures.concerns import GROWN, Concern
from dataworkbench.measures.context import context_by_school
from dataworkbench.measures.definition import Asked, Indicator
from dataworkbench.measures.definitions import (
    TOPICS,
    between_definitions,
    by_definitions,
    students_by_definition,
)
from dataworkbench.measures.differences import Compared, difference_in_differences
from dataworkbench.measures.effects import baseline_equivalence, cox_index, fewest_to_tell, hedges_g
from dataworkbench.measures.factors import sources_not_there
from dataworkbench.measures.fifths import growth_by_start
from dataworkbench.measures.flag_checks import check_flags
from dataworkbench.measures.flags import STATES, student_flags
from dataworkbench.measures.gap_closing import gap_closing, share_and_mean
from dataworkbench.measures.gaps import gap
from dataworkbench.measures.given import students_tested, students_tested_twice
from dataworkbench.measures.learning import learning_growth
from dataworkbench.measures.lesson_list import ticket_lessons
from dataworkbench.measures.lessons import standard_verdicts
from dataworkbench.measures.mastery import judged, standard_score
from dataworkbench.measures.mismatch import mismatch
from dataworkbench.measures.monitoring import one_progress, phase_trends, progress_list, progress_points
from dataworkbench.measures.observers import observer_agreement
from dataworkbench.measures.on_track import on_track, on_track_students
from dataworkbench.measures.outcomes import intervention_outcomes
from dataworkbench.measures.paired import Pairs, mcnemar, paired_difference, survey_shift
from dataworkbench.measures.participation import cells_of_schools, participation
from dataworkbench.measures.progress import GoalLine, Progress, Trend
from dataworkbench.measures.published import published_bounds
from dataworkbench.measures.published_state import StateFigures, state_figures
from dataworkbench.measures.risk import risk_ratio
from dataworkbench.measures.rubric_results import rubric_results
from dataworkbench.measures.rules_compared import rules_side_by_side, verdicts_that_change
from dataworkbench.measures.run_charts import RunChart, run_chart
from dataworkbench.measures.running import years_running
from dataworkbench.measures.screening import (
    FALSE_ALARMS,
    Apart,
    Means,
    Shares,
    against_others,
    benjamini_hochberg,
    holm,
    means_apart,
    shares_apart,
)
from dataworkbench.measures.shrinking import shrunken_shares
from dataworkbench.measures.so_far import DATED, measure_so_far
from dataworkbench.measures.staffing import students_per_teacher
from dataworkbench.measures.summing import sum_up
from dataworkbench.measures.timing import TIMING, timing
from dataworkbench.measures.unnoticed import NEEDS, student_needs

__all__ = [
    "CATALOGUE",
    "DATED",
    "FALSE_ALARMS",
    "GROWN",
    "NEEDS",
    "STATES",
    "TIMING",
    "TOPICS",
    "Apart",
    "Asked",
    "Compared",
    "Concern",
    "GoalLine",
    "Indicator",
    "Means",
    "Pairs",
    "Progress",
    "RunChart",
    "Shares",
    "StateFigures",
    "Trend",
    "against_others",
    "baseline_equivalence",
    "benjamini_hochberg",
    "between_definitions",
    "by_definitions",
    "catalogue",
    "cells_of_schools",
    "change",
    "check_flags",
    "choices_for",
    "concern_to_screen",
    "context_by_school",
    "cox_index",
    "curriculum_alignment",
    "difference_in_differences",
    "fewest_to_tell",
    "gap",
    "gap_closing",
    "growth_by_start",
    "hedges_g",
    "holm",
    "indicator",
    "intervention_outcomes",
    "judged",
    "learning_growth",
    "left_out",
    "mcnemar",
    "means_apart",
    "measure",
    "measure_so_far",
    "mismatch",
    "observer_agreement",
    "on_track",
    "on_track_students",
    "one_progress",
    "paired_difference",
    "participation",
    "phase_trends",
    "porter_index",
    "progress_list",
    "progress_points",
    "published_bounds",
    "risk_ratio",
    "rubric_results",
    "rules_side_by_side",
    "run_chart",
    "screened",
    "share_and_mean",
    "shares_apart",
    "shrunken_shares",
    "sources_not_there",
    "standard_score",
    "standard_verdicts",
    "state_figures",
    "student_flags",
    "student_list",
    "student_needs",
    "students_by_definition",
    "students_per_teacher",
    "students_tested",
    "students_tested_twice",
    "sum_up",
    "survey_shift",
    "ticket_lessons",
    "timing",
    "verdicts_that_change",
    "years_running",
]
