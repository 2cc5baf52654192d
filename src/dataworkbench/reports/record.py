"""The record of a run: what was made, from what, and what was not; kept in ``run.json``."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from dataworkbench.errors import WorkbenchError, no_such
from dataworkbench.files import file_fingerprint, write_whole
from dataworkbench.reports.jobs import DONE, FAILED, NOT_RUN, Outcome
from dataworkbench.workspace import Workspace

RECORD_FILE: Final = "run.json"
INDEX_FILE: Final = "index.html"
FORMAT: Final = 1


@dataclass(frozen=True)
class ReportRecord:
    """What became of one report.

    ``page`` is the fingerprint of the page that lies on disk, ``inputs`` of what that page was made from and
    ``made`` when; they stay when a later try fails, and then speak of the earlier page.
    """

    slug: str
    title: str
    parameters: Mapping[str, Any]
    state: str = NOT_RUN
    seconds: float = 0.0
    message: str = ""
    cell: int = 0
    near: str = ""
    page: str = ""
    inputs: str = ""
    made: str = ""
    snapshot: str = ""

    def after(self, outcome: Outcome, *, inputs: str, made: str, snapshot: str) -> ReportRecord:
        """Return the record with what became of the last try."""
        told = replace(
            self,
            state=outcome.state,
            seconds=outcome.seconds,
            message=outcome.message,
            cell=outcome.cell,
            near=outcome.near,
        )
        if outcome.state != DONE:
            return told
        return replace(told, page=outcome.page, inputs=inputs, made=made, snapshot=snapshot)


@dataclass(frozen=True)
class RunRecord:
    """One batch of reports. ``ok`` tells whether every report was made."""

    folder: Path
    notebook: str
    each: str
    audience: str
    district: str
    snapshot: str
    policy: str
    policy_fingerprint: str
    inputs: Mapping[str, str]
    versions: Mapping[str, str]
    started: str
    finished: str = ""
    reports: tuple[ReportRecord, ...] = ()
    format: int = field(default=FORMAT)

    @property
    def run_id(self) -> str:
        """The name of the run: its folder's."""
        return self.folder.name

    @property
    def ok(self) -> bool:
        """Whether every report of the run was made."""
        return all(report.state == DONE for report in self.reports)

    @property
    def counts(self) -> dict[str, int]:
        """How many reports are done, failed and not run."""
        held = Counter(report.state for report in self.reports)
        return {state: held.get(state, 0) for state in (DONE, FAILED, NOT_RUN)}

    @property
    def failed(self) -> tuple[ReportRecord, ...]:
        """The reports that could not be made."""
        return tuple(report for report in self.reports if report.state == FAILED)

    @property
    def index(self) -> Path:
        """The page that lists every report."""
        return self.folder / INDEX_FILE

    def page(self, slug: str) -> Path:
        """Return where the page of a report lies."""
        return self.folder / "pages" / f"{slug}.html"

    def report(self, slug: str) -> ReportRecord:
        """Return what became of one report."""
        held = {report.slug: report for report in self.reports}
        if slug not in held:
            raise no_such("report", slug, held)
        return held[slug]

    def with_report(self, changed: ReportRecord) -> RunRecord:
        """Return the record with one report's part made anew."""
        return replace(self, reports=tuple(changed if r.slug == changed.slug else r for r in self.reports))

    def is_current(self, slug: str, inputs: str) -> bool:
        """Whether the page of a report is done, was made from these inputs, and lies on disk as it was made."""
        report = self.report(slug)
        made_so = report.state == DONE and report.inputs == inputs
        return made_so and file_fingerprint(self.page(slug)) == report.page

    def save(self) -> None:
        """Write the record; a reader sees the old one or the new one, never half of one."""
        held = asdict(self)
        del held["folder"]
        write_whole(self.folder / RECORD_FILE, json.dumps(held, ensure_ascii=False, indent=1, default=str))


def load_run(folder: Path) -> RunRecord:
    """Return the record of a run from its folder."""
    try:
        held = json.loads((folder / RECORD_FILE).read_text(encoding="utf-8"))
        reports = tuple(ReportRecord(**report) for report in held.pop("reports"))
        return RunRecord(folder=folder, reports=reports, **held)
    except (OSError, ValueError, TypeError, KeyError) as fault:
        raise WorkbenchError(
            f"The record of the run in {folder} cannot be read ({type(fault).__name__}). Its pages are untouched; "
            "start a new run instead of resuming this one."
        ) from fault


def list_runs(workspace: Workspace, notebook: str = "") -> list[RunRecord]:
    """Return the runs of a workspace, newest first; ``notebook`` keeps those of one notebook."""
    folders = sorted((path.parent for path in workspace.reports.glob(f"*/{RECORD_FILE}")), reverse=True)
    runs = [load_run(folder) for folder in folders]
    return [run for run in runs if notebook in {"", run.notebook}]


def find_run(workspace: Workspace, asked: str) -> RunRecord:
    """Return the run of a name."""
    names: Sequence[str] = [path.parent.name for path in workspace.reports.glob(f"*/{RECORD_FILE}")]
    if asked not in names:
        raise no_such("run", asked, names)
    return load_run(workspace.reports / asked)
