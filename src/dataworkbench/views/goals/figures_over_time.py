"""One measure of one group over time: each figure as its readers may see it, with the day up to which its data went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import pandas as pd

from dataworkbench.disclosure import for_audience
from dataworkbench.errors import WorkbenchError
from dataworkbench.frames import group_text, is_number
from dataworkbench.measures import Indicator, indicator, measure
from dataworkbench.records import Figure
from dataworkbench.rubrics import rubrics
from dataworkbench.terms import GRADE_LEVELS, PERIODS, Audience, grade_order
from dataworkbench.views.district import Asked, Kept

Where = Mapping[str, Sequence[str]]
Row = Mapping[Any, Any]

TIMES: Final = ("school_year", "period")
_DATED: Final[Mapping[str, tuple[str, str]]] = {
    "results": ("test_date", "quantile_disc(test_date, 0.5)"),
    "observations": ("date", "quantile_disc(date, 0.5)"),
    "attendance": ("date", "max(date)"),
    "incidents": ("date", "max(date)"),
}
"""Tables that know their days: the column, and the day that stands for a school year or a time of it."""
_NOMINAL: Final[Mapping[str, tuple[int, int, int]]] = {
    "Fall": (0, 10, 15), "Winter": (1, 1, 31), "Spring": (1, 5, 15), "Summer": (1, 7, 15), "Year": (1, 6, 15),
}  # fmt: skip
"""Where the data know no day: years after the one in which the school year begins, month, day."""


@dataclass(frozen=True)
class Timeline:
    """Figures of one group, in order of time: rows that have passed the gate, and the day that each stands for."""

    frame: pd.DataFrame
    days: tuple[date, ...]

    @property
    def rows(self) -> list[Row]:
        """The rows, one mapping each."""
        return [dict(row) for row in self.frame.to_dict("records")]

    def place(self, when: Where | None = None) -> int | None:
        """Return which row is of one time, or the last row; None where there is none."""
        rows = self.rows
        if not when:
            return len(rows) - 1 if rows else None
        wanted = {name: tuple(values) for name, values in when.items() if name in self.frame.columns}
        found = [
            at
            for at, row in enumerate(rows)
            if all(str(row[name]) in values for name, values in wanted.items())
        ]
        return found[-1] if wanted and found else None

    def at(self, when: Where) -> Row | None:
        """Return the row of one time, or None where there is none or no time is named."""
        place = self.place(when) if when else None
        return None if place is None else self.rows[place]


def today_in(district: Asked, said: str = "") -> date:
    """Return the day that was said, such as 2026-11-13, else today in the district's time zone.

    Raises
    ------
    WorkbenchError
        Where what was said is no day.

    """
    if not said:
        return datetime.now(ZoneInfo(district.settings.timezone)).date()
    try:
        return date.fromisoformat(said)
    except ValueError as fault:
        raise WorkbenchError(
            f"'{said}' is not a day. Write it as in 2026-11-13, or leave it empty for today."
        ) from fault


def over_time(district: Kept, asked: str, where: Where, *, audience: Audience) -> Timeline:
    """Return a measure of one group over all times that the data speak of, ready for its readers."""
    defined = indicator(asked)
    by = [name for name in TIMES if name in defined.dimensions]
    measured = measure(district, asked, by=by, where={name: tuple(values) for name, values in where.items()})
    frame = for_audience(measured, audience, policy=district.policy)
    frame = frame.assign(unit=defined.unit) if "unit" not in frame else frame
    if not len(frame) or (frame["status"] == "missing").all():
        return Timeline(frame, tuple(date.min for _ in range(len(frame))))
    known = _days(district, defined, where)
    rows: list[Row] = [dict(row) for row in frame.to_dict("records")]
    order = sorted(range(len(rows)), key=lambda at: _place(rows[at], by))
    ordered = frame.iloc[order].reset_index(drop=True)
    days = tuple(_day(district, rows[at], by, known) for at in order)
    return Timeline(ordered, days)


def figure_of(district: Kept, asked: str, where: Where, at: Where | None = None) -> Figure:
    """Return one figure as it is to be written down: exact, with n, interval, day and snapshot. For staff.

    ``at`` says which time; without it the latest is taken. Without data the figure has no value, and its label says so.
    """
    line = over_time(district, asked, where, audience="staff")
    place = line.place(at)
    row = None if place is None else line.rows[place]
    if row is None or place is None or row["status"] == "missing":
        return Figure(label="no data", at=_times(at or {}), snapshot=district.snapshot_id)
    return Figure(
        value=_number(row["value"]), low=_number(row["low"]), high=_number(row["high"]),
        n=int(row["n"]) if is_number(row["n"]) else None, label=str(row["label"]), on=line.days[place],
        at={name: (str(row[name]),) for name in TIMES if name in row}, snapshot=district.snapshot_id,
    )  # fmt: skip


def time_words(at: Where) -> str:
    """Return a time as a person would say it: "Fall 2026-27"."""
    period = at.get("period", ("",))[0]
    parts = ["" if period == "Year" else period, at.get("school_year", ("",))[0]]
    return " ".join(part for part in parts if part)


def group_words(district: Kept, where: Where) -> str:
    """Return a group as a person would say it: "Grade 4, Mathematics, Alder Elementary School"."""
    skipped = {"subgroup_type"} if "subgroup" in where else set()
    named = sorted(
        (item for item in where.items() if item[0] not in skipped), key=lambda held: held[0] == "school_id"
    )
    return ", ".join(_values_words(district, name, list(values)) for name, values in named)


def _values_words(district: Kept, name: str, values: list[str]) -> str:
    places = sorted(grade_order(value) for value in values) if name == "grade_level" else []
    if len(places) > 2 and places == list(range(places[0], places[-1] + 1)):
        first, last = (group_text(name, GRADE_LEVELS[place]) for place in (places[0], places[-1]))
        return f"{first.replace('Grade', 'Grades')} to {last.removeprefix('Grade ')}"
    said = [_value_words(district, name, value) for value in values]
    return " and ".join(filter(None, [", ".join(said[:-1]), said[-1]])) if said else ""


def _value_words(district: Kept, name: str, value: str) -> str:
    if name == "school_id":
        names: dict[str, str] = dict(
            district.schools[["school_id", "school_name"]].astype("str").itertuples(index=False)
        )
        return names.get(value, value)
    if name == "assessment_id" and district.has("assessments"):
        found = district.ask("SELECT title FROM assessments WHERE assessment_id::VARCHAR = ?", [value])[
            "title"
        ].dropna()
        return str(found.iloc[0]) if len(found) else value
    if name == "rubric_id":
        known = rubrics(district.workspace).set_index("rubric")["title"]
        return str(known.get(value, value))
    return group_text(name, value)


def _times(at: Where) -> dict[str, tuple[str, ...]]:
    return {name: tuple(values) for name, values in at.items() if name in TIMES}


def _number(value: object) -> float | None:
    return float(value) if is_number(value) else None  # type: ignore[arg-type]  # it is a number


def _place(row: Row, by: Sequence[str]) -> tuple[str, int]:
    period = str(row["period"]) if "period" in by else ""
    return str(row["school_year"]) if "school_year" in by else "", PERIODS.index(
        period
    ) if period in PERIODS else 0


def _days(district: Asked, defined: Indicator, where: Where) -> dict[tuple[str, str], date]:
    """Return the day of each school year and time of the year, as far as the data know it."""
    tables = [
        name for name in (*defined.needs, *defined.needs_one_of) if name in _DATED and district.has(name)
    ]
    if not tables:
        return {}
    column, day = _DATED[tables[0]]
    period = "period::VARCHAR" if "period" in defined.dimensions else "''"
    kept = [name for name in ("assessment_id", "rubric_id") if name in where and name in defined.dimensions]
    tests = "".join(f" AND {name}::VARCHAR IN (SELECT unnest(?::VARCHAR[]))" for name in kept)
    found = district.ask(
        f"SELECT school_year::VARCHAR AS year, coalesce({period}, 'Year') AS period, ({day})::VARCHAR AS day FROM \"{tables[0]}\" "
        f"WHERE {column} IS NOT NULL{tests} GROUP BY 1, 2",
        [list(where[name]) for name in kept],
    )
    return {
        (str(year), str(when)): date.fromisoformat(str(told)[:10])
        for year, when, told in found.itertuples(index=False, name=None)
    }


def _day(district: Kept, row: Row, by: Sequence[str], known: Mapping[tuple[str, str], date]) -> date:
    year = str(row["school_year"]) if "school_year" in by else district.school_year
    period = str(row["period"]) if "period" in by else ""
    if (year, period) in known:
        return known[year, period]
    later, month, day = _NOMINAL.get(period or "Year", _NOMINAL["Year"])
    nominal = date(int(year[:4]) + later, month, day) if year[:4].isdecimal() else date.max
    return min(nominal, date.fromisoformat(district.snapshot.made_on)) if district.snapshot else nominal
