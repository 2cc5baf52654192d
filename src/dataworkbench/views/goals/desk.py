"""A desk to write goals at: what can be chosen, the baseline as the data are now, and the goal once it is written. For staff."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from dataworkbench.errors import WorkbenchError
from dataworkbench.frames import group_text
from dataworkbench.measures import CATALOGUE, Indicator, indicator
from dataworkbench.records import (
    Finding,
    Goal,
    Milestone,
    Records,
    open_records,
)
from dataworkbench.terms import Audience, grade_order
from dataworkbench.views.choosing import latest_test
from dataworkbench.views.cycle.chains import chains
from dataworkbench.views.district import Kept
from dataworkbench.views.goals.board import check_goal, say
from dataworkbench.views.goals.figures_over_time import figure_of, group_words, time_words, today_in
from dataworkbench.views.notes import Note, for_staff, whole_day

Options = list[tuple[str, str]]

EVERYONE: Final = ""
_GROUPED: Final = (
    "school_id",
    "grade_level",
    "subject",
    "subgroup",
    "element_id",
    "pair_id",
    "role",
    "period",
)
"""By what a goal's group can be chosen in a form, in the order in which it asks; a cell can choose by more."""
_LABELS: Final[Mapping[str, str]] = {
    "school_id": "School", "grade_level": "Grade", "subject": "Subject", "subgroup": "Group of students", "element_id": "Element",
    "pair_id": "Question", "role": "Who answered", "period": "Time of year",
}  # fmt: skip
_FROM: Final[Mapping[str, tuple[str, str]]] = {
    "grade_level": ("enrollments", "grade_level"), "subject": ("results", "subject"), "element_id": ("observations", "element_id"),
    "pair_id": ("survey_items", "pair_id"), "role": ("surveys", "role"), "period": ("results", "period"),
}  # fmt: skip


