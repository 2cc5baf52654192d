"""Sums that are worked out when a snapshot is made, so that a question of a dashboard adds up a few and reads no student.

A student in one cell alone (one school and grade level in a year, say) counts the same however cells are put together,
so such students are summed up. The few in several cells must be counted once where these are put together: their rows are
kept, and are judged anew for each question. So an answer is the same as from all rows, to the last student.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from dataworkbench.measures import composing
from dataworkbench.measures.definition import SUBGROUP_COLUMNS, Indicator, Part, Question, UnitRows
from dataworkbench.terms import NOT_REPORTED
from dataworkbench.workspace import Settings

Run = Callable[[str, Sequence[object]], object]

_TIME: Final = ("school_year",)
_TEST: Final = ("school_year", "assessment_id", "subject")
SUMMED: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "enrollment": _TIME,
        "chronic_absence": _TIME,
        "incident_rate": _TIME,
        "proficiency": (*_TEST, "period"),
        "growth_target_met": _TEST,
        "tests_taken": (*_TEST, "period"),
        "tests_taken_twice": _TEST,
    }
)
"""The indicators that are summed up, each with the columns of which a question must fix one value or group by it."""

_SUMS: Final = ("n", "t", "w", "s", "tt", "tw", "ww")
ANSWERED: Final = ("n", "n_left_out", *_SUMS[1:], "most_common_reason")
"""The columns of an answer beside those that say which group a row is."""


def rules_of(asked: Indicator, settings: Settings) -> str:
    """Return what the sums of an indicator rest on beside the tables; where it has changed, they no longer hold."""
    return f"{asked.id} {asked.version} {settings.absence.model_dump_json()}"


def make(run: Run, asked: Indicator, settings: Settings) -> None:
    """Write the sums of one indicator, and the rows of the students in several cells, into a database."""
    question = Question(asked, _dimensions(asked), {})
    rows = asked.rows(settings, question)
    sql, parameters = composing.gathered(question, rows)
    run(f"CREATE TEMP TABLE gathered_units AS {sql}", parameters)
    whole = _whole(question, rows)
    run(f"CREATE TEMP TABLE alone AS {_alone(asked, rows, whole)}", ())
    keys = ", ".join(_keys(asked, rows))
    several = f"SELECT {keys} FROM gathered_units GROUP BY {keys} HAVING count(*) > 1"
    same = " AND ".join(f"g.{name} IS NOT DISTINCT FROM k.{name}" for name in _keys(asked, rows))
    run(
        f"CREATE TABLE several_{asked.id} AS SELECT g.* FROM gathered_units AS g SEMI JOIN ({several}) AS k ON {same}",
        (),
    )
    run(f"CREATE TABLE cells_{asked.id} AS {_cells(asked, rows, 'alone', ())}", ())
    if set(SUBGROUP_COLUMNS) <= set(asked.dimensions):
        named = (
            "SELECT alone.*, g.subgroup_type, g.subgroup FROM alone JOIN student_groups AS g "
            "ON g.student_id = alone.student_id AND g.school_year = alone.school_year"
        )
        run(f"CREATE TABLE groups_{asked.id} AS {_cells(asked, rows, f'({named})', SUBGROUP_COLUMNS)}", ())
    run("DROP TABLE gathered_units", ())
    run("DROP TABLE alone", ())
    run("CREATE TABLE IF NOT EXISTS cells_made (id VARCHAR, rules VARCHAR)", ())
    run("INSERT INTO cells_made VALUES (?, ?)", (asked.id, rules_of(asked, settings)))


def _dimensions(asked: Indicator) -> tuple[str, ...]:
    return tuple(name for name in asked.dimensions if name not in SUBGROUP_COLUMNS)


def _keys(asked: Indicator, rows: UnitRows) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*rows.unit, *SUMMED[asked.id])))


def _whole(question: Question, rows: UnitRows) -> tuple[str, ...]:
    """Return every column of a gathered row."""
    keys = dict.fromkeys((*question.grouped, *rows.unit))
    return (*keys, *(f"part_{part.name}" for part in rows.parts))


def _alone(asked: Indicator, rows: UnitRows, whole: Sequence[str]) -> str:
    keys = _keys(asked, rows)
    held = ", ".join(f"any_value({name}) AS {name}" for name in whole if name not in keys)
    return (
        f"SELECT {', '.join(keys)}, {held} FROM gathered_units GROUP BY {', '.join(keys)} HAVING count(*) = 1"
    )


def _cells(asked: Indicator, rows: UnitRows, source: str, groups: Sequence[str]) -> str:
    """Return the statement whose rows are one cell and one reason each, with its sums."""
    places = ", ".join([*groups, *_dimensions(asked)])
    parts = ", ".join(f"part_{part.name} AS {part.name}" for part in rows.parts)
    squares = rows.squares or "NULL"
    return f"""
        WITH parts AS (SELECT {places}, {parts} FROM {source}), judged AS (
            SELECT {places}, {rows.left_out} AS why, CAST({rows.total} AS DOUBLE) AS total, CAST({rows.weight} AS DOUBLE) AS weight,
                CAST({squares} AS DOUBLE) AS squares
            FROM parts
        )
        SELECT {places}, why, count(*) AS n, sum(total) AS t, sum(weight) AS w, sum(squares) AS s, sum(total * total) AS tt,
            sum(total * weight) AS tw, sum(weight * weight) AS ww
        FROM judged GROUP BY ALL ORDER BY ALL
    """


def fit(question: Question, settings: Settings, made: Mapping[str, str]) -> bool:
    """Return whether the sums of a district answer a question: they are there, and nobody is counted twice."""
    asked = question.indicator
    if asked.id not in SUMMED or made.get(asked.id) != rules_of(asked, settings):
        return False
    about = question.used & set(SUBGROUP_COLUMNS)
    if about and "subgroup" not in question.grouped:
        return False
    return all(name in question.grouped or _one(question.where.get(name, ())) for name in SUMMED[asked.id])


def _one(values: Sequence[str]) -> bool:
    return len(values) == 1 and values[0] != NOT_REPORTED


def figures(question: Question, settings: Settings) -> tuple[str, list[object]]:
    """Return the statement whose rows are one group each, with the sums that its figures are made from."""
    statement = _judged_again(question, settings)
    group = list(question.grouped)
    named = ", ".join(group)
    sums = ", ".join(f"sum({name}) AS {name}" for name in _SUMS)
    clauses, bound = composing.choices(question.where)
    table = f"{'groups' if set(group) & set(SUBGROUP_COLUMNS) else 'cells'}_{question.indicator.id}"
    every = ", ".join([*group, "why"])
    statement.step(
        "added", f"SELECT {every}, {sums} FROM {table}{composing.where(clauses)} GROUP BY {every}", bound
    )
    spoken = ", ".join([*(composing.spoken(name) for name in group), "why", *_SUMS])
    statement.step(
        "together", f"SELECT {spoken} FROM added UNION ALL SELECT {every}, {', '.join(_SUMS)} FROM few"
    )
    statement.step("by_reason", f"SELECT {every}, {sums} FROM together GROUP BY {every}")
    by = f"{named}, " if named else ""
    figures = ", ".join(f"sum({name}) FILTER (WHERE why IS NULL) AS {name}" for name in _SUMS[1:])
    statement.step(
        "summed",
        f"SELECT {by}CAST(coalesce(sum(n) FILTER (WHERE why IS NULL), 0) AS BIGINT) AS n, "
        f"CAST(coalesce(sum(n) FILTER (WHERE why IS NOT NULL), 0) AS BIGINT) AS n_left_out, {figures}, "
        "arg_min(why, (-n, why)) FILTER (WHERE why IS NOT NULL) AS most_common_reason "
        f"FROM by_reason{f' GROUP BY {named}' if named else ''}",
    )
    return statement.ending(composing.with_school_names(question, "SELECT * FROM summed"))


def _judged_again(question: Question, settings: Settings) -> composing.Statement:
    """Return the steps up to ``few``: the sums of the students who were in several cells, each counted once."""
    rows = question.indicator.rows(settings, question)
    parts = tuple(Part(part.name, part.aggregate, f"part_{part.name}") for part in rows.parts)
    again = replace(rows, sql=f"SELECT * FROM several_{question.indicator.id}", parts=parts, parameters=())
    asked = replace(question.indicator, rows=lambda _settings, _question: again)
    statement = composing.judged_units(replace(question, indicator=asked), settings)
    every = ", ".join([*question.grouped, "why"])
    of = "sum(CAST({} AS DOUBLE) * CAST({} AS DOUBLE)) AS {}".format
    pairs = (of("total", "total", "tt"), of("total", "weight", "tw"), of("weight", "weight", "ww"))
    plain = [
        f"sum(CAST({of_} AS DOUBLE)) AS {name}"
        for of_, name in (("total", "t"), ("weight", "w"), ("squares", "s"))
    ]
    statement.step(
        "few", f"SELECT {every}, count(*) AS n, {', '.join([*plain, *pairs])} FROM judged GROUP BY {every}"
    )
    return statement
