"""What people answered: around the neutral answer, or favourable answers of several roles side by side."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go

from dataworkbench.figures.asking import empty_panel, notes_for, subtitle_of, title_or
from dataworkbench.figures.gaps import plot_gaps
from dataworkbench.figures.house import GRID, SERIES, SYMBOLS, figure, ramp, share_axis
from dataworkbench.figures.levels import Segment, in_order, level_notes, segments, step_traces, wholes
from dataworkbench.figures.listing import (
    Item,
    Line,
    Listing,
    column_to_draw_by,
    display_columns,
    laid_out,
    sections_beside,
)
from dataworkbench.figures.rates import plot_rates, whiskers_for
from dataworkbench.figures.words import (
    INSTEAD,
    Row,
    alternative,
    name_of,
    row_words,
    safe,
    value_words,
    wrapped,
)
from dataworkbench.frames import group_text, grouping_columns, require_gated

_ANSWER: Final = "answer_choice"
_LANE: Final = 11
_ROLES: Final = ("student", "family", "staff")


def plot_survey(frame: pd.DataFrame, *, item: str = "", title: str = "") -> go.Figure:
    """Return a figure of answers: what fits the frame, which has passed the gate (``for_audience``).

    Where rows are answers by choice (``survey_answers``), one bar for each question, parted by answer, with the neutral
    answer in the middle: to the left what is less favourable, to the right what is more. Where rows are favourable
    answers by role, one line for each question with a dot for each role. Where rows compare two roles (``mismatch``),
    their differences. Else one bar for each row. ``item`` is the column that tells questions apart.

    Raises
    ------
    NotGatedError
        Where the frame has not passed the gate.
    NoSuchNameError
        Where the frame is not grouped by ``item``.

    """
    require_gated(frame)
    groups = grouping_columns(frame)
    if _ANSWER in groups:
        return _answers(frame, item, title)
    if "reference" in frame.columns:
        return plot_gaps(_as_both_were_asked(frame), by=item, title=title)
    if "role" in groups and frame["role"].nunique() > 1:
        return _roles(frame, item, title)
    return plot_rates(frame, by=item, title=title)


def _as_both_were_asked(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a comparison of two roles with each question in the words of both, where they differ, and what is favourable."""
    if not {"pair_id", "wording"} <= set(frame.columns) or frame["wording"].isna().all():
        return frame
    asked = [_question(row) for row in frame.to_dict("records")]
    named = frame.drop(columns="wording")
    named.insert(list(named.columns).index("indicator"), "wording", pd.Series(asked, index=frame.index))
    return named


def _question(row: Row) -> str:
    first, second = (
        "" if pd.isna(row.get(name)) else str(row[name]) for name in ("wording", "wording_reference")
    )
    said = first if second in {"", first} else f"{first} / {second}"
    return f"(Disagreeing is favourable.) {said}" if row.get("turned") == "yes" else said


def _answers(frame: pd.DataFrame, item: str, title: str) -> go.Figure:
    by = column_to_draw_by(frame, item) if item else ""
    heading = title_or(title, frame, "")
    panel = empty_panel(frame, heading)
    if panel is not None:
        return panel
    steps = in_order(frame, _ANSWER, ())
    lines = wholes(frame, _ANSWER, by)
    placed = [
        (line, replace(one, start=round(one.start - middle, 6)))
        for line in lines.lines
        for bar in [segments(line.rows, _ANSWER, steps)]
        for middle in [_middle_of(bar, steps)]
        for one in bar
    ]
    axis = _middle_axis(placed)
    span = axis["range"][1] - axis["range"][0]
    said = [
        row_words(f"{line.name}, answer {row[_ANSWER]}", row) for line in lines.lines for row in line.rows
    ]
    return figure(
        [_named(trace, steps) for trace in step_traces(placed, _ANSWER, steps, ramp(len(steps)), span=span)],
        title=heading,
        subtitle=subtitle_of(frame),
        alt=alternative("Bars parted by answer, the neutral answer in the middle", heading, said),
        plot_height=lines.height,
        axes={"xaxis": axis, "yaxis": lines.axis()},
        notes=["Left of 0%: less favourable. Right: more favourable.", *level_notes(frame)],
        legend_rows=len(steps),
    )


def _middle_of(bar: Sequence[Segment], steps: Sequence[str]) -> float:
    """Return where the middle of the scale lies in a bar: in the middle of the neutral answer, where there is one."""
    half = len(steps) // 2
    below = sum(one.width for one in bar if steps.index(str(one.row[_ANSWER])) < half)
    neutral = [one.width for one in bar if steps[half] == str(one.row[_ANSWER])] if len(steps) % 2 else []
    return below + sum(neutral) / 2


