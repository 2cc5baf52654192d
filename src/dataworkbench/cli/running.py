"""Running a plan of reports, and how what became of it is told."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from dataworkbench.cli.answers import Answer, ExitCode, Listing, counted
from dataworkbench.cli.asking import command_line
from dataworkbench.cli.telling import Voice
from dataworkbench.errors import ParameterError, WorkbenchError
from dataworkbench.reports import (
    KnownParameter,
    Limits,
    Plan,
    ReportRecord,
    RunRecord,
    keep_last,
    run_reports,
)
from dataworkbench.reports.paper import find_chromium, how_to_get_chromium

SECONDS_BETWEEN_WORDS: Final = 60
SECONDS_TO_KNOW: Final = 5
MOST_ADDRESSES: Final = 12
TRUTH: Final[Mapping[str, bool]] = {"true": True, "yes": True, "false": False, "no": False}


def carry_out(
    voice: Voice,
    plan: Plan,
    *,
    workers: int = 0,
    resume: str | bool = False,
    only_failed: bool = False,
    limits: Limits | None = None,
    stamp: bool = False,
    pdf: bool = False,
    scheduler: str = "",
    storage: str = "",
) -> RunRecord:
    """Return the record of a run, with a bar while it goes on."""
    title = f"Making {counted(len(plan.items), 'page')} from {plan.notebook}"
    with voice.progress(title, len(plan.items)) as advance:
        pace = Pace(voice.aside, advance)
        return run_reports(
            plan,
            workers=workers or None,
            resume=resume,
            only_failed=only_failed,
            on_progress=pace.tell,
            limits=limits or Limits(),
            stamp=stamp,
            pdf=pdf and find_chromium() is not None,
            scheduler=scheduler,
            storage=storage,
        )


class Pace:
    """How quickly reports are made, and how long the rest will take; said beside the bar, or now and then in a log."""

    def __init__(self, aside: Callable[[str], None], advance: Callable[[int, int, str], None]) -> None:
        self._aside = aside
        self._advance = advance
        self._began = self._said = time.monotonic()

    def tell(self, done: int, of: int, one: ReportRecord) -> None:
        """Say where a run is, after a report has ended."""
        now = time.monotonic()
        words = pace_in_words(done, of, now - self._began)
        self._advance(done, of, f"{one.title} ({words})" if words else one.title)
        if now - self._said >= SECONDS_BETWEEN_WORDS and words:
            self._aside(f"{done:,} of {of:,} reports have ended: {words}.")
            self._said = now


def pace_in_words(done: int, of: int, seconds: float) -> str:
    """Return how many reports a minute are made and how long the rest takes; '' before that can be known."""
    if seconds < SECONDS_TO_KNOW or not done:
        return ""
    each = seconds / done
    left = math.ceil((of - done) * each / 60)
    remaining = f"about {counted(left, 'minute')} left" if done < of else "none left"
    return f"{60 / each:,.0f} a minute, {remaining}"


def read_parameters(settings: Sequence[str], known: Mapping[str, KnownParameter]) -> dict[str, Any]:
    """Return what ``NAME=VALUE`` texts say, each value in the kind that the notebook asks for."""
    read = {}
    for setting in settings:
        name, sign, value = setting.partition("=")
        if not sign or not name:
            raise ParameterError(
                f"'--set {setting}' is not understood. Write a name, = and a value: --set audience=staff"
            )
        read[name] = _in_kind(value, known[name].kind if name in known else "str")
    return read


def _in_kind(text: str, kind: str) -> Any:
    if kind == "bool":
        return TRUTH.get(text.lower(), text)
    try:
        return {"int": int, "float": float}.get(kind, str)(text)
    except ValueError:
        return text


def reported(done: RunRecord) -> Answer:
    """Return what became of a run, as it is told."""
    counts = done.counts
    missing = counts["failed"] + counts["not run"]
    said = [f"{counted(counts['done'], 'page is', 'pages are')} ready, from the snapshot {done.snapshot}."]
    if missing:
        said.append(
            f"{counted(missing, 'report')} could not be made. The index lists every one, with its reason."
        )
    return Answer(
        sentences=said,
        listings=[_failures(done)] if missing else [],
        data=run_data(done),
        next_steps=_next_steps(done, missing),
        code=ExitCode.PARTLY_DONE if missing else ExitCode.DONE,
    )


def with_pdfs(answer: Answer, done: RunRecord) -> Answer:
    """Return the answer with what became of the PDFs that were asked for."""
    made = [one for one in done.reports if one.state == "done"]
    printed = [one for one in made if one.pdf == one.page]
    said = [
        *answer.sentences,
        f"{counted(len(printed), 'page was', 'pages were')} printed to the folder pdf.",
    ]
    if len(printed) == len(made):
        return replace(answer, sentences=said)
    if find_chromium() is None:
        said[-1] = f"No page was printed: there is no Chromium, Chrome or Edge here. {how_to_get_chromium()}"
    else:
        said.append(f"{counted(len(made) - len(printed), 'page')} could not be printed. The index says why.")
    return replace(answer, sentences=said, code=ExitCode.PARTLY_DONE)


def with_pages(answer: Answer, plan: Plan, done: RunRecord) -> Answer:
    """Return the answer with the address of each page of a plan, where these are a few."""
    there = [(item.title, done.page(item.slug)) for item in plan.items]
    few = there if len(there) <= MOST_ADDRESSES else []
    return replace(answer, pages=[(title, address_of(page)) for title, page in few if page.is_file()])


def keep_runs(plan: Plan, done: RunRecord, *, keep: int) -> list[str]:
    """Take older runs away where that was asked for and this one ended with pages, and return what to say about it."""
    if not keep or not done.finished or not done.counts["done"]:
        return []
    try:
        gone = keep_last(plan.workspace, plan.notebook, plan.each, keep=keep, everybody=plan.everybody)
    except WorkbenchError as fault:
        return [f"Older runs were left as they are: {fault}"]
    return [f"Took {counted(len(gone), 'older run')} away."] if gone else []


def run_data(done: RunRecord) -> dict[str, Any]:
    """Return what a script may want to know of a run."""
    return {
        "run": done.run_id,
        "folder": done.folder,
        "index": done.index,
        "snapshot": done.snapshot,
        "counts": done.counts,
        "reports": [
            {
                "title": one.title,
                "state": one.state,
                "seconds": one.seconds,
                "message": one.message,
                "page": _page(done, one.slug),
            }
            for one in done.reports
        ],
    }


def _page(done: RunRecord, slug: str) -> str:
    page = done.page(slug)
    return str(page) if page.is_file() else ""


def _failures(done: RunRecord) -> Listing:
    rows = [
        (one.title, one.state, one.message, f"cell {one.cell}" if one.cell else "")
        for one in done.reports
        if one.state != "done"
    ]
    return Listing("Not made", ("Report", "State", "Why", "Where"), rows)


def _next_steps(done: RunRecord, missing: int) -> list[str]:
    steps = [f"Open the index in a browser: {address_of(done.index)}"]
    if missing:
        again = f"report -w {done.folder.parents[1]} --notebook {done.notebook} --each {done.each} --run {done.run_id}"
        steps.append(f"When the cause is mended, run only what is missing: {command_line(again)}")
    return steps


def address_of(page: Path) -> str:
    """Return the address of a page on this machine, to be clicked or pasted into a browser."""
    return page.resolve().as_uri()
