"""A text table read with a profile: our tables come out, and every row is kept or set aside."""

from __future__ import annotations

import re

import polars as pl

from dataworkbench.errors import FileRefusedError
from dataworkbench.readers.cells import Cells
from dataworkbench.readers.columns import column_of, from_rule
from dataworkbench.readers.directory import Directory
from dataworkbench.readers.expanding import expanded
from dataworkbench.readers.judging import judge
from dataworkbench.readers.ledger import ROW, FileLedger, faults
from dataworkbench.readers.lessons import days_of_lessons
from dataworkbench.readers.mapped import Mapped, found_faults
from dataworkbench.readers.merging import DIMENSIONS
from dataworkbench.readers.profiles import TablePart
from dataworkbench.readers.published import (
    ask_about_marks,
    printed_rule,
    with_figures,
    with_marks_as_words,
)
from dataworkbench.readers.row_rules import broken_rules
from dataworkbench.readers.wordstatus import with_status_of_words
from dataworkbench.schemas import PUBLISHED_FIGURES, TABLES, held_alike, held_once


def read_with_profile(cells: Cells, ledger: FileLedger, directory: Directory) -> dict[str, pl.DataFrame]:
    """Return our tables as a profile makes them from a file, with the line that each row came from.

    Rows that cannot be taken in stand in the ledger, whole: none of our tables holds a part of them.
    """
    ledger.rows_read = cells.table.rows_read
    ledger.put_aside(cells.table.bad)
    cells = with_marks_as_words(_with_first_rows(_with_only_rows(cells, ledger), ledger))
    mapped = Mapped(cells, ledger, directory)
    parts = [one for part in cells.profile.tables for one in expanded(part, cells)]
    frames = [(part.table, _part_frame(part, mapped)) for part in parts]
    if ledger.refused:
        return {}
    spoiled = ledger.aside_rows()
    together: dict[str, list[pl.DataFrame]] = {}
    for table, frame in frames:
        together.setdefault(table, []).append(
            frame.filter(~pl.col(ROW).is_in(spoiled.implode())) if spoiled.len() else frame
        )
    result = {
        table: _without_blank_people(table, pl.concat(some, how="vertical_relaxed"), cells)
        for table, some in together.items()
    }
    result = _without_rows_of_nothing(cells, result, ledger)
    if "attendance" in result and any(part.periods_of_a_day for part in cells.profile.tables):
        result["attendance"] = days_of_lessons(result["attendance"], ledger)
    return result


def _with_only_rows(cells: Cells, ledger: FileLedger) -> Cells:
    only = cells.profile.only_rows
    if only is None or any(cells.header(header) is None for header in only.where):
        return cells
    wanted = cells.where(only.where)
    if not wanted.all():
        ledger.put_aside(faults(cells.table.lines.filter(~wanted), column=next(iter(only.where)), values=None,
                                reason=only.because, what_to_do="Nothing needs to be done; this is so by rule."))  # fmt: skip
    return cells.only(wanted)


def _with_first_rows(cells: Cells, ledger: FileLedger) -> Cells:
    first = cells.profile.first_rows
    told = [held for header in first.per if (held := cells.of(header)) is not None] if first else []
    if first is None or not told or not cells.table.frame.height:
        return cells
    keys = pl.DataFrame([values.alias(str(place)) for place, values in enumerate(told)])
    later = ~keys.select(pl.struct(pl.all()).is_first_distinct()).to_series()
    again = ~cells.table.frame.select(pl.struct(pl.exclude(ROW)).is_first_distinct()).to_series()
    for which, reason, what in (
        (
            later & again,
            "The row says the same as an earlier one.",
            "Nothing needs to be done; the earlier one counts.",
        ),
        (later & ~again, first.because, "Put first in the export what is to count."),
    ):
        if which.any():
            ledger.put_aside(
                faults(
                    cells.table.lines.filter(which),
                    column=first.per[0],
                    values=told[0].filter(which),
                    reason=reason,
                    what_to_do=what,
                )
            )
    return cells.only(~later)


