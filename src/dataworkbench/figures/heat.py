"""From level to level: a table of shares in colour, each with its number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go

from dataworkbench.errors import no_such
from dataworkbench.figures.asking import empty_panel, few, hidden_notes, subtitle_of, title_or
from dataworkbench.figures.house import GRID, INK, QUIET, figure, ink_on
from dataworkbench.figures.listing import Line, Listing, display_columns, sections_beside
from dataworkbench.figures.words import Row, alternative, in_lines, name_of, row_words, safe
from dataworkbench.frames import group_text, grouping_columns, number_text, require_gated
from dataworkbench.terms import NOT_REPORTED

_CELL, _WORDS, _GAP, _HEAD, _COLUMN_HEAD = 36, 20, 8, 34, 72
_UP: Final = (0, 114, 178)
_DOWN: Final = (192, 79, 0)
_SAME: Final = (110, 119, 129)
_LETTERS_IN_A_CELL: Final = 54


@dataclass(frozen=True)
class Cell:
    """One cell: its row of the frame, and which level it comes from and goes to."""

    row: Row
    before: int
    now: int


def plot_transitions(frame: pd.DataFrame, *, title: str = "") -> go.Figure:
    """Return a figure of how students moved from level to level: a row for each level before, a cell for each level now.

    One cell is one row of the frame (``level_transitions``), which has passed the gate (``for_audience``): the share of those
    who began at the row's level. Moves up are blue, moves down rust, staying grey; the darker, the more students. A row's
    shares add up to 100%.

    Raises
    ------
    NotGatedError
        Where the frame has not passed the gate.
    NoSuchNameError
        Where the frame is not grouped by ``level_before`` and ``level_now``.

    """
    require_gated(frame)
    for name in ("level_before", "level_now"):
        if name not in grouping_columns(frame):
            raise no_such("grouping column of this frame", name, grouping_columns(frame))
    heading = title_or(title, frame, "")
    panel = empty_panel(frame, heading)
    if panel is not None:
        return panel
    known = frame[frame["level_before"] != NOT_REPORTED]
    levels = list(dict.fromkeys(known["level_now"].astype(str)))
    listing, cells, heads = _laid_out(known, levels)
    said = [
        row_words(f"{cell.row['level_before']} to {cell.row['level_now']}", cell.row)
        for cell in cells.values()
    ]
    nothing = {"range": [0, len(levels)], "visible": False, "fixedrange": True}
    return figure(
        [_marks(cells, listing), *([_column_heads(levels, heads)] if heads else [])],
        title=heading, subtitle=subtitle_of(frame), alt=alternative("Shares of each row, level before to level now", heading, said),
        plot_height=listing.height, axes={"xaxis": nothing, "yaxis": listing.axis()},
        notes=[
            "Read along a row: of those who began there, where they stand now. Blue moved up, rust moved down, grey stayed.",
            *_without(frame), *(["Hatched or in words: a range, to protect students."] if (frame["status"] == "coded").any() else []),
            *hidden_notes(frame),
        ],
        shapes=_boxes(cells, listing),
    )  # fmt: skip


def _without(frame: pd.DataFrame) -> list[str]:
    """Say how many had no level before; a number that only staff see."""
    left = frame[frame["level_before"] == NOT_REPORTED]
    if left.empty or "n_left_out" not in left or left["n_left_out"].isna().all():
        return []
    others = [name for name in grouping_columns(frame) if name not in {"level_before", "level_now"}]
    each = left.drop_duplicates(others)["n_left_out"] if others else left["n_left_out"].head(1)
    return [f"Not here: {number_text(int(each.sum()))} results without a level before to compare with."]


def _laid_out(
    frame: pd.DataFrame, levels: Sequence[str]
) -> tuple[Listing, dict[tuple[int, int], Cell], list[float]]:
    """Return the rows' words, the cells by line and column, and where the names of the columns stand."""
    order = {level: place for place, level in enumerate(levels)}
    sections = display_columns(frame, sections_beside(frame, ["level_before", "level_now"]))
    sections = [name for name in sections if name not in {"level_before", "level_now"}]
    lines: list[Line] = []
    heads: list[tuple[str, float]] = []
    cells: dict[tuple[int, int], Cell] = {}
    column_heads: list[float] = []
    height, last = 0.0, None
    for (section, before), rows in _grouped(frame, sections, order):
        if section != last:
            if section:
                heads.append((f"<b>{in_lines(section, most=2)}</b>", height + _HEAD / 2 + 2))
                height += _HEAD
            column_heads.append(height + _COLUMN_HEAD / 2)
            height += _COLUMN_HEAD
            last = section
        name = group_text("level_before", before)
        size = str(rows[0]["n_label"])
        care = ", very few" if few(rows[0]) else ""
        behind = f" (n {size}{care})" if rows[0]["status"] in {"shown", "coded"} and size else ""
        words = f"From {in_lines(name, most=1)}{safe(behind)}"
        lines.append(Line(tuple(rows), name, words, height + _WORDS / 2, height + _WORDS + _CELL / 2))
        for row in rows:
            now = order[str(row["level_now"])]
            cells[len(lines) - 1, now] = Cell(row, order.get(before, -1), now)
        height += _WORDS + _CELL + _GAP
    return Listing(tuple(lines), tuple(heads), int(height) + 4), cells, column_heads


