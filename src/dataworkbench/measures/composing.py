"""From a question (which indicator, by what, where) to one SQL statement.

Names of columns come from the catalogue and are checked against it; every value is bound as a parameter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from dataworkbench.errors import no_such
from dataworkbench.measures.definition import STUDENT_YEAR, SUBGROUP_COLUMNS, Indicator, Question, UnitRows
from dataworkbench.terms import NOT_REPORTED
from dataworkbench.workspace import Settings

COLUMN_ORDER = (
    "school_year", "period", "month", "week", "school_id", "school_name", "grade_level", "assessment_id", "subject",
    "subgroup_type", "subgroup",
)  # fmt: skip
"""The grouping columns that stand first, in this order; others follow as they were asked for."""

Where = Mapping[str, str | Sequence[str]]


def question_of(indicator: Indicator, by: Iterable[str], where: Where | None) -> Question:
    """Return the question, with its column names checked.

    Raises
    ------
    NoSuchNameError
        Where a column is not a dimension of the indicator.

    """
    asked = [*([by] if isinstance(by, str) else by), *indicator.always_by]
    chosen = {name: _as_values(values) for name, values in (where or {}).items()}
    dimensions = (*indicator.dimensions, *(("school_name",) if "school_id" in indicator.dimensions else ()))
    for name in asked:
        if name not in dimensions:
            raise no_such(f"column to group {indicator.id} by", name, dimensions)
    for name in chosen:
        if name not in indicator.dimensions:
            raise no_such(f"column to choose {indicator.id} by", name, indicator.dimensions)
    if "subgroup" in asked:
        asked.append("subgroup_type")
    if "school_name" in asked:
        asked.append("school_id")
    asked = [name for name in asked if name not in indicator.always_by] + list(indicator.always_by)
    return Question(indicator, _in_order(asked), {name: values for name, values in chosen.items() if values})


def _as_values(values: str | Sequence[str]) -> tuple[str, ...]:
    return (values,) if isinstance(values, str) else tuple(str(value) for value in values)


def _in_order(names: Iterable[str]) -> tuple[str, ...]:
    there = list(dict.fromkeys(names))
    first = [name for name in COLUMN_ORDER if name in there]
    return (*first, *(name for name in there if name not in COLUMN_ORDER))


@dataclass
class Statement:
    """An SQL statement that is being put together, with its parameters in the order of their marks."""

    steps: list[str]
    parameters: list[object]

    def step(self, name: str, sql: str, parameters: Iterable[object] = ()) -> None:
        """Add one named step."""
        self.steps.append(f"{name} AS (\n{sql}\n)")
        self.parameters.extend(parameters)

    def ending(self, sql: str) -> tuple[str, list[object]]:
        """Return the whole statement and its parameters."""
        return "WITH " + ",\n".join(self.steps) + "\n" + sql, self.parameters


def judged_units(question: Question, settings: Settings) -> Statement:
    """Return the steps up to ``judged``: one row is one unit in one group that was asked for.

    Its columns are the grouping columns, those of the unit, ``why`` (left out), ``total``, ``weight``, ``squares``.
    """
    rows = question.indicator.rows(settings, question)
    statement = Statement([], [])
    statement.step("rows_behind", rows.sql, rows.parameters)
    clauses, values = _choices(question, rows)
    statement.step("kept", f"SELECT * FROM rows_behind{where(clauses)}", values)
    joined = rows.joins_subgroups and any(name in SUBGROUP_COLUMNS for name in question.grouped)
    _gather(statement, question, rows, joined=joined)
    if joined:
        _join_subgroups(statement, question)
    _judge(statement, question, rows, source="joined" if joined else "gathered")
    return statement


def gathered(question: Question, rows: UnitRows) -> tuple[str, list[object]]:
    """Return the statement whose rows are one unit in one group each, before subgroups are told apart, with its parts."""
    statement = Statement([], [])
    statement.step("kept", rows.sql, rows.parameters)
    _gather(statement, question, rows, joined=rows.joins_subgroups)
    return statement.ending("SELECT * FROM gathered")


def _choices(question: Question, rows: UnitRows) -> tuple[list[str], list[object]]:
    apart = set(SUBGROUP_COLUMNS) if rows.joins_subgroups else set()
    apart |= {rows.spread[0]} if rows.spread else set()
    chosen = {name: values for name, values in question.where.items() if name not in apart}
    clauses, bound = choices(chosen)
    if rows.joins_subgroups and not set(question.grouped) & set(SUBGROUP_COLUMNS):
        inside, more = choices({n: v for n, v in question.where.items() if n in SUBGROUP_COLUMNS})
        if inside:
            clauses.append(
                "(student_id, CAST(school_year AS VARCHAR)) IN "
                f"(SELECT (student_id, CAST(school_year AS VARCHAR)) FROM student_groups{where(inside)})"
            )
            bound += more
    return clauses, bound


def choices(chosen: Mapping[str, tuple[str, ...]]) -> tuple[list[str], list[object]]:
    """Return the conditions that keep only the chosen values, and the values for their marks."""
    clauses, bound = [], list[object]()
    for name, values in chosen.items():
        column = f"CAST({name} AS VARCHAR)" if name in {"tier", "group_size"} else name
        clause = f"{column} IN ({', '.join('?' for _ in values)})"
        if NOT_REPORTED in values:
            clause = f"({clause} OR {name} IS NULL)"
        clauses.append(clause)
        bound.extend(values)
    return clauses, bound


def where(clauses: Sequence[str]) -> str:
    """Return the conditions as the end of a statement; nothing where there are none."""
    return " WHERE " + " AND ".join(clauses) if clauses else ""


def _gather(statement: Statement, question: Question, rows: UnitRows, *, joined: bool) -> None:
    apart = set(SUBGROUP_COLUMNS) if joined else set()
    apart |= {rows.spread[0]} if rows.spread else set()
    own = [name for name in question.grouped if name not in apart]
    keys = [*own, *(name for name in rows.unit if name not in own)]
    parts = [f"{part.aggregate}({part.expression}) AS part_{part.name}" for part in rows.parts]
    parts += [
        f"{edge}(CASE WHEN left_out IS NULL THEN {name} END) AS {edge}_{name}"
        for name in guarded(question)
        for edge in ("min", "max")
    ]
    statement.step("gathered", f"SELECT {', '.join([*keys, *parts])} FROM kept GROUP BY {', '.join(keys)}")


def spoken(name: str) -> str:
    """Return a dimension as text, with a word where it is empty; after gathering, because text is slow to group by."""
    return f"coalesce(nullif(CAST({name} AS VARCHAR), ''), '{NOT_REPORTED}') AS {name}"


def guarded(question: Question) -> tuple[str, ...]:
    """Return the columns whose values might be mixed in one figure, which the indicator never does."""
    return tuple(
        name
        for name in question.indicator.never_mixes
        if name not in question.by and len(question.where.get(name, ())) != 1
    )


def _join_subgroups(statement: Statement, question: Question) -> None:
    clauses, bound = choices({n: v for n, v in question.where.items() if n in SUBGROUP_COLUMNS})
    named = ", ".join(
        f"CAST(named.{name} AS VARCHAR) AS {name}" for name in SUBGROUP_COLUMNS if name in question.grouped
    )
    pairs = " AND ".join(f"named.{name} = gathered.{name}" for name in STUDENT_YEAR)
    source = f"(SELECT * FROM student_groups{where(clauses)})"
    statement.step(
        "joined", f"SELECT gathered.*, {named} FROM gathered JOIN {source} AS named ON {pairs}", bound
    )


def _judge(statement: Statement, question: Question, rows: UnitRows, *, source: str) -> None:
    named = ", ".join(f"part_{part.name} AS {part.name}" for part in rows.parts)
    squares = f"{rows.squares} AS squares" if rows.squares else "NULL AS squares"
    keys = [*question.grouped, *(name for name in rows.unit if name not in question.grouped)]
    if rows.spread:
        keys = [name for name in keys if name != rows.spread[0]]
    edges = [f"{edge}_{name}" for name in guarded(question) for edge in ("min", "max")]
    said = [spoken(name) for name in keys]
    statement.step("parts", f"SELECT {', '.join([*said, *edges, named])} FROM {source}")
    columns = [*keys, *edges, f"{rows.left_out} AS why"]
    if rows.spread is None:
        sql = f"SELECT {', '.join(columns)}, {rows.total} AS total, {rows.weight} AS weight, {squares} FROM parts"
        statement.step("judged", sql)
        return
    name, own, values = rows.spread
    wanted = [value for value in values if value in question.where.get(name, values)]
    held = f"(SELECT unnest(?) AS {name})"
    sql = (
        f"SELECT {', '.join(columns)}, held.{name}, CASE WHEN {own} = held.{name} THEN 1 ELSE 0 END AS total, "
        f"1 AS weight, {squares} FROM parts CROSS JOIN {held} AS held"
    )
    statement.step("judged", sql, [wanted])


def figures(question: Question, settings: Settings) -> tuple[str, list[object]]:
    """Return the statement whose rows are one group each, with the sums that its figures are made from."""
    statement = judged_units(question, settings)
    sums = [
        "count(*) FILTER (WHERE why IS NULL) AS n",
        "count(*) FILTER (WHERE why IS NOT NULL) AS n_left_out",
        *(
            f"sum(CAST({of} AS DOUBLE)) FILTER (WHERE why IS NULL) AS {name}"
            for name, of in (
                ("t", "total"), ("w", "weight"), ("s", "squares"),
                ("tt", "total AS DOUBLE) * CAST(total"), ("tw", "total AS DOUBLE) * CAST(weight"),
                ("ww", "weight AS DOUBLE) * CAST(weight"),
            )
        ),
        *(["list_sort(list(total / weight) FILTER (WHERE why IS NULL)) AS held"] if question.indicator.middle else []),
        "mode(why ORDER BY why) AS most_common_reason",
        *(f"CAST({edge}({edge}_{name}) AS VARCHAR) AS {edge}_{name}" for name in guarded(question) for edge in ("min", "max")),
    ]  # fmt: skip
    return statement.ending(_final(question, sums, "judged", ""))


def reasons(question: Question, settings: Settings) -> tuple[str, list[object]]:
    """Return the statement whose rows are one reason in one group each, with the units left out for it."""
    statement = judged_units(question, settings)
    group = ", ".join([*question.grouped, "why"])
    return statement.ending(
        f"SELECT {group}, count(*) AS n FROM judged WHERE why IS NOT NULL GROUP BY {group} ORDER BY {group}"
    )


def people(question: Question, settings: Settings, condition: str) -> tuple[str, list[object]]:
    """Return the statement that lists the students whose unit meets a condition."""
    statement = judged_units(question, settings)
    return statement.ending(f"SELECT DISTINCT student_id FROM judged WHERE {condition} ORDER BY student_id")


def counted(question: Question, settings: Settings, columns: Sequence[str]) -> tuple[str, list[object]]:
    """Return the statement whose rows are one unit that counts in one group, with the columns named."""
    statement = judged_units(question, settings)
    return statement.ending(f"SELECT {', '.join(columns)} FROM judged WHERE why IS NULL")


def _final(question: Question, sums: Sequence[str], source: str, tail: str) -> str:
    group = list(question.grouped)
    grouping = f" GROUP BY {', '.join(group)}" if group else ""
    return with_school_names(question, f"SELECT {', '.join([*group, *sums])} FROM {source}{grouping}{tail}")


SCHOOL_NAMES: Final = "SELECT CAST(school_id AS VARCHAR) AS school_id, any_value(school_name) AS school_name FROM schools GROUP BY 1"
"""The statement whose rows are the names of the schools."""


def with_school_names(question: Question, inner: str) -> str:
    """Return the statement with the names of schools beside their identifiers, where the question wants them."""
    if "school_name" not in question.by:
        return inner
    return (
        f"SELECT f.*, coalesce(s.school_name, f.school_id) AS school_name FROM ({inner}) AS f "
        f"LEFT JOIN ({SCHOOL_NAMES}) AS s ON s.school_id = f.school_id"
    )
