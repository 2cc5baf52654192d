"""Dates as text: the order of day and month is found from the whole column, and asked for where it does not tell."""

from __future__ import annotations

import datetime as dt
from typing import Final

import polars as pl

from dataworkbench.readers.converted import Converted, Fault, examples, look_up
from dataworkbench.readers.ledger import Note

MONTH_FIRST: Final = "month first"
DAY_FIRST: Final = "day first"
_ISO: Final = r"^\d{4}-\d{1,2}-\d{1,2}"
_ISO_ZONED: Final = r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$"
_PARTS: Final = r"^(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})(?:$|[ T,])"
_YEAR_FIRST: Final = r"^(\d{4})/(\d{1,2})/(\d{1,2})(?:$|[ T])"
_COMPACT: Final = r"^(?:19|20)\d{6}$"
_RUN_TOGETHER: Final = r"^(\d{1,2})(\d{2})((?:19|20)\d{2})$"
"""A day such as 03182025, or 3182025 where a program took the zero; read only where the profile tells the order."""
_DAY_NUMBER: Final = r"^[2-6]\d{4}(\.\d+)?$"
_WORDED: Final = ("%d-%b-%Y", "%d-%b-%y", "%b %d, %Y", "%B %d, %Y", "%d %b %Y", "%d %B %Y", "%d-%B-%Y")
_EXCEL_DAY_ZERO: Final = dt.date(1899, 12, 30)


def convert_dates(
    values: pl.Series,
    *,
    order: str = "",
    day_numbers: bool = False,
    timezone: str = "UTC",
    today: dt.date | None = None,
) -> Converted:
    """Return the dates of a text column.

    ``order`` is "month first", "day first" or "" where it is to be found from the column; ``day_numbers`` says that
    whole numbers are Excel's days. What cannot be told is null, with the question that has to be answered.
    """
    distinct = values.drop_nulls().unique(maintain_order=True)
    if not distinct.len():
        return Converted(values.cast(pl.Date, strict=False))
    plain = _parse_plain(distinct, timezone)
    if plain.null_count() == 0:
        return Converted(look_up(values, distinct, plain))
    written = distinct
    if order:
        distinct = distinct.str.replace(_RUN_TOGETHER, "$1/$2/$3")
    order_used, notes = _order_of(distinct, order, values.name)
    parsed = plain.zip_with(
        plain.is_not_null(), _parse_parts(distinct, order_used, today or dt.datetime.now(tz=dt.UTC).date())
    )
    numbers = distinct.str.contains(_DAY_NUMBER)
    if day_numbers:
        parsed = parsed.zip_with(~(parsed.is_null() & numbers), _from_day_numbers(distinct))
    found = look_up(values, written, parsed)
    faults = _faults(values, found, order_used)
    return Converted(found, faults, (*notes, *_day_number_notes(values, found)))


def _parse_plain(distinct: pl.Series, timezone: str) -> pl.Series:
    """Return dates that have one reading only; the rest null."""
    dates = distinct.str.extract(r"^(\d{4}-\d{1,2}-\d{1,2})(?:$|[T ])").str.to_date("%Y-%m-%d", strict=False)
    if timezone != "UTC" and distinct.str.contains(_ISO_ZONED).any():
        zoned = (
            distinct.str.extract(f"({_ISO_ZONED[1:-1]})")
            .str.replace(r"Z$", "+0000")
            .str.replace(r"([+-]\d{2}):(\d{2})$", "$1$2")
        )
        times = zoned.str.replace(r"\.\d+", "").str.replace(" ", "T")
        local = (
            times.str.to_datetime("%Y-%m-%dT%H:%M:%S%z", strict=False, time_zone="UTC")
            .dt.convert_time_zone(timezone)
            .dt.date()
        )
        dates = local.zip_with(local.is_not_null(), dates)
    if dates.null_count():
        compact = distinct.str.contains(_COMPACT)
        dates = dates.zip_with(~compact, distinct.str.to_date("%Y%m%d", strict=False))
        slashed = distinct.str.extract_groups(_YEAR_FIRST).struct.unnest()
        dates = dates.zip_with(dates.is_not_null(), _made(slashed["1"], slashed["2"], slashed["3"]))
    for pattern in _WORDED:
        if not dates.null_count():
            break
        dates = dates.zip_with(dates.is_not_null(), distinct.str.to_date(pattern, strict=False))
    return dates


def _made(year: pl.Series, month: pl.Series, day: pl.Series) -> pl.Series:
    text = pl.DataFrame({"y": year, "m": month, "d": day}).select(
        pl.concat_str(["y", "m", "d"], separator="-")
    )
    return text.to_series().str.to_date("%Y-%m-%d", strict=False)


def order_in(values: pl.Series) -> str:
    """Return which number is the month in the dates of a text column, or "" where the column does not tell."""
    parts = values.drop_nulls().unique().str.extract_groups(_PARTS).struct.unnest()
    first, second = parts["1"].cast(pl.Int64, strict=False), parts["2"].cast(pl.Int64, strict=False)
    day_first, month_first = int((first > 12).sum() or 0), int((second > 12).sum() or 0)
    if day_first and not month_first:
        return DAY_FIRST
    return MONTH_FIRST if month_first and not day_first else ""


