"""Goals as teams wrote them down, beside what the data say now. Where a goal stands is worked out and never typed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Final

import pandas as pd

from dataworkbench.errors import WorkbenchError
from dataworkbench.frames import is_number, number_text, value_text
from dataworkbench.measures import CATALOGUE, Indicator
from dataworkbench.measures.intervals import wilson
from dataworkbench.records import Entry, Figure, Goal, Records, open_records
from dataworkbench.tables import DisplayTable
from dataworkbench.terms import Audience
from dataworkbench.views.district import Kept
from dataworkbench.views.goals.figures_over_time import (
    TIMES,
    Row,
    Timeline,
    figure_of,
    group_words,
    over_time,
    time_words,
    today_in,
)
from dataworkbench.views.goals.standing import Seen, Standing, Way, end_of_school_year, standing
from dataworkbench.views.notes import plain_table, whole_day
from dataworkbench.warehouse import list_snapshots, open_workspace

_GOOD: Final = {"higher": "higher", "lower": "lower"}
_UNITS: Final = {"rate": "a share, 0 to 1", "mean": "an average", "count": "a number"}
_OPEN: Final = frozenset(
    {
        "school_id", "grade_level", "subject", "period", "subgroup_type", "subgroup", "assessment_id", "survey_id", "role",
        "topic", "item_id", "pair_id", "rubric_id", "element_id", "strategy", "need", "standard_id", "strand", "first_period",
        "last_period",
    }
)  # fmt: skip
"""By what a goal's group may be chosen where everybody can read it; nothing here tells single people apart."""
EMPTY: Final = (
    "No goal has been written down yet. A goal is one measure for one group, with an aim, a day and somebody who answers "
    "for it; dw.write_goal(dw.goal_desk(district)) opens a form for it."
)


@dataclass(frozen=True)
class GoalSeen:
    """A goal beside what the data say: its figures over time, the way to it, and where it stands."""

    entry: Entry[Goal]
    title: str
    group: str
    unit: str
    line: Timeline
    way: Way
    standing: Standing
    baseline: str
    now: str

    @property
    def goal(self) -> Goal:
        """What the team wrote."""
        return self.entry.body

    def say(self, value: float) -> str:
        """Return a value in the measure's own unit."""
        return say(self.unit, value)


def records_of(district: Kept) -> Records | None:
    """Return what the teams of a district wrote; None for a district that is held in memory."""
    return open_records(district.workspace) if district.workspace is not None else None


def goals_seen(
    district: Kept, *, where: Mapping[str, tuple[str, ...]] | None = None, audience: Audience, today: str = ""
) -> list[GoalSeen]:
    """Return the goals of a page beside what the data say, in the order in which they were written.

    They are those about the schools of ``where`` or about all schools, whose day lies in its school year or later.
    """
    kept, day = records_of(district), today_in(district, today)
    entries = kept.latest(Goal) if kept is not None else []
    chosen = [entry for entry in entries if _belongs(entry.body, where or {}, audience)]
    return [see_goal(district, entry, audience=audience, today=day) for entry in chosen]


def see_goal(district: Kept, entry: Entry[Goal], *, audience: Audience, today: date) -> GoalSeen:
    """Return one goal beside what the data say today."""
    goal = entry.body
    defined = CATALOGUE.get(goal.indicator)
    if defined is None:
        return _gone(district, entry, today)
    line = over_time(district, goal.indicator, goal.where, audience=audience)
    start = _start(goal, line, audience)
    way = Way(
        start,
        goal.target,
        goal.by,
        goal.direction == "higher",
        tuple((m.by, m.value) for m in goal.milestones),
    )
    newest = _newest(line, way)
    return GoalSeen(
        entry, defined.title, group_words(district, goal.where) or "Everyone", defined.unit, line, way,
        _standing(goal, defined, line, way, today=today, audience=audience), _baseline(goal, line, audience),
        _now(newest) if newest is not None else "",
    )  # fmt: skip


def goal_frame(
    district: Kept, *, where: Mapping[str, tuple[str, ...]] | None = None, audience: Audience, today: str = ""
) -> pd.DataFrame:
    """Return how each goal stands.

    One row is one goal: ``goal``, ``group``, ``baseline`` (as it was written down, with n and time), ``now`` (with n),
    ``aim``, ``milestone`` (the next one), ``stands`` (worked out), ``why``, ``owner``. On the public road every figure
    has passed the gate, the baseline too, and what people wrote in words of their own is left out.
    """
    return _frame(
        goals_seen(district, where=where, audience=audience, today=today), today_in(district, today), audience
    )


def _frame(goals: Sequence[GoalSeen], day: date, audience: Audience) -> pd.DataFrame:
    rows = [_row(seen, day, audience) for seen in goals]
    columns = ["goal", "group", "baseline", "now", "aim", "milestone", "stands", "why", "owner"]
    return pd.DataFrame(rows, columns=columns)


