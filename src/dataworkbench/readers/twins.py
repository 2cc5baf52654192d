"""Rows that speak of one thing twice: where the other row stands, and in what the two differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from dataworkbench.readers.ledger import FILE, ROW, FileLedger
from dataworkbench.schemas import TABLES, held_plainly

MOST_COLUMNS_NAMED: Final = 4


def with_the_other_row(
    differ: pl.DataFrame,
    group: Sequence[str],
    key: Sequence[str],
    values: Sequence[str],
    ledgers: Sequence[FileLedger],
) -> pl.DataFrame:
    """Return rows in conflict with ``said``: which line of which file says something else, and in what.

    One row is one line of a file; rows with the same ``group`` contradict one another.
    """
    if not differ.height:
        return differ.with_columns(pl.lit("").alias("said"))
    marked = differ.with_columns(pl.struct(values).hash().alias("__hash"))
    first = pl.col("__hash").first().over(group)
    placed = marked.with_columns(
        *(_place(name, pl.col("__hash") == pl.col("__hash").first(), group).alias(f"__1{name}") for name in (FILE, ROW)),
        *(_place(name, pl.col("__hash") != pl.col("__hash").first(), group).alias(f"__2{name}") for name in (FILE, ROW)),
        (pl.col("__hash") == first).alias("__is_first"),
        _columns_that_differ(values, group).alias("__columns"),
    )  # fmt: skip
    other = [
        pl.when("__is_first").then(pl.col(f"__2{name}")).otherwise(pl.col(f"__1{name}")).alias(f"__{name}")
        for name in (FILE, ROW)
    ]
    named = " and ".join(column.replace("_", " ") for column in key[:4])
    said = pl.format(
        "{} says something else for the same {}: {}.",
        _line_of(ledgers, upper=True), pl.lit(named), pl.col("__columns"),
    )  # fmt: skip
    return placed.with_columns(other).with_columns(said.alias("said")).select(*differ.columns, "said")


def _place(name: str, where: pl.Expr, group: Sequence[str]) -> pl.Expr:
    return pl.col(name).filter(where).first().over(group)


def _columns_that_differ(values: Sequence[str], group: Sequence[str]) -> pl.Expr:
    named = [
        pl.when(pl.col(value).n_unique().over(group) > 1).then(pl.lit(value.replace("_", " ")))
        for value in values
    ]
    found = pl.concat_list(named).list.drop_nulls()
    more = pl.when(found.list.len() > MOST_COLUMNS_NAMED).then(pl.lit(" …")).otherwise(pl.lit(""))
    return found.list.head(MOST_COLUMNS_NAMED).list.join(", ") + more


def _line_of(ledgers: Sequence[FileLedger], *, upper: bool = False) -> pl.Expr:
    """The other line in words: "Line 7 of this file", "Line 3 of roster.csv"."""
    names = dict(enumerate(one.file for one in ledgers))
    other = pl.col(f"__{FILE}").replace_strict(names, default="the roster", return_dtype=pl.String)
    file = pl.when(pl.col(f"__{FILE}") == pl.col(FILE)).then(pl.lit("this file")).otherwise(other)
    return pl.format("{} {} of {}", pl.lit("Line" if upper else "line"), pl.col(f"__{ROW}"), file)


def outvoted(
    held: pl.DataFrame, column: str, key: Sequence[str], ledgers: Sequence[FileLedger]
) -> pl.DataFrame:
    """Return the cells whose word does not count, because an earlier one says otherwise, with ``value`` and ``said``.

    One row is one cell of a file; ``held`` are rows of one table in which ``column`` is filled, first files first.
    """
    value = pl.col(column).cast(pl.String)
    ordered = held.sort(pl.col(FILE).is_not_null(), maintain_order=True)
    first = [pl.col(name).first().over(key).alias(f"__{name}") for name in (FILE, ROW)]
    told = ordered.with_columns(value.alias("value"), value.first().over(key).alias("__counts"), *first)
    lost = told.filter(pl.col("value") != pl.col("__counts")).drop_nulls(FILE)
    whose = (
        pl.when(pl.col(f"__{FILE}").is_null())
        .then(pl.lit("The roster"))
        .otherwise(_line_of(ledgers, upper=True))
    )
    said = pl.format("{} says '{}' of the same, and its word counts.", whose, pl.col("__counts"))
    return lost.with_columns(said.alias("said")).select(FILE, ROW, "value", "said")


def with_the_earlier_row(
    gone: pl.DataFrame, together: Mapping[str, pl.DataFrame], ledgers: Sequence[FileLedger]
) -> pl.DataFrame:
    """Return rows of which nothing was kept with ``said``: which line says the same, or that the roster says otherwise.

    ``together`` holds the rows of all files before what is said twice was taken out.
    """
    if not gone.height:
        return gone.with_columns(pl.lit("").alias("said"))
    found = [twin for name, frame in together.items() if (twin := _twins(name, frame, gone)).height]
    best = (
        pl.concat(found).sort("__same", descending=True, maintain_order=True).unique([FILE, ROW], keep="first", maintain_order=True)
        if found
        else pl.DataFrame(schema={**gone.schema, f"__{FILE}": pl.Int64, f"__{ROW}": pl.Int64, "__same": pl.Boolean})
    )  # fmt: skip
    joined = gone.join(best, on=[FILE, ROW], how="left", maintain_order="left")
    return joined.with_columns(_said_again(ledgers).alias("said")).select(FILE, ROW, "said")


def _twins(name: str, frame: pl.DataFrame, gone: pl.DataFrame) -> pl.DataFrame:
    """Return for each row that is gone the first other row of the same key, and whether it says the same in all."""
    values = list(TABLES[name].column_names)
    key = [column for column in TABLES[name].key if frame.schema[column] != pl.Null]
    mine = frame.join(gone, on=[FILE, ROW], how="semi")
    if not mine.height:
        return pl.DataFrame(
            schema={**gone.schema, f"__{FILE}": pl.Int64, f"__{ROW}": pl.Int64, "__same": pl.Boolean}
        )
    alike = frame.join(mine.select(key).unique(), on=key, how="semi", nulls_equal=True, maintain_order="left")
    pairs = held_plainly(mine).select(FILE, ROW, *values).join(
        held_plainly(alike).select(
            pl.col(FILE).alias(f"__{FILE}"), pl.col(ROW).alias(f"__{ROW}"), *key,
            pl.struct(values).hash().alias("__theirs"),
        ),
        on=key, how="inner", nulls_equal=True, maintain_order="left_right",
    )  # fmt: skip
    itself = (pl.col(FILE) == pl.col(f"__{FILE}")) & (pl.col(ROW) == pl.col(f"__{ROW}"))
    later = (pl.col(FILE) == pl.col(f"__{FILE}")) & (pl.col(ROW) < pl.col(f"__{ROW}"))
    others = pairs.with_columns((pl.struct(values).hash() == pl.col("__theirs")).alias("__same")).filter(
        ~itself.fill_null(value=False) & ~later.fill_null(value=False)
    )
    return (
        others.sort("__same", descending=True, maintain_order=True)
        .unique([FILE, ROW], keep="first", maintain_order=True)
        .select(FILE, ROW, f"__{FILE}", f"__{ROW}", "__same")
    )


def _said_again(ledgers: Sequence[FileLedger]) -> pl.Expr:
    from_roster = pl.col(f"__{FILE}").is_null()
    same = pl.col("__same").fill_null(value=True)
    return (
        pl.when(pl.col(f"__{ROW}").is_null() & from_roster & pl.col("__same").is_null())
        .then(pl.lit("The row says the same as an earlier one."))
        .when(from_roster & same)
        .then(pl.lit("The roster says the same already."))
        .when(from_roster)
        .then(pl.lit("The roster says something else of the same, and the roster's word counts."))
        .when(same)
        .then(pl.format("The row says the same as {}.", _line_of(ledgers)))
        .otherwise(pl.format("{} speaks of the same; the first one counts.", _line_of(ledgers, upper=True)))
    )
