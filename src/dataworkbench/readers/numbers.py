"""Numbers as text: plain ones are read; a comma is asked about, because it parts thousands here and decimals there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from dataworkbench.readers.converted import Converted, Fault, examples
from dataworkbench.readers.ledger import Note

COMMA_PARTS_THOUSANDS: Final = "1,234.5"
COMMA_PARTS_DECIMALS: Final = "1.234,5"
NOTHING: Final = frozenset({"n/a", "na", "null", "none", "nan", "-", "--", "#n/a", "not applicable"})
"""Words that say that there is no number, in files of any kind."""


def convert_numbers(
    values: pl.Series, *, style: str = "", words: Mapping[str, str] | None = None, whole: bool = False
) -> Converted:
    """Return the numbers of a text column.

    ``style`` says how commas are meant ("1,234.5" or "1.234,5"); without it they are asked about. ``words`` are words
    that stand for a missing number in this file (any spelling of case); they become null without being a fault.
    """
    direct = values.cast(pl.Float64, strict=False)
    open_ones = values.is_not_null() & (direct.is_null() | ~direct.is_finite())
    notes: list[Note] = []
    if open_ones.any():
        text = _without_words(values, words or {}).str.replace(r"\s*%$", "")
        direct = _by_style(text, style).cast(pl.Float64, strict=False)
        direct = (
            direct.to_frame("n")
            .select(pl.when(pl.col("n").is_finite()).then(pl.col("n")))["n"]
            .rename(values.name)
        )
        open_ones = text.is_not_null() & direct.is_null()
    faults = _faults(values, open_ones)
    commas = values.filter(open_ones & values.str.contains(",").fill_null(value=False))
    if commas.len() and not style:
        notes.append(comma_question(commas))
    if whole:
        return _as_whole(values, direct, faults, notes)
    return Converted(direct, faults, tuple(notes))


def _without_words(values: pl.Series, words: Mapping[str, str]) -> pl.Series:
    said = NOTHING | {word.casefold() for word in words}
    return values.to_frame("v").select(
        pl.when(~pl.col("v").str.to_lowercase().is_in(list(said))).then(pl.col("v"))
    )["v"].rename(values.name)  # fmt: skip


def _by_style(text: pl.Series, style: str) -> pl.Series:
    if style == COMMA_PARTS_THOUSANDS:
        fits = text.str.contains(r"^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$")
        return text.zip_with(~fits.fill_null(value=False), text.str.replace_all(",", "", literal=True))
    if style == COMMA_PARTS_DECIMALS:
        fits = text.str.contains(r"^[+-]?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?$")
        turned = text.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
        return text.zip_with(~fits.fill_null(value=False), turned)
    return text


def _faults(values: pl.Series, failed: pl.Series) -> tuple[Fault, ...]:
    if not failed.any():
        return ()
    commas = failed & values.str.contains(r"^[+-]?[\d.,]+%?$").fill_null(value=False)
    rest = failed & ~commas
    said = (
        Fault(commas, "The number has a comma in it, which parts thousands in one country and decimals in another.",
              "Answer the question about the numbers of this file, then import again."),
        Fault(rest, "This is not a number.", "Put the number right, or list the word in the profile under `words`."),
    )  # fmt: skip
    return tuple(fault for fault in said if fault.where.any())


def comma_question(commas: pl.Series) -> Note:
    """Return the question of how the commas in a column of numbers are meant."""
    return Note(
        "question",
        f"Numbers in '{commas.name}' hold commas: {examples(commas, 3)}. Do they part thousands or decimals?",
        f'Write `numbers: "{COMMA_PARTS_THOUSANDS}"` or `numbers: "{COMMA_PARTS_DECIMALS}"` into the profile of this file, and import again.',
    )


def _as_whole(
    values: pl.Series, numbers: pl.Series, faults: tuple[Fault, ...], notes: list[Note]
) -> Converted:
    broken = numbers.is_not_null() & (numbers != numbers.round(0))
    if broken.fill_null(value=False).any():
        faults = (
            *faults,
            Fault(
                broken.fill_null(value=False),
                "This should be a whole number.",
                "Put the number right in the file.",
            ),
        )
        numbers = numbers.to_frame("n").select(
            pl.when(pl.col("n") == pl.col("n").round(0)).then(pl.col("n"))
        )["n"]
    return Converted(numbers.cast(pl.Int64, strict=False).rename(values.name), faults, tuple(notes))
