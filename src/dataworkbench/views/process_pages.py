"""School process as a page shows it: a figure of class time, a table of professional learning."""

from __future__ import annotations

from html import escape
from typing import Final

import plotly.graph_objects as go

from dataworkbench.figures.house import BLUE, calm_panel, figure, share_axis
from dataworkbench.frames import percent_text
from dataworkbench.tables import DisplayTable
from dataworkbench.terms import Audience
from dataworkbench.views.district import Asked
from dataworkbench.views.notes import Note, for_staff, plain_table
from dataworkbench.views.process import Where, how_to_bring, professional_learning, staff_by_role, time_use

_STEP: Final = 45
"""Pixels from one bar to the next, its words above it, as in the other figures."""


def plot_time_use(
    district: Asked, where: Where, *, audience: Audience, title: str = "How is class time used?"
) -> go.Figure:
    """Return a figure of how class time was used: one bar for each use, of all minutes that were logged.

    On the public road it is shown only where at least ``policy.minimum_group`` classes kept a log.
    """
    used = time_use(district, where)
    if used.empty:
        return calm_panel(title, how_to_bring("time_use"))
    classes = int(used["classes"].max())
    if audience == "public" and classes < district.policy.minimum_group:
        return calm_panel(title, "Too few classes kept a log of their time for it to be shown here.")
    said = [f"{use}: {percent_text(share)}" for use, share in zip(used["use"], used["share"], strict=True)]
    marks = [_STEP * place + 26 for place in range(len(used))]
    height = _STEP * len(used) + 4
    bars = {
        "type": "bar", "orientation": "h", "x": used["share"].tolist(), "y": marks, "width": 14, "marker": {"color": BLUE},
        "hoverinfo": "skip",
    }  # fmt: skip
    words = {
        "tickvals": [mark - 16.5 for mark in marks], "ticktext": [escape(text) for text in said], "range": [height, 0],
        "ticklabelposition": "inside", "ticks": "", "showgrid": False, "zeroline": False, "fixedrange": True,
        "ticklabelstandoff": -3, "tickfont": {"size": 14}, "automargin": False,
    }  # fmt: skip
    return figure(
        [bars], title=title, subtitle=f"{classes} classes kept a log", plot_height=height, alt=f"{title} {'; '.join(said)}.",
        axes={"xaxis": share_axis(), "yaxis": words},
    )  # fmt: skip


def table_of_professional_learning(
    district: Asked, where: Where, *, audience: Audience
) -> DisplayTable | Note:
    """Return what staff took part in, as a table to read; for staff only, because few people may stand behind a row."""
    refused = for_staff(audience, "What staff took part in")
    if refused is not None:
        return refused
    titles = {
        "topic": "Topic",
        "format": "Form",
        "people": "People",
        "activities": "Activities",
        "hours": "Hours in all",
    }
    return plain_table(
        professional_learning(district, where), titles, caption="What staff took part in",
        figures=["people", "activities", "hours"], empty=how_to_bring("professional_learning"),
    )  # fmt: skip


def table_of_staff(district: Asked, where: Where, *, audience: Audience) -> DisplayTable | Note:
    """Return who works here, role by role, as a table to read; for staff only, because few people stand behind a row."""
    refused = for_staff(audience, "The table of staff")
    if refused is not None:
        return refused
    titles = {
        "role": "Role",
        "people": "People",
        "years": "Years of experience (median)",
        "new": "With fewer than three years",
    }
    return plain_table(
        staff_by_role(district, where), titles, caption="Who works here", figures=["people", "years", "new"],
        empty=how_to_bring("staff"),
    )  # fmt: skip
