"""One of our columns from the cells of a file, by its rule in the profile."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from dataworkbench.readers.cells import Cells, is_one_for_all, numbers_of, one_header, raw_cells
from dataworkbench.readers.convert import convert_column
from dataworkbench.readers.converted import Converted, Fault
from dataworkbench.readers.directory import Directory
from dataworkbench.readers.identifiers import (
    find_schools,
    find_staff,
    match_students,
    names_among_numbers,
    school_question,
    width_note,
)
from dataworkbench.readers.ledger import Note, counted, faults
from dataworkbench.readers.mapped import Mapped, cells_shown
from dataworkbench.readers.profiles import Rule, TablePart
from dataworkbench.readers.texttable import SPACES, texts_of
from dataworkbench.schemas import POLARS_TYPES, PUBLISHED_FIGURES, TABLES, Column

_ALWAYS_FATAL = frozenset({("results", "scale_score"), ("results", "points")})
"""Cells that are not required, and still spoil their row where they cannot be understood."""


def column_of(
    part: TablePart, column: Column, rule: Rule, mapped: Mapped, belongs: pl.Series | None
) -> pl.Series:
    """Return a column of ours for every row; what could not be understood is in the ledger and null here.

    ``belongs`` says which rows are of this part; faults in the others are of no interest.
    """
    key = f"{part.table if column.kind == 'date' or column.name in ('sex', 'race_ethnicity') else ''}|{column.name}|{rule.model_dump_json()}"
    if key not in mapped.made:
        mapped.made[key] = from_rule(part, column, rule, mapped)
    made = mapped.made[key]
    fatal = (
        column.required or column.name in TABLES[part.table].key or (part.table, column.name) in _ALWAYS_FATAL
    )
    whole_row = part.for_each is None or part.table == PUBLISHED_FIGURES
    _write_down(made, column, rule, mapped, fatal=fatal and whole_row, belongs=belongs)
    return made.values.rename(column.name)


def from_rule(part: TablePart, column: Column, rule: Rule, mapped: Mapped) -> Converted:
    """Return a column of ours. What rests on one column of the file is worked out once for each different text."""
    if column.name == "student_id" and rule.column:
        return _student_ids(column, rule, part, mapped)
    header = one_header(mapped.cells, rule)
    if header is not None:
        narrow = _from_cells(part, column, rule, mapped.cells.narrowed(header), mapped.directory)
        return _widened(narrow, mapped.cells.coded(header)[1], mapped.cells)
    if is_one_for_all(mapped.cells, rule):
        first = _from_cells(part, column, rule, mapped.cells.one_row(), mapped.directory)
        return _widened(first, pl.zeros(mapped.cells.table.frame.height, pl.UInt32, eager=True), mapped.cells)
    return _from_cells(part, column, rule, mapped.cells, mapped.directory)


def _widened(made: Converted, places: pl.Series, cells: Cells) -> Converted:
    """Return a column for every row from one for each different text; of a large file it holds each text once."""
    faults_of_rows = tuple(
        Fault(_spread(fault.where, places), fault.reason, fault.what_to_do) for fault in made.faults
    )
    values = made.values
    if cells.large and values.null_count() == values.len():
        values = pl.Series(values.name, [None] * cells.table.frame.height, dtype=pl.Null)
        return Converted(values, faults_of_rows, made.notes)
    held = values.cast(pl.Categorical) if cells.large and values.dtype == pl.String else values
    return Converted(held.gather(places), faults_of_rows, made.notes)


def _spread(mask: pl.Series, places: pl.Series) -> pl.Series:
    """Return a mask for every row from one for each different text; a row without a text is not meant by it."""
    return mask.gather(places).fill_null(value=False)


def _from_cells(part: TablePart, column: Column, rule: Rule, cells: Cells, directory: Directory) -> Converted:
    dtype = POLARS_TYPES[column.kind]
    if rule.plus or rule.minus or rule.divide_by != 1 or rule.at_least is not None:
        worked_out = numbers_of(cells, rule, column.name)
        if worked_out is not None:
            return Converted(worked_out.values.cast(dtype), worked_out.faults, worked_out.notes)
    raw = raw_cells(cells, rule, column.name)
    if raw is None:
        return Converted(pl.Series(column.name, [None] * cells.table.frame.height, dtype=dtype))
    made = convert_column(raw, part.table, column, cells.how)
    if column.name == "school_id" and part.table != "schools":
        return _schools(made, directory)
    if column.refers_to == "staff" or column.name == "observer_id":
        return Converted(find_staff(made.values, directory), made.faults, made.notes)
    return made


def _student_ids(column: Column, rule: Rule, part: TablePart, mapped: Mapped) -> Converted:
    """Return students' identifiers from the column that fits the roster best."""
    made: dict[str, Converted] = {}
    for asked in rule.column:
        header = mapped.cells.header(asked)
        if header is None or header in made:
            continue
        raw = raw_cells(
            mapped.cells.narrowed(header), rule.model_copy(update={"column": (header,)}), column.name
        )
        if raw is not None and (raw.is_not_null().any() or not made):
            made[header] = convert_column(raw, part.table, column, mapped.cells.how)
    if not made:
        return Converted(pl.Series(column.name, [None] * mapped.cells.table.frame.height, dtype=pl.String))
    match = match_students(
        {header: one.values.rename(header) for header, one in made.items()}, mapped.directory
    )
    mapped.ledger.write_down_matching(match.tried)
    own = made[match.column]
    places = mapped.cells.coded(match.column)[1]
    wide = _widened(Converted(match.ids), places, mapped.cells).values
    mapped.matches[rule.column] = replace(
        match, ids=wide, known=_spread(match.known, places), of_several=_spread(match.of_several, places)
    )
    notes = (*own.notes, *match.notes, *width_note(own.values), *_spaces_note(mapped.cells, match.column))
    return _widened(Converted(match.ids, own.faults, notes), places, mapped.cells)


