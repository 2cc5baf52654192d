"""Runs notebooks for each set of parameters; keeps the record of the run; makes pages and an index."""

from __future__ import annotations

from dataworkbench.reports.keeping import keep_last
from dataworkbench.reports.manifest import load_run
from dataworkbench.reports.packs import PACKS, Pack
from dataworkbench.reports.pages import render_page
from dataworkbench.reports.parameters import KnownParameter, known_parameters
from dataworkbench.reports.plan import EACH, Item, Plan, find_notebook, find_pack, plan_reports
from dataworkbench.reports.record import ReportRecord, RunRecord
from dataworkbench.reports.run import Limits, run_reports
from dataworkbench.reports.shelf import find_run, list_runs

__all__ = [
    "EACH",
    "PACKS",
    "Item",
    "KnownParameter",
    "Limits",
    "Pack",
    "Plan",
    "ReportRecord",
    "RunRecord",
    "find_notebook",
    "find_pack",
    "find_run",
    "keep_last",
    "known_parameters",
    "list_runs",
    "load_run",
    "plan_reports",
    "render_page",
    "run_reports",
]
