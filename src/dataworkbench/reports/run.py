"""Run a plan: each report in a worker of its own, what fails is listed and the rest is delivered."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from dataworkbench.errors import ParameterError, WorkbenchError, no_such
from dataworkbench.files import write_whole
from dataworkbench.reports.assets import copy_assets
from dataworkbench.reports.cluster import run_jobs_elsewhere
from dataworkbench.reports.crew import run_jobs
from dataworkbench.reports.fingerprints import package_versions
from dataworkbench.reports.index import render_index
from dataworkbench.reports.jobs import DONE, ENGINES, FORKED, MEMORY_PER_REPORT, Job, Outcome, PageFacts
from dataworkbench.reports.lock import ended_by_signals, only_one
from dataworkbench.reports.manifest import Manifest, is_begun, load_run
from dataworkbench.reports.packs import PACKS
from dataworkbench.reports.paper import Paper
from dataworkbench.reports.paper.of_a_run import print_reports, to_print
from dataworkbench.reports.plan import Item, Plan
from dataworkbench.reports.record import RECORD_FILE, ReportRecord, RunRecord
from dataworkbench.reports.shelf import find_run, latest_run, new_folder, next_number
from dataworkbench.reports.surroundings import surroundings

MOST_WORKERS: Final = 8
SECONDS_PER_INDEX: Final = 15
"""How long the index may be behind while a run goes on; at its end it is up to date."""
HALF_WRITTEN: Final = ".*.part"
NOTEBOOK_FILE: Final = "notebook.ipynb"
"""The run's own copy of the notebook: every report is made from the same one, also if somebody changes it meanwhile."""
PUBLIC_BANNER: Final = "A preview for the office, not for publication: the public pages come from a release."


@dataclass(frozen=True)
class Limits:
    """The most that one report may take: seconds, and megabytes of memory."""

    seconds: int = 600
    memory: int = MEMORY_PER_REPORT


USUAL_LIMITS: Final = Limits()
Progress = Callable[[int, int, ReportRecord], None]


def run_reports(
    plan: Plan,
    *,
    workers: int | None = None,
    resume: str | bool = False,
    only_failed: bool = False,
    on_progress: Progress | None = None,
    limits: Limits = USUAL_LIMITS,
    engine: str = FORKED,
    stamp: bool = False,
    pdf: bool = False,
    scheduler: str = "",
    storage: str = "",
) -> RunRecord:
    """Return the record of the run, after every report was made or tried.

    Pages, index and record lie in ``reports/<run>/`` of the workspace. ``resume`` goes on with the latest run of
    this notebook (or with the run named): only what is missing, failed or made from other inputs is run.
    ``only_failed`` runs what is not done in that run and leaves the rest as it is. ``on_progress`` is called with
    how many are finished, how many there are to do, and the report that just ended. ``limits`` are the most that
    one report may take. ``engine`` is "forked" (quick) or "kernel" (a fresh Jupyter kernel for each report, as
    JupyterLab has it); where a process cannot be copied, a kernel is taken. ``stamp`` puts the time on each page;
    without it the same inputs give the same bytes. ``pdf`` also prints each page that has no PDF yet.

    ``scheduler`` is the address of a dask scheduler, whose workers make the reports on their machines, ``workers`` at
    once or as many as they offer; where they don't see the workspace under the same path, ``storage`` is the address
    of a folder, bucket or container that all of them reach.

    Raises
    ------
    WorkbenchError
        Where another run is at work in the same folder, the run to resume is of another notebook, or its folder
        cannot be written to, most often because the disk is full; where the scheduler or the storage cannot be
        reached, or a worker has other code.

    """
    if storage and not scheduler:
        raise ParameterError("A storage is for many machines. Name the scheduler of their workers too.")
    if engine not in ENGINES:
        raise no_such("engine", engine, ENGINES)
    folder = _folder(plan, resume=resume or only_failed)
    with only_one(folder), ended_by_signals(), _stopped_by_the_disk(folder):
        run = _opened(plan, folder, workers or _usual_workers())
        todo = _todo(plan, run, only_failed=only_failed)
        jobs = [_job(plan, run, item, limits=limits, engine=engine, stamp=stamp) for item in todo]
        _prepare(plan, folder)
        with closing(Book(plan, run)) as book:
            if jobs:
                _carry_out(plan, book, jobs, on_progress, Elsewhere(scheduler, storage, workers))
            if pdf:
                book.print(plan.paper)
            book.finish()
    return load_run(folder)


@contextmanager
def _stopped_by_the_disk(folder: Path) -> Iterator[None]:
    """Say in a sentence that the folder of a run can't be written to."""
    try:
        yield
    except OSError as fault:
        raise WorkbenchError(
            f"The run in {folder} stopped ({fault.strerror or type(fault).__name__}). What is done stays done: "
            "make room or see who may write there, then go on with --resume."
        ) from fault


