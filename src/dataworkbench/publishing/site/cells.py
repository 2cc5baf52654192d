"""Released cells as pages read them, and what there is to choose among them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from dataworkbench.publishing.releases import DIMENSIONS, Release
from dataworkbench.terms import ALL_STUDENTS, PERIODS, SUBGROUPS, grade_order

DISTRICT: Final = ""
_TEST: Final = ("subject", "assessment_id", "period")

Test = tuple[str, str, str]
"""Subject, assessment and period: what tells figures of one indicator and year apart beside groups."""


@dataclass(frozen=True)
class Released:
    """One released cell: its dimensions and what was published of it. Shares are 0 to 1; what is not there is not-a-number."""

    cell: str
    at: Mapping[str, str]
    unit: str
    reason: str
    label: str
    size: str
    value: float
    low: float
    high: float
    fewest: float
    most: float
    status: str
    since: str
    """The earlier release whose figure this is, said again as it was; empty where it is new."""

    @property
    def repeated(self) -> bool:
        """Whether it is a figure of an earlier release, which may have become another one since."""
        return bool(self.since) and self.status in {"shown", "coded"}

    @property
    def ends(self) -> tuple[float, float] | None:
        """The two ends between which the published figure lies, None where none was published."""
        if not math.isnan(self.value):
            return self.value, self.value
        if math.isnan(self.low) or math.isnan(self.high):
            return None
        return self.low, self.high

    @property
    def test(self) -> Test:
        """Which test the figure is of."""
        return self.at["subject"], self.at["assessment_id"], self.at["period"]

    @property
    def is_of_all(self) -> bool:
        """Whether it is about all students of all grade levels."""
        return not self.at["subgroup"] and not self.at["grade_level"]


class Cells:
    """All cells of a release, looked up by what they are about."""

    def __init__(self, cells: Iterable[Released], titles: Mapping[str, str] | None = None) -> None:
        self._titles = dict(titles or {})
        self.all = sorted(cells, key=order)
        self._by_place: dict[str, list[Released]] = {}
        self._by_id = {one.cell: one for one in self.all}
        self._by_at = {tuple(one.at[name] for name in DIMENSIONS): one for one in self.all}
        for one in self.all:
            self._by_place.setdefault(one.at["school_id"], []).append(one)

    def of(self, school_id: str) -> list[Released]:
        """Return the cells of one school, of the district where ``school_id`` is empty."""
        return self._by_place.get(school_id, [])

    def like(self, one: Released, **other: str) -> Released | None:
        """Return the cell that differs from one in the named dimensions alone."""
        at = {**one.at, **other}
        return self._by_at.get(tuple(at[name] for name in DIMENSIONS))

    @cached_property
    def years(self) -> list[str]:
        """The school years with a figure, oldest first."""
        return sorted({one.at["school_year"] for one in self.all})

    def titles_to_tell_apart(self, cells: Sequence[Released]) -> Mapping[str, str]:
        """Return the titles of the tests that cells are of, by id, where a subject has more than one test; else none."""
        tests = {(c.test[0], c.test[1]) for c in cells if c.test[1]}
        if len(tests) == len({subject for subject, _ in tests}):
            return {}
        return {id_: self._titles.get(id_, id_) for _, id_ in tests}

    def headline(self, school_id: str, indicator: str) -> list[Released]:
        """Return the figures of all students of one place in the latest year that has any, one for each test."""
        of_all = [c for c in self.of(school_id) if c.at["indicator"] == indicator and c.is_of_all]
        latest = max((c.at["school_year"] for c in of_all), default="")
        return [c for c in of_all if c.at["school_year"] == latest]


def released_cells(release: Release) -> Cells:
    """Return the public cells of a release."""
    titles = {one.assessment_id: one.title for one in release.facts.tests}
    rows = release.cells().replace({"since": {release.facts.id: ""}}).to_dict("records")
    return Cells((_released(row) for row in rows), titles)


def order(one: Released) -> tuple[object, ...]:
    """Return the place of a cell among others: as the field orders years, tests, grade levels and groups."""
    at = one.at
    kinds = list(SUBGROUPS)
    kind = kinds.index(at["subgroup_type"]) if at["subgroup_type"] in kinds else len(kinds)
    known = SUBGROUPS.get(at["subgroup_type"], ())
    group = known.index(at["subgroup"]) if at["subgroup"] in known else len(known)
    period = PERIODS.index(at["period"]) if at["period"] in PERIODS else len(PERIODS)
    grade = (grade_order(at["grade_level"]), at["grade_level"]) if at["grade_level"] else (-1, "")
    return (
        at["indicator"], at["school_year"], at["subject"], at["assessment_id"], period, at["period"], at["school_id"],
        *grade, bool(at["subgroup"]), kind, at["subgroup_type"], group, at["subgroup"],
    )  # fmt: skip


def tests_of(cells: Sequence[Released]) -> list[Test]:
    """Return the tests that cells are of, in order."""
    return list(dict.fromkeys(one.test for one in cells))


def _released(row: Mapping[Any, Any]) -> Released:
    at = {name: _text(row[name]) for name in DIMENSIONS}
    if at["subgroup"] == ALL_STUDENTS:
        at |= {"subgroup": "", "subgroup_type": ""}
    return Released(
        cell=str(row["cell"]), at=at, unit=str(row["unit"]), reason=_reason(row), label=_text(row["label"]),
        size=_text(row["n_label"]), value=_number(row["value"]), low=_number(row["low"]), high=_number(row["high"]),
        fewest=_number(row["n_low"]), most=_number(row["n_high"]), status=str(row["status"]), since=_text(row["since"]),
    )  # fmt: skip


def _reason(row: Mapping[Any, Any]) -> str:
    """Return the word for what became of a figure; by its status where the word is missing."""
    by_status = {
        "suppressed": "hidden",
        "missing": "missing",
        "not_applicable": "not_applicable",
        "coded": "range",
    }
    return _text(row["reason"]) or by_status.get(str(row["status"]), "")


def _text(value: object) -> str:
    return "" if value is None or value != value else str(value)  # noqa: PLR0124 - not-a-number


def _number(value: Any) -> float:
    return math.nan if value is None else float(value)
