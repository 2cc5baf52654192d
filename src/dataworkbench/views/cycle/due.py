"""What is due and what is past its day: actions, milestones and reviews, each with who answers for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pandas as pd

from dataworkbench.records import Action, Change, Entry, Goal, Review
from dataworkbench.tables import DisplayTable
from dataworkbench.terms import Audience
from dataworkbench.views.cycle.chains import Chains, chains
from dataworkbench.views.district import Kept
from dataworkbench.views.goals.board import GoalSeen, records_of, see_goal
from dataworkbench.views.goals.figures_over_time import today_in
from dataworkbench.views.goals.standing import FRESH
from dataworkbench.views.notes import Note, for_staff, plain_table, whole_day

_COLUMNS = ["by", "kind", "what", "who"]


def due_frame(district: Kept, today: date) -> pd.DataFrame:
    """Return what is due.

    One row is one action that is not done, one review that was not held, or one milestone (or a goal's own day) that is
    ahead or for which no figure has come in: ``by`` (a day), ``kind``, ``what``, ``who``, ``late`` (days past it, 0 or
    fewer where it is ahead). Soonest first; an action without a day comes last.
    """
    web = chains(records_of(district))
    rows = [*_actions(web), *_reviews(web)]
    for goal in web.of(Goal):
        rows += _milestones(see_goal(district, goal, audience="staff", today=today), today)
    frame = pd.DataFrame(rows, columns=_COLUMNS)
    frame["late"] = [(today - by).days if by is not None else -9999 for by in frame["by"]]
    return frame.sort_values("late", ascending=False, kind="stable").reset_index(drop=True)


def due(district: Kept, *, today: str = "", audience: Audience = "staff") -> DisplayTable | Note:
    """Return what is due and what is past its day, as a table to read, soonest first; for staff."""
    refused = for_staff(audience, "What is due")
    if refused is not None:
        return refused
    frame = due_frame(district, today_in(district, today))
    shown = pd.DataFrame(
        {
            "what": [
                f"{_headed(kind)} {what}" for kind, what in zip(frame["kind"], frame["what"], strict=True)
            ],
            "by": [_when(day, late) for day, late in zip(frame["by"], frame["late"], strict=True)],
            "who": [who or "nobody yet" for who in frame["who"]],
        }
    )
    return plain_table(
        shown, {"what": "What", "by": "By", "who": "Who answers for it"}, caption="What is due",
        empty="Nothing is due: no action, milestone or review has been written down with a day yet.",
    )  # fmt: skip


def _headed(kind: str) -> str:
    return kind if kind.endswith("?") else f"{kind}:"


def _when(day: date | None, late: int) -> str:
    if day is None:
        return "no day yet"
    return ", ".join(filter(None, [whole_day(day.isoformat()), _state(late)]))


def _state(late: int) -> str:
    if late > 0:
        return "1 day overdue" if late == 1 else f"{late} days overdue"
    if late == 0:
        return "today"
    return "tomorrow" if late == -1 else f"in {-late} days"


def _actions(web: Chains) -> Iterator[tuple[date | None, str, str, str]]:
    for action in web.of(Action):
        if action.body.done is None:
            yield action.body.by, "Action", action.body.what, action.body.who


def _reviews(web: Chains) -> Iterator[tuple[date | None, str, str, str]]:
    for review in web.of(Review):
        if review.body.held is None:
            yield review.body.on, "Did it work?", _about(web, review), review.body.who


def _about(web: Chains, review: Entry[Review]) -> str:
    change = web.upstream(review.id, Change)
    return review.body.of or (change.body.words if change is not None else "what was changed")


def _milestones(seen: GoalSeen, today: date) -> Iterator[tuple[date | None, str, str, str]]:
    goal = seen.goal
    begin = seen.way.start.on if seen.way.start is not None else date.min
    newest = max((day for day in seen.line.days if day > begin), default=date.min)
    for day, value in (*seen.way.milestones, (goal.by, goal.target)):
        if day >= today or newest < day - FRESH:
            kind = f"{'Goal' if day == goal.by else 'Milestone'} of {seen.say(value)}"
            yield day, kind, f"{seen.title}, {seen.group}", goal.owner
