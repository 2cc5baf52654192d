"""The goals of a page as one figure, with where each stands below it and the numbers behind it."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from dataworkbench.figures.goal_lines import GoalLine, plot_goal_lines
from dataworkbench.sentences import Sentences
from dataworkbench.tables import DisplayTable
from dataworkbench.terms import Audience
from dataworkbench.views.district import Kept
from dataworkbench.views.goals.board import GoalSeen, goals_seen
from dataworkbench.views.goals.figures_over_time import time_words, today_in
from dataworkbench.views.notes import plain_table, whole_day
from dataworkbench.views.pictures import Behind, Picture


def plot_goals(
    district: Kept,
    *,
    where: Mapping[str, tuple[str, ...]] | None = None,
    audience: Audience,
    today: str = "",
    title: str = "Are we on the way?",
) -> Picture:
    """Return a figure of the goals of a page: the way with its milestones, the figures so far, and today.

    Below it stands in words where each goal stands; the numbers open when a reader asks for them.
    """
    seen = goals_seen(district, where=where, audience=audience, today=today)
    drawn = [_line(one) for one in seen if "status" in one.line.frame]
    picture = plot_goal_lines(drawn, today=today_in(district, today), title=title)
    if not seen:
        return Picture(picture)
    words = tuple(f"{one.title}, {one.group}: {one.standing.name}. {one.standing.words}" for one in seen)
    return Picture(picture, Behind(Sentences(words), _numbers(seen)))


def _line(seen: GoalSeen) -> GoalLine:
    return GoalLine(f"{seen.title}, {seen.group}", seen.way.points, seen.line.frame, seen.line.days, seen.say)


def _numbers(seen: list[GoalSeen]) -> DisplayTable:
    rows = [
        {
            "goal": f"{one.title}, {one.group}",
            "when": whole_day(time_words({name: (str(row[name]),) for name in ("school_year", "period") if name in row})),
            "figure": str(row["label"]), "n": str(row["n_label"]),
        }
        for one in seen
        for row in one.line.rows
    ]  # fmt: skip
    return plain_table(
        pd.DataFrame(rows),
        {"goal": "Goal", "when": "When", "figure": "Figure", "n": "n"},
        figures=["figure", "n"],
    )
