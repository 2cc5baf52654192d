"""The pages of a run as PDFs: which are to be printed, and what became of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from dataworkbench.reports.jobs import DONE
from dataworkbench.reports.paper import Paper, print_pages
from dataworkbench.reports.record import ReportRecord, RunRecord


def to_print(run: RunRecord, reports: Sequence[ReportRecord]) -> list[ReportRecord]:
    """Return the reports whose page has no PDF yet, or one of an earlier page."""
    done = [report for report in reports if report.state == DONE]
    return [report for report in done if report.pdf != report.page or not run.pdf(report.slug).is_file()]


def print_reports(run: RunRecord, reports: Sequence[ReportRecord], paper: Paper) -> Iterator[ReportRecord]:
    """Yield the record of each report after its page was printed; ``pdf_fault`` says why one has no PDF."""
    held = {report.slug: report for report in reports}
    pages = [run.page(report.slug) for report in reports]
    folder = run.pdf("").parent
    for printed in print_pages(pages, folder, paper=paper) if pages else ():
        report = held[printed.slug]
        if printed.fault:
            run.pdf(report.slug).unlink(missing_ok=True)  # one of an earlier page would pass for today's
        yield replace(report, pdf="" if printed.fault else report.page, pdf_fault=printed.fault)
