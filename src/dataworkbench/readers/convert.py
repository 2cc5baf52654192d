"""From text to the type that the schema asks for, by rules; what does not fit is listed, never guessed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from dataworkbench.readers.codes import (
    as_grade,
    as_option,
    as_period,
    as_race,
    as_school_year,
    as_sex,
    as_yes_no,
)
from dataworkbench.readers.converted import Converted, Fault, by_distinct, examples
from dataworkbench.readers.dates import convert_dates
from dataworkbench.readers.ledger import Note
from dataworkbench.readers.numbers import convert_numbers
from dataworkbench.schemas import Column
from dataworkbench.terms import NOT_REPORTED, NOT_SELECTED

_DECIMAL_ID: Final = r"^\d+\.0+$"
_POWER_ID: Final = r"^\d(\.\d+)?[eE]\+?\d+$"
_NOT_A_CODE: Final = frozenset(
    {
        "respondent_id",
        "item_id",
        "pair_id",
        "assessment_id",
        "rubric_id",
        "element_id",
        "standard_id",
        "survey_id",
    }
)
_FUTURE_IS_A_FAULT: Final = frozenset(
    {("results", "test_date"), ("attendance", "date"), ("incidents", "date"), ("observations", "date"),
     ("learner_profiles", "asked_on"), ("intervention_sessions", "date"), ("time_use", "date"), ("identities", "birth_date"),
     ("attendance_events", "date"), ("participation", "date"), ("intervention_series", "date")}
)  # fmt: skip


@dataclass(frozen=True)
class How:
    """What the file and the district say about reading its cells."""

    today: dt.date
    date_order: str = ""
    day_numbers: bool = False
    numbers: str = ""
    timezone: str = "UTC"
    words: Mapping[str, str] = field(default_factory=dict)


def convert_column(values: pl.Series, table: str, column: Column, how: How) -> Converted:
    """Return a text column as its canonical type, named as the header it came from."""
    special = _SPECIAL.get((table, column.name)) or _SPECIAL.get(("", column.name))
    if special is not None:
        return special(values)
    if column.kind in ("text", "category"):
        return _texts(values, column)
    return _BY_KIND[column.kind](values, table, column, how)


def _texts(values: pl.Series, column: Column) -> Converted:
    is_code = column.name.endswith("_id") and column.name not in _NOT_A_CODE
    if is_code or column.name == "local_number":
        return _identifiers(values)
    return _chosen(_text(values), column) if column.options else Converted(_text(values))


def _numbers(values: pl.Series, _table: str, column: Column, how: How) -> Converted:
    return convert_numbers(values, style=how.numbers, words=how.words, whole=column.kind == "whole")


def _text(values: pl.Series) -> pl.Series:
    """Return text in which a letter with its accent is one sign, whichever way it was written."""
    plain = (values.str.len_bytes() == values.str.len_chars()).all()
    return values if plain else values.str.normalize("NFC")


def _dates(values: pl.Series, table: str, column: Column, how: How) -> Converted:
    order = how.date_order
    made = convert_dates(
        values, order=order, day_numbers=how.day_numbers, timezone=how.timezone, today=how.today
    )
    if (table, column.name) not in _FUTURE_IS_A_FAULT:
        return made
    future = (made.values > how.today).fill_null(value=False)
    if not future.any():
        return made
    kept = (
        made.values.to_frame("d")
        .select(pl.when(pl.col("d") <= how.today).then(pl.col("d")))["d"]
        .rename(values.name)
    )
    fault = Fault(future, "The date lies in the future.", "Put the date right in the file.")
    return Converted(kept, (*made.faults, fault), made.notes)


def _identifiers(values: pl.Series) -> Converted:
    decimal = values.str.contains(_DECIMAL_ID).fill_null(value=False)
    power = values.str.contains(_POWER_ID).fill_null(value=False)
    if not (decimal.any() or power.any()):
        return Converted(_text(values))
    faults = tuple(
        fault
        for fault in (
            Fault(decimal, "The identifier has become a decimal number; a spreadsheet does that.", "Export it as text, so that 00123 does not become 123.0."),
            Fault(power, "The identifier has become a number with a power of ten, so its last figures are lost.", "Export it as text."),
        )
        if fault.where.any()
    )  # fmt: skip
    kept = values.to_frame("v").select(pl.when(~(decimal | power)).then(pl.col("v")))["v"].rename(values.name)
    return Converted(_text(kept), faults)


def _options(values: pl.Series) -> Converted:
    decided = by_distinct(values, as_option, pl.String)
    unknown = values.is_not_null() & decided.is_null()
    return Converted(decided.fill_null(NOT_SELECTED), notes=_unknown_codes(values, unknown, NOT_SELECTED))


def _unknown_codes(values: pl.Series, unknown: pl.Series, instead: str) -> tuple[Note, ...]:
    if not unknown.any():
        return ()
    held = values.filter(unknown)
    return (
        Note(
            "question",
            f"'{values.name}' holds codes that nobody has explained: {examples(held)}. They were taken as '{instead}'.",
            "Write what each code means under `values` in the profile of this file, and import again.",
        ),
    )


def _coded(
    values: pl.Series, decide: Callable[[str], object], what: str, dtype: type[pl.DataType]
) -> Converted:
    decided = by_distinct(values, decide, dtype)
    failed = values.is_not_null() & decided.is_null()
    if not failed.any():
        return Converted(decided)
    return Converted(
        decided,
        (
            Fault(
                failed,
                f"This is not {what}.",
                "Put it right in the file, or explain the code in the profile.",
            ),
        ),
    )


def _demographic(decide: Callable[[str], str | None]) -> Callable[[pl.Series], Converted]:
    def convert(values: pl.Series) -> Converted:
        decided = by_distinct(values, decide, pl.String)
        unknown = values.is_not_null() & decided.is_null()
        return Converted(decided.fill_null(NOT_REPORTED), notes=_unknown_codes(values, unknown, NOT_REPORTED))

    return convert


def _chosen(values: pl.Series, column: Column) -> Converted:
    """Return a category that must be one of a few words; case does not matter."""
    words = {option.casefold(): option for option in column.options}
    return _coded(
        values, lambda text: words.get(text.casefold()), f"one of {', '.join(column.options)}", pl.String
    )


_SPECIAL: Final[Mapping[tuple[str, str], Callable[[pl.Series], Converted]]] = {
    ("students", "sex"): _demographic(as_sex),
    ("students", "race_ethnicity"): _demographic(as_race),
    ("", "school_year"): lambda values: _coded(
        values, as_school_year, "a school year such as 2025-26", pl.String
    ),
    ("", "period"): lambda values: _coded(
        values, as_period, "Fall, Winter, Spring, Summer or Year", pl.String
    ),
}
_BY_KIND: Final[Mapping[str, Callable[[pl.Series, str, Column, How], Converted]]] = {
    "date": _dates,
    "number": _numbers,
    "whole": _numbers,
    "option": lambda values, *_: _options(values),
    "yes_no": lambda values, *_: _coded(values, as_yes_no, "yes or no", pl.Boolean),
    "grade": lambda values, *_: _coded(values, as_grade, "a grade level", pl.String),
}
