"""A few words after a run, by e-mail or into a folder: how many pages, what failed and why, and where the index lies."""

from __future__ import annotations

from dataworkbench.reports.summaries.sending import Told, tell
from dataworkbench.reports.summaries.settings import SUMMARY_FILE, SummarySettings, read_summary_settings
from dataworkbench.reports.summaries.words import Summary, summary_of, summary_of_trouble

__all__ = [
    "SUMMARY_FILE",
    "Summary",
    "SummarySettings",
    "Told",
    "read_summary_settings",
    "summary_of",
    "summary_of_trouble",
    "tell",
]
