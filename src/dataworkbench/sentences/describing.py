"""What a frame says, in plain sentences, made from nothing but what has passed the gate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd

from dataworkbench.errors import no_such
from dataworkbench.frames import (
    PAIR_COLUMNS,
    PART_COLUMNS,
    TIME_COLUMNS,
    counted_as,
    grouping_columns,
    interval_of,
    is_number,
    known_by,
    number_text,
    require_gated,
    texts_in,
    varying_columns,
)
from dataworkbench.sentences.changes import changes
from dataworkbench.sentences.pairing import pairs
from dataworkbench.sentences.said import (
    Row,
    Sentences,
    has_figure,
    is_everybody,
    listed,
    middle,
    name_of,
    needs_care,
    overlap,
    rows_of,
    with_n,
)
from dataworkbench.terms import NOT_REPORTED

_MANY_LOOKS: Final = 10
_MOST_WHOLES: Final = 6


def describe(frame: pd.DataFrame, *, by: str = "", about: str = "") -> Sentences:
    """Return what a frame says in plain words.

    One frame of one measure, which has passed the gate (``for_audience``): the figure for everybody with its n and its
    interval; the highest and the lowest group, or, where the frame runs over time, how each group moved; what is hidden
    and why; who was left out; and, where many groups were looked at, what that means for those that stand out.
    ``about`` says what the figure is of in the reader's words ("Students who missed a tenth of school"); ``by`` is the
    column whose groups are named.

    Raises
    ------
    NotGatedError
        Where the frame has not passed the gate.
    NoSuchNameError
        Where the frame is not grouped by ``by``.

    """
    require_gated(frame)
    groups = grouping_columns(frame)
    if by and by not in groups:
        raise no_such("grouping column of this frame", by, groups)
    if frame.empty:
        return Sentences(("There are no rows here: nobody fits what was chosen.",))
    if set(texts_in(frame, "status")) <= {"missing", "not_applicable"}:
        return Sentences(tuple(dict.fromkeys(texts_in(frame, "reason"))))
    return Sentences(tuple(_said(frame, [known_by(frame, by)] if by else _columns_that_tell(frame), about)))


def _columns_that_tell(frame: pd.DataFrame) -> list[str]:
    vary = varying_columns(frame)
    beside = {"subgroup_type"} if "subgroup" in vary else set()
    kept = list(dict.fromkeys(known_by(frame, c) for c in vary if c not in beside))
    return sorted(kept, key=lambda column: column in TIME_COLUMNS)


def _said(frame: pd.DataFrame, columns: Sequence[str], about: str) -> list[str]:
    rows = rows_of(frame)
    time = [column for column in columns if column in TIME_COLUMNS]
    part = [column for column in columns if column in PART_COLUMNS]
    others = [column for column in columns if column not in time and column not in part]
    overall = [row for row in rows if is_everybody(row, columns)][:1]
    single = [row for row in rows if not any(row is one for one in overall)]
    said = [_overall(row, about, counted_as(frame)) for row in overall]
    pair = [column for column in columns if column in PAIR_COLUMNS]
    if pair:
        said += pairs(single, pair[0], [column for column in columns if column not in pair])
    elif part:
        said += _parts(single, part, [*others, *time])
    elif time:
        said += changes(single, time, others)
    elif len(_kinds(single)) > 1:
        said += _kind_by_kind(single, columns)
    else:
        said += _extremes(single, columns)
    return [
        *said,
        *_care(single, columns),
        *_without(single, columns),
        *_left_out(frame, overall),
        *_looks(single, [*part, *pair]),
    ]


def _overall(row: Row, about: str, counted: str) -> str:
    subject = about or str(row["indicator"]).replace("_", " ").capitalize()
    if row["status"] == "suppressed":
        return f"{subject}: the figure for everybody is hidden. {row['reason']}"
    if not has_figure(row):
        return f"{subject}: there is no figure for everybody. {row['reason']}"
    care = f" {row['reason']}" if needs_care(row) else ""
    return f"{subject}: {with_n(row, counted=f'{counted}:')}.{care}"


def _extremes(rows: Sequence[Row], columns: Sequence[str]) -> list[str]:
    sure = [row for row in rows if has_figure(row) and not needs_care(row)]
    if len(sure) < 2:
        return [f"{name_of(row, columns)}: {with_n(row)}." for row in sure]
    ordered = sorted(sure, key=lambda row: (middle(row), name_of(row, columns)))
    lowest, highest = ordered[0], ordered[-1]
    if lowest["label"] == highest["label"]:
        return [f"All {len(sure)} groups that can be compared stand at {lowest['label']}."]
    said = [
        f"Highest of the {len(sure)} groups that can be compared: {name_of(highest, columns)}, {with_n(highest)}.",
        f"Lowest: {name_of(lowest, columns)}, {with_n(lowest)}.",
    ]
    chance = "Their likely ranges overlap, so the difference between these two may be chance."
    return [*said, chance] if overlap(lowest, highest) else said


def _kinds(rows: Sequence[Row]) -> list[str]:
    """Return the kinds of groups that rows are of: groups of different kinds overlap, so they have no common order."""
    return list(
        dict.fromkeys(
            str(row["subgroup_type"])
            for row in rows
            if {"subgroup_type", "subgroup"} <= row.keys() and has_figure(row)
        )
    )


def _kind_by_kind(rows: Sequence[Row], columns: Sequence[str]) -> list[str]:
    said = []
    for kind in _kinds(rows)[:_MOST_WHOLES]:
        there = [
            row for row in rows
            if str(row["subgroup_type"]) == kind and has_figure(row) and not needs_care(row) and row["subgroup"] != NOT_REPORTED
        ]  # fmt: skip
        if len(there) > 1:
            low, high = min(there, key=middle), max(there, key=middle)
            same = " These two may differ by chance." if overlap(low, high) else ""
            said.append(
                f"{kind}: from {with_n(low)} for {name_of(low, columns)} to {with_n(high)} for {name_of(high, columns)}.{same}"
            )
    return said


def _parts(rows: Sequence[Row], part: Sequence[str], others: Sequence[str]) -> list[str]:
    """Return which part of each whole is the largest: the level, the answer, the ending that is most common."""
    wholes: dict[str, list[Row]] = {}
    for row in rows:
        wholes.setdefault(name_of(row, others) if others else "", []).append(row)
    said = []
    for name, whole in list(wholes.items())[:_MOST_WHOLES]:
        there = [row for row in whole if has_figure(row)]
        if there:
            top = max(there, key=middle)
            begins = f"{name}: most" if name else "Most"
            said.append(f"{begins} often {name_of(top, part)}, {with_n(top)}.")
    if len(wholes) > _MOST_WHOLES:
        said.append(f"{len(wholes) - _MOST_WHOLES} more are in the table.")
    return said


def _care(rows: Sequence[Row], columns: Sequence[str]) -> list[str]:
    small = list(dict.fromkeys(name_of(row, columns) for row in rows if needs_care(row)))
    return [f"Very few are behind {listed(small)}: read with care."] if small else []


def _without(rows: Sequence[Row], columns: Sequence[str]) -> list[str]:
    said = []
    away = [row for row in rows if row["status"] == "suppressed"]
    if away:
        rules = " ".join(dict.fromkeys(str(row["reason"]).removeprefix("Hidden: ") for row in away))
        said.append(f"Hidden: {listed([name_of(row, columns) for row in away])}. The rule: {rules}")
    missing = [row for row in rows if row["status"] == "missing"]
    if missing:
        said.append(f"No data for {listed([name_of(row, columns) for row in missing])}.")
    if any(row["status"] == "coded" for row in rows):
        said.append("Some figures are given as a range, so that they give no student away.")
    return said


def _left_out(frame: pd.DataFrame, overall: Sequence[Row]) -> list[str]:
    if "n_left_out" not in frame or not overall or not is_number(overall[0]["n_left_out"]):
        return []
    left = int(overall[0]["n_left_out"])
    return [f"Left out: {number_text(left)} who could not be counted." if left else "Nobody was left out."]


def _looks(rows: Sequence[Row], part: Sequence[str]) -> list[str]:
    looked = sum(has_figure(row) and (bool(interval_of(row)) or row["status"] == "coded") for row in rows)
    if looked < _MANY_LOOKS or part:
        return []
    chance = (
        f"{looked} figures were looked at. Of so many, about {max(1, round(looked * 0.05))} would stand out by chance alone "
        "even if nothing were different, so look for the same pattern in another year or another measure."
    )
    return [chance]
