from .keeping import keep_last
from .manifest import load_run
from .packs import PACKS, Pack
from .pages import render_page
from .parameters import KnownParameter, known_parameters
from .plan import EACH, Item, Plan, find_notebook, find_pack, plan_reports
from .record import ReportRecord, RunRecord
from .run import Limits, run_reports
from .shelf import find_run, is_at_work, list_runs

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
    "is_at_work",
    "keep_last",
    "known_parameters",
    "list_runs",
    "load_run",
    "plan_reports",
    "render_page",
    "run_reports",
]
