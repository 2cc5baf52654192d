"""The record of a run as it is read: what was made, from what, and what was not. ``manifest`` keeps it on disk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from dataworkbench.errors import no_such
from dataworkbench.files import file_fingerprint
from dataworkbench.reports.jobs import DONE, FAILED, NOT_RUN, Outcome

RECORD_FILE: Final = "run.sqlite"
INDEX_FILE: Final = "index.html"
FORMAT: Final = 2


@dataclass(frozen=True)
class ReportRecord:
    """What became of one report.

    ``page`` and ``executed`` are the fingerprints of the page and of the executed notebook that lie on disk, ``inputs``
    of what they were made from and ``made`` when; they stay when a later try fails, and then speak of the earlier page.
    ``processor`` is in seconds, ``memory`` the most that was taken, in megabytes. ``pdf`` is the fingerprint of the page
    that was printed; where there is none though it was asked for, ``pdf_fault`` says why.
    """

    slug: str
    title: str
    parameters: Mapping[str, Any]
    state: str = NOT_RUN
    seconds: float = 0.0
    message: str = ""
    cell: int = 0
    near: str = ""
    processor: float = 0.0
    memory: int = 0
    page: str = ""
    executed: str = ""
    inputs: str = ""
    made: str = ""
    snapshot: str = ""
    pdf: str = ""
    pdf_fault: str = ""

    def after(self, outcome: Outcome, *, inputs: str, made: str, snapshot: str) -> ReportRecord:
        """Return the record with what became of the last try."""
        told = replace(
            self,
            state=outcome.state,
            seconds=outcome.seconds,
            processor=outcome.processor,
            memory=outcome.memory,
            message=outcome.message,
            cell=outcome.cell,
            near=outcome.near,
        )
        if outcome.state != DONE:
            return told
        return replace(
            told, page=outcome.page, executed=outcome.executed, inputs=inputs, made=made, snapshot=snapshot
        )


@dataclass(frozen=True)
class RunRecord:
    """One batch of reports. ``ok`` tells whether every report was made.

    ``number`` counts the runs of a workspace in the order in which they were begun, whatever the clock said.
    """

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
    number: int = 1
    workers: int = 1
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

    def pdf(self, slug: str) -> Path:
        """Return where the page of a report lies as it was printed."""
        return self.folder / "pdf" / f"{slug}.pdf"

    def notebook_of(self, slug: str) -> Path:
        """Return where the executed notebook of a report lies."""
        return self.folder / "notebooks" / f"{slug}.ipynb"

    def has(self, report: ReportRecord, inputs: str) -> bool:
        """Whether what a report's record says of its files is so, and they were made from these inputs."""
        made_so = report.state == DONE and report.inputs == inputs
        return (
            made_so
            and file_fingerprint(self.page(report.slug)) == report.page
            and file_fingerprint(self.notebook_of(report.slug)) == report.executed
        )
