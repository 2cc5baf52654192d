"""What an indicator is: a definition that people can read, and the rows that it counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, Protocol

import pandas as pd

from dataworkbench.workspace import Settings

Unit = Literal["rate", "mean", "count"]
Direction = Literal["higher", "lower", "neither"]
Aggregate = Literal["sum", "min", "max"]


class Asked(Protocol):
    """All that measures need of a district."""

    @property
    def settings(self) -> Settings:
        """What the district said about itself."""
        ...

    def has(self, table: str, /) -> bool:
        """Return whether a canonical table has rows."""
        ...

    def ask(self, sql: str, parameters: Sequence[object] = (), /) -> pd.DataFrame:
        """Return the answer to a question in SQL over the canonical tables."""
        ...


@dataclass(frozen=True)
class Part:
    """One number that is gathered for each unit: an SQL expression over the rows, and how it is gathered."""

    name: str
    aggregate: Aggregate
    expression: str


@dataclass(frozen=True)
class UnitRows:
    """The rows behind an indicator, and how one unit is judged from its rows.

    ``sql`` gives rows with the dimension columns; ``unit`` names the columns that tell units apart. The ``parts``
    are gathered for each unit (within the groups that were asked for), and ``left_out``, ``total`` and ``weight``
    are SQL expressions over the parts. A rate is the sum of totals over the sum of weights, and so is a mean.
    """

    sql: str
    unit: tuple[str, ...]
    parts: tuple[Part, ...]
    left_out: str
    total: str
    weight: str = "1"
    squares: str = ""
    joins_subgroups: bool = True
    spread: tuple[str, str, tuple[str, ...]] | None = None
    """A column of results that every unit is held against: its name, the unit's own value in SQL, all values in order."""
    parameters: tuple[object, ...] = ()


RowsOf = Callable[[Settings, "Question"], UnitRows]
"""Makes the unit rows, given the district's settings and the question, so that only what is needed is worked out."""

STUDENT_YEAR: Final = ("student_id", "school_year")
SUBGROUP_COLUMNS: Final = ("subgroup_type", "subgroup")


@dataclass(frozen=True)
class Indicator:
    """One defined measure."""

    id: str
    version: int
    title: str
    sentence: str
    unit: Unit
    numerator: str
    denominator: str
    left_out: str
    direction: Direction
    stage: int
    source: str
    dimensions: tuple[str, ...]
    how_to_bring: str
    rows: RowsOf
    needs: tuple[str, ...] = ()
    needs_one_of: tuple[str, ...] = ()
    needs_rows: str = ""
    """A condition on the first needed table: where no row meets it, what the indicator rests on was never brought."""
    never_mixes: tuple[str, ...] = ()
    """Columns whose values are never added together in one figure: scores of different tests have no common mean."""
    full_count: bool = False
    """Whether everybody is counted, so that there is nothing to be unsure of and no interval: who is enrolled, for one."""
    always_by: tuple[str, ...] = ()
    value_order: tuple[str, ...] = ()
    """The values of the column in ``always_by``, in the order in which they are shown."""
    nothing_to_divide_by: str = "There is nothing here to take a share of."
    middle: bool = False
    """Whether the figure is the median of the units' values and not their mean."""
    hidden_below: str = ""
    """The setting that holds the smallest n that anybody is shown, where there is one."""


@dataclass(frozen=True)
class Question:
    """What is asked: an indicator, its grouping columns in the order of the frame, and the choices."""

    indicator: Indicator
    by: tuple[str, ...]
    where: Mapping[str, tuple[str, ...]]

    @property
    def grouped(self) -> tuple[str, ...]:
        """The grouping columns without the school's name, which is looked up at the end."""
        return tuple(name for name in self.by if name != "school_name")

    @property
    def used(self) -> frozenset[str]:
        """Every column that the question uses."""
        return frozenset(self.grouped) | frozenset(self.where)

    @property
    def about_subgroups(self) -> bool:
        """Whether the question names a subgroup or their type."""
        return bool(self.used & set(SUBGROUP_COLUMNS))


def row_by_row(
    sql: str,
    unit: tuple[str, ...],
    *,
    mean: bool = False,
    joins_subgroups: bool = True,
    parameters: tuple[object, ...] = (),
) -> UnitRows:
    """Return unit rows whose SQL itself gives ``left_out`` (empty when the row counts) and ``x`` (0 or 1, or a score)."""
    parts = [
        Part("total", "sum", "CASE WHEN left_out IS NULL THEN x END"),
        Part("weight", "sum", "CASE WHEN left_out IS NULL THEN 1 ELSE 0 END"),
        Part("reason", "min", "left_out"),
    ]
    if mean:
        parts.append(Part("squares", "sum", "CASE WHEN left_out IS NULL THEN CAST(x AS DOUBLE) * x END"))
    return UnitRows(
        sql=sql,
        unit=unit,
        parts=tuple(parts),
        left_out="CASE WHEN weight = 0 THEN reason END",
        total="total",
        weight="weight",
        squares="squares" if mean else "",
        joins_subgroups=joins_subgroups,
        parameters=parameters,
    )
