"""The first lines of a page: a handful of figures, each with whom it counts and with the year before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd

from dataworkbench.disclosure import for_audience
from dataworkbench.measures import measure
from dataworkbench.terms import Audience
from dataworkbench.views.choosing import latest_test, years_with_growth
from dataworkbench.views.district import Asked

Where = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Line:
    """One line: the figure, what it is, and what stands behind it."""

    figure: str
    what: str
    behind: str = ""

    def __str__(self) -> str:
        return f"{self.figure} {self.what}{self.behind}"


@dataclass(frozen=True)
class Glance:
    """A few lines, and what is not known yet."""

    lines: tuple[Line, ...]
    unknown: tuple[str, ...] = ()

    @property
    def closing(self) -> str:
        """Return what is not known yet, as a sentence; empty where all is known."""
        return f"Not known here yet: {', '.join(self.unknown)}." if self.unknown else ""

    def __str__(self) -> str:
        return "\n".join([*map(str, self.lines), *([self.closing] if self.closing else [])])

    def _repr_html_(self) -> str:
        items = "".join(
            f"<li><strong>{escape(line.figure)}</strong> {escape(line.what)}{escape(line.behind)}</li>"
            for line in self.lines
        )
        return f"<ul>{items}</ul>" + (f"<p>{escape(self.closing)}</p>" if self.closing else "")


def at_a_glance(district: Asked, where: Where, *, audience: Audience) -> Glance:
    """Return the first figures of a page: students, absence, proficiency on the latest test, growth."""
    lines: list[Line] = []
    unknown: list[str] = []
    for name, found in (
        ("enrollment", _enrolled(district, where, audience)),
        ("attendance", _absent(district, where, audience)),
        ("test results", _proficient(district, where, audience)),
        ("growth", _growing(district, where, audience)),
    ):
        made = list(found)
        lines += made
        if not made:
            unknown.append(name)
    return Glance(tuple(lines), tuple(unknown))


def _enrolled(district: Asked, where: Where, audience: Audience) -> Iterator[Line]:
    for now, before in _by_year(district, "enrollment", where, audience):
        yield Line(str(now["label"]), "students are enrolled", _before(before, counted=False))


def _absent(district: Asked, where: Where, audience: Audience) -> Iterator[Line]:
    for now, before in _by_year(district, "chronic_absence", where, audience):
        what = f"of students missed a tenth of school or more ({now['n_label']} counted)"
        yield Line(str(now["label"]), what, _before(before))


def _proficient(district: Asked, where: Where, audience: Audience) -> Iterator[Line]:
    test = latest_test(district, where, having="performance_level")
    if not test.title:
        return
    when = f"{test['period'][0]} {test['school_year'][0]}"
    for now, before in _by_year(district, "proficiency", test, audience, by="subject"):
        what = f"are proficient in {now['subject']}, by {test.title} in {when} ({now['n_label']} counted)"
        yield Line(str(now["label"]), what, _before(before, same=", at the same time"))


def _growing(district: Asked, where: Where, audience: Audience) -> Iterator[Line]:
    growth = years_with_growth(district, where)
    if not growth.title:
        return
    last = growth["school_year"][-1]
    for now, before in _by_year(
        district, "growth_target_met", growth.but(school_year=last), audience, by="subject"
    ):
        what = f"met their growth target in {now['subject']} in {last} ({now['n_label']} counted)"
        yield Line(str(now["label"]), what, _before(before))


def _by_year(
    district: Asked, asked: str, where: Where, audience: Audience, *, by: str = ""
) -> Iterator[tuple[Mapping[Any, Any], Mapping[Any, Any] | None]]:
    """Give each group of the selection's year, and the same group a year before where there is one."""
    year = "".join(where.get("school_year", ())[:1])
    kept = {name: values for name, values in where.items() if name != "school_year"}
    frame = measure(district, asked, by=[name for name in ("school_year", by) if name], where=kept)
    shown = for_audience(frame, audience, policy=district.policy)
    if (shown["status"] == "missing").all():
        return
    earlier = max((held for held in shown["school_year"].dropna() if held < year), default="")
    groups = shown[by].dropna().unique() if by else [None]
    for group in groups:
        rows = shown if group is None else shown[shown[by] == group]
        now, before = _row(rows, year), _row(rows, earlier)
        if now is not None and now["status"] in ("shown", "coded", "suppressed"):
            yield now, before


def _row(rows: pd.DataFrame, year: str) -> Mapping[Any, Any] | None:
    found = rows[rows["school_year"] == year]
    return dict(found.iloc[0]) if len(found) else None


def _before(before: Mapping[Any, Any] | None, *, same: str = "", counted: bool = True) -> str:
    if before is None or before["status"] not in ("shown", "coded", "suppressed"):
        return "."
    behind = f" ({before['n_label']} counted)" if counted else ""
    return f"; in {before['school_year']}{same}, {before['label']}{behind}."
