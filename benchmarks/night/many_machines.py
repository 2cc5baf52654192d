"""The night run by dask's workers beside the same run without dask, in one run on one machine.

    python benchmarks/night/many_machines.py WORKSPACE [HOW_MANY]

The same HOW_MANY schools (100) of the WORKSPACE are run through ``school_report``: two at once without dask, by two workers
of dask, by four. Scheduler and workers are processes of their own, each worker with one report at a time, as on machines of
their own; they are there before the run begins, as they are at night. Prints, for each: pages a minute, processor seconds a
page with all that had a part in it, the scheduler's alone, seconds until the first page was there, seconds until the workers
were there; then the ratios, and whether all pages are the same to the letter.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

HERE = "127.0.0.1"
SURROUNDINGS = os.environ | {"PYTHONHASHSEED": "0"}
RUN = """
import json, sys, time
from dataworkbench.reports import plan_reports, run_reports
began, first = float(sys.argv[4]), []
plan = plan_reports(sys.argv[1], only=sys.argv[5:])
run = run_reports(plan, workers=int(sys.argv[2]), scheduler=sys.argv[3], on_progress=lambda *_: first or first.append(time.monotonic()))
assert run.ok, run.failed
print(json.dumps([str(run.folder), time.monotonic() - began, first[0] - began]))
"""
READY = """
import sys, time
from distributed import Client
with Client(sys.argv[1], timeout=60) as client:
    client.wait_for_workers(int(sys.argv[2]), timeout=60)
"""


@dataclass(frozen=True)
class Cluster:
    """A scheduler and its workers, and the seconds until all of them were there."""

    address: str = ""
    scheduler: psutil.Process | None = None
    workers: Sequence[psutil.Process] = ()
    seconds: float = 0.0

    def processor(self) -> tuple[float, float]:
        """Seconds of processor so far: of the scheduler, and of the workers with all that they began."""
        return (
            of_family(self.scheduler) if self.scheduler else 0.0,
            sum(of_family(worker) for worker in self.workers),
        )


NO_CLUSTER = Cluster()


@dataclass(frozen=True)
class Night:
    """What one way took for so many pages."""

    way: str
    pages: int
    seconds: float
    first: float
    runner: float
    scheduler: float
    workers: float
    cluster: float
    contents: dict[str, bytes] = field(repr=False)

    @property
    def a_minute(self) -> float:
        """Pages a minute."""
        return 60 * self.pages / self.seconds

    @property
    def processor(self) -> float:
        """Seconds of processor a page, of all processes."""
        return (self.runner + self.scheduler + self.workers) / self.pages

    def __str__(self) -> str:
        cluster = (
            f", of it {self.scheduler / self.pages:.3f} the scheduler's; the workers were there after {self.cluster:.1f} s"
            if self.cluster
            else ""
        )
        return (
            f"{self.way}: {self.pages} pages, {self.seconds:.1f} s, {self.a_minute:.1f} pages a minute, first page after "
            f"{self.first:.1f} s, {self.processor:.2f} s of processor a page{cluster}"
        )


def of_family(process: psutil.Process) -> float:
    """Return the seconds of processor of a process, of what it began and is there, and of what has ended."""
    held = 0.0
    for one in (process, *process.children(recursive=True)):
        try:
            held += sum(one.cpu_times()[:4])  # user and system, and those of its children that have ended
        except psutil.NoSuchProcess:  # it has ended meanwhile
            continue
    return held


@contextmanager
def cluster_of(workers: int, scratch: Path) -> Iterator[Cluster]:
    """Start a scheduler and workers on this machine alone, and end them afterwards."""
    with socket.socket() as asked:
        asked.bind((HERE, 0))
        port = str(asked.getsockname()[1])
    address, at = f"tcp://{HERE}:{port}", ("--host", HERE, "--no-dashboard")
    worker = ("distributed.cli.dask_worker", address, *at, "--nthreads", "1", "--local-directory", str(scratch / "dask"))  # fmt: skip
    began = time.monotonic()
    with (scratch / "dask.txt").open("wb") as log:
        started = [
            subprocess.Popen([sys.executable, "-m", *command], stdout=log, stderr=log, env=SURROUNDINGS)
            for command in (("distributed.cli.dask_scheduler", "--port", port, *at), *[worker] * workers)
        ]
        try:
            subprocess.run([sys.executable, "-c", READY, address, str(workers)], check=True)
            scheduler, *others = (psutil.Process(one.pid) for one in started)
            yield Cluster(address, scheduler, others, time.monotonic() - began)
        finally:
            for one in reversed(started):
                one.send_signal(signal.SIGINT)
            for one in reversed(started):
                one.wait(60)


def run_by(way: str, workspace: Path, schools: Sequence[str], workers: int, cluster: Cluster) -> Night:
    """Run all schools once, and return what it took."""
    before = cluster.processor()
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(
            [sys.executable, "-c", RUN, str(workspace), str(workers), cluster.address, str(time.monotonic()), *schools],
            stdout=out, stderr=subprocess.DEVNULL, env=SURROUNDINGS,
        )  # fmt: skip
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"{way} ended with {process.returncode}")
        out.seek(0)
        folder, seconds, first = json.loads(out.read())
    scheduler, of_workers = (now - then for now, then in zip(cluster.processor(), before, strict=True))
    contents = {page.name: page.read_bytes() for page in (Path(folder) / "pages").iterdir()}
    taken = Night(
        way, len(schools), seconds, first, usage.ru_utime + usage.ru_stime, scheduler, of_workers, cluster.seconds, contents
    )  # fmt: skip
    print(taken, flush=True)
    return taken


def main() -> None:
    """Run every way once, and print the ratios."""
    workspace = Path(sys.argv[1]).resolve()
    many = int(sys.argv[2]) if len(sys.argv) > 2 else 100
    import dataworkbench as dw  # noqa: PLC0415 - the processes below do not wait for it

    schools = [str(school) for school in dw.open_workspace(workspace).schools["school_id"]][:many]
    local = run_by("without dask, two at once", workspace, schools, 2, NO_CLUSTER)
    by_dask = {}
    for workers in (2, 4):
        with tempfile.TemporaryDirectory() as scratch, cluster_of(workers, Path(scratch)) as cluster:
            by_dask[workers] = run_by(f"by {workers} workers of dask", workspace, schools, workers, cluster)
    print(
        "the same pages:",
        all(night.contents == local.contents and len(night.contents) == len(schools) for night in by_dask.values()),
    )  # fmt: skip
    for workers, night in by_dask.items():
        print(
            f"{workers} workers of dask to none: {night.a_minute / local.a_minute:.2f} times the pages a minute, "
            f"{night.processor / local.processor:.2f} times the processor time a page, {night.first - local.first:+.1f} s to the first page"
        )


if __name__ == "__main__":
    main()
