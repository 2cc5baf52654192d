"""The ledger of a reading: every row that was read is kept, or set aside with the reason."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

import polars as pl

Level = Literal["info", "warning", "question", "refused"]

ROW: Final = "__row"
"""The lineage column: the line of the file that a row came from."""
FILE: Final = "__file"
"""The lineage column: the place of the file in the list of files that were read."""

INTO: Final = "__into"
"""The line of the row that another row was put together with, as lessons are to a day."""

FILES_SCHEMA: Final[dict[str, type[pl.DataType]]] = {
    "file": pl.String, "given": pl.String, "sha256": pl.String, "recognised_as": pl.String, "tables": pl.String,
    "rows_read": pl.Int64, "rows_kept": pl.Int64, "rows_set_aside": pl.Int64,
}  # fmt: skip
FAULTS_SCHEMA: Final[dict[str, type[pl.DataType]]] = {
    "row": pl.Int64, "column": pl.String, "value": pl.String, "reason": pl.String, "what_to_do": pl.String,
}  # fmt: skip
LEFT_EMPTY_SCHEMA: Final[dict[str, type[pl.DataType]]] = {"file": pl.String, **FAULTS_SCHEMA}
SET_ASIDE_SCHEMA: Final[dict[str, type[pl.DataType]]] = {**LEFT_EMPTY_SCHEMA, "also": pl.String}
REASONS_SCHEMA: Final[dict[str, pl.DataType | type[pl.DataType]]] = {
    "file": pl.String, "column": pl.String, "reason": pl.String, "what_to_do": pl.String, "rows": pl.Int64,
    "first_rows": pl.String,
}  # fmt: skip
NOTES_SCHEMA: Final[dict[str, type[pl.DataType]]] = {
    "file": pl.String, "level": pl.String, "message": pl.String, "what_to_do": pl.String,
}  # fmt: skip
MATCHING_SCHEMA: Final[dict[str, type[pl.DataType]]] = {
    "file": pl.String, "column": pl.String, "compared_with": pl.String, "number": pl.String,
    "tried": pl.Int64, "matched": pl.Int64, "rate": pl.Float64, "chosen": pl.Boolean,
}  # fmt: skip
UNMATCHED_SCHEMA: Final[dict[str, type[pl.DataType]]] = {
    "file": pl.String, "row": pl.Int64, "column": pl.String, "value": pl.String, "rows": pl.Int64,
}  # fmt: skip

LONGEST_VALUE_SHOWN: Final = 80
MOST_LISTED: Final = 100_000
"""Where all rows of a file are set aside for one reason, so many are listed one by one."""
FIRST_ROWS_SHOWN: Final = 5
_ADDRESSES: Final = r"[^\s@,;:<>\"'()]+@[^\s@,;:<>\"'()]+\.[A-Za-z]{2,}|\b(?:\d{1,3}\.){3}\d{1,3}\b"
"""E-mail and network addresses: wherever they stand in a cell, the ledger does not repeat them."""


class Note(NamedTuple):
    """One remark about a file."""

    level: Level
    message: str
    what_to_do: str = ""


@dataclass(frozen=True)
class Reading:
    """What came out of a district's files.

    ``tables`` are canonical and typed by ``schemas``. In ``files`` one row is one file (a member of a zip and a
    sheet of a workbook count as files; ``given`` is the name of what was handed over). In ``set_aside`` one row is
    one row of a file that was not taken in, with its line and its first fault; ``also`` tells its other ones. In
    ``reasons`` one row is one reason in one file, with how many rows it stopped. In ``notes`` one row is one remark
    about a file. In ``left_empty`` one row is one cell that could not be understood, or of which another row's word
    counts, while the rest of its row was kept. In ``matching`` one row is one column of students' numbers in one file,
    compared with one of the numbers that students are known by: how many different ones were tried, how many matched,
    and whether students were found by this pair. In ``unmatched`` one row is one number that matched nobody: the first
    row it stands in, and how many ``rows`` there are.
    """

    tables: dict[str, pl.DataFrame]
    files: pl.DataFrame
    set_aside: pl.DataFrame
    notes: pl.DataFrame
    left_empty: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=LEFT_EMPTY_SCHEMA))
    reasons: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=REASONS_SCHEMA))
    matching: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=MATCHING_SCHEMA))
    unmatched: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=UNMATCHED_SCHEMA))


def faults(
    rows: pl.Series, *, column: str, values: pl.Series | str | None, reason: pl.Series | str, what_to_do: str
) -> pl.DataFrame:
    """Return rows of the ledger; one row is one line of a file with what was wrong in it."""
    frame = pl.DataFrame({"row": rows.cast(pl.Int64)})
    shown = values.cast(pl.String) if isinstance(values, pl.Series) else pl.lit(values, dtype=pl.String)
    said = reason if isinstance(reason, pl.Series) else pl.lit(reason)
    return frame.with_columns(
        pl.lit(column).alias("column"),
        _shortened(shown).alias("value"),
        said.alias("reason") if isinstance(said, pl.Expr) else said.rename("reason"),
        pl.lit(what_to_do).alias("what_to_do"),
    ).select(list(FAULTS_SCHEMA))


def _shortened(values: pl.Series | pl.Expr) -> pl.Series | pl.Expr:
    if isinstance(values, pl.Series):
        long = values.str.len_chars() > LONGEST_VALUE_SHOWN
        if long.any():
            return values.to_frame("v").select(
                pl.when(pl.col("v").str.len_chars() > LONGEST_VALUE_SHOWN)
                .then(pl.col("v").str.slice(0, LONGEST_VALUE_SHOWN) + pl.lit("…"))
                .otherwise(pl.col("v"))
            )["v"]
    return values


def counted(n: int, one: str, many: str) -> str:
    """Return a number with what is counted: "1 row", "1,204 rows"."""
    return f"{n:,} {one if n == 1 else many}"


def first_sentence(text: str) -> tuple[str, str]:
    """Return the first sentence of a text, and the rest."""
    short, *rest = re.split(r"(?<=[.?!]) (?=[A-Z'])", text, maxsplit=1)
    return short, " ".join(rest)


def place_of(group_key: object) -> int:
    """Return the place of a file from the key of a group of rows."""
    if not isinstance(group_key, int):
        raise TypeError(f"a file's place is a number, not {group_key!r}")
    return group_key


class FileLedger:
    """The ledger of one file while it is being read."""

    def __init__(self, file: str, *, given: str = "", sha256: str = "") -> None:
        self.file = file
        self.given = given or file
        self.sha256 = sha256
        self.recognised_as = ""
        self.rows_read = 0
        self.main_table = ""
        self.keeps_retests = False
        self.is_roster = False
        self.joined = pl.DataFrame(schema={ROW: pl.Int64, INTO: pl.Int64})
        self.tables: set[str] = set()
        self._aside: list[pl.DataFrame] = []
        self._unlisted = pl.Series("row", [], dtype=pl.Int64)
        self._empty: list[pl.DataFrame] = []
        self._notes: list[Note] = []
        self._tried: list[pl.DataFrame] = []
        self._unmatched: dict[str, pl.DataFrame] = {}

    def note(self, level: Level, message: str, what_to_do: str = "") -> None:
        """Write down one remark; the same remark is written once."""
        remark = Note(level, message, what_to_do)
        if remark not in self._notes:
            self._notes.append(remark)

    def put_aside(self, found: pl.DataFrame) -> None:
        """Set rows aside; a row is counted once, and of its reasons the first goes before the others."""
        if found.height:
            self._aside.append(found)

    def leave_empty(self, found: pl.DataFrame) -> None:
        """Write down cells that were left empty."""
        if found.height:
            self._empty.append(found)

    def refuse(self, rows: pl.Series, reason: str, what_to_do: str) -> None:
        """Set every row aside for one reason, and say that the file was refused."""
        self.note("refused", reason, what_to_do)
        self.put_all_aside(rows, reason, what_to_do)

    def put_all_aside(self, rows: pl.Series, reason: str, what_to_do: str) -> None:
        """Set every row aside for one reason; of millions of rows the first are listed, and all are counted.

        A row's reason is the first sentence; what was seen in the file as a whole stands once, in its remark.
        """
        listed = rows.head(MOST_LISTED)
        short, rest = first_sentence(reason)
        self.put_aside(faults(listed, column="", values=None, reason=short, what_to_do=what_to_do or rest))
        more = rows.len() - listed.len()
        if more:
            self._unlisted = pl.concat([self._unlisted, rows.slice(MOST_LISTED).cast(pl.Int64).alias("row")])
            self.note(
                "info",
                f"All rows were set aside for the same reason; the first {MOST_LISTED:,} are listed, {more:,} more are not.",
            )

    @property
    def rows_set_aside(self) -> int:
        """How many rows were set aside, listed or not."""
        return (
            pl.concat([self.aside_rows(), self._unlisted]).n_unique()
            if self._unlisted.len()
            else self.aside_rows().len()
        )

    @property
    def refused(self) -> bool:
        """Whether the file as a whole was refused."""
        return any(note.level == "refused" for note in self._notes)

    def set_aside(self) -> pl.DataFrame:
        """Return the rows set aside; one row is one line of the file, ``also`` holds what else is wrong in it."""
        found = self._faults(*self._cells_of_rows_aside())
        first = found.unique(subset=["row"], keep="first", maintain_order=True).sort("row")
        others = found.filter(~pl.col("row").is_first_distinct()) if found.height > first.height else None
        if others is None:
            return first.with_columns(pl.lit("").alias("also"))
        told = others.group_by("row").agg(_in_a_line().str.join(" | ").alias("also"))
        return first.join(told, on="row", how="left", maintain_order="left").with_columns(
            pl.col("also").fill_null("")
        )

    def _faults(self, *more: pl.DataFrame) -> pl.DataFrame:
        """Return all that is wrong; one row is one fault, of several in one cell the first."""
        if not self._aside:
            return pl.DataFrame(schema=FAULTS_SCHEMA)
        everything = pl.concat([*self._aside, *more])
        return everything.unique(subset=["row", "column"], keep="first", maintain_order=True)

    def _cells_of_rows_aside(self) -> list[pl.DataFrame]:
        """Return the cells that alone would have been left empty, of rows that are set aside for something else."""
        if not self._empty or not self._aside:
            return []
        rows = self.aside_rows().implode()
        return [found.filter(pl.col("row").is_in(rows)) for found in self._empty]

    def reasons(self) -> pl.DataFrame:
        """Return why rows were set aside, what stops most rows first; one row is one reason for one column."""
        some = pl.col("row").sort().head(FIRST_ROWS_SHOWN).cast(pl.String).str.join(", ")
        alike = (
            pl.col("reason")
            .str.replace(r"Line \d+ of", "Another line of")
            .str.replace(r"line \d+ of", "another line of")
        )
        return (
            self._faults()
            .with_columns(alike)
            .group_by("column", "reason", "what_to_do", maintain_order=True)
            .agg(pl.len().cast(pl.Int64).alias("rows"), some.alias("first_rows"))
            .sort("rows", descending=True, maintain_order=True)
        )

    def aside_rows(self) -> pl.Series:
        """Return the lines that were set aside."""
        if not self._aside:
            return pl.Series("row", [], dtype=pl.Int64)
        return pl.concat([found["row"] for found in self._aside]).unique().sort()

    def left_empty(self) -> pl.DataFrame:
        """Return the cells left empty in rows that were kept; one row is one cell."""
        if not self._empty:
            return pl.DataFrame(schema=FAULTS_SCHEMA)
        found = pl.concat(self._empty).unique(subset=["row", "column"], keep="first", maintain_order=True)
        return found.filter(~pl.col("row").is_in(self.aside_rows().implode())).sort(
            "row", maintain_order=True
        )

    def write_down_matching(self, tried: pl.DataFrame) -> None:
        """Write down how columns of the file fit the numbers that students are known by."""
        self._tried.append(tried)

    def write_down_unmatched(self, column: str, rows: pl.Series, values: pl.Series) -> None:
        """Write down the numbers of a column that matched nobody, once for each column."""
        if column not in self._unmatched and values.len():
            named = pl.DataFrame({"row": rows.cast(pl.Int64), "value": values.cast(pl.String)})
            once = named.group_by("value", maintain_order=True).agg(
                pl.col("row").first(), pl.len().alias("rows")
            )
            self._unmatched[column] = once.with_columns(pl.lit(column).alias("column"))

    def matching(self) -> pl.DataFrame:
        """Return the comparisons of the file's columns with the roster; one row is one pair."""
        frames = [pl.DataFrame(schema=MATCHING_SCHEMA), *self._tried]
        told = pl.concat(
            [
                frame.with_columns(pl.lit(self.file).alias("file")).select(list(MATCHING_SCHEMA))
                for frame in frames
            ]
        )
        return told.unique(["column", "compared_with", "number"], keep="first", maintain_order=True)

    def unmatched(self) -> pl.DataFrame:
        """Return the numbers that matched nobody; one row is one number."""
        frames = [pl.DataFrame(schema=UNMATCHED_SCHEMA)]
        frames += [frame.with_columns(pl.lit(self.file).alias("file")) for frame in self._unmatched.values()]
        return pl.concat(
            [
                frame.select(pl.col(name).cast(kind) for name, kind in UNMATCHED_SCHEMA.items())
                for frame in frames
            ]
        )

    def notes(self) -> list[Note]:
        """Return the remarks so far."""
        return list(self._notes)


