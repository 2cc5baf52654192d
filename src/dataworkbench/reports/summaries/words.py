"""What a summary says. No student's name can be in it: where reports are about single people it gives counts alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from dataworkbench.errors import FOR_READERS
from dataworkbench.reports.jobs import DONE, FAILED, NOT_RUN
from dataworkbench.reports.packs import PACKS
from dataworkbench.reports.record import ReportRecord, RunRecord

MOST_LISTED: Final = 50
_LONGEST_LINE: Final = 300
_LONGEST_SUBJECT: Final = 120


@dataclass(frozen=True)
class Summary:
    """A subject of one line, a text, and a name that is fit for a file."""

    subject: str
    text: str
    name: str


def summary_of(run: RunRecord, *, timezone: str = "UTC") -> Summary:
    """Return what became of a run, in plain words.

    It says what the index says and less: of reports about single people neither titles nor reasons, only how many.
    """
    counts = run.counts
    missing = counts[FAILED] + counts[NOT_RUN]
    ready = f"{_counted(counts[DONE], 'page')} ready"
    state = f"{ready}, {missing:,} not made" if missing else ready
    lines = [
        f"{_counted(counts[DONE], 'page is', 'pages are')} ready.",
        *_missing(run),
        "",
        f"Run: {run.notebook}, one for each {run.each.replace('_', ' ')}",
        f"Time: {_time(run, timezone)}",
        f"Data: snapshot {run.snapshot}",
        f"Index: {run.index}",
    ]
    subject = f"Reports of {run.district}: {state}"
    return Summary(one_line(subject, _LONGEST_SUBJECT), _text(lines), run.run_id)


def summary_of_trouble(district: str, notebook: str, each: str, fault: Exception, *, name: str) -> Summary:
    """Return that a run did not come to its end; why, only where the words of the error speak of no student."""
    why = (
        str(fault)
        if isinstance(fault, FOR_READERS)
        else "Why is said where the command was started, such as its log."
    )
    lines = [
        "The run did not come to its end, so there are no new pages, or not all of them.",
        why,
        "",
        f"Run: {notebook}, one for each {each.replace('_', ' ')}",
    ]
    subject = f"Reports of {district}: not made"
    return Summary(one_line(subject, _LONGEST_SUBJECT), _text(lines), name)


def one_line(text: str, most: int = _LONGEST_LINE) -> str:
    """Return a text as one line without anything that cannot be seen, cut where it is long."""
    seen = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return seen if len(seen) <= most else seen[: most - 1] + "…"


def _missing(run: RunRecord) -> Iterator[str]:
    failed = [one for one in run.reports if one.state == FAILED]
    not_run = [one for one in run.reports if one.state == NOT_RUN]
    if not_run:
        yield f"{_counted(len(not_run), 'report was', 'reports were')} not run."
    if not failed:
        return
    yield f"{_counted(len(failed), 'report')} could not be made."
    if _is_about_people(run.each):
        yield "Which and why is on the index; these reports are about single people, so nothing of them stands here."
        return
    yield ""
    yield from (_told(one) for one in failed[:MOST_LISTED])
    if len(failed) > MOST_LISTED:
        yield f"and {len(failed) - MOST_LISTED:,} more; the index lists every one."


def _is_about_people(each: str) -> bool:
    """Whether reports are about single people; what is not known counts as that."""
    return each not in PACKS or PACKS[each].staff_only


def _told(one: ReportRecord) -> str:
    place = f" (cell {one.cell})" if one.cell else ""
    return f"- {one_line(one.title)}: {one_line(one.message)}{place}"


def _time(run: RunRecord, timezone: str) -> str:
    zone = ZoneInfo(timezone)
    begun = datetime.fromisoformat(run.started)
    said = f"{begun.astimezone(zone):%Y-%m-%d %H:%M}"
    if not run.finished:
        return f"begun {said} ({timezone}), not ended"
    ended = datetime.fromisoformat(run.finished)
    return f"{said} to {ended.astimezone(zone):%H:%M} ({timezone}), {_long((ended - begun).total_seconds())}"


def _long(seconds: float) -> str:
    minutes = round(seconds / 60)
    if minutes < 1:
        return _counted(max(round(seconds), 0), "second")
    hours, rest = divmod(minutes, 60)
    return f"{_counted(hours, 'hour')} {_counted(rest, 'minute')}" if hours else _counted(minutes, "minute")


def _text(lines: list[str]) -> str:
    return "\n".join(one_line(line, 2 * _LONGEST_LINE) for line in lines) + "\n"


def _counted(n: int, one: str, many: str = "") -> str:
    return f"{n:,} {one if n == 1 else many or one + 's'}"
