"""The public site: static pages that are made from a release and need no server."""

from __future__ import annotations

from dataworkbench.publishing.site.building import build_site, shipped_rubrics

__all__ = ["build_site", "shipped_rubrics"]
