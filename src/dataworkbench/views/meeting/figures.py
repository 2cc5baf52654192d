"""Figures of a meeting, frozen: what can be looked at, and a figure with its drawing, its words and its numbers as they were.

Staff only. What was frozen stays as it was, whatever data come in later; it says on which snapshot it was seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go

from dataworkbench.errors import NothingToShowError, WorkbenchError, no_such
from dataworkbench.frames import group_text
from dataworkbench.measures import CATALOGUE, Indicator, indicator
from dataworkbench.records import Seen
from dataworkbench.tables import DisplayTable
from dataworkbench.terms import grade_order
from dataworkbench.views.district import Kept
from dataworkbench.views.goals.desk import GoalDesk
from dataworkbench.views.goals.figures_over_time import group_words
from dataworkbench.views.notes import whole_day
from dataworkbench.views.pictures import (
    Behind,
    Picture,
    plot_counts,
    plot_levels,
    plot_means,
    plot_rates,
    plot_trend,
)
from dataworkbench.views.shown import shown

Chosen = Mapping[str, tuple[str, ...]]

GROUPED_BY: Final = "subgroup|"
"""What the name of a comparison of student groups begins with; the kind of group follows."""
_BY: Final[Mapping[str, str]] = {
    "school_year": "School year", "school_name": "School", "grade_level": "Grade", "subject": "Subject", "period": "Time of year",
    "element_id": "Element", "pair_id": "Question", "role": "Who answered",
}  # fmt: skip
_NEEDS: Final = {"school_name": "school_id"}
_WHERE: Final[Mapping[str, tuple[str, str, str]]] = {
    "grade_level": ("Grade", "enrollments", "grade_level"), "subject": ("Subject", "results", "subject"),
    "period": ("Time of year", "results", "period"), "role": ("Who answered", "surveys", "role"),
}  # fmt: skip
_MOST_BY: Final = 2
_TIMES: Final = ("school_year", "period")


def figure_choices(district: Kept) -> dict[str, Any]:
    """Return what can be looked at: the measures whose tables were brought, by what each can be compared, and of whom."""
    held = [one for one in CATALOGUE.values() if _has_tables(district, one)]
    kinds = _kinds_of_group(district) if held else []
    offered = [
        {"id": one.id, "title": one.title, "sentence": one.sentence, "stage": one.stage, "by": _by(one, kinds),
         "where": [name for name in ("school_year", "school_id", *_WHERE, "subgroup") if name in one.dimensions]}
        for one in held
    ]  # fmt: skip
    values = {"school_year": _years(district), "school_id": _schools(district)}
    values |= {
        name: {"label": label, "options": _options(district, name, table, column)}
        for name, (label, table, column) in _WHERE.items()
    }
    values["subgroup"] = {"label": "Group of students", "options": _groups(district)}
    return {"indicators": offered, "values": values, "year": district.school_year}


def freeze(
    district: Kept, asked: str, by: Sequence[str] = (), where: Mapping[str, Sequence[str]] | None = None, *, title: str = "",
) -> Seen:  # fmt: skip
    """Return a measure as a frozen figure, as the data are now; it is hidden until it is shown.

    ``by`` holds at most two of the columns of ``figure_choices``, ``where`` whom it is about.

    Raises
    ------
    WorkbenchError
        Where there is no such measure or comparison, or there is nothing to show.

    """
    defined = indicator(asked)
    columns, chosen = _asked(district, defined, by, where or {})
    named_test = "assessment_id" in (where or {})
    frame, columns, chosen = _latest(district, defined, columns, chosen, is_named=named_test)
    named = title or _title(district, defined, by, chosen)
    picture = _drawn(defined, frame, columns, named)
    return seen_of(picture, title=named, indicator=asked, by=columns, where=chosen)


def seen_of(
    picture: Picture,
    *,
    title: str = "",
    indicator: str = "",
    by: Sequence[str] = (),
    where: Chosen | None = None,
) -> Seen:
    """Return a picture of a notebook as a frozen figure: its drawing, what stands below it, and its numbers."""
    figure = picture.figure
    below = picture.below if isinstance(picture.below, Behind) else None
    defined = CATALOGUE.get(indicator)
    return Seen(
        title=title or _title_of(figure), indicator=indicator, indicator_version=defined.version if defined else 1, by=tuple(by),
        where=dict(where or {}), words=tuple(below.words) if below else (), alt=str((figure.layout.meta or {}).get("alt", "")),
        table=rows_of(below.table) if below else (), drawing=str(figure.to_json()),
    )  # fmt: skip


def rows_of(table: DisplayTable | None) -> tuple[tuple[str, ...], ...]:
    """Return a table as it is read, row by row, the titles first; nothing where there is none."""
    if table is None or not table.columns:
        return ()
    cells = zip(*(column.cells for column in table.columns), strict=True)
    return (tuple(column.title for column in table.columns), *cells)


def newer_than(district: Kept, snapshot: str) -> str:
    """Return in a sentence that the data before one's eyes are others than those that a figure was frozen from; else nothing."""
    if not snapshot or district.snapshot is None or snapshot == district.snapshot_id:
        return ""
    frozen = f"This figure was frozen from the data of {_day_of(snapshot)}. "
    if snapshot > district.snapshot_id:
        return f"{frozen}This page still reads those of {_day_of(district.snapshot_id)}: open it again to read the newest."
    return f"{frozen}Newer data came on {_day_of(district.snapshot_id)}: bring the figure again to compare."


