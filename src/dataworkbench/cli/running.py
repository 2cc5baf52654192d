"""Running a plan of reports, and how what became of it is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from dataworkbench.cli.answers import Answer, ExitCode, Listing, counted
from dataworkbench.cli.asking import command_line
from dataworkbench.cli.telling import Voice
from dataworkbench.errors import ParameterError, WorkbenchError
from dataworkbench.reports import KnownParameter, Limits, Plan, RunRecord, keep_last, run_reports

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
    scheduler: str = "",
    storage: str = "",
) -> RunRecord:
    """Return the record of a run, with a bar while it goes on."""
    with voice.progress(
        f"Making {counted(len(plan.items), 'page')} from {plan.notebook}", len(plan.items)
    ) as advance:
        return run_reports(
            plan,
            workers=workers or None,
            resume=resume,
            only_failed=only_failed,
            on_progress=lambda done, of, one: advance(done, of, one.title),
            limits=limits or Limits(),
            scheduler=scheduler,
            storage=storage,
        )


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
