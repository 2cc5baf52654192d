"""What is past its day, by who answers for it."""

from __future__ import annotations

import pandas as pd

from dataworkbench.tables import DisplayTable
from dataworkbench.terms import Audience
from dataworkbench.views.cycle.due import due_frame
from dataworkbench.views.district import Kept
from dataworkbench.views.goals.figures_over_time import today_in
from dataworkbench.views.notes import Note, for_staff, plain_table

NOBODY = "nobody yet"


def overdue_by_owner(district: Kept, *, today: str = "", audience: Audience = "staff") -> DisplayTable | Note:
    """Return what is past its day, by who answers for it, as a table to read; for staff.

    One row is one person or role: how much is overdue, since when at most, and what it is, the longest overdue first. Whoever
    has most of it comes first.
    """
    refused = for_staff(audience, "What is overdue")
    if refused is not None:
        return refused
    frame = due_frame(district, today_in(district, today))
    late = frame[frame["late"] > 0]
    by_owner: dict[str, list[tuple[str, str, int]]] = {}
    for who, what, days in zip(late["who"], late["what"], late["late"], strict=True):
        name = " ".join(str(who).split()) or NOBODY
        by_owner.setdefault(name.casefold(), []).append((name, str(what), int(days)))
    rows = [
        {
            "who": held[0][0], "many": len(held), "longest": _days(held[0][2]), "most": held[0][2],
            "what": "; ".join(f"{what} ({_days(days)})" for _, what, days in held),
        }
        for held in by_owner.values()
    ]  # fmt: skip
    shown = pd.DataFrame(rows, columns=["who", "many", "longest", "what", "most"])
    shown = shown.sort_values(["many", "most"], ascending=False, kind="stable")
    titles = {
        "who": "Who answers for it",
        "many": "Overdue",
        "longest": "Longest",
        "what": "What, the longest overdue first",
    }
    return plain_table(
        shown, titles, caption="Overdue, by who answers for it", figures=["many"], empty="Nothing is overdue."
    )


def _days(many: int) -> str:
    return f"{many} {'day' if many == 1 else 'days'}"