def _day_of(snapshot: str) -> str:
    """Return the day that a snapshot is named by."""
    return whole_day(snapshot[:10])


def _title_of(figure: go.Figure) -> str:
    """Return the title of a figure as text: without the marks that make it bold and part its lines."""
    drawn = str(figure.layout.title.text or "").removeprefix("<b>").removesuffix("</b>").replace("<br>", " ")
    return " ".join(unescape(drawn).split()) or "A figure"


def _has_tables(district: Kept, held: Indicator) -> bool:
    whole = all(district.has(name) for name in held.needs)
    return whole and (not held.needs_one_of or any(district.has(name) for name in held.needs_one_of))


def _by(one: Indicator, kinds: Sequence[str]) -> list[dict[str, str]]:
    """Return by what a measure can be compared: the columns, and the kinds of student group."""
    known = [
        {"column": name, "label": label}
        for name, label in _BY.items()
        if _NEEDS.get(name, name) in one.dimensions
    ]
    groups = kinds if "subgroup" in one.dimensions else ()
    return [*known, *({"column": f"{GROUPED_BY}{kind}", "label": kind} for kind in groups)]


def _asked(
    district: Kept, defined: Indicator, by: Sequence[str], where: Mapping[str, Sequence[str]]
) -> tuple[list[str], dict[str, tuple[str, ...]]]:
    """Return the columns and the choice that a measure is asked with."""
    if len(by) > _MOST_BY:
        raise WorkbenchError(f"A figure can compare by {_MOST_BY} things at most. Leave one out.")
    chosen = _chosen(district, defined, where)
    columns = [name for named in by for name in _columns(defined, named, chosen)]
    return _apart(defined, columns, chosen), chosen


def _chosen(
    district: Kept, defined: Indicator, where: Mapping[str, Sequence[str]]
) -> dict[str, tuple[str, ...]]:
    """Return whom a figure is about, with the test, the rubric or the role that the measure cannot do without."""
    given = {name: tuple(str(value) for value in values) for name, values in where.items() if len(values)}
    for name in given:
        if name not in defined.dimensions:
            raise no_such(f"choice for {defined.title.lower()}", name, defined.dimensions)
    chosen = GoalDesk(district).where(defined.id, {name: values[0] for name, values in given.items()})
    if "assessment_id" not in given and "assessment_id" not in defined.never_mixes:
        chosen.pop("assessment_id", None)
    return chosen | {name: values for name, values in given.items() if len(values) > 1 and name != "subgroup"}


def _apart(defined: Indicator, columns: Sequence[str], chosen: Chosen) -> list[str]:
    """Return the columns of a figure: what is never mixed and is not chosen comes first, so that it stands apart."""
    apart = [name for name in defined.never_mixes if name not in chosen]
    return [*dict.fromkeys([*apart, *columns, *defined.always_by])]


def _latest(
    district: Kept, defined: Indicator, columns: Sequence[str], chosen: dict[str, tuple[str, ...]], *, is_named: bool
) -> tuple[pd.DataFrame, list[str], dict[str, tuple[str, ...]]]:  # fmt: skip
    """Return a measure as staff see it, with the columns and the choice it was asked with.

    Where no year is chosen, it is the latest that has a figure. Where no test ``is_named`` and the one that most students
    took has none, all tests are shown, each apart.
    """
    open_tests = {name: values for name, values in chosen.items() if name != "assessment_id"}
    ways = [chosen] if is_named or "assessment_id" not in chosen else [chosen, open_tests]
    frame = pd.DataFrame()
    for way in ways:
        shape = _apart(defined, columns, way)
        for asked in _years_of(district, defined, shape, way):
            frame = shown(district, defined.id, by=shape, where=asked, audience="staff")
            if len(frame) and not set(frame["status"]) <= {"missing", "not_applicable"}:
                return frame, shape, asked
    why = next((f" {text}" for text in frame.get("reason", ()) if text), "")
    raise NothingToShowError(
        f"There is no figure for {defined.title.lower()} in this choice.{why} Choose another group or year, or bring the data first."
    )


