"""Where a run of reports stands, while it goes on or after it has ended."""

# ruff: noqa: PLC0415 - rooms are loaded when a command needs them; --help should not wait for all of them

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dataworkbench.cli.answers import Answer, Listing, counted
from dataworkbench.cli.asking import AsJson, InWorkspace
from dataworkbench.cli.telling import finish, speaking
from dataworkbench.workspace import find_workspace

if TYPE_CHECKING:
    from dataworkbench.reports import RunRecord

MOST_FAILURES = 20


def status(
    *,
    workspace: InWorkspace = "",
    run: Annotated[
        str, typer.Argument(metavar="RUN", help="The name of a run; without it, the one that was begun last.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Say where a run of reports stands: how many are made, how quickly, and what could not be made."""
    with speaking("status", as_json=as_json) as voice:
        from dataworkbench.reports import find_run, is_at_work, list_runs

        place = find_workspace(workspace)
        runs = [find_run(place, run)] if run else list_runs(place)[:1]
        if not runs:
            finish(voice, Answer(["No report was made here yet. Make some: dataworkbench report"]))
            return
        (found,) = runs
        at_work = is_at_work(found)
        finish(
            voice,
            Answer(
                sentences=standing(found, at_work=at_work, now=datetime.now(UTC)),
                listings=_failures(found),
                data=_data(found, at_work=at_work),
            ),
        )


def standing(run: RunRecord, *, at_work: bool, now: datetime) -> list[str]:
    """Return sentences on where a run stands; ``now`` is the time to reckon its pace by."""
    from dataworkbench.cli.running import pace_in_words

    counts = run.counts
    total = len(run.reports)
    done = f"{counts['done']:,} of {counted(total, 'report')} are made"
    failed = f", {counts['failed']:,} could not be made" if counts["failed"] else ""
    said = [f"{run.run_id}: {done}{failed}."]
    if not at_work:
        broke_off = "It is not at work and has not ended. Go on with it: dataworkbench report --resume"
        return [*said, f"It ended at {run.finished}." if run.finished else broke_off]
    ended = sum(1 for one in run.reports if one.made >= run.started) + counts["failed"]
    seconds = (now - datetime.fromisoformat(run.started)).total_seconds()
    words = pace_in_words(ended, ended + counts["not run"], seconds)
    return [
        *said,
        f"It is at work, with {counted(run.workers, 'report')} at once{': ' + words if words else ''}.",
    ]


def _failures(run: RunRecord) -> list[Listing]:
    rows = [(one.title, one.message, f"cell {one.cell}" if one.cell else "") for one in run.failed]
    shown = rows[:MOST_FAILURES]
    title = "Not made" if len(shown) == len(rows) else f"Not made, the first {len(shown)} of {len(rows)}"
    return [Listing(title, ("Report", "Why", "Where"), shown)] if shown else []


def _data(run: RunRecord, *, at_work: bool) -> dict[str, Any]:
    return {
        "run": run.run_id,
        "at_work": at_work,
        "started": run.started,
        "finished": run.finished,
        "counts": run.counts,
        "processor_seconds": round(sum(one.processor for one in run.reports), 1),
        "most_memory_mb": max((one.memory for one in run.reports), default=0),
    }
