"""Groupings that were kept earlier, read from the records."""

from __future__ import annotations

from collections.abc import Collection

from dataworkbench.grouping import Earlier
from dataworkbench.records import Grouping, open_records
from dataworkbench.views.district import Asked


def earlier_groupings(district: Asked, students: Collection[str], *, subject: str = "") -> list[Earlier]:
    """Return the kept groupings that hold at least two of these students, the earliest first."""
    workspace = getattr(district, "workspace", None)
    if workspace is None:
        return []
    known = set(students)
    entries = sorted(
        open_records(workspace).latest(Grouping), key=lambda entry: (entry.body.made_on, entry.number)
    )
    return [
        Earlier(entry.body.made_on.isoformat(), entry.body.groups, _levels(entry.body))
        for entry in entries
        if len(known & {who for members in entry.body.groups for who in members}) > 1
        and (not subject or entry.body.rules.get("subject") == subject)
    ]


def _levels(body: Grouping) -> tuple[float, ...]:
    held = body.rules.get("levels", [])
    return (
        tuple(float(level) for level in held if isinstance(level, int | float))
        if isinstance(held, list)
        else ()
    )