def _years_of(
    district: Kept, defined: Indicator, columns: Sequence[str], chosen: dict[str, tuple[str, ...]]
) -> Iterator[dict[str, tuple[str, ...]]]:
    """Give a choice as it is where it says a year or compares years, else with each school year, the latest first."""
    if "school_year" not in defined.dimensions or "school_year" in {*columns, *chosen}:
        yield chosen
        return
    for year in reversed(district.school_years):
        yield chosen | {"school_year": (year,)}


def _columns(defined: Indicator, named: str, chosen: dict[str, tuple[str, ...]]) -> list[str]:
    """Return the columns that one comparison stands for; a kind of student group is also chosen."""
    if named.startswith(GROUPED_BY) and "subgroup" in defined.dimensions:
        chosen["subgroup_type"] = (named.removeprefix(GROUPED_BY),)
        return ["subgroup_type", "subgroup"]
    if named not in _BY or _NEEDS.get(named, named) not in defined.dimensions:
        there = [name for name in _BY if _NEEDS.get(name, name) in defined.dimensions]
        raise no_such(f"comparison of {defined.title.lower()}", named, there)
    return [named]


def _drawn(defined: Indicator, frame: pd.DataFrame, columns: Sequence[str], title: str) -> Picture:
    """Return the figure that fits a measure and its comparison: lines over time, bars of levels, bars, or dots."""
    level = defined.always_by[0] if len(defined.always_by) == 1 and defined.unit == "rate" else ""
    if level and level != "subgroup_type":
        return plot_levels(frame, level=level, title=title)
    free = [name for name in columns if name != "subgroup_type" or name in defined.always_by]
    over = [name for name in _TIMES if name in free]
    if over:
        other = [name for name in free if name != over[0]]
        return plot_trend(frame, over=over[0], by=other[-1] if other else "", title=title)
    plot = {"rate": plot_rates, "mean": plot_means, "count": plot_counts}[defined.unit]
    return plot(frame, by=free[-1] if free else "", title=title)


def _title(district: Kept, defined: Indicator, by: Sequence[str], chosen: Chosen) -> str:
    """Return what a figure is called: the measure, by what, of whom, and when. No number stands in it."""
    labels = [_BY.get(name, name.removeprefix(GROUPED_BY)).lower() for name in by]
    told = {name: values for name, values in chosen.items() if name != "school_year"}
    if "subgroup" not in told:
        told.pop("subgroup_type", None)
    whom = group_words(district, told)
    when = whole_day(", ".join(chosen.get("school_year", ())))
    compared = f"by {' and '.join(labels)}" if labels else ""
    return ", ".join(part for part in (f"{defined.title} {compared}".strip(), whom, when) if part)


def _years(district: Kept) -> dict[str, Any]:
    options = [{"value": year, "label": year} for year in reversed(district.school_years)]
    return {"label": "School year", "options": options}


def _schools(district: Kept) -> dict[str, Any]:
    frame = district.schools
    pairs = zip(frame["school_id"].astype(str), frame["school_name"].fillna(frame["school_id"]), strict=True)
    return {"label": "School", "options": [{"value": value, "label": str(label)} for value, label in pairs]}


def _options(district: Kept, name: str, table: str, column: str) -> list[dict[str, str]]:
    if not district.has(table):
        return []
    found = district.ask(
        f'SELECT DISTINCT "{column}"::VARCHAR AS held FROM "{table}" WHERE "{column}" IS NOT NULL ORDER BY 1'
    )
    values = [str(held) for held in found["held"]]
    ordered = sorted(values, key=grade_order) if name == "grade_level" else values
    return [{"value": value, "label": group_text(name, value)} for value in ordered]


def _groups(district: Kept) -> list[dict[str, str]]:
    """Return the groups of students, each with its kind before it."""
    if not district.has("students"):
        return []
    found = district.ask(
        "SELECT DISTINCT subgroup_type::VARCHAR AS kind, subgroup::VARCHAR AS held FROM student_groups "
        "WHERE subgroup IS NOT NULL AND subgroup_type::VARCHAR <> 'All students' ORDER BY 1, 2"
    )
    return [
        {"value": f"{kind}|{held}", "label": str(held)}
        for kind, held in found.itertuples(index=False, name=None)
    ]


def _kinds_of_group(district: Kept) -> list[str]:
    return list(dict.fromkeys(held["value"].partition("|")[0] for held in _groups(district)))
