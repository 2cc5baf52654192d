"""The workers of a run: started, watched, ended. A worker that dies or hangs costs the one report it was at."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Generator, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from typing import IO

from dataworkbench.reports.execute import SECONDS_TO_START
from dataworkbench.reports.jobs import FAILED, Job, Outcome

GRACE_SECONDS = SECONDS_TO_START + 30
BEGIN = (
    "import sys; sys.modules['rfc3987_syntax'] = None; "  # jsonschema works without it, and it takes seconds to load
    "from dataworkbench.reports.worker import main; main()"
)
COMMAND = (sys.executable, "-P", "-c", BEGIN)


def run_jobs(
    jobs: Sequence[Job], *, workers: int, environment: Mapping[str, str], log: Path
) -> Generator[Outcome, None, None]:
    """Give each job to a worker and yield what became of it, in the order in which they end.

    Whoever stops listening (with Ctrl-C, say) ends all workers.
    """
    with log.open("ab") as written:
        crew = [Worker(environment, written) for _ in range(max(1, min(workers, len(jobs))))]
        idle: SimpleQueue[Worker] = SimpleQueue()
        for worker in crew:
            idle.put(worker)
        pool = ThreadPoolExecutor(max_workers=len(crew))
        try:
            asked = [pool.submit(_with_a_worker, idle, job) for job in jobs]
            yield from _as_they_end(asked)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
            for worker in crew:
                worker.end()


def _as_they_end(asked: Sequence[Future[Outcome]]) -> Iterator[Outcome]:
    for future in as_completed(asked):
        yield future.result()


def _with_a_worker(idle: SimpleQueue[Worker], job: Job) -> Outcome:
    worker = idle.get()
    try:
        return worker.do(job)
    finally:
        idle.put(worker)


class Worker:
    """One worker process, started when it is first needed and anew after it died."""

    def __init__(self, environment: Mapping[str, str], log: IO[bytes]) -> None:
        self._environment = dict(environment)
        self._log = log
        self._process: subprocess.Popen[str] | None = None
        self._ended = False

    def do(self, job: Job) -> Outcome:
        """Return what became of a job; a worker that dies or takes too long is part of the answer, not an error."""
        process = self._ready()
        late = threading.Event()
        alarm = threading.Timer(job.seconds + GRACE_SECONDS, _stop_late, (process, late))
        alarm.start()
        try:
            line = _answer(process, job)
        finally:
            alarm.cancel()
        if line:
            return Outcome.from_line(line)
        self._close()
        return _lost(job, late=late.is_set())

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
        _end_with_forks(process)
        for stream in (process.stdin, process.stdout):
            if stream:
                _close_quietly(stream)


def _close_quietly(stream: IO[str]) -> None:
    try:
        stream.close()
    except OSError:  # what was still in the pipe has no reader any more
        return


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


def _end_with_forks(process: subprocess.Popen[str]) -> None:
    """End a worker and the fork that makes its report; a kernel ends by itself when nobody is there any more."""
    if sys.platform == "win32":
        process.kill()
    else:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _stop_late(process: subprocess.Popen[str], late: threading.Event) -> None:
    late.set()
    _end_with_forks(process)


def _lost(job: Job, *, late: bool) -> Outcome:
    if late:
        said = f"The report took longer than {job.seconds} seconds and was stopped."
        return Outcome(job.slug, FAILED, float(job.seconds), message=said)
    said = "The process that made the report was ended from outside, most often because the memory ran out."
    return Outcome(job.slug, FAILED, message=said)
