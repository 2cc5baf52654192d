"""A process that has loaded the libraries and is copied for each report: started, asked, watched, ended."""

from __future__ import annotations

from dataworkbench.reports.warm.asking import NoCopiesError, WarmParent

__all__ = ["NoCopiesError", "WarmParent"]
