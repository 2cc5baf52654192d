"""Figures: a frame that has passed the gate in, a Plotly figure out."""

from dataworkbench.figures.flags import plot_flags
from dataworkbench.figures.gaps import plot_gaps
from dataworkbench.figures.interventions import plot_interventions
from dataworkbench.figures.levels import plot_levels
from dataworkbench.figures.means import plot_counts, plot_means
from dataworkbench.figures.rates import plot_rates
from dataworkbench.figures.ratios import plot_ratios
from dataworkbench.figures.survey import plot_survey
from dataworkbench.figures.trend import plot_trend

__all__ = [
    "plot_counts",
    "plot_flags",
    "plot_gaps",
    "plot_interventions",
    "plot_levels",
    "plot_means",
    "plot_rates",
    "plot_ratios",
    "plot_survey",
    "plot_trend",
]
