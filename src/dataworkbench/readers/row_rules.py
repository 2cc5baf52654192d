"""What a row of one of our tables can never say: rules over several cells, or over a scale."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

import polars as pl

from dataworkbench.readers.profiles import Assessment
from dataworkbench.schemas import TABLES, held_alike

_STAND_INS: Final = (999.0, 9999.0, 99999.0, 999999.0)


class RowFault(NamedTuple):
    """A rule that some rows break; ``column`` is ours, and its value is shown."""

    column: str
    where: pl.Series
    reason: str
    what_to_do: str


def broken_rules(table: str, frame: pl.DataFrame, assessments: Mapping[str, Assessment]) -> list[RowFault]:
    """Return the rules that rows of a typed table break; only rules that some row breaks."""
    frame = _typed(table, frame)
    found = [rule(frame) for rule in _RULES.get(table, ())]
    if table == "results":
        found += [_outside_scale(frame, assessments), _stand_in_scores(frame, assessments)]
    return [fault for fault in found if fault.where.any()]


def _typed(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Return the rows with the types of their numbers and dates also where a column is empty."""
    kinds = TABLES[table].polars_schema
    return frame.with_columns(
        pl.col(name).cast(kinds[name])
        for name, held in frame.schema.items()
        if held == pl.Null and kinds.get(name, pl.String) != pl.String
    )


def _true(mask: pl.Series) -> pl.Series:
    return mask.fill_null(value=False)


def _outside_scale(frame: pl.DataFrame, assessments: Mapping[str, Assessment]) -> RowFault:
    lows = {name: one.scale_min for name, one in assessments.items() if one.scale_min is not None}
    highs = {name: one.scale_max for name, one in assessments.items() if one.scale_max is not None}
    of_standard = frame["standard_id"].is_not_null()
    low, high = _of_each_test(frame["assessment_id"], lows), _of_each_test(frame["assessment_id"], highs)
    outside = _true(frame["scale_score"] < low) | _true(frame["scale_score"] > high)
    said = ", ".join(f"{name} {one.scale_min:g} to {one.scale_max:g}" for name, one in assessments.items()
                     if one.scale_min is not None and one.scale_max is not None)  # fmt: skip
    return RowFault(
        "scale_score", outside & ~of_standard | outside & of_standard,
        f"The score lies outside the scale ({said}).", "Put the score right, or leave it empty where there is none.",
    )  # fmt: skip


def _of_each_test(tests: pl.Series, ends: Mapping[str, float]) -> pl.Series:
    """Return the end of the scale for each row, by its test; empty where the test has no scale."""
    if not ends:
        return pl.repeat(None, tests.len(), dtype=pl.Float64, eager=True)
    book = pl.DataFrame(
        {"test": list(ends), "end": list(ends.values())}, schema={"test": pl.String, "end": pl.Float64}
    )
    asked = tests.rename("test").to_frame()
    return asked.join(held_alike(book, asked), on="test", how="left", maintain_order="left")["end"]


def _stand_in_scores(frame: pl.DataFrame, assessments: Mapping[str, Assessment]) -> RowFault:
    with_scale = [name for name, one in assessments.items() if one.scale_max is not None]
    open_scale = ~frame["assessment_id"].is_in(with_scale)
    score = frame["scale_score"]
    odd = _true((score < 0) | score.is_in(list(_STAND_INS)))
    return RowFault(
        "scale_score", odd & open_scale, "The score stands for something else, such as a missing score.",
        "Leave the cell empty where there is no score; or say in the profile which scale the scores are on.",
    )  # fmt: skip


def _absent_share(frame: pl.DataFrame) -> RowFault:
    odd = _true((frame["absent"] < 0) | (frame["absent"] > 1))
    return RowFault(
        "absent",
        odd,
        "The share of the day missed is not between 0 and 1.",
        "Explain the codes in the profile.",
    )


def _more_absent_than_enrolled(frame: pl.DataFrame) -> RowFault:
    odd = _true(
        (frame["days_absent"] > frame["days_enrolled"])
        | (frame["days_absent"] < 0)
        | (frame["days_enrolled"] < 0)
    )
    return RowFault(
        "days_absent",
        odd,
        "The days do not add up: there are more days absent or present than enrolled, or fewer than none.",
        "Put the days right in the file.",
    )


def _exit_before_entry(frame: pl.DataFrame) -> RowFault:
    return RowFault(
        "exit_date",
        _true(frame["exit_date"] < frame["entry_date"]),
        "The exit lies before the entry.",
        "Put the dates right in the file.",
    )


def _end_before_start(frame: pl.DataFrame) -> RowFault:
    return RowFault(
        "end_date",
        _true(frame["end_date"] < frame["start_date"]),
        "The end lies before the start.",
        "Put the dates right in the file.",
    )


def _negative(column: str) -> Callable[[pl.DataFrame], RowFault]:
    def rule(frame: pl.DataFrame) -> RowFault:
        return RowFault(
            column, _true(frame[column] < 0), "The number is below zero.", "Put the number right in the file."
        )

    return rule


def _more_points_than_possible(frame: pl.DataFrame) -> RowFault:
    odd = _true(frame["points"] < 0)
    return RowFault("points", odd, "The points are below zero.", "Put the points right in the file.")


_RULES: Final[Mapping[str, tuple[Callable[[pl.DataFrame], RowFault], ...]]] = {
    "attendance": (_absent_share,),
    "attendance_events": (_absent_share,),
    "attendance_totals": (_more_absent_than_enrolled,),
    "enrollments": (_exit_before_entry,),
    "interventions": (_end_before_start,),
    "intervention_sessions": (_negative("minutes"),),
    "participation": (_negative("minutes"), _negative("logins"), _negative("resources")),
    "professional_learning": (_negative("hours"),),
    "published_figures": (_negative("n"),),
    "results": (_more_points_than_possible,),
    "time_use": (_negative("minutes_used"), _negative("minutes_scheduled")),
}
