"""Goals as a team types them, beside what the data say now. A goal is bound to an indicator, so its number cannot drift."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Final

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from dataworkbench.disclosure import for_audience
from dataworkbench.errors import WorkbenchError
from dataworkbench.frames import group_text, value_text
from dataworkbench.measures import CATALOGUE, Indicator, indicator, measure
from dataworkbench.tables import DisplayTable
from dataworkbench.terms import Audience
from dataworkbench.views.district import Asked
from dataworkbench.views.notes import plain_table, whole_day

_GOOD: Final = {"higher": "higher", "lower": "lower"}
_UNITS: Final = {"rate": "a share, 0 to 1", "mean": "an average", "count": "a number"}
_DAY: Final = r"^\d{4}-\d{2}-\d{2}$"


class Goal(BaseModel):
    """One goal: an indicator, for whom, how far, by when, and who answers for it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    indicator: str
    target: float = Field(description="In the indicator's own unit: a share is 0 to 1.")
    by: Annotated[str, StringConstraints(pattern=_DAY)]
    owner: str = ""
    where: Mapping[str, str | list[str]] = {}
    milestone: str = ""


def read_goals(typed: Sequence[Mapping[str, Any]]) -> list[Goal]:
    """Return goals as they were typed into a parameters cell.

    Raises
    ------
    WorkbenchError
        Where a goal lacks something or holds something else; it names the goal by its place.

    """
    goals = []
    for place, given in enumerate(typed, start=1):
        try:
            goals.append(Goal.model_validate(given))
        except ValidationError as fault:
            said = "; ".join(
                f"{'.'.join(map(str, error['loc']))}: {error['msg']}" for error in fault.errors()
            )
            raise WorkbenchError(
                f"Goal {place} cannot be read: {said}. A goal has indicator, target, by, owner, where."
            ) from fault
    return goals


def goal_frame(
    district: Asked, goals: Sequence[Mapping[str, Any]], *, where: Mapping[str, Any], audience: Audience
) -> pd.DataFrame:
    """Return how each goal stands.

    One row is one goal: ``goal``, ``group``, ``baseline``, ``now`` (labels that have passed the gate), ``target``,
    ``aim`` (up or down), ``stands``, ``owner``, ``by``. The baseline is the school year before the one on the page.
    """
    rows = [_row(district, goal, where, audience) for goal in read_goals(goals)]
    columns = ["goal", "group", "baseline", "now", "target", "aim", "stands", "owner", "by", "milestone"]
    return pd.DataFrame(rows, columns=columns)


def goal_board(
    district: Asked, goals: Sequence[Mapping[str, Any]], *, where: Mapping[str, Any], audience: Audience
) -> DisplayTable:
    """Return how each goal stands, as a table to read."""
    titles = {
        "goal": "What we want to change", "group": "For whom", "baseline": "The year before", "now": "Now",
        "target": "Aim", "stands": "Where it stands", "owner": "Who answers for it", "by": "By", "milestone": "Next milestone",
    }  # fmt: skip
    board = goal_frame(district, goals, where=where, audience=audience)
    board["by"] = board["by"].map(whole_day)
    if not board["milestone"].any():
        del titles["milestone"]
    return plain_table(
        board, titles, caption="Our goals", figures=["baseline", "now", "target"],
        empty="No goal has been typed in yet. The parameters cell shows how one looks.",
    )  # fmt: skip


def _row(district: Asked, goal: Goal, where: Mapping[str, Any], audience: Audience) -> dict[str, str]:
    defined = indicator(goal.indicator)
    year = str((where.get("school_year") or (district.school_year,))[0])
    kept = {
        name: value for name, value in where.items() if name in defined.dimensions and name != "school_year"
    }
    by = ["school_year"] if "school_year" in defined.dimensions else []
    frame = measure(district, goal.indicator, by=by, where=kept | dict(goal.where))
    shown = for_audience(frame, audience, policy=district.policy)
    years = sorted(y for y in shown.get("school_year", pd.Series(dtype="str")).dropna() if y <= year)
    now, before = _at(shown, year), _at(shown, years[-2] if len(years) > 1 and years[-1] == year else "")
    group = ", ".join(_words(name, value) for name, value in goal.where.items())
    return {
        "goal": defined.title,
        "group": group or "Everyone on this page",
        "baseline": str(before["label"]) if before is not None else "",
        "now": str(now["label"]) if now is not None else "no data",
        "target": value_text(goal.target, defined.unit, 1 if defined.unit == "mean" else 0),
        "aim": "down" if defined.direction == "lower" else "up",
        "stands": _stands(defined, goal.target, now, before),
        "owner": goal.owner,
        "by": goal.by,
        "milestone": goal.milestone,
    }


def _at(shown: pd.DataFrame, year: str) -> pd.Series | None:
    """Return the row of one school year, or None where there is none."""
    if "school_year" not in shown or not year:
        return None
    found = shown[shown["school_year"] == year]
    return found.iloc[0] if len(found) else None


def _stands(defined: Indicator, target: float, now: pd.Series | None, before: pd.Series | None) -> str:
    """Return in words how far a goal is; nothing is said where the gate shows no exact figure."""
    if now is None or now["status"] in ("missing", "not_applicable"):
        return "no figure yet for this year"
    if now["status"] != "shown" or pd.isna(now["value"]):
        return "cannot be said here"
    sign = -1 if defined.direction == "lower" else 1
    if sign * (now["value"] - target) >= 0:
        return "reached"
    if before is None or before["status"] != "shown" or pd.isna(before["value"]):
        return "not there yet"
    moved = sign * (now["value"] - before["value"])
    if now["low"] <= before["value"] <= now["high"]:
        return "not there yet; too close to the year before to call"
    return (
        "not there yet, and closer than the year before"
        if moved > 0
        else "not there yet, and farther than the year before"
    )


def _words(name: str, value: str | list[str]) -> str:
    values = [value] if isinstance(value, str) else value
    return " and ".join(group_text(name, one) for one in values)


def due_list(due: Sequence[Mapping[str, str]], *, today: str = "") -> DisplayTable:
    """Return what a team has typed as due, soonest first; what is past its day says so.

    Each entry has ``what``, ``who`` and ``by`` (a day, such as 2026-12-01). ``today`` is a day too; empty, it is today.
    """
    day = today or datetime.now(UTC).date().isoformat()
    rows = pd.DataFrame([{name: str(entry.get(name, "")) for name in ("what", "who", "by")} for entry in due])
    if len(rows):
        rows = rows.sort_values("by").assign(
            late=lambda held: ["past its day" if by < day else "" for by in held["by"]],
            by=lambda held: held["by"].map(whole_day),
        )
    return plain_table(
        rows, {"by": "By", "what": "What", "who": "Who", "late": ""}, caption="What is due",
        empty="Nothing has been noted as due. The parameters cell shows how to note it.",
    )  # fmt: skip


def measures_for_goals() -> DisplayTable:
    """Return the measures that a goal can be bound to, as a table to read."""
    rows = [
        {"id": held.id, "title": held.title, "unit": _UNITS[held.unit], "good": _GOOD[held.direction]}
        for held in CATALOGUE.values()
        if held.direction in _GOOD
    ]
    titles = {"id": "indicator", "title": "What it is", "unit": "Written as", "good": "Better when"}
    return plain_table(pd.DataFrame(rows), titles, caption="What a goal can be about")
