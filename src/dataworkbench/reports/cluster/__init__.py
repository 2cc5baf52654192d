"""Reports made on many machines: dask.distributed hands them out, and each of its workers has a warm parent of its own."""

from __future__ import annotations

from dataworkbench.reports.cluster.handing_out import run_jobs_elsewhere

__all__ = ["run_jobs_elsewhere"]
