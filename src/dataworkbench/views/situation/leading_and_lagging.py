"""Two tables that belong apart: where we stand (what has happened) and what is moving (what can still be changed)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import pandas as pd

from dataworkbench.disclosure import for_audience
from dataworkbench.frames import interval_of
from dataworkbench.measures import DATED, change, choices_for, indicator, measure, measure_so_far
from dataworkbench.tables import DisplayTable
from dataworkbench.terms import Audience
from dataworkbench.views.choosing import administrations, latest_test, year_of, years_with_growth
from dataworkbench.views.district import Asked
from dataworkbench.views.notes import plain_table, whole_day

Where = Mapping[str, tuple[str, ...]]

_TITLES: Final = {"what": "Measure", "figure": "Figure", "moved": "Since the same time a year before"}
_WHOLE_YEAR: Final = "cannot be said: last year's figure is of the whole year"


@dataclass(frozen=True)
class _Asked:
    """One measure at one time, and the time that it is compared with: values of the column ``over``."""

    id: str
    over: str
    now: str
    before: str
    where: Mapping[str, Any] = field(default_factory=dict)
    by: tuple[str, ...] = ()
    named: str = ""
    up_to: date | None = None
    no_change: str = ""


def where_we_stand(district: Asked, where: Where, *, audience: Audience) -> DisplayTable:
    """Return the lagging indicators of a page: what the last whole year and the last tests say, with the change since a year before.

    One row is one measure (in one subject).
    """
    asked = [*_last_year(district, where), *_last_tests(district, where)]
    return _table(district, asked, audience, "Where we stand: what has happened")


def what_is_moving(district: Asked, where: Where, *, audience: Audience) -> DisplayTable:
    """Return the leading indicators of a page: what is known while something can still be done, with the change since a year before.

    One row is one measure. Where there is nothing to compare with, it says why.
    """
    asked = [*_this_month(district, where), *_so_far(district, where)]
    return _table(district, asked, audience, "What is moving: what can still be changed")


def _last_year(district: Asked, where: Where) -> list[_Asked]:
    year = year_of(district, where)
    whole = year if _is_over(district, year) else _before(district, year)
    if not whole:
        return []
    chosen = _but(where, "school_year")
    found = [_Asked("chronic_absence", "school_year", whole, _before(district, whole), chosen)]
    growth = years_with_growth(district, where)
    if growth.title:
        last = growth["school_year"][-1]
        of_test = _but(growth, "school_year")
        found.append(
            _Asked(
                "growth_target_met",
                "school_year",
                last,
                _before(district, last),
                of_test,
                ("subject",),
                growth.title,
            )
        )
    return found


def _last_tests(district: Asked, where: Where) -> list[_Asked]:
    """The latest test of each kind: the state's, and the one that most took."""
    given = administrations(district, where, having="performance_level")
    summative = given[given["kind"] == "summative"]["assessment_id"].unique()
    tests = [latest_test(district, where, having="performance_level")]
    tests += [
        latest_test(district, where, assessment=str(one), having="performance_level") for one in summative
    ]
    found = {}
    for test in tests:
        if test.title:
            year = test["school_year"][0]
            key = (test["assessment_id"][0], year, test["period"][0])
            named = f"{test.title}, {test['period'][0]}"
            found[key] = _Asked(
                "proficiency",
                "school_year",
                year,
                _before(district, year),
                _but(test, "school_year"),
                ("subject",),
                named,
            )
    return list(found.values())


def _this_month(district: Asked, where: Where) -> list[_Asked]:
    found = []
    for id_ in ("attendance_rate", "exit_ticket_shift"):
        months = measure(district, id_, by=["month"], where=choices_for(id_, where))
        enough = months[(months["n"] > 0) & (months["n"] * 2 >= months["n"].max())]
        there = sorted(str(month) for month in enough["month"].dropna() if str(month)[:1].isdigit())
        if there:
            earlier = f"{int(there[-1][:4]) - 1}{there[-1][4:]}"
            found.append(_Asked(id_, "month", there[-1], earlier, _but(where, "school_year")))
    return found


def _so_far(district: Asked, where: Where) -> list[_Asked]:
    year = year_of(district, where)
    up_to = None if _is_over(district, year) else _last_day(district, year)
    chosen, before, checks = _but(where, "school_year"), _before(district, year), _checks(district)
    parted = {**chosen, "assessment_id": checks}
    found = (
        [_Asked("standards_mastery", "school_year", year, before, parted, ("subject",), up_to=up_to)]
        if checks
        else []
    )
    for id_ in ("incident_rate", "removal_rate", "flag_any", "unnoticed_need"):
        cannot = _WHOLE_YEAR if up_to and id_ not in DATED else ""
        found.append(_Asked(id_, "school_year", year, before, chosen, up_to=up_to, no_change=cannot))
    return found