def _named(trace: dict[str, Any], steps: Sequence[str]) -> dict[str, Any]:
    words = {steps[0]: "least favourable", steps[-1]: "most favourable"}
    if len(steps) % 2:
        words[steps[len(steps) // 2]] = "neutral"
    step = str(trace["legendgroup"])
    return {**trace, "name": f"Answer {safe(step)}" + (f", {words[step]}" if step in words else "")}


def _middle_axis(placed: Sequence[tuple[Line, Segment]]) -> dict[str, Any]:
    left = max((-one.start for _, one in placed), default=0.5)
    right = max((one.start + one.width for _, one in placed), default=0.5)
    low, high = (max(1, math.ceil(reach * 4 - 1e-6)) for reach in (left, right))
    ticks = [place / 4 for place in range(-low, high + 1)]
    words = [f"{abs(tick) * 100:.0f}%" for tick in ticks]
    return share_axis(showgrid=False) | {"range": [-low / 4, high / 4], "tickvals": ticks, "ticktext": words}


def _roles(frame: pd.DataFrame, item: str, title: str) -> go.Figure:
    others = [name for name in sections_beside(frame, ["role"]) if name != "role"]
    by = column_to_draw_by(frame, item) if item else (others[-1] if others else "")
    heading = title_or(title, frame, "role")
    panel = empty_panel(frame, heading)
    if panel is not None:
        return panel
    roles = _roles_in_order(frame)
    lines = _by_question(frame, by, [name for name in others if name != by], roles)
    traces = [
        trace for place, role in enumerate(roles) for trace in _role_traces(lines, role, place, len(roles))
    ]
    said = [row_words(f"{line.name}, {row['role']}", row) for line in lines.lines for row in line.rows]
    return figure(
        traces,
        title=heading,
        subtitle=subtitle_of(frame),
        alt=alternative("Dots from 0 to 100 percent, one for each role", heading, said),
        plot_height=lines.height,
        axes={"xaxis": share_axis(), "yaxis": lines.axis()},
        notes=[note for note in notes_for(frame, mark="dot") if not note.startswith(("Pale", "Hatched"))]
        + (["Wide pale line: a range, to protect people."] if (frame["status"] == "coded").any() else []),
        legend_rows=len(roles),
        shapes=[_track(line) for line in lines.lines],
    )


def _roles_in_order(frame: pd.DataFrame) -> list[str]:
    there = {str(role) for role in frame["role"]}
    return [*(role for role in _ROLES if role in there), *sorted(there - set(_ROLES))]


def _by_question(frame: pd.DataFrame, by: str, sections: Sequence[str], roles: Sequence[str]) -> Listing:
    own = display_columns(frame, [by]) if by else []
    named = [name for name in display_columns(frame, sections) if name not in own]
    found: dict[tuple[str, str], list[Row]] = {}
    for row in frame.to_dict("records"):
        found.setdefault((name_of(row, named), name_of(row, own) if own else "All"), []).append(row)
    items = []
    for (section, name), unsorted in found.items():
        rows = sorted(unsorted, key=lambda row: roles.index(str(row["role"])))
        said = "<br>".join(safe(line) for row in rows for line in wrapped(_role_words(row)))
        items.append(Item(name, said, section, tuple(rows)))
    return laid_out(items, mark=_LANE * len(roles) + 6)


def _role_words(row: Row) -> str:
    behind = f" (n {row['n_label']})" if row["status"] not in INSTEAD and row["n_label"] else ""
    return f"{group_text('role', row['role'])} {value_words(row)}{behind}"


def _role_traces(lines: Listing, role: str, place: int, roles: int) -> list[dict[str, Any]]:
    colour = SERIES[place % len(SERIES)]
    lane = (place - (roles - 1) / 2) * _LANE
    mine = [
        replace(line, rows=(row,), at_mark=line.at_mark + lane)
        for line in lines.lines
        for row in line.rows
        if str(row["role"]) == role
    ]
    shown = [line for line in mine if line.row["status"] == "shown"]
    dots: dict[str, Any] = {
        "type": "scatter", "mode": "markers", "x": [float(line.row["value"]) for line in shown] or [None],
        "y": [line.at_mark for line in shown] or [None], "name": safe(role.capitalize()), "hoverinfo": "text",
        "hovertext": [safe(row_words(f"{line.name}, {role}", line.row)) for line in shown],
        "marker": {"size": 13, "symbol": SYMBOLS[place % len(SYMBOLS)], "color": colour, "line": {"color": "#ffffff", "width": 1}},
    }  # fmt: skip
    whiskers = whiskers_for(shown) if shown else None
    if whiskers:
        dots["error_x"] = {**whiskers, "color": colour, "width": 0, "thickness": 2}
    return [*_role_ranges(mine, colour), dots]


def _role_ranges(mine: Sequence[Line], colour: str) -> list[dict[str, Any]]:
    coded = [line for line in mine if line.row["status"] == "coded"]
    x = [end for line in coded for end in (float(line.row["low"]), float(line.row["high"]), None)]
    y = [end for line in coded for end in (line.at_mark, line.at_mark, None)]
    look = {"color": colour, "width": 9}
    bar = {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "line": look,
        "opacity": 0.45,
        "hoverinfo": "skip",
        "showlegend": False,
        "name": "range",
    }
    return [bar] if coded else []


def _track(line: Line) -> dict[str, Any]:
    ends = {"x0": 0, "x1": 1, "y0": line.at_mark, "y1": line.at_mark}
    return {"type": "line", "xref": "paper", **ends, "line": {"color": GRID, "width": 3}, "layer": "below"}