def _order_of(distinct: pl.Series, asked: str, column: str) -> tuple[str, tuple[Note, ...]]:
    """Return which number is the month: as asked for, or from the dates in which only one can be."""
    found = asked or order_in(distinct)
    if found:
        return found, ()
    parts = distinct.str.extract_groups(_PARTS).struct.unnest()
    first, second = parts["1"].cast(pl.Int64, strict=False), parts["2"].cast(pl.Int64, strict=False)
    open_ones = distinct.filter(((first != second) & (first <= 12) & (second <= 12)).fill_null(value=False))
    if not open_ones.len():
        return MONTH_FIRST, ()
    told = [distinct.filter((part > 12).fill_null(value=False)).head(1) for part in (first, second)]
    both = (
        " The column holds both: {} and {}.".format(*map(examples, told))
        if all(one.len() for one in told)
        else ""
    )
    return "", (
        Note(
            "question",
            f"Dates in '{column}' such as {examples(open_ones, 2)} can be read with the month or with the day first.{both}",
            'Write date_order = "month first" or "day first" into workbench.toml, or `dates:` into the profile, and import again.',
        ),
    )


def _parse_parts(distinct: pl.Series, order: str, today: dt.date) -> pl.Series:
    parts = distinct.str.extract_groups(_PARTS).struct.unnest()
    first, second, year = parts["1"], parts["2"], _whole_year(parts["3"], today)
    month_first, day_first = _made(year, first, second), _made(year, second, first)
    if order == MONTH_FIRST:
        return month_first
    if order == DAY_FIRST:
        return day_first
    one_reading = month_first.is_null() | day_first.is_null() | (first == second)
    either = month_first.zip_with(month_first.is_not_null(), day_first)
    return either.to_frame("d").select(pl.when(one_reading.fill_null(value=True)).then(pl.col("d")))["d"]


def _whole_year(year: pl.Series, today: dt.date) -> pl.Series:
    """Return years of four figures; '26' is 2026 and '98' is 1998."""
    newest = (today.year + 10) % 100
    short = year.str.len_chars() == 2
    century = (
        year.cast(pl.Int64, strict=False)
        .to_frame("y")
        .select(pl.when(pl.col("y") <= newest).then(pl.lit("20")).otherwise(pl.lit("19")))
    )
    return pl.DataFrame({"y": year, "s": short, "c": century.to_series()}).select(
        pl.when(pl.col("s")).then(pl.col("c") + pl.col("y")).otherwise(pl.col("y")).alias("y")
    )["y"]


def _from_day_numbers(distinct: pl.Series) -> pl.Series:
    days = distinct.str.extract(r"^(\d{5})").cast(pl.Int64, strict=False)
    return days.to_frame("n").select(pl.lit(_EXCEL_DAY_ZERO) + pl.duration(days="n")).to_series()


def _faults(values: pl.Series, found: pl.Series, order: str) -> tuple[Fault, ...]:
    failed = values.is_not_null() & found.is_null()
    if not failed.any():
        return ()
    numbers = failed & values.str.contains(_DAY_NUMBER).fill_null(value=False)
    parts = values.str.extract_groups(_PARTS).struct.unnest() if not order else None
    unsure = (
        failed & parts["1"].is_not_null() if parts is not None else failed & False
    )  # a mask of the same length
    turned = failed & _read_the_other_way(values, order)
    rest = failed & ~numbers & ~unsure & ~turned
    return tuple(
        fault
        for fault in (
            Fault(numbers, "The date is a bare number, as Excel counts days.", "Give the column a date format in Excel, or answer the question about this file."),
            Fault(unsure, "The date can be read with the month or with the day first.", "Answer the question about the dates of this file, then import again."),
            Fault(turned, f"The date is not written with the {order}, as the dates of this column are read.",
                  "Write all dates of the column in one way, best as 2026-03-25."),
            Fault(rest, "This is not a date.", "Put the date right in the file, as 2026-03-04."),
        )
        if fault.where.any()
    )  # fmt: skip


def _read_the_other_way(values: pl.Series, order: str) -> pl.Series:
    """Return which cells would be dates if day and month stood the other way round."""
    parts = values.str.extract_groups(_PARTS).struct.unnest()
    first, second = parts["1"].cast(pl.Int64, strict=False), parts["2"].cast(pl.Int64, strict=False)
    day, month = (second, first) if order == DAY_FIRST else (first, second)
    return ((day > 12) & (day <= 31) & (month <= 12) & (month > 0)).fill_null(value=False)


def _day_number_notes(values: pl.Series, found: pl.Series) -> tuple[Note, ...]:
    open_ones = values.filter(
        values.is_not_null() & found.is_null() & values.str.contains(_DAY_NUMBER).fill_null(value=False)
    )
    if not open_ones.len():
        return ()
    one = open_ones[0]
    day = _EXCEL_DAY_ZERO + dt.timedelta(days=int(float(one)))
    return (
        Note(
            "question",
            f"'{values.name}' holds bare numbers such as {one}. If these are Excel's day numbers, {one} is {day.isoformat()}. Are they?",
            "If so, write `excel_day_numbers: true` into the profile of this file; else put the dates right.",
        ),
    )
