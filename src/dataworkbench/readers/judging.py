"""Rows that cannot be taken in: they lack what is required, break a rule, or name a student whom nobody knows."""

from __future__ import annotations

from typing import Final

import polars as pl

from dataworkbench.readers.column_names import in_words
from dataworkbench.readers.identifiers import (
    Match,
    orphan_fault,
    shared_number_fault,
    too_few_matched,
    unmatched_students,
)
from dataworkbench.readers.ledger import ROW, faults
from dataworkbench.readers.mapped import Mapped, put_aside
from dataworkbench.readers.profiles import Profile, Rule, TablePart
from dataworkbench.readers.row_rules import RowFault, broken_rules
from dataworkbench.schemas import PUBLISHED_FIGURES, TABLES, Column

_FILL_IN: Final = "Fill it in, or leave the row out."
_OF_THE_ROW: Final = frozenset({"student_id", "school_year"})
"""What every row needs, also where its columns become rows; an item that lacks its own value is only left out."""

_TOLD_BY_CLASS: Final = frozenset({"school_id", "school_year"})
"""What the file of classes tells of a class, where a file names the class alone."""


def judge(part: TablePart, frame: pl.DataFrame, keep: pl.Series, mapped: Mapped) -> None:
    """Write down the rows of a part that cannot be taken in. ``keep`` says which rows are of this part."""
    _judge_what_is_required(part, frame, keep, mapped)
    if part.for_each is None:
        known = {one.assessment_id: one for one in mapped.cells.profile.assessments}
        for fault in broken_rules(part.table, frame, known):
            put_aside(mapped, part, fault._replace(where=fault.where & keep))
    rule = part.columns.get("student_id")
    match = mapped.matches.get(rule.column) if rule else None
    if match is not None:
        _judge_students(match, frame, keep, mapped)


def _judge_what_is_required(part: TablePart, frame: pl.DataFrame, keep: pl.Series, mapped: Mapped) -> None:
    for column in TABLES[part.table].columns:
        of_an_item = part.for_each is not None and part.table != PUBLISHED_FIGURES
        if not column.required or (of_an_item and column.name not in _OF_THE_ROW):
            continue
        lacking = keep & frame[column.name].is_null()
        if not lacking.any():
            continue
        _ask_for_the_year(part, column, mapped)
        if column.name in _TOLD_BY_CLASS and column.name not in part.columns and "section_id" in part.columns:
            put_aside(mapped, part, RowFault("section_id", lacking, *_class_unknown(column.name)))
            continue
        rule = part.columns.get(column.name, Rule())
        put_aside(mapped, part, RowFault(column.name, lacking, *_lacks(column.name, rule, mapped)))


def _class_unknown(name: str) -> tuple[str, str]:
    what = in_words(name)
    return (
        f"This class is in no file of classes, so nobody can tell its {what}.",
        "Bring the file that lists the class too, or leave the row out.",
    )


def _lacks(name: str, rule: Rule, mapped: Mapped) -> tuple[str, str]:
    """Return the reason and what to do, where a row lacks a value, the day that tells it, or the whole column."""
    what = in_words(name)
    there = [header for header in rule.column if mapped.cells.header(header) is not None]
    if rule.column and not there and not rule.current_year:
        asked = f"The file has no column '{rule.column[0]}', so nobody can tell the {what}."
        return (
            asked,
            "Export it with that column; or, if it has another name, write it under `other_names` in the profile.",
        )
    if rule.school_year_of and not there:
        return f"There is no '{rule.school_year_of}' in this row, so nobody can tell the {what}.", _FILL_IN
    return f"There is no {what} in this row.", _FILL_IN


def _ask_for_the_year(part: TablePart, column: Column, mapped: Mapped) -> None:
    rule = part.columns.get(column.name, Rule())
    if column.name == "school_year" and rule.current_year and not mapped.cells.current_year:
        mapped.ledger.note("question", "The file does not say which school year it is for. Which is it?",
                           'Write school_year = "2025-26" (yours) into workbench.toml, and import again.')  # fmt: skip
    if column.name == "school_year" and rule.from_file_name and not rule.column:
        mapped.ledger.note("question", "Neither the file nor its name says which school year it is for. Which is it?",
                           "Write the year into the name of the file, as in results_2025-26.csv, and import again.")  # fmt: skip


def _brings_students(profile: Profile) -> bool:
    """Whether a file is itself a roster: a student whom the roster before it does not know is new, not unknown."""
    return {"students", "enrollments"} <= {part.table for part in profile.tables}


def _judge_students(match: Match, frame: pl.DataFrame, keep: pl.Series, mapped: Mapped) -> None:
    years = frame["school_year"] if "school_year" in frame.columns else None
    if not mapped.directory.knows_students or match.known.all():
        return
    unknown = ~match.known & match.ids.is_not_null()
    mapped.ledger.write_down_unmatched(match.column, frame[ROW].filter(unknown), match.ids.filter(unknown))
    why = too_few_matched(match, years, mapped.directory)
    if why and not mapped.ledger.refused:
        mapped.ledger.refuse(mapped.cells.table.lines, *why)
        return
    missing = unmatched_students(match, years, mapped.directory) & keep
    if not missing.any() or _brings_students(mapped.cells.profile):
        return
    shared = missing & match.of_several
    for fault in (shared_number_fault(shared), orphan_fault(missing & ~shared)):
        found = faults(
            frame[ROW].filter(fault.where),
            column=match.column,
            values=match.ids.filter(fault.where),
            reason=fault.reason,
            what_to_do=fault.what_to_do,
        )
        mapped.ledger.put_aside(found)