def _without_blank_people(table: str, frame: pl.DataFrame, cells: Cells) -> pl.DataFrame:
    """Return the rows without those of people who left every item blank."""
    wanted = next(
        (part.needs_one_of for part in cells.profile.tables if part.table == table and part.keep_blanks), ()
    )
    if not wanted or not frame.height:
        return frame
    return frame.filter(pl.any_horizontal(pl.col(list(wanted)).is_not_null()).any().over(ROW))


def _without_rows_of_nothing(
    cells: Cells, result: dict[str, pl.DataFrame], ledger: FileLedger
) -> dict[str, pl.DataFrame]:
    """Return the tables without rows of which nothing but a name was left; such rows are set aside."""
    facts = {name: frame for name, frame in result.items() if name not in DIMENSIONS} or result
    if any(_is_every_row(frame[ROW], cells.table.lines) for frame in facts.values()):
        return result
    taken = [frame[ROW] for frame in facts.values() if frame.height]
    lines = cells.table.lines.cast(pl.Int64)
    open_lines = lines.filter(~lines.is_in(pl.concat(taken).unique().implode())) if taken else lines
    aside = ledger.aside_rows()
    empty = open_lines.filter(~open_lines.is_in(aside.implode())) if aside.len() else open_lines
    if not empty.len():
        return result
    not_understood = ledger.left_empty().filter(pl.col("row").is_in(empty.implode()))
    ledger.put_aside(not_understood.unique("row", keep="first", maintain_order=True))
    ledger.put_aside(faults(empty, column="", values=None, reason="There is nothing in this row to take in.",
                            what_to_do="Nothing needs to be done, if the row is meant to be empty."))  # fmt: skip
    return {name: frame.filter(~pl.col(ROW).is_in(empty.implode())) for name, frame in result.items()}


def _is_every_row(taken: pl.Series, lines: pl.Series) -> bool:
    """Return whether a table holds each line of the file once; told quickly, where the lines are in order."""
    return taken.len() == lines.len() and taken.is_sorted() and bool((taken == lines.cast(pl.Int64)).all())


def _part_frame(part: TablePart, mapped: Mapped) -> pl.DataFrame:
    """Return the rows of one part, typed; rows with faults are in the ledger and not taken out yet."""
    table = TABLES[part.table]
    belongs = mapped.cells.where(part.where) if part.where else None
    columns: dict[str, pl.Series] = {}
    for column in table.columns:
        rule = part.columns.get(column.name)
        if column.name == "as_published" and rule is not None:
            rule = printed_rule(part)
        if rule is not None and not rule.text:
            columns[column.name] = column_of(part, column, rule, mapped, belongs)
    height = mapped.cells.table.frame.height
    large = mapped.cells.large
    frame = pl.DataFrame({ROW: mapped.cells.table.lines, **columns}, height=height).with_columns(
        pl.lit(None, dtype=pl.Null if large else kind).alias(name)
        for name, kind in table.polars_schema.items()
        if name not in columns
    )
    for name, rule in part.columns.items():
        if rule.text:
            frame = _borrowed(rule.text, frame, mapped).with_columns(_composed(rule.text).alias(name))
    frame = _placed_by_class(frame.select(ROW, *table.polars_schema), mapped.directory)
    frame = _placed_by_stay(frame, part, mapped.directory)
    frame = with_status_of_words(part, frame, mapped.cells)
    if part.table == PUBLISHED_FIGURES:
        frame = with_figures(part, frame, mapped)
    if part.for_each is not None:
        frame = _without_broken_cells(part, frame, mapped)
    keep = _belonging(part, frame, belongs)
    if part.table == PUBLISHED_FIGURES:
        ask_about_marks(part, frame, keep, mapped)
    judge(part, frame, keep, mapped)
    made = _of_this_part(part, frame if keep.all() else frame.filter(keep))
    return held_once(made) if large else made