def finished(tables: dict[str, pl.DataFrame], ledgers: list[FileLedger], kept: dict[str, int]) -> Reading:
    """Return the reading made of the tables and the ledgers; ``kept`` gives the rows kept of each file."""
    return Reading(
        tables=tables,
        files=_files(ledgers, kept),
        set_aside=_with_file([(one.file, one.set_aside()) for one in ledgers], SET_ASIDE_SCHEMA),
        notes=_notes(ledgers),
        left_empty=_with_file([(one.file, one.left_empty()) for one in ledgers], LEFT_EMPTY_SCHEMA),
        reasons=_with_file([(one.file, one.reasons()) for one in ledgers], REASONS_SCHEMA),
        matching=pl.concat([pl.DataFrame(schema=MATCHING_SCHEMA), *[one.matching() for one in ledgers]]),
        unmatched=pl.concat([pl.DataFrame(schema=UNMATCHED_SCHEMA), *[one.unmatched() for one in ledgers]]),
    )


def _files(ledgers: list[FileLedger], kept: dict[str, int]) -> pl.DataFrame:
    rows = [
        {
            "file": one.file, "given": one.given, "sha256": one.sha256, "recognised_as": one.recognised_as,
            "tables": ", ".join(sorted(one.tables)), "rows_read": one.rows_read,
            "rows_kept": kept[one.file], "rows_set_aside": one.rows_set_aside,
        }
        for one in ledgers
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=FILES_SCHEMA)


