"""Figures: a frame that has passed the gate in, a Plotly figure out."""

from dataworkbench.figures.gaps import plot_gaps
from dataworkbench.figures.interventions import plot_interventions
from dataworkbench.figures.levels import plot_levels
from dataworkbench.figures.means import plot_counts, plot_means
from dataworkbench.figures.pairs import plot_pairs
from dataworkbench.figures.rates import plot_rates
from dataworkbench.figures.survey import plot_survey
from dataworkbench.figures.trend import plot_trend

__all__ = [
    "plot_counts",
    "plot_gaps",
    "plot_interventions",
    "plot_levels",
    "plot_means",
    "plot_pairs",
    "plot_rates",
    "plot_survey",
    "plot_trend",
]
