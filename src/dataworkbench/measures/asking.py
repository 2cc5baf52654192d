"""Ask a district for an indicator: one frame back, one row a group."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import pandas as pd

from dataworkbench.errors import WorkbenchError, no_such
from dataworkbench.measures import answers, cells, composing
from dataworkbench.measures.catalogue import indicator
from dataworkbench.measures.composing import Where, question_of
from dataworkbench.measures.definition import Asked, Question
from dataworkbench.measures.shaping import missing_frame, shaped, shaped_rows

Wanted = Literal["hit", "not_hit", "counted", "left_out"]

_CONDITIONS = {
    "hit": "why IS NULL AND total > 0",
    "not_hit": "why IS NULL AND coalesce(total, 0) = 0",
    "counted": "why IS NULL",
    "left_out": "why IS NOT NULL",
}


def measure(district: Asked, id: str, *, by: Sequence[str] = (), where: Where | None = None) -> pd.DataFrame:  # noqa: A002 - the catalogue's own word
    """Return an indicator by groups.

    One row is one group. The grouping columns stand first, then ``indicator``, ``n`` (how many count),
    ``n_left_out``, ``numerator`` (rates), ``mean`` and ``sd`` (means), ``value`` (a rate is 0 to 1), ``low`` and
    ``high`` (the interval), ``status`` and ``reason``.

    ``by`` and ``where`` take the indicator's dimensions (see ``catalogue()``); ``by`` also takes ``school_name``.
    Grouping by ``subgroup`` brings its ``subgroup_type``; without a choice of type every type comes.
    A student is counted once a school year, so choose or group by ``school_year``, or years are added together.

    Where the district never brought the tables, one row comes back with the status ``missing`` and a reason that
    says how to bring them.

    Raises
    ------
    NoSuchNameError
        Where there is no such indicator, or no such column.

    """
    return figures_of(district, question_of(indicator(id), by, where))


def figures_of(district: Asked, question: Question) -> pd.DataFrame:
    """Return the frame that travels for a question, whether its indicator stands in the catalogue or not."""
    lacking = what_is_lacking(district, question)
    if lacking:
        return missing_frame(question, lacking)
    made = getattr(district, "cells", {})  # a small district of a test has none
    summed = cells.fit(question, district.settings, made)
    kept = answers.kept(district, question, made) if summed else None
    if kept is not None:
        return shaped_rows(kept, answers.groups(kept, question), question, district.settings)
    asked = cells.figures if summed else composing.figures
    answer = district.ask(*asked(question, district.settings))
    return shaped(answer, question, district.settings, _levels(district, question))


def _levels(district: Asked, question: Question) -> tuple[str, ...]:
    """Performance levels from the lowest to the highest, where the question is about them."""
    if not {"performance_level", "level_now"} & set(question.by):
        return question.indicator.value_order
    listed = district.ask(
        "SELECT CAST(performance_level AS VARCHAR) AS level FROM performance_levels GROUP BY 1 ORDER BY min(level_order), 1"
    )
    return tuple(str(level) for level in listed["level"])


def left_out(district: Asked, id: str, *, by: Sequence[str] = (), where: Where | None = None) -> pd.DataFrame:  # noqa: A002 - the catalogue's own word
    """Return why units were left out of an indicator.

    One row is one reason in one group: the grouping columns, ``indicator``, ``left_out`` (the reason), ``n``.
    Its sum over reasons is ``n_left_out`` of ``measure``.
    """
    question = question_of(indicator(id), by, where)
    columns = [*question.grouped, "indicator", "left_out", "n"]
    if what_is_lacking(district, question):
        return pd.DataFrame(columns=columns)
    sql, parameters = composing.reasons(question, district.settings)
    answer = district.ask(sql, parameters).rename(columns={"why": "left_out"})
    return answer.assign(indicator=id)[columns].astype({"n": "Int64"})


def student_list(district: Asked, id: str, *, where: Where | None = None, want: Wanted = "hit") -> list[str]:  # noqa: A002 - the catalogue's own word
    """Return the identifiers of the students behind a figure; for the staff road alone.

    ``want`` is ``hit`` (in the numerator), ``not_hit``, ``counted`` (in the denominator) or ``left_out``.

    Raises
    ------
    WorkbenchError
        Where the indicator is not about students, or a hit is asked of something that has none.

    """
    question = question_of(indicator(id), (), where)
    if want not in _CONDITIONS:
        raise no_such("list of students", want, _CONDITIONS)
    if want in ("hit", "not_hit") and question.indicator.unit != "rate":
        raise WorkbenchError(
            f"'{id}' is a {question.indicator.unit}, so nobody is or is not in its numerator. Ask for want='counted'."
        )
    if what_is_lacking(district, question):
        return []
    if "student_id" not in question.indicator.rows(district.settings, question).unit:
        raise WorkbenchError(f"'{id}' does not count students, so there is no list of students behind it.")
    sql, parameters = composing.people(question, district.settings, _CONDITIONS[want])
    return [str(student) for student in district.ask(sql, parameters)["student_id"]]


def counted_units(
    district: Asked,
    id: str,  # noqa: A002 - the catalogue's own word
    *,
    by: Sequence[str] = (),
    where: Where | None = None,
) -> pd.DataFrame:
    """Return what stands behind a figure, for comparing two snapshots; it never leaves the house.

    One row is one unit that counts (a student in a school year, for most indicators) in one group: the grouping columns, the
    columns that tell units apart, ``total`` and ``weight``. A rate is the sum of totals over the sum of weights.
    """
    question = question_of(indicator(id), by, where)
    unit = question.indicator.rows(district.settings, question).unit
    columns = list(dict.fromkeys([*question.grouped, *unit, "total", "weight"]))
    if what_is_lacking(district, question):
        return pd.DataFrame(columns=columns, dtype="object")
    sql, parameters = composing.counted(question, district.settings, columns)
    return district.ask(sql, parameters)


def what_is_lacking(district: Asked, question: Question) -> str:
    """Return the sentence about what was never brought; nothing where all is there."""
    asked = question.indicator
    lacking = [name for name in asked.needs if not district.has(name)]
    if asked.needs_one_of and not any(district.has(name) for name in asked.needs_one_of):
        lacking.append(" or ".join(asked.needs_one_of))
    if not lacking and asked.needs_rows:
        found = district.ask(f"SELECT 1 AS there FROM {asked.needs[0]} WHERE {asked.needs_rows} LIMIT 1")
        lacking = [] if len(found) else [f"{asked.needs[0]} of this kind"]
    if lacking:
        return f"{asked.title}: the district has not brought {' and '.join(lacking).replace('_', ' ')}. {asked.how_to_bring}"
    if question.about_subgroups and not district.has("students"):
        return (
            f"{asked.title}, by subgroups: the district has not brought students. "
            "Bring the roster: a OneRoster export with its demographics file."
        )
    return ""
