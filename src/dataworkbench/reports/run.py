"""Run a plan: each report in a worker of its own, what fails is listed and the rest is delivered."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from dataworkbench.errors import WorkbenchError, no_such
from dataworkbench.files import write_whole
from dataworkbench.reports.assets import copy_assets
from dataworkbench.reports.crew import run_jobs
from dataworkbench.reports.fingerprints import package_versions
from dataworkbench.reports.index import render_index
from dataworkbench.reports.jobs import DONE, ENGINES, FORKED, Job, Outcome, PageFacts
from dataworkbench.reports.lock import only_one
from dataworkbench.reports.plan import Item, Plan
from dataworkbench.reports.record import RECORD_FILE, ReportRecord, RunRecord, find_run, list_runs, load_run
from dataworkbench.workspace import ENVIRONMENT_VARIABLE

SNAPSHOT_VARIABLE: Final = "DATAWORKBENCH_SNAPSHOT"
SECONDS_PER_REPORT: Final = 600
MOST_WORKERS: Final = 8
NOTEBOOK_FILE: Final = "notebook.ipynb"
"""The run's own copy of the notebook: every report is made from the same one, also if somebody changes it meanwhile."""
PUBLIC_BANNER: Final = "A preview for the office, not for publication: the public pages come from a release."

Progress = Callable[[int, int, ReportRecord], None]


def run_reports(
    plan: Plan,
    *,
    workers: int | None = None,
    resume: str | bool = False,
    only_failed: bool = False,
    on_progress: Progress | None = None,
    seconds: int = SECONDS_PER_REPORT,
    engine: str = FORKED,
) -> RunRecord:
    """Return the record of the run, after every report was made or tried.

    Pages, index and record lie in ``reports/<run>/`` of the workspace. ``resume`` goes on with the latest run of
    this notebook (or with the run named): only what is missing, failed or made from other inputs is run.
    ``only_failed`` runs what is not done in that run and leaves the rest as it is. ``on_progress`` is called with
    how many are finished, how many there are to do, and the report that just ended. ``seconds`` is the most that
    one report may take. ``engine`` is "forked" (quick) or "kernel" (a fresh Jupyter kernel for each report, as
    JupyterLab has it); where a fork cannot be had, a kernel is taken.

    Raises
    ------
    WorkbenchError
        Where another run is at work in the same folder, or the run to resume is of another notebook.

    """
    if engine not in ENGINES:
        raise no_such("engine", engine, ENGINES)
    folder = _folder(plan, resume=resume or only_failed)
    with only_one(folder):
        run = _opened(plan, folder)
        todo = _todo(plan, run, only_failed=only_failed)
        for name in ("pages", "notebooks", "logs"):
            (folder / name).mkdir(exist_ok=True)
        copy_assets(folder / "assets")
        write_whole(folder / NOTEBOOK_FILE, plan.notebook_text)
        _write_down(plan, run)
        run = _carry_out(
            plan, run, todo, workers=workers, seconds=seconds, engine=engine, on_progress=on_progress
        )
        run = replace(run, finished=_now())
        _write_down(plan, run)
    return run


def _folder(plan: Plan, *, resume: str | bool) -> Path:
    earlier = _earlier(plan, resume)
    if earlier:
        return earlier.folder
    reports = plan.workspace.reports
    reports.mkdir(parents=True, exist_ok=True)
    name = f"{datetime.now(UTC):%Y-%m-%dT%H%M%S}Z-{plan.notebook}"
    for number in range(1, 1000):
        folder = reports / (name if number == 1 else f"{name}-{number}")
        try:
            folder.mkdir()
        except FileExistsError:
            continue
        return folder
    raise WorkbenchError(f"No free folder for the run could be made in {reports}.")


def _earlier(plan: Plan, resume: str | bool) -> RunRecord | None:
    if not resume:
        return None
    if resume is True:
        return next((r for r in list_runs(plan.workspace, plan.notebook) if r.each == plan.each), None)
    found = find_run(plan.workspace, resume)
    if (found.notebook, found.each) != (plan.notebook, plan.each):
        raise WorkbenchError(
            f"The run {resume} is of {found.notebook} for each {found.each}, not of {plan.notebook} for each "
            f"{plan.each}. Resume a run of the same notebook, or start a new one."
        )
    return found


def _opened(plan: Plan, folder: Path) -> RunRecord:
    """Return the record to begin with: what an earlier try left, and this plan's reports beside it."""
    held = {r.slug: r for r in load_run(folder).reports} if (folder / RECORD_FILE).exists() else {}
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
        reports=tuple({**held, **planned}.values()),
    )


def _fresh(item: Item) -> ReportRecord:
    return ReportRecord(item.slug, item.title, dict(item.parameters))


