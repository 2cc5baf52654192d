"""Answers that are worked out when a snapshot is made: the questions that a dashboard asks most are looked up and not asked.

An answer is kept for every school year, test and time at once, by school, grade level and kind of group. Another year or another
kind of group is then other rows of the same answer. Planning a statement that adds up sums takes ten times as long as
looking rows up, and a page has five of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd
from pandas.api.extensions import ExtensionArray

from dataworkbench.measures import cells, composing
from dataworkbench.measures.definition import SUBGROUP_COLUMNS, Asked, Indicator, Question
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


def kept(district: Asked, question: Question, made: Mapping[str, str]) -> list[dict[str, Any]] | None:
    """Return the answer that was made for a question, one row a group; None where there is none.

    The question is one that sums answer (``cells.fit``). The rows come as they lie: to make a frame of them and read it again
    took as long as looking them up.
    """
    look_up = getattr(district, "rows", None)
    shape = next((shape for shape in SHAPES if _holds(question, shape, district.settings, made)), None)
    if shape is None or look_up is None:
        return None
    clauses, bound = composing.choices(question.where)
    named = ", ".join([*question.grouped, *cells.ANSWERED])
    sql = f"SELECT {named} FROM {_table(question.indicator, shape)}{composing.where(clauses)}"
    found: list[dict[str, Any]] = look_up(sql, bound)
    if "school_name" in question.by:
        names = district.ask(composing.SCHOOL_NAMES)
        known = dict(zip(names["school_id"].tolist(), names["school_name"].tolist(), strict=True))
        for row in found:
            name = known.get(row["school_id"])
            row["school_name"] = name if isinstance(name, str) else row["school_id"]
    return found


def groups(rows: Sequence[Mapping[str, Any]], question: Question) -> dict[str, ExtensionArray]:
    """Return the columns that say which group each row of an answer is."""
    text: Any = "str"
    return {name: pd.array([row[name] for row in rows], dtype=text) for name in question.by}


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
