"""What visits show on a rubric, the elements that a goal is about first; and a page of it for everyone concerned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final

import pandas as pd

from dataworkbench.disclosure import for_audience
from dataworkbench.figures import plot_rates, plot_trend
from dataworkbench.frames import interval_of, number_text
from dataworkbench.measures import rubric_results
from dataworkbench.rubrics import Rubric
from dataworkbench.tables import DisplayTable
from dataworkbench.terms import Audience
from dataworkbench.views.district import Asked
from dataworkbench.views.notes import Note, note, plain_table, whole_day
from dataworkbench.views.pictures import Picture, below

Where = Mapping[str, Any]
Goals = Sequence[Mapping[str, Any]]

_OUR_GOAL: Final = " (our goal)"
_BEHIND_STAFF: Final = (
    "In brackets the likely range in percent. A teacher's visits go together when it is worked out."
)
_BEHIND_PUBLIC: Final = "Each figure is of many teachers together."
_NO_VISITS: Final = "No visit has been scored on this rubric here yet. Bring observation sheets: visit, teacher, observer, date, rubric, element, score."


def elements_of_goals(goals: Goals, rubric: Rubric) -> list[str]:
    """Return the elements of a rubric that goals name, in the order of the goals: ``"where": {"element_id": ...}``."""
    named = [_as_list(dict(goal.get("where") or {}).get("element_id", ())) for goal in goals]
    known = {element.id for element in rubric.elements}
    return list(dict.fromkeys(one for names in named for one in names if one in known))


def _as_list(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [str(one) for one in value] if isinstance(value, Iterable) else []


def highest_two(rubric: Rubric) -> int:
    """Return the level from which the highest two of a rubric begin; of two levels only the highest counts."""
    return max(2, len(rubric.levels) - 1)


def rubric_frame(
    district: Asked, rubric: Rubric, *, by: Sequence[str], where: Where, goals: Goals, audience: Audience
) -> pd.DataFrame:
    """Return what visits show on a rubric, ready for its readers; see ``rubric_results``. Elements carry their titles."""
    first = elements_of_goals(goals, rubric)
    found = rubric_results(
        district, by=by, where={**where, "rubric_id": rubric.id}, top=highest_two(rubric), first=first,
        elements=[element.id for element in rubric.elements],
    )  # fmt: skip
    titles = {element.id: element.title + (_OUR_GOAL if element.id in first else "") for element in rubric.elements}  # fmt: skip
    named = found.assign(element_id=found["element_id"].map(lambda one: titles.get(one, one)))
    return for_audience(named, audience, policy=district.policy)


def plot_rubric(
    district: Asked, rubric: Rubric, where: Where, *, audience: Audience, goals: Goals = (), title: str = ""
) -> Picture:
    """Return a figure of the teachers observed at the highest two levels, one bar an element, goals' elements first."""
    frame = rubric_frame(district, rubric, by=["element_id"], where=where, goals=goals, audience=audience)
    top = " or ".join(level.name for level in rubric.levels[highest_two(rubric) - 1 :])
    return Picture(plot_rates(frame, by="element_id", title=title or f"Observed at {top}"), below(frame))


def plot_rubric_over_time(
    district: Asked, rubric: Rubric, where: Where, *, audience: Audience, goals: Goals = (), title: str = ""
) -> Picture:
    """Return a figure of the same over the school years, one line an element; where goals name elements, only those."""
    first = elements_of_goals(goals, rubric)
    years = {name: values for name, values in where.items() if name != "school_year"}
    kept = years | ({"element_id": first} if first else {})
    frame = rubric_frame(
        district, rubric, by=["school_year", "element_id"], where=kept, goals=goals, audience=audience
    )
    figure = plot_trend(
        frame, over="school_year", by="element_id", title=title or "At the highest two levels, year by year"
    )
    return Picture(figure, below(frame))


def table_of_rubric(
    district: Asked, rubric: Rubric, where: Where, *, audience: Audience, goals: Goals = ()
) -> DisplayTable | Note:
    """Return what visits show over the years as a table.

    One row is one element, goals' elements first, one column a school year: the share of scores at the highest two levels; for
    staff also its likely range, the mean level, and how many visits and teachers stand behind it.
    """
    years = {name: values for name, values in where.items() if name != "school_year"}
    frame = rubric_frame(
        district, rubric, by=["school_year", "element_id"], where=years, goals=goals, audience=audience
    )
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


def share_rubric(
    district: Asked, rubric: Rubric, where: Where, *, goals: Goals = (), milestones: Goals = ()
) -> SharedPage:
    """Return a page to print and hand to everyone concerned: the rubric, the milestones and what visits show.

    It is made for the public whoever runs it: figures pass the public gate, and nothing on it is about one teacher.
    ``milestones`` are typed as ``{"what": ..., "by": "2027-01-29"}``; goals that name an element of the rubric stand among them.
    """
    audience: Audience = "public"
    table = table_of_rubric(district, rubric, where, audience=audience, goals=goals)
    words = (
        "Visits are for support. Everyone may know what is looked at before the first visit, and the figures below are of "
        "many teachers together; where few stand behind a figure it is hidden."
    )
    shown = [_milestone(one, rubric) for one in [*_goals_on(goals, rubric), *milestones]]
    rows = pd.DataFrame(shown, columns=["by", "what", "who"])
    rows = rows.sort_values("by", kind="stable").assign(by=lambda held: held["by"].map(whole_day))
    return SharedPage(
        f"{rubric.title}: for everyone concerned", words, _all_elements(rubric),
        plain_table(rows, {"by": "By", "what": "Where we want to be", "who": "Who answers for it"}, empty="No milestone has been set yet."),
        table._repr_html_(),
    )  # fmt: skip


def _goals_on(goals: Goals, rubric: Rubric) -> list[Mapping[str, Any]]:
    return [goal for goal in goals if elements_of_goals([goal], rubric)]


def _milestone(given: Mapping[str, Any], rubric: Rubric) -> dict[str, str]:
    named = elements_of_goals([given], rubric)
    said = str(given.get("what") or given.get("milestone") or "")
    if named:
        aim = f"{float(given['target']):.0%} at the highest two levels" if "target" in given else said
        said = f"{', '.join(rubric.element(one).title for one in named)}: {aim}"
    return {
        "by": str(given.get("by", "")),
        "what": said,
        "who": str(given.get("owner") or given.get("who") or ""),
    }


def _all_elements(rubric: Rubric) -> str:
    return rubric._repr_html_() + "".join(
        element._repr_html_() for element in rubric.elements if element.look_fors or element.questions
    )
