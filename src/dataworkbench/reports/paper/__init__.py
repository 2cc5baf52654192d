"""Pages of a run on paper: a PDF of each, made by a Chromium, Chrome or Edge that is on this machine."""

from __future__ import annotations

from dataworkbench.reports.paper.finding import find_chromium, how_to_get_chromium
from dataworkbench.reports.paper.printing import Paper, Printed, print_pages

__all__ = ["Paper", "Printed", "find_chromium", "how_to_get_chromium", "print_pages"]