def _usual_workers() -> int:
    return min(os.cpu_count() or 1, MOST_WORKERS)


def _folder(plan: Plan, *, resume: str | bool) -> Path:
    earlier = _earlier(plan, resume)
    return earlier.folder if earlier else new_folder(plan.workspace, plan.notebook)


def _earlier(plan: Plan, resume: str | bool) -> RunRecord | None:
    if not resume:
        return None
    if resume is True:
        return latest_run(plan.workspace, plan.notebook, plan.each)
    found = find_run(plan.workspace, resume)
    if (found.notebook, found.each) != (plan.notebook, plan.each):
        raise WorkbenchError(
            f"The run {resume} is of {found.notebook} for each {found.each}, not of {plan.notebook} for each "
            f"{plan.each}. Resume a run of the same notebook, or start a new one."
        )
    return found


def _opened(plan: Plan, folder: Path, workers: int) -> RunRecord:
    """Return the record to begin with: what an earlier try left, and this plan's reports beside it."""
    earlier = load_run(folder) if (folder / RECORD_FILE).exists() and is_begun(folder) else None
    held = {report.slug: report for report in _kept(plan, earlier)} if earlier else {}
    planned = {
        i.slug: replace(held.get(i.slug) or _fresh(i), title=i.title, parameters=dict(i.parameters))
        for i in plan.items
    }
    return RunRecord(
        folder=folder,
        notebook=plan.notebook,
        each=plan.each,
        audience=plan.audience,
        district=plan.district,
        snapshot=plan.snapshot_id,
        policy=plan.policy,
        policy_fingerprint=plan.policy_fingerprint,
        inputs=plan.inputs,
        versions=package_versions(),
        started=_now(),
        number=earlier.number if earlier else next_number(plan.workspace),
        workers=workers,
        reports=tuple({**held, **planned}.values()),
    )


def _kept(plan: Plan, earlier: RunRecord) -> Iterator[ReportRecord]:
    """Give the reports of an earlier try that stay on record.

    Of what the data no longer name, the page that was made stays; nothing is waited for that cannot be made any more.
    """
    wanted = plan.everybody | {item.slug for item in plan.items}
    for report in earlier.reports:
        if report.slug in wanted:
            yield report
        elif report.page:
            yield replace(report, state=DONE, message="", cell=0, near="")


def _fresh(item: Item) -> ReportRecord:
    return ReportRecord(item.slug, item.title, dict(item.parameters))


def _todo(plan: Plan, run: RunRecord, *, only_failed: bool) -> list[Item]:
    held = {report.slug: report for report in run.reports}
    if only_failed:
        return [item for item in plan.items if held[item.slug].state != DONE]
    return [item for item in plan.items if not run.has(held[item.slug], plan.fingerprint_of(item))]


def _prepare(plan: Plan, folder: Path) -> None:
    for name in ("pages", "notebooks", "logs"):
        (folder / name).mkdir(exist_ok=True)
        for half in (folder / name).glob(HALF_WRITTEN):  # left by a process that was ended while it wrote
            half.unlink(missing_ok=True)
    copy_assets(folder / "assets")
    write_whole(folder / NOTEBOOK_FILE, plan.notebook_text)


@dataclass(frozen=True)
class Elsewhere:
    """Who makes the reports where it is not this machine: a scheduler's workers, the storage that all reach, how many at once."""

    scheduler: str
    storage: str
    workers: int | None


def _carry_out(
    plan: Plan, book: Book, jobs: Sequence[Job], on_progress: Progress | None, elsewhere: Elsewhere
) -> None:
    with ExitStack() as held:
        ended = (
            _elsewhere(plan, jobs, elsewhere) if elsewhere.scheduler else _here(plan, book.run, jobs, held)
        )
        held.enter_context(closing(ended))  # whatever stops this loop ends the workers too
        for number, outcome in enumerate(ended, start=1):
            report = book.note(outcome)
            if on_progress:
                on_progress(number, len(jobs), report)


def _here(plan: Plan, run: RunRecord, jobs: Sequence[Job], held: ExitStack) -> Generator[Outcome, None, None]:
    environment = held.enter_context(
        surroundings(plan.workspace.root, plan.snapshot_id, plan.policy_fingerprint)
    )
    return run_jobs(
        jobs, workers=run.workers, environment=environment, log=run.folder / "logs" / "workers.txt"
    )


