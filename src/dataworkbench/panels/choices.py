"""What there is to choose from: one list for each filter, taken from the district or given by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Protocol

import pandas as pd

from dataworkbench.errors import no_such
from dataworkbench.terms import ALL_STUDENTS, PERIODS, SUBGROUPS, grade_order


class Asked(Protocol):
    """The little that filters need of a district."""

    @property
    def schools(self) -> pd.DataFrame: ...
    @property
    def school_years(self) -> list[str]: ...
    @property
    def school_year(self) -> str: ...
    def ask(self, sql: str, parameters: Sequence[object] = ()) -> pd.DataFrame: ...


@dataclass(frozen=True)
class Choice:
    """One filter: the field of the selection that it sets, and what can be chosen, as value and label.

    ``one`` lets a reader choose one value only; ``needed`` means that one of them is always chosen.
    """

    field: str
    label: str
    plural: str
    options: tuple[tuple[str, str], ...]
    one: bool = False
    needed: bool = False

    @property
    def values(self) -> tuple[str, ...]:
        """The values that can be chosen."""
        return tuple(value for value, _ in self.options)

    def as_state(self) -> dict[str, Any]:
        """Return the filter as plain values, for the browser."""
        return {
            "field": self.field,
            "label": self.label,
            "plural": self.plural,
            "one": self.one,
            "needed": self.needed,
            "options": [{"value": value, "label": label} for value, label in self.options],
        }


def choices_from(district: Asked, names: Sequence[str]) -> tuple[Choice, ...]:
    """Return the filters of the given names with what the district has; one with nothing to choose is left out."""
    for name in names:
        if name not in _KNOWN:
            raise no_such("filter", name, _KNOWN)
    made = (_KNOWN[name](district) for name in names)
    return tuple(choice for choice in made if choice.options)


def _same(values: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return tuple((value, value) for value in values)


def _years(district: Asked) -> Choice:
    latest_first = _same(list(reversed(district.school_years)))
    return Choice("school_year", "School year", "school years", latest_first, one=True, needed=True)


def _schools(district: Asked) -> Choice:
    frame = district.schools
    pairs = zip(
        frame["school_id"].astype(str),
        frame["school_name"].fillna(frame["school_id"]).astype(str),
        strict=True,
    )
    return Choice("school_id", "School", "schools", tuple(pairs))


def _grades(district: Asked) -> Choice:
    found = _distinct(district, "enrollments", "grade_level")
    return Choice(
        "grade_level", "Grade", "grades", tuple((g, f"Grade {g}") for g in sorted(found, key=grade_order))
    )


def _subjects(district: Asked) -> Choice:
    return Choice("subject", "Subject", "subjects", _same(_found(district, "results", "subject")))


def _periods(district: Asked) -> Choice:
    found = _found(district, "results", "period")
    return Choice(
        "period", "Time of year", "times of year", _same([p for p in PERIODS if p in found]), one=True
    )


def _subgroup_types(district: Asked) -> Choice:
    found = _distinct(district, "student_groups", "subgroup_type")
    kinds = [kind for kind in SUBGROUPS if kind in found and kind != ALL_STUDENTS]
    return Choice("subgroup_type", "Compare groups by", "kinds of group", _same(kinds), one=True)


_KNOWN: Final[Mapping[str, Callable[[Asked], Choice]]] = MappingProxyType(
    {
        "school_year": _years,
        "school_id": _schools,
        "grade_level": _grades,
        "subject": _subjects,
        "period": _periods,
        "subgroup_type": _subgroup_types,
    }
)


def _distinct(district: Asked, table: str, column: str) -> list[str]:
    sql = (
        f'SELECT DISTINCT "{column}"::VARCHAR AS held FROM "{table}" WHERE "{column}" IS NOT NULL ORDER BY 1'
    )
    return [str(value) for value in district.ask(sql)["held"]]


def _found(district: Asked, table: str, column: str) -> list[str]:
    """Return the values of a coded column of a large table, each looked for until it is there.

    To list them reads the whole column and keeps it in memory; nearly always the first rows hold all of them.
    """
    codes = f'SELECT unnest(enum_range(code))::VARCHAR AS held FROM (SELECT "{column}" AS code FROM "{table}" LIMIT 1)'
    look = f'SELECT 1 AS there FROM "{table}" WHERE "{column}" = ? LIMIT 1'
    return sorted(str(value) for value in district.ask(codes)["held"] if len(district.ask(look, [value])))
