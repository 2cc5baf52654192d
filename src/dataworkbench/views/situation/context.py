"""Life outside school beside a school's own figures: side by side, with source and year, and nothing said about causes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from dataworkbench.disclosure import for_audience
from dataworkbench.frames import number_text, percent_text
from dataworkbench.measures import choices_for, context_by_school, indicator
from dataworkbench.tables import Column, DisplayTable
from dataworkbench.terms import Audience
from dataworkbench.views.district import Asked
from dataworkbench.views.notes import few_in, with_care
from dataworkbench.views.shown import shown

Where = Mapping[str, tuple[str, ...]]

_BESIDE: Final = (
    "The columns stand side by side so that a team can ask better questions. That two of them go together would not mean that "
    "one makes the other, and what is true of a school or an area need not be true of a family in it."
)
_PREFIX: Final[Mapping[str, str]] = {"dollars": "$", "usd": "$", "euros": "\N{EURO SIGN}"}


def table_of_context(
    district: Asked, where: Where, *, audience: Audience, beside: str = "chronic_absence"
) -> DisplayTable:
    """Return what is known of life outside school, one row a school, beside one of the school's own figures.

    ``beside`` is an indicator that can be grouped by school. Every factor's source and year stand below the table; a
    figure of an area is the mean over the students who live there.
    """
    year = (where.get("school_year") or (district.school_year,))[-1]
    schools = {name: values for name, values in where.items() if name == "school_id"}
    context = for_audience(
        context_by_school(district, school_year=year, where=schools), audience, policy=district.policy
    )
    if set(context["status"]) <= {"missing", "not_applicable"}:
        return DisplayTable((), "Life outside school", said_instead=str(context["reason"].iloc[0]))
    own = shown(
        district, beside, by=["school_name"], where=choices_for(beside, {**schools, "school_year": (year,)}), audience=audience
    )  # fmt: skip
    table = DisplayTable(
        (*_schools(context, own, beside), *_factors(context)),
        f"Schools and life outside school, {year}",
        (*_sources(context), _BESIDE),
    )
    return with_care(table, few_in(own))


def _names(context: pd.DataFrame) -> dict[str, str]:
    return dict(zip(context["school_id"].astype(str), context["school_name"].astype(str), strict=True))


def _schools(context: pd.DataFrame, own: pd.DataFrame, beside: str) -> tuple[Column, ...]:
    names = _names(context)
    rows: dict[str, Mapping[Any, Any]] = {str(row.get("school_id")): row for row in own.to_dict("records")}
    told = tuple(_with_n(rows.get(school)) for school in names)
    return Column("School", tuple(names.values())), Column(indicator(beside).title, told, figures=True)


def _with_n(row: Mapping[Any, Any] | None) -> str:
    if row is None:
        return "no data"
    behind = f" (n {row['n_label']})" if row["status"] in {"shown", "coded"} and row["n_label"] else ""
    return f"{row['label']}{behind}"


def _factors(context: pd.DataFrame) -> list[Column]:
    rows = {(str(row["school_id"]), str(row["factor"])): row for row in context.to_dict("records")}
    return [
        Column(
            factor,
            tuple(_value(rows.get((school, factor))) for school in _names(context)),
            figures=True,
        )
        for factor in dict.fromkeys(context["factor"].astype(str))
    ]


def _value(row: Mapping[Any, Any] | None) -> str:
    if row is None:
        return "no data"
    if row["status"] != "shown":
        return str(row["label"])
    value, unit = float(row["value"]), "" if pd.isna(row["factor_unit"]) else str(row["factor_unit"])
    if unit.lower() == "percent":
        return percent_text(value / 100)
    sign = _PREFIX.get(unit.lower(), "")
    text = number_text(value, 0 if abs(value) >= 100 or value == int(value) else 1)
    return f"{sign}{text}" if sign else f"{text} {unit}".strip()


def _sources(context: pd.DataFrame) -> list[str]:
    """Return where each factor comes from: source, year, and of what it is a figure; students without an area are counted."""
    said = []
    for factor, rows in context.groupby("factor", sort=False):
        known = rows[rows["status"] == "shown"]
        if known.empty:
            continue
        places = " or ".join(dict.fromkeys(known["figure_of"].astype(str)))
        sources = "; ".join(dict.fromkeys(known["source"].astype(str)))
        years = ", ".join(dict.fromkeys(known["figure_year"].astype(str)))
        left = int(known["n_left_out"].fillna(0).sum()) if "n_left_out" in known else 0
        unknown = (
            f" {number_text(left)} students live in an area of which nothing is known, and are left out."
            if left
            else ""
        )
        said.append(f"{factor} is a figure of {places}, {years}. Source: {sources}.{unknown}")
    return said
