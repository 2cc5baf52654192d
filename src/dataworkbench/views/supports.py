"""What earlier interventions did, and who is not growing yet: tables that only staff see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from dataworkbench.frames import percent_text, signed_text
from dataworkbench.measures import intervention_outcomes, student_list
from dataworkbench.tables import DisplayTable
from dataworkbench.terms import Audience
from dataworkbench.views.choosing import years_with_growth
from dataworkbench.views.district import Asked
from dataworkbench.views.notes import Note, for_staff, note, plain_table
from dataworkbench.views.student_pages import list_students

Where = Mapping[str, tuple[str, ...]]


def table_of_outcomes(
    district: Asked, where: Where, *, audience: Audience, by: Sequence[str] = ("strategy", "need")
) -> DisplayTable | Note:
    """Return what interventions did, as a table to read.

    One row is one strategy for one need: all who started, how the turns ended, the dose, the share that met the goal, and
    the change beyond what students of the same start gained without an intervention, with its likely range.
    """
    refused = for_staff(audience, "The table of interventions")
    if refused is not None:
        return refused
    found = intervention_outcomes(district, by=by, where=where)
    if (found["status"] == "missing").all():
        return note(*dict.fromkeys(found["reason"]))
    shown = pd.DataFrame({name: found[name].astype("string").fillna("Not said") for name in by}).assign(
        started=_whole(found["started"]), stopped=_whole(found["stopped"]), dose=_shares(found["dose"]),
        met=[_met(row) for row in found.to_dict("records")], beyond=[_beyond(row) for row in found.to_dict("records")],
    )  # fmt: skip
    titles = {name: name.capitalize() for name in by} | {
        "started": "Started", "stopped": "Stopped early", "dose": "Of the plan given", "met": "Met the goal",
        "beyond": "Change beyond what was to be expected",
    }  # fmt: skip
    return plain_table(
        shown, titles, caption="What interventions did", figures=["started", "stopped", "dose", "met", "beyond"],
        empty="No intervention has been recorded here yet.",
    )  # fmt: skip


def list_not_growing(district: Asked, where: Where, *, audience: Audience) -> DisplayTable | Note:
    """Return the students who are here now and did not meet a growth target in the latest year that has any."""
    refused = for_staff(audience, "The list of students")
    if refused is not None:
        return refused
    growth = years_with_growth(district, where)
    if not growth.title:
        return note("Growth cannot be told yet: no test was given twice in one school year to most students.")
    last = growth.but(school_year=growth["school_year"][-1])
    behind = student_list(district, "growth_target_met", where=dict(last), want="not_hit")
    caption = f"Did not meet the growth target of {last['school_year'][0]}"
    now = {
        name: values for name, values in where.items() if name in ("school_year", "school_id", "grade_level")
    }
    return list_students(district, now, audience=audience, only=behind, caption=caption)


def _met(row: Mapping[Any, Any]) -> str:
    if pd.isna(row["value"]):
        return "no result yet"
    return f"{percent_text(float(row['value']))} of {row['n']}"


def _beyond(row: Mapping[Any, Any]) -> str:
    low, value, high = (row[name] for name in ("adjusted_low", "adjusted", "adjusted_high"))
    if pd.isna(value):
        return "cannot be said: too few to compare with"
    said = signed_text(float(value), 1)
    return (
        said
        if pd.isna(low)
        else f"{said} (between {signed_text(float(low), 1)} and {signed_text(float(high), 1)})"
    )


def _whole(column: pd.Series) -> list[str]:
    return ["" if pd.isna(value) else str(int(value)) for value in column]


def _shares(column: pd.Series) -> list[str]:
    return ["not said" if pd.isna(value) else percent_text(float(value)) for value in column]
