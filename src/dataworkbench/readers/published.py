"""Published figures: what a cell of a state's or a federal file says, which is not always a number.

A cell may hold the figure, a range ("80-89", "GE95", "<10%"), a mark for a figure that is known and hidden, or a word for
one that nobody knows or that does not arise. Each stays what it is: a range has two ends and no value, and a mark that
nobody has explained is asked about. Signs that mean different things in different files are not among the usual ones:
"NA", ".", a dash, numbers below zero, and a bare "<10" beside percents, which is ten percent here and ten students there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final, NamedTuple

import polars as pl

from dataworkbench.readers.cells import Cells
from dataworkbench.readers.converted import examples
from dataworkbench.readers.ledger import Note
from dataworkbench.readers.mapped import Mapped, put_aside
from dataworkbench.readers.numbers import COMMA_PARTS_DECIMALS, COMMA_PARTS_THOUSANDS, comma_question
from dataworkbench.readers.profiles import Marks, Profile, Rule, TablePart
from dataworkbench.readers.row_rules import RowFault
from dataworkbench.schemas import PUBLISHED_FIGURES

USUAL: Final = Marks(
    suppressed=(
        "*", "**", "***", "s", "ps", "ds", "suppressed", "data suppressed", "masked", "redacted", "hidden", "n<",
        "too few students", "too few",
    ),
    missing=("not available", "not reported", "not collected", "missing", "no data"),
    not_applicable=("not applicable",),
)  # fmt: skip
"""Marks that mean the same thing wherever they stand. What a profile says of a mark goes before this."""

_N: Final = r"(\d[\d,.]*)\s*(%?)"
_ONE_NUMBER: Final = re.compile(r"^([+-]?)(\d[\d,.]*(?:e[+-]?\d+)?)\s*(%?)$")
_PLAIN: Final = re.compile(r"^\d+(\.\d*)?(e[+-]?\d+)?$")
_FEWER_STUDENTS: Final = re.compile(
    r"^(n\s*(<|<=|≤)\s*=?\s*\d+|(<|<=|≤|fewer than|less than)\s*\d+\s*(students|pupils))$"
)
_BETWEEN: Final = re.compile(rf"^{_N}\s*(?:-|\u2013|\u2014|to)\s*{_N}$")
_AT_LEAST: Final = re.compile(
    rf"^(?:ge|>=|≥|at least)\s*{_N}$|^{_N}\s*(?:\+|or more|or above|or higher|and above)$"
)
_MORE: Final = re.compile(rf"^(?:gt|>|more than|over|above)\s*{_N}$")
_AT_MOST: Final = re.compile(
    rf"^(?:le|<=|≤|at most|up to)\s*{_N}$|^{_N}\s*(?:or fewer|or less|or below|and below)$"
)
_LESS: Final = re.compile(rf"^(?:lt|<|less than|fewer than|under|below)\s*{_N}$")
_THOUSANDS: Final = re.compile(r"^\d{1,3}(,\d{3})+(\.\d+)?$")
_DECIMALS: Final = re.compile(r"^(\d{1,3}(\.\d{3})+|\d+)(,\d+)?$")
_DERIVED: Final = ("status", "value", "low", "high")


class Meaning(NamedTuple):
    """What one cell says: ``status`` and, in the unit of the figure, its value, or the ends of its range."""

    status: str
    value: float | None = None
    low: float | None = None
    high: float | None = None


def meaning_of(text: str | None, unit: str, marks: Marks, *, style: str = "") -> Meaning | None:
    """Return what a cell says, or None where nobody has explained it.

    ``unit`` is "percent", "number" or "mean"; ``style`` says how commas are meant. The ends of a range are the printed
    ones. Below ten is at most nine where figures are whole: counts always, others where the profile says `whole`.
    """
    said = " ".join((text or "").casefold().split())
    marked = _marked(said, marks) or _marked(said, USUAL)
    if marked is not None:
        return marked
    if not said:
        return Meaning("missing")
    if _FEWER_STUDENTS.match(said):
        return Meaning("suppressed")
    exact = _exact(said, unit, marks, style)
    return exact if exact is not None else _range(said, unit, marks, style)


def _marked(said: str, marks: Marks) -> Meaning | None:
    for mark, ends in marks.ranges.items():
        if said == mark.casefold():
            return Meaning("range", None, *ends)
    for status in ("suppressed", "missing", "not_applicable"):
        if said in {mark.casefold() for mark in getattr(marks, status)}:
            return Meaning(status)
    return None


def _exact(said: str, unit: str, marks: Marks, style: str) -> Meaning | None:
    found = _ONE_NUMBER.match(said)
    number = _number(found[2], style) if found else None
    if found is None or number is None or (found[3] and unit != "percent"):
        return None
    if found[1] == "-" and not marks.below_zero:
        return None
    value = -number if found[1] == "-" else number
    return Meaning("exact", value, value, value)


def _range(said: str, unit: str, marks: Marks, style: str) -> Meaning | None:
    step = 1.0 if unit == "number" or marks.whole else 0.0
    for pattern, end, inward in (
        (_AT_LEAST, "low", 0.0), (_MORE, "low", step), (_AT_MOST, "high", 0.0), (_LESS, "high", -step),
    ):  # fmt: skip
        found = pattern.match(said)
        if found is None:
            continue
        figures, sign = next((n, s) for n, s in _pairs(found) if n)
        number = _number(figures, style)
        if number is None or (sign and unit != "percent") or _may_be_students(said, end, sign, unit):
            return None
        return Meaning("range", None, **{end: number + inward})
    return _between(said, unit, style)


def _pairs(found: re.Match[str]) -> Iterator[tuple[str, str]]:
    parts = found.groups(default="")
    return zip(parts[::2], parts[1::2], strict=True)


def _may_be_students(said: str, end: str, sign: str, unit: str) -> bool:
    """Return whether a range that is open downwards may speak of how many students there are."""
    return end == "high" and unit != "number" and not sign and not said.startswith(("lt", "le"))


def _between(said: str, unit: str, style: str) -> Meaning | None:
    found = _BETWEEN.match(said)
    if found is None or ((found[2] or found[4]) and unit != "percent"):
        return None
    low, high = _number(found[1], style), _number(found[3], style)
    return Meaning("range", None, low, high) if low is not None and high is not None and low <= high else None


def _number(figures: str, style: str) -> float | None:
    if style == COMMA_PARTS_THOUSANDS and _THOUSANDS.match(figures):
        return float(figures.replace(",", ""))
    if style == COMMA_PARTS_DECIMALS:
        plain = figures.replace(".", "").replace(",", ".")
        return float(plain) if _DECIMALS.match(figures) else None
    return float(figures) if _PLAIN.match(figures) else None


def with_marks_as_words(cells: Cells) -> Cells:
    """Return the same file, read so that a mark in a column of numbers of students is no number, and no fault either."""
    if all(part.table != PUBLISHED_FIGURES for part in cells.profile.tables):
        return cells
    known = {mark: "" for marks in (USUAL, cells.profile.marks) for mark in marks.words}
    return replace(cells, how=replace(cells.how, words={**known, **cells.how.words}))


def printed_rule(part: TablePart) -> Rule:
    """Return the rule of the printed text without what is done to its number; that is done to the number alone."""
    return part.columns["as_published"].model_copy(update={"divide_by": 1})


def with_figures(part: TablePart, frame: pl.DataFrame, mapped: Mapped) -> pl.DataFrame:
    """Return published figures with ``status``, ``value``, ``low`` and ``high`` as the printed text says.

    What nobody has explained has no status. Where the file lacks the column, nothing was published and there is no row.
    """
    rule = part.columns["as_published"]
    if rule.column and all(mapped.cells.header(header) is None for header in rule.column):
        return frame.clear()
    profile, style = mapped.cells.profile, mapped.cells.how.numbers
    printed = frame.select("as_published", "unit").unique()
    decided = [
        (text, unit, *_in_its_unit(meaning_of(text, unit or "", profile.marks, style=style), unit, rule.divide_by))
        for text, unit in printed.iter_rows()
    ]  # fmt: skip
    schema = {"as_published": pl.String, "unit": pl.String, "status": pl.String} | dict.fromkeys(
        ("value", "low", "high"), pl.Float64
    )
    book = pl.DataFrame(decided, schema=schema, orient="row")
    order = frame.columns
    joined = frame.drop(_DERIVED).join(
        book, on=["as_published", "unit"], how="left", nulls_equal=True, maintain_order="left"
    )
    return joined.select(order).with_columns(_without_codes(profile))


def _in_its_unit(
    meaning: Meaning | None, unit: str | None, divisor: float
) -> tuple[str | None, float | None, float | None, float | None]:
    """Return a meaning with its numbers in the unit; a percent that is open at one end reaches to 0 or 100."""
    if meaning is None:
        return None, None, None, None
    value, low, high = (None if number is None else number / divisor for number in meaning[1:])
    if meaning.status == "range" and unit in ("percent", "number"):
        low = 0.0 if low is None else low
        high = 100.0 if high is None and unit == "percent" else high
    return meaning.status, value, low, high


def _without_codes(profile: Profile) -> pl.Expr:
    """Return the number of students, empty where it is one of the file's codes, such as -9."""
    codes = [int(mark) for mark in profile.marks.words if re.fullmatch(r"-\d+", mark)]
    return pl.when(~pl.col("n").is_in(codes)).then(pl.col("n")).alias("n")


