"""Answers that are worked out when a snapshot is made: the questions that a dashboard asks most are looked up and not asked.

An answer is kept for every school year, test and time at once, by school, grade level and kind of group. Another year or another
kind of group is then other rows of the same answer. Planning a statement that adds up sums takes ten times as long as
looking rows up, and a page has five of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dataworkbench.measures import cells, composing
from dataworkbench.measures.definition import SUBGROUP_COLUMNS, Indicator, Question
from dataworkbench.terms import NOT_REPORTED
from dataworkbench.workspace import Settings

SHAPES: Final[tuple[tuple[str, ...], ...]] = (
    (),
    ("school_id",),
    ("grade_level",),
    SUBGROUP_COLUMNS,
    ("school_id", "grade_level"),
    ("school_id", *SUBGROUP_COLUMNS),
)
"""What groups of an answer are told apart by, beside the time and the test."""


def make(run: cells.Run, asked: Indicator, settings: Settings) -> None:
    """Write the answers of one indicator into a database that has its sums."""
    for shape in SHAPES:
        if set(shape) <= set(asked.dimensions):
            question = Question(asked, _columns(asked, shape), {})
            sql, parameters = cells.figures(question, settings)
            run(f"CREATE TABLE {_table(asked, shape)} AS {sql}", parameters)
            made = (_table(asked, shape), cells.rules_of(asked, settings))
            run("INSERT INTO cells_made VALUES (?, ?)", made)


def figures(
    question: Question, settings: Settings, made: Mapping[str, str]
) -> tuple[str, list[object]] | None:
    """Return the statement that looks an answer up; None where none was made for the question.

    The question is one that sums answer (``cells.fit``).
    """
    shape = next((shape for shape in SHAPES if _holds(question, shape, settings, made)), None)
    if shape is None:
        return None
    clauses, bound = composing.choices(question.where)
    named = ", ".join([*question.grouped, *cells.ANSWERED])
    sql = f"SELECT {named} FROM {_table(question.indicator, shape)}{composing.where(clauses)}"
    return composing.with_school_names(question, sql), bound


def _holds(question: Question, shape: tuple[str, ...], settings: Settings, made: Mapping[str, str]) -> bool:
    """Return whether each group that is asked for is one row of a kept answer."""
    asked = question.indicator
    columns = _columns(asked, shape)
    if made.get(_table(asked, shape)) != cells.rules_of(asked, settings):
        return False
    if not question.used <= set(columns) or any(NOT_REPORTED in values for values in question.where.values()):
        return False
    return all(name in question.grouped or len(question.where.get(name, ())) == 1 for name in columns)


def _columns(asked: Indicator, shape: tuple[str, ...]) -> tuple[str, ...]:
    return (*cells.SUMMED[asked.id], *shape)


def _table(asked: Indicator, shape: tuple[str, ...]) -> str:
    return "_".join(("answers", asked.id, "by", *(shape or ("nothing",))))
