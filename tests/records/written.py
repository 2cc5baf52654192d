"""What tests write into records, and the time at which they do."""

from __future__ import annotations

from datetime import UTC, datetime

from dataworkbench.records import Goal

NOON = datetime(2026, 11, 13, 12, 0, tzinfo=UTC)


def a_goal(target: float = 0.15, **more: object) -> Goal:
    about = {"indicator": "chronic_absence", "target": target, "direction": "lower", "by": "2027-05-28"}
    return Goal(**{**about, **more})