@dataclass(frozen=True)
class GoalDesk:
    """A desk to write goals at: the measures, the groups, the baseline, and the goal once it is written."""

    district: Kept
    by: str = ""

    def indicators(self) -> Options:
        """Return the measures that a goal can be about, by their titles: first those of which the district has brought the tables."""
        offered = [held for held in CATALOGUE.values() if held.direction in ("higher", "lower")]
        ordered = sorted(offered, key=lambda held: not self._has_tables(held))
        return [(held.title, held.id) for held in ordered]

    def _has_tables(self, held: Indicator) -> bool:
        """Return whether the tables that a measure rests on were brought."""
        whole = all(self.district.has(name) for name in held.needs)
        return whole and (not held.needs_one_of or any(self.district.has(name) for name in held.needs_one_of))

    def unit(self, asked: str) -> str:
        """Return how a value of a measure is typed."""
        return "percent" if indicator(asked).unit == "rate" else "a number"

    def groups(self, asked: str) -> dict[str, tuple[str, Options]]:
        """Return by what the group of a goal can be chosen for a measure: column to its label and its options."""
        known = indicator(asked).dimensions
        found = {name: (_LABELS[name], self._options(name)) for name in _GROUPED if name in known}
        return {name: held for name, held in found.items() if held[1]}

    def follows(self) -> Options:
        """Return the findings that a goal can follow from, newest first."""
        found = [(entry.body.concern, entry.id) for entry in reversed(kept_of(self.district).latest(Finding))]
        return [("no finding that is written down", ""), *found]

    def draft(
        self, asked: str, chosen: Mapping[str, str], *, target: str, by: str, owner: str = "", milestones: str = "",
    ) -> Goal:  # fmt: skip
        """Return a goal as it would be written, with its baseline as the data are now.

        ``target`` and the values of ``milestones`` are typed as in ``unit``; milestones as "2027-01-29: 55", one a line
        or parted by commas.

        Raises
        ------
        WorkbenchError
            Where something cannot be read, or there is no figure to begin from.

        """
        defined = indicator(asked)
        where = self.where(asked, chosen)
        start = figure_of(self.district, asked, where)
        if start.value is None:
            raise WorkbenchError(
                f"There is no figure for {defined.title.lower()}, {group_words(self.district, where) or 'everyone'}, to begin from. "
                "Choose another group, or bring the data first."
            )
        steps = [
            _milestone(part, defined.unit)
            for part in milestones.replace("\n", ",").split(",")
            if part.strip()
        ]
        goal = Goal(
            indicator=asked, indicator_version=defined.version, where=where, baseline=start, target=_value(target, defined.unit),
            direction="lower" if defined.direction == "lower" else "higher", by=day_of(by), owner=" ".join(owner.split()), milestones=tuple(steps),
        )  # fmt: skip
        return check_goal(goal)

    def preview(self, goal: Goal) -> str:
        """Return in words what a goal would begin from: the group, the baseline with n and interval, and when it was read."""
        start, defined = goal.baseline, indicator(goal.indicator)
        near = (
            ""
            if start.low is None or start.high is None
            else f", likely {say(defined.unit, start.low)} to {say(defined.unit, start.high)}"
        )
        whom = group_words(self.district, goal.where) or "everyone"
        few = " That is few: a single student moves it." if start.n is not None and start.n < 20 else ""
        return (
            f"{defined.title}, {whom}. It begins at {start.label} (n {start.n}{near}; {time_words(goal.baseline.at)}), and is to be "
            f"{say(defined.unit, goal.target)} by {whole_day(goal.by.isoformat())}.{few}"
        )

    def save(self, goal: Goal, *, follows: str = "") -> str:
        """Write a goal down and return what was done, in a sentence."""
        kept = kept_of(self.district)
        after = follows or cycle_now(self.district)
        kept.add(
            goal,
            by=writer(self.by),
            snapshot=self.district.snapshot_id,
            follows=[after] if after else [],
        )
        return "Written down. The goal board shows it when its cell is run again."

    def where(self, asked: str, chosen: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
        """Return what was chosen in a form as a choice for a measure, with the test, rubric or role that it cannot do without."""
        known = indicator(asked).dimensions
        where: dict[str, tuple[str, ...]] = {
            name: (value,) for name, value in chosen.items() if value and name in known
        }
        if "subgroup" in where:
            kind, _, group = where["subgroup"][0].partition("|")
            where |= {"subgroup_type": (kind,), "subgroup": (group,)}
        if "assessment_id" in known and "assessment_id" not in where:
            where |= self._test(where)
        if "rubric_id" in known and "rubric_id" not in where:
            rubrics = self._distinct("observations", "rubric_id")
            where |= {"rubric_id": (rubrics[0],)} if rubrics else {}
        if asked.startswith("survey") and "role" not in where:
            roles = self._distinct("surveys", "role")
            where |= {"role": (roles[0],)} if roles else {}
        return where

    def _test(self, where: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        about = {
            name: values for name, values in where.items() if name in ("school_id", "grade_level", "subject")
        }
        found = latest_test(self.district, {"school_year": (self.district.school_year,), **about})
        return {"assessment_id": found["assessment_id"]} if "assessment_id" in found else {}

    def _options(self, name: str) -> Options:
        first = [("Everyone" if name != "period" else "Each time it is measured", EVERYONE)]
        if name == "school_id":
            schools = self.district.schools[["school_name", "school_id"]].astype("str")
            return [("All schools", EVERYONE), *schools.itertuples(index=False, name=None)]
        if name == "subgroup":
            return [*first, *self._subgroups()]
        return [*first, *((group_text(name, value), value) for value in self._distinct(*_FROM[name]))]

    def _subgroups(self) -> Options:
        if not self.district.has("students"):
            return []
        found = self.district.ask(
            "SELECT DISTINCT subgroup_type::VARCHAR AS kind, subgroup::VARCHAR AS held FROM student_groups "
            "WHERE subgroup IS NOT NULL AND subgroup_type::VARCHAR <> 'All students' ORDER BY 1, 2"
        )
        return [(str(held), f"{kind}|{held}") for kind, held in found.itertuples(index=False, name=None)]

    def _distinct(self, table: str, column: str) -> list[str]:
        if not self.district.has(table):
            return []
        found = self.district.ask(
            f'SELECT DISTINCT "{column}"::VARCHAR AS held FROM "{table}" WHERE "{column}" IS NOT NULL ORDER BY 1'
        )
        values = [str(held) for held in found["held"]]
        return sorted(values, key=grade_order) if column == "grade_level" else values


def goal_desk(district: Kept, *, by: str = "", audience: Audience = "staff") -> GoalDesk | Note:
    """Return a desk to write goals at; ``by`` is who writes."""
    return for_staff(audience, "Writing a goal") or GoalDesk(district, by)


def writer(said: str) -> str:
    """Return who writes: as was said, else the name under which somebody is signed in to a hub, else nobody."""
    return said or os.environ.get("JUPYTERHUB_USER", "")


def kept_of(district: Kept) -> Records:
    """Return the records of a district's workspace."""
    return open_records(district.workspace)


def cycle_now(district: Kept) -> str:
    """Return the cycle that runs today; empty where none is named."""
    now = chains(kept_of(district)).current(today_in(district))
    return now.id if now is not None else ""


def day_of(text: str) -> date:
    """Return a day as it was typed.

    Raises
    ------
    WorkbenchError
        Where it is none.

    """
    try:
        return date.fromisoformat(text.strip())
    except ValueError as fault:
        raise WorkbenchError(f"'{text.strip()}' is not a day. Write it as in 2027-05-28.") from fault


def _value(text: str, unit: str) -> float:
    cleaned = text.strip().removesuffix("%").strip().replace(",", "")
    try:
        value = float(cleaned)
    except ValueError as fault:
        raise WorkbenchError(f"'{text.strip()}' is not a number.") from fault
    if unit != "rate":
        return value
    if not 0 <= value <= 100:
        raise WorkbenchError("A share is typed as a percent, from 0 to 100.")
    return value / 100


def _milestone(text: str, unit: str) -> Milestone:
    day, found, value = text.partition(":")
    if not found:
        raise WorkbenchError(
            f"'{text.strip()}' is not a milestone. Write the day and the value, as in 2027-01-29: 55."
        )
    return Milestone(by=day_of(day), value=_value(value, unit))


def take_in_goals(district: Kept, typed: Sequence[Mapping[str, Any]], *, by: str = "") -> str:
    """Write down goals that were typed into a parameters cell before there were records, and return what was done.

    Each has ``indicator``, ``target`` (a share from 0 to 1), ``by``, and may have ``owner`` and ``where``. Their baseline is
    read from the data as they are now. Goals that are written down already are not written twice.

    Raises
    ------
    WorkbenchError
        Where one lacks something; it is named by its place, and none is written.

    """
    kept = kept_of(district)
    there = {(entry.body.indicator, str(entry.body.where), entry.body.by) for entry in kept.latest(Goal)}
    goals = [_typed(district, given, place) for place, given in enumerate(typed, start=1)]
    new = [goal for goal in goals if (goal.indicator, str(goal.where), goal.by) not in there]
    cycle = cycle_now(district)
    for goal in new:
        kept.add(goal, by=writer(by), snapshot=district.snapshot_id, follows=[cycle] if cycle else [])
    return f"{len(new)} of {len(goals)} goals were written down; the others were there already."


def _typed(district: Kept, given: Mapping[str, Any], place: int) -> Goal:
    lacking = [name for name in ("indicator", "target", "by") if name not in given]
    if lacking:
        raise WorkbenchError(
            f"Goal {place} lacks {', '.join(lacking)}. A goal has indicator, target, by, owner, where."
        )
    defined = indicator(str(given["indicator"]))
    where = {
        name: (held,) if isinstance(held, str) else tuple(held)
        for name, held in dict(given.get("where", {})).items()
    }
    return Goal(
        indicator=defined.id, indicator_version=defined.version, where=where, baseline=figure_of(district, defined.id, where),
        target=float(given["target"]), direction="lower" if defined.direction == "lower" else "higher",
        by=day_of(str(given["by"])), owner=str(given.get("owner", "")),
    )  # fmt: skip