def goal_board(
    district: Kept, *, where: Mapping[str, tuple[str, ...]] | None = None, audience: Audience, today: str = ""
) -> DisplayTable:
    """Return how each goal stands, as a table to read, with a note where a baseline can no longer be checked."""
    seen = goals_seen(district, where=where, audience=audience, today=today)
    board = _frame(seen, today_in(district, today), audience).assign(
        goal=lambda held: [f"{goal}: {whom}" if whom else goal for goal, whom in zip(held["goal"], held["group"], strict=True)],
        aim=lambda held: [f"{aim}; next {step}" if step else aim for aim, step in zip(held["aim"], held["milestone"], strict=True)],
        stands=lambda held: [f"{stands.capitalize()}. {why}" for stands, why in zip(held["stands"], held["why"], strict=True)],
    )  # fmt: skip
    titles = {
        "goal": "What we want to change, for whom", "baseline": "Baseline", "now": "Now", "aim": "Aim",
        "stands": "Where it stands, and why we say so", "owner": "Who answers for it",
    }  # fmt: skip
    if not board["owner"].any():
        del titles["owner"]
    table = plain_table(board, titles, caption="Our goals", empty=EMPTY)
    return replace(table, notes=_notes(district, seen)) if audience == "staff" else table


def baseline_again(district: Kept, goal: Goal) -> str:
    """Return what is to be said where the baseline, read once more from its own snapshot, is not what was written.

    Nothing where it is the same. Where that snapshot is gone, the sentence says so: the figure stands as written.
    """
    kept = goal.baseline
    if kept.value is None or district.workspace is None or not kept.snapshot:
        return ""
    there = {info.id for info in list_snapshots(district.workspace)}
    if kept.snapshot not in there:
        return f"The data of {whole_day(kept.snapshot[:10])} from which its baseline was read are gone, so {kept.label} stands as it was written."
    then = open_workspace(district.workspace.root, snapshot=kept.snapshot)
    again = figure_of(then, goal.indicator, goal.where, kept.at) if goal.indicator in CATALOGUE else kept
    if _same(again, kept):
        return ""
    return (
        f"Its baseline was written as {kept.label} (n {kept.n}); read once more from the same data it comes to "
        f"{again.label} (n {again.n}), so a rule or a definition has changed since."
    )


def measures_for_goals() -> DisplayTable:
    """Return the measures that a goal can be bound to, as a table to read."""
    rows = [
        {"id": held.id, "title": held.title, "unit": _UNITS[held.unit], "good": _GOOD[held.direction]}
        for held in CATALOGUE.values()
        if held.direction in _GOOD
    ]
    titles = {"id": "indicator", "title": "What it is", "unit": "Written as", "good": "Better when"}
    return plain_table(pd.DataFrame(rows), titles, caption="What a goal can be about")


def _belongs(goal: Goal, where: Mapping[str, Sequence[str]], audience: Audience) -> bool:
    schools = set(where.get("school_id", ()))
    here = not schools or not goal.where.get("school_id") or bool(schools & set(goal.where["school_id"]))
    year = min(where.get("school_year", ("",)), default="")
    runs = not year[:4].isdecimal() or end_of_school_year(goal.by).year > int(year[:4])
    return here and runs and (audience == "staff" or set(goal.where) <= _OPEN)


def _standing(
    goal: Goal, defined: Indicator, line: Timeline, way: Way, *, today: date, audience: Audience
) -> Standing:
    if defined.version != goal.indicator_version:
        return Standing(
            "cannot be said",
            f"The measure was defined anew since (version {goal.indicator_version} then, {defined.version} now), so baseline and "
            "now are not the same measure. Write the goal anew.",
        )
    if len(line.frame) and (line.frame["status"] == "missing").all():
        return Standing("cannot be said", str(line.frame["reason"].iloc[0]))
    newest = _newest(line, way)
    if newest is not None and newest["status"] != "shown":
        return Standing("cannot be said", str(newest["reason"]) or "The newest figure is not shown here.")
    found = standing(way, _seen(line, way), today, say=partial(say, defined.unit))
    if (
        audience == "public"
        and defined.unit != "rate"
        and found.name in ("on the way", "behind the milestone")
    ):
        return Standing(
            "cannot be said",
            "Averages are made public without their likely range, so nothing sure can be said here.",
        )
    return found


def _seen(line: Timeline, way: Way) -> list[Seen]:
    """Return the figures since the baseline that are shown."""
    return [
        seen
        for row, day in zip(line.rows, line.days, strict=True)
        if (seen := _as_seen(row, day)) is not None and (way.start is None or day > way.start.on)
    ]


def _newest(line: Timeline, way: Way) -> Row | None:
    """Return the newest row since the baseline, shown or not; None where there is none."""
    since = [
        row for row, day in zip(line.rows, line.days, strict=True) if way.start is None or day > way.start.on
    ]
    return since[-1] if since and since[-1]["status"] != "missing" else None