def _placed_by_class(frame: pl.DataFrame, directory: Directory) -> pl.DataFrame:
    """Return the rows with the school and the year of their class, where the file names a class and not these."""
    wanted = [
        name for name in ("school_id", "school_year") if name in frame.columns and frame[name].null_count()
    ]
    if (
        not wanted
        or "section_id" not in frame.columns
        or not directory.sections.height
        or not frame["section_id"].is_not_null().any()
    ):
        return frame
    book = directory.sections.select(
        "section_id", *[pl.col(name).alias(f"__{name}") for name in wanted]
    ).unique("section_id", keep="first")
    joined = frame.join(held_alike(book, frame), on="section_id", how="left", maintain_order="left")
    return joined.with_columns(pl.coalesce(name, f"__{name}").alias(name) for name in wanted).select(
        frame.columns
    )


def _placed_by_stay(frame: pl.DataFrame, part: TablePart, directory: Directory) -> pl.DataFrame:
    """Return the rows with their school, where the file names none and the student had one school only that year."""
    columns = {"student_id", "school_year", "school_id"}
    if (
        not columns <= set(frame.columns)
        or part.table in ("students", "enrollments")
        or not directory.stays.height
        or not frame["school_id"].null_count()
        or pl.Null in (frame.schema["student_id"], frame.schema["school_year"])
    ):
        return frame
    once = directory.stays.group_by("student_id", "school_year").agg(
        pl.col("school_id").n_unique().alias("n"), pl.col("school_id").first().alias("found")
    )
    places = held_alike(once.filter(pl.col("n") == 1).drop("n"), frame)
    places = held_alike(places.rename({"found": "school_id"}), frame).rename({"school_id": "found"})
    joined = frame.join(places, on=["student_id", "school_year"], how="left", maintain_order="left")
    return joined.with_columns(pl.coalesce("school_id", "found").alias("school_id")).drop("found")


def _without_broken_cells(part: TablePart, frame: pl.DataFrame, mapped: Mapped) -> pl.DataFrame:
    """Return the rows made of one of several columns, with cells that break a rule left empty and written down."""
    known = {one.assessment_id: one for one in mapped.cells.profile.assessments}
    for fault in broken_rules(part.table, frame, known):
        mapped.ledger.leave_empty(found_faults(mapped, part, fault))
        frame = frame.with_columns(pl.when(~fault.where).then(pl.col(fault.column)).alias(fault.column))
    return frame


def _borrowed(text: str, frame: pl.DataFrame, mapped: Mapped) -> pl.DataFrame:
    """Return the rows with columns that a composed text speaks of, and that only another part of the profile has."""
    for name in re.findall(r"\{(\w+)\}", text):
        if name in frame.columns:
            continue
        other = next((part for part in mapped.cells.profile.tables if name in part.columns), None)
        if other is None:
            raise FileRefusedError(
                f"The profile speaks of {{{name}}} in '{text}', but no table in it has that column."
            )
        made = from_rule(other, TABLES[other.table].column(name), other.columns[name], mapped)
        frame = frame.with_columns(made.values.rename(name))
    return frame


def _composed(text: str) -> pl.Expr:
    named = [(name, pl.col(name).cast(pl.String)) for name in re.findall(r"\{(\w+)\}", text)]
    said = [held.str.to_lowercase() if name == "period" else held for name, held in named]
    return pl.format(re.sub(r"\{\w+\}", "{}", text), *said)


def _belonging(part: TablePart, frame: pl.DataFrame, belongs: pl.Series | None) -> pl.Series:
    keep = belongs if belongs is not None else pl.repeat(value=True, n=frame.height, eager=True)
    if part.needs_one_of and not part.keep_blanks:
        keep &= frame.select(pl.any_horizontal(pl.col(list(part.needs_one_of)).is_not_null())).to_series()
    return keep


def _of_this_part(part: TablePart, frame: pl.DataFrame) -> pl.DataFrame:
    """Return the rows without those that lack a required value, and results with their status said."""
    required = [column.name for column in TABLES[part.table].columns if column.required]
    full = frame.drop_nulls(required) if required else frame
    return _with_status(full) if part.table == "results" else full


def _with_status(results: pl.DataFrame) -> pl.DataFrame:
    scored = pl.any_horizontal(pl.col("scale_score", "performance_level", "points").is_not_null())
    said = pl.when(pl.col("result_status").is_not_null()).then(pl.col("result_status"))
    return results.with_columns(
        said.when(scored).then(pl.lit("scored")).otherwise(pl.lit("not scored")).alias("result_status")
    )
