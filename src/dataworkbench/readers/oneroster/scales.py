"""Score scales of a OneRoster 1.2 gradebook: which number stands for which word, and which scale a score is on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from dataworkbench.readers.oneroster.bundle import Bundle
from dataworkbench.readers.oneroster.files import WHOLE

_PAIR = re.compile(r"\{\s*([^:{}]*?)\s*:\s*([^{}]*?)\s*\}")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_STEPS = {"scale": pl.String, "word": pl.String, "folded": pl.String, "number": pl.Float64}


@dataclass(frozen=True)
class Scales:
    """The scales of a set, and where each is used. In ``steps`` one row is one word of one scale and its number."""

    steps: pl.DataFrame
    of_result: Mapping[str, str]
    of_line_item: Mapping[str, str]
    of_class: Mapping[str, str]
    of_course: Mapping[str, str]
    of_standards: str

    def ends(self, scale: str) -> tuple[float | None, float | None]:
        """Return the lowest and the highest number of a scale."""
        numbers = self.steps.filter(pl.col("scale") == scale)["number"].to_list()
        return (min(numbers), max(numbers)) if numbers else (None, None)


def steps_in(value: str) -> list[tuple[str, float]]:
    """Return each word with its number, of "[{1:Beginning},{2:Developing}]" or "{A:4},{B:3}", whichever side it stands on."""
    found = []
    for left, right in _PAIR.findall(value):
        first = _NUMBER.fullmatch(left) and not _NUMBER.fullmatch(right)
        number, word = (left, right) if first else (right, left)
        if _NUMBER.fullmatch(number) and word:
            found.append((word, float(number)))
    return found


def read_scales(bundle: Bundle) -> Scales:
    """Return the score scales of a set; rows that name a scale which is not there are set aside."""
    rows = bundle.rows(
        "scoreScales", ("sourcedid", "title", "type", "coursesourcedid", "classsourcedid", "scorescalevalue")
    )
    steps = []
    for scale, title, value in rows.select("sourcedid", "title", "scorescalevalue").iter_rows():
        told = steps_in(value or "")
        steps += [(scale, word, word.casefold(), number) for word, number in told]
        if value and not told:
            said = (
                f"The score scale '{title}' says no number for any word ({value}), so words on it stay words."
            )
            bundle.note_all("warning", said, kind="scoreScales")
    ids = rows["sourcedid"]
    for_class = rows.drop_nulls("classsourcedid")
    for_course = rows.filter(pl.col("classsourcedid").is_null()).drop_nulls("coursesourcedid")
    named = (
        pl.concat_str("title", "type", separator=" ", ignore_nulls=True)
        .str.to_lowercase()
        .str.contains("standard")
    )
    return Scales(
        steps=pl.DataFrame(steps, schema=_STEPS, orient="row"),
        of_result=_links(bundle, "resultScoreScales", "resultsourcedid", ids),
        of_line_item=_links(bundle, "lineItemScoreScales", "lineitemsourcedid", ids),
        of_class=dict(for_class.select("classsourcedid", "sourcedid").iter_rows()),
        of_course=dict(for_course.select("coursesourcedid", "sourcedid").iter_rows()),
        of_standards=next(iter(rows.filter(named)["sourcedid"].to_list()), ""),
    )


def _links(bundle: Bundle, kind: str, column: str, scales: pl.Series) -> dict[str, str]:
    rows = bundle.rows(kind, ("sourcedid", column, "scorescalesourcedid"))
    rows = bundle.keep(kind, rows, rows["scorescalesourcedid"].is_in(scales.implode()), "scorescalesourcedid",
                       ("The score scale is not in scoreScales.csv.", WHOLE))  # fmt: skip
    return dict(rows.drop_nulls(column).select(column, "scorescalesourcedid").iter_rows())


def with_scale(placed: pl.DataFrame, scales: Scales) -> pl.DataFrame:
    """Return results with the ``scale`` that each is on: its own, else its line item's, its class's, its course's."""

    def found(column: str, book: Mapping[str, str]) -> pl.Expr:
        return pl.col(column).replace_strict(dict(book), default=None, return_dtype=pl.String)

    return placed.with_columns(
        pl.coalesce(
            found("sourcedid", scales.of_result), found("lineitemsourcedid", scales.of_line_item),
            found("section_id", scales.of_class), found("coursesourcedid", scales.of_course),
        ).alias("scale")
    )  # fmt: skip


def on_scale(rows: pl.DataFrame, scales: Scales, *, word: str, number: str) -> pl.DataFrame:
    """Return rows with the number that a word stands for, where only the word was given, and the other way round.

    ``word`` and ``number`` are columns. A number between two steps gets no word, a word that is no step no number.
    """
    steps = scales.steps.with_columns(pl.col("number").alias("__number"), pl.col("word").alias("__word"))
    by_word = steps.select("scale", pl.col("folded").alias("__folded"), "__number").unique(
        ["scale", "__folded"], keep="first"
    )
    by_number = steps.select("scale", pl.col("number").alias("__value"), "__word").unique(
        ["scale", "__value"], keep="first"
    )
    held = rows.with_columns(
        pl.col(word).str.to_lowercase().alias("__folded"), pl.col(number).alias("__value")
    )
    held = held.join(by_word, on=["scale", "__folded"], how="left", maintain_order="left")
    held = held.join(by_number, on=["scale", "__value"], how="left", maintain_order="left")
    return held.with_columns(
        pl.coalesce(number, "__number").alias(number), pl.coalesce(word, "__word").alias(word)
    ).select(rows.columns)
