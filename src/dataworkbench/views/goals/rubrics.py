"""What visits show on a rubric, the elements that a goal is about first; and a page of it for everyone concerned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final

import pandas as pd

from dataworkbench.disclosure import for_audience
from dataworkbench.figures import plot_rates, plot_trend
from dataworkbench.frames import interval_of, number_text, value_text
from dataworkbench.measures import CATALOGUE, indicator, rubric_results
from dataworkbench.records import Goal
from dataworkbench.rubrics import Rubric
from dataworkbench.tables import DisplayTable
from dataworkbench.terms import Audience
from dataworkbench.views.district import Kept
from dataworkbench.views.goals.board import records_of
from dataworkbench.views.notes import Note, note, plain_table, whole_day
from dataworkbench.views.pictures import Picture, below

Where = Mapping[str, Any]
Milestones = Sequence[Mapping[str, str]]

_OUR_GOAL: Final = " (our goal)"
_BEHIND_STAFF: Final = (
    "In brackets the likely range in percent. A teacher's visits go together when it is worked out."
)
_BEHIND_PUBLIC: Final = "Each figure is of many teachers together."
_NO_VISITS: Final = "No visit has been scored on this rubric here yet. Bring observation sheets: visit, teacher, observer, date, rubric, element, score."


def goals_on(district: Kept, rubric: Rubric) -> list[Goal]:
    """Return the goals that the team wrote about elements of a rubric, in the order in which they were written."""
    kept = records_of(district)
    goals = [entry.body for entry in kept.latest(Goal)] if kept is not None else []
    return [goal for goal in goals if elements_of([goal], rubric)]


def elements_of(goals: Sequence[Goal], rubric: Rubric) -> list[str]:
    """Return the elements of a rubric that goals are about, in the order of the goals."""
    known = {element.id for element in rubric.elements}
    about = [
        goal for goal in goals if goal.indicator.startswith("rubric_")
        and rubric.id in goal.where.get("rubric_id", (rubric.id,))
    ]  # fmt: skip
    return list(
        dict.fromkeys(one for goal in about for one in goal.where.get("element_id", ()) if one in known)
    )


def highest_two(rubric: Rubric) -> int:
    """Return the level from which the highest two of a rubric begin; of two levels only the highest counts."""
    return max(2, len(rubric.levels) - 1)


def rubric_frame(
    district: Kept, rubric: Rubric, *, by: Sequence[str], where: Where, audience: Audience
) -> pd.DataFrame:
    """Return what visits show on a rubric, ready for its readers; see ``rubric_results``. Elements carry their titles."""
    first = elements_of(goals_on(district, rubric), rubric)
    found = rubric_results(
        district, by=by, where={**where, "rubric_id": rubric.id}, top=highest_two(rubric), first=first,
        elements=[element.id for element in rubric.elements],
    )  # fmt: skip
    titles = {element.id: element.title + (_OUR_GOAL if element.id in first else "") for element in rubric.elements}  # fmt: skip
    named = found.assign(element_id=found["element_id"].map(lambda one: titles.get(one, one)))
    return for_audience(named, audience, policy=district.policy)


def plot_rubric(
    district: Kept, rubric: Rubric, where: Where, *, audience: Audience, title: str = ""
) -> Picture:
    """Return a figure of the teachers observed at the highest two levels, one bar an element, goals' elements first."""
    frame = rubric_frame(district, rubric, by=["element_id"], where=where, audience=audience)
    top = " or ".join(level.name for level in rubric.levels[highest_two(rubric) - 1 :])
    return Picture(plot_rates(frame, by="element_id", title=title or f"Observed at {top}"), below(frame))


def plot_rubric_over_time(
    district: Kept, rubric: Rubric, where: Where, *, audience: Audience, title: str = ""
) -> Picture:
    """Return a figure of the same over the school years, one line an element; where goals name elements, only those."""
    first = elements_of(goals_on(district, rubric), rubric)
    years = {name: values for name, values in where.items() if name != "school_year"}
    kept = years | ({"element_id": first} if first else {})
    frame = rubric_frame(district, rubric, by=["school_year", "element_id"], where=kept, audience=audience)
    figure = plot_trend(
        frame, over="school_year", by="element_id", title=title or "At the highest two levels, year by year"
    )
    return Picture(figure, below(frame))


def table_of_rubric(
    district: Kept, rubric: Rubric, where: Where, *, audience: Audience
) -> DisplayTable | Note:
    """Return what visits show over the years as a table.

    One row is one element, goals' elements first, one column a school year: the share of scores at the highest two levels; for
    staff also its likely range, the mean level, and how many visits and teachers stand behind it.
    """
    years = {name: values for name, values in where.items() if name != "school_year"}
    frame = rubric_frame(district, rubric, by=["school_year", "element_id"], where=years, audience=audience)
    if set(frame["status"]) <= {"missing", "not_applicable"}:
        return note(_NO_VISITS)
    return _table(frame, rubric, audience)


