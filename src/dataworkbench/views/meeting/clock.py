"""The clock of a step: how long it has run, how much is left, and what starting, pausing and adding minutes make of it.

A step is never counted down anywhere. It holds when it was started and what had run before, so that every screen, and
one that comes back after an hour, works out the same.
"""

from __future__ import annotations

from datetime import datetime

from dataworkbench.records import Step


def run(step: Step, now: datetime) -> int:
    """Return for how many seconds a step has run."""
    since = (now - step.started).total_seconds() if step.started is not None else 0.0
    return step.spent + max(0, int(since))


def left(step: Step, now: datetime) -> int:
    """Return how many seconds of a step are left; below 0 it is over its time."""
    return (step.minutes + step.more) * 60 - run(step, now)


def started(step: Step, now: datetime) -> Step:
    """Return a step whose clock runs; one that runs already is left as it is."""
    return step if step.started is not None else step.model_copy(update={"started": now, "done": False})


def paused(step: Step, now: datetime) -> Step:
    """Return a step whose clock stands, with what it has run so far."""
    if step.started is None:
        return step
    return step.model_copy(update={"started": None, "spent": run(step, now)})


def finished(step: Step, now: datetime) -> Step:
    """Return a step that is done; its clock stands."""
    return paused(step, now).model_copy(update={"done": True})
