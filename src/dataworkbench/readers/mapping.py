"""A text table read with a profile: our tables come out, and every row is kept or set aside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl

from dataworkbench.errors import FileRefusedError
from dataworkbench.readers.cells import Cells, numbers_of, raw_cells
from dataworkbench.readers.convert import convert_column
from dataworkbench.readers.converted import Converted, Fault
from dataworkbench.readers.directory import Directory
from dataworkbench.readers.headers import fold
from dataworkbench.readers.identifiers import (
    Match,
    find_schools,
    find_staff,
    match_students,
    orphan_fault,
    school_question,
    too_few_matched,
    unmatched_students,
    width_note,
)
from dataworkbench.readers.ledger import ROW, FileLedger, faults
from dataworkbench.readers.merging import DIMENSIONS
from dataworkbench.readers.profiles import Item, Rule, TablePart
from dataworkbench.readers.row_rules import broken_rules
from dataworkbench.schemas import POLARS_TYPES, TABLES, Column

_ALWAYS_FATAL = frozenset({("results", "scale_score"), ("results", "points")})
"""Cells that are not required, and still spoil their row where they cannot be understood."""


@dataclass
class Mapped:
    """One file while its rows become ours."""

    cells: Cells
    ledger: FileLedger
    directory: Directory
    made: dict[str, Converted] = field(default_factory=dict)
    matches: dict[tuple[str, ...], Match] = field(default_factory=dict)


def read_with_profile(cells: Cells, ledger: FileLedger, directory: Directory) -> dict[str, pl.DataFrame]:
    """Return our tables as a profile makes them from a file, with the line that each row came from.

    Rows that cannot be taken in stand in the ledger, whole: none of our tables holds a part of them.
    """
    ledger.rows_read = cells.table.rows_read
    ledger.put_aside(cells.table.bad)
    cells = _with_only_rows(cells, ledger)
    mapped = Mapped(cells, ledger, directory)
    parts = [one for part in cells.profile.tables for one in _expanded(part, cells)]
    frames = [(part.table, _part_frame(part, mapped)) for part in parts]
    if ledger.refused:
        return {}
    spoiled = ledger.aside_rows()
    together: dict[str, list[pl.DataFrame]] = {}
    for table, frame in frames:
        together.setdefault(table, []).append(frame.filter(~pl.col(ROW).is_in(spoiled.implode())) if spoiled.len() else frame)
    result = {table: _without_blank_people(table, pl.concat(some), cells) for table, some in together.items()}
    return _without_rows_of_nothing(cells, result, ledger)


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
    wanted = next((part.needs_one_of for part in cells.profile.tables if part.table == table and part.keep_blanks), ())
    if not wanted or not frame.height:
        return frame
    return frame.filter(pl.any_horizontal(pl.col(list(wanted)).is_not_null()).any().over(ROW))


def _without_rows_of_nothing(cells: Cells, result: dict[str, pl.DataFrame], ledger: FileLedger) -> dict[str, pl.DataFrame]:
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


def _expanded(part: TablePart, cells: Cells) -> Iterator[TablePart]:
    """Yield a part for each item where columns become rows; the part itself elsewhere."""
    if part.for_each is None:
        if not (part.optional and _lacks(part, cells)):
            yield part
        return
    for item, header in _items(part, cells):
        book = {"item": item.name, "header": header, **item.fields}
        columns = {name: _filled_in(rule, book) for name, rule in part.columns.items()}
        yield part.model_copy(update={"columns": columns})


def _lacks(part: TablePart, cells: Cells) -> bool:
    return any(rule.column and all(cells.header(h) is None for h in rule.column) for rule in part.columns.values())


def _items(part: TablePart, cells: Cells) -> Iterator[tuple[Item, str]]:
    each = part.for_each
    if each is None:
        return
    for item in each.items:
        for asked in item.header:
            header = cells.header(asked)
            if header is not None:
                yield item, header
                break
    if each.pattern:
        fits = re.compile("^" + re.escape(each.pattern).replace(re.escape("{item}"), "(.+?)") + "$", re.IGNORECASE)
        leave = {fold(name) for name in each.leave}
        for header in cells.table.headers:
            found = fits.match(header)
            if found and fold(found[1]) not in leave:
                yield Item(name=found[1].strip(), header=(header,)), header


def _filled_in(rule: Rule, book: dict[str, str]) -> Rule:
    def fill(text: str) -> str:
        for name, value in book.items():
            text = text.replace("{" + name + "}", value)
        return text

    if not any("{" in text for text in (*rule.column, rule.always)):
        return rule
    return rule.model_copy(update={"column": tuple(fill(one) for one in rule.column), "always": fill(rule.always)})


def _part_frame(part: TablePart, mapped: Mapped) -> pl.DataFrame:
    """Return the rows of one part, typed; rows with faults are in the ledger and not taken out yet."""
    table = TABLES[part.table]
    belongs = mapped.cells.where(part.where) if part.where else None
    columns: dict[str, pl.Series] = {}
    for column in table.columns:
        rule = part.columns.get(column.name)
        if rule is not None and not rule.text:
            columns[column.name] = _column(part, column, rule, mapped, belongs)
    height = mapped.cells.table.frame.height
    frame = pl.DataFrame({ROW: mapped.cells.table.lines, **columns}, height=height).with_columns(
        pl.lit(None, dtype=kind).alias(name) for name, kind in table.polars_schema.items() if name not in columns
    )
    for name, rule in part.columns.items():
        if rule.text:
            frame = _borrowed(rule.text, frame, mapped).with_columns(_composed(rule.text).alias(name))
    frame = frame.select(ROW, *table.polars_schema)
    if part.for_each is not None:
        frame = _without_broken_cells(part, frame, mapped)
    keep = _belonging(part, frame, belongs)
    _judge(part, frame, keep, mapped)
    return _of_this_part(part, frame.filter(keep))


def _without_broken_cells(part: TablePart, frame: pl.DataFrame, mapped: Mapped) -> pl.DataFrame:
    """Return the rows made of one of several columns, with cells that break a rule left empty and written down."""
    known = {one.assessment_id: one for one in mapped.cells.profile.assessments}
    for rule in broken_rules(part.table, frame, known):
        found = _found_faults(mapped, rule.where, part, rule.column, rule.reason, rule.what_to_do)
        mapped.ledger.leave_empty(found)
        frame = frame.with_columns(pl.when(~rule.where).then(pl.col(rule.column)).alias(rule.column))
    return frame


def _borrowed(text: str, frame: pl.DataFrame, mapped: Mapped) -> pl.DataFrame:
    """Return the rows with columns that a composed text speaks of, and that only another part of the profile has."""
    for name in re.findall(r"\{(\w+)\}", text):
        if name in frame.columns:
            continue
        other = next((part for part in mapped.cells.profile.tables if name in part.columns), None)
        if other is None:
            raise FileRefusedError(f"The profile speaks of {{{name}}} in '{text}', but no table in it has that column.")
        made = _converted(other, TABLES[other.table].column(name), other.columns[name], mapped)
        frame = frame.with_columns(made.values.rename(name))
    return frame


def _composed(text: str) -> pl.Expr:
    names = re.findall(r"\{(\w+)\}", text)
    return pl.format(re.sub(r"\{\w+\}", "{}", text), *[pl.col(name).str.to_lowercase() if name == "period" else pl.col(name) for name in names])


def _column(part: TablePart, column: Column, rule: Rule, mapped: Mapped, belongs: pl.Series | None) -> pl.Series:
    key = f"{part.table if column.kind == 'date' or column.name in ('sex', 'race_ethnicity') else ''}|{column.name}|{rule.model_dump_json()}"
    if key not in mapped.made:
        mapped.made[key] = _converted(part, column, rule, mapped)
    made = mapped.made[key]
    fatal = column.required or column.name in TABLES[part.table].key or (part.table, column.name) in _ALWAYS_FATAL
    _write_down(made, column, rule, mapped, fatal=fatal and part.for_each is None, belongs=belongs)
    return made.values.rename(column.name)


def _converted(part: TablePart, column: Column, rule: Rule, mapped: Mapped) -> Converted:
    cells = mapped.cells
    dtype = POLARS_TYPES[column.kind]
    if column.name == "student_id" and rule.column:
        return _student_ids(column, rule, part, mapped)
    if rule.minus or rule.divide_by != 1 or rule.at_least is not None:
        worked_out = numbers_of(cells, rule, column.name)
        if worked_out is not None:
            return Converted(worked_out.values.cast(dtype), worked_out.faults, worked_out.notes)
    raw = raw_cells(cells, rule, column.name)
    if raw is None:
        return Converted(pl.Series(column.name, [None] * cells.table.frame.height, dtype=dtype))
    made = convert_column(raw, part.table, column, cells.how)
    if column.name == "school_id" and part.table != "schools":
        return _schools(made, mapped)
    if column.refers_to == "staff" or column.name == "observer_id":
        return Converted(find_staff(made.values, mapped.directory), made.faults, made.notes)
    return made


def _student_ids(column: Column, rule: Rule, part: TablePart, mapped: Mapped) -> Converted:
    there = {}
    made: dict[str, Converted] = {}
    for asked in rule.column:
        header = mapped.cells.header(asked)
        if header is None or header in there:
            continue
        raw = raw_cells(mapped.cells, rule.model_copy(update={"column": (asked,)}), column.name)
        if raw is not None and (raw.is_not_null().any() or not there):
            made[header] = convert_column(raw, part.table, column, mapped.cells.how)
            there[header] = made[header].values.rename(header)
    if not there:
        return Converted(pl.Series(column.name, [None] * mapped.cells.table.frame.height, dtype=pl.String))
    match = match_students(there, mapped.directory)
    mapped.matches[rule.column] = match
    own = made[match.column]
    return Converted(match.ids, own.faults, (*own.notes, *match.notes, *width_note(there[match.column])))


def _schools(made: Converted, mapped: Mapped) -> Converted:
    values, unknown = find_schools(made.values, mapped.directory)
    if not unknown.any():
        return Converted(values.rename(made.values.name), made.faults, made.notes)
    fault = Fault(unknown, "The roster has no school of this name or number.", "Answer the question about the schools of this file, then import again.")
    question = school_question(made.values, unknown, mapped.directory)
    return Converted(values.rename(made.values.name), (*made.faults, fault), (*made.notes, question))


def _write_down(made: Converted, column: Column, rule: Rule, mapped: Mapped, *, fatal: bool, belongs: pl.Series | None) -> None:
    for note in made.notes:
        mapped.ledger.note(*note)
    for fault in made.faults:
        where = fault.where if belongs is None else fault.where & belongs
        if not where.any():
            continue
        header = made.values.name or column.name
        shown = _shown(mapped, rule, header)
        reason, what = fault.reason, fault.what_to_do
        if rule.values and column.kind in ("number", "whole", "yes_no"):
            reason, what = "Nobody has explained what this code means.", "Write it under `values` in the profile of this file."
        found = faults(mapped.cells.table.lines.filter(where), column=header, values=shown.filter(where), reason=reason, what_to_do=what)
        (mapped.ledger.put_aside if fatal else mapped.ledger.leave_empty)(found)


def _shown(mapped: Mapped, rule: Rule, header: str) -> pl.Series:
    cells = mapped.cells.of(header) if mapped.cells.header(header) else None
    for asked in rule.column:
        cells = mapped.cells.of(asked) if cells is None else cells
    return cells if cells is not None else mapped.cells.filled(None)


def _belonging(part: TablePart, frame: pl.DataFrame, belongs: pl.Series | None) -> pl.Series:
    keep = belongs if belongs is not None else pl.repeat(value=True, n=frame.height, eager=True)
    if part.needs_one_of and not part.keep_blanks:
        keep &= frame.select(pl.any_horizontal(pl.col(list(part.needs_one_of)).is_not_null())).to_series()
    return keep


def _judge(part: TablePart, frame: pl.DataFrame, keep: pl.Series, mapped: Mapped) -> None:
    """Write down the rows that lack what is required, break a rule, or name a student whom nobody knows."""
    table = TABLES[part.table]
    if part.for_each is None:
        for column in table.columns:
            lacking = keep & frame[column.name].is_null() if column.required else None
            if lacking is not None and lacking.any():
                _aside(mapped, lacking, part, column.name, f"There is no {_said(column.name)} in this row.", "Fill it in, or leave the row out.")
    known = {one.assessment_id: one for one in mapped.cells.profile.assessments}
    for rule in broken_rules(part.table, frame, known) if part.for_each is None else ():
        _aside(mapped, rule.where & keep, part, rule.column, rule.reason, rule.what_to_do)
    rule_of_students = part.columns.get("student_id")
    match = mapped.matches.get(rule_of_students.column) if rule_of_students else None
    if match is not None:
        _judge_students(match, frame, keep, mapped)


def _judge_students(match: Match, frame: pl.DataFrame, keep: pl.Series, mapped: Mapped) -> None:
    years = frame["school_year"] if "school_year" in frame.columns else None
    missing = unmatched_students(match, years, mapped.directory) & keep
    if not missing.any():
        return
    why = too_few_matched(match, missing, years, mapped.directory)
    if why and not mapped.ledger.refused:
        mapped.ledger.refuse(mapped.cells.table.lines, why, "Export the file with the identifier that the roster uses, or bring the roster that has this one.")
    fault = orphan_fault(missing)
    found = faults(frame[ROW].filter(missing), column=match.column, values=match.ids.filter(missing), reason=fault.reason, what_to_do=fault.what_to_do)
    mapped.ledger.put_aside(found)


def _said(column: str) -> str:
    return column.replace("_", " ")


def _aside(mapped: Mapped, where: pl.Series, part: TablePart, column: str, reason: str, what_to_do: str) -> None:
    if where.any():
        mapped.ledger.put_aside(_found_faults(mapped, where, part, column, reason, what_to_do))


def _found_faults(mapped: Mapped, where: pl.Series, part: TablePart, column: str, reason: str, what_to_do: str) -> pl.DataFrame:
    rule = part.columns.get(column, Rule())
    header = next((found for asked in rule.column if (found := mapped.cells.header(asked))), column)
    shown = _shown(mapped, rule, header).filter(where)
    return faults(mapped.cells.table.lines.filter(where), column=header, values=shown, reason=reason, what_to_do=what_to_do)


def _of_this_part(part: TablePart, frame: pl.DataFrame) -> pl.DataFrame:
    """Return the rows without those that lack a required value, and results with their status said."""
    required = [column.name for column in TABLES[part.table].columns if column.required]
    full = frame.drop_nulls(required) if required else frame
    return _with_status(full) if part.table == "results" else full


def _with_status(results: pl.DataFrame) -> pl.DataFrame:
    scored = pl.any_horizontal(pl.col("scale_score", "performance_level", "points").is_not_null())
    said = pl.when(pl.col("result_status").is_not_null()).then(pl.col("result_status"))
    return results.with_columns(said.when(scored).then(pl.lit("scored")).otherwise(pl.lit("not scored")).alias("result_status"))
