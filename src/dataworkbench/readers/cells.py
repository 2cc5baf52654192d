"""The cells of one file as a profile names them: by any spelling of a header, by rules, as text."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import Final

import polars as pl

from dataworkbench.errors import FileRefusedError
from dataworkbench.readers.codes import (
    MONTHS_OF_PERIODS,
    as_period,
    as_school_year,
    period_of,
    school_year_of,
)
from dataworkbench.readers.convert import How
from dataworkbench.readers.converted import Converted, by_distinct
from dataworkbench.readers.dates import convert_dates, order_in
from dataworkbench.readers.headers import fold
from dataworkbench.readers.ledger import ROW
from dataworkbench.readers.numbers import convert_numbers
from dataworkbench.readers.profiles import Profile, Rule
from dataworkbench.readers.texttable import SPACES, TextTable, texts_of, trimmed
from dataworkbench.schemas import TABLES, is_large

_WORKBOOKS: Final = frozenset({".xlsx", ".xls", ".xlsm", ".xlsb", ".ods"})


@dataclass
class Cells:
    """A text table and the profile it is read with."""

    table: TextTable
    profile: Profile
    how: How
    current_year: str = ""
    _held: dict[str, pl.Series] = field(default_factory=dict)
    _codes: dict[str, tuple[pl.Series, pl.Series]] = field(default_factory=dict)

    def header(self, asked: str) -> str | None:
        """Return the header of the file that is meant, or None where it has none."""
        if asked in self.table.headers and fold(asked) not in self.table.repeated:
            return asked
        for spelling in self.profile.spellings.get(fold(asked), (fold(asked),)):
            name = self.table.folded.get(spelling)
            if name is not None:
                if spelling in self.table.repeated and not self._means_one(asked):
                    raise FileRefusedError(
                        f"The header '{name}' stands more than once in this file, so nobody can tell which column is meant. "
                        "Export it with each header once."
                    )
                return asked if asked in self.table.headers else name
        return None

    def _means_one(self, asked: str) -> bool:
        """Whether exactly one header is written as asked, though others differ from it only in signs."""
        alike = [name for name in self.table.headers if fold(name.rsplit(" (", 1)[0]) == fold(asked)]
        return asked in self.table.headers and not any(name.startswith(f"{asked} (") for name in alike)

    def of(self, asked: str) -> pl.Series | None:
        """Return the trimmed cells under a header, or None where the file lacks it."""
        name = self.header(asked)
        if name is None:
            return None
        if name not in self._held:
            texts, places = self.coded(name)
            self._held[name] = texts.gather(places)
        return self._held[name]

    def coded(self, header: str) -> tuple[pl.Series, pl.Series]:
        """Return the different texts under a header of the file, trimmed, and for each row the place of its text."""
        if header not in self._codes:
            written, places = texts_of(self.table.frame[header])
            texts = trimmed(written).rename(header)
            if self.profile.blank_words:
                texts = texts.set(texts.is_in(list(self.profile.blank_words)), None)
            self._codes[header] = (texts, places)
        return self._codes[header]

    def narrowed(self, header: str) -> Cells:
        """Return a file of one column that holds each different text under a header once."""
        texts, _ = self.coded(header)
        frame = pl.DataFrame({header: texts}).with_row_index(ROW)
        return replace(self, table=replace(self.table, frame=frame), _held={header: texts}, _codes={})

    def filled(self, value: str | None) -> pl.Series:
        """Return one text in every row."""
        return pl.repeat(value, self.table.frame.height, dtype=pl.String, eager=True)

    def only(self, keep: pl.Series) -> Cells:
        """Return the same file with some rows only, and no text that only the others hold."""
        frame = self.table.frame.filter(keep)
        held_once = [name for name, kind in frame.schema.items() if isinstance(kind, pl.Categorical)]
        frame = frame.with_columns(
            frame[name].cast(pl.String).cast(pl.Categorical(pl.Categories.random())) for name in held_once
        )
        return replace(self, table=replace(self.table, frame=frame), _held={}, _codes={})

    @property
    def large(self) -> bool:
        """Whether the file is one in which each text is held once."""
        return is_large(self.table.frame)

    def one_row(self) -> Cells:
        """Return the first row of the file; for what is the same in every row."""
        return replace(self, table=replace(self.table, frame=self.table.frame.head(1)), _held={}, _codes={})

    def where(self, conditions: Mapping[str, tuple[str, ...]]) -> pl.Series:
        """Return which rows hold one of the wanted values under each header; "" stands for an empty cell."""
        fits = pl.repeat(value=True, n=self.table.frame.height, eager=True)
        for header, wanted in conditions.items():
            cells = self.of(header)
            held = cells.str.to_lowercase().fill_null("") if cells is not None else self.filled("")
            fits &= held.is_in([value.casefold() for value in wanted])
        return fits


def one_header(cells: Cells, rule: Rule) -> str | None:
    """Return the only header of the file that a rule looks at, or None where it looks at several or at none."""
    if rule.only_if or rule.plus or rule.minus or rule.numbered or rule.together or rule.signs:
        return None
    for asked in rule.column or (rule.period_of or rule.school_year_of,):
        header = cells.header(asked) if asked else None
        if header is not None:
            return header
    return None


def is_one_for_all(cells: Cells, rule: Rule) -> bool:
    """Return whether a rule says the same of every row, because none of the file's columns has a part in it."""
    asked = (
        *rule.column,
        *rule.together,
        rule.period_of,
        rule.school_year_of,
        rule.plus,
        rule.minus,
        *rule.only_if,
    )
    return not rule.numbered and not any(cells.header(header) for header in asked if header)