def _grouped(
    frame: pd.DataFrame, sections: Sequence[str], order: Mapping[str, int]
) -> list[tuple[tuple[str, str], list[Row]]]:
    found: dict[tuple[str, str], list[Row]] = {}
    for row in frame.to_dict("records"):
        found.setdefault((name_of(row, sections) if sections else "", str(row["level_before"])), []).append(
            row
        )
    first = {section: place for place, (section, _) in reversed(list(enumerate(found)))}
    return sorted(found.items(), key=lambda held: (first[held[0][0]], order.get(held[0][1], len(order))))


def _colour(cell: Cell) -> str:
    """Return the colour of a cell: the hue says up, down or the same, the depth the share."""
    if cell.row["status"] not in {"shown", "coded"}:
        return "#ffffff"
    ends = [float(cell.row[name]) for name in ("low", "high") if not pd.isna(cell.row[name])]
    share = float(cell.row["value"]) if cell.row["status"] == "shown" else sum(ends) / len(ends)
    hue = _UP if cell.now > cell.before else _DOWN if cell.now < cell.before else _SAME
    depth = 0.06 + 0.94 * min(1.0, share) ** 0.8
    return "#" + "".join(f"{round(255 - (255 - part) * depth):02x}" for part in hue)


def _boxes(cells: Mapping[tuple[int, int], Cell], listing: Listing) -> list[dict[str, Any]]:
    return [
        {
            "type": "rect", "x0": now + 0.02, "x1": now + 0.98, "y0": listing.lines[line].at_mark - _CELL / 2,
            "y1": listing.lines[line].at_mark + _CELL / 2, "fillcolor": _colour(cell), "layer": "below",
            "line": {"color": INK if cell.before == cell.now else GRID, "width": 1.5 if cell.before == cell.now else 1},
        }
        for (line, now), cell in cells.items()
    ]  # fmt: skip


def _marks(cells: Mapping[tuple[int, int], Cell], listing: Listing) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "text", "x": [now + 0.5 for _, now in cells],
        "y": [listing.lines[line].at_mark for line, _ in cells],
        "text": [_in_a_cell(cell.row) for cell in cells.values()],
        "textfont": {"size": 13, "color": [ink_on(_colour(cell)) for cell in cells.values()]}, "hoverinfo": "text",
        "hovertext": [
            safe(row_words(f"{cell.row['level_before']} to {cell.row['level_now']}", cell.row)) for cell in cells.values()
        ],
        "name": "shares", "cliponaxis": False,
    }  # fmt: skip


def _in_a_cell(row: Row) -> str:
    if row["status"] == "suppressed":
        return "hidden"
    if row["status"] not in {"shown", "coded"}:
        return "–"  # noqa: RUF001 - the dash that stands for nothing
    label = str(row["label"])
    return (
        safe(label)
        .replace("at most ", "at most<br>")
        .replace("at least ", "at least<br>")
        .replace("under ", "under<br>")
    )


def _column_heads(levels: Sequence[str], heads: Sequence[float]) -> dict[str, Any]:
    letters = max(8, _LETTERS_IN_A_CELL // max(1, len(levels)))
    return {
        "type": "scatter", "mode": "text", "x": [place + 0.5 for _ in heads for place in range(len(levels))],
        "y": [head for head in heads for _ in levels],
        "text": [in_lines(level, letters, most=5) for _ in heads for level in levels],
        "textfont": {"size": 11, "color": QUIET}, "hoverinfo": "skip", "name": "levels now",
    }  # fmt: skip
