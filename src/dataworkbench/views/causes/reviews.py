"""What a team has changed, and when it looks again whether it helped."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

import pandas as pd

from dataworkbench.records import Cause, Change, Entry, Hypothesis, Review
from dataworkbench.tables import DisplayTable
from dataworkbench.terms import Audience
from dataworkbench.views.cycle.chains import Chains, chains
from dataworkbench.views.district import Kept
from dataworkbench.views.goals.board import records_of
from dataworkbench.views.goals.figures_over_time import today_in
from dataworkbench.views.notes import Note, for_staff, plain_table, whole_day

_DECIDED: Final = {"keep": "kept", "change": "changed further", "stop": "stopped", "": "nothing decided yet"}


def changes_frame(district: Kept, today: date) -> pd.DataFrame:
    """Return what was changed.

    One row is one change and one day on which it is looked at (a change without such a day has one row): ``what``,
    ``because`` (the hypothesis or cause that it follows), ``since``, ``review`` (the day), ``who``, ``stands`` (in words), ``open``
    (whether somebody still has to look). What is past its day or soonest comes first, what has been looked at last.
    """
    web = chains(records_of(district))
    rows = [row for change in web.of(Change) for row in _rows(web, change, today)]
    frame = pd.DataFrame(rows, columns=["what", "because", "since", "review", "who", "stands", "open"])
    order = frame["review"].map(lambda day: day or date.max)
    return (
        frame.assign(_day=order)
        .sort_values(["open", "_day"], ascending=[False, True], kind="stable")
        .drop(columns="_day")
    )


def table_of_changes(district: Kept, *, audience: Audience, today: str = "") -> DisplayTable | Note:
    """Return what was changed and when it is looked at again, as a table to read; for staff only."""
    refused = for_staff(audience, "What the team changed")
    if refused is not None:
        return refused
    frame = changes_frame(district, today_in(district, today))
    shown = frame.assign(since=frame["since"].map(_day), review=frame["review"].map(_day))
    titles = {
        "what": "What we changed", "because": "Because", "since": "Since", "review": "Look again on", "who": "Who looks",
        "stands": "Where it stands",
    }  # fmt: skip
    return plain_table(
        shown, titles, caption="What changed, and when it is looked at again",
        empty="No change has been written down yet. Write one down in notebook 00, with the day on which you look again.",
    )  # fmt: skip


def _rows(web: Chains, change: Entry[Change], today: date) -> Iterator[tuple[object, ...]]:
    reviews = [one for one in web.of(Review) if _is_of(web, one, change)]
    said = (change.body.words, _because(web, change), change.body.starts)
    if not reviews:
        yield (*said, None, change.body.owner, "no day set to look again", True)
    for review in reviews:
        yield (
            *said,
            review.body.on,
            review.body.who or change.body.owner,
            _stands(review.body, today),
            review.body.held is None,
        )


def _is_of(web: Chains, review: Entry[Review], change: Entry[Change]) -> bool:
    found = web.upstream(review.id, Change)
    return found is not None and found.id == change.id


def _because(web: Chains, change: Entry[Change]) -> str:
    hypothesis = web.upstream(change.id, Hypothesis)
    if hypothesis is not None:
        return hypothesis.body.because
    cause = web.upstream(change.id, Cause)
    return cause.body.words if cause is not None else ""


def _stands(review: Review, today: date) -> str:
    if review.held is not None:
        found = review.verdict or review.words or "looked at"
        return f"{found.rstrip('.')}; {_DECIDED[review.decision]}"
    days = (review.on - today).days
    if days < 0:
        return "past its day by 1 day" if days == -1 else f"past its day by {-days} days"
    return "today" if days == 0 else "tomorrow" if days == 1 else f"in {days} days"


def _day(day: date | None) -> str:
    return whole_day(day.isoformat()) if day else ""
