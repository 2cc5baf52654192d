"""Figures: a frame that has passed the gate in, a Plotly figure out."""

from __future__ import annotations

from dataworkbench.figures.fifths import plot_fifths
from dataworkbench.figures.flags import plot_flags
from dataworkbench.figures.gaps import plot_gaps
from dataworkbench.figures.heat import plot_transitions
from dataworkbench.figures.history import Cut, Score, ScoreLine, Turn, draw_history
from dataworkbench.figures.interventions import plot_interventions
from dataworkbench.figures.levels import plot_levels
from dataworkbench.figures.means import plot_counts, plot_means
from dataworkbench.figures.pairs import plot_pairs
from dataworkbench.figures.progress import Measured, Straight, plot_series
from dataworkbench.figures.rates import plot_rates
from dataworkbench.figures.ratios import plot_ratios
from dataworkbench.figures.runs import plot_runs
from dataworkbench.figures.survey import plot_survey
from dataworkbench.figures.tickets import plot_tickets
from dataworkbench.figures.trend import plot_trend

__all__ = [
    "Cut",
    "Measured",
    "Score",
    "ScoreLine",
    "Straight",
    "Turn",
    "draw_history",
    "plot_counts",
    "plot_fifths",
    "plot_flags",
    "plot_gaps",
    "plot_interventions",
    "plot_levels",
    "plot_means",
    "plot_pairs",
    "plot_rates",
    "plot_ratios",
    "plot_runs",
    "plot_series",
    "plot_survey",
    "plot_tickets",
    "plot_transitions",
    "plot_trend",
]
