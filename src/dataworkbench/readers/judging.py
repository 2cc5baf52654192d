"""Rows that cannot be taken in: they lack what is required, break a rule, or name a student whom nobody knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from dataworkbench.readers.identifiers import Match, orphan_fault, too_few_matched, unmatched_students
from dataworkbench.readers.ledger import ROW, faults
from dataworkbench.readers.mapped import Mapped, put_aside
from dataworkbench.readers.profiles import Profile, Rule, TablePart
from dataworkbench.readers.row_rules import RowFault, broken_rules
from dataworkbench.schemas import TABLES, Column

_SAID: Final[Mapping[str, str]] = {
    "absent": "attendance code", "student_id": "student number", "school_id": "school",
    "days_enrolled": "number of days enrolled", "days_absent": "number of days absent",
}  # fmt: skip
"""What people call some of our columns."""


def judge(part: TablePart, frame: pl.DataFrame, keep: pl.Series, mapped: Mapped) -> None:
    """Write down the rows of a part that cannot be taken in. ``keep`` says which rows are of this part."""
    if part.for_each is None:
        _judge_what_is_required(part, frame, keep, mapped)
        known = {one.assessment_id: one for one in mapped.cells.profile.assessments}
        for fault in broken_rules(part.table, frame, known):
            put_aside(mapped, part, fault._replace(where=fault.where & keep))
    rule = part.columns.get("student_id")
    match = mapped.matches.get(rule.column) if rule else None
    if match is not None:
        _judge_students(match, frame, keep, mapped)


def _judge_what_is_required(part: TablePart, frame: pl.DataFrame, keep: pl.Series, mapped: Mapped) -> None:
    for column in TABLES[part.table].columns:
        lacking = keep & frame[column.name].is_null() if column.required else None
        if lacking is None or not lacking.any():
            continue
        _ask_for_the_year(part, column, mapped)
        said = _SAID.get(column.name, column.name.replace("_", " "))
        by_date = part.columns.get(column.name, Rule()).school_year_of
        reason = (
            "There is no date in this row, so nobody can tell which school year it is for."
            if by_date
            else f"There is no {said} in this row."
        )
        fault = RowFault(column.name, lacking, reason, "Fill it in, or leave the row out.")
        put_aside(mapped, part, fault)


def _ask_for_the_year(part: TablePart, column: Column, mapped: Mapped) -> None:
    rule = part.columns.get(column.name, Rule())
    if column.name == "school_year" and rule.current_year and not mapped.cells.current_year:
        mapped.ledger.note("question", "The file does not say which school year it is for. Which is it?",
                           'Write school_year = "2025-26" (yours) into workbench.toml, and import again.')  # fmt: skip


def _brings_students(profile: Profile) -> bool:
    """Whether a file is itself a roster: a student whom the roster before it does not know is new, not unknown."""
    return {"students", "enrollments"} <= {part.table for part in profile.tables}


def _judge_students(match: Match, frame: pl.DataFrame, keep: pl.Series, mapped: Mapped) -> None:
    years = frame["school_year"] if "school_year" in frame.columns else None
    if not mapped.directory.knows_students or match.known.all():
        return
    why = too_few_matched(match, years, mapped.directory)
    if why and not mapped.ledger.refused:
        what = (
            "Export the file with the identifier that the roster uses, or bring the roster that has this one."
        )
        mapped.ledger.refuse(mapped.cells.table.lines, why, what)
        return
    missing = unmatched_students(match, years, mapped.directory) & keep
    if not missing.any() or _brings_students(mapped.cells.profile):
        return
    fault = orphan_fault(missing)
    found = faults(
        frame[ROW].filter(missing),
        column=match.column,
        values=match.ids.filter(missing),
        reason=fault.reason,
        what_to_do=fault.what_to_do,
    )
    mapped.ledger.put_aside(found)
