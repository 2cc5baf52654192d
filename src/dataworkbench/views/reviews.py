"""What a team has changed, and when it looks again whether it helped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
from pydantic import BaseModel, ConfigDict, ValidationError

from dataworkbench.errors import WorkbenchError
from dataworkbench.tables import DisplayTable
from dataworkbench.views.notes import plain_table, whole_day


class Changed(BaseModel):
    """One thing that a team changed: what, since when, why, who looks again on which day, and what was seen then."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    what: str
    because: str = ""
    since: date | None = None
    review: date | None = None
    who: str = ""
    seen: str = ""

    def stands(self, today: date) -> str:
        """Return where it stands: looked at, due, past its day, or without a day."""
        if self.seen:
            return f"looked at: {self.seen}"
        if self.review is None:
            return "no day set to look again"
        days = (self.review - today).days
        if days < 0:
            return "past its day"
        return "today" if days == 0 else f"in {days} days" if days > 1 else "tomorrow"


def table_of_changes(changes: Sequence[Mapping[str, Any]], *, today: str = "") -> DisplayTable:
    """Return what has changed and when it is looked at again, the soonest first; what has been looked at stands last.

    Each entry is typed as ``{"what": ..., "because": ..., "since": "2026-11-02", "review": "2027-02-01", "who": ...}``, and with
    ``seen`` once somebody has looked. ``today`` is a day such as 2026-12-01; empty, it is today.

    Raises
    ------
    WorkbenchError
        Where an entry cannot be read; it is named by its place.

    """
    day = date.fromisoformat(today) if today else datetime.now(UTC).date()
    read = [_read(given, place) for place, given in enumerate(changes, start=1)]
    ordered = sorted(read, key=lambda one: (bool(one.seen), one.review or date.max))
    rows = pd.DataFrame(
        [
            {
                "what": one.what, "because": one.because, "since": _day(one.since), "review": _day(one.review), "who": one.who,
                "stands": one.stands(day),
            }
            for one in ordered
        ]
    )  # fmt: skip
    titles = {
        "what": "What we changed", "because": "Because", "since": "Since", "review": "Look again on", "who": "Who looks",
        "stands": "Where it stands",
    }  # fmt: skip
    empty = "No change has been noted yet. The first box shows how one looks."
    return plain_table(rows, titles, caption="What changed, and when it is looked at again", empty=empty)


def _day(day: date | None) -> str:
    return whole_day(day.isoformat()) if day else ""


def _read(given: Mapping[str, Any], place: int) -> Changed:
    try:
        return Changed.model_validate(given)
    except ValidationError as fault:
        said = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in fault.errors())
        raise WorkbenchError(
            f"Change {place} cannot be read: {said}. A change has what, because, since, review, who, seen."
        ) from fault
