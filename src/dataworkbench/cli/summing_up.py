"""Sending a few words after a run, also after one that did not come to its end; whatever comes of that, the run stays as it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from dataworkbench.cli.answers import Answer
from dataworkbench.cli.telling import Voice
from dataworkbench.errors import WorkbenchError
from dataworkbench.reports import Plan, RunRecord
from dataworkbench.reports.summaries import Told, summary_of, summary_of_trouble, tell
from dataworkbench.workspace import Workspace


@contextmanager
def telling_trouble(
    voice: Voice, place: Workspace, notebook: str, each: str, *, wanted: bool
) -> Iterator[None]:
    """Send a summary where a run does not come to its end; what stopped it goes on its way."""
    try:
        yield
    except Exception as fault:
        if wanted:
            name = f"{datetime.now(UTC):%Y-%m-%dT%H%M%S}Z-{each}-not-made"
            told = tell(place, summary_of_trouble(_district(place), notebook, each, fault, name=name))
            for sentence in told.sentences:
                voice.aside(sentence)
        raise


def with_summary(answer: Answer, plan: Plan, done: RunRecord, *, wanted: bool) -> Answer:
    """Return the answer with what became of the summary; the exit code stays that of the run."""
    if not wanted:
        return answer
    told: Told = tell(plan.workspace, summary_of(done, timezone=plan.timezone))
    return replace(
        answer,
        sentences=[*answer.sentences, *told.sentences],
        data={**answer.data, "summary": {"sent": told.ok, "said": list(told.sentences)}},
    )


def _district(place: Workspace) -> str:
    try:
        return place.settings().district
    except WorkbenchError:  # the settings may be what stopped the run
        return place.root.name
