"""How class time is used, beside what the timetable has for it: one figure, its sentences and its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from dataworkbench import figures
from dataworkbench.frames import is_number
from dataworkbench.measures import choices_for
from dataworkbench.sentences import Sentences
from dataworkbench.sentences.said import listed
from dataworkbench.tables import Column, DisplayTable
from dataworkbench.terms import Audience
from dataworkbench.views.district import Asked
from dataworkbench.views.pictures import Behind, Picture
from dataworkbench.views.shown import shown

Where = Mapping[str, tuple[str, ...]]

_NOT_SAID: Final = (
    "The log does not say how many minutes were scheduled, so nothing can be said about time lost."
)


def plot_time_use(
    district: Asked, where: Where, *, audience: Audience, title: str = "How is class time used?"
) -> Picture:
    """Return a figure of class time: for each use the minutes a day that were scheduled, and those that were used so.

    Below it stands how much of the scheduled time was lost, use by use, with its likely range; ``n`` is the number of
    classes that kept a log. On the public road few classes are hidden, as few students are.
    """
    chosen = choices_for("class_minutes", where)
    minutes = _longest_first(shown(district, "class_minutes", by=["use"], where=chosen, audience=audience))
    if set(minutes["status"]) <= {"missing", "not_applicable"}:
        return Picture(figures.plot_pairs(minutes, by="use", title=title))
    if not _has_figures(minutes, "scheduled"):
        used = minutes[minutes["counted"] == "used"].reset_index(drop=True)
        return Picture(figures.plot_means(used, by="use", title=title), Behind(Sentences((_NOT_SAID,))))
    lost = shown(district, "time_lost", by=["use"], where=chosen, audience=audience)
    whole = shown(district, "time_lost", where=chosen, audience=audience)
    words = Sentences((*_said(whole.iloc[0].to_dict()), *_stands_out(lost)))
    return Picture(
        figures.plot_pairs(minutes, by="use", title=title), Behind(words, _table(minutes, lost, whole))
    )


def _longest_first(minutes: pd.DataFrame) -> pd.DataFrame:
    """Return the uses with the most time in the timetable first, and with other uses at the end."""
    scheduled = minutes[minutes["counted"] == "scheduled"].set_index("use")["value"]
    place = minutes["use"].map(scheduled).astype("float64").fillna(0.0)
    last = minutes["use"].astype("string").str.lower().eq("other")
    ordered = minutes.assign(last=last, place=-place).sort_values(
        ["last", "place"], kind="stable", ignore_index=True
    )
    return ordered.drop(columns=["last", "place"])


def _has_figures(minutes: pd.DataFrame, counted: str) -> bool:
    held = minutes[minutes["counted"] == counted]
    return bool(held["status"].isin(["shown", "coded", "suppressed"]).any())


def _said(whole: Mapping[Any, Any]) -> list[str]:
    if whole["status"] != "shown":
        return [str(whole["reason"])]
    lost = float(whole["value"])
    many = f"{whole['n_label']} classes kept a log."
    if abs(lost) < 0.05:
        return [f"{many} In all, about as many minutes were used as were scheduled."]
    if lost < 0:
        return [f"{many} In all, {abs(lost):.1f}% more minutes were used than were scheduled."]
    return [f"{many} Of every 100 minutes scheduled, {lost:.1f} were lost{_likely(whole)}."]


def _likely(row: Mapping[Any, Any]) -> str:
    if not (is_number(row["low"]) and is_number(row["high"])):
        return ""
    return f" (likely between {_signed(row['low'])} and {_signed(row['high'])})"


def _signed(value: float) -> str:
    return f"{value:.1f}".replace("-", "\N{MINUS SIGN}")


def _stands_out(lost: pd.DataFrame) -> list[str]:
    rows = [row for row in lost.to_dict("records") if row["status"] == "shown" and is_number(row["low"])]
    if not rows:
        return []
    short = [f"{row['use']} ({_signed(row['value'])}%)" for row in rows if row["low"] > 0]
    over = [f"{row['use']} ({_signed(-row['value'])}%)" for row in rows if row["high"] < 0]
    said = [f"Less time than scheduled goes to: {listed(short)}."] if short else []
    said += [f"More time than scheduled goes to: {listed(over)}."] if over else []
    return said or [
        "No use stands apart from its timetable by more than chance from class to class would explain."
    ]


def _table(minutes: pd.DataFrame, lost: pd.DataFrame, whole: pd.DataFrame) -> DisplayTable:
    rows = {(str(row["use"]), str(row["counted"])): str(row["label"]) for row in minutes.to_dict("records")}
    uses = list(dict.fromkeys(minutes["use"].astype(str)))
    by_use = {str(row["use"]): row for row in lost.to_dict("records")}
    found = [by_use[use] for use in uses if use in by_use] + whole.to_dict("records")
    columns = (
        Column("Use of time", (*uses, "All uses")),
        Column("Classes", tuple(str(row["n_label"]) for row in found), figures=True),
        Column("Minutes a day scheduled", (*(rows.get((use, "scheduled"), "") for use in uses), ""), figures=True),
        Column("Minutes a day used", (*(rows.get((use, "used"), "") for use in uses), ""), figures=True),
        Column("Lost, in percent", tuple(str(row["label"]) for row in found), figures=True),
        Column("Likely between", tuple(_likely(row).removeprefix(" (likely between ").rstrip(")") for row in found), figures=True),
    )  # fmt: skip
    return DisplayTable(columns, "Minutes scheduled and used")
