"""Who makes the reports of a run on this machine: copies of a warm parent, or fresh kernels where nothing can be copied."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Final

import psutil  # type: ignore[import-untyped]  # has no types of its own

from dataworkbench.reports.execute import SECONDS_TO_START
from dataworkbench.reports.jobs import FAILED, FORKED, Job, Outcome
from dataworkbench.reports.left_behind import end_marked, marked
from dataworkbench.reports.warm import NoCopiesError, WarmParent

GRACE_SECONDS: Final = SECONDS_TO_START + 30
COMMAND: Final = (sys.executable, "-P", "-m", "dataworkbench.reports.fresh")
LOOKING: Final = 0.5
"""Seconds between two looks at the time and memory that a kernel takes."""


def run_jobs(
    jobs: Sequence[Job], *, workers: int, environment: Mapping[str, str], log: Path
) -> Generator[Outcome, None, None]:
    """Have each job done, ``workers`` at a time, and yield what became of it, in the order in which they end.

    Whoever stops listening (with Ctrl-C, say) ends all that is at work.
    """
    workers = max(1, min(workers, len(jobs)))
    with log.open("ab") as written:
        crew = Crew(workers, environment, written)
        pool = ThreadPoolExecutor(max_workers=workers)
        try:
            yield from _as_they_end(pool, crew.do, jobs, at_once=workers)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
            crew.end()


def _as_they_end(
    pool: ThreadPoolExecutor, do: Callable[[Job], Outcome], jobs: Sequence[Job], *, at_once: int
) -> Iterator[Outcome]:
    """Yield outcomes; no more jobs are handed out than can be at work, and nothing is kept of those that are over."""
    left = iter(jobs)
    at_work: set[Future[Outcome]] = set()
    while True:
        for job in left:
            at_work.add(pool.submit(do, job))
            if len(at_work) >= at_once:
                break
        if not at_work:
            return
        over, at_work = wait(at_work, return_when=FIRST_COMPLETED)
        for future in over:
            yield future.result()


class Crew:
    """A warm parent, and workers with fresh kernels for jobs that ask for one or where nothing can be copied."""

    def __init__(self, workers: int, environment: Mapping[str, str], log: IO[bytes]) -> None:
        self._parent = WarmParent(environment, log)
        self._workers = [Worker(environment, log) for _ in range(workers)]
        self._idle: SimpleQueue[Worker] = SimpleQueue()
        for worker in self._workers:
            self._idle.put(worker)

    def do(self, job: Job) -> Outcome:
        """Return what became of a job."""
        if job.engine == FORKED:
            with suppress(NoCopiesError):
                return self._parent.do(job)
        worker = self._idle.get()
        try:
            return worker.do(job)
        finally:
            self._idle.put(worker)

    def end(self) -> None:
        """End all that is at work."""
        self._parent.end()
        for worker in self._workers:
            worker.end()


class Worker:
    """One worker process with fresh kernels, started when it is first needed and anew after it died."""

    def __init__(self, environment: Mapping[str, str], log: IO[bytes]) -> None:
        self._environment = marked(environment)
        self._log = log
        self._process: subprocess.Popen[str] | None = None
        self._ended = False

    def do(self, job: Job) -> Outcome:
        """Return what became of a job; a worker that dies or takes too much is part of the answer, not an error."""
        process = self._ready()
        watch = _Watch(process, job)
        watch.start()
        try:
            line = _answer(process, job)
        finally:
            watch.over.set()
        end_marked(self._environment, but=process.pid)
        if line:
            return Outcome.from_line(line)
        self._close()
        return Outcome(job.slug, FAILED, message=watch.said or _ENDED)

    def end(self) -> None:
        """End the process and what it began."""
        self._ended = True
        self._close()

    def _ready(self) -> subprocess.Popen[str]:
        if self._ended:
            raise RuntimeError("the run has ended")
        if self._process is None or self._process.poll() is not None:
            self._close()
            self._process = subprocess.Popen(  # noqa: S603 - our own module, by this interpreter
                COMMAND,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._log,
                env=self._environment,
                text=True,
                encoding="utf-8",
                start_new_session=True,
            )
        return self._process

    def _close(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        _end_family(process)
        process.wait()
        end_marked(self._environment)
        for stream in (process.stdin, process.stdout):
            if stream:
                with suppress(OSError):  # what was still in the pipe has no reader any more
                    stream.close()


_ENDED: Final = (
    "The process that made the report was ended from outside, most often because the memory ran out."
)


class _Watch(threading.Thread):
    """Ends a worker, with the kernel that it began, where its report takes too much."""

    def __init__(self, process: subprocess.Popen[str], job: Job) -> None:
        super().__init__(name="watch", daemon=True)
        self.over = threading.Event()
        self.said = ""
        self._process = process
        self._job = job

    def run(self) -> None:
        looks = int((self._job.seconds + GRACE_SECONDS) / LOOKING)
        for _ in range(looks):
            if self.over.wait(LOOKING):
                return
            if _memory_of(self._process) > self._job.memory * 1024 * 1024:
                self.said = f"The report took more than {self._job.memory} MB of memory and was stopped."
                break
        else:
            self.said = f"The report took longer than {self._job.seconds} seconds and was stopped."
        _end_family(self._process)


def _answer(process: subprocess.Popen[str], job: Job) -> str:
    """Return the line that a worker answers with; '' where it ended instead."""
    if process.stdin is None or process.stdout is None:
        return ""
    try:
        process.stdin.write(job.to_line() + "\n")
        process.stdin.flush()
        return process.stdout.readline()
    except (OSError, ValueError):
        return ""


def _family(process: subprocess.Popen[str]) -> list[psutil.Process]:
    """Return a process and all that it began; nothing where it has ended."""
    with suppress(psutil.Error):
        first = psutil.Process(process.pid)
        return [first, *first.children(recursive=True)]
    return []


def _memory_of(process: subprocess.Popen[str]) -> int:
    total = 0
    for one in _family(process):
        with suppress(psutil.Error):
            total += one.memory_info().rss
    return total


def _end_family(process: subprocess.Popen[str]) -> None:
    for one in _family(process):
        with suppress(psutil.Error):
            one.kill()
