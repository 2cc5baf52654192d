"""Tables in, indicators out: each figure with whom it counts, how many were left out, and its interval.

An indicator is a definition (``catalogue``); ``measure`` asks a district for one by any of its dimensions. The district is
seen through ``Asked`` alone: its settings, whether it has a table, and answers to SQL over the canonical tables.
"""

from dataworkbench.measures.asking import left_out, measure, student_list
from dataworkbench.measures.catalogue import CATALOGUE, catalogue, choices_for, indicator
from dataworkbench.measures.changes import change
from dataworkbench.measures.definition import Asked, Indicator
from dataworkbench.measures.definitions import (
    TOPICS,
    between_definitions,
    by_definitions,
    students_by_definition,
)
from dataworkbench.measures.differences import Compared, difference_in_differences
from dataworkbench.measures.effects import baseline_equivalence, cox_index, fewest_to_tell, hedges_g
from dataworkbench.measures.flag_checks import check_flags
from dataworkbench.measures.flags import STATES, student_flags
from dataworkbench.measures.gap_closing import gap_closing, share_and_mean
from dataworkbench.measures.gaps import gap
from dataworkbench.measures.mastery import standard_score
from dataworkbench.measures.mismatch import mismatch
from dataworkbench.measures.observers import observer_agreement
from dataworkbench.measures.outcomes import intervention_outcomes
from dataworkbench.measures.published import published_bounds
from dataworkbench.measures.published_state import StateFigures, state_figures
from dataworkbench.measures.risk import risk_ratio
from dataworkbench.measures.run_charts import RunChart, run_chart
from dataworkbench.measures.running import years_running
from dataworkbench.measures.so_far import DATED, measure_so_far
from dataworkbench.measures.timing import TIMING, timing
from dataworkbench.measures.unnoticed import NEEDS, student_needs

__all__ = [
    "CATALOGUE",
    "DATED",
    "NEEDS",
    "STATES",
    "TIMING",
    "TOPICS",
    "Asked",
    "Compared",
    "Indicator",
    "RunChart",
    "StateFigures",
    "baseline_equivalence",
    "between_definitions",
    "by_definitions",
    "catalogue",
    "change",
    "check_flags",
    "choices_for",
    "cox_index",
    "difference_in_differences",
    "fewest_to_tell",
    "gap",
    "gap_closing",
    "hedges_g",
    "indicator",
    "intervention_outcomes",
    "left_out",
    "measure",
    "measure_so_far",
    "mismatch",
    "observer_agreement",
    "published_bounds",
    "risk_ratio",
    "run_chart",
    "share_and_mean",
    "standard_score",
    "state_figures",
    "student_flags",
    "student_list",
    "student_needs",
    "students_by_definition",
    "timing",
    "years_running",
]
