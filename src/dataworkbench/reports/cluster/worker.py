"""The part of dask's workers: who they make reports with, from the first of a run until the worker or the run ends."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Final

from distributed import Reschedule, Worker, WorkerPlugin, get_worker

from dataworkbench.errors import WorkbenchError
from dataworkbench.reports.cluster.bench import Bench
from dataworkbench.reports.cluster.errand import Errand, refusal_of
from dataworkbench.reports.jobs import Job

SECONDS_TO_SETTLE: Final = 1
"""So long a worker that takes no part keeps a report before it gives it back: it would be handed the same one at once."""


class Maker(WorkerPlugin):
    """Lets a worker take part in a run, where it has the same code and finds the run's things.

    A worker that is there when the run begins and cannot take part stops the run; one that comes later ends itself.
    """

    def __init__(self, errand: Errand) -> None:
        self.errand = errand
        self.bench: Bench | None = None

    async def setup(self, worker: Worker) -> None:
        """Look whether this worker can take part."""
        refusal = await asyncio.to_thread(refusal_of, self.errand)
        if refusal:
            raise WorkbenchError(refusal)
        at_once = worker.state.nthreads
        self.bench = Bench(self.errand, at_once=at_once, scratch=Path(worker.local_directory))

    async def teardown(self, worker: Worker) -> None:  # noqa: ARG002 - dask hands it over
        """End what this worker makes, and take away what was brought to it."""
        if self.bench:
            await asyncio.to_thread(self.bench.end)


def make(line: str, run: str) -> tuple[str, str]:
    """Return what became of a job, as a line, and where its page lies; made in a thread of a worker."""
    maker = get_worker().plugins.get(run)
    if maker is None or maker.bench is None:
        time.sleep(SECONDS_TO_SETTLE)
        raise Reschedule
    made = maker.bench.make(Job.from_line(line))
    return made.outcome.to_line(), made.place