def raw_cells(cells: Cells, rule: Rule, target: str) -> pl.Series | None:
    """Return what a rule finds, as text; None where the file has none of its columns."""
    values = _found(cells, rule, target)
    if values is None:
        return None
    if rule.before or rule.after:
        values = _piece(values, rule)
    if rule.values or rule.otherwise is not None:
        values = _renamed(values, rule)
    if rule.empty is not None:
        values = values.fill_null(rule.empty)
    if rule.pad_to:
        figures = values.str.contains(r"^\d+$").fill_null(value=False)
        values = values.zip_with(~figures, values.str.zfill(rule.pad_to))
    if rule.only_if:
        fits = cells.where(rule.only_if)
        values = values.to_frame("v").select(pl.when(fits).then(pl.col("v")))["v"].rename(values.name)
    return values


def _found(cells: Cells, rule: Rule, target: str) -> pl.Series | None:
    for header in rule.column:
        values = cells.of(header)
        if values is not None:
            return _signs_of(cells, header, rule.signs) if rule.signs else values
    if rule.period_of or rule.school_year_of:
        return _from_date(cells, rule)
    if rule.together:
        return _together(cells, rule, target)
    said = _said_of_all(cells, rule, target)
    if said is not None or not rule.column:
        return cells.filled(said).rename(target) if not rule.numbered else _numbered(cells, target)
    return None


def _signs_of(cells: Cells, header: str, signs: str) -> pl.Series:
    """Return some signs of each cell; a cell of another width is left whole, so that it is no number and is listed.

    Numbers of one width stand to the right of their place, so blanks that an export took away in front are put back.
    """
    first, last, width = (int(one) for one in re.findall(r"\d+", signs))
    name = cells.header(header) or header
    written = cells.table.frame[name].cast(pl.String).rename("cell")
    text = pl.col("cell").str.pad_start(width)
    lost = pl.lit(width) - pl.col("cell").str.len_chars().cast(pl.Int64)
    told = lost.is_between(0, last - first) | (pl.col("cell").str.strip_chars(SPACES) == "")
    cut = pl.when(told).then(text.str.slice(first - 1, last - first + 1)).otherwise(pl.col("cell") + " ?")
    return trimmed(written.to_frame().select(cut.alias(name))[name])


def _said_of_all(cells: Cells, rule: Rule, target: str) -> str | None:
    """Return what a rule says of every row alike, where the file has no column for it."""
    from_name = _in_name(cells.table.name, target) if rule.from_file_name else None
    return (
        rule.always
        or from_name
        or (cells.current_year if rule.current_year else "")
        or (rule.empty if not rule.column else None)
    )


def _together(cells: Cells, rule: Rule, target: str) -> pl.Series | None:
    there = [held for header in rule.together if (held := cells.of(header)) is not None]
    if not there:
        return None
    joined = pl.DataFrame([part.rename(str(n)) for n, part in enumerate(there)]).select(
        pl.concat_str(pl.all(), separator=" ", ignore_nulls=True).alias(target)
    )
    return trimmed(joined[target])


def _numbered(cells: Cells, target: str) -> pl.Series:
    stem = PurePath(cells.table.name).name
    return (
        cells.table.lines.cast(pl.String)
        .to_frame("n")
        .select(pl.lit(f"{stem}:") + pl.col("n"))
        .to_series()
        .rename(target)
    )


