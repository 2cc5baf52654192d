"""The public road and the dashboards: Voila's safe configuration, and what is shown to whom."""

from __future__ import annotations

from dataworkbench.publishing.serve import Served, find_dashboards, prepare, serve

__all__ = ["Served", "find_dashboards", "prepare", "serve"]
