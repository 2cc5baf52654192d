"""Lesson by lesson: what a class knew before and after, each lesson a row, the latest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd

from dataworkbench.measures.asking import left_out, measure
from dataworkbench.measures.composing import Where
from dataworkbench.measures.definition import Asked
from dataworkbench.measures.paired import Pairs, mcnemar
from dataworkbench.measures.tickets import TICKETS

_BY: Final = ("lesson", "school_id", "grade_level", "subject", "section_id", "standard_id")
_BESIDE: Final = {
    "before": "exit_ticket_before", "after": "exit_ticket_after", "own_gain": "exit_ticket_own_gain",
    "normalised": "exit_ticket_normalised_change",
}  # fmt: skip
_REASONS: Final = {
    "no_before": "no check before",
    "no_after": "no check after",
    "neither": "neither check was taken",
}
YES_NO: Final = ("yes_before", "yes_after", "gained", "lost", "p_value")


def ticket_lessons(district: Asked, *, where: Where | None = None) -> pd.DataFrame:
    """Return what each lesson added; for the staff road, because a class is a row.

    One row is one lesson of one class: the frame that travels by ``lesson`` (its day), ``school_id``, ``grade_level``,
    ``subject``, ``section_id`` and ``standard_id``, where ``value`` is the gain of the class (``exit_ticket_gain``) with its
    interval and ``n`` the students with both checks; beside it ``before`` and ``after`` (percent right, of those students),
    ``own_gain`` (the average of their own gains), ``normalised`` (normalised change), ``no_before``, ``no_after`` and
    ``neither`` (students who could not be matched, by reason), and for a check of one point ``yes_before``, ``yes_after``,
    ``gained``, ``lost`` and ``p_value`` (McNemar, exact). The latest lesson comes first.
    """
    frame = measure(district, "exit_ticket_gain", by=_BY, where=where)
    if (frame["status"] == "missing").all():
        return frame
    on = [str(name) for name in frame.columns[: list(frame.columns).index("indicator")]]
    for name, asked in _BESIDE.items():
        piece = measure(district, asked, by=_BY, where=where)
        frame = frame.merge(piece[[*on, "value"]].rename(columns={"value": name}), on=on, how="left")
    frame = _with_reasons(frame, left_out(district, "exit_ticket_gain", by=_BY, where=where), on)
    frame = frame.merge(_yes_no(district, on), on=on, how="left")
    return frame.sort_values("lesson", ascending=False, kind="stable").reset_index(drop=True)


def _with_reasons(frame: pd.DataFrame, why: pd.DataFrame, on: Sequence[str]) -> pd.DataFrame:
    for name, reason in _REASONS.items():
        piece = why.loc[why["left_out"] == reason, [*on, "n"]].rename(columns={"n": name})
        frame = frame.merge(piece, on=list(on), how="left")
        frame[name] = frame[name].fillna(0).astype(int)
    return frame


def _yes_no(district: Asked, on: Sequence[str]) -> pd.DataFrame:
    """Return how a check of one point went from no to yes and back, one row a lesson that has one."""
    named = ", ".join(
        f"coalesce(nullif(CAST({name} AS VARCHAR), ''), 'Not reported') AS {name}" for name in on
    )
    counted = district.ask(
        f"""
        SELECT {named}, count(*) FILTER (before = 1 AND after = 1) AS both, count(*) FILTER (before = 0 AND after = 1) AS gained,
            count(*) FILTER (before = 1 AND after = 0) AS lost, count(*) FILTER (before = 0 AND after = 0) AS neither_right
        FROM ({TICKETS}) AS tickets WHERE most = 1 AND before IN (0, 1) AND after IN (0, 1) GROUP BY ALL
        """
    )
    rows = [{**{name: row[name] for name in on}, **_of_pairs(row)} for row in counted.to_dict("records")]
    return pd.DataFrame(rows, columns=[*on, *YES_NO]).astype(dict.fromkeys(on, "object"))


def _of_pairs(row: Mapping[object, object]) -> dict[str, object]:
    counts = [int(str(row[name])) for name in ("both", "gained", "lost", "neither_right")]
    pairs = Pairs(*counts)
    return {
        "yes_before": pairs.both + pairs.lost, "yes_after": pairs.both + pairs.gained, "gained": pairs.gained,
        "lost": pairs.lost, "p_value": mcnemar(pairs),
    }  # fmt: skip
