"""What the cells under each header of a file look like: a few samples, and how many of them are dates, codes, people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl

from dataworkbench.readers.codes import as_grade, as_option, as_period, as_school_year, as_yes_no
from dataworkbench.readers.dates import convert_dates, order_in
from dataworkbench.readers.directory import Directory
from dataworkbench.readers.headers import fold
from dataworkbench.readers.numbers import COMMA_PARTS_DECIMALS, COMMA_PARTS_THOUSANDS, convert_numbers
from dataworkbench.readers.texttable import TextTable, trimmed

MOST_CODES: Final = 40
"""A column with at most so many different texts may hold codes."""
MOST_SAMPLES: Final = 5
MOST_LOOKED_AT: Final = 2_000
LONGEST_SAMPLE: Final = 60
_DAY_NUMBER: Final = r"^[2-6]\d{4}(\.\d+)?$"
_COMMAS: Final = r"^[+-]?\d[\d.]*,\d[\d.,]*%?$"
_SECRET: Final = ("password", "passwd", "pwd")


@dataclass(frozen=True)
class Look:
    """What stands under one header.

    ``rows`` counts the rows of the file and ``filled`` those with something in them. ``texts`` are the different
    texts, the most frequent first, where there are few enough to be codes. ``fits`` says what share of the different
    texts is a date, a number, a known student and so on; a test that makes no sense here is not in it.
    """

    header: str
    rows: int
    filled: int
    distinct: int
    samples: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    fits: Mapping[str, float] = field(default_factory=dict)
    order: str = ""
    asks_order: bool = False
    day_numbers: bool = False
    asks_commas: bool = False
    repeated: bool = False

    def fit(self, test: str) -> float:
        """Return the share of its texts that pass a test."""
        return self.fits.get(test, 0.0)


def look_at_headers(table: TextTable, directory: Directory, today: dt.date) -> tuple[Look, ...]:
    """Return what stands under each header of a table, in order."""
    return tuple(_look(table, header, directory, today) for header in table.headers)


def _look(table: TextTable, header: str, directory: Directory, today: dt.date) -> Look:
    cells = trimmed(table.frame[header]).drop_nulls()
    counted = cells.rename("text").value_counts(sort=True)
    distinct = counted["text"]
    some = distinct.head(MOST_LOOKED_AT)
    secret = any(word in fold(header) for word in _SECRET)
    texts = tuple(distinct.to_list()) if distinct.len() <= MOST_CODES else ()
    return Look(
        header, table.frame.height, cells.len(), distinct.len(),
        samples=() if secret else tuple(_short(text) for text in distinct.head(MOST_SAMPLES).to_list()),
        texts=() if secret else texts,
        fits=_fits(some, directory, today) if some.len() else {},
        order=order_in(distinct) if distinct.len() else "",
        asks_order=_asks_order(distinct, today),
        day_numbers=bool(some.len()) and bool(some.str.contains(_DAY_NUMBER).all()),
        asks_commas=bool(some.str.contains(_COMMAS).any()) if some.len() else False,
        repeated=fold(header.rsplit(" (", 1)[0]) in table.repeated or fold(header) in table.repeated,
    )  # fmt: skip


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= LONGEST_SAMPLE else f"{plain[: LONGEST_SAMPLE - 1]}…"


def _fits(texts: pl.Series, directory: Directory, today: dt.date) -> dict[str, float]:
    found = {name: _share(texts, test) for name, test in _TESTS.items()}
    found["date"] = _as_dates(texts, today)
    found["number"] = max(
        _as_numbers(texts, style) for style in (COMMA_PARTS_THOUSANDS, COMMA_PARTS_DECIMALS)
    )
    found["percentile"] = _as_percentiles(texts)
    if directory.knows_students:
        spaces = directory.students.group_by("space").agg(pl.col("known"))
        found["student"] = max(float(texts.is_in(known).mean() or 0) for known in spaces["known"].to_list())  # type: ignore[arg-type]  # a mean of booleans is a number
    if directory.knows_schools:
        found["school"] = _share(texts, lambda text: directory.schools.get(fold(text)))
    return found


_TESTS: Final[Mapping[str, Callable[[str], Any]]] = {
    "grade": as_grade, "option": as_option, "yes_no": as_yes_no, "period": as_period, "school_year": as_school_year,
}  # fmt: skip


def _share(texts: pl.Series, test: Callable[[str], Any]) -> float:
    return sum(test(text) is not None for text in texts.to_list()) / texts.len()


def _as_dates(texts: pl.Series, today: dt.date) -> float:
    """Return the share of texts that are dates, whichever of day and month comes first."""
    orders = ("month first", "day first")
    read = (convert_dates(texts, order=order, day_numbers=False, today=today).values for order in orders)
    return max(1 - values.null_count() / texts.len() for values in read)


def _as_numbers(texts: pl.Series, style: str) -> float:
    return (
        1
        - sum(int(fault.where.sum() or 0) for fault in convert_numbers(texts, style=style).faults)
        / texts.len()
    )


def _as_percentiles(texts: pl.Series) -> float:
    """Return the share of texts that are numbers from 0 to 100, a word such as "n/a" among them counting too."""
    read = convert_numbers(texts)
    outside = int((~read.values.is_between(0, 100)).sum() or 0)
    return _as_numbers(texts, "") - outside / texts.len()


def _asks_order(texts: pl.Series, today: dt.date) -> bool:
    """Return whether dates of a column can be read with the month or with the day first."""
    return bool(texts.len()) and any(
        note.level == "question" and "month or with the day" in note.message
        for note in convert_dates(texts, today=today).notes
    )
