"""What became of each file that was handed over, in a word; a zip or a workbook counts as one file."""

from __future__ import annotations

from typing import Final

import polars as pl

from dataworkbench.cli.answers import counted

WHOLE: Final = "whole"
PART: Final = "in part"
WAITS: Final = "waits for an answer"
NOT_TAKEN: Final = "not taken in"
NOTHING: Final = "nothing to take in"
ORDER: Final = (WHOLE, PART, WAITS, NOT_TAKEN, NOTHING)


def outcomes(files: pl.DataFrame, notes: pl.DataFrame, set_aside: pl.DataFrame) -> pl.DataFrame:
    """Return what became of the files; one row is one file that was handed over.

    ``parts`` is how many files or sheets it holds, ``outcome`` one of ``ORDER``; the rows read, kept and set aside are
    those of all its parts.
    """
    asked, refused, idle = _named(notes, "question"), _named(notes, "refused"), _idle(set_aside)
    told = files.with_columns(
        pl.col("file").is_in(asked).alias("asked"), pl.col("file").is_in(refused).alias("refused"),
        (pl.col("rows_set_aside") > 0).alias("lost") & ~pl.col("file").is_in(idle),
    )  # fmt: skip
    each = told.group_by("given", maintain_order=True).agg(
        pl.len().alias("parts"), pl.col("recognised_as"), pl.col("rows_read", "rows_kept", "rows_set_aside").sum(),
        pl.col("asked", "refused", "lost").any(),
    )  # fmt: skip
    some, all_of_it = pl.col("rows_kept") > 0, pl.col("rows_set_aside") == 0
    outcome = (
        pl.when(some & all_of_it & ~pl.col("refused")).then(pl.lit(WHOLE))
        .when(some).then(pl.lit(PART))
        .when("refused").then(pl.lit(NOT_TAKEN))
        .when("asked").then(pl.lit(WAITS))
        .when("lost").then(pl.lit(NOT_TAKEN))
        .otherwise(pl.lit(NOTHING))
    )  # fmt: skip
    known = pl.Series(
        "recognised_as", [_in_a_word(names) for names in each["recognised_as"].to_list()], dtype=pl.String
    )
    rank = pl.col("outcome").replace_strict(list(ORDER), list(range(len(ORDER))), return_dtype=pl.Int64)
    return each.with_columns(known, outcome.alias("outcome")).sort(rank, maintain_order=True)


def _named(notes: pl.DataFrame, level: str) -> list[str]:
    return notes.filter(pl.col("level") == level)["file"].unique().to_list()


def _idle(set_aside: pl.DataFrame) -> list[str]:
    """Return the files of which all rows that were set aside need nothing to be done."""
    needed = ~pl.col("what_to_do").str.starts_with("Nothing needs to be done")
    quiet = set_aside.group_by("file").agg(needed.any())
    return quiet.filter(~pl.col("what_to_do"))["file"].to_list()


def _in_a_word(names: list[str]) -> str:
    """Return what the parts of a file were recognised as; the files of one roster have one name."""
    if len(names) == 1:
        return names[0]
    systems = {name.split(", ")[0] for name in names}
    if len(systems) == 1:
        return systems.pop()
    return " · ".join(dict.fromkeys(name for name in names if name))


def outcomes_sentence(told: pl.DataFrame, *, would: bool = False) -> str:
    """Return how many files came in whole, in part, and not."""
    n = {one: told.filter(pl.col("outcome") == one).height for one in ORDER}
    came = "would come in" if would else "came in"
    part = "in part" if n[WHOLE] else f"{came} only in part"
    said = [
        (n[WHOLE], f"{n[WHOLE]:,} {came} whole"),
        (n[PART], f"{n[PART]:,} {part}"),
        (n[WAITS], f"{n[WAITS]:,} {'waits' if n[WAITS] == 1 else 'wait'} for an answer"),
        (n[NOT_TAKEN], f"{n[NOT_TAKEN]:,} cannot be taken in as {'it is' if n[NOT_TAKEN] == 1 else 'they are'}"),
        (n[NOTHING], f"{n[NOTHING]:,} {'holds' if n[NOTHING] == 1 else 'hold'} nothing to take in"),
    ]  # fmt: skip
    return f"Of {counted(told.height, 'file')}, {', '.join(text for many, text in said if many)}."
