"""What worked here before for a concern like this one, as tables to read: what was tried, what came of it, what was ruled out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

import pandas as pd

from dataworkbench.records import Figure, Finding, Review
from dataworkbench.tables import DisplayTable
from dataworkbench.terms import Audience
from dataworkbench.views.causes.ledger import table_of_outcomes
from dataworkbench.views.cycle.before import Alike, alike, earlier
from dataworkbench.views.cycle.chains import Chains, chains
from dataworkbench.views.district import Kept
from dataworkbench.views.goals.board import records_of
from dataworkbench.views.notes import Note, Together, for_staff, note, plain_table, whole_day

_DECIDED: Final = {"keep": "kept", "change": "changed further", "stop": "stopped", "": "nothing decided yet"}
_MOST: Final = 5
HOW_ALIKE: Final = (
    "Alike are earlier concerns about the same measure, or with two words or more in common; the second column says in what each is "
    "alike and in what not. That something worked then does not say that it will now."
)


def what_worked_before(
    district: Kept, concern: str | Finding = "", *, most: int = _MOST, audience: Audience = "staff"
) -> Together | Note:
    """Return what was tried here before for a concern like this one, with what came of it, and the causes that were ruled out; for staff.

    ``concern`` is a finding, the identifier of one, or a few words; without it, it is the newest finding that is written down.
    One row of the first table is one change that was made for an earlier concern. Where no concern was alike, that is said, and how many
    were looked at.
    """
    refused = for_staff(audience, "What was tried before")
    if refused is not None:
        return refused
    web = chains(records_of(district))
    asked, before = _asked(web, concern)
    if asked is None:
        return note("No concern is written down yet, and none was named, so there is nothing to look for.")
    found = alike(district, web, asked, before=before)
    begins = f"The concern: {asked.concern}"
    if not found:
        return note(begins, _nothing(len(earlier(web, before))))
    parts = [
        note(begins, HOW_ALIKE),
        _tried_table(found[:most]),
        *_ruled_out(found[:most]),
        *_ledger(district, found[:most]),
    ]
    return Together(tuple(parts))


def _asked(web: Chains, concern: str | Finding) -> tuple[Finding | None, str]:
    """Return the concern that was asked about, and its identifier where it is written down."""
    if isinstance(concern, Finding):
        return concern, ""
    findings = web.of(Finding)
    if not concern.strip():
        return (findings[-1].body, findings[-1].id) if findings else (None, "")
    named = [entry for entry in findings if concern in (entry.id, entry.body.concern)]
    return (named[-1].body, named[-1].id) if named else (Finding(concern=concern), "")


def _nothing(many: int) -> str:
    looked = f"{many} earlier {'concern was' if many == 1 else 'concerns were'} looked at"
    return f"Nothing like it was written down here before: {looked}, and none is about the same measure or has two words in common with it."


def _tried_table(found: Sequence[Alike]) -> DisplayTable:
    rows = pd.DataFrame([row for held in found for row in _rows(held)])
    titles = {
        "then": "Concern then",
        "alike": "Alike in",
        "tried": "What was tried",
        "came": "What came of it",
        "decided": "Decided",
    }
    return plain_table(rows, titles, caption="Tried here before for a concern like this one")


def _rows(held: Alike) -> Iterator[dict[str, str]]:
    differ = f"; not in {', '.join(held.unlike)}" if held.unlike else ""
    cycle = f" ({held.cycle})" if held.cycle else ""
    begins = {"then": f"{held.finding.body.concern}{cycle}", "alike": f"{'; '.join(held.reasons)}{differ}"}
    if not held.tried:
        yield begins | {"tried": "nothing is written down", "came": "", "decided": ""}
    for tried in held.tried:
        body = tried.change.body
        since = f" From {whole_day(body.starts.isoformat())}." if body.starts else ""
        looked = [review.body for review in tried.reviews if review.body.held is not None]
        came = " ".join(map(_came, looked)) or "not looked at yet"
        decided = _DECIDED[looked[-1].decision] if looked else ""
        yield begins | {"tried": f"{body.words}{since}", "came": came, "decided": decided}


def _came(review: Review) -> str:
    """Return what a review found, with how many stand behind it and the likely range, where its words do not say so."""
    said = (
        " ".join(part for part in (review.verdict, review.words) if part) or "looked at, nothing written down"
    )
    return f"{said}{_behind(review.figure, said)}"


def _behind(figure: Figure, said: str) -> str:
    if figure.value is None or "likely" in said:
        return ""
    near = (
        f", likely {figure.low:g} to {figure.high:g}"
        if figure.low is not None and figure.high is not None
        else ""
    )
    return (
        f" ({figure.label or f'{figure.value:g}'}{f', n {figure.n}' if figure.n is not None else ''}{near})"
    )


def _ruled_out(found: Sequence[Alike]) -> Iterator[DisplayTable]:
    rows = [
        {"then": held.finding.body.concern, "cause": cause.body.words, "why": cause.body.ruled_out}
        for held in found
        for cause in held.ruled_out
    ]
    if rows:
        titles = {"then": "Concern then", "cause": "Cause that was ruled out", "why": "Why"}
        yield plain_table(pd.DataFrame(rows), titles, caption="Ruled out before")


def _ledger(district: Kept, found: Sequence[Alike]) -> Iterator[Any]:
    """Give what the data say now of the strategies that were tried, where there is a log of interventions."""
    named = list(
        dict.fromkeys(t.change.body.strategy for held in found for t in held.tried if t.change.body.strategy)
    )
    if named and district.has("interventions"):
        table = table_of_outcomes(district, {"strategy": named}, audience="staff", by=("strategy",))
        if isinstance(table, DisplayTable) and not table.said_instead:
            yield replace(table, caption="What the data say of these strategies now, all years together")