def _elsewhere(plan: Plan, jobs: Sequence[Job], asked: Elsewhere) -> Generator[Outcome, None, None]:
    return run_jobs_elsewhere(
        jobs,
        scheduler=asked.scheduler,
        storage=asked.storage,
        workspace=plan.workspace.root,
        snapshot=plan.snapshot_id,
        policy=plan.policy_fingerprint,
        at_once=asked.workers,
    )


class Book:
    """The record of a run while it goes on, and the index that is made from it."""

    def __init__(self, plan: Plan, run: RunRecord) -> None:
        self.run = run
        self._plan = plan
        self._items = {item.slug: item for item in plan.items}
        self._reports = {report.slug: report for report in run.reports}
        self._manifest = Manifest(run.folder)
        self._manifest.begin(run)
        self._last = 0.0
        self._write_index()

    def note(self, outcome: Outcome) -> ReportRecord:
        """Write down what became of a report, and return its record."""
        item = self._items[outcome.slug]
        _keep_log(self.run.folder, item, outcome)
        report = self._reports[outcome.slug].after(
            outcome,
            inputs=self._plan.fingerprint_of(item),
            made=_now(),
            snapshot=self._plan.snapshot_id,
        )
        if report.pdf != report.page:
            self.run.pdf(report.slug).unlink(missing_ok=True)  # it would pass for one of today's page
        self._manifest.note(report)
        self._reports[outcome.slug] = report
        if time.monotonic() - self._last > SECONDS_PER_INDEX:
            self._write_index()
        return report

    def print(self, paper: Paper) -> None:
        """Print the pages that have no PDF yet, and write down what became of each."""
        for report in print_reports(self.run, to_print(self.run, tuple(self._reports.values())), paper):
            self._manifest.note(report)
            self._reports[report.slug] = report

    def finish(self) -> None:
        """Write down that everything was made or tried."""
        self.run = replace(self.run, finished=_now())
        self._manifest.say("finished", self.run.finished)

    def close(self) -> None:
        """Write the index as things stand, and put the record away."""
        try:
            self._write_index()
        finally:
            self._manifest.close()

    def _write_index(self) -> None:
        run = replace(self.run, reports=tuple(self._reports.values()))
        page = render_index(
            run, banner=_banner(self._plan, "these schools"), facts=_index_facts(self._plan, run)
        )
        write_whole(run.index, page)
        self._last = time.monotonic()


def _keep_log(folder: Path, item: Item, outcome: Outcome) -> None:
    log = folder / "logs" / f"{item.slug}.txt"
    if outcome.state == DONE:
        log.unlink(missing_ok=True)
    else:
        write_whole(log, f"{item.title}\n{dict(item.parameters)}\n{outcome.message}\n\n{outcome.log}\n")


def _index_facts(plan: Plan, run: RunRecord) -> tuple[str, ...]:
    began = f"Begun: {_for_people(run.started, plan.timezone)}"
    ended = f"Ended: {_for_people(run.finished, plan.timezone)}" if run.finished else "Not ended yet."
    return (
        f"Data: snapshot {run.snapshot}",
        f"Disclosure policy: {_policy(plan)}",
        began,
        ended,
        _version(run),
    )


def _job(plan: Plan, run: RunRecord, item: Item, *, limits: Limits, engine: str, stamp: bool) -> Job:
    path = plan.notebook_path
    facts = PageFacts(
        title=item.title,
        district=plan.district,
        banner=_banner(plan, "this school"),
        snapshot=plan.snapshot_id,
        policy=_policy(plan),
        version=_version(run),
        made=_for_people(run.started, plan.timezone) if stamp else "",
    )
    inside = path.is_relative_to(plan.workspace.root)
    return Job(
        slug=item.slug,
        notebook=str(run.folder / NOTEBOOK_FILE),
        source=str(path),
        parameters=dict(item.parameters),
        folder=str(run.folder),
        cwd=str(path.parent if inside else plan.workspace.root),
        seconds=limits.seconds,
        memory=limits.memory,
        facts=facts,
        engine=engine,
    )


def _banner(plan: Plan, of_whom: str) -> str:
    if plan.audience == "public":
        return PUBLIC_BANNER
    if PACKS[plan.each].staff_only:
        return "For those who teach these students. It names them: do not pass it on, and do not leave it lying about."
    return f"For staff of {of_whom if plan.each == 'school' else 'this district'}. Not for publication."


def _policy(plan: Plan) -> str:
    return f"{plan.policy} ({plan.policy_fingerprint})"


def _version(run: RunRecord) -> str:
    return f"dataworkbench {run.versions['dataworkbench']}"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _for_people(moment: str, timezone: str) -> str:
    local = datetime.fromisoformat(moment).astimezone(ZoneInfo(timezone))
    return f"{local.day} {local:%B %Y, %H:%M} {timezone.replace('_', ' ')}"