def _spaces_note(cells: Cells, header: str) -> tuple[Note, ...]:
    texts, _ = cells.coded(header)
    if (texts.str.len_bytes().sum() or 0) == 0:
        return ()
    written, places = texts_of(cells.table.frame[header])
    odd = (written != written.str.strip_chars(SPACES)).fill_null(value=False)
    changed = int(odd.gather(places).sum()) if odd.any() else 0
    if not changed:
        return ()
    return (
        Note(
            "warning",
            f"Spaces around {counted(changed, 'identifier', 'identifiers')} in '{header}' were taken away.",
        ),
    )


def _schools(made: Converted, directory: Directory) -> Converted:
    if not directory.knows_schools:
        return Converted(made.values, made.faults, (*made.notes, *names_among_numbers(made.values)))
    values, unknown = find_schools(made.values, directory)
    if not unknown.any():
        return Converted(values.rename(made.values.name), made.faults, made.notes)
    fault = Fault(
        unknown,
        "The roster has no school of this name or number.",
        "Answer the question about the schools of this file, then import again.",
    )
    question = school_question(made.values, unknown, directory)
    return Converted(values.rename(made.values.name), (*made.faults, fault), (*made.notes, question))


def _write_down(
    made: Converted, column: Column, rule: Rule, mapped: Mapped, *, fatal: bool, belongs: pl.Series | None
) -> None:
    for note in made.notes:
        mapped.ledger.note(*note)
    for fault in made.faults:
        where = fault.where if belongs is None else fault.where & belongs
        if not where.any():
            continue
        header = made.values.name or column.name
        values = cells_shown(mapped, rule, header)
        reason, what = fault.reason, fault.what_to_do
        if rule.values and column.kind in ("number", "whole", "yes_no"):
            reason, what = (
                "Nobody has explained what this code means.",
                "Write it under `values`, or in a survey under `answers` or `no_answer`, in the profile of this file.",
            )
        found = faults(
            mapped.cells.table.lines.filter(where),
            column=header,
            values=values.filter(where),
            reason=reason,
            what_to_do=what,
        )
        (mapped.ledger.put_aside if fatal else mapped.ledger.leave_empty)(found)
