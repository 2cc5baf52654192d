"""How rigorous and relevant learning is, by the elements of which a rubric says that they tell of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from dataworkbench.disclosure import for_audience
from dataworkbench.measures import choices_for, measure
from dataworkbench.rubrics import rubric, rubrics
from dataworkbench.rubrics.model import Element
from dataworkbench.tables import Column, DisplayTable
from dataworkbench.terms import Audience
from dataworkbench.views.district import Asked
from dataworkbench.views.notes import Note, few_in, for_staff, with_care

Where = Mapping[str, tuple[str, ...]]

_NONE_SAYS = (
    "No rubric that was used here says of an element that it is about rigor or relevance. Write about: [rigor] or about: [relevance] "
    "beneath the title of such elements in the rubric's file."
)


def rigor_and_relevance(
    district: Asked,
    where: Where,
    *,
    audience: Audience,
    by: Sequence[str] = (),
    indicator: str = "rubric_level",
) -> pd.DataFrame:
    """Return what observers saw of rigor and relevance, ready to be drawn for its readers.

    One row is one element of one rubric (in each group of ``by``): the frame that travels, with ``about`` (rigor, relevance, or both)
    as a grouping column. ``indicator`` is ``rubric_level``, the share of scores at level 3 or above (the top two of four),
    or ``rubric_mean``; ``n`` is the number of teachers, and the interval takes a teacher as one.
    """
    told = _elements(district)
    chosen = choices_for(indicator, where)
    if told:
        chosen |= {
            "rubric_id": tuple(dict.fromkeys(r for r, _ in told)),
            "element_id": tuple(dict.fromkeys(e for _, e in told)),
        }
    found = measure(district, indicator, by=[*by, "rubric_id", "element_id"], where=chosen)
    if not told and not (found["status"] == "missing").all():
        found = found.head(1).assign(
            n=0, n_left_out=0, value=float("nan"), low=float("nan"), high=float("nan"), status="missing", reason=_NONE_SAYS
        )  # fmt: skip
    about = [
        " and ".join(told[key].about)
        if (key := (str(row["rubric_id"]), str(row["element_id"]))) in told
        else None
        for row in found.to_dict("records")
    ]
    kept = pd.Series([bool(word) for word in about]) | (found["status"] == "missing")
    found.insert(list(found.columns).index("indicator"), "about", pd.Series(about, dtype="object"))
    return for_audience(found[kept].reset_index(drop=True), audience, policy=district.policy)


def _elements(district: Asked) -> dict[tuple[str, str], Element]:
    """Return the elements that tell of rigor or relevance, of the rubrics that observers used."""
    if not district.has("observations"):
        return {}
    workspace = getattr(district, "workspace", None)
    known = set(rubrics(workspace)["rubric"])
    used = district.ask("SELECT DISTINCT CAST(rubric_id AS VARCHAR) AS rubric FROM observations ORDER BY 1")[
        "rubric"
    ]
    return {
        (str(name), element.id): element
        for name in used
        if name in known
        for element in rubric(str(name), workspace).elements
        if element.about
    }


def table_of_rigor(
    district: Asked, where: Where, *, audience: Audience, by: Sequence[str] = ("school_year",)
) -> DisplayTable | Note:
    """Return what observers saw of rigor and relevance: level, average, visits and teachers behind it; for staff only."""
    refused = for_staff(audience, "What observers saw")
    if refused is not None:
        return refused
    levels = rigor_and_relevance(district, where, audience=audience, by=by)
    caption = "Rigor and relevance, as observers saw them"
    if set(levels["status"]) <= {"missing", "not_applicable"}:
        return DisplayTable((), caption, said_instead=str(levels["reason"].iloc[0]))
    means = rigor_and_relevance(district, where, audience=audience, by=by, indicator="rubric_mean")
    visits = measure(
        district, "classroom_visits", by=[*by, "rubric_id", "element_id"], where=choices_for("classroom_visits", where)
    )  # fmt: skip
    keys = [*by, "rubric_id", "element_id"]
    of_means, of_visits = _by(means, keys), _by(visits, keys)
    rows = sorted(
        levels.to_dict("records"), key=lambda row: (str(row["about"]) != "rigor", str(row["element_id"]))
    )
    titles = {(name, e.id): e.title for (name, _), e in _elements(district).items()}
    columns = [
        Column("About", tuple(str(row["about"]).capitalize() for row in rows)),
        Column("Element", tuple(titles[str(row["rubric_id"]), str(row["element_id"])] for row in rows)),
        *(
            Column(_TITLES.get(name, name), tuple(_named(row, name) for row in rows))
            for name in _shown_by(by)
        ),
        Column("At level 3 or above", tuple(str(row["label"]) for row in rows), figures=True),
        Column("Average level", tuple(_label(of_means, row, keys) for row in rows), figures=True),
        Column("Visits", tuple(_count(of_visits, row, keys) for row in rows), figures=True),
        Column("Teachers", tuple(str(row["n_label"]) for row in rows), figures=True),
    ]
    notes = (
        "Level 3 and above are the top two of four levels. Levels are steps, so read an average beside the share.",
        "Different teachers were visited at different times; a difference between years or schools is a question, not yet a finding.",
    )
    return with_care(DisplayTable(tuple(columns), caption, notes, sectioned=True), few_in(levels), "teachers")


_TITLES: Mapping[str, str] = {"school_year": "School year", "school_name": "School", "period": "Time of year"}


def _shown_by(by: Sequence[str]) -> list[str]:
    return [name for name in by if name != "school_id" or "school_name" not in by]


def _named(row: Mapping[Any, Any], name: str) -> str:
    return str(row[name])


def _by(frame: pd.DataFrame, keys: Sequence[str]) -> dict[tuple[str, ...], Mapping[Any, Any]]:
    return {tuple(str(row[key]) for key in keys): row for row in frame.to_dict("records")}


def _label(
    found: Mapping[tuple[str, ...], Mapping[Any, Any]], row: Mapping[Any, Any], keys: Sequence[str]
) -> str:
    held = found.get(tuple(str(row[key]) for key in keys))
    return str(held["label"]) if held is not None else ""


def _count(
    found: Mapping[tuple[str, ...], Mapping[Any, Any]], row: Mapping[Any, Any], keys: Sequence[str]
) -> str:
    held = found.get(tuple(str(row[key]) for key in keys))
    return str(int(held["n"])) if held is not None else ""
