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
from dataworkbench.schemas import PUBLISHED_FIGURES, TABLES


def read_with_profile(cells: Cells, ledger: FileLedger, directory: Directory) -> dict[str, pl.DataFrame]:
    """Return our tables as a profile makes them from a file, with the line that each row came from.

    Rows that cannot be taken in stand in the ledger, whole: none of our tables holds a part of them.
    """
    ledger.rows_read = cells.table.rows_read
    ledger.put_aside(cells.table.bad)
    cells = with_marks_as_words(_with_only_rows(cells, ledger))
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
    result = {table: _without_blank_people(table, pl.concat(some), cells) for table, some in together.items()}
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
    taken = [frame[ROW] for frame in facts.values() if frame.height]
    lines = cells.table.lines.cast(pl.Int64)
    open_lines = lines.filter(~lines.is_in(pl.concat(taken).unique().implode())) if taken else lines
    aside = ledger.aside_rows()
    empty = open_lines.filter(~open_lines.is_in(aside.implode())) if aside.len() else open_lines
    if not empty.len():
        return result
    ledger.put_aside(faults(empty, column="", values=None, reason="There is nothing in this row to take in.",
                            what_to_do="Nothing needs to be done, if the row is meant to be empty."))  # fmt: skip
    return {name: frame.filter(~pl.col(ROW).is_in(empty.implode())) for name, frame in result.items()}


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
    frame = pl.DataFrame({ROW: mapped.cells.table.lines, **columns}, height=height).with_columns(
        pl.lit(None, dtype=kind).alias(name)
        for name, kind in table.polars_schema.items()
        if name not in columns
    )
    for name, rule in part.columns.items():
        if rule.text:
            frame = _borrowed(rule.text, frame, mapped).with_columns(_composed(rule.text).alias(name))
    frame = _placed_by_stay(frame.select(ROW, *table.polars_schema), part, mapped.directory)
    if part.table == PUBLISHED_FIGURES:
        frame = with_figures(part, frame, mapped)
    if part.for_each is not None:
        frame = _without_broken_cells(part, frame, mapped)
    keep = _belonging(part, frame, belongs)
    if part.table == PUBLISHED_FIGURES:
        ask_about_marks(part, frame, keep, mapped)
    judge(part, frame, keep, mapped)
    return _of_this_part(part, frame.filter(keep))


def _placed_by_stay(frame: pl.DataFrame, part: TablePart, directory: Directory) -> pl.DataFrame:
    """Return the rows with their school, where the file names none and the student had one school only that year."""
    columns = {"student_id", "school_year", "school_id"}
    if (
        not columns <= set(frame.columns)
        or part.table in ("students", "enrollments")
        or not directory.stays.height
        or not frame["school_id"].null_count()
    ):
        return frame
    once = directory.stays.group_by("student_id", "school_year").agg(
        pl.col("school_id").n_unique().alias("n"), pl.col("school_id").first().alias("found")
    )
    joined = frame.join(
        once.filter(pl.col("n") == 1).drop("n"),
        on=["student_id", "school_year"],
        how="left",
        maintain_order="left",
    )
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
    names = re.findall(r"\{(\w+)\}", text)
    return pl.format(
        re.sub(r"\{\w+\}", "{}", text),
        *[pl.col(name).str.to_lowercase() if name == "period" else pl.col(name) for name in names],
    )


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