_LAST_DAY: Final = """
    SELECT max(day) AS day FROM (
        SELECT max(date) AS day FROM attendance WHERE CAST(school_year AS VARCHAR) = ?1
        UNION ALL SELECT max(date) FROM incidents WHERE CAST(school_year AS VARCHAR) = ?1
        UNION ALL SELECT max(test_date) FROM results WHERE CAST(school_year AS VARCHAR) = ?1)
"""


def _last_day(district: Asked, year: str) -> date | None:
    day = district.ask(_LAST_DAY, [year])["day"].iloc[0]
    return None if pd.isna(day) else date.fromisoformat(str(day)[:10])


def _checks(district: Asked) -> tuple[str, ...]:
    held = district.ask(
        "SELECT CAST(assessment_id AS VARCHAR) AS one FROM assessments WHERE CAST(kind AS VARCHAR) = 'standards' ORDER BY 1"
    )
    return tuple(str(one) for one in held["one"])


def _is_over(district: Asked, year: str) -> bool:
    """Whether a school year has ended, as the roster tells it: most stays of it have an end."""
    told = district.ask(
        "SELECT count(*) AS stays, count(exit_date) AS ended FROM enrollments WHERE CAST(school_year AS VARCHAR) = ?",
        [year],
    ).iloc[0]
    if not told["stays"]:
        return bool(year < max(district.school_years, default=year))
    return bool(told["ended"] * 2 > told["stays"])


def _before(district: Asked, year: str) -> str:
    return max((held for held in district.school_years if held < year), default="")


def _but(where: Mapping[str, Any], *without: str) -> dict[str, Any]:
    return {name: values for name, values in where.items() if name not in without}


def _table(district: Asked, asked: Sequence[_Asked], audience: Audience, caption: str) -> DisplayTable:
    rows = [row for one in asked for row in _rows(district, one, audience)]
    empty = "Nothing of this kind has been brought yet: attendance, test results, exit tickets or incidents."
    return plain_table(pd.DataFrame(rows, columns=list(_TITLES)), _TITLES, caption=caption, empty=empty)


def _rows(district: Asked, one: _Asked, audience: Audience) -> list[dict[str, str]]:
    where = {**choices_for(one.id, one.where), one.over: [held for held in (one.before, one.now) if held]}
    by = [one.over, *one.by]
    cut = one.up_to is not None and one.id in DATED
    frame = (
        measure_so_far(district, one.id, by=by, where=where, up_to=one.up_to)
        if cut and one.up_to
        else measure(district, one.id, by=by, where=where)
    )
    if (frame["status"] == "missing").all():
        return []
    shown = for_audience(frame, audience, policy=district.policy)
    moved = for_audience(
        change(frame, over=one.over, confidence=district.settings.confidence),
        audience,
        policy=district.policy,
    )
    now = shown[(shown[one.over] == one.now) & shown["status"].isin(["shown", "coded", "suppressed"])]
    return [_row(row, moved, one) for row in now.to_dict("records")]


def _row(row: Mapping[Any, Any], moved: pd.DataFrame, one: _Asked) -> dict[str, str]:
    subject = "".join(f", {row[name]}" for name in one.by)
    of = f"{one.named}, " if one.named else ""
    likely = interval_of(row)
    behind = f" (n {row['n_label']}{f'; likely {likely}' if likely else ''})" if row["n_label"] else ""
    return {
        "what": f"{indicator(one.id).title}{subject} ({of}{_when(one)})", "figure": f"{row['label']}{behind}",
        "moved": one.no_change or _moved(row, moved, one),
    }  # fmt: skip


def _when(one: _Asked) -> str:
    said = whole_day(one.now)
    return f"{said}, up to {whole_day(one.up_to.isoformat())}" if one.up_to else said


def _moved(row: Mapping[Any, Any], moved: pd.DataFrame, one: _Asked) -> str:
    same = moved[moved[one.over] == one.now]
    for name in one.by:
        same = same[same[name] == row[name]]
    if same.empty or not one.before:
        return f"cannot be said: nothing of {whole_day(one.before) or 'the year before'} was brought"
    change_row = dict(same.iloc[0])
    if change_row["status"] not in ("shown", "coded"):
        return "cannot be said: there is no figure of the year before"
    likely = interval_of(change_row)
    sure = f"; likely {likely}" if likely else ""
    low, high = change_row["low"], change_row["high"]
    chance = (
        "; may be chance"
        if change_row["status"] == "shown" and likely and float(low) <= 0 <= float(high)
        else ""
    )
    return f"{change_row['label']} (then n {_then(change_row)}{sure}{chance})"


def _then(row: Mapping[Any, Any]) -> str:
    return str(row["n_label"]).rpartition(" against ")[2]
