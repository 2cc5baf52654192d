"""What every figure asks of its frame first: is there anything to draw, what is it about, what must be said beneath."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dataworkbench.figures.house import calm_panel
from dataworkbench.frames import column_text, group_text, grouping_columns, known_in, texts_in

_READ_WITH_CARE = "read with care"


def empty_panel(frame: pd.DataFrame, title: str) -> go.Figure | None:
    """Return a calm panel that says why, where no row of the frame could be drawn; else None."""
    if frame.empty:
        return calm_panel(title, "There are no rows here: nobody fits what was chosen.")
    if set(texts_in(frame, "status")) <= {"missing", "not_applicable"}:
        reasons = list(dict.fromkeys(reason for reason in texts_in(frame, "reason") if reason))
        return calm_panel(title, " ".join(reasons[:3]) or "There are no data for this yet.")
    return None


def title_or(title: str, frame: pd.DataFrame, column: str, *, verb: str = "by") -> str:
    """Return the title asked for, else one made from what is measured."""
    if title:
        return title
    named = list(dict.fromkeys(frame["title" if "title" in frame else "indicator"].dropna().astype(str)))
    measured = " and ".join(name.replace("_", " ") for name in named[:2]) or "This measure"
    words = measured[:1].upper() + measured[1:]
    return f"{words} {verb} {column_text(column).lower()}" if column else words


def subtitle_of(frame: pd.DataFrame) -> str:
    """Return what all rows have in common (year, school, subject), and for whom the figure is."""
    said = []
    for column in grouping_columns(frame):
        values = list(dict.fromkeys(texts_in(frame, column)))
        if len(values) == 1 and values[0] and not (column == "school_id" and "school_name" in frame.columns):
            said.append(group_text(column, values[0]))
    if "staff" in texts_in(frame, "audience"):
        said.append("for staff only")
    return " · ".join(dict.fromkeys(said))


def few(row: Mapping[Any, Any]) -> bool:
    """Return whether the gate asks for care with this row."""
    return _careful(str(row["reason"]))


def _careful(reason: str) -> bool:
    return _READ_WITH_CARE in reason


def notes_for(frame: pd.DataFrame, *, mark: str, overall: Mapping[Any, Any] | None = None) -> list[str]:
    """Return the lines beneath a figure: what its marks mean, and what is hidden and why."""
    notes = []
    statuses, reasons, ends = texts_in(frame, "status"), texts_in(frame, "reason"), known_in(frame, "low")
    shown = [status == "shown" for status in statuses]
    if overall is not None:
        notes.append(f"Dark tick on each bar: all students, {overall['label']}.")
    if any(both for both in zip(shown, ends, strict=True) if all(both)):
        notes.append("Thin line: the likely range (95% interval).")
    if any(drawn and _careful(reason) for drawn, reason in zip(shown, reasons, strict=True)):
        notes.append(f"Pale {mark}: very few, so read with care.")
    if "coded" in statuses:
        notes.append("Hatched: a range, to protect students.")
    return [*notes, *hidden_notes(frame, few_are_marked=True)]


def hidden_notes(frame: pd.DataFrame, *, few_are_marked: bool = False) -> list[str]:
    """Return why figures of this frame are hidden, each reason once; and a word of care where few stand behind one.

    ``few_are_marked`` says that the figure marks these itself and has said so.
    """
    said = list(zip(texts_in(frame, "status"), texts_in(frame, "reason"), strict=True))
    hidden = list(dict.fromkeys(reason for status, reason in said if status == "suppressed"))
    careful = not few_are_marked and any(status == "shown" and _careful(reason) for status, reason in said)
    return [*(["Some of these rest on very few: read with care."] if careful else []), *hidden]
