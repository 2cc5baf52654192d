"""Tables in, indicators out: each figure with whom it counts, how many were left out, and its interval.

An indicator is a definition (``catalogue``); ``measure`` asks a district for one by any of its dimensions. The district is
seen through ``Asked`` alone: its settings, whether it has a table, and answers to SQL over the canonical tables.
"""

from dataworkbench.measures.asking import left_out, measure, student_list
from dataworkbench.measures.catalogue import CATALOGUE, catalogue, choices_for, indicator
from dataworkbench.measures.causes import concern_to_screen, screened
from dataworkbench.measures.changes import change
from dataworkbench.measures.concerns import GROWN, Concern
from dataworkbench.measures.definition import Asked, Indicator
from dataworkbench.measures.differences import Compared, difference_in_differences
from dataworkbench.measures.effects import baseline_equivalence, cox_index, fewest_to_tell, hedges_g
from dataworkbench.measures.factors import sources_not_there
from dataworkbench.measures.gaps import gap
from dataworkbench.measures.learning import learning_growth
from dataworkbench.measures.mastery import standard_score
from dataworkbench.measures.mismatch import mismatch
from dataworkbench.measures.observers import observer_agreement
from dataworkbench.measures.on_track import on_track, on_track_students
from dataworkbench.measures.outcomes import intervention_outcomes
from dataworkbench.measures.participation import cells_of_schools, participation
from dataworkbench.measures.published import published_bounds
from dataworkbench.measures.risk import risk_ratio
from dataworkbench.measures.run_charts import RunChart, run_chart
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
from dataworkbench.measures.visits import rubric_results

__all__ = [
    "CATALOGUE",
    "FALSE_ALARMS",
    "GROWN",
    "Apart",
    "Asked",
    "Compared",
    "Concern",
    "Indicator",
    "Means",
    "RunChart",
    "Shares",
    "against_others",
    "baseline_equivalence",
    "benjamini_hochberg",
    "catalogue",
    "cells_of_schools",
    "change",
    "choices_for",
    "concern_to_screen",
    "cox_index",
    "difference_in_differences",
    "fewest_to_tell",
    "gap",
    "hedges_g",
    "holm",
    "indicator",
    "intervention_outcomes",
    "learning_growth",
    "left_out",
    "means_apart",
    "measure",
    "mismatch",
    "observer_agreement",
    "on_track",
    "on_track_students",
    "participation",
    "published_bounds",
    "risk_ratio",
    "rubric_results",
    "run_chart",
    "screened",
    "shares_apart",
    "shrunken_shares",
    "sources_not_there",
    "standard_score",
    "student_list",
]