def ask_about_marks(part: TablePart, frame: pl.DataFrame, keep: pl.Series, mapped: Mapped) -> None:
    """Set rows aside in which something stands that nobody has explained, and ask what it means."""
    odd = (keep & frame["status"].is_null() & frame["unit"].is_not_null()).fill_null(value=False)
    if odd.any():
        commas = frame["as_published"].str.contains(r"\d,\d|,\d{3}").fill_null(value=False) & odd
        _ask(part, frame, commas, mapped, commas=True)
        _ask(part, frame, odd & ~commas, mapped, commas=False)
    over = frame.filter(keep & (frame["unit"] == "percent") & (frame["value"] > 100).fill_null(value=False))
    if over.height:
        mapped.ledger.note(
            "warning",
            f"'{_header(part, mapped)}' holds percents above 100, {over.height:,} in all: {examples(over['as_published'], 3)}. "
            "They were kept as they were published.",
            "Ask whoever published them what was counted.",
        )


def _ask(part: TablePart, frame: pl.DataFrame, odd: pl.Series, mapped: Mapped, *, commas: bool) -> None:
    if not odd.any():
        return
    shown = frame["as_published"].filter(odd)
    if commas:
        mapped.ledger.note(*comma_question(shown.rename(_header(part, mapped))))
        reason, what = "The number has a comma in it.", "Answer the question about the numbers of this file, then import again."  # fmt: skip
    else:
        note = Note(
            "question",
            f"'{_header(part, mapped)}' holds marks that nobody has explained: {examples(shown)}. "
            "Is the figure suppressed, missing, not applicable, or a range?",
            "Write what each means under `marks` in the profile of this file, and import again.",
        )
        mapped.ledger.note(*note)
        reason, what = "Nobody has explained what this mark means.", "Answer the question about the marks of this file, then import again."  # fmt: skip
    put_aside(mapped, part, RowFault("as_published", odd, reason, what))


def _header(part: TablePart, mapped: Mapped) -> str:
    asked = part.columns["as_published"].column
    return next((found for header in asked if (found := mapped.cells.header(header))), "as_published")