def _todo(plan: Plan, run: RunRecord, *, only_failed: bool) -> list[Item]:
    if only_failed:
        return [item for item in plan.items if run.report(item.slug).state != DONE]
    return [item for item in plan.items if not run.is_current(item.slug, plan.fingerprint_of(item))]


def _carry_out(
    plan: Plan,
    run: RunRecord,
    todo: Sequence[Item],
    *,
    workers: int | None,
    seconds: int,
    engine: str,
    on_progress: Progress | None,
) -> RunRecord:
    items = {item.slug: item for item in todo}
    jobs = [_job(plan, run, item, seconds=seconds, engine=engine) for item in todo]
    if not jobs:
        return run
    with _environment(plan) as environment:
        ended = run_jobs(
            jobs,
            workers=workers or min(os.cpu_count() or 1, MOST_WORKERS),
            environment=environment,
            log=run.folder / "logs" / "workers.txt",
        )
        with closing(ended):  # whatever stops this loop ends the workers too
            for number, outcome in enumerate(ended, start=1):
                run = _noted(plan, run, items[outcome.slug], outcome)
                if on_progress:
                    on_progress(number, len(jobs), run.report(outcome.slug))
    return run


def _noted(plan: Plan, run: RunRecord, item: Item, outcome: Outcome) -> RunRecord:
    log = run.folder / "logs" / f"{item.slug}.txt"
    if outcome.state == DONE:
        log.unlink(missing_ok=True)
    else:
        write_whole(log, f"{item.title}\n{dict(item.parameters)}\n{outcome.message}\n\n{outcome.log}\n")
    report = run.report(item.slug).after(
        outcome, inputs=plan.fingerprint_of(item), made=_now(), snapshot=plan.snapshot_id
    )
    noted = run.with_report(report)
    _write_down(plan, noted)
    return noted


def _write_down(plan: Plan, run: RunRecord) -> None:
    run.save()
    write_whole(
        run.index, render_index(run, banner=_banner(plan, "these schools"), facts=_index_facts(plan, run))
    )


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


def _job(plan: Plan, run: RunRecord, item: Item, *, seconds: int, engine: str) -> Job:
    path = plan.notebook_path
    facts = PageFacts(
        title=item.title,
        district=plan.district,
        banner=_banner(plan, "this school"),
        snapshot=plan.snapshot_id,
        policy=_policy(plan),
        version=_version(run),
        made=_for_people(run.started, plan.timezone),
    )
    inside = path.is_relative_to(plan.workspace.root)
    return Job(
        slug=item.slug,
        notebook=str(run.folder / NOTEBOOK_FILE),
        parameters=dict(item.parameters),
        folder=str(run.folder),
        cwd=str(path.parent if inside else plan.workspace.root),
        seconds=seconds,
        facts=facts,
        engine=engine,
    )


def _banner(plan: Plan, of_whom: str) -> str:
    if plan.audience == "public":
        return PUBLIC_BANNER
    return f"For staff of {of_whom if plan.each == 'school' else 'this district'}. Not for publication."


def _policy(plan: Plan) -> str:
    return f"{plan.policy} ({plan.policy_fingerprint})"


def _version(run: RunRecord) -> str:
    return f"dataworkbench {run.versions['dataworkbench']}"


@contextmanager
def _environment(plan: Plan) -> Iterator[Mapping[str, str]]:
    """Give what the workers and their kernels find around them: the workspace, one snapshot, no habits of a user.

    ``PLOTLY_RENDERER`` lets a figure leave its data in the notebook instead of five megabytes of script.
    """
    private = tempfile.mkdtemp(prefix="dwb-")
    try:
        yield {
            **os.environ,
            ENVIRONMENT_VARIABLE: str(plan.workspace.root),
            SNAPSHOT_VARIABLE: plan.snapshot_id,
            "PLOTLY_RENDERER": "plotly_mimetype",
            "EAGER_IMPORT": "1",  # a worker loads all rooms once, and each report is made in a fork that has them
            "PYTHONHASHSEED": "0",
            "OPENBLAS_NUM_THREADS": "1",
            "IPYTHONDIR": private,
            "JUPYTER_CONFIG_DIR": private,
            "JUPYTER_RUNTIME_DIR": private,
            "JUPYTER_NO_CONFIG": "1",
            "JUPYTER_PREFER_ENV_PATH": "1",
        }
    finally:
        shutil.rmtree(private, ignore_errors=True)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _for_people(moment: str, timezone: str) -> str:
    local = datetime.fromisoformat(moment).astimezone(ZoneInfo(timezone))
    return f"{local.day} {local:%B %Y, %H:%M} {timezone.replace('_', ' ')}"