def _piece(values: pl.Series, rule: Rule) -> pl.Series:
    """Return what stands before or after a sign, as the given name after the comma of "Nguyen, An"."""
    kept = values
    if rule.after:
        kept = kept.str.splitn(rule.after, 2).struct.field("field_1")
    if rule.before:
        kept = kept.str.splitn(rule.before, 2).struct.field("field_0")
    return trimmed(kept.rename(values.name))


def _renamed(values: pl.Series, rule: Rule) -> pl.Series:
    book = {key.casefold().strip(): value for key, value in rule.values.items()}

    def decide(text: str) -> str | None:
        found = book.get(text.casefold())
        if found is not None:
            return found or None
        return text if rule.otherwise is None else rule.otherwise or None

    return by_distinct(values, decide, pl.String)


def _in_name(name: str, target: str) -> str | None:
    last = _file_in(name).replace("_", " ")
    return as_period(last) if target == "period" else as_school_year(last)


def _file_in(name: str) -> str:
    """Return the last part of a name, with the workbook's name before that of a sheet."""
    path = PurePath(name)
    book = path.parent.name if path.parent.suffix.casefold() in _WORKBOOKS else ""
    return f"{book} {path.name}" if book else path.name


def _from_date(cells: Cells, rule: Rule) -> pl.Series | None:
    values = cells.of(rule.period_of or rule.school_year_of)
    if values is None:
        return None
    days = _days_or_months(values, cells)
    months = (
        {**MONTHS_OF_PERIODS, **cells.profile.periods} if not cells.profile.periods else cells.profile.periods
    )
    distinct = days.drop_nulls().unique()

    def decide(day: dt.date) -> str | None:
        return period_of(day, months) if rule.period_of else school_year_of(day)

    book = pl.DataFrame(
        {"day": distinct, "found": pl.Series([decide(day) for day in distinct.to_list()], dtype=pl.String)}
    )
    return (
        days.rename("day")
        .to_frame()
        .join(book, on="day", how="left", maintain_order="left")["found"]
        .rename(values.name)
    )


def _days_or_months(values: pl.Series, cells: Cells) -> pl.Series:
    """Return dates, and the first of the month for "092024"; only year and period are taken from it, never the day."""
    if cells.profile.dates != "month first":
        return dates_of(values, cells.how).values
    whole = values.str.replace(r"^(0[1-9]|1[0-2])((?:19|20)\d{2})$", "$2-$1-01")
    return dates_of(whole, cells.how).values


def dates_of(values: pl.Series, how: How) -> Converted:
    """Return the dates of a column as this file is read."""
    return convert_dates(
        values, order=how.date_order, day_numbers=how.day_numbers, timezone=how.timezone, today=how.today
    )


def numbers_of(cells: Cells, rule: Rule, target: str) -> Converted | None:
    """Return a number that is worked out: a sum, a difference, a share, or yes where it is large enough."""
    values = raw_cells(cells, rule, target)
    if values is None:
        return None
    made = convert_numbers(values, style=cells.how.numbers, words=cells.how.words)
    numbers, faults, notes = made.values, made.faults, made.notes
    for header, sign in ((rule.plus, 1), (rule.minus, -1)):
        if not header:
            continue
        taken = cells.of(header)
        if taken is None:
            return None
        other = convert_numbers(taken, style=cells.how.numbers, words=cells.how.words)
        numbers = numbers + sign * other.values
        faults, notes = (*faults, *other.faults), (*notes, *other.notes)
    if rule.divide_by != 1:
        numbers = numbers / rule.divide_by
    if rule.at_least is not None:
        return Converted(numbers >= rule.at_least, faults, notes)
    return Converted(numbers.rename(values.name), faults, notes)


def date_order_in(cells: Cells) -> str:
    """Return which number is the month in the dates of a file, from all its date columns together; "" if none tells."""
    headers: set[str] = set()
    for part in cells.profile.tables:
        for name, rule in part.columns.items():
            if TABLES[part.table].column(name).kind == "date":
                headers |= set(rule.column)
            headers |= {rule.period_of, rule.school_year_of} - {""}
    clear = [
        header for header in sorted(headers) if "{" not in header and fold(header) not in cells.table.repeated
    ]
    there = [held for header in clear if (held := cells.header(header)) is not None]
    found = {order for held in there if (order := order_in(cells.coded(held)[0]))}
    return found.pop() if len(found) == 1 else ""
