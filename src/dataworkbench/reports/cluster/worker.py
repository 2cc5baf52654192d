"""The part of dask's workers: who they make reports with, from the first of a run until the worker or the run ends."""

from __future__ import annotations

import asyncio
from pathlib import Path

from distributed import Worker, WorkerPlugin, get_worker

from dataworkbench.reports.cluster.bench import Bench
from dataworkbench.reports.cluster.errand import Errand, refusal_of
from dataworkbench.reports.jobs import Job


class Maker(WorkerPlugin):
    """Lets a worker take part in a run, where it has the same code and finds the run's things.

    Only such a worker offers the resource that reports of this run ask for, so dask hands them to no other.
    """

    def __init__(self, errand: Errand) -> None:
        self.errand = errand
        self.bench: Bench | None = None
        self.refusal = ""

    async def setup(self, worker: Worker) -> None:
        """Look whether this worker can take part, and offer it where it can."""
        self.refusal = await asyncio.to_thread(refusal_of, self.errand)
        if self.refusal:
            return
        at_once = worker.state.nthreads
        self.bench = Bench(self.errand, at_once=at_once, scratch=Path(worker.local_directory))
        await worker.set_resources(**{self.errand.name: at_once})

    async def teardown(self, worker: Worker) -> None:  # noqa: ARG002 - dask hands it over
        """End what this worker makes, and take away what was brought to it."""
        if self.bench:
            await asyncio.to_thread(self.bench.end)


def make(line: str, run: str) -> tuple[str, str]:
    """Return what became of a job, as a line, and where its page lies; made in a thread of a worker."""
    bench = get_worker().plugins[run].bench
    made = bench.make(Job.from_line(line))
    return made.outcome.to_line(), made.place


def refusal(run: str, dask_worker: Worker) -> str:
    """Return why a worker takes no part in a run; '' where it does."""
    maker = dask_worker.plugins.get(run)  # a worker that has just come may not have it yet
    return maker.refusal if maker else ""
