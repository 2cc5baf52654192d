"""The page that lists every report of a run: what was made, what was not and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dataworkbench.reports.jobs import DONE, FAILED, NOT_RUN
from dataworkbench.reports.pages import fill_template
from dataworkbench.reports.record import ReportRecord, RunRecord

IN_WORDS = {DONE: "Done", FAILED: "Failed", NOT_RUN: "Not run"}


@dataclass(frozen=True)
class Row:
    """One line of the index."""

    title: str
    name: str
    kind: str
    state: str
    link: str
    earlier: str
    lines: tuple[str, ...]
    seconds: str
    pdf: str


def render_index(run: RunRecord, *, banner: str, facts: tuple[str, ...]) -> str:
    """Return the index of a run; it says nothing that could name a student."""
    return fill_template(
        "index.html",
        {
            "district": run.district,
            "heading": _heading(run),
            "banner": banner,
            "counts": _counts(run),
            "rows": [_row(run, report) for report in run.reports],
            "facts": facts,
        },
    )


def _heading(run: RunRecord) -> str:
    return run.notebook.replace("_", " ").strip().capitalize()


def _counts(run: RunRecord) -> str:
    parts = [f"{n} {IN_WORDS[state].lower()}" for state, n in run.counts.items() if n]
    return (
        f"{len(run.reports)} reports: {', '.join(parts)}." if parts else "There are no reports in this run."
    )


def _row(run: RunRecord, report: ReportRecord) -> Row:
    there = run.page(report.slug).is_file()
    printed = report.pdf == report.page != "" and run.pdf(report.slug).is_file()
    link = f"pages/{report.slug}.html" if there else ""
    return Row(
        title=report.title,
        name=report.title,
        kind=report.state.replace(" ", "-"),
        state=IN_WORDS[report.state],
        link=link if report.state == DONE else "",
        earlier=link if report.state != DONE and report.page else "",
        lines=tuple(_lines(run, report)),
        seconds=f"{report.seconds:.1f}" if report.seconds else "",
        pdf=f"pdf/{report.slug}.pdf" if printed else "",
    )


def _lines(run: RunRecord, report: ReportRecord) -> Iterator[str]:
    if report.state == DONE and report.snapshot != run.snapshot:
        yield f"Made earlier, from snapshot {report.snapshot}."
    if report.pdf_fault:
        yield f"It could not be printed: {report.pdf_fault}"
    if report.state != FAILED:
        return
    yield report.message
    if report.cell:
        yield f"It stopped in cell {report.cell}" + (f", under “{report.near}”." if report.near else ".")
    yield f"Where it stopped, line by line, is in logs/{report.slug}.txt."