def _with_file(
    parts: list[tuple[str, pl.DataFrame]], schema: Mapping[str, pl.DataType | type[pl.DataType]]
) -> pl.DataFrame:
    frames = [part.select(pl.lit(file).alias("file"), pl.all()) for file, part in parts if part.height]
    found = pl.concat(frames) if frames else pl.DataFrame(schema=schema)
    return found.with_columns(
        without_addresses(pl.col(name)) for name in ("value", "reason", "also") if name in schema
    )


def without_addresses(texts: pl.Expr) -> pl.Expr:
    """Return texts in which no e-mail or network address stands any more."""
    return texts.str.replace_all(_ADDRESSES, "(an address)")


def _in_a_line() -> pl.Expr:
    """A fault in one line: its column, its value and what is wrong with it."""
    value = (
        pl.when(pl.col("value").is_not_null()).then(pl.format(" ({})", pl.col("value"))).otherwise(pl.lit(""))
    )
    named = pl.when(pl.col("column") != "").then(pl.format("{}{}: ", pl.col("column"), value))
    return pl.concat_str(named.otherwise(pl.lit("")), pl.col("reason"))


def _notes(ledgers: list[FileLedger]) -> pl.DataFrame:
    rows = [
        {"file": one.file, "level": note.level, "message": note.message, "what_to_do": note.what_to_do}
        for one in ledgers
        for note in one.notes()
    ]
    return pl.DataFrame(rows, schema=NOTES_SCHEMA).with_columns(without_addresses(pl.col("message")))