def _table(frame: pd.DataFrame, rubric: Rubric, audience: Audience) -> DisplayTable:
    said = frame.assign(said=[_cell(row, audience) for row in frame.to_dict("records")])
    order = list(dict.fromkeys(frame["element_id"]))
    wide = said.pivot_table(
        index="element_id", columns="school_year", values="said", aggfunc="first"
    ).reindex(order)
    years = [str(year) for year in wide.columns]
    titles = {"element_id": "Element"} | {year: whole_day(year) for year in years}
    table = plain_table(
        wide.fillna("no visit").reset_index(),
        titles,
        caption=f"{rubric.title}: scores at the highest two levels, year by year",
    )
    notes = (
        _BEHIND_STAFF if audience == "staff" else _BEHIND_PUBLIC,
        *dict.fromkeys(frame.loc[frame["status"] == "suppressed", "reason"]),
    )
    return DisplayTable(table.columns, table.caption, notes)


def _cell(row: Mapping[Any, Any], audience: Audience) -> str:
    if row["status"] not in ("shown", "coded"):
        return "hidden" if row["status"] == "suppressed" else "no visit"
    if audience == "public":
        return str(row["label"])
    ends = interval_of(row).replace(" to ", "\N{EN DASH}").replace("%", "")
    return f"{row['label']} ({ends}); mean {number_text(float(row['average']), 1)}; {row['visits']} visits, {row['n_label']} teachers"


@dataclass(frozen=True)
class SharedPage:
    """A page about a rubric for everyone concerned: what is looked for, by when we want to be where, what visits show."""

    title: str
    words: str
    rubric: str
    milestones: DisplayTable
    results: str

    def _repr_html_(self) -> str:
        return (
            f"<section><h3>{escape(self.title)}</h3><p>{escape(self.words)}</p><h4>Where we want to be, and by when</h4>"
            f"{self.milestones._repr_html_()}<h4>What visits show so far</h4>{self.results}<h4>What is looked for</h4>{self.rubric}</section>"
        )

    def __str__(self) -> str:
        return f"{self.title}\n\n{self.words}\n\n{self.milestones}"


def share_rubric(district: Kept, rubric: Rubric, where: Where, *, milestones: Milestones = ()) -> SharedPage:
    """Return a page to print and hand to everyone concerned: the rubric, the milestones and what visits show.

    It is made for the public whoever runs it: figures pass the public gate, nothing on it is about one teacher, and nobody is
    named. Goals about elements of the rubric come from what the team wrote; ``milestones`` are further steps, typed as
    ``{"what": ..., "by": "2027-01-29"}``.
    """
    table = table_of_rubric(district, rubric, where, audience="public")
    words = (
        "Visits are for support. Everyone may know what is looked at before the first visit, and the figures below are of "
        "many teachers together; where few stand behind a figure it is hidden."
    )
    steps = [step for goal in goals_on(district, rubric) for step in _steps(goal, rubric)]
    steps += [{"by": str(one.get("by", "")), "what": str(one.get("what", ""))} for one in milestones]
    rows = pd.DataFrame(steps, columns=["by", "what"]).sort_values("by", kind="stable")
    rows["by"] = rows["by"].map(whole_day)
    return SharedPage(
        f"{rubric.title}: for everyone concerned", words, _all_elements(rubric),
        plain_table(rows, {"by": "By", "what": "Where we want to be"}, empty="No milestone has been set yet."),
        table._repr_html_(),
    )  # fmt: skip


def _steps(goal: Goal, rubric: Rubric) -> list[dict[str, str]]:
    """Return a goal and its milestones as steps on the way."""
    named = ", ".join(rubric.element(one).title for one in elements_of([goal], rubric))
    unit = indicator(goal.indicator).unit if goal.indicator in CATALOGUE else "mean"
    aims = [*((step.by, step.value) for step in goal.milestones), (goal.by, goal.target)]
    what = "at the highest two levels" if unit == "rate" else "on average"
    return [
        {
            "by": day.isoformat(),
            "what": f"{named}: {value_text(value, unit, 0 if unit == 'rate' else 1)} {what}",
        }
        for day, value in aims
    ]


def _all_elements(rubric: Rubric) -> str:
    return rubric._repr_html_() + "".join(
        element._repr_html_() for element in rubric.elements if element.look_fors or element.questions
    )