def _start(goal: Goal, line: Timeline, audience: Audience) -> Seen | None:
    """Return the baseline: as it was written down for staff, as the gate shows it today for everybody else."""
    kept = goal.baseline
    if kept.value is None or kept.on is None:
        return None
    if audience == "staff":
        return Seen(kept.on, kept.value, *_ends(kept.value, kept.low, kept.high))
    row = line.at(kept.at)
    return None if row is None else _as_seen(row, kept.on)


def _as_seen(row: Row, day: date) -> Seen | None:
    if row["status"] != "shown" or not is_number(row["value"]):
        return None
    value = float(row["value"])
    low, high = (float(row[name]) if is_number(row[name]) else None for name in ("low", "high"))
    if row["audience"] == "public" and low is None and row["unit"] == "rate":
        low, high = _widest(value, str(row["n_label"]))
    return Seen(day, value, *_ends(value, low, high))


def _widest(share: float, size: str) -> tuple[float | None, float | None]:
    """Return the interval of a share that is made public, from nothing but what is public: the fewest of its size range."""
    found = re.match(r"[\d,]+", size)
    if found is None:
        return None, None
    n = int(found.group().replace(",", ""))
    return wilson(share * n, n)


def _ends(value: float, low: float | None, high: float | None) -> tuple[float, float]:
    return (value if low is None else low), (value if high is None else high)


def _row(seen: GoalSeen, day: date, audience: Audience) -> dict[str, str]:
    goal = seen.goal
    ahead = [m for m in goal.milestones if m.by >= day]
    public = audience != "staff"
    return {
        "goal": goal.words if goal.words and not public else seen.title,
        "group": seen.group if not goal.words or public else f"{seen.title}; {seen.group}",
        "baseline": seen.baseline,
        "now": seen.now or "no figure since",
        "aim": f"{seen.say(goal.target)} by {whole_day(goal.by.isoformat())}",
        "milestone": f"{seen.say(ahead[0].value)} by {whole_day(ahead[0].by.isoformat())}" if ahead else "",
        "stands": seen.standing.name,
        "why": seen.standing.words,
        "owner": "" if public else goal.owner,
    }


def _baseline(goal: Goal, line: Timeline, audience: Audience) -> str:
    """Return the baseline in words: as it was written down for staff, as the gate shows it today for everybody else."""
    kept, row = goal.baseline, line.at(goal.baseline.at)
    if audience == "staff":
        size = number_text(kept.n) if kept.n is not None else ""
        return _figure_words(kept.label, size, kept.at) if kept.value is not None else "none"
    return (
        _figure_words(str(row["label"]), str(row["n_label"]), kept.at)
        if row is not None and row["label"]
        else "none"
    )


def _now(row: Row) -> str:
    when = {name: (str(row[name]),) for name in TIMES if name in row}
    return _figure_words(str(row["label"] or row["status"]), str(row["n_label"]), when)


def _figure_words(label: str, size: str, at: Mapping[str, Sequence[str]]) -> str:
    behind = [f"n {size}"] if size else []
    when = whole_day(time_words(at))
    behind += [when] if when else []
    return f"{label} ({'; '.join(behind)})" if behind else label


def _notes(district: Kept, goals: Sequence[GoalSeen]) -> tuple[str, ...]:
    """Return what is to be said about baselines that can no longer be checked, or come out otherwise now."""
    told = [(one, baseline_again(district, one.goal)) for one in goals]
    return tuple(f"{one.title}, {one.group}: {words}" for one, words in told if words)


def say(unit: str, value: float) -> str:
    """Return a value of a goal in the unit of its measure."""
    return value_text(value, unit, 1 if unit == "mean" else 0)


def _same(one: Figure, other: Figure) -> bool:
    values = one.value is not None and other.value is not None and abs(one.value - other.value) < 1e-9
    return values and one.n == other.n


def _gone(district: Kept, entry: Entry[Goal], today: date) -> GoalSeen:
    """Return a goal whose measure this workbench does not know."""
    goal = entry.body
    del today
    words = f"This workbench knows no measure called '{goal.indicator}'. Write the goal anew with one of those it knows."
    way = Way(None, goal.target, goal.by, goal.direction == "higher")
    return GoalSeen(
        entry, goal.indicator, group_words(district, goal.where) or "Everyone", "count", Timeline(pd.DataFrame(), ()), way,
        Standing("cannot be said", words), goal.baseline.label or "none", "",
    )  # fmt: skip


def check_goal(goal: Goal) -> Goal:
    """Return the goal where all fits together.

    Raises
    ------
    WorkbenchError
        Where a milestone lies after the goal's day, two are out of order, or one asks for more than the goal itself.

    """
    days = [m.by for m in goal.milestones]
    if days != sorted(set(days)) or (days and days[-1] >= goal.by):
        raise WorkbenchError(
            "Milestones come one after another, each on a day of its own before the goal's day."
        )
    sign = 1 if goal.direction == "higher" else -1
    steps = [m.value * sign for m in goal.milestones] + [goal.target * sign]
    if steps != sorted(steps):
        raise WorkbenchError(
            "From one milestone to the next the figure comes closer to the aim, and none goes past it. Look at the values again."
        )
    return goal
