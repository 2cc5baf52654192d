"""Tables in, indicators out: each figure with whom it counts, how many were left out, and its interval.

An indicator is a definition (``catalogue``); ``measure`` asks a district for one by any of its dimensions. The district is
seen through ``Asked`` alone: its settings, whether it has a table, and answers to SQL over the canonical tables.
"""

from dataworkbench.measures.asking import left_out, measure, student_list
from dataworkbench.measures.catalogue import CATALOGUE, catalogue, choices_for, indicator
from dataworkbench.measures.changes import change
from dataworkbench.measures.definition import Asked, Indicator
from dataworkbench.measures.differences import Compared, difference_in_differences
from dataworkbench.measures.effects import baseline_equivalence, cox_index, fewest_to_tell, hedges_g
from dataworkbench.measures.fifths import growth_by_start
from dataworkbench.measures.gaps import gap
from dataworkbench.measures.lesson_list import ticket_lessons
from dataworkbench.measures.lessons import standard_verdicts
from dataworkbench.measures.mastery import standard_score
from dataworkbench.measures.mismatch import mismatch
from dataworkbench.measures.monitoring import one_progress, phase_trends, progress_list, progress_points
from dataworkbench.measures.observers import observer_agreement
from dataworkbench.measures.outcomes import intervention_outcomes
from dataworkbench.measures.paired import Pairs, mcnemar, paired_difference, survey_shift
from dataworkbench.measures.progress import GoalLine, Progress, Trend
from dataworkbench.measures.published import published_bounds
from dataworkbench.measures.risk import risk_ratio
from dataworkbench.measures.rules_compared import rules_side_by_side, verdicts_that_change
from dataworkbench.measures.run_charts import RunChart, run_chart

__all__ = [
    "CATALOGUE",
    "Asked",
    "Compared",
    "GoalLine",
    "Indicator",
    "Pairs",
    "Progress",
    "RunChart",
    "Trend",
    "baseline_equivalence",
    "catalogue",
    "change",
    "choices_for",
    "cox_index",
    "difference_in_differences",
    "fewest_to_tell",
    "gap",
    "growth_by_start",
    "hedges_g",
    "indicator",
    "intervention_outcomes",
    "left_out",
    "mcnemar",
    "measure",
    "mismatch",
    "observer_agreement",
    "one_progress",
    "paired_difference",
    "phase_trends",
    "progress_list",
    "progress_points",
    "published_bounds",
    "risk_ratio",
    "rules_side_by_side",
    "run_chart",
    "standard_score",
    "standard_verdicts",
    "student_list",
    "survey_shift",
    "ticket_lessons",
    "verdicts_that_change",
]
